"""Why money differs between two sides, in parts that add up: people, work, mix, tokens, price.

A side's money is people × tasks each × tokens a task × which models × which classes of tokens ×
price, and beside it seats and what nothing else explains. The first is shared out by Shapley value,
so that parts add up to the difference and change their sign when the sides are swapped. What a
reader would get wrong: where one side does not know a count, two factors can't be told apart and
are told as one; a model that one side does not have takes its price and classes from the other,
so that its coming is mix and never price.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.shapley import shapley
from advisor.tables.forecast import VariancePart

FloatArray = NDArray[np.float64]

PEOPLE, TASKS, TOKENS, MIX, CLASSES, PRICE = (
    "people", "tasks_per_person", "tokens_per_task", "mix", "token_classes", "price",
)  # fmt: skip
USE_EACH, TASKS_ALL, USE = "use_per_person", "tasks", "volume"
SEATS, UNUSED, SEATS_ALL, OTHER = "seats_used", "seats_unused", "seats", "other"
USE_AND_PRICE = "use_and_price"
"""What is not explained where no tokens are known at all."""


class VarianceSide(NamedTuple):
    """What one side is made of, over the same months as the other.

    `people` are active developer-months and `tasks` tasks, None where nobody counted them. `tokens`
    by model are (C,), `prices` dollars a token, NaN where there is none. `biller` says who bills a
    model. `seats` are fees by biller, `unused` the part of them that nobody used, None where that
    is not known. `money` is everything, by biller: what the rest does not explain is `other`.
    """

    people: float | None
    tasks: float | None
    tokens: Mapping[str, FloatArray]
    prices: Mapping[str, FloatArray]
    biller: Mapping[str, str]
    seats: Mapping[str, float]
    unused: Mapping[str, float] | None
    money: Mapping[str, float]


class _Shape(NamedTuple):
    """A side's tokens as factors: counts by name, shares of models (M,), of classes and prices."""

    counts: Mapping[str, float]
    mix: FloatArray
    classes: FloatArray
    prices: FloatArray


EVERYBODY = ""
"""The team of use where nobody tells teams apart."""


def variance(
    base: VarianceSide,
    actual: VarianceSide,
    teams: Mapping[str, tuple[VarianceSide, VarianceSide]] | None = None,
) -> list[VariancePart]:
    """Share `actual` - `base` out; the parts add up to it, those that are nothing included.

    `teams` are the same two sides team by team: then use is shared out within each of them, and
    what is left of a team's use is of nobody. Seats, and what nothing explains, are of no team.
    """
    billers = sorted({*base.money, *actual.money})
    use = {
        name: _use_parts(*pair, billers)
        for name, pair in (teams or {EVERYBODY: (base, actual)}).items()
    }
    explained = sum((row for own in use.values() for row in own.values()), np.zeros(len(billers)))
    found = [
        _part(cause, {team: own[cause] for team, own in use.items() if cause in own}, billers)
        for cause in dict.fromkeys(cause for own in use.values() for cause in own)
    ]
    seats = _seat_parts(base, actual, billers)
    explained = explained + sum((row for _, row in seats), np.zeros(len(billers)))
    found += [_part(cause, {EVERYBODY: row}, billers) for cause, row in seats]
    whole = np.array([actual.money.get(one, 0.0) - base.money.get(one, 0.0) for one in billers])
    return [*found, _part(OTHER, {EVERYBODY: whole - explained}, billers)]


def _use_parts(
    base: VarianceSide, actual: VarianceSide, billers: Sequence[str]
) -> dict[str, FloatArray]:
    """Share the difference of use out by cause, and each by who bills, (B,)."""
    models = sorted({*base.tokens, *actual.tokens})
    causes, shapes = _shapes(base, actual, models)
    home = {**dict(base.biller), **dict(actual.biller)}
    owned = np.array([[home[model] == biller for biller in billers] for model in models])
    owned = owned.reshape(len(models), len(billers)).astype(float)

    def worth(taken: frozenset[str]) -> FloatArray:
        by_model = _money({cause: shapes[cause in taken] for cause in causes})
        return np.asarray(by_model @ owned)

    parts = shapley(causes, worth) if billers else np.zeros((len(causes), 0))
    return dict(zip(causes, parts, strict=True))


def _part(cause: str, by_team: Mapping[str, FloatArray], billers: Sequence[str]) -> VariancePart:
    by_biller = sum(by_team.values(), np.zeros(len(billers)))
    return VariancePart(
        cause,
        float(by_biller.sum()),
        dict(zip(billers, by_biller.tolist(), strict=True)),
        {team: float(row.sum()) for team, row in by_team.items() if team},
    )


# --- Use -----------------------------------------------------------------------------------------


