"""Why a plan moved, in words: what each cause is called, what changed, what it adds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from advisor.output import figures
from advisor.tables.diff import ChangeLine, ChangePart, Difference
from advisor.units import in_digits

TITLES = {
    "price": "prices",
    "headcount": "headcount",
    "adoption": "adoption",
    "volume": "volume of work",
    "tokens_per_task": "tokens per task",
    "mix": "mix of options",
    "plan_terms": "plan terms",
    "worth": "success and worth of work",
    "months": "months of the plan",
}
"""What causes are called on the screen."""

_NOTHING = 0.005
_MOST_KEYS = 3
_SHARES = {"adoption"}
PRICES_OF = "prices of "


def title(part: ChangePart) -> str:
    """Name a part: `headcount 40 → 46`, `tokens per task (bug-fix, docs)`."""
    name = _listed([TITLES[cause] for cause in part.causes])
    if len(part.changes) == 1:
        (one,) = part.changes
        is_model = one.key.startswith(PRICES_OF)
        if is_model and one.old != one.new and _is_plain(one.old) and _is_plain(one.new):
            return f"{one.key} {one.old} → {one.new}"
        if not is_model and _is_plain(one.old) and _is_plain(one.new):
            is_share = part.causes[0] in _SHARES
            return f"{name} {_value(one.old, is_share)} → {_value(one.new, is_share)}"
    keys = list(dict.fromkeys(filter(None, (_short(change) for change in part.changes))))
    shown = ", ".join(keys[:_MOST_KEYS]) + (" …" if len(keys) > _MOST_KEYS else "")
    return f"{name} ({shown})" if shown and shown != name else name


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def _short(change: ChangeLine) -> str:
    """Say which team, kind of work, option or model; nothing of a key that has none."""
    if change.key.startswith(PRICES_OF):
        return change.key.removeprefix(PRICES_OF)
    return next(iter(change.key.split(".")[1:]), "")


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float | Decimal | str) and not isinstance(value, bool)


def _value(value: Any, is_share: bool) -> str:
    if isinstance(value, str):
        return value
    number = float(value)
    if is_share:
        return figures.share(number, digits=1)
    return f"{number:,.0f}" if number == int(number) else f"{in_digits(number, 4)}"


def moved(difference: Difference) -> list[ChangePart]:
    """Return the parts that move money, the largest first."""
    parts = [part for part in difference.parts if abs(part.spend) >= _NOTHING]
    return sorted(parts, key=lambda part: -abs(part.spend))


def cents(parts: Sequence[float], whole: float) -> list[float]:
    """Round parts to cents so that they add up to the whole's cents exactly."""
    rounded = [round(part, 2) for part in parts]
    left = round(round(whole, 2) - sum(rounded), 2)
    if rounded and left:
        largest = max(range(len(rounded)), key=lambda n: abs(rounded[n]))
        rounded[largest] = round(rounded[largest] + left, 2)
    return rounded


def sentence(difference: Difference) -> str:
    """Say what moved the plan, as `Headcount 40 → 46 adds 10,000; nothing else moved`."""
    parts = moved(difference)
    if not parts:
        same = "Nothing moved" if not difference.parts else "What changed moves no money"
        return f"{same}: {amount(difference.new.spend, difference)} a year, as before."
    said = [f"{title(part)} {_adds(part)}" for part in parts[:_MOST_KEYS]]
    if len(parts) > _MOST_KEYS:
        rest = sum(part.spend for part in parts[_MOST_KEYS:])
        said.append(f"the rest {figures.money(rest, sign=True)}")
    text = ", ".join(said)
    end = "; nothing else moved." if len(parts) == 1 else "."
    return text[0].upper() + text[1:] + end


def _adds(part: ChangePart) -> str:
    verb = "adds" if part.spend > 0 else "saves"
    return f"{verb} {figures.money(abs(part.spend))}"


def amount(value: float, difference: Difference) -> str:
    """Write money of a difference with its currency."""
    return figures.with_currency(figures.money(value), difference.currency)


def share(difference: Difference) -> str:
    """Write the change as a share, with its sign; empty where there was nothing before."""
    if difference.share is None:
        return ""
    return figures.share(difference.share, sign=True)
