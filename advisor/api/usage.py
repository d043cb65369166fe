"""Real usage as Python asks for it: what was used, and what it was worth."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any

from advisor.answers.usage.answer import Gathered, usage_answer
from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import around, day_of, in_python
from advisor.api.frame_tables import said
from advisor.api.given import Paths, paths_of
from advisor.api.teams import Day
from advisor.api.usage_asked import AGENTS, AskedUsage, dimensions
from advisor.api.usage_reading import gathered_from
from advisor.errors import InputError, did_you_mean
from advisor.output.usage.as_json import render_json
from advisor.output.usage.flat import usage_table
from advisor.output.usage.screen import render_text
from advisor.tables.usage import DETAIL, UsageAnswer

_WIDTH = 100


def _text(answer: UsageAnswer, *, is_brief: bool = False) -> str:
    return render_text(answer, width=_WIDTH, colour=False, is_dumb=False, is_brief=is_brief)


class RealUsageAnswer(PythonAnswer, UsageAnswer):
    """What was really used, and what it was worth; `.to_pandas()` has a row a group."""

    __slots__ = ()
    forms = Forms(
        json=render_json,
        text=_text,
        brief=lambda answer: _text(answer, is_brief=True),
        tables={"rows": usage_table},
    )


@in_python
def usage(
    paths: Paths = None,
    *,
    home: Paths = None,
    agents: Mapping[str, Paths] | None = None,
    by: str | Iterable[str] = DETAIL,
    since: Day = None,
    until: Day = None,
    timezone: str = "UTC",
    plan: Mapping[str, str] | None = None,
    columns: Mapping[str, str] | str | None = None,
    store: str | os.PathLike[str] | None = None,
    no_store: bool = False,
    warehouse: str | None = None,
    table: str | None = None,
    timeout: int | None = None,
    merge: Paths = None,
) -> RealUsageAnswer:
    """Return what was really used, from what agents leave on disk and from exports.

    Without `paths`, `home` or `agents` it finds every agent's logs in one's own home. `agents` are
    folders or files by agent, `plan` the seats that agents ran on, `by` what calls are grouped by,
    `until` the last day, itself included. `warehouse` is where a usage table lives, `table` its
    name there, `timeout` seconds; `merge` are stores of other machines. What was read is kept in a
    store, unless `no_store`.

    Raises InputError with every fault, MissingError where there are no logs.
    """
    surroundings = around()
    asked = AskedUsage(
        paths=paths_of(paths, key="paths"),
        homes=paths_of(home, key="home"),
        agents=[(_agent(name), one) for name, found in (agents or {}).items()
                for one in paths_of(found, key="agents")],
        since=_day(since, key="since"),
        until=_day(until, key="until"),
        timezone=timezone,
        columns=said(columns),
        plans=[f"{agent}={seat}" for agent, seat in (plan or {}).items()],
        store=None if store is None else os.fspath(store),
        no_store=no_store,
        warehouse=warehouse,
        table=table,
        timeout=None if timeout is None else str(timeout),
        merge=paths_of(merge, key="merge"),
    )  # fmt: skip
    names = dimensions([by] if isinstance(by, str) else list(by), DETAIL)
    gathered = _gathered(asked, names, surroundings.environment)
    for warning in gathered.usage.warnings:
        surroundings.tell(warning)
    return RealUsageAnswer._make(usage_answer(gathered, names))


def _gathered(asked: AskedUsage, names: Sequence[str], environment: Mapping[str, str]) -> Gathered:
    if asked.warehouse is None:
        return gathered_from(asked, environment)
    there: Any = import_module("advisor.api.usage_warehouse")  # ibis and a driver
    found: Gathered = there.gathered_there(asked, environment, [tuple(names)], names)
    return found


def _agent(name: str) -> str:
    plain = name.replace("_", "-")
    if plain not in AGENTS:
        message = f"{name!r} is not one of {', '.join(AGENTS)}"
        raise InputError.of(message, key="agents", hint=did_you_mean(plain, AGENTS))
    return plain


def _day(value: Day, *, key: str) -> str | None:
    day = day_of(value, key=key)
    return None if day is None else day.isoformat()
