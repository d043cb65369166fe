"""GitHub's usage reports for Copilot, as CSV: a day, model and person, in credits and dollars.

`input`, `output`, `cache_read` and `cache_write` stand beside each other. Included use is a
discount: net is gross less that. Reports of premium requests know units alone, not calls or tokens:
their rows are counted and left out.
"""

from __future__ import annotations

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

__all__ = ["MARKS", "PARSER", "Reader", "form", "settle"]
PARSER = 1
MARKS = (
    frozenset({"date", "model", "quantity", "gross_amount", "net_amount"}),
    frozenset({"date", "product", "sku", "quantity", "unit_type", "net_amount"}),
    frozenset({"Timestamp", "User", "Model", "Requests Used"}),
)


class Reader(ExportReader):
    """Reads one report."""

    SOURCE = "github-copilot-report"

    def record(self, record: Record) -> None:
        """Take a row; other products of GitHub's are left out."""
        row = {name.strip().lower().replace(" ", "_"): cell for name, cell in record.items()}
        if "requests_used" in row:
            self.count("premium_requests_without_tokens")
            return
        if "copilot" not in f"{row.get('product', 'copilot')} {row.get('sku', '')}".lower():
            self.count("other_products")
            return
        tokens = ExportTokens(
            number(_cell(row, "input")), number(_cell(row, "cache_write")), 0,
            number(_cell(row, "cache_read")), number(_cell(row, "output")),
        )  # fmt: skip
        of = FilePart(
            "", text(row.get("repository")) or text(row.get("organization")),
            text(row.get("username")), "github", text(row.get("model")) or text(row.get("sku")),
            granularity="1d",
        )  # fmt: skip
        self.bucket(
            of, row.get("date"), tokens,
            named=[text(row.get(name)) for name in ("sku", "cost_center_name", "unit_type")],
            cost=money(row.get("net_amount")),
        )  # fmt: skip


def _cell(row: Record, name: str) -> object:
    return row.get(name, row.get(f"{name}_tokens"))
