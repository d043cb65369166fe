"""Limits of a team as Python asks of them: a path or a mapping, bills from files or frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import around, day_of, in_python, several, whole
from advisor.api.base import base_of
from advisor.api.bounds import DEFAULT_DRAWS, check_draws
from advisor.api.checked import AskedCheck, Checked, checked, gathered
from advisor.api.inputs import Inputs
from advisor.api.paid import Actuals, read_paid
from advisor.api.teams import Beside, Day, Team, inputs_from, path_of
from advisor.output.check.formats import limit_table, render_json, render_text
from advisor.tables.check import Check


class CheckAnswer(PythonAnswer, Check):
    """Every limit held or broken; `.status` is the worst, `.to_pandas()` has a row a limit."""

    __slots__ = ()
    forms = Forms(
        json=render_json,
        text=render_text,
        brief=lambda answer: render_text(answer, brief=True),
        tables={"limits": limit_table},
    )


@in_python
def check(
    team: Team | Sequence[Team] = None,
    *,
    changes: Mapping[str, Any] | None = None,
    headcount: Any = None,
    base: Team = None,
    actuals: Actuals | Sequence[Actuals] | None = None,
    columns: Mapping[str, str] | str | None = None,
    option: str | None = None,
    locked: bool = False,
    frozen: bool = False,
    as_of: Day = None,
    assume_cancelled: str | Iterable[str] | None = None,
    today: Day = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
) -> CheckAnswer:
    """Return every limit of a team, or of several, held or broken.

    `team`, `changes` and `headcount` are as for `compare`. `base` is a revision or a file that the
    plan is compared with, or a mapping. `actuals` are tables of what was paid: paths, or frames
    with the same columns, which `columns` names where they are called otherwise. `option` is held
    in place of the decided mix. `today` is the day that the age of prices is counted to.

    A broken limit does not raise: see `status`. Raises InputError with every fault of all teams,
    NothingToCheckError where there is no limit at all, MissingError where something is missing.
    """
    surroundings = around()
    draws, seed = whole(draws, key="draws"), whole(seed, key="seed")
    check_draws(draws, seed)
    given = AskedCheck(
        today=day_of(today, key="today") or surroundings.today(),
        draws=draws,
        seed=seed,
        base=None if base is None else _named(base),
        option=option,
        as_of=day_of(as_of, key="as_of"),
        paid=read_paid([] if actuals is None else several(actuals), columns, surroundings),
    )
    beside = Beside(changes, headcount, as_of, assume_cancelled, locked, frozen)
    found = gathered([partial(_checked, one, base, beside, given) for one in several(team)])
    return CheckAnswer([one.check for one in found])


def _checked(team: Team, base: Team, beside: Beside, given: AskedCheck) -> Checked:
    path = path_of(team)
    inputs = inputs_from(team, beside)
    old = None if base is None else _base(base, path, given)
    return checked(inputs, old, path, given, around())


def _base(base: Team, path: Path | None, given: AskedCheck) -> Inputs | None:
    """Read what a plan is compared with; None where its revision has no such file."""
    beside = Beside(as_of=given.as_of)
    if isinstance(base, Mapping) or path is None or Path(str(base)).is_file():
        return inputs_from(base, beside)
    surroundings = around()
    with base_of(str(base), path, surroundings.environment) as found:
        if found is None:
            surroundings.tell(f"{path} is not in {base}: nothing to compare with")
            return None
        return inputs_from(found.path, beside, shown_as=found.shown)


def _named(base: Team) -> str:
    return "the base" if isinstance(base, Mapping) else str(base)
