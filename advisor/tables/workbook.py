"""The plan as a workbook: what its sheets show and what their formulas stand on."""

from __future__ import annotations

from typing import NamedTuple


class Period(NamedTuple):
    """Some months of a plan that follow each other: from `first`, before `end`."""

    name: str
    first: int
    end: int
