"""`advisor pilot`: quality and cost from one's own trials, and what to try next."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.trials.pilot import Wanted
from advisor.answers.trials.pilot import pilot as learn_from
from advisor.cli.answers import as_date, write_answers
from advisor.cli.options import AsJson, FormatOption
from advisor.cli.screen import Format
from advisor.cli.trial_flags import as_amounts, as_names, as_pattern, as_weights
from advisor.errors import InputError
from advisor.load.trial_file import read_trials
from advisor.output import csv
from advisor.output.trials.pilot import agent_table, render_json, render_markdown, render_text
from advisor.output.trials.profile import render_profile

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def pilot(
    trials: Annotated[
        Path,
        typer.Argument(
            help="CSV: agent, task_class, instance, resolved, cost_usd.", show_default=False
        ),
    ],
    weights: Annotated[
        str | None,
        typer.Option(help="Each class's share of all tasks, CLASS=SHARE,…; without: by its tasks."),
    ] = None,
    exclude: Annotated[
        str | None, typer.Option(help="Leave out agents in whose name this pattern is found.")
    ] = None,
    no_cascade: Annotated[
        str | None, typer.Option(help="Classes in which nobody sees a failure, between commas.")
    ] = None,
    next_: Annotated[int, typer.Option("--next", help="How many further trials to plan.")] = 200,
    tasks: Annotated[int, typer.Option(help="Tasks to come, for which choices are made.")] = 10_000,
    worth: Annotated[
        str | None,
        typer.Option(help="Dollars that a solved task is worth, several between commas."),
    ] = None,
    difference: Annotated[
        str, typer.Option(help="A difference in success that matters, for sample sizes.")
    ] = "10%",
    on: Annotated[
        str | None,
        typer.Option(
            "--date",
            envvar="ADVISOR_TODAY",
            help="Day of the trials, YYYY-MM-DD, for the profile file; without: today.",
        ),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="The last sentence alone.")] = False,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="Write to a file, its kind by its ending (.yaml: a profile file); repeatable.",
        ),
    ] = None,
) -> None:
    """What trials say of agents: success and cost with intervals, and which trials to make next."""
    apart = as_amounts(difference, flag="--difference")
    if len(apart) != 1 or not apart[0] < 1:
        raise InputError.of(f"{difference}: one share between 0 and 1", key="--difference")
    if next_ < 0:
        raise InputError.of(f"{next_}: not below 0", key="--next")
    if tasks < 1:
        raise InputError.of(f"{tasks}: at least 1", key="--tasks")
    wanted = Wanted(
        weights=as_weights(weights, flag="--weights"),
        alone=as_names(no_cascade),
        trials=next_,
        future_tasks=tasks,
        worths=as_amounts(worth, flag="--worth") if worth else (),
        difference=apart[0],
        date=as_date(on, flag="--date") or datetime.now(UTC).date(),
    )
    rows = read_trials(trials, exclude=as_pattern(exclude, flag="--exclude"))
    answer = learn_from(rows, wanted, file=str(trials))
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(answer, width=screen.width, brief=brief),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(agent_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        Format.JSON if as_json else format_,
        output or [],
        more={ending: lambda _: render_profile(answer) for ending in (".yaml", ".yml")},
    )
