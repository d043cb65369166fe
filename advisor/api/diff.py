"""Why a year costs more or less: two plans, as files, revisions, locks or days say which."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path

from advisor.answers.diff.answer import difference
from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import around as surroundings
from advisor.api.asking import day_of, in_python, several
from advisor.api.base import base_of
from advisor.api.inputs import Inputs, find_file, read_inputs
from advisor.api.locking import LockUse
from advisor.api.surroundings import Surroundings
from advisor.api.teams import Beside, Day, Team, inputs_from
from advisor.errors import InputError
from advisor.load.lock import read_lock
from advisor.output.diff.formats import part_table, render_json, render_text
from advisor.output.report.movement import change_picture
from advisor.tables.diff import Difference


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


class DifferenceAnswer(PythonAnswer, Difference):
    """Why a year costs more or less; `.to_pandas()` has a row a cause, and they add up."""

    __slots__ = ()
    forms = Forms(
        json=render_json,
        text=render_text,
        brief=lambda answer: render_text(answer, brief=True),
        tables={"parts": part_table},
        picture=change_picture,
    )


@in_python
def diff(
    old: Team = None,
    new: Team = None,
    *,
    base: str | os.PathLike[str] | None = None,
    as_of: Day | Sequence[Day] = None,
    option: str | None = None,
) -> DifferenceAnswer:
    """Return the change between two plans by cause, in parts that add up.

    `old` and `new` are paths, mappings, or two locks; or one file alone with `base`, a revision or
    a file, or with two days in `as_of`. `option` is looked at in place of the decided mix. Raises
    InputError with every fault, MissingError where something is missing.
    """
    days = [day_of(one, key="as_of") for one in several(as_of)]
    if isinstance(old, Mapping) or isinstance(new, Mapping):
        if new is None or base is not None:
            raise InputError.of("two plans are compared: give both", key="new")
        before = inputs_from(old, Beside(as_of=days[0]))
        after = inputs_from(new, Beside(as_of=days[-1]))
    else:
        files = [Path(one) for one in (old, new) if one is not None]
        known = [day for day in days if day is not None]
        before, after = sides(files, None if base is None else str(base), known, surroundings())
    return DifferenceAnswer._make(difference(before.sources, after.sources, option=option))
