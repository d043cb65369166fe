"""The columns of every frame, as docs/python.md lists them."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
from asked_answers import ASKED, answer
from conftest import ROOT

import advisor

LOGS = ROOT / "tests" / "data" / "agent_logs" / "claude-code-2.1.332" / "home"


def column_tables() -> str:
    """Return a section a frame, in Markdown."""
    return "\n".join(
        "\n".join([f"### {head}", "", "| column | dtype | unit |", "|---|---|---|", *rows, ""])
        for head, rows in _sections()
    )


def _sections() -> Iterator[tuple[str, list[str]]]:
    for name in ASKED:
        found = answer(name)
        for number, part in enumerate(found.forms.tables):
            shown = f"{name}: {part}" if number else name
            yield shown, _rows(found.to_pandas(part), getattr(found, "currency", ""))
    yield "usage", _rows(advisor.usage(home=LOGS, no_store=True).to_pandas(), "")
    yield "prices", _rows(advisor.prices(on="2026-11-12"), "")
    yield "prices: plans", _rows(advisor.prices(plans=True, on="2026-11-12"), "")


def _rows(frame: pd.DataFrame, currency: str) -> list[str]:
    units = frame.attrs["units"]
    is_plan = "workload" in frame.columns or frame.attrs["table"] == "parts"
    return [
        f"| `{name}` | {kind} | {_unit(units.get(name, ''), currency if is_plan else '')} |"
        for name, kind in frame.dtypes.items()
    ]


def _unit(unit: str, currency: str) -> str:
    return unit.replace(currency, "money") if currency else unit
