"""Where the year ends: what was paid, and the plan for the rest moved by the level that was learnt.

Usage follows the level of its biller; fees for seats, and what stands on nobody's bill, stay as
planned. The plan's months keep their own prices, hiring and mix. What a reader would get wrong: the
spread of the drawn years is the level's prior, so that what is uncertain for all months at once is
counted once; as soon as a month is paid, the range is that of the level that was learnt from it.
"""

from collections.abc import Sequence
from datetime import date
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.forecast.level import LearntLevel, MoneyToCome, learn, spread_of
from advisor.answers.forecast.paid import PaidSum
from advisor.answers.forecast.so_far import SoFar, Until
from advisor.answers.forecast.unplanned import going_on
from advisor.engine.burndown import exhaustion_date
from advisor.model.charge import OTHER, USAGE
from advisor.units import Month

FloatArray = NDArray[np.float64]

_LEAST_PORTION = 0.2
"""So small a part of a month says nothing of it: a week of a month is 0.23."""
_RANKS = 1_999
_RANKS_OF = (np.arange(_RANKS) + 0.5) / _RANKS
_EVERYBODY = "all bills"
LOW, MIDDLE, HIGH = 0.1, 0.5, 0.9
_NORMAL = NormalDist()


class Followed(NamedTuple):
    """One series that is followed: whose, what was planned and what is left of it, (T,) each.

    `ratios` are paid ÷ planned, NaN where nothing can be said, `portions` which part of a month.
    """

    name: str
    planned: FloatArray
    left: FloatArray
    ratios: FloatArray
    portions: FloatArray


class YearEnd(NamedTuple):
    """The year's end and its way there.

    `rest` is what is still expected in each month, (T,); `rest_of` the same by biller in all;
    `unplanned` the part of it that goes on of billers that nobody planned. `low` and `high` are
    P10 and P90 of what is paid by the end of each month. `ends` are evenly spaced quantiles of the
    year's end, None where nothing is known of them.
    """

    spent: float
    rest: FloatArray
    rest_of: dict[str, float]
    unplanned: dict[str, float]
    levels: dict[str, float]
    months_learnt: int
    low: FloatArray | None
    high: FloatArray | None
    ends: FloatArray | None

    @property
    def expected(self) -> float:
        """Where the year is expected to end."""
        return self.spent + float(self.rest.sum())


def year_end(
    so_far: SoFar, spread: float, drawn: FloatArray | None, ran: SoFar | None = None
) -> YearEnd:
    """Learn the level and carry the plan on. `spread` is the plan's own level spread.

    `ran` is the year so far of the way that the bills are of, where another one follows: what is
    learnt from it moves all usage of the other alike.
    """
    followed = _followed(so_far) if ran is None else _after(so_far, ran)
    level = _learnt(followed, spread, len(so_far.months))
    left = np.array([one.left for one in followed]).reshape(len(followed), len(so_far.months))
    late = sum(so_far.late.values(), np.zeros(len(so_far.months)))
    moved = left * level.factor if level.months else left
    ours = {one.name for one in followed} | set(so_far.planned.usage)
    unplanned = going_on(so_far, ours | set(() if ran is None else ran.planned.usage), spread)
    more = sum((one.by_month for one in unplanned.values()), np.zeros(len(so_far.months)))
    fixed = so_far.rest_as_planned - left.sum(axis=0)
    # A last day that is half billed is still to come but for what was billed of it.
    moved = _without(moved, late)
    spent = so_far.by_month
    ends, low, high = None, None, None
    if level.months:
        share = np.divide(moved, left * level.factor, out=np.ones_like(left), where=left > 0)
        parts = [(left * share, level), *unplanned.values()]
        ends = spent.sum() + fixed.sum() + sum(_grid(spread_of(*one)) for one in parts)
        low, high = _band(spent + fixed, parts)
    elif drawn is not None:
        total = float(so_far.planned.by_month.sum())
        still = float(so_far.rest_as_planned.sum())
        certain = spent.sum() + fixed.sum() + moved.sum() - still
        ends = certain + np.quantile(drawn, _RANKS_OF) * (still / (total or 1.0))
        ends = ends + sum(_grid(spread_of(*one)) for one in unplanned.values())
    fees_of = {name: float(one[1].sum()) for name, one in so_far.left.items()}
    used = dict.fromkeys(so_far.left, 0.0)
    for row, one in zip(moved, followed, strict=True):
        for name, part in _parts_of(one.name, so_far).items():
            used[name] = used.get(name, 0.0) + part * float(row.sum())
    return YearEnd(
        spent=float(spent.sum()),
        rest=moved.sum(axis=0) + fixed + more,
        rest_of={name: used[name] + _seats_apart(name, so_far, fees_of) for name in used},
        unplanned={name: float(one.by_month.sum()) for name, one in unplanned.items()},
        levels=_levels(followed, left, moved) if level.months else {},
        months_learnt=level.months,
        low=low,
        high=high,
        ends=ends,
    )


