"""`advisor backtest`: proof of the advice on one's own trials."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.trials.backtest import Asked
from advisor.answers.trials.backtest import backtest as put_to_test
from advisor.cli.answers import write_answers
from advisor.cli.options import AsJson, FormatOption, Output, check_seed
from advisor.cli.screen import Format
from advisor.cli.trial_flags import as_amounts, as_names, as_pattern, as_weights
from advisor.errors import InputError
from advisor.load.trial_file import read_trials
from advisor.output import csv
from advisor.output.trials.backtest import budget_table, render_json, render_markdown, render_text

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def backtest(
    trials: Annotated[
        Path,
        typer.Argument(
            help="CSV: agent, task_class, instance, resolved, cost_usd.", show_default=False
        ),
    ],
    budgets: Annotated[
        str, typer.Option("--budget-per-task", help="Dollars a task, several between commas.")
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
    folds: Annotated[int, typer.Option(help="Into how many parts tasks are dealt.")] = 5,
    repeats: Annotated[int, typer.Option(help="How often they are dealt anew.")] = 1,
    brief: Annotated[bool, typer.Option("--brief", help="The last sentence alone.")] = False,
    seed: Annotated[int, typer.Option(envvar="ADVISOR_SEED", help="Seed of the dealing.")] = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Choose a mix on some trials, judge it on others: what is promised against what comes."""
    if folds < 2:
        raise InputError.of(f"{folds}: at least 2, or nothing is held out", key="--folds")
    if repeats < 1:
        raise InputError.of(f"{repeats}: at least 1", key="--repeats")
    check_seed(seed)
    asked = Asked(
        budgets=as_amounts(budgets, flag="--budget-per-task"),
        weights=as_weights(weights, flag="--weights"),
        alone=as_names(no_cascade),
        folds=folds,
        repeats=repeats,
        seed=seed,
    )
    rows = read_trials(trials, exclude=as_pattern(exclude, flag="--exclude"))
    answer = put_to_test(rows, asked, file=str(trials), progress=_tell)
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(answer, width=screen.width, brief=brief),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(budget_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        Format.JSON if as_json else format_,
        output or [],
    )


def _tell(done: int, of: int) -> None:
    """Tell a person who waits how far it is; a log is not told."""
    if of > 1 and sys.stderr.isatty():
        typer.echo(f"\rrepeat {done} of {of}", err=True, nl=done == of)
