"""Whose day is far outside its own spread and that of its peers: money by day in, a list out.

Logarithms of what active days cost are compared: a person's with its own other days, drawn to those
of its peers the fewer there are, weekdays apart; so are three active days in a row together, which
is how something begins to run away. The tail of everybody else's distances is fitted where it
begins (its dearest twentieth) instead of being taken for normal, so that a team with wild days is
not told of each of them. Days without use never count: somebody who is away is no anomaly. What a
reader would get wrong: only money, days and names are looked at, never what was said in a call.
"""

import math
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from advisor.answers.usage.days import day_name
from advisor.answers.usage.percentiles import percentile
from advisor.answers.usage.sums import Sums, cost_of
from advisor.model.rates import FEMTO
from advisor.model.usage import Kind
from advisor.tables.anomalies import AGENT, PERSON, PROJECT, Anomaly

Daily = Mapping[str, Mapping[int, float]]
"""Dollars by subject and day (since 1970); days without use are not in it."""

ALLOWED = {PERSON: 0.5, PROJECT: 0.3, AGENT: 0.2}
"""False alarms a month, of each kind of subject, that are put up with."""
FEWEST_DAYS = 30
"""So many days of all subjects are needed before anything is called unusual."""
_TAIL = 0.05
_TIMES = 3.0
"""An unusual day costs so many times the usual one, at least."""
_WORTH = 0.02
"""If it went on, it would cost this part of everybody's month, at least."""
_DAYS_A_MONTH = 365.25 / 12
_OF_SIGMA = 0.6745
"""The median distance from the middle of a normal, in standard deviations."""
_LEAST_SPREAD, _LEAST_BETWEEN = 0.25, 0.5
_PRIOR_DAYS = 10.0
_VOUCHED = 2
"""So few other days vouch for nobody: who joins is held against the peers."""
_WEEK, _EPOCH_WEEKDAY, _FEWEST_OF_WEEKDAY = 7, 3, 10
"""1970-01-01 was a Thursday, the fourth day of a week that begins on Monday."""


class _Point(NamedTuple):
    """One active day: whose, which, its cost, the usual one, and how far it is outside."""

    name: str
    day: int
    cost: float
    usual: float
    score: float


def anomalies_of(sums: Sums, kinds: Sequence[Kind]) -> list[Anomaly]:
    """List persons, projects and agents with unusual days, the dearest if it went on first."""
    found = []
    for what, daily in _by_subject(sums, kinds).items():
        found += unusual(what, daily)
    return sorted(found, key=lambda one: (-one.a_month, one.what, one.name))


def _by_subject(sums: Sums, kinds: Sequence[Kind]) -> dict[str, dict[str, dict[int, float]]]:
    """Add up dollars by day of everybody who has a name."""
    found: dict[str, dict[str, dict[int, int]]] = {PERSON: {}, PROJECT: {}, AGENT: {}}
    for key, one in sums.items():
        cost = cost_of(key, one.tokens)
        if not cost:
            continue
        kind = kinds[key.kind]
        for what, name in ((PERSON, kind.person), (PROJECT, kind.project), (AGENT, kind.source)):
            if name:
                days = found[what].setdefault(name, {})
                days[key.day] = days.get(key.day, 0) + cost
    return {
        what: {name: {day: cost / FEMTO for day, cost in days.items()}
               for name, days in of.items()}
        for what, of in found.items()
    }  # fmt: skip


