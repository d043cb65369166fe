"""What a workbook's formulas stand on, and what they cannot follow.

Every assumption that the sheets let people change is here as the file has it. What a reader would
get wrong: whether a figure can be live is decided here and nowhere else, from how the engine
computes it; what can't is listed with all that would move it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from advisor.answers.compare.answer import lines_of_ways
from advisor.answers.export.subscriptions import has_closed_terms, subscriptions_of
from advisor.answers.recommend.selection import Chosen
from advisor.case.facts import Case, Way
from advisor.case.people import active_in, last_bills, teams_of
from advisor.case.tasks import tasks_of
from advisor.engine.axes import EXACTLY_ONE, Sample
from advisor.engine.draws import Means
from advisor.engine.market import Drawing
from advisor.engine.outcome import Outcome, outcome
from advisor.engine.routes import options_used
from advisor.model.book import PriceBook
from advisor.model.workload import Option, Workload
from advisor.tables.export import FORECAST, USAGE, Detail
from advisor.tables.export_workbook import (
    BY_PART_OF_PEOPLE,
    BY_PEOPLE,
    FIXED,
    HEADCOUNT,
    LEVEL,
    MULTIPLIERS,
    PRICES,
    SEATS,
    SHARE,
    SUCCESS,
    FixedPart,
    PlanSubscription,
    PriceCurve,
    Tie,
    Tries,
    WorkbookInputs,
    WorkbookLevel,
)
from advisor.units import TOKENS_PER_PRICE_UNIT

FloatArray = NDArray[np.float64]

_USE = frozenset({HEADCOUNT, SHARE, LEVEL, PRICES, MULTIPLIERS, SUCCESS})


def workbook_inputs_of(
    chosen: Chosen, workload: Workload, book: PriceBook, options: Mapping[str, Option], rows: Detail
) -> WorkbookInputs:
    """Gather what the formulas of one way stand on."""
    case, way = chosen.case, chosen.case.ways[chosen.ways[0]]
    market, work = case.market, case.market.work
    sample = Sample.draw(work, market.terms, Means())
    everyone = list(range(len(market.candidates)))
    drawing = Drawing.of(market.candidates, everyone, Means())
    result = outcome(market, way.routes, sample, drawing)
    subscriptions = subscriptions_of(case, result, options)
    curves, rates = _curves(case, rows)
    level = _level(case, workload)
    is_refused = any(flow.load.shape[3] > 1 for flow in result.flows.values())
    tried = np.zeros((len(everyone), len(work.classes)))
    for option, flow in result.flows.items():
        tried[option] = flow.load[0, :, 0, 0]
    return WorkbookInputs(
        months=work.months,
        teams=work.teams,
        classes=work.classes,
        options=tuple(one.name for one in case.options),
        developers=work.developers,
        share=np.divide(
            work.people, work.developers,
            out=np.ones_like(work.people), where=work.developers > 0,
        ),
        share_of_bill=_is_share_of_bill(case, workload),
        moves=_moves(case, workload),
        level=level,
        curves=curves,
        rates=rates,
        reference=market.reference,
        multipliers=np.array([drawing.multiplier[o][0] for o in everyone]),
        is_given=_given(case, level),
        success=sample.success[0],
        quality=np.array([drawing.quality[o][0] for o in everyone]),
        tries=_tries(way),
        tried=tried,
        live_tries=market.rebound == 0 and not is_refused,
        detection=market.terms.detection,
        cost_ratio=market.cost_ratio_on_failure,
        usage_sigma=market.usage_sigma,
        subscriptions=subscriptions,
        commitments=market.commitments,
        fixed=[
            *_of_seats(case, subscriptions),
            *_fixed(case, workload, result, level, _tries(way)),
        ],
    )  # fmt: skip


def tie_of(chosen: Chosen) -> Tie:
    """Ask `compare` for the same way."""
    line = lines_of_ways(chosen.case, [chosen.ways[0]], draws=0, seed=1)[0]
    total = line.spend.expected if line.spend else 0.0
    return Tie(total, line.spend_by_month, line.spend_by_team)


# --- Level, people -------------------------------------------------------------------------------


def _level(case: Case, workload: Workload) -> WorkbookLevel:
    told = case.calibration
    if told is None:
        return WorkbookLevel("tokens", None, 0.0, 0.0, None, 0.0, 1.0, is_live=True)
    bills = last_bills(workload)
    stated = any(bill.active_developers is not None for bill in bills)
    months = case.market.work.months
    first = float(case.market.work.developers[:, 0].sum())
    developers = active_in(workload, told.month)[0]
    counted = all(t.per_developer_month is not None for t in tasks_of(workload).values())
    return WorkbookLevel(
        basis=told.basis,
        month=told.month,
        cost=told.cost or 0.0,
        seat_fees=told.seat_fees,
        active=told.active_developers if stated else None,
        developers=np.nan if developers == first and told.month <= months[0] else developers,
        each=told.per_active_month.expected,
        is_live=counted and not (told.basis == "bill" and _bills_seats(case)),
    )


def _bills_seats(case: Case) -> bool:
    """Tell whether anything that runs today is paid for by the seat."""
    used = options_used(case.ways[case.today].routes)
    return any(case.market.candidates[option].seats is not None for option in used)


def _is_share_of_bill(case: Case, workload: Workload) -> bool:
    """Tell whether all teams' active share is that of the bill, and can be said by a formula."""
    if not last_bills(workload) or workload.adoption is not None or case.calibration is None:
        return False
    if any(team.adoption is not None for team in teams_of(workload).values()):
        return False
    level = _level(case, workload)
    return level.active is not None and bool(np.isnan(level.developers))


