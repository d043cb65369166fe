"""`advisor check`: every limit held or broken, for people and for CI."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NamedTuple

import numpy as np
import typer

from advisor.actuals import Planned, year_so_far
from advisor.cli.answers import Format, as_date, emit, write_answers
from advisor.cli.base import base_of
from advisor.cli.exits import BROKEN
from advisor.cli.inputs import Inputs, find_file, placed, read_inputs
from advisor.cli.locking import FrozenOption, LockedOption, Use, use_of
from advisor.detail.chosen import choose
from advisor.difference.answer import difference
from advisor.drawn_years import draw_ways
from advisor.engine.draws import Years
from advisor.errors import AdvisorError, InputError, MissingError
from advisor.limit_check.answer import Asked, check, plan_of
from advisor.load.actuals import Paid, read_actuals
from advisor.load.document import written_path
from advisor.output import csv
from advisor.output.annotations import render_annotations, render_outputs
from advisor.output.check import limit_table, render_json, render_text
from advisor.output.comment import MOST_BYTES, render_comment
from advisor.output.reports import render_gitlab, render_junit, render_sarif
from advisor.recommend.advice import Wish
from advisor.tables.check import FAIL, UNKNOWN, ActualsLine, Check, FileCheck
from advisor.tables.difference import Difference

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

DEFAULT_DRAWS = 20_000
MOST_DRAWS = 10_000_000


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
    paid: Sequence[Paid] | None
    paid_from: str
    use: Use


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
        typer.Option(help="Tables or folders of what was paid this year; repeatable."),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option(help="Columns of those tables: month=…,biller=…,cost=…,model=…"),
    ] = None,
    option: Annotated[
        str | None,
        typer.Option(help="Hold this option, or `recommended`, in place of the decided mix."),
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
    as_of: Annotated[
        str | None, typer.Option(help="Prices as they were known on a day, YYYY-MM-DD.")
    ] = None,
    today: Annotated[
        str | None,
        typer.Option(help="Count the age of prices to this day.", envvar="ADVISOR_TODAY"),
    ] = None,
    draws: Annotated[
        int, typer.Option(envvar="ADVISOR_DRAWS", help="Simulated years; 0 for none.")
    ] = DEFAULT_DRAWS,
    seed: Annotated[int, typer.Option(envvar="ADVISOR_SEED", help="Seed of the draws.")] = 1,
    format_: Annotated[
        Format, typer.Option("--format", envvar="ADVISOR_FORMAT", help="How to print the answer.")
    ] = Format.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
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
    _check(draws, seed)
    given = _Given(
        base=base,
        option=option,
        as_of=as_date(as_of),
        today=as_date(today, flag="--today") or datetime.now(UTC).date(),
        draws=draws,
        seed=seed,
        paid=read_actuals(actuals, _columns(columns)) if actuals else None,
        paid_from=", ".join(map(str, actuals or ())),
        use=use_of(locked=locked, frozen=frozen),
    )
    answer = Check(_checked(files, given))
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
        more={
            ".sarif": lambda _: render_sarif(answer),
            ".sarif.json": lambda _: render_sarif(answer),
            ".junit.xml": lambda _: render_junit(answer),
            ".gitlab.json": lambda _: render_gitlab(answer),
        },
    )
    _tell_github(answer, annotate, on_stdout=chosen is Format.TABLE)
    return _end(answer, exit_zero=exit_zero)


def _check(draws: int, seed: int) -> None:
    if not 0 <= draws <= MOST_DRAWS:
        raise InputError.of(f"{draws:,}: from 0 to {MOST_DRAWS:,}", key="--draws")
    if seed < 0:
        raise InputError.of(f"{seed}: a seed is not negative", key="--seed")


def _columns(text: str | None) -> dict[str, str]:
    parts = [part.partition("=") for part in text.split(",")] if text else []
    for what, equals, name in parts:
        if not equals or not name.strip():
            raise InputError.of(f"{what!r}: write it as month=COLUMN,cost=COLUMN", key="--columns")
    return {what.strip(): name.strip() for what, _, name in parts}


def _checked(files: Sequence[Path] | None, given: _Given) -> list[FileCheck]:
    """Check every file; the faults of all of them are told at once."""
    found, errors = [], []
    wanted: list[Path | None] = [*files] if files else [find_file(None)]
    for file in wanted:
        try:
            found.append(_check_file(file, given))
        except AdvisorError as error:
            errors.append(error)
    if errors:
        kinds = sorted({type(error) for error in errors}, key=lambda kind: kind.exit_code)
        if len(errors) == 1:
            raise errors[0]
        raise kinds[0].at(fault for error in errors for fault in error.faults)
    return found


def _check_file(file: Path | None, given: _Given) -> FileCheck:
    inputs = read_inputs(file, {}, as_of=given.as_of, use=given.use)
    path = find_file(file)
    try:
        asked = Asked(
            sources=inputs.sources,
            workload=inputs.workload,
            case=inputs.case,
            places={written_path(p): mark for p, mark in inputs.document.marks.items()},
            today=given.today,
            option=given.option,
            draws=given.draws,
            seed=given.seed,
            is_locked=inputs.is_locked,
        )
        change = _change(inputs, path, given) if given.base and path is not None else None
        return check(asked._replace(change=change, actuals=_actuals(asked, given)))
    except AdvisorError as error:
        raise placed(error, inputs.document) from None


def _change(inputs: Inputs, path: Path, given: _Given) -> Difference | None:
    """Explain the change from the base; None where the file is new."""
    with base_of(given.base or "", path) as base:
        if base is None:
            typer.echo(f"note: {path} is not in {given.base}: nothing to compare with", err=True)
            return None
        old = read_inputs(base.path, {}, as_of=given.as_of, shown_as=base.shown, use=given.use)
        return difference(old.sources, inputs.sources, option=given.option)


def _actuals(asked: Asked, given: _Given) -> ActualsLine | None:
    """Put what was paid before the rest of the plan."""
    if given.paid is None:
        return None
    code = asked.case.currency
    strange = {row.currency for row in given.paid if row.currency} - {code}
    if strange:
        message = f"is in {', '.join(sorted(strange))}, and the plan in {code}"
        raise InputError.of(message, file=given.paid_from, hint="convert it, or say `currency`")
    held = plan_of(asked)
    chosen = choose(asked.case, given.option, Wish())
    drawn = None
    if given.draws:
        case, way = chosen.case, chosen.ways[0]
        drawn = draw_ways(case, Years(given.draws, given.seed))[way].spend
    planned = Planned(
        by_month=np.array(held.line.spend_by_month),
        by_biller=held.figures.by_channel,
        used=held.figures.used,
        drawn=drawn,
    )
    found = year_so_far(
        given.paid, asked.case, planned, asked.sources.book, sources=given.paid_from
    )
    if found is None:
        typer.echo(f"note: nothing in {given.paid_from} lies in the plan's months", err=True)
    return found


def _tell_github(answer: Check, annotate: Annotate, *, on_stdout: bool) -> None:
    """Print annotations, and hand the summary and the outputs to the job that runs this."""
    if annotate is Annotate.NONE:
        return
    runs_there = os.environ.get("GITHUB_ACTIONS") == "true"
    if annotate is Annotate.GITHUB or runs_there:
        told = render_annotations(answer)
        if on_stdout:
            emit(told)
        else:
            typer.echo(told, err=True, nl=False)
    if runs_there:
        summary = render_comment(answer).encode()
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
    if answer.status == FAIL:
        return BROKEN
    lines = [line for file in answer.files for line in file.lines if line.status == UNKNOWN]
    raise MissingError("can't be held: " + ", ".join(sorted({line.limit for line in lines})))
