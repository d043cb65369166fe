"""Two plans to compare, as files, revisions, locks or days say which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from pathlib import Path

from advisor.api.base import base_of
from advisor.api.inputs import Inputs, find_file, read_inputs
from advisor.api.locking import LockUse
from advisor.api.surroundings import Surroundings
from advisor.errors import InputError
from advisor.load.lock import read_lock


def _of_locks(old: Path, new: Path, around: Surroundings) -> tuple[Inputs, Inputs]:
    """Read the file that the newer lock stands beside with the tables of each."""
    file = new.parent / read_lock(new).workload
    read = partial(read_inputs, around=around)
    before = read(file, {}, use=LockUse.FROZEN, lock_file=old, shown_as=f"{file} with {old}")
    after = read(file, {}, use=LockUse.FROZEN, lock_file=new, shown_as=f"{file} with {new}")
    return before, after


def sides(
    files: Sequence[Path], base: str | None, days: Sequence[date], around: Surroundings
) -> tuple[Inputs, Inputs]:
    """Read both plans: two files, a file and its base, or a file on two days."""
    if len(files) > 2 or len(days) > 2:
        raise InputError.of("two plans are compared: no more than two files, and two days")
    if len(files) == 2 and base is not None:
        raise InputError.of("say the old file once: as the first one or as --base", key="--base")
    if len(files) == 2 and all(file.suffix == ".lock" for file in files):
        return _of_locks(files[0], files[1], around)
    first, last = (days[0], days[-1]) if days else (None, None)
    read = partial(read_inputs, around=around)
    new = find_file(files[-1] if files else None)
    if new is None:
        raise InputError.of("no file: say which")
    if len(files) == 2:
        return read(files[0], {}, as_of=first), read(new, {}, as_of=last)
    if base is not None:
        with base_of(base, new, around.environment) as found:
            if found is None:
                raise InputError.of(f"{new} is not in {base}", key="--base")
            old = read(found.path, {}, as_of=first, shown_as=found.shown, use=LockUse.AS_IT_WAS)
            return old, read(new, {}, as_of=last)
    if len(days) != 2:
        raise InputError.of("nothing to compare with: a second file, --base, or two --as-of days")
    old = read(new, {}, as_of=first, shown_as=f"{new} on {first}")
    return old, read(new, {}, as_of=last, shown_as=f"{new} on {last}")
