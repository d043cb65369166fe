"""Where sources lie, and every file below such a place, whatever a file system holds there."""

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from advisor.load.usage.sources import SOURCES


class Place(NamedTuple):
    """A folder or file of one source; `home` and `person` are whose machine or home it is.

    `is_named` says that a person pointed at it; `columns` names a table's columns by what they
    hold, and a table that is read so is never kept in the store.
    """

    source: str
    root: str
    home: str = ""
    person: str = ""
    is_named: bool = False
    columns: tuple[tuple[str, str], ...] = ()


class Seen(NamedTuple):
    """A file that was seen: its folder below the root, its name, and what the system says of it."""

    folder: str
    name: str
    size: int
    mtime: int
    inode: int


Counts = dict[str, int]


def places_of(home: str, person: str = "") -> list[Place]:
    """List every agent's places in a home folder, there or not: what is gone may be remembered."""
    base = os.path.realpath(home)
    return [
        Place(name, os.path.join(base, *place.split("/")), base, person)
        for name, source in SOURCES.items()
        for place in source.places
    ]


def without_doubles(places: Sequence[Place]) -> list[Place]:
    """Leave out places that are named twice, or that lie inside another of the same source."""
    kept: list[Place] = []
    for place in sorted(
        (one._replace(root=os.path.realpath(one.root)) for one in places),
        key=lambda one: (one.source, len(one.root), not one.is_named, one),
    ):
        if not any(place.source == one.source and _is_inside(place.root, one.root) for one in kept):
            kept.append(place)
    return kept


def _is_inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def files_below(
    root: str, form: Callable[[str], str], counts: Counts
) -> Iterator[tuple[Seen, str]]:
    """Yield each wanted file and how it is read; what can't be entered or read is counted.

    Links are followed, but never into a folder that is walked anyway, so that circles end. Only
    regular files are yielded: a pipe would never end.
    """
    try:
        found = os.stat(root)
    except OSError:
        return
    if not stat.S_ISDIR(found.st_mode):
        folder, name = os.path.split(root)
        how = form(name)
        if how and _is_regular(found, counts):
            yield (
                _stamped(Seen(folder, name, found.st_size, found.st_mtime_ns, found.st_ino), how),
                how,
            )
        return
    entered = [os.path.realpath(root)]
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if _is_folder(entry, entered, counts):
                        folders.append(entry.path)
                    elif how := form(entry.path):
                        seen = _seen(entry, folder, counts)
                        if seen:
                            yield _stamped(seen, how), how
        except OSError:
            _count(counts, "unreadable_folders")


def _is_folder(entry: os.DirEntry[str], entered: list[str], counts: Counts) -> bool:
    try:
        if entry.is_dir(follow_symlinks=False):
            return True
        if not (entry.is_symlink() and entry.is_dir()):
            return False
    except OSError:
        return False
    target = os.path.realpath(entry.path)
    if any(_is_inside(target, one) or _is_inside(one, target) for one in entered):
        _count(counts, "links_into_the_same_folders")
        return False
    entered.append(target)
    return True


def _seen(entry: os.DirEntry[str], folder: str, counts: Counts) -> Seen | None:
    try:
        found = entry.stat()
    except OSError:
        _count(counts, "dangling_links")
        return None
    if not _is_regular(found, counts):
        return None
    return Seen(folder, entry.name, found.st_size, found.st_mtime_ns, found.st_ino)


def _stamped(seen: Seen, how: str) -> Seen:
    """Count a database's journal in, which holds what is new while the agent runs."""
    if how != "database":
        return seen
    try:
        journal = os.stat(os.path.join(seen.folder, f"{seen.name}-wal"))
    except OSError:
        return seen
    return seen._replace(
        size=seen.size + journal.st_size, mtime=max(seen.mtime, journal.st_mtime_ns)
    )


def _is_regular(found: os.stat_result, counts: Counts) -> bool:
    if stat.S_ISREG(found.st_mode):
        return True
    _count(counts, "not_regular_files")
    return False


def _count(counts: Counts, what: str) -> None:
    counts[what] = counts.get(what, 0) + 1
