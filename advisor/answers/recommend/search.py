"""The best mix under the limits: solve, let the engine compute what was found, and see.

Where the problem is exact the first solution is the answer, and the engine must come to the same
sum. Where it is a relaxation (caps, plans of several makers, teams' parts of pools) mixes are tried
from the best bound down, until none left could be better than the best that the engine has
confirmed. A budget for the worst years is held by cuts: the years that are worst for what was
found, each time.
"""

import math
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.cvar import Tails
from advisor.answers.recommend.dominated import pruned
from advisor.answers.recommend.limits import (
    LEAST_VENDORS,
    TEAM_BUDGET,
    TOP_SHARE,
    Bound,
    excess,
    hold_all,
    name_of,
    needs_exact_money,
    vendors_used,
)
from advisor.answers.recommend.menu import COMPLETED, NET_VALUE, SPEND, VALUE, Menu
from advisor.answers.recommend.mix import Mix, figures, place
from advisor.answers.recommend.mix_figures import MixFigures, MixSums
from advisor.answers.recommend.money import MoneyTerms, aim, lay_out
from advisor.answers.recommend.near import solve_near
from advisor.answers.recommend.settled import cheapest_of_best, chosen, columns_of_mix, settled
from advisor.answers.recommend.solver import (
    FEASIBLE,
    INFEASIBLE,
    OPTIMAL,
    UNKNOWN,
    Effort,
    Solution,
)

FloatArray = NDArray[np.float64]

SAME = 1e-9
"""By this share the solver's sum and the engine's may differ; more is a bug."""
_HALF = 0.5
_SMALLEST = 1e-6
_MOST_ROUNDS = 400
_MOST_SHARED_ROUNDS = 40


class Aim(NamedTuple):
    """What is asked for: the objective, whole routes or shares, how hard to try."""

    objective: str
    is_whole: bool
    effort: Effort = Effort()


class Quest(NamedTuple):
    """Everything that decides what is best. `tails` hold the draws where budgets ask for them."""

    menu: Menu
    bounds: tuple[Bound, ...]
    aiming: Aim
    tails: Tails | None = None

    def best(self, known: FloatArray | None = None) -> "FoundMix":
        """Find the best mix; see `best`."""
        return best(self.menu, self.bounds, self.aiming, self.tails, known)

    def terms(self) -> MoneyTerms:
        """Write the problem down without solving it."""
        return problem(self.menu, self.bounds, self.aiming, self.tails)

    def without(self, bound: Bound) -> "Quest":
        """Ask without a limit."""
        return self._replace(bounds=tuple(one for one in self.bounds if one != bound))

    def also(self, bound: Bound) -> "Quest":
        """Ask with one more limit."""
        return self._replace(bounds=(*self.bounds, bound))

    def at(self, bound: Bound, value: float) -> "Quest":
        """Ask with another value of a limit."""
        moved = bound._replace(value=value)
        return self._replace(bounds=tuple(moved if one == bound else one for one in self.bounds))

    def aimed(self, objective: str) -> "Quest":
        """Ask for another objective."""
        return self._replace(aiming=self.aiming._replace(objective=objective))

    def started(self) -> "Quest":
        """Let the seconds count from now on, for all that one answer takes."""
        return self._replace(aiming=self.aiming._replace(effort=self.aiming.effort.started()))

    def shared(self) -> "Quest":
        """Ask for shares in place of whole routes."""
        return self._replace(aiming=self.aiming._replace(is_whole=False))


class FoundMix(NamedTuple):
    """A mix and how good it is. `shares` (N, J); `bound` is what no mix can pass.

    `terms` are those of the problem that it solves, with every cut that was made. `is_cut_short`:
    time ran out, or somebody did.

    `gap` is the part of the bound that may be missing, 0 where the mix is proved best.
    """

    status: str
    shares: FloatArray
    mix: Mix | None
    figures: MixFigures | None
    objective: float
    bound: float
    terms: MoneyTerms
    is_cut_short: bool = False

    @property
    def gap(self) -> float:
        """How far the best possible may lie above, relative to the objective."""
        if self.status not in {OPTIMAL, FEASIBLE}:
            return math.nan
        return max(0.0, self.bound - self.objective) / max(abs(self.objective), 1e-9)


class SolverDisagreesError(RuntimeError):
    """The engine and the solver come to different sums for one mix: a bug."""


def worth(found: MixFigures | MixSums, objective: str) -> float:
    """Return what figures are worth by an objective."""
    if objective == NET_VALUE:
        return found.net_value
    if objective == VALUE:
        return found.value
    return found.all_completed if objective == COMPLETED else -found.spend - found.overhead


def problem(
    menu: Menu,
    bounds: Sequence[Bound],
    aiming: Aim,
    tails: Tails | None = None,
    *,
    exact: bool = False,
) -> MoneyTerms:
    """Write the whole problem down, with the cuts that are known.

    `exact` leaves no way to keep a limit on shares of spending by paying more than is due.
    """
    terms = lay_out(menu, is_whole=aiming.is_whole, exact=exact)
    hold_all(menu, terms, bounds)
    if tails is not None:
        tails.hold(terms, bounds)
    aim(menu, terms, aiming.objective)
    if menu.overhead and aiming.objective in {NET_VALUE, SPEND}:
        for variable in vendors_used(menu, terms).values():
            extra = terms.program.extras[variable]
            terms.program.extras[variable] = extra._replace(gain=extra.gain - menu.overhead)
    return terms


