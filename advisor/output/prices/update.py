"""What another price table says that ours does not, as words and as a flat table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from advisor.tables.flat import Column, Fact, Table
from advisor.tables.prices_update import (
    CONFLICT,
    OLDER,
    PROPOSED,
    REVIEWED,
    UNKNOWN_HERE,
    UNKNOWN_THERE,
    PriceFinding,
    PriceUpdate,
)

_PER_MILLION = "USD per million tokens"
MOST_LACKING = 20
"""Models that we lack are shown up to so many; the flat table has all."""


def update_table(answer: PriceUpdate) -> Table:
    """Lay the findings out flat, a row a figure."""
    columns = [
        Column("status"), Column("model"), Column("price"),
        Column("ours", _PER_MILLION, is_number=True),
        Column("theirs", _PER_MILLION, is_number=True),
        Column("since"), Column("checked_on"), Column("reason"),
    ]  # fmt: skip
    facts = [
        Fact("table", f"{answer.kind} of {answer.as_of} ({answer.source})"),
        Fact("sentence", sentence(answer)),
    ]
    rows = [list(one) for one in answer.findings]
    return Table("update", columns, rows, on=answer.start, facts=facts)


def render_report(answer: PriceUpdate, *, width: int) -> str:
    """Write what was found: proposals and conflicts line by line, models by name, the sentence."""
    head = (
        f"{answer.kind} of {answer.as_of} ({answer.source}) · {answer.compared} models that both "
        f"have · new prices from {answer.start}"
    )
    blocks = [
        _wrapped(head, width),
        [*_lines(answer, PROPOSED, width), *_lines(answer, CONFLICT, width)],
        [
            *_names(answer, REVIEWED, "differ, and that is recorded with the reason", width),
            *_names(answer, OLDER, "differ, and ours was looked at later", width),
            *_names(answer, UNKNOWN_THERE, "not in theirs", width),
        ],
        _lacking(answer, width),
        _wrapped(sentence(answer), width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _wrapped(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )


def _lines(answer: PriceUpdate, status: str, width: int) -> Iterator[str]:
    for model in answer.models(status):
        own = [one for one in answer.findings if one.status == status and one.model == model]
        reasons = "; ".join(dict.fromkeys(one.reason for one in own if one.reason))
        said = f": {reasons}" if reasons else ""
        yield from _wrapped(f"  {status}  {model}{said}", width, "    ")
        yield from (f"    {_figures(one)}" for one in own)


def _figures(one: PriceFinding) -> str:
    since = f" (since {one.since}, checked on {one.checked_on})" if one.since else ""
    return f"{one.price}: {_price(one.ours)} → {_price(one.theirs)}{since}"


def _price(price: Decimal | date | None) -> str:
    if price is None:
        return "none"
    return str(price) if isinstance(price, date) else f"{price.normalize():f}"


def _names(answer: PriceUpdate, status: str, words: str, width: int) -> list[str]:
    names = answer.models(status)
    return _wrapped(f"{words} ({len(names)}): {', '.join(names)}", width, "  ") if names else []


def _lacking(answer: PriceUpdate, width: int) -> list[str]:
    """List what we lack with its prices, first what coding teams use, and count the rest."""
    names = answer.models(UNKNOWN_HERE)
    if not names:
        return []
    prices: dict[str, dict[str | None, str]] = {name: {} for name in names}
    for one in answer.findings:
        if one.status == UNKNOWN_HERE:
            prices[one.model][one.price] = _price(one.theirs)
    said = f"not in our tables, not added ({len(names)}; input / output, cache read)"
    lines = [f"{said}:"]
    for name in names[:MOST_LACKING]:
        own = prices[name]
        read = f", {own['cache_read']}" if "cache_read" in own else ""
        lines.append(f"  {name}  {own.get('input')} / {own.get('output')}{read}"[:width])
    more = len(names) - MOST_LACKING
    return [*lines, f"  and {more} more: --format csv lists them all"] if more > 0 else lines


def sentence(answer: PriceUpdate) -> str:
    """Say in one line what there is to do."""
    new, odd = len(answer.models(PROPOSED)), len(answer.models(CONFLICT))
    if not new and not odd:
        return "Nothing to do: no price differs that is not accounted for."
    said = [f"{new} price{'s' if new > 1 else ''} to append from {answer.start}"] if new else []
    if odd:
        said.append(f"{odd} model{'s' if odd > 1 else ''} to look at by hand")
    return f"{', '.join(said)}."
