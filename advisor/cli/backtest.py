"""`advisor backtest`: proof of the advice on one's own trials."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from advisor.answers.trials.backtest import AskedBacktest
from advisor.answers.trials.backtest import backtest as put_to_test
from advisor.api.bounds import MOST_FOLDS, MOST_REPEATS, check_number, check_seed
from advisor.cli.answers import write_answers
from advisor.cli.options import AsJson, FormatOption, Output
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
from advisor.output import csv
from advisor.output.trials.backtest import budget_table, render_json, render_markdown, render_text

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def backtest(
    trials: Trials,
    budgets: Annotated[
        str, typer.Option("--budget-per-task", help="Dollars a task, several between commas.")
    ],
    weights: Weights = None,
    exclude: Exclude = None,
    no_cascade: NoCascade = None,
    columns: Columns = None,
    folds: Annotated[int, typer.Option(help="Into how many parts tasks are dealt.")] = 5,
    repeats: Annotated[int, typer.Option(help="How often they are dealt anew.")] = 1,
    brief: Annotated[bool, typer.Option("--brief", help="The last sentence alone.")] = False,
    seed: Annotated[int, typer.Option(envvar="ADVISOR_SEED", help="Seed of the dealing.")] = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Choose a mix on some trials, judge it on others: what is promised against what comes."""
    check_number(folds, 2, MOST_FOLDS, flag="--folds", why=", or nothing is held out")
    check_number(repeats, 1, MOST_REPEATS, flag="--repeats")
    check_seed(seed)
    asked = AskedBacktest(
        budgets=as_amounts(budgets, flag="--budget-per-task"),
        weights=as_weights(weights, flag="--weights"),
        alone=as_names(no_cascade),
        folds=folds,
        repeats=repeats,
        seed=seed,
    )
    rows = trials_of(trials, exclude, columns)
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
        inputs=[trials],
    )


def _tell(done: int, of: int) -> None:
    """Tell a person who waits how far it is; a log is not told."""
    if of > 1 and sys.stderr.isatty():
        typer.echo(f"\rrepeat {done} of {of}", err=True, nl=done == of)
