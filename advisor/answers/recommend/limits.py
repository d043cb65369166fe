"""What a mix must keep to: one function for each kind of limit, and the same limits on figures.

`held` puts a limit into a problem; `excess` says by how much finished figures break it, from the
engine's figures alone. A limit of a new kind is a function of each, in the two tables at the end.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.menu import Menu
from advisor.answers.recommend.mix_figures import MixFigures
from advisor.answers.recommend.money import MoneyTerms, done_sum, least_part, metered
from advisor.answers.recommend.problem import Extra, Link, Sum
from advisor.case.facts import Case, OptionFacts
from advisor.engine.market import Market
from advisor.model.policy import Policy
from advisor.model.workload import Budget

FloatArray = NDArray[np.float64]

BUDGET, TEAM_BUDGET, QUALITY, QUALITY_OVERALL = "budget", "team_budget", "quality", "overall"
TOP_SHARE, MOST_VENDORS, LEAST_VENDORS, RULE = "top_share", "max_vendors", "min_vendors", "rule"

LOWER_BOUNDS = {QUALITY, QUALITY_OVERALL, LEAST_VENDORS}
"""Limits that are relaxed downwards."""


class Bound(NamedTuple):
    """One limit. `key` is its place in the file, `value` what may not be passed.

    `about` is the team of a budget, the classes of a floor, the kind of a share (vendor, channel,
    harness), the options that a rule denies. `confidence` makes a budget hold for
    the mean of the worst years; `least_share` is what a vendor must have to be counted.
    """

    key: str
    kind: str
    value: float
    about: tuple[str, ...] = ()
    confidence: float | None = None
    least_share: float = 0.0

    @property
    def name(self) -> str:
        """What it is called in answers: its key without the block that it stands in."""
        return self.key.removeprefix("policy.")


def bounds_of(
    policy: Policy, budget: Budget | None, teams: Mapping[str, Budget], classes: Sequence[str]
) -> list[Bound]:
    """List the limits that a file states, in a fixed order."""
    found = []
    if budget is not None:
        found.append(Bound("budget", BUDGET, float(budget.total), confidence=budget.confidence))
    found += [
        Bound(f"teams.{name}.budget", TEAM_BUDGET, float(own.total), (name,), own.confidence)
        for name, own in sorted(teams.items())
    ]
    floors = policy.min_quality
    if floors.default is not None:
        rest = tuple(sorted(set(classes) - set(floors.by_class)))
        if rest:
            found.append(Bound("policy.min_quality", QUALITY, floors.default.expected, rest))
    found += [
        Bound(f"policy.min_quality.{name}", QUALITY, floor.expected, (name,))
        for name, floor in sorted(floors.by_class.items())
        if name in classes
    ]
    if policy.min_quality_overall is not None:
        found.append(
            Bound("policy.min_quality_overall", QUALITY_OVERALL, policy.min_quality_overall)
        )
    for kind in ("vendor", "channel", "harness"):
        share = getattr(policy, f"max_{kind}_share")
        if share is not None:
            found.append(Bound(f"policy.max_{kind}_share", TOP_SHARE, share, (kind,)))
    if policy.max_vendors is not None:
        found.append(Bound("policy.max_vendors", MOST_VENDORS, policy.max_vendors))
    if policy.min_vendors is not None:
        found.append(
            Bound("policy.min_vendors", LEAST_VENDORS, policy.min_vendors,
                  least_share=policy.min_share)
        )  # fmt: skip
    return found


def bounds_of_case(case: Case) -> list[Bound]:
    """List the limits that a case's budgets and policy are."""
    budget = None
    if case.budget is not None:
        budget = Budget.unchecked(total=case.budget, confidence=case.confidence)
    return bounds_of(case.policy, budget, case.team_budgets, market_classes(case.market))


def rules_of(facts: Sequence[OptionFacts]) -> list[Bound]:
    """List the rules that deny any of the options, each with those that it denies."""
    keys = sorted({key for one in facts for key in one.denied_by})
    return [
        Bound(key, RULE, 0.0, tuple(one.name for one in facts if key in one.denied_by))
        for key in keys
    ]


def needs_exact_money(bounds: Sequence[Bound]) -> bool:
    """Tell whether any limit is on shares of spending, which paying more could help to keep."""
    return any(bound.kind in {TOP_SHARE, LEAST_VENDORS} for bound in bounds)


# --- In a problem --------------------------------------------------------------------------------


def _hold_budget(menu: Menu, terms: MoneyTerms, bound: Bound) -> None:
    """Hold expected spend; the mean of the worst years is held by cuts from the draws."""
    del menu
    over = terms.spend._replace(constant=terms.spend.constant - bound.value)
    terms.program.hold(bound.key, over)


