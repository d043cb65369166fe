"""The whole way from a read workload to a case: the order in which its parts need each other.

People first, then who is today's and who the reference, then what options are made of, then the
level of use, which needs all three.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from advisor.case.bill import Level, Prices, Serving, find_level
from advisor.case.facts import Assumption, Case, OptionFacts, Way
from advisor.case.options import Measures, candidate, facts, measures
from advisor.case.people import (
    DEFAULT_LEVEL_SPREAD,
    DEVELOPER_MONTH,
    Headcount,
    headcount,
    horizon,
    lay_out_work,
    teams_of,
    working_hours,
)
from advisor.case.purchase import NotKnownError, PeakHours, Purchase, find_purchase
from advisor.case.tasks import (
    DEFAULT_HOUR,
    detection,
    people_costs,
    relative_tokens,
    stated_tokens,
    success,
    tasks_of,
    values,
)
from advisor.case.today import Today, choose_today
from advisor.engine.axes import Candidate, TaskTerms, Work
from advisor.engine.burndown import released
from advisor.engine.calibration import typical_shares
from advisor.engine.outcome import Market, Route
from advisor.errors import Fault, MissingError, PriceGapError
from advisor.model.book import PriceBook
from advisor.model.profile import ProfileBook
from advisor.model.workload import Option, Routing, Task, Workload
from advisor.units import TOKEN_CLASSES, Month

FloatArray = NDArray[np.float64]


@dataclass
class _Notes:
    """What is gathered on the way: assumptions and warnings, in the order they were made."""

    assumptions: list[Assumption] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def build_case(
    workload: Workload,
    book: PriceBook,
    profiles: ProfileBook,
    shortlist: Mapping[str, Option],
    *,
    name: str,
) -> Case:
    """Fill in every default and resolve every option.

    Raises PriceGapError with every option that lacks a price in a month of the plan, InputError
    where a bill and the stated tasks cannot both be right, MissingError where today's own row is not
    known.
    """
    notes = _Notes()
    months = horizon(workload, book.as_of)
    tasks = tasks_of(workload)
    count = headcount(workload, months)
    options, today = choose_today(workload, book, shortlist)
    purchases = {
        one: find_purchase(one, option, book, dict(workload.contracts), workload.currency.per_usd)
        for one, option in options.items()
    }
    prices, groups = _price_axes(workload, tasks, count)
    found, unknown = _measured(purchases, today, tasks, profiles, prices, notes)
    level = _level(workload, tasks, months[0], today, purchases, found, prices)
    notes.warnings.extend(level.warnings)
    beyond = _paid_beyond(workload, today)
    candidates = _candidates(purchases, found, unknown, months, prices, count, beyond)
    spread = DEFAULT_LEVEL_SPREAD if workload.level_spread is None else workload.level_spread
    market = _market(
        workload, tasks, level, candidates, groups,
        lay_out_work(workload, tasks, count, months, spread), today, purchases, prices, notes,
    )  # fmt: skip
    known = [one for one in purchases if one in found and one not in unknown]
    all_facts = {
        one: facts(purchases[one], profiles, borrowed=found[one].borrowed) for one in known
    }
    ways, today_index = _ways(workload, today, level, tuple(known), all_facts, tuple(tasks))
    return Case(
        name=workload.name or name,
        currency=workload.currency.code,
        as_of=book.as_of,
        start=months[0],
        market=market,
        ways=ways,
        today=today_index,
        unknown=tuple(
            facts(purchases[one], profiles, unknown=reason) for one, reason in unknown.items()
        ),
        budget=float(workload.budget.total) if workload.budget else None,
        released=_released(workload, len(months)),
        hour=workload.hour or DEFAULT_HOUR,
        counts_developer_months=DEVELOPER_MONTH in tasks and not workload.tasks,
        calibration=level.calibration,
        assumptions=tuple(notes.assumptions),
        warnings=tuple(notes.warnings),
    )


def _released(workload: Workload, months: int) -> FloatArray | None:
    if workload.budget is None:
        return None
    return released(float(workload.budget.total), workload.budget.quarters, months)


def _price_axes(
    workload: Workload, tasks: Mapping[str, Task], count: Headcount
) -> tuple[Prices, NDArray[np.intp]]:
    """Group teams by when they work; prices differ between groups and nowhere else."""
    hours: list[PeakHours] = [working_hours(workload, team) for team in teams_of(workload).values()]
    distinct = list(dict.fromkeys(hours))
    groups = np.array([distinct.index(one) for one in hours], dtype=np.intp)
    people = np.zeros(len(distinct))
    np.add.at(people, groups, count.people[:, 0])
    weights = people / people.sum() if people.sum() else np.full(len(people), 1 / len(people))
    return Prices([task.prompt_tokens for task in tasks.values()], distinct, weights), groups


def _measured(
    purchases: Mapping[str, Purchase],
    today: Today,
    tasks: Mapping[str, Task],
    profiles: ProfileBook,
    prices: Prices,
    notes: _Notes,
) -> tuple[dict[str, Measures], dict[str, str]]:
    """Return tokens and quality of every option, or the reason why they are not known."""
    found: dict[str, Measures] = {}
    unknown: dict[str, str] = {}
    reference = purchases[today.reference]
    for name, purchase in purchases.items():
        relative = _relative_costs(purchase, reference, tasks, prices)
        gathered: list[Assumption] = []
        try:
            found[name] = measures(purchase, reference, tasks, profiles, relative, gathered.append)
        except NotKnownError as error:
            unknown[name] = str(error)
            continue
        notes.assumptions.extend(gathered)
    return found, unknown


def _relative_costs(
    purchase: Purchase, reference: Purchase, tasks: Mapping[str, Task], prices: Prices
) -> dict[str, float]:
    """Return an attempt's cost at a multiplier of 1 ÷ the reference's, by class, on the book's day."""
    if purchase.option.relative_cost is None:
        return {}
    own, other = (
        np.tensordot(prices.weights, np.nan_to_num(one.rates_on_day(prices.prompts, prices.peaks)), 1)
        for one in (purchase, reference)
    )
    tokens = np.array([_mean_tokens(task) for task in tasks.values()])
    costs = (tokens * own).sum(axis=1) / (tokens * other).sum(axis=1)
    return dict(zip(tasks, costs.tolist(), strict=True))


