"""What today's work can be bought on: by the token, and every plan that serves its models.

What people use is today's work at the prices of paying by the token. What a reader would get wrong:
on a plan the same tokens are used, in whatever tool the plan comes with, unless an option of the
file says otherwise; what another tool would use is a question for `compare`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.seats.buying import Buying, SeatPlanTerms
from advisor.case.facts import Case
from advisor.case.options import facts
from advisor.case.pricing import plan_terms, rates_per_token, seat_fee, seat_terms
from advisor.case.purchase import NotKnownError, Purchase, find_purchase
from advisor.case.resolved import ResolvedWorkload
from advisor.engine.axes import RandomInput, Sample
from advisor.engine.draws import Means, Years
from advisor.engine.market import Drawing, Market, years_at_once
from advisor.engine.outcome import drawn_outcome, outcome
from advisor.engine.routes import Route, options_used
from advisor.errors import MissingError
from advisor.model.book import SoldPlan
from advisor.model.plan import PlanPeriod
from advisor.model.workload import Option

FloatArray = NDArray[np.float64]

_FOR_COMPANIES = re.compile(r"\b(?:Business|Teams?|Enterprise|Standalone|Code Assist)\b")
_FOR_ONE = re.compile(r"\b(?:Free|Go|Lite|Plus|Pro|Max|Ultra|Premium)\b")


class Offered(NamedTuple):
    """One way of buying with its names; `buying` is None where facts don't price it: `unknown`.

    `terms` are those of the plan's first month, None by the token. `seat_month` is money in the
    file's currency.
    """

    buying: Buying | None
    plan: SoldPlan | None = None
    billing: str | None = None
    option: str | None = None
    terms: PlanPeriod | None = None
    seat_month: float | None = None
    rest: FloatArray | None = None
    unknown: str | None = None
    denied: str | None = None
    is_today: bool = False

    @property
    def is_for_individuals(self) -> bool:
        """Whether it is sold to one person at a time, as its name tells; the tables don't say."""
        name = self.plan.plan.name if self.plan is not None else ""
        return bool(_FOR_ONE.search(name)) and not _FOR_COMPANIES.search(name)


class TodayByToken(NamedTuple):
    """Today's work bought by the token.

    `used` is money by option index and month, (T,) each; `checks` is money for checking first tries
    over all months, which no plan changes.
    """

    market: Market
    routes: Sequence[Route]
    purchases: Mapping[int, Purchase]
    used: Mapping[int, FloatArray]
    checks: float

    @property
    def all_used(self) -> FloatArray:
        """Money by month. Shape (T,)."""
        return np.asarray(sum(self.used.values()))


def by_the_token(case: Case, resolved: ResolvedWorkload) -> TodayByToken:
    """Price today's work by the token.

    Raises MissingError where today's seats include use that nobody publishes.
    """
    routes = case.ways[case.today].routes
    candidates = list(case.market.candidates)
    purchases = {}
    for index in options_used(routes):
        name = candidates[index].name
        own = resolved.purchases[name]
        _refuse_hidden_use(own, resolved)
        plain = own.option.model_copy(update={"plan": None})
        purchases[index] = _purchase(own, plain, resolved)
        candidates[index] = candidates[index]._replace(
            biller=purchases[index].biller,
            subscription=purchases[index].subscription,
            pool=purchases[index].pool,
            rates=_rates(purchases[index], resolved, case),
            seats=None,
            discount_on_overage=0.0,
            cap=np.inf,
        )
    market = replace(case.market, candidates=tuple(candidates))
    result = drawn_outcome(market, routes, Means())
    used = {index: flow.usage[0] for index, flow in result.flows.items()}
    paid = sum(float(one.sum()) for one in used.values()) + float(result.owed[0])
    return TodayByToken(market, routes, purchases, used, max(0.0, float(result.spend[0]) - paid))


def _refuse_hidden_use(own: Purchase, resolved: ResolvedWorkload) -> None:
    terms = plan_terms(own, resolved.months[0].begins_at)
    if terms is not None and terms.allowance is None and own.plan is not None:
        raise MissingError.of(
            f"how much use {own.plan.plan.name} includes is not published, so how much people use "
            "is not known, and no seat can be set against it",
            key=f"options.{own.name}",
        )


def _purchase(own: Purchase, option: Option, resolved: ResolvedWorkload) -> Purchase:
    contracts = dict(resolved.workload.contracts)
    return find_purchase(own.name, option, own.book, contracts, own.per_usd)


def _rates(purchase: Purchase, resolved: ResolvedWorkload, case: Case) -> FloatArray:
    """Price a purchase for each class of the market: one of the file, or a part that teams share.

    Where a team has a mix of its own, classes are cut into parts, each with the name of its class.
    """
    found = rates_per_token(
        purchase, resolved.months, resolved.prices.prompts, resolved.prices.peaks
    )
    stated = list(resolved.tasks)
    return found[:, [stated.index(name) for name in case.market.work.classes]]


