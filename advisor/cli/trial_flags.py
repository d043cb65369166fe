"""What `advisor pilot` and `advisor backtest` are both told: trials, and flags that are lists."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Annotated

import typer

from advisor.api.bounds import MOST_AMOUNTS, MOST_DOLLARS
from advisor.errors import InputError
from advisor.load.table_file import said_columns
from advisor.load.trial_file import read_trials
from advisor.model.trial import TrialColumns

Trials = Annotated[
    Path,
    typer.Argument(
        help="A table: agent, task_class, instance, resolved, cost_usd.", show_default=False
    ),
]
Weights = Annotated[
    str | None,
    typer.Option(help="Each class's share of all tasks, CLASS=SHARE,…; without: by its tasks."),
]
Exclude = Annotated[
    str | None, typer.Option(help="Leave out agents in whose name this pattern is found.")
]
NoCascade = Annotated[
    str | None, typer.Option(help="Classes in which nobody sees a failure, between commas.")
]
Columns = Annotated[
    str | None,
    typer.Option(help="Which column is which: agent=COLUMN,…, or task_class==NAME for all rows."),
]


def trials_of(path: Path, exclude: str | None, columns: str | None) -> TrialColumns:
    """Read the trials. Raises InputError for flags and rows that can't be read."""
    return read_trials(
        path,
        exclude=as_pattern(exclude, flag="--exclude"),
        columns=said_columns(columns, "agent=COLUMN,resolved=COLUMN"),
    )


def as_names(text: str | None) -> list[str]:
    """Read names between commas."""
    return [name.strip() for name in (text or "").split(",") if name.strip()]


def as_amounts(text: str, *, flag: str) -> list[float]:
    """Read amounts above 0 between commas. Raises InputError with those that are none."""
    wrong = [part for part in as_names(text) if not _number(part) > 0]
    if wrong or not as_names(text):
        raise InputError.of(f"{', '.join(wrong) or 'nothing'}: an amount is above 0", key=flag)
    amounts = [_number(part) for part in as_names(text)]
    if max(amounts) > MOST_DOLLARS:
        raise InputError.of(f"{max(amounts):g}: at most {MOST_DOLLARS:g}", key=flag)
    if len(amounts) > MOST_AMOUNTS:
        raise InputError.of(f"{len(amounts)} amounts: at most {MOST_AMOUNTS}", key=flag)
    return amounts


def as_weights(text: str | None, *, flag: str) -> dict[str, float]:
    """Read `NAME=NUMBER` between commas. Raises InputError with what is not so written."""
    found: dict[str, float] = {}
    for part in as_names(text):
        name, _, number = part.rpartition("=")
        if not name.strip() or math.isnan(_number(number)):
            raise InputError.of(f"{part!r}: write CLASS=NUMBER,CLASS=NUMBER", key=flag)
        if name.strip() in found:
            raise InputError.of(f"{name.strip()!r} stands there twice", key=flag)
        found[name.strip()] = _number(number)
    return found


def as_pattern(text: str | None, *, flag: str) -> re.Pattern[str] | None:
    """Read a regular expression. Raises InputError where it is none."""
    if not text:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise InputError.of(f"{text!r} is not a regular expression: {error}", key=flag) from None


def _number(text: str) -> float:
    text = text.strip().removeprefix("$")
    scale = 0.01 if text.endswith("%") else 1.0
    try:
        number = float(text.removesuffix("%")) * scale
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan
