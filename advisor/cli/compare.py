"""`advisor compare`: every option's year, side by side."""

from __future__ import annotations

from typing import Annotated

import typer

from advisor.answers.compare.answer import RANKED_BY
from advisor.api.bounds import DEFAULT_DRAWS
from advisor.api.locking import use_of
from advisor.cli.compare_run import CompareFlags, run
from advisor.cli.completion import ranked_by
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
    run(
        CompareFlags(
            file=file,
            stated={
                "developers": developers, "budget": budget, "hours": hours, "hour": hour,
                "start": start, "months": months,
            },
            billed=billed or (),
            month=month,
            active=active,
            by=by,
            wide=wide,
            brief=brief,
            use=use_of(locked=locked, frozen=frozen),
            as_of=as_of,
            assume_cancelled=assume_cancelled or (),
            draws=draws,
            seed=seed,
            format=Format.JSON if as_json else format_,
            files=output or (),
        )
    )  # fmt: skip