class YearsOfUse(NamedTuple):
    """Drawn years: use relative to the expected one, and what today's way costs. (draws,) each."""

    use: FloatArray
    spend: FloatArray


def years_of(case: Case, today: TodayByToken, *, draws: int, seed: int) -> YearsOfUse:
    """Draw years of today's work."""
    drawn, market = Years(draws, seed), today.market
    use, spend = [], []
    for years in drawn.parts(years_at_once(market)):
        sample = Sample.draw(market.work, market.terms, years)
        drawing = Drawing.of(market.candidates, sorted(today.used), years)
        by_token = outcome(market, today.routes, sample, drawing)
        used = np.asarray(sum(flow.usage.sum(axis=1) for flow in by_token.flows.values()))
        use.append(np.broadcast_to(used, (years.draws,)))
        now = outcome(case.market, today.routes, sample, drawing)
        spend.append(np.broadcast_to(now.spend, (years.draws,)))
    return YearsOfUse(np.concatenate(use) / today.all_used.sum(), np.concatenate(spend))


def spend_today(case: Case, today: TodayByToken) -> float:
    """Return what today's way costs over the plan's months, at the expected level."""
    return float(drawn_outcome(case.market, today.routes, Means()).spend[0])


def offers(case: Case, resolved: ResolvedWorkload, today: TodayByToken) -> list[Offered]:
    """List the ways of buying: by the token, then seats by price, then those not known."""
    found = [_by_token(case, today)]
    for sold in next(iter(resolved.purchases.values())).book.plans.values():
        found += _seats(case, resolved, today, sold)
    return sorted(found, key=_order)


def _order(one: Offered) -> tuple[bool, bool, float]:
    price = np.inf if one.seat_month is None else one.seat_month
    return one.plan is not None, one.buying is None, float(price)


def _by_token(case: Case, today: TodayByToken) -> Offered:
    names = {case.market.candidates[index].name: index for index in today.purchases}
    is_today = all(case.market.candidates[index].seats is None for index in names.values())
    return Offered(Buying("", None, _shares(today, today.used)), is_today=is_today)


def _shares(today: TodayByToken, options: Mapping[int, FloatArray]) -> dict[str, FloatArray]:
    """Return what share of all use some options' billers are paid for. Shape (T,) each."""
    total, shares = today.all_used, dict[str, FloatArray]()
    for index, used in options.items():
        part = np.divide(used, total, out=np.zeros_like(total), where=total > 0)
        biller = today.purchases[index].biller
        shares[biller] = shares.get(biller, np.zeros_like(total)) + part
    return shares


class _Seat(NamedTuple):
    """A plan with one billing, as bought for today's options: the file's own option if it has."""

    plan: SoldPlan
    billing: str
    option: str | None
    purchases: Mapping[int, Purchase]

    @property
    def first(self) -> Purchase:
        """Any of the purchases; they share the terms."""
        return next(iter(self.purchases.values()))


def _seats(
    case: Case, resolved: ResolvedWorkload, today: TodayByToken, sold: SoldPlan
) -> Iterator[Offered]:
    """Offer a plan at each of its billings; say why not where it is named but does not serve.

    One for renewals only is offered to who names it.
    """
    served = [i for i, own in today.purchases.items() if sold.serves(own.offer.id)]
    named = {
        name: own.option for name, own in resolved.purchases.items() if own.option.plan == sold.id
    }
    closed = sold.plan.closed_to_new
    if closed is not None and closed <= resolved.months[0].first_day and not named:
        return
    if not served:
        if named and resolved.workload.options:
            models = ", ".join(dict.fromkeys(o.offer.model.name for o in today.purchases.values()))
            reason = f"does not serve {models}, which runs today"
            yield Offered(None, sold, None, next(iter(named)), unknown=reason)
        return
    for billing in _billings(sold, resolved, named):
        seat = _seat(resolved, today, sold, billing, served, named)
        yield _offered(case, resolved, today, seat)


def _billings(sold: SoldPlan, resolved: ResolvedWorkload, named: Mapping[str, Option]) -> list[str]:
    terms = sold.plan.terms_at(resolved.months[0].begins_at)
    asked = {option.billing for option in named.values()}
    prices = {
        "monthly": terms.seat_month if terms else None,
        "annual": terms.seat_month_annual if terms else None,
    }
    found = [one for one, price in prices.items() if price is not None or one in asked]
    return found or ["monthly"]