def _moves(case: Case, workload: Workload) -> tuple[int, ...]:
    """Say for every class what its tasks move with."""
    tasks = tasks_of(workload)
    of_people = bool(case.market.work.people.sum())
    other = BY_PART_OF_PEOPLE if of_people else FIXED
    return tuple(
        BY_PEOPLE if tasks[name].per_developer_month is not None else other
        for name in case.market.work.classes
    )


# --- Prices, multipliers, tries ------------------------------------------------------------------


def _curves(case: Case, rows: Detail) -> tuple[list[PriceCurve], NDArray[np.int32]]:
    """Find the different prices by month of each option's token classes, and each row's."""
    market, keys = case.market, rows.keys
    is_use = rows.where("record", FORECAST) & rows.where("charge", USAGE)
    found: dict[tuple[int, int, bytes], int] = {}
    curves: list[PriceCurve] = []
    used: dict[int, list[set[str]]] = {}
    rates = np.full(rows.size, -1, dtype=np.int32)
    if not is_use.any():
        return [], rates
    axes = [keys[name] for name in ("candidate", "token_class", "team", "task_class")]
    places = np.stack([axis[is_use] for axis in axes])
    different, which = np.unique(places, axis=1, return_inverse=True)
    numbers = []
    for o, c, g, k in different.T.tolist():
        by_month = market.candidates[o].rates[market.groups[g], k, c] * TOKENS_PER_PRICE_UNIT
        key = (o, c, by_month.tobytes())
        if key not in found:
            found[key] = len(curves)
            curves.append(PriceCurve(o, c, "", by_month))
            used[found[key]] = [set(), set()]
        numbers.append(found[key])
        used[found[key]][0].add(market.work.classes[k])
        used[found[key]][1].add(market.work.teams[g])
    rates[is_use] = np.array(numbers, dtype=np.int32)[which.reshape(-1)]
    return [_told(curve, n, curves, used) for n, curve in enumerate(curves)], rates


def _told(
    curve: PriceCurve, n: int, curves: list[PriceCurve], used: dict[int, list[set[str]]]
) -> PriceCurve:
    """Say what a price is for, where its option has several for a token class."""
    same = [m for m, one in enumerate(curves) if one[:2] == curve[:2]]
    if len(same) == 1:
        return curve
    said = []
    for part in (0, 1):
        everything = set().union(*(used[m][part] for m in same))
        if used[n][part] != everything:
            said.append(", ".join(sorted(used[n][part])))
    return curve._replace(what="; ".join(said) or "other work")


