"""Places in, one `Usage` out: what files hold, read as little as possible and counted once.

    usage = read_usage(places_of(home), store="usage.db")

The order is: look at every file, read what is new (in two processes where it is much), keep that in
the store, then take everything that is known of the places from there and settle what files hold of
each other. Without a store the rows go straight to the last step.
"""

from __future__ import annotations

import gc
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from advisor.load.usage import fast
from advisor.load.usage.behind import Behind
from advisor.load.usage.found import FoundCalls
from advisor.load.usage.job import Job, Read
from advisor.load.usage.places import Place, Seen, files_below, without_doubles
from advisor.load.usage.pool import run
from advisor.load.usage.rows import BrokenBlockError, unpack
from advisor.load.usage.sources import SOURCES
from advisor.load.usage.store import (
    Kept,
    KnownFile,
    Store,
    StoredRead,
    StoreError,
    set_aside,
)
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


class _Run:
    """One reading of places: what was found of each source so far.

    Of places that are `new` the store knew nothing: what was read is all that there is.
    """

    def __init__(self, usage: Usage, store: Store | None, progress: Progress | None) -> None:
        self.usage = usage
        self.store = store
        self.progress = progress
        self.now = time.time_ns()
        self.found: dict[str, FoundCalls] = {}
        self.present: dict[Place, int] = {}
        self.fresh: dict[tuple[str, str], Kept] = {}
        self.new: set[Place] = set()

    def is_there(self, place: Place) -> None:
        """Count a file of a place that the store knows and that is still there."""
        self.present[place] = self.present.get(place, 0) + 1

    def of(self, source: str) -> FoundCalls:
        """Return what was found of a source."""
        if source not in self.found:
            calls = self.usage.calls
            self.found[source] = FoundCalls(source, calls.kinds, calls.sessions)
        return self.found[source]


def read_usage(
    places: Sequence[Place], *, store: str | None = None, progress: Progress | None = None
) -> Usage:
    """Read every file of the places. `store` is the file to keep it in, None keeps nothing.

    A place that isn't there holds nothing but what the store knows of it. What is wrong with files
    is counted in `Usage.counters`; what is wrong with the store is said once in `Usage.warnings`.
    """
    wanted = without_doubles(places)
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        return _read(wanted, store, progress)
    finally:
        if was_collecting:
            gc.enable()


def _read(places: Sequence[Place], path: str | None, progress: Progress | None) -> Usage:
    warnings: list[str] = []
    for _ in range(2):
        if path is None:
            break
        try:
            return _once(places, Store(path), warnings, progress)
        except (StoreError, OSError, BrokenBlockError) as error:
            is_broken = isinstance(error, BrokenBlockError) or getattr(error, "is_broken", False)
            if not is_broken:
                warnings.append(f"{path} {error}: this time nothing is kept")
                break
            aside = set_aside(path)
            warnings.append(f"{path} was broken and is built anew; the old one is {aside}")
    return _once(places, None, warnings, progress)


def _once(
    places: Sequence[Place], store: Store | None, warnings: list[str], progress: Progress | None
) -> Usage:
    usage = Usage()
    usage.warnings = warnings
    reading = _Run(usage, store, progress)
    with Behind() as behind:
        try:
            writes: list[_Write] = []
            for tasks in _batches(_tasks(reading, places)):
                if store:
                    store.write(_kept(writes))
                writes = _work(reading, tasks)
            if store:
                _finish(reading, store, places, writes, behind)
        finally:
            if store:
                behind.then(store.close)
        settle_all(reading.found, usage)
    return usage


def _finish(
    reading: _Run, store: Store, places: Sequence[Place], writes: list[_Write], behind: Behind
) -> None:
    """Take what is known of places that aren't new, and keep what the last batch gave."""
    old = [one for one in places if not one.columns and one not in reading.new]
    if all(place in reading.new for place, *_ in writes):
        for place in old:
            _recall(reading, store, place)
        behind.then(lambda: store.write(_kept(writes)))
    else:
        store.write(_kept(writes))
        for place in old:
            _recall(reading, store, place)


