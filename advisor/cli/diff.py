"""`advisor diff`: why the budget moved, by cause."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.diff.answer import difference
from advisor.api.days import as_date
from advisor.api.diff import sides
from advisor.cli.answers import write_answers
from advisor.cli.completion import options
from advisor.cli.here import here
from advisor.cli.options import AsJson, FormatOption, Output
from advisor.cli.screen import Format
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
        typer.Option(
            help="Look at this option, or `recommended`, in place of the decided mix.",
            autocompletion=options,
        ),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="The sentence alone.")] = False,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Why a year costs more or less: the change by cause, in parts that add up."""
    old, new = sides(files or [], base, _days(as_of or []), here())
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


def _days(texts: Sequence[str]) -> list[date]:
    return [day for day in map(as_date, texts) if day is not None]
