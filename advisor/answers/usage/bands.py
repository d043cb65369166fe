"""Tariffs exploded into plain rows: a price for every epoch, band and busy hour, to be joined.

Whatever hangs on a call's moment or prompt becomes small numbers that comparisons give: the epoch,
how many price changes lie at or before it; the band, how many thresholds its prompt passes; and 0
or 1 for each kind of busy hours. Only what the calls at hand can meet is in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from advisor.answers.usage.tariffs import Segment
from advisor.model.rates import Peak, Rates
from advisor.token_classes import TOKEN_CLASSES

RATE_COLUMNS = tuple(f"rate_{name}" for name in TOKEN_CLASSES)
"""Femto-dollars a token, by class."""


class Bands(NamedTuple):
    """Comparisons, and the rates that their outcomes lead to.

    `changes` are microseconds since 1970, `thresholds` prompts that a dearer band lies beyond;
    `columns` names the key of `rows`: tariff, then those of epoch, band and busy hours that are
    needed at all; the rates follow. A tariff without a price has no row.
    """

    changes: Sequence[int]
    thresholds: Sequence[int]
    peaks: Sequence[Peak]
    columns: Sequence[str]
    rows: Sequence[tuple[int, ...]]


def peak_column(number: int) -> str:
    """Name the column that says whether a call fell into busy hours of one kind."""
    return f"peak_{number}"


def bands_of(tariffs: Sequence[Sequence[Segment]], first: int, last: int) -> Bands:
    """Explode tariffs, numbered as they stand, for calls between two moments, both included."""
    met = [
        [one for one in segments if one.begins <= last and first < one.ends] for segments in tariffs
    ]
    every = [one for segments in met for one in segments]
    changes = sorted({one.begins for one in every if first < one.begins})
    thresholds = sorted({over for one in every for over in one.tiers})
    peaks: list[Peak] = []
    for one in every:
        if one.peak is not None and one.peak not in peaks:
            peaks.append(one.peak)
    columns = ["tariff"]
    columns += ["epoch"] if changes else []
    columns += ["band"] if thresholds else []
    columns += [peak_column(number) for number in range(len(peaks))]
    empty = Bands(changes, thresholds, peaks, columns, [])
    rows = [
        row
        for number, segments in enumerate(met)
        for row in _rows(number, segments, empty, first)
    ]  # fmt: skip
    return empty._replace(rows=rows)


def _rows(
    tariff: int, segments: Sequence[Segment], bands: Bands, first: int
) -> Iterator[tuple[int, ...]]:
    ends: dict[int, list[tuple[int, ...]]] = {}
    for epoch, begins in enumerate([first, *bands.changes]):
        place = next((n for n, s in enumerate(segments) if s.begins <= begins < s.ends), None)
        if place is None or not segments[place].bands:
            continue
        if place not in ends:
            ends[place] = list(_ends(segments[place], bands))
        key = (tariff, epoch) if bands.changes else (tariff,)
        yield from [key + end for end in ends[place]]


def _ends(segment: Segment, bands: Bands) -> Iterator[tuple[int, ...]]:
    """Yield the rest of each row of a segment: the key's rest, and the rates."""
    for band in range(len(bands.thresholds) + 1):
        for flags in product((0, 1), repeat=len(bands.peaks)):
            key = (band, *flags) if bands.thresholds else flags
            yield (*key, *_rates(segment, band, flags, bands))


def _rates(segment: Segment, band: int, flags: Sequence[int], bands: Bands) -> Rates:
    """Return the rates of calls that pass so many thresholds, in or out of busy hours."""
    passed = set(bands.thresholds[:band])
    own = sum(over in passed for over in segment.tiers)
    if own or segment.busy is None or segment.peak is None:
        return segment.bands[own]
    return segment.busy if flags[bands.peaks.index(segment.peak)] else segment.bands[0]
