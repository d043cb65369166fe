"""What was read of each file, so that the next run reads only what is new.

One SQLite file. A row is one log: how it looked, how far it was read, and its calls, packed. Rows
of files that are gone stay: agents delete their logs, and what was billed stays billed. What files
hold of each other is in no row; sums of all that stand beside them are those of certain rows, and
count for no others. Each row is complete in itself and written in one transaction, so that a killed
run or two runs at once leave nothing half done. No word of what was said is in it.
"""

import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

from advisor.load.usage.job import Read
from advisor.load.usage.places import Place, Seen

VERSION = 1
PATIENCE = 10.0
"""Seconds to wait for another run's transaction."""
MANY = 50_000
"""Files of one place from which on each is looked up by itself."""
_NO_CHECKPOINT_ON_CLOSE = 1006
_SCHEMA = """
create table if not exists file(
  id integer primary key, source text not null, root text not null, folder text not null,
  name text not null, form text not null, parser integer not null, size integer not null,
  mtime integer not null, inode integer not null, upto integer not null, print blob not null,
  stamp integer not null, about text not null, block blob not null, carry text not null,
  unique(source, root, folder, name)
);
"""
_INSERT = "insert or ignore into file values"
_ROW = "(?,?,?,?,?,?,?,?,?,?,?,?,1,?,?,?)"
AT_ONCE = 100
"""Rows of one statement: while it runs, other threads do."""
_UPDATE = (
    "update file set form=?, parser=?, size=?, mtime=?, inode=?, upto=?, print=?, about=?, block=?,"
    " carry=?, stamp=stamp+1 where id=? and stamp=?"
)
_SUMS = """
create table if not exists sums(
  question text primary key, checksum integer not null, files text not null, links blob not null,
  body text not null
);
"""
KEPT_QUESTIONS = 4
"""Questions whose sums are kept: those that were asked last."""
_KNOWN = "select id, folder, name, parser, size, mtime, inode, upto, print, stamp from file"


class StoreError(Exception):
    """The store can't be used: it is broken, locked, or of a later version."""

    def __init__(self, message: str, *, is_broken: bool = False) -> None:
        """Say why, and whether it must be built anew."""
        super().__init__(message)
        self.is_broken = is_broken


class KnownFile(NamedTuple):
    """How a file looked when it was last read; `stamp` grows with every reading."""

    id: int
    folder: str
    name: str
    parser: int
    size: int
    mtime: int
    inode: int
    upto: int
    print_: bytes
    stamp: int


class Kept(NamedTuple):
    """What is stored of a file's contents."""

    folder: str
    name: str
    about: str
    block: bytes
    carry: str = ""
    id: int = 0
    stamp: int = 0


class KeptRow(NamedTuple):
    """A file's contents, its number, and the place that it is of."""

    id: int
    stamp: int
    source: str
    root: str
    about: str
    block: bytes


class KeptSums(NamedTuple):
    """What all files came to: as they were then, what they are linked by, and the sums as JSON.

    `files` is JSON of their numbers, stamps and islands, `links` raw 64-bit numbers.
    """

    files: str
    links: bytes
    body: str

    @property
    def checksum(self) -> int:
        """Tell whether it is what was written."""
        return zlib.crc32(self.links, zlib.crc32((self.files + self.body).encode()))


StoredRead = tuple[Place, Seen, str, int, Read, KnownFile | None]
"""A place, a file, how it was read, the parser, what it gave, and what was known of it before."""