def _mean_tokens(task: Task) -> FloatArray:
    if task.tokens is None:
        return typical_shares()
    return np.array([getattr(task.tokens, c).expected for c in TOKEN_CLASSES])


def _level(
    workload: Workload,
    tasks: Mapping[str, Task],
    start: Month,
    today: Today,
    purchases: Mapping[str, Purchase],
    found: Mapping[str, Measures],
    prices: Prices,
) -> Level:
    missing = [name for name in today.serving if name not in found]
    if missing:
        raise MissingError.of("what runs today is not known", key=f"options.{missing[0]}")
    multipliers = np.array(
        [[one.number.expected for one in found[name].multiplier] for name in today.serving]
    )
    classes = list(tasks)
    shares = np.array([[today.share(name, k) for k in classes] for name in today.serving])
    serving = Serving(
        tuple(purchases[name] for name in today.serving),
        multipliers,
        np.ones_like(shares) if today.open_shares else shares,
        today.open_shares,
    )
    return find_level(workload, tasks, start, serving, prices)


def _paid_beyond(workload: Workload, today: Today) -> frozenset[str]:
    """Name the options whose unpublished allowance a bill shows the outside of."""
    return frozenset(today.serving) if workload.billed else frozenset()


def _candidates(
    purchases: Mapping[str, Purchase],
    found: Mapping[str, Measures],
    unknown: dict[str, str],
    months: tuple[Month, ...],
    prices: Prices,
    count: Headcount,
    paid_beyond: frozenset[str],
) -> tuple[Candidate, ...]:
    heads = (count.people.sum(axis=0), count.developers.sum(axis=0))
    result, faults = [], []
    for name in found:
        try:
            result.append(
                candidate(
                    purchases[name], found[name], months, prices.prompts, prices.peaks, heads,
                    all_beyond_paid=name in paid_beyond,
                )
            )  # fmt: skip
        except NotKnownError as error:
            unknown[name] = str(error)
        except MissingError as error:
            faults.append(Fault("", 0, 0, f"options.{name}", str(error)))
    if faults:
        raise PriceGapError.at(faults)
    return tuple(result)