def _hold_team_budget(menu: Menu, terms: MoneyTerms, bound: Bound) -> None:
    """Hold what a team's own use and seats cost; its part of a pool is found by the engine."""
    team = menu.market.work.teams.index(bound.about[0])
    own = (menu.cells.team == team).astype(float)[:, None]
    checks = menu.of(menu.contributions.checks * own)
    spent = terms.pooled.sum_of(checks, checks)
    for option in range(len(menu.facts)):
        if not menu.in_pool(option) and option in terms.by_option:
            spent = spent.plus(metered(menu, terms.pooled, option, own))
    for variable, entry in terms.pooled.entries.items():
        if entry.team == team:
            fee = min(plan.terms.fee @ plan.heads[team] for plan in entry.pool.plans)
            spent = spent.plus(Sum(np.zeros(terms.program.size), {variable: float(fee)}))
    spent = spent.plus(terms.pooled.overage.get(team, terms.program.nothing()))
    terms.program.hold(bound.key, spent._replace(constant=-bound.value))


def _hold_quality(menu: Menu, terms: MoneyTerms, bound: Bound) -> None:
    """Hold the completed tasks of each class against the reference's of the same tasks."""
    names = [menu.market.work.classes[k] for k in menu.cells.task_class]
    for name in bound.about:
        _hold_completed(menu, terms, bound, np.array([float(one == name) for one in names]))


def _hold_quality_overall(menu: Menu, terms: MoneyTerms, bound: Bound) -> None:
    _hold_completed(menu, terms, bound, np.ones(menu.cells.size))


def _hold_completed(menu: Menu, terms: MoneyTerms, bound: Bound, cells: FloatArray) -> None:
    """Hold the tasks that are done; work that is left undone counts as failed."""
    asked = Sum(menu.of(menu.contributions.reference * cells[:, None]))
    done = done_sum(menu, terms.pooled, "completed", cells)
    terms.program.hold(bound.key, terms.program.nothing().plus(asked, bound.value).plus(done, -1.0))


def _hold_top_share(menu: Menu, terms: MoneyTerms, bound: Bound) -> None:
    """Hold each name's spending to its share of all spending."""
    for name in _names(menu, bound.about[0]):
        own = spend_of(menu, terms, bound.about[0], name)
        terms.program.hold(bound.key, own.plus(terms.spend, -bound.value))


def _hold_most_vendors(menu: Menu, terms: MoneyTerms, bound: Bound) -> None:
    used = vendors_used(menu, terms)
    count = Sum(np.zeros(terms.program.size), dict.fromkeys(used.values(), 1.0), -bound.value)
    terms.program.hold(bound.key, count)


def _hold_least_vendors(menu: Menu, terms: MoneyTerms, bound: Bound) -> None:
    """Demand so many makers (or channels, or tools) with at least a share of the spending each."""
    program, counted = terms.program, {}
    most, kind = _most_spent(terms), _counted(bound)
    for name in _names(menu, kind):
        counts = program.add(Extra(f"{name} counts", high=1.0, is_whole=True))
        counted[counts] = -1.0
        short = (
            program.nothing()
            .plus(terms.spend, bound.least_share)
            .plus(spend_of(menu, terms, kind, name, relaxed=True), -1.0)
        )
        free = Sum(np.zeros(program.size), {counts: most}, -most)
        program.hold(bound.key, short.plus(free))
        # One that nobody uses is no second source, whatever a commitment pays it.
        own = [o for o in range(len(menu.facts)) if name_of(menu, kind, o) == name]
        uses = menu.uses(own) * (1.0 if program.is_whole else _ANY_SHARE)
        program.hold(bound.key, Sum(np.asarray(-uses, dtype=np.float64), {counts: 1.0}))
    program.hold(bound.key, Sum(np.zeros(program.size), counted, bound.value))


_ANY_SHARE = 1e4
"""One part in so many of a cell is use, where work is shared out."""


def _counted(bound: Bound) -> str:
    """Return what a lower limit on their number counts: makers, where it does not say."""
    return bound.about[0] if bound.about else "vendor"


def _most_spent(terms: MoneyTerms) -> float:
    """Return a sum that no mix spends more than."""
    program = terms.program
    each = np.zeros(program.cells)
    np.maximum.at(each, program.cell, terms.spend.columns)
    beside = sum(w * min(program.extras[n].high, 1e12) for n, w in terms.spend.extras.items())
    return float(each.sum()) + beside + abs(terms.spend.constant)


def vendors_used(menu: Menu, terms: MoneyTerms) -> dict[str, int]:
    """Return the index of the variable that says whether each maker is used; add them once."""
    known = {extra.name: n for n, extra in enumerate(terms.program.extras)}
    used = {}
    for name in _names(menu, "vendor"):
        label = f"{name} is used"
        if label not in known:
            known[label] = terms.program.add(Extra(label, high=1.0, is_whole=True))
            columns = menu.uses([o for o, one in enumerate(menu.facts) if one.vendor == name])
            terms.program.links.append(Link(known[label], columns))
        used[name] = known[label]
    return used