def settle_all(by_source: dict[str, FoundCalls], usage: Usage) -> None:
    """Decide what files, homes and machines hold of each other; what counts goes into `usage`."""
    for name in list(by_source):
        found = by_source.pop(name)
        if found.keep or found.spans:
            import_module(SOURCES[name].module).settle(found)
        calls = found.settled()
        if len(usage.calls):
            usage.calls.extend(calls)
        else:
            usage.calls = calls
        usage.unlogged += found.unlogged
        usage.counters += [Counter(name, what, n) for what, n in sorted(found.counters.items())]


def _tasks(reading: _Run, places: Sequence[Place]) -> Iterator[_Task]:
    """Yield what has to be read: files that are new, or not as they were."""
    number = 0
    for place in places:
        if not os.path.exists(place.root):
            continue
        module = import_module(SOURCES[place.source].module)
        known = reading.store.known_in(place) if reading.store and not place.columns else None
        if known is not None and not known:
            reading.new.add(place)
        for seen, form in files_below(place.root, module.form, reading.of(place.source).counters):
            reading.usage.files += 1
            past = _past(reading, place, seen, known)
            if past:
                reading.is_there(place)
                if _is_as_it_was(past, seen, form, module.PARSER):
                    continue
            number += 1
            job, size = _job(reading, place, seen, form, module.PARSER, past, number)
            yield _Task(place, seen, form, module.PARSER, past, job, size)


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


_Write = tuple[Place, Seen, _Task, Read]


def _work(reading: _Run, tasks: list[_Task]) -> list[_Write]:
    """Read a batch of files, and return what is to be kept."""
    if sum(task.size for task in tasks) > fast.WORTH:
        fast.turn_on()
    by_number = {task.job.number: task for task in tasks}
    writes: list[_Write] = []
    for read in run([task.job for task in tasks], [task.size for task in tasks]):
        task = by_number[read.number]
        reading.usage.bytes_read += read.bytes_read
        if reading.progress:
            reading.progress(reading.usage.files, reading.usage.bytes_read)
        if read.failure:
            reading.of(task.place.source).count(read.failure)
        elif reading.store is None or task.place.columns:
            _add(reading, task.place, Kept("", "", read.tail_about, read.tail_block))
        else:
            writes.append((task.place, _stamped(task.seen, reading.now), task, read))
    for write in writes:
        _take(reading, *write)
    return writes


def _stamped(seen: Seen, now: int) -> Seen:
    """Forget the time of a file that was touched just now, so that it is looked at again."""
    return seen._replace(mtime=0) if now - seen.mtime < FRESH else seen


def _take(reading: _Run, place: Place, seen: Seen, task: _Task, read: Read) -> None:
    """Count what was read of a new place; of others, what the store isn't told."""
    if place in reading.new:
        _add(reading, place, Kept("", "", read.tail_about, read.tail_block))
        return
    if task.known is None:
        reading.is_there(place)
    if read.tail_block is not read.block:
        name = (seen.folder, seen.name)
        reading.fresh[name] = Kept(*name, read.tail_about, read.tail_block)


def _kept(writes: Iterable[_Write]) -> Iterator[StoredRead]:
    for place, seen, task, read in writes:
        yield place, seen, task.form, task.parser, read, task.known


def _recall(reading: _Run, store: Store, place: Place) -> None:
    """Take everything that is known of a place, of files that are gone too."""
    gone = -reading.present.get(place, 0)
    for kept in store.contents(place):
        gone += 1
        name = (kept.folder, kept.name)
        _add(reading, place, reading.fresh.get(name, kept) if reading.fresh else kept)
    if gone:
        reading.of(place.source).count("files_gone_but_kept", gone)


def _add(reading: _Run, place: Place, kept: Kept) -> None:
    found = reading.of(place.source)
    about: dict[str, Any] = json.loads(kept.about) if kept.about != "{}" else {}
    for what, number in about.get("counts", {}).items():
        found.count(what, number)
    found.add(unpack(kept.block), about.get("notes", {}), place.home, place.person)
