"""`advisor check`: every limit held or broken, for people and for CI."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from advisor.answers.check.answer import check
from advisor.answers.check.before import told_from_before
from advisor.answers.check.held_ways import CheckRequest
from advisor.answers.diff.answer import difference
from advisor.answers.diff.headcount import joining_after_the_bill
from advisor.answers.forecast.year_to_date import Bills
from advisor.cli.answers import as_date, write_answers
from advisor.cli.base import base_of
from advisor.cli.completion import options
from advisor.cli.exits import BROKEN, say
from advisor.cli.git import path_from_top
from advisor.cli.inputs import Inputs, find_file, placed, read_inputs
from advisor.cli.locking import FrozenOption, LockedOption, LockUse, use_of
from advisor.cli.options import DEFAULT_DRAWS, AsJson, AsOf, Draws, FormatOption, Seed, check_draws
from advisor.cli.paid import in_money_of, read_paid
from advisor.cli.prompts import count_prompts
from advisor.cli.screen import Format
from advisor.cli.streams import write_commands
from advisor.errors import AdvisorError, InputError, MissingError
from advisor.limit_names import LIMITS
from advisor.load.bills.reading import tables_at
from advisor.model.workload import Workload
from advisor.output import csv
from advisor.output.check.annotations import render_annotations, render_outputs
from advisor.output.check.comment import MOST_BYTES, render_comment
from advisor.output.check.formats import limit_table, render_json, render_text
from advisor.output.check.reports import render_gitlab, render_junit, render_sarif
from advisor.safe_text import harmless
from advisor.tables.check import FAIL, UNKNOWN, Check, FileCheck
from advisor.tables.diff import Difference

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


class Annotate(StrEnum):
    """Whose annotations are printed beside the answer."""

    AUTO = "auto"
    GITHUB = "github"
    NONE = "none"


class _Given(NamedTuple):
    """What was asked for of every file."""

    base: str | None
    option: str | None
    as_of: date | None
    today: date
    draws: int
    seed: int
    actuals: Sequence[Path]
    paid: Bills | None
    use: LockUse


@app.command("check")
def command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="The teams' files.", show_default=False)
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(
            help="A revision or a file: adds the change and its causes.", metavar="REV|FILE"
        ),
    ] = None,
    actuals: Annotated[
        list[Path] | None,
        typer.Option(help="Tables or folders of what was paid this year, or usage; repeatable."),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Columns of those tables: month=…,cost=…; biller==NAME of all rows; "
            "only=COLUMN:VALUE, not=COLUMN:VALUE."
        ),
    ] = None,
    option: Annotated[
        str | None,
        typer.Option(
            help="Hold this option, or `recommended`, in place of the decided mix.",
            autocompletion=options,
        ),
    ] = None,
    annotate: Annotated[
        Annotate, typer.Option(help="Annotations: by themselves where GITHUB_ACTIONS is true.")
    ] = Annotate.AUTO,
    exit_zero: Annotated[
        bool, typer.Option("--exit-zero", help="End with 0 though limits are broken.")
    ] = False,
    brief: Annotated[bool, typer.Option("--brief", help="The sentences alone.")] = False,
    locked: LockedOption = False,
    frozen: FrozenOption = False,
    as_of: AsOf = None,
    today: Annotated[
        str | None,
        typer.Option(help="Count the age of prices to this day.", envvar="ADVISOR_TODAY"),
    ] = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="Write to a file, its kind by its ending (also .sarif, .junit.xml, .gitlab.json); "
            "repeatable.",
        ),
    ] = None,
) -> int:
    """Every limit of a file held or broken: exit 0, or 1 where one is broken."""
    check_draws(draws, seed)
    given = _Given(
        base=base,
        option=option,
        as_of=as_date(as_of),
        today=as_date(today, flag="--today") or datetime.now(UTC).date(),
        draws=draws,
        seed=seed,
        actuals=actuals or (),
        paid=read_paid(actuals or (), columns),
        use=use_of(locked=locked, frozen=frozen),
    )
    found = _checked(files, given)
    answer = Check([one.check for one in found])
    chosen = Format.JSON if as_json else format_
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(
                answer, width=screen.width, colour=screen.colour, brief=brief
            ),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(limit_table(answer)),
            Format.MARKDOWN: lambda _: render_comment(answer),
        },
        chosen,
        output or [],
        inputs=[*(path for one in found for path in one.files), *_tables(given)],
        more={
            ".sarif": lambda _: render_sarif(answer),
            ".sarif.json": lambda _: render_sarif(answer),
            ".junit.xml": lambda _: render_junit(answer),
            ".gitlab.json": lambda _: render_gitlab(answer),
        },
    )
    _tell_github(answer, annotate, on_stdout=chosen is Format.TABLE)
    return _end(answer, exit_zero=exit_zero)


class _Checked(NamedTuple):
    """What came of one file, and the files that it was made from."""

    check: FileCheck
    files: Sequence[Path]


def _tables(given: _Given) -> list[Path]:
    """Return the tables of what was paid, and a base that is a file."""
    tables = [table for path in given.actuals for table in tables_at(path)]
    return [*tables, *map(Path, filter(None, [given.base]))]


def _checked(files: Sequence[Path] | None, given: _Given) -> list[_Checked]:
    """Check every file; the faults of all of them are told at once."""
    found, errors = [], []
    wanted: list[Path | None] = [*files] if files else [find_file(None)]
    for file in wanted:
        try:
            found.append(_check_file(file, given))
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


def _check_file(file: Path | None, given: _Given) -> _Checked:
    inputs = read_inputs(file, {}, as_of=given.as_of, use=given.use)
    path = find_file(file)
    old = _base(path, given) if given.base and path is not None else None
    bills = in_money_of(inputs, given.paid)
    prompts, looked_into = count_prompts(
        inputs.workload, path.parent if path is not None else Path()
    )
    # More people than the base has, beside the same bill, came after it.
    read = inputs.sources if old is None else joining_after_the_bill(old.sources, inputs.sources)
    is_as_written = read is inputs.sources
    try:
        found = check(
            _request(inputs, given, bills)._replace(
                sources=read,
                workload=inputs.workload if is_as_written else Workload.model_validate(read.data),
                case=inputs.case if is_as_written else read.case(),
                change=None if old is None else _change(old, inputs, given),
                prompts=prompts,
                path="" if path is None else path_from_top(path),
                no_base=f"not in {given.base}, nothing to compare with" if given.base else "",
            )
        )
    except AdvisorError as error:
        raise placed(error, inputs.document) from None
    made_from = [*inputs.files, *looked_into]
    if old is None:
        return _Checked(found, made_from)
    is_one_money = old.workload.currency.code == inputs.workload.currency.code
    told = told_from_before(found, _request(old, given, bills if is_one_money else None))
    return _Checked(told, made_from)


def _request(inputs: Inputs, given: _Given, bills: Bills | None) -> CheckRequest:
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


def _base(path: Path, given: _Given) -> Inputs | None:
    """Read the base; None where the file is new."""
    with base_of(given.base or "", path) as base:
        if base is None:
            say(f"note: {path} is not in {given.base}: nothing to compare with")
            return None
        # What was approved then was approved with the lock of then, whatever is asked of this one.
        use = LockUse.AS_IT_WAS
        return read_inputs(base.path, {}, as_of=given.as_of, shown_as=base.shown, use=use)


def _change(old: Inputs, inputs: Inputs, given: _Given) -> Difference:
    return difference(old.sources, inputs.sources, option=given.option)


def _tell_github(answer: Check, annotate: Annotate, *, on_stdout: bool) -> None:
    """Print annotations, and hand the summary and the outputs to the job that runs this."""
    if annotate is Annotate.NONE:
        return
    runs_there = os.environ.get("GITHUB_ACTIONS") == "true"
    if annotate is Annotate.GITHUB or runs_there:
        told = render_annotations(answer)
        write_commands(told, sys.stdout if on_stdout else sys.stderr)
    if runs_there:
        summary = harmless(render_comment(answer)).encode()
        if len(summary) > MOST_BYTES:
            summary = b"Too long for a summary: see the log of the job.\n"
        _append(os.environ.get("GITHUB_STEP_SUMMARY"), summary)
        _append(os.environ.get("GITHUB_OUTPUT"), render_outputs(answer).encode())


def _append(name: str | None, content: bytes) -> None:
    if name:
        try:
            with Path(name).open("ab") as stream:
                stream.write(content)
        except OSError as error:
            raise InputError.of(f"can't be written: {error.strerror}", file=name) from None


def _end(answer: Check, *, exit_zero: bool) -> int:
    if exit_zero or answer.status not in {FAIL, UNKNOWN}:
        return 0
    unknown = {line.limit for file in answer.files for line in file.lines if line.status == UNKNOWN}
    if answer.status == FAIL or any(one in LIMITS and LIMITS[one].needs for one in unknown):
        return BROKEN
    raise MissingError("can't be held: " + ", ".join(sorted(unknown)))
