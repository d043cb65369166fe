"""Real usage as what was paid: for holding a plan against the year so far."""

from collections.abc import Sequence
from typing import NamedTuple

from advisor.answers.usage.answer import Gathered
from advisor.answers.usage.days import day_name
from advisor.answers.usage.names import channel_of
from advisor.answers.usage.sums import CallSum, Key, cost_of
from advisor.model.rates import FEMTO
from advisor.model.usage import Kind

BILLERS = {
    "anthropic-organization": "anthropic", "openai-organization": "openai",
    "openrouter": "openrouter", "github-copilot-report": "github",
}  # fmt: skip
"""Exports that are a vendor's own: what they wrote is what was billed."""


class PaidDay(NamedTuple):
    """Dollars of a day, to whom, for which model (`vendor/id`, None where it isn't known)."""

    day: str
    biller: str
    model: str | None
    dollars: float


class PaidUsage(NamedTuple):
    """What was paid, and how many calls are not in it, as nobody knows what they cost."""

    rows: Sequence[PaidDay]
    calls: int
    unpriced: int


def paid_of(gathered: Gathered) -> PaidUsage:
    """Turn usage into money: what a vendor billed where its export says so, else list prices.

    A vendor's report of costs goes before its report of tokens: both say the same use.
    """
    kinds = gathered.usage.calls.kinds
    keyed = [(key, kinds[key.kind], found) for key, found in gathered.sums.items()]
    with_bills = {kind.source for _, kind, found in keyed if _is_bill(kind, found)}
    sums: dict[tuple[str, str, str | None], float] = {}
    calls = unpriced = 0
    for key, kind, found in keyed:
        if kind.source in with_bills and not _is_bill(kind, found):
            continue
        calls += found.calls
        dollars = _dollars(key, kind, found)
        if dollars is None:
            unpriced += found.calls
            continue
        name = (day_name(key.day), _biller(key, kind), key.model or None)
        sums[name] = sums.get(name, 0.0) + dollars
    rows = [PaidDay(*name, dollars) for name, dollars in sorted(sums.items(), key=repr) if dollars]
    return PaidUsage(rows, calls, unpriced)


def _is_bill(kind: Kind, found: CallSum) -> bool:
    """Tell a vendor's report of costs: money without tokens."""
    return kind.source in BILLERS and found.written > 0 and not any(found.tokens)


def _dollars(key: Key, kind: Kind, found: CallSum) -> float | None:
    if kind.source in BILLERS and found.written > 0:
        return found.written
    cost = cost_of(key, found.tokens)
    return None if cost is None else cost / FEMTO


def _biller(key: Key, kind: Kind) -> str:
    vendor = key.model.partition("/")[0]
    return (
        channel_of(kind.provider, kind.model) or BILLERS.get(kind.source) or vendor or kind.source
    )