def _names(menu: Menu, kind: str) -> list[str]:
    """List the makers, channels or harnesses that any strategy would use or a contract owes."""
    options = {int(o) for o in (*menu.strategies.first, *menu.strategies.second) if o >= 0}
    found = {name_of(menu, kind, option) for option in options}
    found |= {biller for biller in menu.market.commitments if is_owed_as(menu, kind, biller)}
    return sorted(name for name in found if name is not None)


def is_owed_as(menu: Menu, kind: str, biller: str) -> bool:
    """Tell whether what a biller is owed counts as spent on a channel, or a maker, of its name."""
    return kind == "channel" or (kind == "vendor" and biller in menu.makers)


def name_of(menu: Menu, kind: str, option: int) -> str | None:
    """Return an option's maker, channel or harness."""
    facts = menu.facts[option]
    return {"vendor": facts.vendor, "channel": facts.billed_by, "harness": facts.harness}[kind]


def spend_of(menu: Menu, terms: MoneyTerms, kind: str, name: str, *, relaxed: bool = False) -> Sum:
    """Return what is spent on a maker, channel or harness, seats and what is owed included.

    A plan whose options differ in it counts with the least that its part can be, or all of it where
    `relaxed`: how it is shared is not linear, and the engine settles it.
    """
    total = terms.program.nothing()
    for option, cost in terms.by_option.items():
        if name_of(menu, kind, option) == name:
            total = total.plus(cost).plus(terms.fees_of((option,)))
    for options, cost in terms.shared.items():
        named = [name_of(menu, kind, option) == name for option in options]
        if all(named) or (relaxed and any(named)):
            total = total.plus(cost).plus(terms.fees_of(options))
        elif any(named):
            mine = tuple(o for o, is_named in zip(options, named, strict=True) if is_named)
            total = total.plus(least_part(menu, terms, options, mine))
    if is_owed_as(menu, kind, name) and name in terms.owed:
        total = total.plus(terms.owed[name])
    return total


def _hold_rule(menu: Menu, terms: MoneyTerms, bound: Bound) -> None:
    """Leave out every strategy that tries an option which a rule denies."""
    denied = [o for o, facts in enumerate(menu.facts) if facts.name in bound.about]
    terms.program.hold(bound.key, Sum(menu.uses(denied).astype(float)))


HELD: dict[str, Callable[[Menu, MoneyTerms, Bound], None]] = {
    BUDGET: _hold_budget,
    TEAM_BUDGET: _hold_team_budget,
    QUALITY: _hold_quality,
    QUALITY_OVERALL: _hold_quality_overall,
    TOP_SHARE: _hold_top_share,
    MOST_VENDORS: _hold_most_vendors,
    LEAST_VENDORS: _hold_least_vendors,
    RULE: _hold_rule,
}


# --- On figures ----------------------------------------------------------------------------------


def measure(bound: Bound, figures: MixFigures) -> float:
    """Return the figure that a limit is about: the worst one where it is about several."""
    if bound.kind == BUDGET:
        return figures.tail.get(bound.key, figures.spend)
    if bound.kind == TEAM_BUDGET:
        return figures.tail.get(bound.key, figures.by_team[bound.about[0]])
    if bound.kind == QUALITY:
        known = [name for name in bound.about if figures.reference.get(name)]
        return min((figures.completed[n] / figures.reference[n] for n in known), default=1.0)
    if bound.kind == QUALITY_OVERALL:
        return figures.quality
    if bound.kind == TOP_SHARE:
        return max(figures.shares(bound.about[0]).values(), default=0.0)
    if bound.kind == MOST_VENDORS:
        return float(len(figures.vendors))
    if bound.kind == RULE:
        return float(len(set(bound.about) & set(figures.used)))
    shares, used = figures.shares(_counted(bound)), figures.names_used[_counted(bound)]
    return float(sum(shares.get(name, 0.0) >= bound.least_share * (1 - ROUNDING) for name in used))


ROUNDING = 1e-9
"""By this share of itself a limit may be passed: what is left of arithmetic."""


def excess(bound: Bound, figures: MixFigures) -> float:
    """Return by what share of itself a limit is broken; 0 where it holds."""
    found = measure(bound, figures)
    over = bound.value - found if bound.kind in LOWER_BOUNDS else found - bound.value
    size = max(abs(bound.value), 1e-9)
    return 0.0 if over <= ROUNDING * size or np.isnan(over) else over / size


def hold_all(menu: Menu, terms: MoneyTerms, bounds: Sequence[Bound]) -> None:
    """Put every limit into a problem, and what using a vendor costs beside spending."""
    for bound in bounds:
        HELD[bound.kind](menu, terms, bound)


def market_classes(market: Market) -> list[str]:
    """List the names of the task classes, each once."""
    return list(dict.fromkeys(market.work.classes))
