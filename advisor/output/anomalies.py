"""Unusual days in words, as `usage` and `forecast` both say them."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures
from advisor.tables.anomalies import Anomaly

MOST_NAMED = 8


def anomaly_lines(anomalies: Sequence[Anomaly], currency: str) -> list[str]:
    """Name who has unusual days, and what it would cost if it went on."""
    lines = [_said(one, currency) for one in anomalies[:MOST_NAMED]]
    more = len(anomalies) - MOST_NAMED
    return [*lines, f"and {more} more (--json has all)"] if more > 0 else lines


def _said(one: Anomaly, currency: str) -> str:
    cost, usual, month = (
        figures.said_money(amount, currency) for amount in (one.cost, one.usual, one.a_month)
    )
    count = len(one.days)
    days = "" if count == 1 else f" ({count} such days since {one.days[0]})"
    others = ""
    if one.others:
        dear = figures.said_money(one.others, currency)
        others = f", and 19 of 20 days of others stay under {dear}"
    return (
        f"{one.what} {one.name}: {cost} on {one.day}{days} where {usual} is usual{others}; if it "
        f"went on, {month} more a month"
    )
