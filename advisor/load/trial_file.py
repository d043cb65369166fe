"""Trials from a table: one row an attempt of an agent at a task.

What a reader would get wrong: an empty cost is one that nobody recorded, 0 is a cost of nothing and
is taken as stated; an agent may stand in two columns, what it runs in and its model.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from advisor.errors import Fault, InputError
from advisor.load.amounts import Amount, read_amounts
from advisor.load.table_file import (
    CellTable,
    Columns,
    Meaning,
    Problem,
    find_columns,
    plain_name,
    read_table,
    told_once,
    unprintable,
)
from advisor.model.trial import TrialColumns
from advisor.units import TOKEN_CLASSES

MEANINGS: Mapping[str, Meaning] = {
    "agent": Meaning(("agent", "agent_name", "option", "configuration", "setup", "system")),
    "harness": Meaning(("harness", "tool", "cli", "assistant", "client")),
    "model": Meaning(("model", "model_name", "model_id", "llm")),
    "task_class": Meaning(
        ("task_class", "class", "benchmark", "type", "task_type", "kind", "category",
         "kind_of_work", "work", "suite"),
    ),
    "instance": Meaning(
        ("instance", "instance_id", "task_id", "issue", "ticket", "issue_id", "ticket_id", "case",
         "case_id"),
        ("task", "task_name", "problem", "id", "title"),
    ),
    "resolved": Meaning(
        ("resolved", "solved", "passed", "success", "succeeded", "successful", "is_resolved"),
        ("result", "outcome", "status", "pass", "done", "completed", "correct", "verdict"),
    ),
    "cost_usd": Meaning(
        ("cost_usd", "cost", "usd", "dollars", "cost_in_usd", "total_cost", "total_cost_usd",
         "cost_in_dollars", "cost_per_attempt", "costs"),
        ("price", "spend", "amount", "amount_usd", "spend_usd", "price_usd"),
    ),
}  # fmt: skip
"""What columns are usually called; case, blanks, dashes and brackets don't matter."""
_NEEDED = ("task_class", "instance", "resolved", "cost_usd")
_YES = {
    "1", "1.0", "1,0", "true", "yes", "y", "t", "✓", "✔", "✅", "pass", "passed", "ok", "success",
    "succeeded", "solved", "resolved", "done", "correct", "wahr", "ja", "vrai", "oui",
}  # fmt: skip
_NO = {
    "0", "0.0", "0,0", "false", "no", "n", "f", "✗", "✘", "❌", "fail", "failed", "failure",
    "error", "unsolved", "unresolved", "not solved", "not resolved", "incorrect", "wrong",
    "timeout", "falsch", "nein", "faux", "non",
}  # fmt: skip
_COSTLIEST = 1e6
"""No attempt costs more: a million dollars is a slip."""