def is_exact(menu: Menu, bounds: Sequence[Bound]) -> bool:
    """Tell whether the problem says all there is: no caps, no curves, nothing shared by makers."""
    on_plans = [pool for pool in menu.pools if pool.plans]
    if any(pool.is_bounded or pool.by_person for pool in menu.pools):
        return False
    if any(b.kind == TEAM_BUDGET for b in bounds) and (on_plans or menu.market.commitments):
        return False
    counted = {bound.about[0] if bound.about else "vendor" for bound in bounds
               if bound.kind in {TOP_SHARE, LEAST_VENDORS}}  # fmt: skip
    return not any(
        len({name_of(menu, kind, option) for option in pool.options}) > 1
        for kind in counted
        for pool in on_plans
    )


def best(
    menu: Menu,
    bounds: Sequence[Bound],
    aiming: Aim,
    tails: Tails | None = None,
    known: FloatArray | None = None,
) -> FoundMix:
    """Find the mix that is worth most of those that keep every limit.

    `tails` hold the draws for budgets with a confidence, and the cuts made so far. `known` (N, J)
    are a mix that may be as good: then less is left to be looked for. Raises
    SolverDisagreesError where the engine's sum is not the solver's though nothing was relaxed.
    """
    if time.monotonic() > aiming.effort.until:
        return _nothing(UNKNOWN, math.inf, problem(menu, bounds, aiming))
    if all(bound.confidence is None for bound in bounds):
        tails = None
    if not is_exact(menu, bounds) or tails is not None:
        exact = needs_exact_money(bounds)
        terms = problem(menu, bounds, aiming, tails, exact=exact)
        return _Hunt(menu, bounds, aiming, terms, tails).run()
    # Paying more than is due seldom helps anybody, and forbidding it takes many whole numbers.
    for exact in (False, True) if needs_exact_money(bounds) else (False,):
        terms = problem(menu, bounds, aiming, exact=exact)
        found = _solved(menu, bounds, aiming, terms, known)
        if found is not None:
            return found
    # What is left is a mix that the solver takes for one that just keeps a limit.
    return _Hunt(menu, bounds, aiming, terms, None).run()


def _solved(
    menu: Menu,
    bounds: Sequence[Bound],
    aiming: Aim,
    terms: MoneyTerms,
    known: FloatArray | None,
) -> FoundMix | None:
    """Solve a problem that says all there is; None where the engine finds a limit broken."""
    program = pruned(terms.program)
    mixes = [] if known is None or not aiming.is_whole else columns_of_mix(program, known)
    solution = solve_near(program, aiming.effort, mixes)
    if solution.status in {INFEASIBLE, UNKNOWN}:
        return _nothing(solution.status, solution.bound, terms)
    if aiming.objective in {VALUE, COMPLETED} and solution.status == OPTIMAL:
        solution = cheapest_of_best(program, solution, aiming.effort)
    shares = chosen(program, menu, solution)
    mix = place(menu, shares)
    found = figures(menu, mix, bounds)
    if any(excess(bound, found) > 0 for bound in bounds):
        return None
    objective = worth(found, aiming.objective)
    _agree(objective, settled(program, solution), found)
    bound = max(objective, solution.bound)
    cut_short = solution.status == FEASIBLE
    return FoundMix(solution.status, shares, mix, found, objective, bound, terms, cut_short)


def _agree(by_engine: float, by_solver: float, found: MixFigures) -> None:
    """Raise SolverDisagreesError where the two sums are further apart than arithmetic is."""
    if abs(by_engine - by_solver) > SAME * _size(found):
        raise SolverDisagreesError(
            f"the mix comes to {by_solver!r} by the solver and to {by_engine!r} by the engine"
        )


def _size(found: MixFigures) -> float:
    """Return the size of what is added up in an objective."""
    return max(
        _SMALLEST, abs(found.value) + abs(found.spend) + abs(found.people) + found.all_completed
    )


def _nothing(status: str, bound: float, terms: MoneyTerms) -> FoundMix:
    """Say that there is no mix, or that none was found in time."""
    return FoundMix(status, np.zeros((0, 0)), None, None, -math.inf, bound, terms)