def _market(
    workload: Workload,
    tasks: dict[str, Task],
    level: Level,
    candidates: tuple[Candidate, ...],
    groups: NDArray[np.intp],
    work: Work,
    today: Today,
    purchases: Mapping[str, Purchase],
    prices: Prices,
    notes: _Notes,
) -> Market:
    names = [one.name for one in candidates]
    if today.reference not in names:
        raise MissingError.of("the reference is not known", key=f"options.{today.reference}")
    review, rework = people_costs(workload, tasks, notes.assumptions.append)
    terms = TaskTerms(
        stated=tuple(stated_tokens(name, task) for name, task in tasks.items()),
        factor=level.factor,
        weights=relative_tokens(tasks),
        split=level.split,
        billed=level.billed,
        billed_shares=level.billed_shares,
        billed_rates=level.billed_rates,
        success=success(tasks),
        value=values(workload, tasks),
        review=review,
        rework=rework,
        detection=detection(tasks),
        check=np.array([task.check for task in tasks.values()]),
    )
    on_day = purchases[today.reference].rates_on_day(prices.prompts, prices.peaks)
    policy = workload.policy
    return Market(
        work=work,
        terms=terms,
        candidates=candidates,
        groups=groups,
        usage_sigma=workload.usage_spread.sigma if workload.usage_spread else 0.0,
        commitments={
            biller: float(contract.commitment)
            for biller, contract in workload.contracts.items()
            if contract.commitment is not None
        },
        failure_correlation=policy.failure_correlation,
        cost_ratio_on_failure=policy.cost_ratio_on_failure,
        rebound=workload.rebound,
        reference=names.index(today.reference),
        reference_rates=np.tensordot(prices.weights, np.nan_to_num(on_day), axes=1),
    )


def _ways(
    workload: Workload,
    today: Today,
    level: Level,
    names: tuple[str, ...],
    all_facts: Mapping[str, OptionFacts],
    classes: tuple[str, ...],
) -> tuple[tuple[Way, ...], int]:
    """List what is compared: today's mix and the decided one where they are mixes, each option."""
    ways = [Way(one, _alone(names.index(one), len(classes)), all_facts[one]) for one in names]
    routing = today.routing
    if level.today:
        routing = {"default": {(name,): share for name, share in level.today.items()}}
    current = _routes(routing, names, classes)
    index = next((i for i, way in enumerate(ways) if way.routes == current), None)
    if index is None:
        ways.insert(0, Way("today", current, None))
        index = 0
    if workload.mix is not None:
        decided = _routes(workload.mix, names, classes)
        if all(way.routes != decided for way in ways):
            ways.append(Way("mix", decided, None))
    return tuple(ways), index


def _alone(option: int, classes: int) -> tuple[Route, ...]:
    return tuple(Route(k, (option,), 1.0) for k in range(classes))


def _routes(
    routing: Routing, names: tuple[str, ...], classes: tuple[str, ...]
) -> tuple[Route, ...]:
    routes = []
    for k, name in enumerate(classes):
        strategies = routing.get(name, routing.get("default", {}))
        for strategy, share in strategies.items():
            missing = [one for one in strategy if one not in names]
            if missing:
                raise MissingError.of("is used but not known", key=f"options.{missing[0]}")
            if share:
                routes.append(Route(k, tuple(names.index(one) for one in strategy), share))
    return tuple(routes)
