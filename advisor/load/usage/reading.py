"""Places in, one `Usage` out: what files hold, read as little as possible and counted once.

    usage = read_usage(places_of(home), store="usage.db")

The order is: look at every file, read what is new (in two processes where it is much), keep that in
the store, then take everything that is known of the places from there and settle what files hold of
each other. Without a store the rows go straight to the last step.
"""

import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from itertools import chain
from typing import NamedTuple

from advisor.load.usage import fast
from advisor.load.usage.behind import Behind
from advisor.load.usage.growth import (
    Changed,
    FileRead,
    Marks,
    UsageGrowth,
    changed_since,
    keep_sums,
    marks_after,
    marks_of,
)
from advisor.load.usage.job import Job, Read
from advisor.load.usage.links import links_of
from advisor.load.usage.places import Counts, Place, Seen, files_below, without_doubles
from advisor.load.usage.pool import run
from advisor.load.usage.rows import BrokenBlockError
from advisor.load.usage.settling import BySource
from advisor.load.usage.sources import SOURCES
from advisor.load.usage.store import Kept, KnownFile, Store, StoreError, set_aside
from advisor.model.usage import Counter, Usage

FRESH = 2_000_000_000
"""Nanoseconds: a file touched so shortly before may change again without its time saying so."""
MOST_FILES, MOST_BYTES = 4_000, 1 << 31
"""Files and bytes that are read before what they gave is kept."""
Progress = Callable[[int, int], None]
"""Called with the files and the bytes read so far."""


class _Task(NamedTuple):
    place: Place
    seen: Seen
    form: str
    parser: int
    known: KnownFile | None
    job: Job
    size: int


_Write = tuple[Place, Seen, _Task, Read]


class _Run:
    """One reading of places: what was found of each source so far.

    Of places that are `new` the store knew nothing: what was read is all that there is. `seen` is
    what was odd this time. `marking` tells whether the next run may want to know what has changed;
    for it `stamps` are those before this run, `marked` the number, stamp and links of each file
    that was taken from the store, `new_links` those of files of new places, `numbers` what the
    store calls the files that were read.
    """

    def __init__(self, store: Store | None, progress: Progress | None, question: str) -> None:
        self.found = BySource(Usage())
        self.store = store
        self.progress = progress
        self.now = time.time_ns()
        self.seen: dict[str, Counts] = {}
        self.known: dict[Place, int] = {}
        self.present: dict[Place, int] = {}
        self.fresh: dict[tuple[str, str], Kept] = {}
        self.new: set[Place] = set()
        self.files = self.bytes_read = 0
        self.marking = bool(store and question)
        self.stamps: dict[int, int] = {}
        self.marked: list[tuple[int, int, set[int]]] = []
        self.new_links: list[set[int]] = []
        self.numbers: list[int] | None = []

    def is_there(self, place: Place) -> None:
        """Count a file of a place that the store knows and that is still there."""
        self.present[place] = self.present.get(place, 0) + 1

    def count(self, source: str, what: str, number: int = 1) -> None:
        """Count what is odd about a source's files this time."""
        counts = self.seen.setdefault(source, {})
        counts[what] = counts.get(what, 0) + number


def read_usage(
    places: Sequence[Place], *, store: str | None = None, progress: Progress | None = None
) -> Usage:
    """Read every file of the places. `store` is the file to keep it in, None keeps nothing.

    A place that isn't there holds nothing but what the store knows of it. What is wrong with files
    is counted in `Usage.counters`; what is wrong with the store is said once in `Usage.warnings`.
    """
    growth = read_growth(places, store=store, progress=progress)
    growth.usage.counters += growth.seen
    return growth.usage


def read_growth(
    places: Sequence[Place],
    *,
    store: str | None = None,
    question: str = "",
    progress: Progress | None = None,
) -> UsageGrowth:
    """Read every file of the places, for who keeps what files came to between two runs.

    `question` is what sums hang on beside the files; where they were kept for it, only islands of
    files that have changed are returned.
    """
    wanted = without_doubles(places)
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return _read(wanted, store, question, progress)
    finally:
        if was_collecting:
            gc.enable()


