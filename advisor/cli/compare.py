"""`advisor compare`: every option's year, side by side."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from advisor.answers.compare.answer import RANKED_BY
from advisor.api.bounds import DEFAULT_DRAWS, check_draws
from advisor.api.comparing import check_by, compared
from advisor.api.days import as_date
from advisor.api.inputs import read_inputs
from advisor.api.locking import use_of
from advisor.cli.answers import write_answers
from advisor.cli.completion import ranked_by
from advisor.cli.here import here
from advisor.cli.options import (
    AsJson,
    AsOf,
    AssumeCancelled,
    Draws,
    FileArgument,
    FormatOption,
    FrozenOption,
    LockedOption,
    Output,
    Seed,
)
from advisor.cli.screen import Format
from advisor.errors import InputError, MissingError
from advisor.load.scalars import read_marked
from advisor.output import csv
from advisor.output.compare.as_json import render_comparison as render_json
from advisor.output.compare.as_markdown import render_comparison as render_markdown
from advisor.output.compare.flat import comparison_table
from advisor.output.compare.screen import render_comparison as render_screen
from advisor.tables.compare import Comparison

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def compare(
    file: FileArgument = None,
    developers: Annotated[
        str | None, typer.Option(help="How many developers could use it.")
    ] = None,
    active: Annotated[str | None, typer.Option(help="How many did, last month.")] = None,
    billed: Annotated[
        list[str] | None, typer.Option(help="Last invoice, VENDOR=COST; may be repeated.")
    ] = None,
    month: Annotated[str | None, typer.Option(help="Month of the invoice, YYYY-MM.")] = None,
    budget: Annotated[str | None, typer.Option(help="Budget for the plan's months.")] = None,
    hours: Annotated[
        str | None, typer.Option(help="Hours of a person's work it does per developer-month.")
    ] = None,
    hour: Annotated[str | None, typer.Option(help="What an hour of work costs.")] = None,
    start: Annotated[str | None, typer.Option(help="First month, YYYY-MM.")] = None,
    months: Annotated[str | None, typer.Option(help="How many months.")] = None,
    by: Annotated[
        str, typer.Option(help=f"Rank by: {', '.join(RANKED_BY)}.", autocompletion=ranked_by)
    ] = "net_value",
    wide: Annotated[bool, typer.Option("--wide", help="All columns.")] = False,
    brief: Annotated[
        bool, typer.Option("--brief", help="The sentences and what they hang on.")
    ] = False,
    locked: LockedOption = False,
    frozen: FrozenOption = False,
    as_of: AsOf = None,
    assume_cancelled: AssumeCancelled = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """What every option costs in the coming year, what it delivers, and what is best value."""
    check_by(by)
    check_draws(draws, seed)
    flags = _flags(
        developers=developers, active=active, billed=billed, month=month, budget=budget,
        hours=hours, hour=hour, start=start, months=months,
    )  # fmt: skip
    inputs = read_inputs(
        file,
        flags,
        around=here(),
        as_of=as_date(as_of),
        assume_cancelled=assume_cancelled or (),
        use=use_of(locked=locked, frozen=frozen),
    )
    answer = compared(inputs, draws=draws, seed=seed, by=by)
    chosen = Format.JSON if as_json else format_
    write_answers(
        {
            Format.TABLE: lambda screen: render_screen(
                answer,
                width=screen.width,
                colour=screen.colour,
                wide=wide,
                brief=brief,
                blocks=screen.blocks,
            ),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(comparison_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        chosen,
        output or [],
        inputs=inputs.files,
    )
    _fail_if_not_known(answer)


def _flags(**given: Any) -> dict[str, Any]:
    """Turn flags into what a file would hold; numbers may be written as files write them."""
    bills, month, active = given.pop("billed"), given.pop("month"), given.pop("active")
    flags = {key: _typed(key, text) for key, text in given.items() if text is not None}
    if not bills and (month or active):
        raise InputError.of(
            "`--billed VENDOR=COST` is missing", key="--month" if month else "--active"
        )
    if bills:
        flags["billed"] = [_bill(text, month, active) for text in bills]
    return flags


def _bill(text: str, month: str | None, active: str | None) -> dict[str, Any]:
    vendor, equals, cost = text.partition("=")
    if not equals:
        raise InputError.of(f"{text!r}: write it as VENDOR=COST", key="--billed")
    if month is None:
        raise InputError.of("say the invoice's `--month`, YYYY-MM", key="--billed")
    bill: dict[str, Any] = {"vendor": vendor, "month": month, "cost": _typed("billed", cost)}
    return bill | ({"active_developers": _typed("active", active)} if active is not None else {})


def _typed(key: str, text: str) -> Any:
    try:
        return read_marked(text)
    except ValueError as error:
        raise InputError.of(f"{text!r}: {error}", key=f"--{key}") from None


def _fail_if_not_known(answer: Comparison) -> None:
    unknown = [line.option for line in answer.options if line.unknown]
    if unknown:
        raise MissingError(f"not known: {', '.join(unknown)} (the reasons stand in the answer)")