def _given(case: Case, level: WorkbookLevel) -> NDArray[np.bool_]:
    """Tell which multipliers follow from the rest, so that changing them alone means nothing.

    One is 1 by definition; where use is found from what was paid for today's way, its own tokens
    are what the money buys, whatever the multiplier.
    """
    given = np.array(
        [all(one == EXACTLY_ONE for one in each.multiplier) for each in case.market.candidates]
    )
    if level.basis != "tokens":
        given[options_used(case.ways[case.today].routes)] = True
    return given


def _tries(way: Way) -> dict[tuple[int, int], list[Tries]]:
    """List what comes to every option, by option and class."""
    found: dict[tuple[int, int], list[Tries]] = {}
    for route in way.routes:
        share, first = float(np.asarray(route.share)), route.strategy[0]
        found.setdefault((first, route.task_class), []).append(Tries(share, None))
        for second in route.strategy[1:]:
            found.setdefault((second, route.task_class), []).append(Tries(share, first))
    return found


# --- What no formula follows ---------------------------------------------------------------------


def _fixed(
    case: Case,
    workload: Workload,
    result: Outcome,
    level: WorkbookLevel,
    tries: Mapping[tuple[int, int], object],
) -> Iterator[FixedPart]:
    market, work = case.market, case.market.work
    several_prices = len(set(market.groups.tolist())) > 1
    for option in result.flows:
        if market.candidates[option].cap < np.inf or has_closed_terms(market.candidates[option]):
            what = f"what a cap or a closed plan leaves undone of {case.options[option].name}"
            yield FixedPart(what, _USE | {SEATS})
    if market.rebound:
        moved = {PRICES, MULTIPLIERS, SUCCESS} | ({HEADCOUNT, SHARE} if several_prices else set())
        yield FixedPart("how much more cheaper attempts are asked for", frozenset(moved))
    if any(flow.load.shape[3] > 1 for flow in result.flows.values()):
        yield FixedPart("second tries of what a cap refused", _USE | {SEATS})
    if FIXED in _moves(case, workload):
        yield FixedPart("work by no team's people", frozenset({HEADCOUNT, SHARE}))
    if (work.people <= 0).any():
        yield FixedPart("months in which a team has nobody", frozenset({HEADCOUNT, SHARE}))
    if any(not result.flows[o].load[0, k].all() for o, k in tries):
        yield FixedPart("second tries where nothing is seen to fail", frozenset({SUCCESS}))
    yield from _calibrated(case, workload, level, several_prices=several_prices)


def _of_seats(case: Case, subscriptions: Sequence[PlanSubscription]) -> Iterator[FixedPart]:
    """Say what no formula follows of plans: seats that are stated, pools of several plans."""
    if not all(one.seats_follow for one in subscriptions):
        yield FixedPart("seats that are stated", frozenset({HEADCOUNT, SHARE}))
    for one in subscriptions:
        if not one.is_live:
            what = f"what lies beyond the seats of {case.options[one.options[0]].name}"
            yield FixedPart(what, _USE | {SEATS})


def _calibrated(
    case: Case, workload: Workload, level: WorkbookLevel, *, several_prices: bool
) -> Iterator[FixedPart]:
    """Say what would change the tokens that were found behind a bill or a published figure."""
    if level.basis == "tokens" or level.month is None:
        return
    moved: set[str] = set()
    in_plan = level.month >= case.market.work.months[0]
    if in_plan:
        moved |= {PRICES}
    if several_prices:
        moved |= {HEADCOUNT, SHARE}
    if not level.is_live and level.active is None:
        moved |= {HEADCOUNT, SHARE}
    if in_plan and any(team.growth or team.intensity for team in workload.teams.values()):
        moved |= {HEADCOUNT, SHARE}
    if level.active is None and not np.isnan(level.developers):
        moved |= {HEADCOUNT}
    if moved:
        what = "tokens found behind the bill" if level.basis == "bill" else "tokens found behind it"
        yield FixedPart(what, frozenset(moved))
