"""Budgets for the worst years: the mean of the dearest draws, as straight lines from below.

A mix's spend in a year is convex in its shares, and the mean of the worst years is the greatest
mean of any so many years. The mean over the years that are worst for one mix is therefore below it
for every mix and equal for that one: a cut. Cutting where mixes are found ends in few rounds
(Rockafellar and Uryasev).

In symbols: s_i(x) is the spend of draw i of n, convex in the shares x, and k = n·(1 - confidence),
rounded up. tail(x) is the largest sum of s_i(x) ÷ k over any k draws. Let W be the k worst draws of
a mix x₀, and l_i ≤ s_i a line that touches s_i there: the sum of l_i(x) ÷ k over W is at most
tail(x) everywhere, and equal at x₀.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.limits import BUDGET, Bound
from advisor.answers.recommend.menu import Menu, PoolOnOffer, overage_of, pool_of
from advisor.answers.recommend.mix import Mix, spend_over_draws, tail_mean, worst
from advisor.answers.recommend.money import MoneyTerms
from advisor.answers.recommend.problem import Sum
from advisor.answers.recommend.strategies import NOBODY, Contributions, contributions_of
from advisor.engine.axes import Sample
from advisor.engine.draws import Years
from advisor.engine.market import Drawing, Market
from advisor.engine.outcome import Flow, Outcome
from advisor.engine.seats import settle

FloatArray = NDArray[np.float64]

_NOBODY = 1e-300


class Tails(NamedTuple):
    """The draws of a menu: what all strategies share, and what options have of their own.

    `cuts` are lines below the mean of the worst years of a budget, by its key; they hold for every
    problem with the same columns.
    """

    menu: Menu
    years: Years
    sample: Sample
    drawing: Drawing
    cuts: dict[str, list[Sum]]

    @classmethod
    def of(cls, menu: Menu, bounds: Sequence[Bound], years: Years | None) -> "Tails | None":
        """Draw the years; None where no limit asks for them."""
        if years is None or all(bound.confidence is None for bound in bounds):
            return None
        return cls.drawn(menu, years)

    @classmethod
    def drawn(cls, menu: Menu, years: Years) -> "Tails":
        """Draw the years of every option that may be used."""
        market = menu.market
        options = {int(o) for o in (*menu.strategies.first, *menu.strategies.second) if o >= 0}
        sample = Sample.draw(market.work, market.terms, years)
        drawing = Drawing.of(market.candidates, sorted(options), years)
        return cls(menu, years, sample, drawing, {})

    def cut(self, terms: MoneyTerms, bound: Bound, mix: Mix) -> None:
        """Add the cut of the years that are worst for a mix to a problem."""
        assert bound.confidence is not None
        spends = spend_over_draws(mix, bound, self.years)
        rows = worst(spends, bound.confidence)
        if bound.kind == BUDGET:
            line = self.spend_near(terms, mix, rows)
        else:
            line = self._team_spend(terms, bound, rows)
        self.cuts.setdefault(bound.key, []).append(line)
        terms.program.hold(bound.key, line._replace(constant=line.constant - bound.value))

    def of_mix(self, bound: Bound, mix: Mix) -> float:
        """Return the mean of the years that are worst for a mix."""
        assert bound.confidence is not None
        return tail_mean(spend_over_draws(mix, bound, self.years), bound.confidence)

    def hold(self, terms: MoneyTerms, bounds: Sequence[Bound]) -> None:
        """Put the cuts that are known into a problem."""
        for bound in bounds:
            for line in self.cuts.get(bound.key, ()):
                terms.program.hold(bound.key, line._replace(constant=line.constant - bound.value))

    def contributions(
        self, rows: NDArray[np.intp], weights: FloatArray, monthly: Sequence[int] = ()
    ) -> Contributions:
        """Return what strategies bring, on average over some draws."""
        sample, drawing = _picked(self.sample, self.drawing, rows)
        return contributions_of(
            self.menu.market, self.menu.cells, self.menu.strategies, sample, drawing,
            weights=weights, monthly=monthly,
        )  # fmt: skip

    def spend_near(self, terms: MoneyTerms, mix: Mix, rows: NDArray[np.intp]) -> Sum:
        """Return the mean spend of some draws: a line below it that meets it at a mix."""
        menu, even = self.menu, np.full(len(rows), 1 / len(rows))
        line = Sum(menu.of(self.contributions(rows, even).checks))
        result = mix.outcome(self.years)
        owing = _owing(menu, result.flows, rows)
        for options, weights in self._by_biller(owing, even):
            contributions = self.contributions(rows, weights)
            line = line.plus(Sum(_use_of(menu, contributions, options)))
        for biller, due in owing.items():
            line = line._replace(
                constant=line.constant + menu.market.commitments[biller] * float(even @ due)
            )
        for pool in menu.pools:
            line = line.plus(self._pool(terms, pool, mix.market, result, owing, rows))
        return line

    def _by_biller(
        self, owing: dict[str, FloatArray], even: FloatArray
    ) -> list[tuple[list[int], FloatArray]]:
        """Group metered options by biller: use that a commitment swallows costs nothing."""
        groups: dict[str, list[int]] = {}
        for option, facts in enumerate(self.menu.facts):
            if not self.menu.in_pool(option):
                groups.setdefault(facts.billed_by if facts.billed_by in owing else "", []).append(
                    option
                )
        return [
            (options, even * (1 - owing[biller]) if biller else even)
            for biller, options in groups.items()
        ]

    def _pool(
        self,
        terms: MoneyTerms,
        pool: PoolOnOffer,
        market: Market,
        result: Outcome,
        owing: dict[str, FloatArray],
        rows: NDArray[np.intp],
    ) -> Sum:
        """Return a pool's fees and what is paid beyond its seats, from below, met at the mix.

        What is served under a cap grows ever slower, and no line through it lies below it: there
        nothing but fees is in the line.
        """
        line = terms.fees_of(pool.options)
        used = [option for option in pool.options if option in result.flows]
        if pool.is_bounded or not used:
            return line
        swallowed = owing.get(self.menu.facts[used[0]].billed_by, np.zeros(len(rows)))
        due = (1 - swallowed) / len(rows) * pool.kept
        if pool.by_person:
            return line.plus(self._by_person(terms, pool, market, result, due, rows))
        use = self._picked(sum(result.flows[o].usage for o in used), rows)
        settled = next(one for o, one in result.seating.pools.items() if set(o) & set(used))
        return line.plus(self._beyond_pool(terms, pool, use, settled.allowance, due, rows))

    def _picked(self, use: FloatArray | int, rows: NDArray[np.intp]) -> FloatArray:
        array = np.asarray(use)
        return np.broadcast_to(array, (self.years.draws, *array.shape[1:]))[rows]

    def _beyond_pool(
        self,
        terms: MoneyTerms,
        pool: PoolOnOffer,
        use: FloatArray,
        bought: FloatArray,
        due: FloatArray,
        rows: NDArray[np.intp],
    ) -> Sum:
        """Return use less what seats include, in the draws and months that are beyond them."""
        total, factors = terms.program.nothing(), np.broadcast_to(overage_of(pool), use.shape[1:])
        seated = terms.pooled.seated[pool.options]
        for t, factor in enumerate(factors.tolist()):
            weights = due * factor * (use[:, t] > bought[t])
            if not weights.any():
                continue
            contributions = self.contributions(rows, weights, pool.options)
            each = (self.menu.of(contributions.by_month[o][:, :, t]) for o in pool.options)
            total = total.plus(Sum(np.asarray(sum(each))))
            for one in seated:
                included = float(one.plan.terms.allowance[t])
                total = total.plus(one.seats[t], -float(weights.sum()) * included)
        return total

    def _by_person(
        self,
        terms: MoneyTerms,
        pool: PoolOnOffer,
        market: Market,
        result: Outcome,
        due: FloatArray,
        rows: NDArray[np.intp],
    ) -> Sum:
        """Return what teams pay beyond their people's allowances: tangents at the mix."""
        menu, total = self.menu, terms.program.nothing()
        teams = menu.cells.team[menu.columns[0]]
        by_group = [one.apart for o in pool.options if (one := result.flows.get(o)) is not None]
        alike = market.alike
        whole = self._picked(sum(one for one in by_group if one is not None), rows)
        for team in sorted(set(teams[menu.uses(pool.options)].tolist())):
            group = alike.of[team]
            part = menu.market.work.people[team] / np.maximum(
                alike.total(menu.market.work.people)[group], _NOBODY
            )
            use = whole[:, group] * part
            paid, slope = self._paid_and_slope(pool, team, use)
            constant = float((due[:, None] * (paid - slope * use)).sum())
            columns = np.zeros(terms.program.size)
            for t in np.flatnonzero(slope.any(axis=0)).tolist():
                contributions = self.contributions(rows, due * slope[:, t], pool.options)
                each = (menu.of(contributions.by_month[o][:, :, t]) for o in pool.options)
                columns = columns + np.where(teams == team, sum(each), 0.0)
            total = total.plus(Sum(columns, {}, constant))
        return total

    def _paid_and_slope(
        self, pool: PoolOnOffer, team: int, use: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Return what is paid for a team's use beyond the seats, and what a little more adds."""
        market = self.menu.market
        alone, factor = pool_of(market, pool, team), overage_of(pool)

        def paid(of: FloatArray) -> FloatArray:
            beyond = settle(of[:, None], alone, market.usage_sigma).beyond
            return np.asarray(beyond[:, 0] * factor)

        step = np.maximum(use, 1.0) * 1e-7
        low, high = np.maximum(use - step, 0), use + step
        return paid(use), (paid(high) - paid(low)) / (high - low)

    def _team_spend(self, terms: MoneyTerms, bound: Bound, rows: NDArray[np.intp]) -> Sum:
        """Return a team's own metered use in some draws; the engine adds its part of pools."""
        menu = self.menu
        own = menu.market.work.teams.index(bound.about[0]) == menu.cells.team[menu.columns[0]]
        contributions = self.contributions(rows, np.full(len(rows), 1 / len(rows)))
        outside = [o for o in range(len(menu.facts)) if not menu.in_pool(o)]
        use = _use_of(menu, contributions, outside) + menu.of(contributions.checks)
        return Sum(np.where(own, use, 0.0))


def _picked(sample: Sample, drawing: Drawing, rows: NDArray[np.intp]) -> tuple[Sample, Drawing]:
    def pick(array: FloatArray) -> FloatArray:
        return array if len(array) == 1 else array[rows]

    value = None if sample.value is None else pick(sample.value)
    chosen = Sample(
        pick(sample.count), pick(sample.tokens), pick(sample.success), value,
        pick(sample.review), pick(sample.rework),
    )  # fmt: skip
    return chosen, Drawing(
        {o: pick(array) for o, array in drawing.multiplier.items()},
        {o: pick(array) for o, array in drawing.quality.items()},
    )


def _use_of(menu: Menu, contributions: Contributions, options: Sequence[int]) -> FloatArray:
    mine = np.zeros(len(menu.facts), dtype=bool)
    mine[list(options)] = True
    first, second = menu.strategies.first, menu.strategies.second
    use = contributions.first_use * mine[first]
    return menu.of(use + contributions.second_use * (mine[second] & (second != NOBODY)))


def _owing(menu: Menu, flows: Mapping[int, Flow], rows: NDArray[np.intp]) -> dict[str, FloatArray]:
    """Tell in which draws a biller's commitment is not used up: 1 or 0. (len(rows),) each."""
    found = {}
    for biller, promised in menu.market.commitments.items():
        used = np.zeros(1)
        for option, flow in flows.items():
            if menu.market.candidates[option].biller == biller:
                used = used + flow.paid.sum(axis=1)
        every = np.broadcast_to(used, (max(len(used), int(rows.max()) + 1),))
        found[biller] = (every[rows] < promised).astype(float)
    return found