def read_trials(
    path: Path,
    *,
    exclude: re.Pattern[str] | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> TrialColumns:
    """Read a file; rows of agents in whose name `exclude` is found are left out.

    `columns` names columns by their meaning, see `find_columns`. Raises InputError with every row
    that can't be read, at its line, equal faults told once.
    """
    return trials_in(read_table(path), exclude=exclude, columns=columns)


def trials_in(
    table: CellTable,
    *,
    exclude: re.Pattern[str] | None = None,
    columns: Mapping[str, str] = MappingProxyType({}),
) -> TrialColumns:
    """Read a table that is at hand. Raises InputError as `read_trials`."""
    stated = {"cost_usd" if what == "cost" else what: name for what, name in columns.items()}
    found = find_columns(table, MEANINGS, stated)
    _need(table, found)
    agents = _agents(table, found)
    if exclude is not None:
        kept = [n for n, agent in enumerate(agents) if not (agent and exclude.search(agent))]
        agents = [agents[n] for n in kept]
        table = table._replace(
            rows=[table.rows[n] for n in kept], lines=[table.lines[n] for n in kept]
        )
    problems = [*_missing(table, found, agents)]
    resolved = _resolved(table, found, problems)
    cost = _costs(table, found, "cost_usd", problems)
    tokens = {
        name: _costs(table, Columns({name: place}, {}), name, problems)
        for place, name in enumerate(map(plain_name, table.heads))
        if name in TOKEN_CLASSES
    }
    if problems:
        raise InputError(told_once(table, sorted(problems)))
    if not agents:
        message = "has no trial that is not excluded" if exclude else "has no trial"
        raise InputError.of(message, file=table.file)
    classes, instances = (list(found.cells(table, what)) for what in ("task_class", "instance"))
    return TrialColumns(agents, classes, instances, resolved, cost, tokens)


def _need(table: CellTable, found: Columns) -> None:
    """Raise InputError with the columns that are missing."""
    missing = [what for what in _NEEDED if not found.has(what)]
    if not any(found.has(what) for what in ("agent", "harness", "model")):
        missing.insert(0, "agent")
    if missing:
        shown = ", ".join(repr(head) for head in table.heads) or "nothing"
        message = f"has no column {', '.join(missing)} among {shown}"
        example = ",".join(f"{what}=COLUMN" for what in missing)
        hint = f"say which with --columns {example}"
        if missing == ["task_class"]:
            hint += ", or --columns task_class==NAME where all work is of one class"
        raise InputError([Fault(table.file, 1, 1, "", message, hint)])


def _agents(table: CellTable, found: Columns) -> list[str]:
    """Return who tried, row by row: the agent, or what it runs in and its model."""
    if found.has("agent"):
        return list(found.cells(table, "agent"))
    parts = [found.cells(table, what) for what in ("harness", "model") if found.has(what)]
    return ["/".join(filter(None, each)) for each in zip(*parts, strict=True)]


def _missing(table: CellTable, found: Columns, agents: Sequence[str]) -> list[Problem]:
    """Return what is wrong with names: none at all, or one that no screen must show."""
    problems = []
    named = {
        "agent": agents,
        "task_class": found.cells(table, "task_class"),
        "instance": found.cells(table, "instance"),
    }
    for key, cells in named.items():
        place = next((found.places[one] for one in _stands_in(key) if one in found.places), 0)
        wrong = {cell: unprintable(cell) for cell in set(cells)}
        for row, cell in enumerate(cells):
            if not cell:
                problems.append(Problem(row, place, key, f"there is no {key}"))
            elif wrong[cell] and key != "instance":
                problems.append(Problem(row, place, key, wrong[cell]))
    return problems


def _stands_in(key: str) -> Sequence[str]:
    return ("agent", "harness", "model") if key == "agent" else (key,)


def _resolved(table: CellTable, found: Columns, problems: list[Problem]) -> list[float]:
    """Read whether each attempt solved its task."""
    written = found.cells(table, "resolved")
    cells = [cell.casefold() for cell in written]
    place = found.places.get("resolved", 0)
    for row, cell in enumerate(cells):
        if cell not in _YES and cell not in _NO:
            message = f"{written[row]!r} is neither yes nor no"
            hint = "write 1 or 0, yes or no, true or false, pass or fail"
            problems.append(Problem(row, place, "resolved", message, hint))
    return [float(cell in _YES) for cell in cells]


def _costs(table: CellTable, found: Columns, key: str, problems: list[Problem]) -> list[float]:
    """Read a column of amounts that are 0 or more; NaN where there is none."""
    cells = found.cells(table, key)
    place = found.places.get(key, 0)
    read = read_amounts(cells, table.separator)
    problems += [Problem(row, place, key, message) for row, message in read.wrong]
    for row, amount in enumerate(read.amounts):
        wrong = _wrong_amount(amount, is_money=key == "cost_usd")
        if wrong:
            problems.append(Problem(row, place, key, f"{cells[row]!r} {wrong[0]}", wrong[1]))
    return [amount.number for amount in read.amounts]


def _wrong_amount(amount: Amount, *, is_money: bool) -> tuple[str, str] | None:
    """Say what is wrong with an amount that could be read, and what helps."""
    if amount.number < 0:
        return "is not 0 or more", ""
    if is_money and amount.currency not in {"", "USD"}:
        return "is not in dollars", "costs of trials are in US dollars"
    if is_money and not math.isnan(amount.number) and amount.number > _COSTLIEST:
        return "is more than any attempt costs", ""
    return None