def _seat(
    resolved: ResolvedWorkload,
    today: TodayByToken,
    sold: SoldPlan,
    billing: str,
    served: Sequence[int],
    named: Mapping[str, Option],
) -> _Seat:
    purchases, chosen = {}, None
    for index in served:
        own = today.purchases[index]
        tool = sold.plan.tool if sold.plan.tool != "any" else own.option.harness
        option = own.option.model_copy(
            update={"plan": sold.id, "channel": None, "mode": None, "seats": "active", "cap": None,
                    "harness": tool, "billing": billing}
        )  # fmt: skip
        for name, stated in named.items():
            if stated.billing == billing and resolved.purchases[name].offer.id == own.offer.id:
                option, chosen = stated, chosen or name
                break
        purchases[index] = _purchase(own, option, resolved)
    return _Seat(sold, billing, chosen, purchases)


def _offered(case: Case, resolved: ResolvedWorkload, today: TodayByToken, seat: _Seat) -> Offered:
    known = Offered(
        None, seat.plan, seat.billing, seat.option,
        denied=facts(seat.first, resolved.profiles, resolved.workload.policy).denied,
        is_today=all(
            own.option.plan == seat.plan.id and own.option.billing == seat.billing
            for own in (resolved.purchases[case.market.candidates[i].name] for i in today.purchases)
        ),
    )  # fmt: skip
    served = seat.purchases
    others = {index: used for index, used in today.used.items() if index not in served}
    rest = _shares(today, others)
    total = sum(rest.values(), np.zeros(len(resolved.months)))
    try:
        period = seat.plan.plan.terms_at(resolved.months[0].begins_at)
        if period is None:
            first = seat.plan.plan.periods[0].effective_from
            return known._replace(unknown=f"no terms of before {first:%Y-%m-%d} are known")
        known = known._replace(terms=period, rest=total)
        known = known._replace(seat_month=seat_fee(seat.first, period))
        terms = _terms(resolved, today, case, seat, total)
    except (NotKnownError, MissingError) as error:
        return known._replace(unknown=_without(str(error), seat.plan.plan.name))
    return known._replace(buying=Buying(seat.first.biller, terms, rest))


def _without(reason: str, name: str) -> str:
    """Leave a plan's name out of a reason, so that plans with the same one read the same."""
    return reason.replace(f" of {name}", "").replace(name, "it")


def _terms(
    resolved: ResolvedWorkload, today: TodayByToken, case: Case, seat: _Seat, rest: FloatArray
) -> SeatPlanTerms:
    bought = seat_terms(seat.first, resolved.months)
    assert bought is not None
    periods = [plan_terms(seat.first, month.begins_at) for month in resolved.months]
    most = [float(one.max_seats or np.inf) for one in periods if one is not None]
    at_plan, all_used = _used_at_plan(resolved, today, case, seat), today.all_used
    return SeatPlanTerms(
        fee=bought.fee,
        allowance=bought.allowance,
        pooled=bought.pooled,
        factor=bought.overage_factor * (1 - seat.first.discount_on_overage),
        cover=np.divide(at_plan, all_used, out=np.zeros_like(all_used), where=all_used > 0),
        rest=rest,
        min_seats=bought.min_seats,
        max_seats=min(most),
        annual=seat.billing == "annual",
    )


def _used_at_plan(
    resolved: ResolvedWorkload, today: TodayByToken, case: Case, seat: _Seat
) -> FloatArray:
    """Return what today's use that a plan serves comes to at the plan's rates. Shape (T,).

    Cheaper tokens change no counts here: rebound is left out on both sides.
    """
    candidates, changed = list(today.market.candidates), {}
    for index, purchase in seat.purchases.items():
        rates = _rates(purchase, resolved, case)
        own = candidates[index]
        multiplier = _stated_multiplier(case, purchase.option, seat.option) or own.multiplier
        if multiplier != own.multiplier or not np.array_equal(rates, own.rates):
            changed[index] = own._replace(rates=rates, multiplier=multiplier)
    plain = replace(today.market, rebound=0.0)
    before = drawn_outcome(plain, today.routes, Means()).flows if changed else {}
    for index, one in changed.items():
        candidates[index] = one
    after = replace(plain, candidates=tuple(candidates))
    flows = drawn_outcome(after, today.routes, Means()).flows if changed else {}
    total = np.zeros(len(resolved.months))
    for index in seat.purchases:
        ratio = np.ones_like(total)
        if index in changed:
            was, now = before[index].usage[0], flows[index].usage[0]
            ratio = np.divide(now, was, out=ratio, where=was > 0)
        total += today.used[index] * ratio
    return total


def _stated_multiplier(
    case: Case, option: Option, name: str | None
) -> tuple[RandomInput, ...] | None:
    """Return the multiplier of an option of the file that states one."""
    if option.token_multiplier is None and option.relative_cost is None:
        return None
    return next((one.multiplier for one in case.market.candidates if one.name == name), None)
