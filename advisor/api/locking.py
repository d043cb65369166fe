"""Which tables an answer is made with: those of the program, or those of a lock beside the file."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from advisor import __version__
from advisor.errors import InputError, PricesMovedError
from advisor.load.lock import LOCK_NAME, Lock, laid_out, read_lock, taken
from advisor.load.price_book import default_folder
from advisor.load.text_file import oddity


class LockUse(StrEnum):
    """What is done with a lock. `AS_IT_WAS` takes the one beside a file, if any, silently."""

    BESIDE = "beside"
    AS_IT_WAS = "as it was"
    LOCKED = "locked"
    FROZEN = "frozen"
    NONE = "none"


def use_of(*, locked: bool, frozen: bool) -> LockUse:
    """Return what two flags ask for. Raises InputError where both are given."""
    if locked and frozen:
        raise InputError.of("--locked and --frozen say different things", key="--frozen")
    return LockUse.LOCKED if locked else LockUse.FROZEN if frozen else LockUse.BESIDE


class Tables(NamedTuple):
    """Folders to read prices and shipped records from; `own` replaces files that a workload names.

    `lock` is the one in use, read from `lock_file`; `moved` are files of the program that differ.
    """

    pricing: Path
    workloads: Path
    own: Mapping[str, Path] = MappingProxyType({})
    lock: Lock | None = None
    lock_file: Path | None = None
    moved: tuple[str, ...] = ()


def shipped_tables() -> Tables:
    """Return the tables that came with the program."""
    return Tables(default_folder("pricing"), default_folder("workloads"))


@contextmanager
def tables_for(file: Path | None, use: LockUse, lock_file: Path | None = None) -> Iterator[Tables]:
    """Lay out the tables to use for a file; `lock_file` is a lock that lies elsewhere.

    Raises InputError where a lock is asked for and none is there, PricesMovedError where the tables
    of the program are others than those that `--locked` demands.
    """
    path = lock_file or (file.parent if file is not None else Path()) / LOCK_NAME
    if use is not LockUse.NONE and (odd := "a folder" if path.is_dir() else oddity(path)):
        raise InputError.of(f"is {odd}, and no lock", file=str(path))
    is_optional = use in {LockUse.BESIDE, LockUse.AS_IT_WAS} and lock_file is None
    if use is LockUse.NONE or (is_optional and not path.is_file()):
        yield shipped_tables()
        return
    if not path.is_file():
        message = "there is no such lock"
        raise InputError.of(message, file=str(path), hint="`advisor prices lock` writes one")
    lock = read_lock(path)
    looks = use in {LockUse.BESIDE, LockUse.LOCKED}
    moved = tuple(_now(lock, path.parent).moved_from(lock)) if looks else ()
    if use is LockUse.LOCKED and moved:
        message = f"the tables are not those of the lock: {', '.join(moved)}"
        hint = "see what that changes with `advisor diff`; `advisor prices lock` accepts it"
        raise PricesMovedError.of(message, file=str(path), hint=hint)
    with tempfile.TemporaryDirectory(prefix="advisor-") as root:
        place = laid_out(lock, Path(root))
        yield Tables(place.pricing, place.workloads, place.own, lock, path, moved)


def _now(lock: Lock, folder: Path) -> Lock:
    """Take what a lock holds as it is today."""
    names = [name.removeprefix("own/") for name in lock.files if name.startswith("own/")]
    own = {name: folder / name for name in names if (folder / name).is_file()}
    return taken(
        default_folder("pricing"),
        default_folder("workloads"),
        own,
        version=__version__,
        as_of=lock.as_of,
        name=lock.workload,
    )
