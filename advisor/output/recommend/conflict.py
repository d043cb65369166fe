"""Why there is no mix, in words: which limits contradict each other and what would be enough."""

from __future__ import annotations

import textwrap

from advisor.output.figures import money, share
from advisor.tables.recommend import ConflictLine, Recommendation

_MONEY = "budget"
_COUNTS = ("max_vendors", "min_vendors")
_SMALLEST = 0.005


def conflict_lines(answer: Recommendation, width: int) -> list[str]:
    """Write the conflict as lines, ending in one sentence."""
    if not answer.conflicts:
        return ["No mix keeps the limits, and none of them alone is to blame."]
    many = len(answer.conflicts) > 1
    count = {2: "both of these", 1: "this"}.get(len(answer.conflicts), "all of these")
    names = [_place(answer, one) for one in answer.conflicts]
    limits = [one.limit if not one.words else one.words for one in answer.conflicts]
    values = [_value(one, one.value) if not one.words else "" for one in answer.conflicts]
    wide = max(len(name) for name in names), max(map(len, limits)), max(map(len, values))
    lines = [f"No mix keeps {count}:"]
    lines += [
        f"  {name:<{wide[0]}}  {limit:<{wide[1]}}  {value:>{wide[2]}}  {_enough(one)}".rstrip()
        for name, limit, value, one in zip(names, limits, values, answer.conflicts, strict=True)
    ]
    enough = [one for one in answer.conflicts if one.can_go]
    text = "Either change is enough." if len(enough) == 2 else "Any one change is enough."
    if not many:
        text = "That change is enough."
    if len(enough) < len(answer.conflicts):
        text = "No single change is enough." if not enough else "The change named is enough."
    others = [
        one.limit for one in answer.limits if one.limit not in {c.limit for c in answer.conflicts}
    ]
    if others:
        text += f" Not part of this: {', '.join(others)}."
    return [*lines, *textwrap.wrap(text, width)]


def _place(answer: Recommendation, one: ConflictLine) -> str:
    return f"{answer.file}:{one.line}" if one.line else answer.file


def _value(one: ConflictLine, value: float, *, up: bool = False, down: bool = False) -> str:
    """Write a limit's figure, rounded so that it is still enough."""
    name = one.limit.partition(".")[0]
    if one.limit.endswith(_MONEY):
        step = 100 if value >= 10_000 else 1
        return money(-(-value // step) * step) if up else money(value)
    if name in _COUNTS:
        return f"{value:.0f}"
    if up or down:
        points = value * 100
        tenth = -(-points * 10 // 1) / 10 if up else (points * 10 // 1) / 10
        return f"{tenth:g}%"
    return share(value)


def _enough(one: ConflictLine) -> str:
    if one.words:
        return "would have to go" if one.can_go else "is not enough to drop"
    if one.least_relaxation is None:
        return "no other value is enough"
    is_floor = one.limit.startswith("min_")
    text = _value(one, one.least_relaxation, up=not is_floor, down=is_floor)
    return f"would have to be {text}"
