"""What has changed since somebody added everything up: islands of files, before and after.

Who keeps sums beside the store gives them a question, which says what they hang on beside the files
themselves. With the sums stands which files there were, how often each had been read, and what they
are linked by. Where all is still so but for what this run read, only the islands of those files are
settled, as they were and as they are; the sums of all others stay. In doubt all is settled: a call
that turns up in another file, another run in between, a line still being written.
"""

import json
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from typing import NamedTuple

from advisor.load.usage.job import Read
from advisor.load.usage.links import islands_of, links_of
from advisor.load.usage.places import Place
from advisor.load.usage.settling import BySource
from advisor.load.usage.store import KeptSums, KnownFile, Store, StoreError
from advisor.model.usage import Counter, Usage

Keep = Callable[[str], None]
"""Keeps sums of all files for the next run."""


class UsageGrowth(NamedTuple):
    """What was read: everything, or, where there is a `before`, islands that changed since.

    `before` is what they held when the sums of `body` were made; `seen` what was odd this time.
    """

    usage: Usage
    seen: Sequence[Counter]
    before: Usage | None = None
    body: str = ""
    keep: Keep | None = None


class FileRead(NamedTuple):
    """A file that was read, and what was known of it."""

    place: Place
    read: Read
    known: KnownFile | None


class Marks(NamedTuple):
    """Files by their number: how often each was read, and its island; and the links of all."""

    stamps: dict[int, int]
    islands: dict[int, int]
    links: set[int]


class Changed(NamedTuple):
    """Islands that changed, as they were and as they are, and what else the sums of `body` hold.

    `links` are those of the files in `same`, then of those that were read.
    """

    before: BySource
    after: BySource
    last: Marks
    body: str
    members: Sequence[int]
    same: Sequence[int]
    links: Sequence[set[int]]


def changed_since(
    store: Store,
    question: str,
    places: Iterable[Place],
    stamps: dict[int, int],
    reads: Sequence[FileRead],
) -> Changed | None:
    """Return the islands that changed; None where that can't be told, or is most of all.

    `stamps` say how often each file had been read before this run.
    """
    kept = store.sums(question)
    last = None if kept is None else _read_marks(kept)
    if kept is None or last is None or last.stamps != stamps:
        return None
    touched = {last.islands[one.known.id] for one in reads if one.known}
    members = [number for number, island in last.islands.items() if island in touched]
    if len(members) * 2 > len(stamps):
        return None
    changed = Changed(BySource(Usage()), BySource(Usage()), last, kept.body, members, [], [])
    roots = {(place.source, place.root): place for place in places}
    return _filled(changed, store, roots, reads)


def _filled(
    changed: Changed,
    store: Store,
    roots: Mapping[tuple[str, str], Place],
    reads: Sequence[FileRead],
) -> Changed | None:
    """Take what members held and hold; None where a call is new that another island has."""
    again = {one.known.id for one in reads if one.known}
    same, links = [], []
    held: set[int] = set()
    for row in store.contents_of(changed.members):
        if row.stamp != changed.last.stamps[row.id]:
            return None
        place = roots[row.source, row.root]
        own = links_of(place.source, *changed.before.add(place, row.about, row.block))
        held |= own
        if row.id not in again:
            changed.after.add(place, row.about, row.block)
            same.append(row.id)
            links.append(own)
    for place, read, _ in reads:
        added = changed.after.add(place, read.tail_about, read.tail_block)
        links.append(links_of(place.source, *added))
    if any(not changed.last.links.isdisjoint(own - held) for own in links):
        return None
    return changed._replace(same=same, links=links)


def marks_of(files: Iterable[tuple[int, int, set[int]]], first: int = 0) -> Marks:
    """Mark files, given their numbers, stamps and links; `first` is the least of the islands."""
    stamps, links = {}, []
    for number, stamp, own in files:
        stamps[number] = stamp
        links.append(own)
    islands, every = islands_of(links)
    return Marks(stamps, dict(zip(stamps, [first + one for one in islands], strict=True)), every)


def marks_after(changed: Changed, reads: Sequence[FileRead], numbers: Sequence[int]) -> Marks:
    """Mark all files, given the numbers of those that were read."""
    last = changed.last
    stamps = [last.stamps[number] for number in changed.same]
    stamps += [one.known.stamp + 1 if one.known else 1 for one in reads]
    files = zip([*changed.same, *numbers], stamps, changed.links, strict=True)
    found = marks_of(files, max(last.islands.values(), default=0) + 1)
    return Marks(last.stamps | found.stamps, last.islands | found.islands, last.links | found.links)


def _read_marks(kept: KeptSums) -> Marks | None:
    """Read marks; None for what no run writes."""
    links = array("q")
    try:
        numbers, stamps, islands = json.loads(kept.files)
        links.frombytes(kept.links)
        return Marks(
            dict(zip(numbers, stamps, strict=True)),
            dict(zip(numbers, islands, strict=True)),
            {*links},
        )
    except (ValueError, TypeError):
        return None


def keep_sums(path: str, question: str, marks: Marks, body: str) -> None:
    """Keep sums of all files for the next run; one that comes to nothing asks for them again."""
    files = json.dumps([[*marks.stamps], [*marks.stamps.values()], [*marks.islands.values()]])
    kept = KeptSums(files, array("q", marks.links).tobytes(), body)
    with suppress(StoreError), closing(Store(path)) as store:
        store.keep_sums(question, kept)
