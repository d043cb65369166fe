"""Trials from a CSV file: one row an attempt of an agent at a task.

What a reader would get wrong: an empty cost is one that nobody recorded, 0 is a cost of nothing and
is taken as stated; the class stands in a column `task_class`, `class` or `benchmark`.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from advisor.errors import Fault, InputError
from advisor.load.text_file import near_names
from advisor.model.trial import TrialColumns
from advisor.units import TOKEN_CLASSES

MAX_BYTES = 256 * 1024 * 1024
_NEEDED: Mapping[str, Sequence[str]] = {
    "agent": ("agent",),
    "task_class": ("task_class", "class", "benchmark"),
    "instance": ("instance", "task", "instance_id"),
    "resolved": ("resolved",),
    "cost": ("cost_usd",),
}
_YES, _NO = {"1", "1.0", "true"}, {"0", "0.0", "false"}


def read_trials(path: Path, *, exclude: re.Pattern[str] | None = None) -> TrialColumns:
    """Read a file; rows of agents in whose name `exclude` is found are left out.

    Raises InputError with every row that can't be read, at its line.
    """
    file = str(path)
    reader = csv.reader(io.StringIO(_text(path, file), newline=""), strict=True)
    faults: list[Fault] = []
    rows = TrialColumns([], [], [], [], [], {})
    try:
        heads = [head.strip().lower() for head in next(reader, [])]
        places = _places(heads, file)
        tokens = {name: heads.index(name) for name in TOKEN_CLASSES if name in heads}
        rows = rows._replace(tokens={name: [] for name in tokens})
        for row in reader:
            if any(cell.strip() for cell in row):
                _append(rows, row, places, tokens, exclude, (file, reader.line_num), faults)
    except csv.Error as error:
        faults.append(Fault(file, reader.line_num, 1, "", f"is not CSV: {error}"))
    if faults:
        raise InputError(faults)
    if not rows.agent:
        message = "has no trial that is not excluded" if exclude else "has no trial"
        raise InputError.of(message, file=file)
    return rows


def _text(path: Path, file: str) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError.of(f"is larger than {MAX_BYTES // 1024**2} MiB", file=file)
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError.of("there is no such file", file=file, hint=near_names(path)) from None
    except UnicodeDecodeError:
        raise InputError.of("is not UTF-8 text", file=file) from None
    except OSError as error:
        raise InputError.of(f"cannot be read: {error.strerror}", file=file) from None


def _places(heads: Sequence[str], file: str) -> dict[str, int]:
    """Find the columns. Raises InputError with the ones that are missing."""
    found = {
        what: heads.index(name)
        for what, names in _NEEDED.items()
        for name in names[::-1]
        if name in heads
    }
    missing = [" or ".join(names) for what, names in _NEEDED.items() if what not in found]
    if missing:
        message = f"has no column {', '.join(missing)}"
        hint = "the first line names agent, task_class, instance, resolved, cost_usd"
        raise InputError([Fault(file, 1, 1, "", message, hint)])
    return found


def _append(
    rows: TrialColumns,
    row: Sequence[str],
    places: Mapping[str, int],
    tokens: Mapping[str, int],
    exclude: re.Pattern[str] | None,
    where: tuple[str, int],
    faults: list[Fault],
) -> None:
    """Add one row to the columns, or what is wrong with it to the faults."""
    cells = {what: _cell(row, place) for what, place in places.items()}
    if exclude is not None and cells["agent"] and exclude.search(cells["agent"]):
        return
    wrong = [
        (name, f"there is no {name}") for name in ("agent", "task_class", "instance")
        if not cells[name]
    ]  # fmt: skip
    resolved = cells["resolved"].lower()
    if resolved not in _YES | _NO:
        wrong.append(("resolved", f"{cells['resolved']!r} is neither 0 nor 1"))
    amounts = {"cost_usd": cells["cost"], **{n: _cell(row, p) for n, p in tokens.items()}}
    known = {name: _amount(text) for name, text in amounts.items()}
    wrong += [(n, f"{amounts[n]!r} is not 0 or more") for n, amount in known.items()
              if amount is None]  # fmt: skip
    faults += [Fault(*where, 1, key, message) for key, message in wrong]
    if wrong:
        return
    for column, value in (
        (rows.agent, cells["agent"]),
        (rows.task_class, cells["task_class"]),
        (rows.instance, cells["instance"]),
        (rows.resolved, float(resolved in _YES)),
        (rows.cost, known["cost_usd"]),
        *((rows.tokens[name], known[name]) for name in tokens),
    ):
        column.append(value)  # type: ignore[attr-defined]


def _cell(row: Sequence[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""


def _amount(text: str) -> float | None:
    """Read an amount; NaN where there is none, None where it is not one."""
    if not text:
        return math.nan
    try:
        amount = float(text)
    except ValueError:
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None