def _read(
    places: Sequence[Place], path: str | None, question: str, progress: Progress | None
) -> UsageGrowth:
    warnings: list[str] = []
    growth = None
    for _ in range(2):
        if path is None:
            break
        try:
            growth = _once(places, Store(path), question, progress)
            break
        except (StoreError, OSError, BrokenBlockError) as error:
            is_broken = isinstance(error, BrokenBlockError) or getattr(error, "is_broken", False)
            if not is_broken:
                warnings.append(f"{path} {error}: this time nothing is kept")
                break
            aside = set_aside(path)
            warnings.append(f"{path} was broken and is built anew; the old one is {aside}")
    growth = growth or _once(places, None, "", progress)
    growth.usage.warnings = warnings
    return growth


def _once(
    places: Sequence[Place], store: Store | None, question: str, progress: Progress | None
) -> UsageGrowth:
    reading = _Run(store, progress, question)
    with Behind() as behind:
        try:
            batches = _batches(_tasks(reading, places))
            writes = _work(reading, next(batches, []))
            more = next(batches, None)
            changed = _changed(reading, places, question, writes) if more is None else None
            if changed is None:
                rest = chain([more], batches) if more else iter(())
                _take_all(reading, places, writes, rest, behind)
            elif writes:
                _keep(reading, writes)
        finally:
            if store:
                behind.then(store.close)
        usage = (changed.after if changed else reading.found).settle()
        before = changed.before.settle() if changed else None
    usage.files, usage.bytes_read = reading.files, reading.bytes_read
    seen = [Counter(source, what, n) for source, counts in reading.seen.items()
            for what, n in counts.items()]  # fmt: skip
    marks = _marks(reading, changed, writes)
    keep = partial(keep_sums, store.path, question, marks) if store and marks else None
    return UsageGrowth(usage, seen, before, changed.body if changed else "", keep)


def _changed(
    reading: _Run, places: Sequence[Place], question: str, writes: list[_Write]
) -> Changed | None:
    """Ask what changed since sums were kept; what is gone is counted without being taken."""
    if not (reading.marking and reading.store):
        return None
    found = changed_since(reading.store, question, places, reading.stamps, _reads(writes))
    if found:
        for place, number in reading.known.items():
            gone = number - reading.present.get(place, 0)
            if gone:
                reading.count(place.source, "files_gone_but_kept", gone)
    return found


def _reads(writes: list[_Write]) -> list[FileRead]:
    return [FileRead(place, read, task.known) for place, _, task, read in writes]


def _marks(reading: _Run, changed: Changed | None, writes: list[_Write]) -> Marks | None:
    """Mark how files are now; None where sums of them would be none of what is kept."""
    has_tails = any(read.tail_block is not read.block for *_, read in writes)
    if not reading.marking or has_tails or reading.numbers is None:
        return None
    if changed:
        return marks_after(changed, _reads(writes), reading.numbers) if writes else None
    named = zip(writes, reading.numbers, strict=True)
    new = [number for (place, *_), number in named if place in reading.new]
    marked = [
        *reading.marked,
        *((n, 1, own) for n, own in zip(new, reading.new_links, strict=True)),
    ]
    return marks_of(marked)


def _take_all(
    reading: _Run,
    places: Sequence[Place],
    writes: list[_Write],
    rest: Iterator[list[_Task]],
    behind: Behind,
) -> None:
    """Take all that is known of all places, and keep what was read."""
    for write in writes:
        _take(reading, *write)
    for tasks in rest:
        reading.marking = False
        _keep(reading, writes)
        writes = _work(reading, tasks)
        for write in writes:
            _take(reading, *write)
    old = [one for one in places if not one.columns and one not in reading.new]
    if all(place in reading.new for place, *_ in writes):
        for place in old:
            _recall(reading, place)
        behind.then(lambda: _keep(reading, writes))
    else:
        _keep(reading, writes)
        for place in old:
            _recall(reading, place)


def _keep(reading: _Run, writes: list[_Write]) -> None:
    if reading.store and writes:
        reading.numbers = reading.store.write(
            (place, seen, task.form, task.parser, read, task.known)
            for place, seen, task, read in writes
        )


def _tasks(reading: _Run, places: Sequence[Place]) -> Iterator[_Task]:
    """Yield what has to be read: files that are new, or not as they were."""
    number = 0
    for place in places:
        known = _known(reading, place)
        if not os.path.exists(place.root):
            continue
        module = import_module(SOURCES[place.source].module)
        counts = reading.seen.setdefault(place.source, {})
        for seen, form in files_below(place.root, module.form, counts):
            reading.files += 1
            past = _past(reading, place, seen, known)
            if past:
                reading.is_there(place)
                if _is_as_it_was(past, seen, form, module.PARSER):
                    continue
            number += 1
            job, size = _job(reading, place, seen, form, module.PARSER, past, number)
            yield _Task(place, seen, form, module.PARSER, past, job, size)


