"""A small chart in letters: one bar a day, week or month."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures
from advisor.output.usage.amounts import cents
from advisor.tables.usage import Bar

LONGEST = 40
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_TINT, _PLAIN = "\x1b[36m", "\x1b[0m"


def bars(
    found: Sequence[Bar], unit: str, currency: str, *, width: int, colour: bool, is_dumb: bool
) -> list[str]:
    """Draw bars of money, or of tokens where nothing has a price; nothing for a single bar.

    `is_dumb` says that the terminal knows letters alone.
    """
    if len(found) < 2:
        return []
    has_money = any(bar.cost for bar in found)
    sizes = [bar.cost if has_money else bar.tokens for bar in found]
    said = [cents(bar.cost) if has_money else figures.tokens(bar.tokens) for bar in found]
    wide = max(map(len, said))
    name = max(len(unit), *(len(bar.name) for bar in found))
    room = max(4, min(LONGEST, width - name - wide - 6))
    most = max(sizes)
    lines = [f"  {unit:<{name}}  {currency if has_money else 'tokens'}"]
    for bar, size, text in zip(found, sizes, said, strict=True):
        drawn = _bar(size, most, room, is_dumb=is_dumb)
        if colour and drawn:
            drawn = f"{_TINT}{drawn}{_PLAIN}"
        lines.append(f"  {bar.name:<{name}}  {text:>{wide}}  {drawn}".rstrip())
    return lines


def _bar(size: int, most: int, room: int, *, is_dumb: bool) -> str:
    """Draw a length, never nothing for something."""
    if not size or not most:
        return ""
    if is_dumb:
        return "#" * max(1, round(size * room / most))
    whole, rest = divmod(max(1, size * room * 8 // most), 8)
    return "█" * whole + _EIGHTHS[rest]