def unusual(what: str, daily: Daily) -> list[Anomaly]:
    """Return the subjects of one kind that have unusual days, each once."""
    costs = {name: {d: c for d, c in days.items() if c > 0} for name, days in daily.items()}
    costs = {name: days for name, days in costs.items() if days}
    if sum(map(len, costs.values())) < FEWEST_DAYS:
        return []
    points = _points(costs)
    every = [day for days in costs.values() for day in days]
    months = max(1.0, (max(every) - min(every) + 1) / _DAYS_A_MONTH)
    monthly = sum(sum(days.values()) for days in costs.values()) / months
    found = _outside([[one] for one in points], ALLOWED[what] * months / 2)
    found += _outside(_runs(points), ALLOWED[what] * months / 2)
    by_name: dict[str, list[_Run]] = {}
    for run in found:
        if any(one.cost > _dear_day(costs, one.name) for one in run.points):
            by_name.setdefault(run.points[0].name, []).append(run)
    told = [_told(what, runs, costs, months) for runs in by_name.values()]
    return [one for one in told if one.a_month >= _WORTH * monthly]


class _Run(NamedTuple):
    """Days in a row that are outside together, and how likely that is."""

    points: Sequence[_Point]
    chance: float


def _outside(runs: Sequence[Sequence[_Point]], allowed: float) -> list[_Run]:
    """Return the runs that are far outside, so many by chance as are allowed."""
    if not runs:
        return []
    scores = [sum(one.score for one in run) / math.sqrt(len(run)) for run in runs]
    names = [run[0].name for run in runs]
    tail = lru_cache(maxsize=None)(lambda name: _tail_of(_of_others(name, names, scores)))
    found = []
    for run, name, score in zip(runs, names, scores, strict=True):
        is_dear = sum(one.cost for one in run) >= _TIMES * sum(one.usual for one in run)
        if is_dear:
            chance = _BEFORE_TAIL if score < _NORMAL_BEGIN else tail(name)(score)
            if chance < allowed / len(runs):
                found.append(_Run(run, chance))
    return found


def _of_others(name: str, names: Sequence[str], scores: Sequence[float]) -> Sequence[float]:
    """Return the scores of everybody else, of all where there are too few: nobody is a witness."""
    others = [score for own, score in zip(names, scores, strict=True) if own != name]
    return others if len(others) >= FEWEST_DAYS else scores


def _runs(points: Sequence[_Point]) -> list[Sequence[_Point]]:
    """Return every run of active days in a row of a subject."""
    by_name: dict[str, list[_Point]] = {}
    for one in points:
        by_name.setdefault(one.name, []).append(one)
    found: list[Sequence[_Point]] = []
    for own in by_name.values():
        days = sorted(own, key=lambda one: one.day)
        found += [days[n : n + _RUN] for n in range(len(days) - _RUN + 1)]
    return found


_RUN = 3


def _told(what: str, runs: Sequence[_Run], costs: Daily, months: float) -> Anomaly:
    dear = {one for run in runs for one in run.points if one.cost >= _TIMES * one.usual}
    ones = sorted(dear, key=lambda one: one.day)
    worst = max(ones, key=lambda one: one.score)
    days = costs[worst.name]
    active = len(days) / min(months, max(1.0, (max(days) - min(days) + 1) / _DAYS_A_MONTH))
    extra = sum(one.cost - one.usual for one in ones) / len(ones)
    return Anomaly(
        what=what,
        name=worst.name,
        day=day_name(worst.day),
        cost=worst.cost,
        usual=worst.usual,
        others=_dear_day(costs, worst.name),
        a_month=extra * active,
        days=[day_name(one.day) for one in ones],
        chance=min(run.chance for run in runs),
    )


def _dear_day(costs: Daily, name: str) -> float:
    """Return what the dearest day in twenty of all others costs; nothing where nobody else is."""
    others = sorted(
        cost for other, days in costs.items() if other != name for cost in days.values()
    )
    return others[math.ceil((1 - _TAIL) * len(others)) - 1] if others else 0.0


# --- How far a day is outside --------------------------------------------------------------------