class _Hunt:
    """Mixes tried from the best bound down; cuts for the worst years as they are met."""

    def __init__(
        self,
        menu: Menu,
        bounds: Sequence[Bound],
        aiming: Aim,
        terms: MoneyTerms,
        tails: Tails | None,
    ) -> None:
        """Start with nothing found."""
        self._menu, self._bounds, self._aiming = menu, bounds, aiming
        self._terms, self._tails = terms, tails
        self._until = time.monotonic() + aiming.effort.seconds
        self._kept: FoundMix | None = None
        self._is_tightened = False
        if terms.program.is_whole and tails is None and menu.promised:
            self._recall()

    def _recall(self) -> None:
        """Leave out mixes that are known to be less than they promise, but for the best of them."""
        program, menu = self._terms.program, self._menu
        places = {
            pair: n
            for n, pair in enumerate(
                zip(program.cell.tolist(), program.strategy.tolist(), strict=True)
            )
        }
        for strategies, found in menu.promised.items():
            picked = [places[pair] for pair in enumerate(strategies)]
            program.excluded.append(np.array(picked, dtype=np.intp))
            objective = worth(found, self._aiming.objective)
            broken = any(excess(bound, found) > 0 for bound in self._bounds)
            if not broken and (self._kept is None or objective > self._kept.objective):
                shares = np.eye(menu.strategies.size)[list(strategies)]
                mix = place(menu, shares)
                self._kept = FoundMix(
                    FEASIBLE, shares, mix, found, objective, math.inf, self._terms
                )

    def run(self) -> FoundMix:
        """Try until no bound is left that is better, or time runs out."""
        bound = math.inf
        rounds = _MOST_ROUNDS if self._aiming.is_whole or self._tails else _MOST_SHARED_ROUNDS
        for _ in range(rounds):
            solution = self._solve()
            if solution.status == INFEASIBLE:
                bound = bound if self._is_tightened else -math.inf
                break
            if solution.status == UNKNOWN:
                break
            if not self._is_tightened:
                bound = min(bound, solution.bound)
            if self._kept and self._kept.objective >= bound - self._slack():
                break
            if not self._try(solution):
                break
            if time.monotonic() > self._until:
                break
        return self._finished(bound)

    def _solve(self) -> Solution:
        left = self._until - time.monotonic()
        effort = self._aiming.effort._replace(seconds=max(left, 0.1))
        return solve_near(self._terms.program, effort)

    def _slack(self) -> float:
        assert self._kept is not None
        gap = max(self._aiming.effort.gap, SAME)
        return gap * max(abs(self._kept.objective), 1e-9)

    def _try(self, solution: Solution) -> bool:
        """Let the engine compute a mix; return whether another could be better."""
        program, menu = self._terms.program, self._menu
        shares = chosen(program, menu, solution)
        mix = place(menu, shares)
        found = figures(menu, mix, self._bounds, self._tails.years if self._tails else None)
        objective = worth(found, self._aiming.objective)
        broken = [bound for bound in self._bounds if excess(bound, found) > 0]
        if not broken and (self._kept is None or objective > self._kept.objective):
            self._kept = FoundMix(
                FEASIBLE, shares, mix, found, objective, solution.bound, self._terms
            )
        late = [bound for bound in broken if bound.confidence is not None]
        if late and self._tails is not None:
            for bound in late:
                self._tails.cut(self._terms, bound, mix)
            return True
        if not broken and abs(objective - solution.objective) <= SAME * _size(found):
            return False
        if self._terms.pooled.refine(program, solution.columns, solution.extras):
            return True
        if program.is_whole:
            picked = (shares[program.cell, program.strategy] > _HALF).nonzero()[0]
            program.excluded.append(picked)
            if self._tails is None:
                menu.promised[tuple(shares.argmax(axis=1).tolist())] = found
            return True
        return self._tighten(broken, found)

    def _tighten(self, broken: Sequence[Bound], found: MixFigures) -> bool:
        """Ask a little more of limits that shares broke because the problem is relaxed.

        That is a guess: from here on the problem says nothing of what is possible at most.
        """
        self._is_tightened = True
        for bound in broken:
            for n, row in enumerate(self._terms.program.rows):
                if row.limit == bound.key:
                    more = excess(bound, found) * max(abs(bound.value), SAME)
                    moved = row.sum._replace(constant=row.sum.constant + more)
                    self._terms.program.rows[n] = row._replace(sum=moved)
        return bool(broken)

    def _at_least_whole(self, bound: float) -> FoundMix:
        """Fall back on whole routes where shares only came near the limits: they keep them too."""
        whole = best(self._menu, self._bounds, self._aiming._replace(is_whole=True), self._tails)
        if whole.mix is None:
            return whole._replace(status=UNKNOWN)
        return whole._replace(status=FEASIBLE, bound=max(bound, whole.objective))

    def _finished(self, bound: float) -> FoundMix:
        if self._kept is None and bound > -math.inf and not self._aiming.is_whole:
            return self._at_least_whole(bound)
        if self._kept is None:
            status = INFEASIBLE if bound == -math.inf else UNKNOWN
            return _nothing(status, bound, self._terms)
        if not self._aiming.is_whole and not is_exact(self._menu, self._bounds):
            whole = self._at_least_whole(bound)
            if whole.mix is not None and whole.objective > self._kept.objective:
                self._kept = whole
        bound = max(bound, self._kept.objective)
        proved = self._kept.objective >= bound - self._slack()
        status = OPTIMAL if proved else FEASIBLE
        return self._kept._replace(status=status, bound=bound)
