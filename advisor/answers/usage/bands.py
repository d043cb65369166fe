"""Tariffs as plain rows: borders to compare calls with, and a price for every outcome.

Whatever hangs on a call's moment or prompt becomes small numbers that comparisons give: the epoch,
how many price changes of its tariff lie at or before it; the band, how many thresholds of its
tariff its prompt passes; and 0 or 1 for each kind of busy hours. Only what the calls at hand can
meet is in it. Borders are a tariff's own: those of all tariffs together would be ten times as many.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from advisor.answers.usage.tariffs import Segment
from advisor.model.rates import RatePeak, Rates
from advisor.token_classes import TOKEN_CLASSES

RATE_COLUMNS = tuple(f"rate_{name}" for name in TOKEN_CLASSES)
"""Femto-dollars a token, by class."""
NEVER = 253_370_764_800_000_000
"""A change that no call reaches: the year 9999, which every engine can hold."""
UNREACHED = 1 << 60
"""A threshold that no prompt passes."""


class Border(NamedTuple):
    """What the calls of a tariff are compared with: moments, prompts, and which busy hours count.

    Each has as many as the tariff with the most; what it lacks is never reached.
    """

    tariff: int
    changes: Sequence[int]
    thresholds: Sequence[int]
    peaks: Sequence[int]


class Bands(NamedTuple):
    """Borders, and the rates that comparing with them leads to.

    `changes` and `thresholds` say how many each border has; `columns` names the key of `rows`:
    tariff, then those of epoch, band and busy hours that are needed at all; the rates follow. A
    tariff without a price has no row.
    """

    changes: int
    thresholds: int
    peaks: Sequence[RatePeak]
    borders: Sequence[Border]
    columns: Sequence[str]
    rows: Sequence[tuple[int, ...]]


def peak_column(number: int) -> str:
    """Name the column that says whether a call fell into busy hours of one kind."""
    return f"peak_{number}"


def bands_of(tariffs: Sequence[Sequence[Segment]], first: int, last: int) -> Bands:
    """Lay tariffs out, numbered as they stand, for calls between two moments, both included."""
    met = [
        [one for one in segments if one.begins <= last and first < one.ends] for segments in tariffs
    ]
    changes = [sorted({one.begins for one in some if first < one.begins}) for some in met]
    thresholds = [sorted({over for one in some for over in one.tiers}) for some in met]
    peaks = list(dict.fromkeys(_kind(one.peak) for some in met for one in some if one.peak))
    borders = [
        Border(
            number,
            _filled(changes[number], max(map(len, changes)), NEVER),
            _filled(thresholds[number], max(map(len, thresholds)), UNREACHED),
            [int(any(one.peak and _kind(one.peak) == peak for one in some)) for peak in peaks],
        )
        for number, some in enumerate(met)
    ]
    columns = ["tariff"]
    columns += ["epoch"] if any(changes) else []
    columns += ["band"] if any(thresholds) else []
    columns += [peak_column(number) for number in range(len(peaks))]
    rows = [
        (number, *rest)
        for number, some in enumerate(met)
        for rest in _rows(some, [first, *changes[number]], thresholds[number], peaks, columns)
    ]
    return Bands(
        max(map(len, changes), default=0), max(map(len, thresholds), default=0),
        [_as_peak(one) for one in peaks], borders, columns, rows,
    )  # fmt: skip


_Kind = tuple[tuple[tuple[int, int], ...], tuple[int, ...], frozenset[int]]


def _kind(peak: RatePeak) -> _Kind:
    """Return busy hours as what can be a key."""
    return tuple(peak.minutes), tuple(peak.weekdays), peak.holidays


def _as_peak(kind: _Kind) -> RatePeak:
    return RatePeak(*kind)


def _filled(found: Sequence[int], size: int, rest: int) -> list[int]:
    return [*found, *[rest] * (size - len(found))]


def _rows(
    segments: Sequence[Segment],
    begins: Sequence[int],
    thresholds: Sequence[int],
    peaks: Sequence[_Kind],
    columns: Sequence[str],
) -> Iterator[tuple[int, ...]]:
    """Yield the key, less the tariff, and the rates of every outcome."""
    for epoch, moment in enumerate(begins):
        segment = next((one for one in segments if one.begins <= moment < one.ends), None)
        if segment is None or not segment.bands:
            continue
        own = [peak for peak in peaks if any(s.peak and _kind(s.peak) == peak for s in segments)]
        for band in range(len(thresholds) + 1):
            passed = set(thresholds[:band])
            for flags in product((0, 1), repeat=len(own)):
                outcome = dict(zip(own, flags, strict=True))
                key = [epoch] if "epoch" in columns else []
                key += [band] if "band" in columns else []
                key += [outcome.get(peak, 0) for peak in peaks]
                yield (*key, *_rates(segment, passed, outcome))


def _rates(segment: Segment, passed: set[int], outcome: dict[_Kind, int]) -> Rates:
    """Return the rates of calls that pass thresholds, in or out of busy hours."""
    own = sum(over in passed for over in segment.tiers)
    if own or segment.busy is None or segment.peak is None:
        return segment.bands[own]
    return segment.busy if outcome[_kind(segment.peak)] else segment.bands[0]
