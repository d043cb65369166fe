"""Whole plans held against every limit: which keep them, which is best, what an answer got wrong.

A limit that a plan meets to within `BAND` is neither kept nor broken for sure. Nothing here may
import `advisor`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import oracle
from numpy.typing import NDArray
from plan_parts import board
from whole_plans import Asked, Board, Floats, Offer, Plain, Row, Strategy, Years, any_of, listed

BAND = 1e-7
PRECISION = 1e-9


class Limit(NamedTuple):
    """A limit against many plans.

    `reach` is the bound that each plan would just keep, `beyond` by how much it passes the stated
    one, relative to its scale: above 0 is broken.
    """

    name: str
    bound: float
    reach: Floats
    beyond: Floats


def limits(table: Board, years: Years) -> list[Limit]:
    """Hold plans against every limit of the file, each under the name of its key."""
    return [
        *_budgets(table, years),
        *_qualities(table, years),
        *_dependences(table, years),
        *_vendor_counts(table, years),
        *_rules(table, years),
    ]


def _budgets(table: Board, years: Years) -> Iterator[Limit]:
    stated = [("budget", table.world.workload.get("budget"), years.spend)]
    for g, team in enumerate(table.teams):
        own = table.world.workload.get("teams", {}).get(team, {}).get("budget")
        stated.append((f"teams.{team}.budget", own, years.by_team[:, g]))
    for name, budget, spend in stated:
        if budget is not None:
            total = float(oracle.dec(budget["total"] if isinstance(budget, Mapping) else budget))
            scale = np.maximum(np.maximum(spend, total), 1e-300)
            yield Limit(name, total, spend, (spend - total) / scale)


def _qualities(table: Board, years: Years) -> Iterator[Limit]:
    """Yield the floors: the default is one limit for all classes that have none of their own."""
    stated = table.policy.get("min_quality")
    floors = dict(stated) if isinstance(stated, Mapping) else {"default": stated}
    rest = [k for k, name in enumerate(table.classes) if name not in floors]
    places = {name: [k] for k, name in enumerate(table.classes)} | {"default": rest}
    for name, floor in floors.items():
        if floor is not None and places[name]:
            key = "min_quality" if name == "default" else f"min_quality.{name}"
            reach = [_ratio(years.done[:, k], table.reference[k]) for k in places[name]]
            yield _floor(key, floor, np.min(reach, axis=0))
    overall = table.policy.get("min_quality_overall")
    if overall is not None:
        of_all = _ratio(years.done.sum(axis=1), float(table.reference.sum()))
        yield _floor("min_quality_overall", overall, of_all)


def _ratio(done: Floats, reference: float) -> Floats:
    """Return done ÷ what the reference would do; of no work anything is enough."""
    return np.asarray(done / reference) if reference else np.full_like(done, np.inf)


def _floor(name: str, floor: Any, reach: Floats) -> Limit:
    bound = float(oracle.dec(floor))
    # A floor of 0 is kept by everything, however little is done.
    return Limit(name, bound, reach, np.maximum((bound or -1.0) - reach, -1.0))


def _dependences(table: Board, years: Years) -> Iterator[Limit]:
    kinds = {
        "vendor": years.by_maker,
        "channel": years.by_channel,
        "harness": years.by_harness,
    }
    for kind, groups in kinds.items():
        name = f"max_{kind}_share"
        if table.policy.get(name) is not None:
            bound = float(oracle.dec(table.policy[name]))
            shares = [_of_total(money, years.spend) for money in groups.values()]
            reach = np.max([*shares, np.zeros_like(years.spend)], axis=0)
            yield Limit(name, bound, reach, reach - (bound if bound < 1 else 2))


def _of_total(money: Floats, spend: Floats) -> Floats:
    return np.asarray(np.divide(money, spend, out=np.zeros_like(money), where=spend > 0))


def _vendor_counts(table: Board, years: Years) -> Iterator[Limit]:
    used = np.array(list(years.makers_used.values()))
    most, least = table.policy.get("max_vendors"), table.policy.get("min_vendors")
    if most is not None:
        count = used.sum(axis=0).astype(np.float64)
        yield Limit("max_vendors", most, count, count - most - 0.5)
    if least is not None:
        part = float(oracle.dec(table.policy.get("min_share", "0.05")))
        shares = [_of_total(years.by_maker[maker], years.spend) for maker in years.makers_used]
        # A maker that nobody uses is no second source, whatever a commitment pays it.
        largest = np.sort(np.where(used, shares, -1.0), axis=0)[::-1]
        reach = (largest >= part).sum(axis=0).astype(np.float64)
        short = part - largest[least - 1] if least <= len(used) else np.ones_like(reach)
        yield Limit("min_vendors", least, reach, short)


RULES: dict[str, Callable[[Offer], str | None]] = {
    "makers": lambda offer: offer.maker,
    "channels": lambda offer: offer.channel,
    "harnesses": lambda offer: offer.harness,
    "countries": lambda offer: offer.country,
    "hosted_in": lambda offer: offer.hosted_in,
}


def _rules(table: Board, years: Years) -> Iterator[Limit]:
    """Yield each `deny` and `allow`. Where nobody says what is asked about, it is not allowed."""
    for verb in ("deny", "allow"):
        for rule, asks in RULES.items():
            named = listed(table.policy.get(verb, {}).get(rule, ()))
            if named:
                own = [_is_against(verb, rule, asks(one), named) for one in table.offers]
                against = any_of(years.options_used, own).astype(np.float64)
                yield Limit(f"{verb}.{rule}", 0, against, against - 0.5)


def _is_against(verb: str, rule: str, name: str | None, named: Sequence[str]) -> bool:
    """Tell whether a rule is against a name. Of an unknown host the worst is assumed."""
    if verb == "allow":
        return name not in named
    return name in named or (name is None and rule == "hosted_in")


# --- Verdicts -------------------------------------------------------------------------------------


class Verdict(NamedTuple):
    """The best objective among plans that keep all limits for sure, and among all that may.

    None where there is no such plan. `routes` are those of the best plan where it is best for sure
    and no other comes near it; None else. `precision` is what an objective has of digits.
    """

    surely: float | None
    perhaps: float | None
    routes: dict[Row, Strategy] | None
    precision: float


def verdict(table: Board, years: Years) -> Verdict:
    """Judge whole plans under the limits of the board's file."""
    held = limits(table, years)
    goal = years.objective
    sure, may = (np.flatnonzero(within(held, slack, len(goal))) for slack in (-BAND, BAND))
    if not len(may):
        return Verdict(None, None, None, 0.0)
    first = int(may[goal[may].argmax()])
    best, scale = float(goal[first]), float(years.scale[first])
    surely = float(goal[sure].max()) if len(sure) else None
    is_alone = (goal[may] >= best - BAND * scale).sum() == 1 and first in sure
    routes = table.chosen(first) if is_alone else None
    return Verdict(surely, best, routes, PRECISION * scale)