class Store:
    """The open store. Every method raises StoreError where SQLite fails."""

    def __init__(self, path: str) -> None:
        """Open a store, or begin one."""
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        self.path = path
        try:
            self._open = sqlite3.connect(
                path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise _store_error(error) from error
        try:
            self._set_up()
        except sqlite3.Error as error:
            self.close()
            raise _store_error(error) from error
        except StoreError:
            self.close()
            raise

    def _set_up(self) -> None:
        version = self._open.execute("pragma user_version").fetchone()[0]
        if version > VERSION:
            raise StoreError("was written by a later version")
        if version < VERSION:
            with suppress(sqlite3.OperationalError):  # another run is just doing the same
                self._open.execute("pragma journal_mode=wal")
            self._open.executescript(
                f"begin immediate; {_SCHEMA} pragma user_version={VERSION}; commit;"
            )
        self._open.execute("pragma synchronous=normal")
        if hasattr(self._open, "setconfig"):  # Python 3.12: no run waits for a disk at its end
            self._open.setconfig(_NO_CHECKPOINT_ON_CLOSE, True)

    def close(self) -> None:
        """Close it."""
        self._open.close()

    def known_in(self, place: Place) -> dict[tuple[str, str], KnownFile] | None:
        """Return what is known of a place's files; None where they are too many to hold."""
        found = self._all(
            f"{_KNOWN} where source=? and root=? limit ?", (place.source, place.root, MANY)
        )
        if len(found) == MANY:
            return None
        return {row[1:3]: KnownFile._make(row) for row in found}

    def known(self, place: Place, seen: Seen) -> KnownFile | None:
        """Return what is known of one file."""
        found = self._all(
            f"{_KNOWN} where source=? and root=? and folder=? and name=?",
            (place.source, place.root, seen.folder, seen.name),
        )
        return KnownFile(*found[0]) if found else None

    def kept(self, number: int) -> Kept:
        """Return what is stored of a file's contents."""
        return Kept(
            *self._all("select folder, name, about, block, carry from file where id=?", (number,))[
                0
            ]
        )

    def contents(self, place: Place) -> Iterator[Kept]:
        """Yield the contents of every file of a place, of those that are gone too."""
        try:
            query = (
                "select folder, name, about, block, '', id, stamp from file"
                " where source=? and root=?"
            )
            for row in self._open.execute(query, (place.source, place.root)):
                yield Kept(*row)
        except sqlite3.Error as error:
            raise _store_error(error) from error

    def contents_of(self, numbers: Sequence[int]) -> Iterator[KeptRow]:
        """Yield the contents of some files."""
        query = "select id, stamp, source, root, about, block from file where id=?"
        for number in numbers:
            yield from map(KeptRow._make, self._all(query, (number,)))

    def sums(self, question: str) -> KeptSums | None:
        """Return what files came to when a question was asked last; None if nobody knows."""
        if not self._all("select 1 from sqlite_master where name='sums'", ()):
            return None
        query = "select checksum, files, links, body from sums where question=?"
        for checksum, *rest in self._all(query, (question,)):
            kept = KeptSums(*rest)
            return kept if kept.checksum == checksum else None
        return None

    def keep_sums(self, question: str, kept: KeptSums) -> None:
        """Keep what files came to, beside the answers to the last other questions."""
        try:
            self._open.executescript(f"begin immediate; {_SUMS}")
            self._open.execute(
                "insert or replace into sums values(?,?,?,?,?)", (question, kept.checksum, *kept)
            )
            self._open.execute(
                "delete from sums where rowid not in"
                " (select rowid from sums order by rowid desc limit ?)",
                (KEPT_QUESTIONS,),
            )
            self._open.execute("commit")
        except sqlite3.Error as error:
            raise _store_error(error) from error

    def write(self, items: Iterable[StoredRead]) -> list[int] | None:
        """Keep what was read, all or nothing; what another run read meanwhile is left as it is.

        Returns the numbers of the files; None where another run had read one of them.
        """
        numbers: list[int] = []
        new: list[Any] = []
        changed: list[Any] = []
        before = self._open.total_changes
        try:
            self._open.execute("begin immediate")
            ((last,),) = self._open.execute("select coalesce(max(id), 0) from file").fetchall()
            for place, seen, form, parser, read, known in items:
                looks = (form, parser, seen.size, seen.mtime, seen.inode, read.upto, read.print_)
                holds = (read.about, read.block, read.carry)
                if known is None:
                    number = last + len(new) + 1
                    name = (place.source, place.root, seen.folder, seen.name)
                    new.append((number, *name, *looks, *holds))
                else:
                    number = known.id
                    changed.append((*looks, *holds, number, known.stamp))
                numbers.append(number)
            for begin in range(0, len(new), AT_ONCE):
                rows = new[begin : begin + AT_ONCE]
                values = [value for row in rows for value in row]
                self._open.execute(_INSERT + ",".join([_ROW] * len(rows)), values)
            self._open.executemany(_UPDATE, changed)
            self._open.execute("commit")
        except sqlite3.Error as error:
            if self._open.in_transaction:
                self._open.execute("rollback")
            raise _store_error(error) from error
        return numbers if self._open.total_changes - before == len(numbers) else None

    def _all(self, query: str, values: tuple[object, ...]) -> list[Any]:
        try:
            return self._open.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise _store_error(error) from error


def _store_error(error: sqlite3.Error) -> StoreError:
    is_broken = isinstance(error, sqlite3.DatabaseError) and not isinstance(
        error, sqlite3.OperationalError | sqlite3.IntegrityError
    )
    is_foreign = "no such table" in str(error) or "no such column" in str(error)
    return StoreError(str(error), is_broken=is_broken or is_foreign)


def set_aside(path: str) -> str:
    """Move a broken store away, with what belongs to it; return its new name."""
    number = 1
    while os.path.exists(f"{path}.broken-{number}"):
        number += 1
    aside = f"{path}.broken-{number}"
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.replace(path + suffix, aside + suffix)
    return aside


def forget(path: str) -> bool:
    """Delete a store; return whether there was one."""
    was_there = os.path.exists(path)
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)
    return was_there
