"""Every option's year side by side, from a team's file or what it would hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import in_python, whole
from advisor.api.bounds import DEFAULT_DRAWS
from advisor.api.comparing import compared
from advisor.api.given import is_frame
from advisor.api.teams import Beside, Day, Team, inputs_from, together
from advisor.errors import InputError
from advisor.output.compare.as_json import render_comparison as render_json
from advisor.output.compare.flat import assumption_table, comparison_table, month_table
from advisor.output.compare.screen import render_comparison as render_screen
from advisor.output.report.spending import options_picture
from advisor.tables.compare import Comparison


class ComparisonAnswer(PythonAnswer, Comparison):
    """Every option's year side by side; `.to_pandas()` has a row an option.

    Its parts are `options`, `months` and `assumptions`.
    """

    __slots__ = ()
    forms = Forms(
        json=render_json,
        text=render_screen,
        brief=lambda answer: render_screen(answer, brief=True),
        tables={
            "options": comparison_table,
            "months": month_table,
            "assumptions": assumption_table,
        },
        picture=options_picture,
    )


@in_python
def compare(
    team: Team = None,
    *,
    changes: Mapping[str, Any] | None = None,
    headcount: Any = None,
    developers: Any = None,
    billed: Any = None,
    active: float | None = None,
    month: Any = None,
    budget: Any = None,
    hours: Any = None,
    hour: Any = None,
    start: Any = None,
    months: int | None = None,
    by: str = "net_value",
    locked: bool = False,
    frozen: bool = False,
    as_of: Day = None,
    assume_cancelled: str | Iterable[str] | None = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
) -> ComparisonAnswer:
    """Return what every option costs in the coming year, what it delivers, what is best value.

    `team` is a path, a mapping of what a file would hold, or None as on the command line; with
    `developers` and without a team those alone answer. Options named as flags win over the file, as
    do all keys in `changes`. `billed` is a mapping of vendors to costs, with `month` and perhaps
    `active`; or rows as in a file, a frame too. `headcount` is people by month: a series, or a
    frame of months × teams. Money is in the file's currency.

    An option of which nothing is known says why in `unknown`; it does not raise. Raises InputError
    with every fault, MissingError where a price or a record is missing.
    """
    stated = {
        "developers": developers, "budget": budget, "hours": hours, "hour": hour, "start": start,
        "months": months, "billed": _bills(billed, active, month),
    }  # fmt: skip
    flags = {key: value for key, value in stated.items() if value is not None}
    if team is None and developers is not None:
        team, flags = flags, {}
    beside = Beside(
        changes=together(changes, flags),
        headcount=headcount,
        as_of=as_of,
        assume_cancelled=assume_cancelled,
        locked=locked,
        frozen=frozen,
    )
    draws, seed = whole(draws, key="draws"), whole(seed, key="seed")
    told = compared(inputs_from(team, beside), draws=draws, seed=seed, by=by)
    return ComparisonAnswer._make(told)


def _bills(billed: Any, active: float | None, month: Any) -> Any:
    """Return bills as a file has them."""
    if billed is None:
        if month is not None or active is not None:
            key = "month" if month is not None else "active"
            raise InputError.of("`billed` is missing", key=key)
        return None
    if is_frame(billed) or not isinstance(billed, Mapping):
        return billed
    if month is None:
        raise InputError.of("say the invoice's `month`", key="billed")
    people = {} if active is None else {"active_developers": active}
    return [
        {"vendor": vendor, "month": month, "cost": cost, **people}
        for vendor, cost in billed.items()
    ]
