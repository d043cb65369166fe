"""Frames as plain rows, to be held against what the JSON of the same answer says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

Plain = dict[str, Any]
MONTHS = {"start", "month"}


def plain_rows(frame: pd.DataFrame) -> list[Plain]:
    """Return a frame's rows as JSON has values: null, numbers, text, days and months as text."""
    heads = list(frame.columns)
    columns = [[_plain(cell, head) for cell in frame[head]] for head in heads]
    return [dict(zip(heads, row, strict=True)) for row in zip(*columns, strict=True)]


def _plain(cell: Any, head: str) -> Any:
    if pd.isna(cell):
        return None
    if isinstance(cell, pd.Timestamp):
        return cell.strftime("%Y-%m" if head in MONTHS else "%Y-%m-%d")
    return cell.item() if hasattr(cell, "item") else cell


def only(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> list[Plain]:
    """Return some of the columns of all rows; empty text is nothing, as in a frame."""
    return [{name: row[name] if row[name] != "" else None for name in names} for row in rows]
