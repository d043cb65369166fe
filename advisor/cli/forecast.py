"""`advisor forecast`: the year so far and to come, why it is off, and whose use runs away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from advisor.api.bounds import DEFAULT_DRAWS, check_draws
from advisor.api.days import as_date
from advisor.api.forecasting import AskedForecast, forecast_of
from advisor.api.inputs import read_inputs
from advisor.cli.answers import write_answers
from advisor.cli.completion import options
from advisor.cli.here import here
from advisor.cli.options import (
    Actuals,
    AsJson,
    AsOf,
    Draws,
    FileArgument,
    FormatOption,
    Output,
    Seed,
)
from advisor.cli.screen import Format
from advisor.load.bills.reading import tables_at
from advisor.output import csv
from advisor.output.forecast.formats import month_table, render_json, render_markdown, render_text

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command("forecast")
def command(
    file: FileArgument = None,
    actuals: Actuals = None,
    usage: Annotated[
        list[str] | None,
        typer.Option(help="Logs and exports of this year's use, as for `usage`; repeatable."),
    ] = None,
    home: Annotated[
        list[str] | None,
        typer.Option(help="A home folder with agents' logs, perhaps NAME=DIR.", metavar="DIR"),
    ] = None,
    last_year: Annotated[
        list[Path] | None,
        typer.Option(help="Tables or folders of what was paid in the year before; repeatable."),
    ] = None,
    last_usage: Annotated[
        list[str] | None,
        typer.Option(help="Logs and exports of use in the year before; repeatable."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns of tables of bills, as for `check`.")
    ] = None,
    tasks: Annotated[
        float | None, typer.Option(help="Tasks done in the whole months that were used.")
    ] = None,
    team: Annotated[
        list[str] | None,
        typer.Option(help="Whose use is which team's, TEAM=PERSON or a pattern; repeatable."),
    ] = None,
    day_off: Annotated[
        list[str] | None,
        typer.Option(help="Days on which nobody works, YYYY-MM-DD, apart by commas."),
    ] = None,
    option: Annotated[
        str | None,
        typer.Option(
            help="Carry on with this option, or `recommended`, in place of the decided mix.",
            autocompletion=options,
        ),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="The last sentence alone.")] = False,
    as_of: AsOf = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Where the year ends, why it is off, and whose use is about to run away."""
    check_draws(draws, seed)
    around = here()
    inputs = read_inputs(file, {}, around=around, as_of=as_date(as_of))
    asked = AskedForecast(
        draws=draws,
        seed=seed,
        actuals=actuals or (),
        usage=usage or (),
        homes=home or (),
        last_year=last_year or (),
        last_usage=last_usage or (),
        columns=columns,
        tasks=tasks,
        teams=team or (),
        days_off=_days(day_off or ()),
        option=option,
    )
    answer = forecast_of(inputs, asked, around)
    tables = [table for path in (*(actuals or ()), *(last_year or ())) for table in tables_at(path)]
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(answer, width=screen.width, brief=brief),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(month_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        Format.JSON if as_json else format_,
        output or [],
        inputs=[*inputs.files, *tables],
    )


def _days(texts: Sequence[str]) -> list[date]:
    days = [part.strip() for text in texts for part in text.split(",")]
    found = [as_date(day, flag="--day-off") for day in days if day]
    return [day for day in found if day is not None]
