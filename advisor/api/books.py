"""Price tables and records in memory: read once, and again where a file of theirs has changed.

What a reader would get wrong: what is kept is told by the state of the files (name, size, time,
inode), not by their folder alone, so that an edited table is never answered with as it was. Books
are handed out as they are, to several threads too: nobody changes one. What is pooled from records
is kept by `advisor.evidence` for as long as the books are the same objects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TypeAlias

from advisor.load.price_book import read_price_book
from advisor.load.profile_book import read_profiles
from advisor.load.workload_file import read_options
from advisor.model.book import PriceBook
from advisor.model.profile import ProfileBook
from advisor.model.workload import Option

State: TypeAlias = tuple[object, ...]
Cancelled: TypeAlias = tuple[tuple[str, frozenset[date]], ...]

_BOOKS = 8
"""Folders of tables that are held at once: those of the program, and of some locks."""


def price_book(folder: Path, keep_in: Path | None) -> PriceBook:
    """Return the book of a folder. Raises InputError as `read_price_book`."""
    state = tuple(map(_state, sorted(folder.glob("*.yaml"))))
    return _price_book(folder, keep_in, state)


@lru_cache(maxsize=_BOOKS)
def _price_book(folder: Path, keep_in: Path | None, _: State) -> PriceBook:
    return read_price_book(folder, keep_in=keep_in)


@lru_cache(maxsize=64)
def known_on(book: PriceBook, day: date | None, cancelled: Cancelled = ()) -> PriceBook:
    """Return a book as it was known on a day, or as it is; without some announced prices."""
    return book.known_on(day, dict(cancelled))


def profile_book(paths: Sequence[Path], keep_in: Path | None) -> ProfileBook:
    """Return the book of profile files, each on top of the ones before it.

    Raises InputError as `read_profiles`.
    """
    return _profile_book(tuple(paths), keep_in, tuple(map(_state, paths)))


@lru_cache(maxsize=_BOOKS)
def _profile_book(paths: tuple[Path, ...], keep_in: Path | None, _: State) -> ProfileBook:
    return read_profiles(paths, keep_in=keep_in)


def options_in(path: Path) -> Mapping[str, Option]:
    """Return the options of a file that holds nothing else. Raises InputError for any other."""
    return _options(path, _state(path))


@lru_cache(maxsize=_BOOKS)
def _options(path: Path, _: State) -> Mapping[str, Option]:
    return read_options(path)


def _state(path: Path) -> State:
    """Tell a file from what it was before; of one that is not there, nothing."""
    try:
        found = path.stat()
    except OSError:
        return (path.name,)
    return path.name, found.st_size, found.st_mtime_ns, found.st_ino