def _shapes(
    base: VarianceSide, actual: VarianceSide, models: Sequence[str]
) -> tuple[list[str], tuple[_Shape, _Shape]]:
    """Return the causes that both sides know, and both as factors; what one lacks is filled in."""
    totals = [sum(float(one.sum()) for one in side.tokens.values()) for side in (base, actual)]
    names = _counted(base, actual)
    counts = [
        _counts(side, total, names) for side, total in zip((base, actual), totals, strict=True)
    ]
    filled = [_either(one, other) for one, other in (counts, counts[::-1])]
    tables = [_table(side, models) for side in (base, actual)]
    both = tuple(
        _Shape(own, *_filled(*pair))
        for own, pair in zip(filled, (tables, tables[::-1]), strict=True)
    )
    return [*names, MIX, CLASSES, PRICE], (both[0], both[1])


def _either(own: Mapping[str, float | None], other: Mapping[str, float | None]) -> dict[str, float]:
    """Put the other side's count in place of one that is not known, 0 where neither is."""
    found = {}
    for name, count in own.items():
        spare = other[name]
        found[name] = count if count is not None else spare if spare is not None else 0.0
    return found


def _counted(base: VarianceSide, actual: VarianceSide) -> list[str]:
    """Name the factors of the number of tokens that both sides can tell apart."""
    has_people = base.people is not None and actual.people is not None
    has_tasks = base.tasks is not None and actual.tasks is not None
    if has_people and has_tasks:
        return [PEOPLE, TASKS, TOKENS]
    if has_people:
        return [PEOPLE, USE_EACH]
    return [TASKS_ALL, TOKENS] if has_tasks else [USE]


def _counts(side: VarianceSide, total: float, names: Sequence[str]) -> dict[str, float | None]:
    """Return factors whose product is the number of tokens; None where it is 0 ÷ 0."""
    people, tasks = side.people or 0.0, side.tasks or 0.0
    if names == [PEOPLE, TASKS, TOKENS]:
        return {PEOPLE: people, TASKS: _ratio(tasks, people), TOKENS: _ratio(total, tasks)}
    if names == [PEOPLE, USE_EACH]:
        return {PEOPLE: people, USE_EACH: _ratio(total, people)}
    if names == [TASKS_ALL, TOKENS]:
        return {TASKS_ALL: tasks, TOKENS: _ratio(total, tasks)}
    return {USE: total}


def _ratio(over: float, under: float) -> float | None:
    return over / under if under > 0 else None


def _table(side: VarianceSide, models: Sequence[str]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return shares of models, (M,), of classes, (M, C), and prices, (M, C); NaN: not known."""
    width = max((one.size for one in side.tokens.values()), default=0)
    tokens = np.array([side.tokens.get(one, np.zeros(width)) for one in models])
    tokens = tokens.reshape(len(models), width)
    prices = np.array([side.prices.get(one, np.full(width, np.nan)) for one in models])
    whole = tokens.sum(axis=1)
    mix = whole / whole.sum() if whole.sum() > 0 else np.full(len(models), np.nan)
    classes = np.full_like(tokens, np.nan)
    np.divide(tokens, whole[:, None], out=classes, where=whole[:, None] > 0)
    return mix, classes, prices.reshape(len(models), width)


def _filled(
    own: tuple[FloatArray, ...], other: tuple[FloatArray, ...]
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Put the other side's in place of what one side does not know, nothing where neither does."""
    found = []
    for mine, theirs in zip(own, other, strict=True):
        known = mine if mine.shape == theirs.shape or not theirs.size else _widened(mine, theirs)
        spare = theirs if theirs.shape == known.shape else np.full_like(known, np.nan)
        found.append(np.nan_to_num(np.where(np.isnan(known), spare, known)))
    return found[0], found[1], found[2]


def _widened(mine: FloatArray, theirs: FloatArray) -> FloatArray:
    """Return a table of a side without any tokens in the other's shape, all of it not known."""
    return np.full_like(theirs, np.nan) if mine.size < theirs.size else mine


def _money(taken: Mapping[str, _Shape]) -> FloatArray:
    """Return what the tokens of each model cost with each factor from the side it is taken from."""
    counts = np.prod([one.counts[name] for name, one in taken.items() if name in one.counts])
    each = (taken[CLASSES].classes * taken[PRICE].prices).sum(axis=1)
    return np.asarray(counts * taken[MIX].mix * each)


# --- Seats ---------------------------------------------------------------------------------------


def _seat_parts(
    base: VarianceSide, actual: VarianceSide, billers: Sequence[str]
) -> list[tuple[str, FloatArray]]:
    """Return the difference of fees, apart by whether somebody used the seat where it is known."""
    fees = _difference(base.seats, actual.seats, billers)
    if base.unused is None or actual.unused is None:
        return [(SEATS_ALL, fees)]
    unused = _difference(base.unused, actual.unused, billers)
    return [(SEATS, fees - unused), (UNUSED, unused)]


def _difference(
    base: Mapping[str, float], actual: Mapping[str, float], billers: Sequence[str]
) -> FloatArray:
    return np.array([actual.get(one, 0.0) - base.get(one, 0.0) for one in billers])
