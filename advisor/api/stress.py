"""The stories on a team's mix: what it would cost, when the money is gone, what is regretted."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, TypeAlias

from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.solver import Effort
from advisor.answers.stress.answer import Ask
from advisor.answers.stress.answer import stress as put_through
from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import day_of, in_python, number, texts, whole
from advisor.api.bounds import DEFAULT_SECONDS, check_seconds, check_seed
from advisor.api.days import as_date
from advisor.api.teams import Beside, Day, Team, inputs_from
from advisor.errors import InputError
from advisor.output.report.risks import tornado_picture
from advisor.output.stress.formats import render_json, render_text, story_table
from advisor.tables.stress import Stress

Exit: TypeAlias = str
"""A maker, biller or tool: NAME, or NAME@YYYY-MM-DD."""


class StressAnswer(PythonAnswer, Stress):
    """How a mix stands the stories; `.to_pandas()` has a row a story and way."""

    __slots__ = ()
    forms = Forms(
        json=render_json,
        text=render_text,
        brief=lambda answer: render_text(answer, brief=True),
        tables={"stories": story_table},
        picture=lambda answer: tornado_picture(answer) if answer.tornado else None,
    )


def ask_of(
    *,
    exits: Sequence[Exit],
    price_factor: float,
    since: date | None,
    recommended: bool,
    time_limit: float,
) -> Ask:
    """Return what is asked; see `stress`. Raises InputError for what can't be."""
    if not price_factor > 0 or math.isinf(price_factor):
        raise InputError.of(f"{price_factor:g}: a factor is above 0", key="--price-factor")
    check_seconds(time_limit)
    return Ask(
        exits=tuple(map(_exit, exits)),
        price_factor=price_factor,
        since=since,
        recommended=recommended,
        wish=Wish(effort=Effort(seconds=time_limit)),
    )


def _exit(text: Exit) -> tuple[str, date | None]:
    name, _, day = text.partition("@")
    if not name:
        raise InputError.of(f"{text!r}: write NAME or NAME@YYYY-MM-DD", key="--exit")
    return name, as_date(day or None, flag="--exit")


@in_python
def stress(
    team: Team = None,
    *,
    changes: Mapping[str, Any] | None = None,
    headcount: Any = None,
    exit: Exit | Iterable[Exit] | None = None,
    price_factor: float = 0.5,
    since: Day = None,
    recommended: bool = False,
    time_limit: float = DEFAULT_SECONDS,
    as_of: Day = None,
    seed: int = 1,
) -> StressAnswer:
    """Return what every story does to today's way and to the decided mix, or the recommended one.

    `team`, `changes` and `headcount` are as for `compare`. `exit` names who leaves; `since` is the
    day of the price war and of exits without one (`--from`). Raises InputError with every fault,
    InfeasibleError where there is no decided mix and none keeps the limits.
    """
    ask = ask_of(
        exits=texts(exit, key="exit"),
        price_factor=number(price_factor, key="price_factor"),
        since=day_of(since, key="since"),
        recommended=recommended,
        time_limit=number(time_limit, key="time_limit"),
    )
    seed = whole(seed, key="seed")
    check_seed(seed)
    inputs = inputs_from(team, Beside(changes, headcount, as_of))
    return StressAnswer._make(put_through(inputs.case, file=inputs.shown, seed=seed, ask=ask))