def gone_on(by_month: FloatArray, budget: float | None, months: Sequence[Month]) -> date | None:
    """Return the day on which a budget is gone; None where it lasts, or there is none."""
    if budget is None:
        return None
    return exhaustion_date(by_month, np.full(len(months), budget), months)


# --- What is followed ----------------------------------------------------------------------------


def _followed(so_far: SoFar) -> list[Followed]:
    """List the usage of every biller that has a plan for it; all as one where others stand in."""
    planned, found = so_far.planned, []
    if so_far.stands_in:
        usage = sum(planned.usage.values(), np.zeros(len(so_far.months)))
        return [_one(_EVERYBODY, usage, None, so_far.whole, so_far)]
    for name in planned.billers:
        is_together = name in so_far.together
        own = planned.of(name) if is_together else planned.usage.get(name)
        if own is not None and own.any():
            found.append(_one(name, own, name, so_far.untils.get(name, Until()), so_far))
    return found


def _after(so_far: SoFar, ran: SoFar) -> list[Followed]:
    """Follow all usage as one, with the ratios of the way that ran."""
    nothing = np.zeros(len(so_far.months))
    old = sum(ran.planned.usage.values(), nothing)
    learnt = _one(_EVERYBODY, old, None, ran.whole, ran)
    own = sum(so_far.planned.usage.values(), nothing)
    left = sum((usage for usage, _ in so_far.left.values()), nothing)
    return [learnt._replace(planned=own, left=left)]


def _one(name: str, own: FloatArray, biller: str | None, until: Until, so_far: SoFar) -> Followed:
    months, days = so_far.months, so_far.days
    portions = 1 - days.left(months, until.usage, until.usage_since)
    paid = sum(
        (one.cost * one.shares for one in so_far.paid.sums if _counts(one, biller, so_far)),
        np.zeros(len(months)),
    )
    paid = paid - so_far.late.get(biller or "", np.zeros(len(months)))
    is_known = (portions >= _LEAST_PORTION) & (own > 0) & (paid > 0)
    ratios = np.full(len(months), np.nan)
    ratios[is_known] = paid[is_known] / (own * portions)[is_known]
    left = own * (1 - portions)
    return Followed(name, own, left, ratios, np.where(is_known, portions, 1.0))


def _counts(one: PaidSum, biller: str | None, so_far: SoFar) -> bool:
    """Tell whether a sum says something of a series: credits do not, nor seats of their own."""
    if biller is not None and one.biller != biller:
        return False
    if one.kind == OTHER:
        return False
    return one.kind in {None, USAGE} or biller in so_far.together


def _learnt(followed: Sequence[Followed], spread: float, months: int) -> LearntLevel:
    ratios = np.array([one.ratios for one in followed]).reshape(len(followed), months)
    portions = np.array([one.portions for one in followed]).reshape(len(followed), months)
    return learn(ratios, portions, np.full(len(followed), spread))


def _parts_of(name: str, so_far: SoFar) -> dict[str, float]:
    """Share a series out among billers: itself, or all by what they planned."""
    if name != _EVERYBODY:
        return {name: 1.0}
    sums = {one: float(usage.sum()) for one, usage in so_far.planned.usage.items()}
    total = sum(sums.values())
    return {one: part / total for one, part in sums.items()} if total else {}


def _seats_apart(name: str, so_far: SoFar, fees_of: dict[str, float]) -> float:
    """Return the fees that are left of a biller whose series does not hold them already."""
    is_in_series = name in so_far.together and not so_far.stands_in
    return 0.0 if is_in_series and so_far.planned.of(name).any() else fees_of.get(name, 0.0)


def _levels(followed: Sequence[Followed], left: FloatArray, moved: FloatArray) -> dict[str, float]:
    """Return by how much the rest is moved, by series."""
    return {
        one.name: float(after.sum() / before.sum())
        for one, before, after in zip(followed, left, moved, strict=True)
        if before.sum() > 0
    }


def _without(moved: FloatArray, late: FloatArray) -> FloatArray:
    """Take what is already billed of a late day off the month that it lies in."""
    whole = moved.sum(axis=0)
    taken = np.minimum(late, whole)
    share = np.divide(whole - taken, whole, out=np.ones_like(whole), where=whole > 0)
    return np.asarray(moved * share)


# --- Ranges --------------------------------------------------------------------------------------


def _grid(spread: MoneyToCome) -> FloatArray:
    """Return evenly spaced quantiles of a sum."""
    return spread.at(np.array([_NORMAL.inv_cdf(one) for one in _RANKS_OF.tolist()]))


def _band(
    certain: FloatArray, parts: Sequence[tuple[FloatArray, LearntLevel]]
) -> tuple[FloatArray, FloatArray]:
    """Return P10 and P90 of what is paid by the end of each month. (T,) each."""
    at = np.array([_NORMAL.inv_cdf(LOW), _NORMAL.inv_cdf(HIGH)])
    so_far = np.cumsum(certain)
    before = np.arange(certain.size)
    found = [
        so_far[month]
        + sum(spread_of(amounts * (before <= month), level).at(at) for amounts, level in parts)
        for month in range(certain.size)
    ]
    low, high = np.array(found).T
    return low, np.maximum.accumulate(high)
