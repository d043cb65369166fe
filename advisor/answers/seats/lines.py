"""One line for each way of buying: its terms, where it pays, what it costs, what it saves."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from advisor.answers.seats.allocation import Allocation, TeamChoice, cheapest, expected_up_to
from advisor.answers.seats.buying import Buying, curve_of, group_of, pay
from advisor.answers.seats.cost_curve import CostCurve, lowest, meeting
from advisor.answers.seats.offers import Offered
from advisor.model.plan import Overage
from advisor.tables.seats import BuyingLine

TOKENS, BY_TOKEN = "tokens", "by the token"
"""The name and the title of paying by the token."""

KINDS = {"light": 0.25, "typical": 0.5, "heavy": 0.9, "extreme": 0.99}
"""Kinds of user by their rank: half of all people use less than the typical one."""


class BuyingMenu(NamedTuple):
    """The ways of buying with their names; `table.ways` are those of `known`, by the token first.

    `beside` are the cheapest deals of each of them with tokens alone.
    """

    table: TeamChoice
    offered: Sequence[Offered]
    known: Sequence[Offered]
    beside: Sequence[Allocation]
    per_usd: float

    @classmethod
    def of(
        cls, table: TeamChoice, offered: Sequence[Offered], known: Sequence[Offered], per_usd: float
    ) -> "BuyingMenu":
        """Price each plan beside tokens once."""
        beside = [cheapest(table, sorted({0, way})) for way in range(len(known))]
        return cls(table, offered, known, beside, per_usd)

    @property
    def allowed(self) -> list[int]:
        """The ways that the policy does not deny; what runs today may go on."""
        return [
            n for n, one in enumerate(self.known) if n == 0 or one.is_today or one.denied is None
        ]

    def curve(self, way: int) -> CostCurve:
        """Return what a way costs a person a month."""
        return curve_of(self.table.team, self.table.ways[way])

    def name(self, one: Offered) -> str:
        """Return the name of a way: the plan's, with the billing where it has two."""
        if one.plan is None:
            return TOKENS
        return f"{one.plan.id} annual" if self._has_two(one) else one.plan.id

    def title(self, one: Offered) -> str:
        """Return a way's name as people say it."""
        if one.plan is None:
            return BY_TOKEN
        name = one.plan.plan.name.removeprefix("GitHub ")
        return f"{name} (annual)" if self._has_two(one) else name

    def _has_two(self, one: Offered) -> bool:
        same = [other for other in self.offered if other.plan is one.plan]
        return one.billing == "annual" and len(same) > 1

    def lines(self, deal: Allocation, expected: Sequence[float]) -> list[BuyingLine]:
        """Write a line for each way; `expected` are the people of the deal by known way."""
        lines = []
        for way, one in enumerate(self.known):
            line = self._priced(self._named(one), way, self.table.ways[way])
            people = deal.people_on(way)
            lines.append(line._replace(people=people, people_expected=expected[way]))
        not_known = [one for one in self.offered if one.buying is None]
        return lines + [self._not_known(self._named(one), one) for one in not_known]

    def _named(self, one: Offered) -> BuyingLine:
        """Write names and terms; figures come after."""
        terms, plan = one.terms, one.plan
        line = BuyingLine(
            way=self.name(one),
            title=self.title(one),
            plan=plan.id if plan else None,
            billing=one.billing,
            option=one.option,
            billed_by=plan.vendor.vendor if plan else ", ".join(self.table.ways[0].rest_billed),
            tool=plan.plan.tool if plan else None,
            is_today=one.is_today,
            for_individuals=one.is_for_individuals,
            denied=one.denied,
            unknown=one.unknown,
            seat_month=one.seat_month,
            costs=dict.fromkeys(KINDS),
        )
        if terms is None:
            return line
        allowance, overage = terms.allowance, terms.overage
        return line._replace(
            includes=None if allowance is None else allowance * self.per_usd,
            pooled=terms.is_pooled,
            overage_factor=overage.factor if isinstance(overage, Overage) else None,
            token_fee=terms.token_fee * self.per_usd,
            min_seats=terms.min_seats,
            max_seats=terms.max_seats,
            confidence=terms.source.confidence,
            checked_on=terms.source.checked_on,
            source=terms.source.url,
        )

    def _priced(self, line: BuyingLine, way: int, buying: Buying) -> BuyingLine:
        team, curve = self.table.team, self.curve(way)
        crossing = meeting(curve, self.curve(0))
        costs = {kind: curve.at(team.average * team.shape.use_at(rank))
                 for kind, rank in KINDS.items()}  # fmt: skip
        paid = pay(team, buying, group_of(team, buying, [(0.0, 1.0)]))
        used = float(team.used_up_to(np.ones(1)).sum())
        alone = self.table.everybody_on(way).cost
        priced = line._replace(
            costs={kind: cost if cost < math.inf else None for kind, cost in costs.items()},
            cost_alone=alone if alone < math.inf else None,
            unmet_share=min(1.0, float(paid.refused[0]) / used) if used else 0.0,
        )
        if way == 0:
            return priced
        return priced._replace(
            break_even=crossing.begins,
            dearer_again=crossing.ends,
            is_cheaper=crossing.is_cheaper,
            beside_people=self.beside[way].people_on(way),
            beside_saves=self.table.everybody_on(0).cost - self.beside[way].cost,
        )

    def _not_known(self, line: BuyingLine, one: Offered) -> BuyingLine:
        """Say above which use a seat could pay if it included all use, and for how many people."""
        team = self.table.team
        if one.seat_month is None or one.rest is None:
            return line
        by_token = self.curve(0)
        rest = math.fsum(team.weights * team.profile * one.rest)
        at_best = CostCurve(one.seat_month, rest)
        begins = meeting(at_best, by_token).begins
        if begins is None:
            return line._replace(people_above=0.0, saves_at_most=0.0)
        rank = float(team.shape.rank_of(np.array(begins / team.average)))
        ends = np.array([rank, 1.0])
        gained = expected_up_to(team, by_token, ends) - expected_up_to(team, at_best, ends)
        return line._replace(
            needs_use=begins,
            people_above=team.headcount * (1 - rank),
            saves_at_most=team.person_months * float(gained[1] - gained[0]),
        )


def edge(menu: BuyingMenu, left: int, right: int, person: int) -> float:
    """Return the use at which one way takes over from another, next to a person in the order.

    Where the two don't cross there, as beside a pool, it is the person's own use.
    """
    team = menu.table.team
    one, other = menu.curve(left), menu.curve(right)
    crossings = [piece.high for piece in lowest([one, other])[:-1]] if _is_open(one) else []
    own = team.average * team.shape.use_at(person / team.whole)
    near = [
        use
        for use in crossings
        if abs(float(team.shape.rank_of(np.array(use / team.average))) * team.whole - person) <= 1
    ]
    return min(near, key=lambda use: abs(use - own), default=own)


def _is_open(curve: CostCurve) -> bool:
    return math.isinf(curve.limit)
