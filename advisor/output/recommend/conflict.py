"""Why there is no mix, in words: which limits contradict each other and what would be enough."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from advisor.output.figures import money, share
from advisor.tables.recommend import ConflictLine, Recommendation

_MONEY = "budget"
_COUNTS = ("max_vendors", "min_vendors")
_SMALLEST = 0.005


def conflict_lines(answer: Recommendation, width: int) -> list[str]:
    """Write the conflict as lines, ending in one sentence."""
    if not answer.conflicts:
        return ["No mix keeps the limits, and none of them alone is to blame."]
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
    text = _which_is_enough(answer.conflicts)
    others = [
        one.limit for one in answer.limits if one.limit not in {c.limit for c in answer.conflicts}
    ]
    if others:
        text += f" Not part of this: {', '.join(others)}."
    return [*lines, *textwrap.wrap(text, width)]


def _which_is_enough(conflicts: Sequence[ConflictLine]) -> str:
    enough = [one for one in conflicts if one.can_go and not _is_untold(one)]
    named = "Each change named is enough" if len(enough) > 1 else "The change named is enough"
    if any(_is_untold(one) for one in conflicts):
        found = "Which change is enough" if len(conflicts) > 1 else "What would be enough"
        found = f"{named}; of the others that" if enough else found
        return f"{found} was not found in the time given: give it longer with --time-limit."
    if len(enough) < len(conflicts):
        return f"{named}." if enough else "No single change is enough."
    told = {1: "That change is enough.", 2: "Either change is enough."}
    return told.get(len(conflicts), "Any one change is enough.")


def _is_untold(one: ConflictLine) -> bool:
    """Tell whether time ended before it was known what would be enough."""
    return one.can_go is None or (one.can_go and not one.words and one.least_relaxation is None)


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
    if _is_untold(one):
        return "not found in time"
    if one.words:
        return "would have to go" if one.can_go else "is not enough to drop"
    if one.least_relaxation is None:
        return "no other value is enough"
    is_floor = one.limit.startswith("min_")
    text = _value(one, one.least_relaxation, up=not is_floor, down=is_floor)
    return f"would have to be {text}"
