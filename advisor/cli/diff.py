"""`advisor diff`: why the budget moved, by cause."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.diff.answer import difference
from advisor.cli.answers import as_date, write_answers
from advisor.cli.base import base_of
from advisor.cli.inputs import Inputs, find_file, read_inputs
from advisor.cli.locking import LockUse
from advisor.cli.options import AsJson, FormatOption, Output
from advisor.cli.screen import Format
from advisor.errors import InputError
from advisor.load.lock import read_lock
from advisor.output import csv
from advisor.output.diff.formats import part_table, render_json, render_markdown, render_text

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def diff(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Two files, one, or two locks: old, new.", show_default=False),
    ] = None,
    base: Annotated[
        str | None,
        typer.Option(help="A revision or a file to compare with.", metavar="REV|FILE"),
    ] = None,
    as_of: Annotated[
        list[str] | None,
        typer.Option(help="Prices as known on a day, YYYY-MM-DD; twice: what was known between."),
    ] = None,
    option: Annotated[
        str | None,
        typer.Option(help="Look at this option, or `recommended`, in place of the decided mix."),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="The sentence alone.")] = False,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Why a year costs more or less: the change by cause, in parts that add up."""
    old, new = _sides(files or [], base, as_of or [])
    answer = difference(old.sources, new.sources, option=option)
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(answer, width=screen.width, brief=brief),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(part_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        Format.JSON if as_json else format_,
        output or [],
        inputs=[*old.files, *new.files],
    )


def _of_locks(old: Path, new: Path) -> tuple[Inputs, Inputs]:
    """Read the file that the newer lock stands beside with the tables of each."""
    file = new.parent / read_lock(new).workload
    before = read_inputs(file, {}, use=LockUse.FROZEN, lock_file=old, shown_as=f"{file} with {old}")
    after = read_inputs(file, {}, use=LockUse.FROZEN, lock_file=new, shown_as=f"{file} with {new}")
    return before, after


def _sides(files: list[Path], base: str | None, days: list[str]) -> tuple[Inputs, Inputs]:
    """Read both plans: two files, a file and its base, or a file on two days."""
    if len(files) > 2 or len(days) > 2:
        raise InputError.of("two plans are compared: no more than two files, and two days")
    if len(files) == 2 and base is not None:
        raise InputError.of("say the old file once: as the first one or as --base", key="--base")
    if len(files) == 2 and all(file.suffix == ".lock" for file in files):
        return _of_locks(files[0], files[1])
    known = [as_date(day) for day in days] or [None]
    first, last = known[0], known[-1]
    new = find_file(files[-1] if files else None)
    if new is None:
        raise InputError.of("no file: say which")
    if len(files) == 2:
        return read_inputs(files[0], {}, as_of=first), read_inputs(new, {}, as_of=last)
    if base is not None:
        with base_of(base, new) as found:
            if found is None:
                raise InputError.of(f"{new} is not in {base}", key="--base")
            old = read_inputs(
                found.path, {}, as_of=first, shown_as=found.shown, use=LockUse.AS_IT_WAS
            )
            return old, read_inputs(new, {}, as_of=last)
    if len(days) != 2:
        raise InputError.of("nothing to compare with: a second file, --base, or two --as-of days")
    old = read_inputs(new, {}, as_of=first, shown_as=f"{new} on {first}")
    return old, read_inputs(new, {}, as_of=last, shown_as=f"{new} on {last}")
