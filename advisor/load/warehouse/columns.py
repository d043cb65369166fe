"""What a usage table must hold: columns by what they mean, their types, and who may be missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.errors import Fault, InputError, did_you_mean
from advisor.token_classes import TOKEN_CLASSES

MOMENT = "ts"
IDENTITY = "id"
TEXTS = (
    "source", "provider", "model", "speed", "service_tier", "geo", "project", "person", "home",
)  # fmt: skip
NUMBERS = (*TOKEN_CLASSES, "reasoning", "context", "calls")
NEEDED = (MOMENT, "model", "input", "output")
KNOWN = (MOMENT, *TEXTS, *NUMBERS, IDENTITY)
"""Every meaning a column may have; `NEEDED` are those that none can do without."""
_TYPES = {
    MOMENT: "a time stamp or a date",
    **dict.fromkeys(TEXTS, "text"),
    **dict.fromkeys(NUMBERS, "a whole number"),
}


def check_names(asked: Sequence[tuple[str, str]]) -> None:
    """Raise InputError for a meaning that nobody knows, before anything is connected."""
    faults = [
        Fault("", 0, 0, "--columns", f"{what!r} is not one of {', '.join(KNOWN)}",
              did_you_mean(what, KNOWN))
        for what, _ in asked
        if what not in KNOWN
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def columns_in(
    kinds: Mapping[str, str], asked: Sequence[tuple[str, str]], table: str
) -> dict[str, str]:
    """Find the column of each meaning, given what kind of value each column of a table holds.

    Kinds are "moment", "text", "number" or anything else, in its own words. An `id` counts only
    where it is asked for. Raises InputError with every fault there is.
    """
    wanted = {what: what for what in KNOWN if what in kinds and what != IDENTITY}
    lower = {name.lower(): name for name in kinds}
    wanted |= {what: lower[what] for what in KNOWN if what in lower and what != IDENTITY}
    wanted |= dict(asked)
    faults = []
    for what in NEEDED:
        if what not in wanted:
            hint = did_you_mean(what, kinds) or "say which one is it: --columns ts=…,model=…"
            faults.append(Fault(table, 0, 0, "", f"has no column {what!r}", hint))
    for what, name in wanted.items():
        if name not in kinds:
            hint = did_you_mean(name, kinds)
            faults.append(Fault(table, 0, 0, "--columns", f"has no column {name!r}", hint))
        elif what in _TYPES and not _fits(what, kinds[name]):
            message = f"column {name!r} is {kinds[name]}: {what} takes {_TYPES[what]}"
            faults.append(Fault(table, 0, 0, "", message))
    if faults:
        raise InputError(faults)
    return wanted


def _fits(what: str, kind: str) -> bool:
    if what == MOMENT:
        return kind == "moment"
    return kind == ("text" if what in TEXTS else "number")
