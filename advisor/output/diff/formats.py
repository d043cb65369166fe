"""Why a plan moved, as text, JSON, a flat table and the Markdown of a comment."""

from __future__ import annotations

import json
import textwrap
from typing import Any

from advisor.output import figures
from advisor.output.blocks import joined
from advisor.output.diff.sentences import TITLES, amount, cents, moved, sentence, share, title
from advisor.output.json import dump
from advisor.output.markdown import escaped, escaped_prose, rows_as_table
from advisor.tables.diff import Difference
from advisor.tables.flat import Column, Table

SCHEMA = "advisor.diff/1"


def render_text(answer: Difference, *, width: int = 100, brief: bool = False) -> str:
    """Write a line for each cause, the largest first, and the whole; then the sentence."""
    said = textwrap.wrap(sentence(answer), width)
    if brief:
        return "\n".join(said) + "\n"
    head = textwrap.wrap(first_line(answer), width, break_on_hyphens=False)
    notes = [line for note in answer.warnings for line in textwrap.wrap(f"note: {note}", width)]
    blocks = [head, _rows(answer), notes, said]
    return joined(blocks)


def first_line(answer: Difference) -> str:
    """Name both plans, which way of each is looked at, the currency, the dates of the prices."""
    old, new = answer.old, answer.new
    days = f"prices of {new.as_of}"
    if old.as_of != new.as_of:
        days = f"prices of {old.as_of} → {new.as_of}"
    held = new.acts_on if old.acts_on == new.acts_on else f"{old.acts_on} → {new.acts_on}"
    return f"{old.name} → {new.name} · {held} · a year · {answer.currency} · {days}"


def _rows(answer: Difference) -> list[str]:
    parts = sorted(answer.parts, key=lambda part: -abs(part.spend))
    shown = cents([part.spend for part in parts], answer.change)
    worth = "value" if answer.has_values else "tasks"
    rows = [("what changed", "cost a year", worth)]
    rows += [
        (title(part), _cents(spend), _worth(part.value, answer))
        for part, spend in zip(parts, shown, strict=True)
    ]
    whole = answer.new.value - answer.old.value
    rows.append(("in all", _cents(round(answer.change, 2)), _worth(whole, answer)))
    wide = [max(len(row[n]) for row in rows) for n in range(3)]
    lines = [
        f"  {row[0]:<{wide[0]}}  {row[1]:>{wide[1]}}  {row[2]:>{wide[2]}}".rstrip() for row in rows
    ]
    spends = f"  {amount(answer.old.spend, answer)} → {amount(answer.new.spend, answer)} a year"
    if share(answer):
        spends += f" ({share(answer)})"
    return [*lines, "", spends]


def _cents(amount: float) -> str:
    """Write an amount that is rounded to cents; nothing, on either side of 0, is 0."""
    return f"{amount:+,.2f}" if amount else "0"


def _worth(value: float, answer: Difference) -> str:
    if abs(value) < (0.5 if answer.has_values else 0.05):
        return "0"
    return f"{value:+,.0f}" if answer.has_values else f"{value:+,.1f}"


def render_json(answer: Difference) -> str:
    """Write the answer as `advisor.diff/1`."""
    return dump({"schema": SCHEMA, **plain_difference(answer)})


def plain_difference(answer: Difference) -> dict[str, Any]:
    """Turn a difference into plain data; the parts' spend adds up to `change`."""
    return {
        "workload": answer.workload,
        "file": answer.file,
        "currency": answer.currency,
        "has_values": answer.has_values,
        "old": _plain_side(answer, "old"),
        "new": _plain_side(answer, "new"),
        "change": answer.change,
        "change_share": answer.share,
        "value_change": answer.new.value - answer.old.value,
        "parts": [
            {
                "cause": "+".join(part.causes),
                "title": title(part),
                "spend": part.spend,
                "value": part.value,
                "changes": [
                    {"key": one.key, "old": _text(one.old), "new": _text(one.new)}
                    for one in part.changes
                ],
            }
            for part in answer.parts
        ],
        "sentence": sentence(answer),
        "warnings": list(answer.warnings),
    }


def _plain_side(answer: Difference, which: str) -> dict[str, Any]:
    side = getattr(answer, which)
    return {
        "name": side.name,
        "acts_on": side.acts_on,
        "as_of": side.as_of,
        "spend": side.spend,
        "value": side.value,
    }


def _text(value: Any) -> Any:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return value if value is None or isinstance(value, str | int | float) else str(value)


def part_table(answer: Difference) -> Table:
    """Lay the parts out flat; they add up."""
    columns = [
        Column("cause"),
        Column("title"),
        Column("spend", answer.currency, is_number=True),
        Column("value", answer.currency if answer.has_values else "tasks", is_number=True),
    ]
    rows = [["+".join(part.causes), title(part), part.spend, part.value] for part in answer.parts]
    return Table("parts", columns, rows)


def marker(file: str) -> str:
    """Return the hidden line by which a comment is found again and updated."""
    return f"<!-- advisor:{escaped_marker(file)} -->"


def escaped_marker(file: str) -> str:
    """Keep a file's name from ending the hidden line."""
    return file.replace("--", "- -").replace(">", "").replace("\n", " ")


def heading(answer: Difference) -> str:
    """Say how much more or less a year costs: the title of a comment."""
    before, after = amount(answer.old.spend, answer), amount(answer.new.spend, answer)
    change = figures.with_currency(figures.money(abs(answer.change)), answer.currency)
    if abs(answer.change) < 0.5:
        return f"AI coding spend: unchanged, {after} a year"
    sign = "+" if answer.change > 0 else "-"
    part = f" ({share(answer)})" if share(answer) else ""
    return f"AI coding spend: {sign}{change} a year{part}, {before} → {after}"


def causes_in_markdown(answer: Difference) -> str:
    """Write what changed as a table: the causes that move money, the others in one row."""
    parts = moved(answer)
    rows = [[escaped(title(part)), f"{part.spend:+,.0f}"] for part in parts]
    still = [one for cause in answer.parts if cause not in parts for one in cause.causes]
    if still or not rows:
        rows.append([", ".join(TITLES[one] for one in still) or "nothing", "0"])
    return rows_as_table(["what changed", f"{answer.currency} a year"], rows)


def render_markdown(answer: Difference) -> str:
    """Write a comment: a hidden marker, what it costs more, the causes, the sentence."""
    parts = [
        f"{marker(answer.file)}\n#### {heading(answer)}",
        causes_in_markdown(answer),
        escaped_prose(sentence(answer)),
        *(escaped_prose(f"Note: {note}") for note in answer.warnings),
        escaped_prose(first_line(answer)),
    ]
    return "\n\n".join(parts) + "\n"
