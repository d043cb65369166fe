"""`advisor pilot`: quality and cost from one's own trials, and what to try next."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from advisor.answers.trials.pilot import Wanted
from advisor.answers.trials.pilot import pilot as learn_from
from advisor.api.bounds import (
    DEFAULT_DIFFERENCE,
    DEFAULT_NEXT,
    DEFAULT_TASKS,
    MOST_NEXT,
    MOST_TASKS,
    check_number,
)
from advisor.api.days import as_date
from advisor.cli.answers import write_answers
from advisor.cli.here import here
from advisor.cli.options import AsJson, FormatOption
from advisor.cli.screen import Format
from advisor.cli.trial_flags import (
    Columns,
    Exclude,
    NoCascade,
    Trials,
    Weights,
    as_amounts,
    as_names,
    as_weights,
    trials_of,
)
from advisor.errors import InputError
from advisor.output import csv
from advisor.output.trials.pilot import agent_table, render_json, render_markdown, render_text
from advisor.output.trials.profile import render_profile

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def pilot(
    trials: Trials,
    weights: Weights = None,
    exclude: Exclude = None,
    no_cascade: NoCascade = None,
    columns: Columns = None,
    next_: Annotated[
        int, typer.Option("--next", help="How many further trials to plan.")
    ] = DEFAULT_NEXT,
    tasks: Annotated[
        int, typer.Option(help="Tasks to come, for which choices are made.")
    ] = DEFAULT_TASKS,
    worth: Annotated[
        str | None,
        typer.Option(help="Dollars that a solved task is worth, several between commas."),
    ] = None,
    team: Annotated[
        Path | None,
        typer.Option(help="A team's file that says what a completed task is worth."),
    ] = None,
    difference: Annotated[
        str, typer.Option(help="A difference in success that matters, for sample sizes.")
    ] = f"{DEFAULT_DIFFERENCE:.0%}",
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
    check_number(next_, 0, MOST_NEXT, flag="--next")
    check_number(tasks, 1, MOST_TASKS, flag="--tasks")
    if worth and team is not None:
        raise InputError.of("says what a solved task is worth, and so does --team", key="--worth")
    wanted = Wanted(
        weights=as_weights(weights, flag="--weights"),
        alone=as_names(no_cascade),
        trials=next_,
        future_tasks=tasks,
        worths=as_amounts(worth, flag="--worth") if worth else (),
        worth_by_class=_worth_by_class(team) if team is not None else {},
        difference=apart[0],
        date=as_date(on, flag="--date") or datetime.now(UTC).date(),
    )
    rows = trials_of(trials, exclude, columns)
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
        inputs=[trials, *([team] if team is not None else [])],
        more={ending: lambda _: render_profile(answer) for ending in (".yaml", ".yml")},
    )


def _worth_by_class(team: Path) -> Mapping[str, float]:
    """Read the team's file, whose models cost more to load than a pilot takes without one."""
    inputs: Any = import_module("advisor.api.inputs").read_inputs(team, {}, around=here())
    worth: Mapping[str, float] = import_module("advisor.api.team_worth").worth_by_class(inputs)
    return worth
