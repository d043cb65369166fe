"""Any table of usage, by what its columns are usually called or by a map, as for `--actuals`.

Token columns are taken to stand beside each other. Without a column of tokens a row is money alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from advisor.load.bills.layouts import MEANINGS
from advisor.load.usage.exports import (
    ExportReader,
    ExportTokens,
    Record,
    form,
    money,
    number,
    settle,
)
from advisor.load.usage.rows import FilePart
from advisor.load.usage.values import text

__all__ = ["COLUMNS", "MARKS", "PARSER", "Reader", "form", "settle"]
PARSER = 3
MARKS: tuple[frozenset[str], ...] = ()
_MONEY = ("month", "day", "biller", "model", "cost", "currency", "record")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    **{what: (*MEANINGS[what].names, *MEANINGS[what].weaker) for what in _MONEY},
    "day": (*MEANINGS["day"].names, *MEANINGS["day"].weaker, "ts", "timestamp"),
    "project": ("project", "team", "workspace", "repository"),
    "person": ("person", "user", "username", "email"),
    "calls": ("calls", "requests", "num_requests", "api_requests"),
    "input": ("input", "input_tokens", "uncached_input_tokens"),
    "cache_read": ("cache_read", "cache_read_tokens", "cache_read_input_tokens"),
    "cache_write": ("cache_write", "cache_write_tokens", "cache_creation_input_tokens"),
    "cache_write_1h": ("cache_write_1h", "cache_write_1h_tokens"),
    "output": ("output", "output_tokens"),
}
"""What columns are usually called, by what they hold: money as in bills."""


class Reader(ExportReader):
    """Reads one table; `columns`, where given, names columns by what they hold."""

    SOURCE = "table"

    def begin(self) -> None:
        """Count rows that say the same: in one table they are several, in two the same."""
        self.alike: dict[tuple[object, ...], int] = {}

    def record(self, record: Record) -> None:
        """Take a row."""
        row = {_plain(name): cell for name, cell in record.items()}
        cell = {what: row.get(name, "") for what, name in self._places(row).items()}
        if text(cell.get("record")).lower() in {"forecast", "budget"}:
            self.count("planned_rows")
            return
        of = FilePart(
            "", text(cell.get("project")), text(cell.get("person")), text(cell.get("biller")),
            text(cell.get("model")), granularity="1d",
        )  # fmt: skip
        names = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
        month = text(cell.get("month"))
        moment = cell.get("day") or (f"{month}-01" if len(month) == len("2027-01") else month)
        name = (*of, moment)
        self.alike[name] = self.alike.get(name, 0) + 1
        self.bucket(
            of, moment, ExportTokens(*(number(cell.get(name)) for name in names)),
            calls=number(cell.get("calls")), cost=money(cell.get("cost")),
            named=(self.alike[name],),
        )  # fmt: skip

    def _places(self, row: Record) -> dict[str, str]:
        """Find the columns, by the map where it names them."""
        mapped: dict[str, str] = self.carry.get("columns", {})
        found = {}
        for what, usual in COLUMNS.items():
            wanted = (_plain(mapped[what]),) if what in mapped else usual
            name = next((one for one in wanted if one in row), None)
            if name is not None:
                found[what] = name
        return found


def _plain(name: str) -> str:
    return "_".join(name.strip().lower().replace("-", " ").split())