def within(held: Iterable[Limit], slack: float, plans: int) -> NDArray[np.bool_]:
    """Tell which plans keep all limits, passing none by more than a slack."""
    kept = np.ones(plans, dtype=bool)
    for limit in held:
        kept &= limit.beyond <= slack
    return kept


def least_bounds(table: Board, years: Years) -> dict[str, float | None]:
    """Return what each limit would have to be, the others standing, for some plan to keep all.

    None where no plan keeps the others; where a plan keeps them all, the limit may be tighter.
    """
    held = limits(table, years)
    found: dict[str, float | None] = {}
    for limit in held:
        others = within([one for one in held if one is not limit], BAND, len(years.spend))
        is_floor = limit.name.startswith("min_")
        reach = limit.reach[others]
        found[limit.name] = float(reach.max() if is_floor else reach.min()) if len(reach) else None
    return found


def best_in_shares(years: Years, use: Floats, most: float) -> float | None:
    """Return the best objective of any shares that keep Σ use ≤ most; None where there are none.

    Only where everything adds up: no seats, commitments or overhead. Shares of rows are mixtures of
    whole plans, so by duality it is the least over λ ≥ 0 of the best objective - λ·(use - most).
    """
    room = most - use.min()
    if room < 0:
        return None
    goal = years.objective

    def dual(price: float) -> float:
        return float((goal - price * (use - most)).max())

    low, high = 0.0, 2 * float(np.ptp(goal)) / max(room, 1e-300)
    for _ in range(300):
        third = (high - low) / 3
        if dual(low + third) <= dual(high - third):
            high -= third
        else:
            low += third
    return dual(low)


# --- An answer ------------------------------------------------------------------------------------


def check(question: Asked, answer: Plain) -> list[str]:
    """Recompute an answer of `recommend` from its routes alone; say what is not so."""
    table = board(question)
    if answer["status"] == "infeasible":
        return ["infeasible, yet with routes"] if answer["routes"] else []
    shares, complaints = _routes_of(table, answer["routes"])
    if complaints:
        return complaints
    years = table.plan_of(shares)
    held = [*limits(table, years)]
    return [
        *_wrong_figures(table, years, answer),
        *_wrong_routes(table, answer["routes"]),
        *(
            f"{limit.name}: {limit.reach[0]} for {limit.bound}"
            for limit in held
            if limit.beyond[0] > PRECISION
        ),
        *(
            f"frontier[{n}]: {complaint}"
            for n, point in enumerate(answer["frontier"] or [])
            for complaint in _wrong_point(table, point)
        ),
    ]


