"""FOCUS files (finops.org, 1.0 to 1.4): rows of a charge whose quantity is tokens, or money alone.

Which token class a row is stands in its meter or in `SkuPriceDetails`; rows of a plan
(`x_RecordKind` other than actual) are left out.
"""

from __future__ import annotations

from typing import Any

from advisor.load.bills.layouts import FOCUS
from advisor.load.usage.exports import (
    ExportReader,
    ExportTokens,
    Record,
    form,
    money,
    settle,
    width,
)
from advisor.load.usage.rows import FilePart
from advisor.load.usage.values import instant, parsed, text

__all__ = ["MARKS", "PARSER", "Reader", "form", "settle"]
PARSER = 1
MARKS = (frozenset({FOCUS["cost"], FOCUS["day"]}),)
_PLANNED = {"forecast", "budget"}
_MODEL = ("x_ModelId", "x_Model")
_NAMED = ("ChargeCategory", "ChargeDescription", "SkuId", "SkuMeter", "SkuPriceId", "ResourceId",
          "SubAccountId", "BillingAccountId", "ChargePeriodEnd", "InvoiceId")  # fmt: skip


class Reader(ExportReader):
    """Reads one file."""

    SOURCE = "focus"

    def record(self, record: Record) -> None:
        """Take a row of a charge."""
        if text(record.get(FOCUS["record"])).lower() in _PLANNED:
            self.count("planned_rows")
            return
        details = _details(record.get("SkuPriceDetails"))
        model = next((text(record[name]) for name in _MODEL if record.get(name)), "")
        begin, end = record.get(FOCUS["day"]), record.get(FOCUS["end"])
        of = FilePart(
            "", text(record.get("SubAccountName")), "",
            text(record.get("ProviderName")) or text(record.get(FOCUS["biller"])),
            model or text(details.get("x_ModelId")) or text(record.get("ServiceName")), "standard",
            "", text(record.get("RegionId")), width(instant(begin), instant(end)),
        )  # fmt: skip
        self.bucket(
            of, begin, _tokens(record, details),
            named=[text(record.get(name)) for name in _NAMED],
            cost=money(record.get(FOCUS["cost"])),
        )  # fmt: skip


def _tokens(record: Record, details: Record) -> ExportTokens:
    """Find how many tokens of which class a row is for; none where its unit is no token."""
    unit = text(record.get("ConsumedUnit")) or text(record.get("PricingUnit"))
    if "token" not in unit.lower():
        return ExportTokens()
    said = record.get("ConsumedQuantity") or record.get("PricingQuantity")
    scale = unit.replace(",", "").split()[0]
    amount = money(said) * (int(scale) if scale.isdigit() else 1)
    count = round(amount) if amount == amount and amount > 0 else 0  # noqa: PLR0124
    meter = " ".join(
        text(one) for one in (record.get("SkuMeter"), record.get("ChargeDescription"),
                              details.get("TokenType"), details.get("x_TokenType"))
    ).lower()  # fmt: skip
    if "output" in meter or "completion" in meter:
        return ExportTokens(output=count)
    if "write" in meter or "creation" in meter:
        is_long = "1 hour" in meter or "1h" in meter
        return ExportTokens(cache_write_1h=count) if is_long else ExportTokens(cache_write=count)
    if "read" in meter or "cached" in meter:
        return ExportTokens(cache_read=count)
    return ExportTokens(input=count)


def _details(said: Any) -> Record:
    if isinstance(said, str) and said.startswith("{"):
        try:
            said = parsed(said.encode("utf-8", "replace"))
        except ValueError:
            return {}
    return said if isinstance(said, dict) else {}
