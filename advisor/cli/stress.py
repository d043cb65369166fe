"""`advisor stress`: what the stories do to today's way and to the mix."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.answers.stress.answer import stress as put_through
from advisor.api.bounds import DEFAULT_SECONDS, check_seed
from advisor.api.days import as_date
from advisor.api.inputs import read_inputs
from advisor.api.stress import ask_of
from advisor.cli.answers import write_answers
from advisor.cli.here import here
from advisor.cli.options import (
    AsJson,
    AsOf,
    FileArgument,
    FormatOption,
    Output,
    SearchSeconds,
    Seed,
)
from advisor.cli.screen import Format
from advisor.output import csv
from advisor.output.stress.formats import render_json, render_markdown, render_text, story_table

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def stress(
    file: FileArgument = None,
    exits: Annotated[
        list[str] | None,
        typer.Option("--exit", help="Who leaves: a maker, biller or tool, NAME or NAME@DATE."),
    ] = None,
    price_factor: Annotated[
        float, typer.Option(help="In the price war all prices are multiplied by this.")
    ] = 0.5,
    since: Annotated[
        str | None,
        typer.Option("--from", help="Day of the price war and of exits without one, YYYY-MM-DD."),
    ] = None,
    recommended: Annotated[
        bool, typer.Option("--recommended", help="The recommended mix, whatever the file decided.")
    ] = False,
    time_limit: SearchSeconds = DEFAULT_SECONDS,
    brief: Annotated[bool, typer.Option("--brief", help="The last sentence alone.")] = False,
    as_of: AsOf = None,
    seed: Seed = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """The stories on a mix: what it would cost, when the money is gone, what would be regretted."""
    check_seed(seed)
    ask = ask_of(
        exits=exits or (),
        price_factor=price_factor,
        since=as_date(since, flag="--from"),
        recommended=recommended,
        time_limit=time_limit,
    )
    inputs = read_inputs(file, {}, around=here(), as_of=as_date(as_of))
    answer = put_through(inputs.case, file=inputs.shown, seed=seed, ask=ask)
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(answer, width=screen.width, brief=brief),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(story_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        Format.JSON if as_json else format_,
        output or [],
        inputs=inputs.files,
    )