def _routes_of(
    table: Board, routes: Sequence[Plain]
) -> tuple[dict[Row, dict[Strategy, float]], list[str]]:
    """Read routes as shares by row; complain where a row is not served in full and as allowed."""
    shares: dict[Row, dict[Strategy, float]] = {row: {} for row in table.rows}
    complaints = []
    for route in routes:
        row, strategy = (route["team"], route["task_class"]), tuple(route["strategy"])
        if row not in shares or strategy not in table.menus[table.rows.index(row)]:
            complaints.append(f"{strategy} is no way to serve {row}")
        elif strategy in shares[row]:
            complaints.append(f"{strategy} serves {row} twice")
        else:
            shares[row][strategy] = route["share"]
    for row, own in shares.items():
        if abs(sum(own.values()) - 1) > PRECISION or any(share <= 0 for share in own.values()):
            complaints.append(f"{row} is served by {own}")
        if table.policy.get("whole") is not False and len(own) > 1:
            complaints.append(f"{row} is not served whole: {own}")
    return shares, complaints


def _wrong_figures(table: Board, years: Years, answer: Plain) -> Iterator[str]:
    """Name figures of an answer that do not follow from its routes."""
    value, money = float(years.worth[0, 0]), float(years.worth[0].sum() + years.spend[0])
    net_value = None if years.net_value is None else float(years.net_value[0])
    vendors = {maker: float(one[0]) for maker, one in years.by_maker.items()}
    shares = {maker: one / years.spend[0] for maker, one in vendors.items() if one}
    told = {maker: share for maker, share in answer["vendor_shares"].items() if share}
    quality = years.done.sum() / table.reference.sum() if table.reference.sum() else None
    expected = {
        "objective": (answer["objective"], float(years.objective[0]), float(years.scale[0])),
        "spend": (answer["spend"]["expected"], float(years.spend[0]), 0.0),
        "value": (answer["value"], value, 0.0),
        "net_value": (answer["net_value"], net_value, money),
        "quality": (answer["quality"], quality, 0.0),
        "hhi": (answer.get("hhi"), sum(share**2 for share in shares.values()), 0.0),
    } | {
        f"vendor_shares.{maker}": (told.get(maker), shares.get(maker), 1.0)
        for maker in told.keys() | shares.keys()
    }
    for key, (actual, wanted, scale) in expected.items():
        if not _is_near(actual, wanted, scale):
            yield f"{key}: {actual} is not {wanted}"


def _is_near(actual: float | None, wanted: float | None, scale: float = 0.0) -> bool:
    if actual is None or wanted is None:
        return actual is wanted
    return abs(actual - wanted) <= PRECISION * max(abs(wanted), scale, 1e-12)


def _wrong_routes(table: Board, routes: Sequence[Plain]) -> Iterator[str]:
    """Name money of routes that is not tasks × what a task costs, where all of it is metered."""
    pools = {offer.name: offer.pool for offer in table.offers}
    for route in routes:
        if any(pools[name] for name in route["strategy"]):
            continue
        row = (route["team"], route["task_class"])
        n = table.rows.index(row)
        own = table.parts[n].at([table.menus[n].index(tuple(route["strategy"]))])
        money = float(own.metered.sum() + own.checks.sum())
        if not _is_near(route["spend"], money * route["share"]):
            yield f"{row}: spend {route['spend']} is not {money * route['share']}"
        if table.tasks[row] and not _is_near(route["cost_per_task"], money / table.tasks[row]):
            yield f"{row}: cost_per_task {route['cost_per_task']} is not {money / table.tasks[row]}"


def _wrong_point(table: Board, point: Plain) -> Iterator[str]:
    """Name figures of a point of the frontier that do not follow from its routes."""
    shares, complaints = _routes_of(table, point["routes"])
    yield from complaints
    if complaints:
        return
    years = table.plan_of(shares)
    money = float(years.worth[0].sum() + years.spend[0])
    net_value = None if years.net_value is None else float(years.net_value[0])
    for key, wanted in (
        ("spend", float(years.spend[0])),
        ("value", float(years.worth[0, 0])),
        ("net_value", net_value),
    ):
        if not _is_near(point[key], wanted, money if key == "net_value" else 0.0):
            yield f"{key}: {point[key]} is not {wanted}"
    for limit in limits(table, years):
        if "budget" not in limit.name and limit.beyond[0] > PRECISION:
            yield f"{limit.name}: {limit.reach[0]} for {limit.bound}"
