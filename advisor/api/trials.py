"""Answers from one's own trials: a table or a frame in, what it says of agents out."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from advisor.answers.trials.backtest import AskedBacktest
from advisor.answers.trials.backtest import backtest as put_to_test
from advisor.answers.trials.pilot import Wanted
from advisor.answers.trials.pilot import pilot as learn_from
from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import around, day_of, in_python, number, several, texts, whole
from advisor.api.bounds import (
    DEFAULT_DIFFERENCE,
    DEFAULT_NEXT,
    DEFAULT_TASKS,
    MOST_AMOUNTS,
    MOST_DOLLARS,
    MOST_FOLDS,
    MOST_NEXT,
    MOST_REPEATS,
    MOST_TASKS,
    check_number,
    check_seed,
)
from advisor.api.frame_tables import rows_named, said, table_of
from advisor.api.given import is_frame, kind_of
from advisor.api.team_worth import worth_by_class
from advisor.api.teams import Beside, Day, Team, inputs_from
from advisor.errors import InputError
from advisor.load.table_file import read_table, said_columns
from advisor.load.trial_file import trials_in
from advisor.model.trial import TrialColumns
from advisor.output.trials import backtest as backtest_formats
from advisor.output.trials import pilot as pilot_formats
from advisor.tables.backtest import Backtest
from advisor.tables.pilot import Pilot

Trials: TypeAlias = Any
"""A path to a table of trials, or a frame of pandas with the same columns."""
_FRAME = "trials"
"""What a frame is called in answers and faults."""


class PilotAnswer(PythonAnswer, Pilot):
    """What trials say of agents; `.to_pandas()` has a row an agent and kind of work."""

    __slots__ = ()
    forms = Forms(
        json=pilot_formats.render_json,
        text=pilot_formats.render_text,
        brief=lambda answer: pilot_formats.render_text(answer, brief=True),
        tables={"agents": pilot_formats.agent_table},
    )


class BacktestAnswer(PythonAnswer, Backtest):
    """The advice on trial: what is promised, what comes; `.to_pandas()` has a row a budget."""

    __slots__ = ()
    forms = Forms(
        json=backtest_formats.render_json,
        text=backtest_formats.render_text,
        brief=lambda answer: backtest_formats.render_text(answer, brief=True),
        tables={"budgets": backtest_formats.budget_table},
    )


@in_python
def pilot(
    trials: Trials,
    *,
    weights: Mapping[str, float] | None = None,
    exclude: str | None = None,
    no_cascade: str | Iterable[str] | None = None,
    columns: Mapping[str, str] | str | None = None,
    next: int = DEFAULT_NEXT,
    tasks: int = DEFAULT_TASKS,
    worth: float | Iterable[float] | None = None,
    team: Team = None,
    difference: float = DEFAULT_DIFFERENCE,
    date: Day = None,
) -> PilotAnswer:
    """Return what trials say of agents: success and cost with intervals, which trials to make next.

    `trials` is a path or a frame with the columns agent, task_class, instance, resolved and
    cost_usd (US dollars), or those that `columns` names. `weights` are shares of all tasks by
    class, `worth` dollars that a solved task is worth, else as `team` says. `date` is the day of
    the trials, default today. Raises InputError with every fault: of a frame at its row.
    """
    apart = number(difference, key="difference")
    if not 0 < apart < 1:
        raise InputError.of(f"{apart:g}: one share between 0 and 1", key="difference")
    further, to_come = whole(next, key="next"), whole(tasks, key="tasks")
    check_number(further, 0, MOST_NEXT, flag="--next")
    check_number(to_come, 1, MOST_TASKS, flag="--tasks")
    if worth is not None and team is not None:
        raise InputError.of("says what a solved task is worth, and so does `team`", key="worth")
    wanted = Wanted(
        weights=_weights(weights),
        alone=list(texts(no_cascade, key="no_cascade")),
        trials=further,
        future_tasks=to_come,
        worths=() if worth is None else _amounts(worth, key="worth"),
        worth_by_class={} if team is None else worth_by_class(inputs_from(team, Beside())),
        difference=apart,
        date=day_of(date, key="date") or around().today(),
    )
    rows, file = _rows(trials, exclude, columns)
    return PilotAnswer._make(learn_from(rows, wanted, file=file))


@in_python
def backtest(
    trials: Trials,
    budget_per_task: float | Iterable[float],
    *,
    weights: Mapping[str, float] | None = None,
    exclude: str | None = None,
    no_cascade: str | Iterable[str] | None = None,
    columns: Mapping[str, str] | str | None = None,
    folds: int = 5,
    repeats: int = 1,
    seed: int = 1,
) -> BacktestAnswer:
    """Choose a mix on some trials and judge it on others: what is promised against what comes.

    `trials`, `weights` and `columns` are as for `pilot`; `budget_per_task` is in US dollars, one or
    several. Raises InputError with every fault: of a frame at its row.
    """
    parts, times, seed = (
        whole(folds, key="folds"), whole(repeats, key="repeats"), whole(seed, key="seed"),
    )  # fmt: skip
    check_number(parts, 2, MOST_FOLDS, flag="--folds", why=", or nothing is held out")
    check_number(times, 1, MOST_REPEATS, flag="--repeats")
    check_seed(seed)
    asked = AskedBacktest(
        budgets=_amounts(budget_per_task, key="budget_per_task"),
        weights=_weights(weights),
        alone=list(texts(no_cascade, key="no_cascade")),
        folds=parts,
        repeats=times,
        seed=seed,
    )
    rows, file = _rows(trials, exclude, columns)
    return BacktestAnswer._make(put_to_test(rows, asked, file=file, progress=_unheard))


def _unheard(_: int, __: int) -> None:
    """Nobody is told how far it is."""


def _rows(
    trials: Trials, exclude: str | None, columns: Mapping[str, str] | str | None
) -> tuple[TrialColumns, str]:
    """Return the trials, and what their table is called."""
    stated = said_columns(said(columns), "agent=COLUMN,resolved=COLUMN")
    pattern = _pattern(exclude)
    with rows_named(_FRAME):
        table = table_of(trials, _FRAME) if is_frame(trials) else read_table(_path(trials))
        return trials_in(table, exclude=pattern, columns=stated), table.file


def _path(trials: object) -> Path:
    if not isinstance(trials, str | os.PathLike):
        message = f"can't be {kind_of(trials)}: give a path or a frame"
        raise InputError.of(message, key="trials")
    return Path(trials)


def _pattern(text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as error:
        message = f"{text!r} is not a regular expression: {error}"
        raise InputError.of(message, key="exclude") from None


def _weights(given: Mapping[str, float] | None) -> dict[str, float]:
    return {name: number(one, key="weights") for name, one in (given or {}).items()}


def _amounts(given: Any, *, key: str) -> list[float]:
    """Read amounts above 0. Raises InputError with those that are none."""
    given = given.tolist() if hasattr(given, "tolist") else given
    found = [number(one, key=key) for one in several(given)]
    wrong = [f"{one:g}" for one in found if not 0 < one <= MOST_DOLLARS]
    if wrong or not found:
        message = f"{', '.join(wrong) or 'nothing'}: an amount is above 0, at most {MOST_DOLLARS:g}"
        raise InputError.of(message, key=key)
    if len(found) > MOST_AMOUNTS:
        raise InputError.of(f"{len(found)} amounts: at most {MOST_AMOUNTS}", key=key)
    return found
