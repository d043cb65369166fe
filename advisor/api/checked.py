"""A plan held against every limit of its file: files in, one finished check out."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

from advisor.answers.check.answer import check
from advisor.answers.check.before import told_from_before
from advisor.answers.check.held_ways import CheckRequest
from advisor.answers.diff.answer import difference
from advisor.answers.diff.headcount import joining_after_the_bill
from advisor.answers.forecast.year_to_date import Bills
from advisor.api.base import base_of
from advisor.api.git import path_from_top
from advisor.api.inputs import Inputs, find_file, placed, read_inputs
from advisor.api.locking import LockUse
from advisor.api.paid import in_money_of
from advisor.api.prompts import count_prompts
from advisor.api.surroundings import Surroundings
from advisor.errors import AdvisorError
from advisor.model.workload import Workload
from advisor.tables.check import FileCheck
from advisor.tables.diff import Difference


class AskedCheck(NamedTuple):
    """What is asked of every file. `today` is the day that the age of prices is counted to."""

    today: date
    draws: int
    seed: int
    base: str | None = None
    option: str | None = None
    as_of: date | None = None
    paid: Bills | None = None
    use: LockUse = LockUse.BESIDE
    assume_cancelled: Sequence[str] = ()


class Checked(NamedTuple):
    """What came of one file, and the files that it was made from."""

    check: FileCheck
    files: Sequence[Path]


def check_files(files: Sequence[Path], given: AskedCheck, around: Surroundings) -> list[Checked]:
    """Check every file; the faults of all of them are told at once."""
    wanted: list[Path | None] = [*files] or [find_file(None)]
    return gathered([partial(_check_file, file, given, around) for file in wanted])


def gathered(questions: Sequence[Callable[[], Checked]]) -> list[Checked]:
    """Ask all; the faults of all of them are told at once."""
    found, errors = [], []
    for ask in questions:
        try:
            found.append(ask())
        except AdvisorError as error:
            errors.append(error)
    if errors:
        raise _all_of(errors)
    return found


def _all_of(errors: Sequence[AdvisorError]) -> AdvisorError:
    """Return one error that says all; wrong input goes before what is missing or has moved."""
    worst = min(errors, key=lambda one: _GRAVITY.get(one.exit_code, len(_GRAVITY)))
    together = type(worst)("\n".join(map(str, errors)))
    together.faults = tuple(fault for one in errors for fault in one.faults)
    return together


_GRAVITY = {2: 0, 3: 1, 4: 2, 1: 3}
"""The exit code of several faults of different kinds: the one with the lowest figure."""


class ReadForCheck(NamedTuple):
    """What a plan is held with, as it was read: its base, its bills, the files it came of."""

    request: CheckRequest
    inputs: Inputs
    old: Inputs | None
    bills: Bills | None
    files: Sequence[Path]


def read_for_check(file: Path | None, given: AskedCheck, around: Surroundings) -> ReadForCheck:
    """Read a file, its base and its prompts. Raises InputError for what can't be read."""
    inputs = read_inputs(
        file,
        {},
        around=around,
        as_of=given.as_of,
        assume_cancelled=given.assume_cancelled,
        use=given.use,
    )
    path = find_file(file)
    old = _base(path, given, around) if given.base is not None and path is not None else None
    return _put_together(inputs, old, path, given, around)


def _put_together(
    inputs: Inputs, old: Inputs | None, path: Path | None, given: AskedCheck, around: Surroundings
) -> ReadForCheck:
    bills = in_money_of(inputs, given.paid)
    prompts, looked_into = count_prompts(
        inputs.workload, path.parent if path is not None else Path()
    )
    # More people than the base has, beside the same bill, came after it.
    read = inputs.sources if old is None else joining_after_the_bill(old.sources, inputs.sources)
    is_as_written = read is inputs.sources
    try:
        request = _request(inputs, given, bills)._replace(
            sources=read,
            workload=inputs.workload if is_as_written else Workload.model_validate(read.data),
            case=inputs.case if is_as_written else read.case(),
            change=None if old is None else _change(old, inputs, given),
            prompts=prompts,
            path="" if path is None else path_from_top(path, around.environment),
            no_base=f"not in {given.base}, nothing to compare with" if given.base else "",
        )
    except AdvisorError as error:
        raise placed(error, inputs.document) from None
    return ReadForCheck(request, inputs, old, bills, [*inputs.files, *looked_into])


def _check_file(file: Path | None, given: AskedCheck, around: Surroundings) -> Checked:
    return _checked(read_for_check(file, given, around), given)


def checked(
    inputs: Inputs, old: Inputs | None, path: Path | None, given: AskedCheck, around: Surroundings
) -> Checked:
    """Hold a plan against its limits; `old` is its base, `path` the file that it was read from."""
    return _checked(_put_together(inputs, old, path, given, around), given)


def _checked(read: ReadForCheck, given: AskedCheck) -> Checked:
    try:
        found = check(read.request)
    except AdvisorError as error:
        raise placed(error, read.inputs.document) from None
    if read.old is None:
        return Checked(found, read.files)
    is_one_money = read.old.workload.currency.code == read.inputs.workload.currency.code
    told = told_from_before(found, _request(read.old, given, read.bills if is_one_money else None))
    return Checked(told, read.files)


def _request(inputs: Inputs, given: AskedCheck, bills: Bills | None) -> CheckRequest:
    return CheckRequest(
        sources=inputs.sources,
        workload=inputs.workload,
        case=inputs.case,
        places=inputs.places,
        today=given.today,
        option=given.option,
        draws=given.draws,
        seed=given.seed,
        bills=bills,
        is_locked=inputs.is_locked,
    )


def _base(path: Path, given: AskedCheck, around: Surroundings) -> Inputs | None:
    """Read the base; None where the file is new."""
    with base_of(given.base or "", path, around.environment) as base:
        if base is None:
            around.tell(f"note: {path} is not in {given.base}: nothing to compare with")
            return None
        # What was approved then was approved with the lock of then, whatever is asked of this one.
        use = LockUse.AS_IT_WAS
        return read_inputs(
            base.path, {}, around=around, as_of=given.as_of, shown_as=base.shown, use=use
        )


def _change(old: Inputs, inputs: Inputs, given: AskedCheck) -> Difference:
    return difference(old.sources, inputs.sources, option=given.option)
