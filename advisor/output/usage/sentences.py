"""What is said of real usage in words: the first line, the last sentence, what has no price."""

from __future__ import annotations

from datetime import date

from advisor.output import figures
from advisor.output.usage.amounts import cents
from advisor.tables.usage import FEMTO, Unpriced, UsageAnswer, UsageRow, Written

MOST_NAMED = 8
MOST_TIMES = 10
_CACHE_READ, _OUTPUT = 3, 4


def first_line(answer: UsageAnswer) -> str:
    """Name what was read, the days, the currency, the date of the prices."""
    sources = answer.sources
    named = ", ".join(sources[:4]) + (f" and {len(sources) - 4} more" if len(sources) > 4 else "")
    days = f"{span(answer)} ({answer.zone})" if answer.first else "no calls"
    parts = ["usage", named, days, answer.currency, f"prices of {answer.prices_as_of}"]
    return " · ".join(part for part in parts if part)


def span(answer: UsageAnswer) -> str:
    """Write the days from the first call to the last."""
    if answer.first is None or answer.last is None:
        return ""
    first, last = date.fromisoformat(answer.first), date.fromisoformat(answer.last)
    if first == last:
        return figures.day(first, year=True)
    return f"{figures.day(first, year=first.year != last.year)}–{figures.day(last, year=True)}"


def verdict(answer: UsageAnswer) -> str:
    """Say in a sentence or two what all of it was worth."""
    total = answer.total
    if answer.first is None:
        return "No call was found" + (" in these days." if answer.since or answer.until else ".")
    what = f"{figures.tokens(total.all_tokens)} tokens"
    if total.calls:
        what = f"{_many(total.calls, 'call')} with {what}"
    if total.cost is None:
        return f"{what}, none of which has a price."
    worth = _worth(total.cost, answer.currency)
    said = [f"{what} are worth {worth} at list prices{_dearest(answer, total)}."]
    if total.tokens[_CACHE_READ]:
        said.append(f"{_cached(total)} of what went in came from a cache.")
    if total.unpriced_tokens:
        number = total.unpriced_calls
        tokens = f"{figures.tokens(total.unpriced_tokens)} tokens"
        left_out = _many(number, "call") if number else tokens
        verb = "is" if number == 1 else "are"
        said.append(f"{left_out} without a price {verb} not in it.")
    return " ".join(said)


def _worth(cost: int, currency: str) -> str:
    amount = cents(cost)
    less = "less than " if amount.startswith("<") else ""
    return less + figures.with_currency(amount.lstrip("<"), currency)


def _dearest(answer: UsageAnswer, total: UsageRow) -> str:
    """Name the model that most of the money went to, where rows say it."""
    if "model" not in answer.by or not total.cost:
        return ""
    place = list(answer.by).index("model")
    costs: dict[str, int] = {}
    for row in answer.rows:
        costs[row.names[place]] = costs.get(row.names[place], 0) + (row.cost or 0)
    name = max(costs, key=lambda one: costs[one])
    if len(costs) < 2 or costs[name] * 4 < total.cost:
        return ""
    return f", {figures.share(costs[name] / total.cost)} of it {name}"


def _cached(total: UsageRow) -> str:
    return figures.share(total.tokens[_CACHE_READ] / sum(total.tokens[:_OUTPUT]))


def unpriced_lines(answer: UsageAnswer) -> list[str]:
    """Name what has no price, and why."""
    lines = [_unpriced(one) for one in answer.unpriced[:MOST_NAMED]]
    more = len(answer.unpriced) - MOST_NAMED
    return [*lines, f"and {more} more"] if more > 0 else lines


def _unpriced(one: Unpriced) -> str:
    calls = f"{_many(one.calls, 'call')}, " if one.calls else ""
    tokens = figures.tokens(sum(one.tokens))
    return f"{one.model or '(no name)'} of {one.source}: {calls}{tokens} tokens, {one.why}"


def written_line(one: Written, currency: str) -> str:
    """Set what a source wrote beside the list price of the same calls."""
    if one.zeros == one.calls:
        return f"{one.source} wrote 0 for all of its calls: a seat or an own provider paid"
    written, cost = one.compared, one.cost / FEMTO
    if not one.cost:
        return f"{one.source} wrote {one.written:,.2f} {currency}, with no list price beside it"
    change = "the same" if not one.why else _change(written / cost)
    line = (
        f"{one.source} wrote {written:,.2f} {currency} where list prices give {cost:,.2f} "
        f"({change})"
    )
    return f"{line}: {one.why}" if one.why else line


def _change(ratio: float) -> str:
    return f"{100 * (ratio - 1):+.0f}%" if ratio < MOST_TIMES else f"{ratio:,.0f} times"


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