def _points(costs: Daily) -> list[_Point]:
    """Score every active day against its subject's other days and everybody's."""
    logs = {name: {day: math.log(c) for day, c in days.items()} for name, days in costs.items()}
    middles = {name: median(days.values()) for name, days in logs.items()}
    weekdays = _weekdays(logs, middles)
    logs = {
        name: {day: log - weekdays[_weekday(day)] for day, log in days.items()}
        for name, days in logs.items()
    }
    middles = {name: median(days.values()) for name, days in logs.items()}
    apart = [log - middles[name] for name, days in logs.items() for log in days.values()]
    within = max(_LEAST_SPREAD, median(map(abs, apart)) / _OF_SIGMA)
    peers = median(middles.values())
    between = max(_LEAST_BETWEEN, median(abs(one - peers) for one in middles.values()) / _OF_SIGMA)
    found = []
    for name, days in logs.items():
        own = _own_spread(list(days.values()), middles[name], within)
        ordered = sorted(days.values())
        for day, log in days.items():
            sure = max(0, len(ordered) - 1 - _VOUCHED) / within**2
            middle = _without(ordered, log) if len(ordered) > 1 else peers
            centre = (sure * middle + peers / between**2) / (sure + 1 / between**2)
            spread = math.sqrt(own**2 + 1 / (sure + 1 / between**2))
            usual = math.exp(centre + weekdays[_weekday(day)])
            found.append(_Point(name, day, costs[name][day], usual, (log - centre) / spread))
    return found


def median(numbers: Iterable[float]) -> float:
    """Return the middle of some numbers."""
    return percentile(sorted(numbers), 0.5)


def _without(ordered: Sequence[float], one: float) -> float:
    """Return the median of numbers in ascending order but for one of them."""
    place, rest = bisect_left(ordered, one), len(ordered) - 1
    low, high = (rest - 1) // 2, rest // 2
    return (ordered[low + (low >= place)] + ordered[high + (high >= place)]) / 2


def _own_spread(logs: Sequence[float], middle: float, within: float) -> float:
    """Return a subject's spread, drawn to everybody's the fewer days it has."""
    own = median(abs(log - middle) for log in logs) / _OF_SIGMA
    days = len(logs)
    return math.sqrt((days * own**2 + _PRIOR_DAYS * within**2) / (days + _PRIOR_DAYS))


def _weekday(day: int) -> int:
    return (day + _EPOCH_WEEKDAY) % _WEEK


def _weekdays(logs: Mapping[str, Mapping[int, float]], middles: Mapping[str, float]) -> list[float]:
    """Return how far each weekday is from a subject's middle, nothing for one with few days."""
    apart: list[list[float]] = [[] for _ in range(_WEEK)]
    for name, days in logs.items():
        for day, log in days.items():
            apart[_weekday(day)].append(log - middles[name])
    return [median(one) if len(one) >= _FEWEST_OF_WEEKDAY else 0.0 for one in apart]


class _Tail(NamedTuple):
    """The upper tail of scores: it begins at `begin`, and falls by 1/e each `fall`."""

    begin: float
    fall: float

    def __call__(self, score: float) -> float:
        """Return how likely a score so high is."""
        if score < self.begin:
            return _BEFORE_TAIL
        return _TAIL * math.exp(-(score - self.begin) / self.fall)


def _tail_of(scores: Sequence[float]) -> _Tail:
    """Fit an exponential to the dearest twentieth of scores, by its median, which no one day moves.

    Never lighter than the tail of a normal there.
    """
    ordered = sorted(scores)
    begin = ordered[math.ceil((1 - _TAIL) * len(ordered)) - 1]
    beyond = [score - begin for score in ordered if score > begin]
    fall = median(beyond) / math.log(2) if beyond else 0.0
    return _Tail(max(begin, _NORMAL_BEGIN), max(fall, _NORMAL_FALL))


_NORMAL_BEGIN, _NORMAL_FALL = 1.645, 0.45
"""Where the last twentieth of a normal begins, which no tail begins before, and how it falls."""
_BEFORE_TAIL = 0.5
"""How likely a score is said to be that lies before the tail."""
