"""`advisor seats`: seats against tokens along the spread of users, and caps."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.api.bounds import DEFAULT_DRAWS, check_draws
from advisor.api.days import as_date
from advisor.api.inputs import read_inputs
from advisor.api.seats import seated
from advisor.cli.answers import write_answers
from advisor.cli.here import here
from advisor.cli.options import AsJson, AsOf, Draws, FileArgument, FormatOption, Output, Seed
from advisor.cli.screen import Format
from advisor.errors import InputError, MissingError
from advisor.load.scalars import read_scalar
from advisor.output import csv
from advisor.output.seats.formats import flat, render_json, render_markdown, render_seats
from advisor.tables.seats import SeatsAnswer

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def seats(
    file: FileArgument = None,
    block_chance: Annotated[
        str,
        typer.Option(help="Share of people-months that a cap may block at most."),
    ] = "1%",
    wide: Annotated[
        bool, typer.Option("--wide", help="A row for every seat, those for individuals too.")
    ] = False,
    brief: Annotated[bool, typer.Option("--brief", help="The sentences alone.")] = False,
    as_of: AsOf = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Who is cheapest on which seat, who by the token, what that saves; where a cap may stand."""
    chance = _chance(block_chance)
    check_draws(draws, seed)
    inputs = read_inputs(file, {}, around=here(), as_of=as_date(as_of))
    answer = seated(inputs, block_chance=chance, draws=draws, seed=seed)
    write_answers(
        {
            Format.TABLE: lambda screen: render_seats(
                answer, width=screen.width, colour=screen.colour, brief=brief, wide=wide
            ),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(flat(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        Format.JSON if as_json else format_,
        output or [],
        inputs=inputs.files,
    )
    _fail_if_not_known(answer)


def _chance(text: str) -> float:
    try:
        chance = read_scalar(text)
    except ValueError as error:
        raise InputError.of(f"{text!r}: {error}", key="--block-chance") from None
    if isinstance(chance, str | bool | None) or not 0 < chance < 1:
        raise InputError.of(
            f"{text!r}: write a share between 0% and 100%, such as 1%", key="--block-chance"
        )
    return float(chance)


def _fail_if_not_known(answer: SeatsAnswer) -> None:
    """End with 3 where a seat that the file itself names has no figures."""
    unknown = [line.option for line in answer.ways if line.unknown and line.option]
    if unknown:
        raise MissingError(f"not known: {', '.join(unknown)} (the reasons stand in the answer)")
