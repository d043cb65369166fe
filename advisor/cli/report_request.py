"""What a report is made of, read: the file, its base, what was paid, trials, prompts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

from advisor.answers.check.held_ways import CheckRequest
from advisor.answers.diff.answer import difference
from advisor.answers.diff.headcount import joining_after_the_bill
from advisor.answers.recommend.answer import Wish
from advisor.answers.report.answer import ReportRequest
from advisor.answers.trials.pilot import Wanted, pilot
from advisor.case.resolved import lay_out
from advisor.cli.base import base_of
from advisor.cli.exits import say
from advisor.cli.git import path_from_top
from advisor.cli.inputs import Inputs, find_file, read_inputs
from advisor.cli.locking import LockUse
from advisor.cli.paid import in_money_of, read_paid
from advisor.cli.prompts import count_prompts
from advisor.cli.trial_flags import trials_of
from advisor.load.bills.reading import tables_at
from advisor.model.workload import Workload
from advisor.tables.pilot import Pilot

_TRIALS_TO_PLAN, _TASKS_TO_COME, _DIFFERENCE = 200, 10_000, 0.1
"""As `advisor pilot` has them where nobody says."""


class ReportFlags(NamedTuple):
    """What was asked for beside the file."""

    base: str | None
    actuals: Sequence[Path]
    columns: str | None
    trials: Path | None
    as_of: date | None
    today: date
    draws: int
    seed: int
    wish: Wish
    without: frozenset[str]
    tell: Callable[[str], None]


class Asked(NamedTuple):
    """What the report is made of, and the files that it was read from."""

    request: ReportRequest
    files: Sequence[Path]


def asked_report(file: Path | None, inputs: Inputs, flags: ReportFlags) -> Asked:
    """Read what stands beside the file. Raises InputError for what can't be read."""
    path = find_file(file)
    prompts, looked_into = count_prompts(
        inputs.workload, path.parent if path is not None else Path()
    )
    with _base(flags, path) as old:
        # More people than the base has, beside the same bill, came after it: as `check` has it.
        read = (
            inputs.sources if old is None else joining_after_the_bill(old.sources, inputs.sources)
        )
        change = None if old is None else difference(old.sources, inputs.sources)
    is_as_written = read is inputs.sources
    workload = inputs.workload if is_as_written else Workload.model_validate(read.data)
    checking = CheckRequest(
        sources=read,
        workload=workload,
        case=inputs.case if is_as_written else read.case(),
        places=inputs.places,
        today=flags.today,
        draws=flags.draws,
        seed=flags.seed,
        change=change,
        bills=in_money_of(inputs, read_paid(flags.actuals, flags.columns)),
        prompts=prompts,
        is_locked=inputs.is_locked,
        path="" if path is None else path_from_top(path),
        no_base=f"not in {flags.base}, nothing to compare with" if flags.base else "",
    )
    request = ReportRequest(
        checking=checking,
        setting=lay_out(workload, inputs.book, read.profiles, read.shortlist),
        pilot=_pilot(flags),
        wish=flags.wish,
        without=flags.without,
        tell=flags.tell,
    )
    return Asked(request, [*inputs.files, *looked_into, *_beside(flags)])


def _beside(flags: ReportFlags) -> list[Path]:
    """Return what was read beside the file: none of it may be overwritten."""
    named = [Path(flags.base)] if flags.base and Path(flags.base).is_file() else []
    named += [] if flags.trials is None else [flags.trials]
    return [*named, *(table for path in flags.actuals for table in tables_at(path))]


@contextmanager
def _base(flags: ReportFlags, file: Path | None) -> Iterator[Inputs | None]:
    """Read the plan that the file is compared with; None where none is asked for or there."""
    if flags.base is None or file is None:
        yield None
        return
    with base_of(flags.base, file) as found:
        if found is None:
            say(f"note: {file} is not in {flags.base}: nothing to compare with")
            yield None
            return
        yield read_inputs(
            found.path, {}, as_of=flags.as_of, shown_as=found.shown, use=LockUse.AS_IT_WAS
        )


def _pilot(flags: ReportFlags) -> Pilot | None:
    if flags.trials is None:
        return None
    wanted = Wanted(
        weights={},
        alone=(),
        trials=_TRIALS_TO_PLAN,
        future_tasks=_TASKS_TO_COME,
        worths=(),
        worth_by_class={},
        difference=_DIFFERENCE,
        date=flags.today,
    )
    return pilot(trials_of(flags.trials, None, None), wanted, file=str(flags.trials))