def _known(reading: _Run, place: Place) -> dict[tuple[str, str], KnownFile] | None:
    """Return what the store knows of a place's files; None where they are looked up one by one."""
    if reading.store is None or place.columns:
        reading.marking = False
        return None
    known = reading.store.known_in(place)
    if known is None:
        reading.marking = False
        return None
    if not known:
        reading.new.add(place)
    reading.known[place] = len(known)
    if reading.marking:
        reading.stamps.update((one.id, one.stamp) for one in known.values())
    return known


def _past(
    reading: _Run, place: Place, seen: Seen, known: dict[tuple[str, str], KnownFile] | None
) -> KnownFile | None:
    if reading.store is None or place.columns:
        return None
    return (
        reading.store.known(place, seen) if known is None else known.get((seen.folder, seen.name))
    )


def _is_as_it_was(past: KnownFile, seen: Seen, form: str, parser: int) -> bool:
    looks = (past.size, past.mtime, past.inode, past.parser)
    is_whole = past.upto == seen.size or form != "lines"
    return looks == (seen.size, seen.mtime, seen.inode, parser) and is_whole


def _job(
    reading: _Run,
    place: Place,
    seen: Seen,
    form: str,
    parser: int,
    past: KnownFile | None,
    number: int,
) -> tuple[Job, int]:
    path = os.path.join(seen.folder, seen.name)
    if past is None or reading.store is None or past.parser != parser:
        carry = json.dumps({"columns": dict(place.columns)}) if place.columns else ""
        return Job(number, place.source, form, path, carry=carry), seen.size
    kept = reading.store.kept(past.id)
    job = Job(
        number, place.source, form, path, past.upto, past.print_, kept.about, kept.carry, kept.block
    )
    return job, max(0, seen.size - past.upto)


def _batches(tasks: Iterator[_Task]) -> Iterator[list[_Task]]:
    batch: list[_Task] = []
    size = 0
    for task in tasks:
        batch.append(task)
        size += task.size
        if len(batch) >= MOST_FILES or size >= MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _work(reading: _Run, tasks: list[_Task]) -> list[_Write]:
    """Read a batch of files, and return what is to be kept."""
    if sum(task.size for task in tasks) > fast.WORTH:
        fast.turn_on()
    by_number = {task.job.number: task for task in tasks}
    writes: list[_Write] = []
    for read in run([task.job for task in tasks], [task.size for task in tasks]):
        task = by_number[read.number]
        reading.bytes_read += read.bytes_read
        if reading.progress:
            reading.progress(reading.files, reading.bytes_read)
        if read.failure:
            reading.count(task.place.source, read.failure)
        elif reading.store is None or task.place.columns:
            reading.found.add(task.place, read.tail_about, read.tail_block)
        else:
            writes.append((task.place, _stamped(task.seen, reading.now), task, read))
    return writes


def _stamped(seen: Seen, now: int) -> Seen:
    """Forget the time of a file that was touched just now, so that it is looked at again."""
    return seen._replace(mtime=0) if now - seen.mtime < FRESH else seen


def _take(reading: _Run, place: Place, seen: Seen, task: _Task, read: Read) -> None:
    """Count what was read of a new place; of others, what the store isn't told."""
    if place in reading.new:
        added = reading.found.add(place, read.tail_about, read.tail_block)
        if reading.marking:
            reading.new_links.append(links_of(place.source, *added))
        return
    if task.known is None:
        reading.is_there(place)
    if read.tail_block is not read.block:
        name = (seen.folder, seen.name)
        reading.fresh[name] = Kept(*name, read.tail_about, read.tail_block)


def _recall(reading: _Run, place: Place) -> None:
    """Take everything that is known of a place, of files that are gone too."""
    gone = -reading.present.get(place, 0)
    for kept in reading.store.contents(place) if reading.store else ():
        gone += 1
        shown = reading.fresh.get((kept.folder, kept.name), kept)
        added = reading.found.add(place, shown.about, shown.block)
        if reading.marking:
            reading.marked.append((kept.id, kept.stamp, links_of(place.source, *added)))
    if gone:
        reading.count(place.source, "files_gone_but_kept", gone)
