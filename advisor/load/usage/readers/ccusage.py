"""What ccusage and codeburn print as JSON: somebody else's sums of the same logs.

They are rows of a day, or of a session, with whatever these tools got wrong in them. Months and
weeks are left out, as they can't be told apart into days.
"""

from __future__ import annotations

from typing import Any

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
from advisor.load.usage.values import listed, part, text
from advisor.model.usage import Flag

__all__ = ["MARKS", "PARSER", "Reader", "form", "settle"]
PARSER = 1
MARKS = (
    frozenset({"daily", "totals"}), frozenset({"session", "totals"}),
    frozenset({"sessions", "totals"}), frozenset({"monthly", "totals"}),
    frozenset({"weekly", "totals"}), frozenset({"schema", "periods", "sessions"}),
)  # fmt: skip
_FAST = "-fast"


class Reader(ExportReader):
    """Reads one report."""

    SOURCE = "ccusage"

    def record(self, record: Record) -> None:
        """Take a report as a whole."""
        for period in listed(record.get("periods")):
            for day in listed(part({"it": period}, "it").get("daily")):
                self._burnt(part({"it": day}, "it"))
        for name in ("daily", "session", "sessions"):
            for one in listed(record.get(name)):
                if isinstance(one, dict) and "inputTokens" in one:
                    self._line(one, is_day=name == "daily")
        for name in ("monthly", "weekly"):
            self.count("sums_longer_than_a_day", len(listed(record.get(name))))

    def _line(self, one: Record, *, is_day: bool) -> None:
        about = part(one, "metadata")
        begun = one.get("date") or one.get("period")
        moment = begun if is_day else one.get("lastActivity") or about.get("lastActivity")
        session = "" if is_day else text(one.get("sessionId")) or text(one.get("period"))
        models = listed(one.get("modelBreakdowns")) or [
            {"modelName": name, **used}
            for name, used in part(one, "models").items()
            if isinstance(used, dict)
        ]
        whole_cost = one.get("costUSD", one.get("totalCost"))
        for used in models or [one]:
            cost = used.get("cost", whole_cost if len(models) < 2 else None)
            self._used(used, moment, session, text(one.get("agent")), cost, is_day=is_day)

    def _used(
        self, used: Record, moment: Any, session: str, agent: str, cost: Any, *, is_day: bool
    ) -> None:
        model = text(used.get("modelName"))
        of = FilePart(
            "", "", "", agent if agent != "all" else "", model.removesuffix(_FAST),
            "fast" if model.endswith(_FAST) else "standard",
            granularity="1d" if is_day else "segment",
        )  # fmt: skip
        tokens = ExportTokens(
            number(used.get("inputTokens")), number(used.get("cacheCreationTokens")), 0,
            number(used.get("cacheReadTokens")), number(used.get("outputTokens")),
            number(used.get("reasoningOutputTokens")),
        )  # fmt: skip
        self.bucket(of, moment, tokens, session=session, cost=money(cost), flags=Flag.ESTIMATED)

    def _burnt(self, day: Record) -> None:
        tokens = ExportTokens(
            number(day.get("Input Tokens")), number(day.get("Cache Write Tokens")), 0,
            number(day.get("Cache Read Tokens")), number(day.get("Output Tokens")),
        )  # fmt: skip
        self.bucket(
            FilePart(granularity="1d"), day.get("Date"), tokens, calls=number(day.get("API Calls")),
            cost=money(day.get("Cost (USD)")), flags=Flag.ESTIMATED,
        )  # fmt: skip
