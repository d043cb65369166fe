"""What another price table says that ours does not, as words and as a flat table."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from decimal import Decimal

from advisor.tables.flat import Column, Table
from advisor.tables.prices_update import (
    CONFLICT,
    PROPOSED,
    UNKNOWN_HERE,
    UNKNOWN_THERE,
    PriceFinding,
    PriceUpdate,
)

_PER_MILLION = "USD per million tokens"


def update_table(answer: PriceUpdate) -> Table:
    """Lay the findings out flat, a row a figure."""
    columns = [
        Column("status"), Column("model"), Column("price"),
        Column("ours", _PER_MILLION, is_number=True),
        Column("theirs", _PER_MILLION, is_number=True),
        Column("since"), Column("checked_on"), Column("reason"),
    ]  # fmt: skip
    return Table("update", columns, [list(one) for one in answer.findings])


def render_report(answer: PriceUpdate, *, width: int) -> str:
    """Write what was found: proposals and conflicts line by line, models by name, the sentence."""
    head = (
        f"{answer.source} ({answer.kind}) · {answer.compared} models that both have · {answer.on}"
    )
    blocks = [
        textwrap.wrap(head, width, break_on_hyphens=False, break_long_words=False),
        [*_lines(answer, PROPOSED), *_lines(answer, CONFLICT)],
        [
            *_names(answer, UNKNOWN_HERE, "not in our tables, not added", width),
            *_names(answer, UNKNOWN_THERE, "not in theirs", width),
        ],
        textwrap.wrap(sentence(answer), width),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _lines(answer: PriceUpdate, status: str) -> Iterator[str]:
    for model in answer.models(status):
        own = [one for one in answer.findings if one.status == status and one.model == model]
        reason = f": {own[0].reason}" if own[0].reason else ""
        yield f"  {status}  {model}{reason}"
        yield from (f"    {_figures(one)}" for one in own)


def _figures(one: PriceFinding) -> str:
    since = f" (since {one.since}, checked on {one.checked_on})" if one.since else ""
    return f"{one.price}: {_price(one.ours)} → {_price(one.theirs)}{since}"


def _price(price: Decimal | None) -> str:
    return "none" if price is None else f"{price.normalize():f}"


def _names(answer: PriceUpdate, status: str, words: str, width: int) -> list[str]:
    names = answer.models(status)
    if not names:
        return []
    return textwrap.wrap(
        f"{words} ({len(names)}): {', '.join(names)}", width, subsequent_indent="  ",
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip


def sentence(answer: PriceUpdate) -> str:
    """Say in one line what there is to do."""
    new, odd = len(answer.models(PROPOSED)), len(answer.models(CONFLICT))
    if not new and not odd:
        return "Nothing to do: no price differs."
    said = [f"{new} price{'s' if new > 1 else ''} to append from {answer.on}"] if new else []
    if odd:
        said.append(f"{odd} model{'s' if odd > 1 else ''} to look at by hand")
    return f"{', '.join(said)}."
