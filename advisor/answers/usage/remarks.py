"""What must be said beside the sums: what has no price, what agents wrote, what nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import compress
from operator import itemgetter

from advisor.answers.usage.days import ZoneDays, day_name
from advisor.answers.usage.sums import PIECES, Sums
from advisor.model.usage import Calls, Flag, Kind, Usage
from advisor.tables.usage import FEMTO, Beyond, Cut, Unpriced, Written
from advisor.token_classes import TOKEN_CLASSES

SAME = 0.005
"""Shares of a cost by which two figures may differ and still are the same."""
WHY_WRITTEN: Mapping[str, str] = {
    "opencode": "its log merges 1-hour cache writes with 5-minute ones, so both figures price them "
    "as such; its own prices are those of the day on which it ran",
    "aider": "its tokens are its own estimate",
    "litellm": "it uses a price table of its own, and adds margins where it is told to",
    "openrouter": "it bills in credits, at the price of whoever served the call",
    "ccusage": "it uses a price table of its own, and takes one price for the whole of a day",
    "anthropic-organization": "this is what was billed, with contracts and credits",
    "openai-organization": "this is what was billed, with contracts and credits",
    "focus": "this is what was billed, with contracts and credits",
}
"""What is known of why a source's own figure is not the list price."""
NOT_WRITTEN = "it wrote 0 where a seat, or a provider of one's own, paid"
NOT_KNOWN = "why is not known"
BACKGROUND = "calls in the background (titles, summaries, routers) are in no agent's log"
_SILENT = frozenset(
    {"gemini-cli", "opencode", "copilot-cli", "qwen-code", "kimi-code", "pi", "cline", "vibe"}
)
"""Agents that write nothing of what they do in the background, not even a sum."""


def unpriced_of(sums: Sums, kinds: Sequence[Kind]) -> list[Unpriced]:
    """List what has no price, the most tokens first."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for key, one in sums.items():
        if key.rates is None and (one.calls or any(one.tokens)):
            kind = kinds[key.kind]
            into = found.setdefault((kind.source, kind.model, key.why), [0] * 6)
            for place, number in enumerate((one.calls, *one.tokens)):
                into[place] += number
    listed = [Unpriced(*name, numbers[0], numbers[1:]) for name, numbers in found.items()]
    return sorted(listed, key=lambda one: (-sum(one.tokens), one))


def written_of(sums: Sums, kinds: Sequence[Kind]) -> list[Written]:
    """Set what each source wrote beside what the same calls cost by the tables."""
    found: dict[str, list[int]] = {}
    for key, one in sums.items():
        if one.written_rows:
            into = found.setdefault(kinds[key.kind].source, [0] * 5)
            pieces = one.written_pieces
            compared = pieces if key.rates is not None else 0
            for place, number in enumerate(
                (one.written_rows, one.written_zeros, pieces, compared, one.written_cost)
            ):
                into[place] += number
    return [
        Written(
            source, rows, zeros, pieces / PIECES, compared / PIECES, cost,
            _why(source, zeros, compared / PIECES, cost / FEMTO),
        )
        for source, (rows, zeros, pieces, compared, cost) in sorted(found.items())
    ]  # fmt: skip


def _why(source: str, zeros: int, written: float, cost: float) -> str:
    if abs(written - cost) <= SAME * max(written, cost):
        return NOT_WRITTEN if zeros else ""
    return WHY_WRITTEN.get(source) or (NOT_WRITTEN if zeros else NOT_KNOWN)


def cuts_of(calls: Calls, days: ZoneDays) -> list[Cut]:
    """List every call that was cut."""
    columns = [calls.tokens[name] for name in TOKEN_CLASSES]
    found: list[Cut] = []
    if not any(map(Flag.PARTIAL.__and__, set(calls.flags))):
        return found
    for row in compress(range(len(calls)), map(Flag.PARTIAL.__and__, calls.flags)):
        kind = calls.kinds[calls.kind[row]]
        session = calls.sessions[calls.session[row]]
        day = day_name(days.of(calls.ts[row]))
        tokens = [column[row] for column in columns]
        found.append(Cut(kind.source, day, kind.model, session, tokens))
    return found


def estimates_of(calls: Calls) -> dict[str, int]:
    """Count the rows of each source that are its own estimate."""
    guesses = {flags for flags in set(calls.flags) if flags & Flag.ESTIMATED}
    estimated = compress(calls.kind, map(guesses.__contains__, calls.flags)) if guesses else ()
    found: dict[str, int] = {}
    for kind in estimated:
        source = calls.kinds[kind].source
        found[source] = found.get(source, 0) + 1
    return found


def beyond_of(usage: Usage) -> list[Beyond]:
    """List the use that only sums of agents know."""
    return [
        Beyond(one.source, one.home, one.session, one.model, [*one.tokens.values()])
        for one in sorted(usage.unlogged, key=itemgetter(0, 2, 3, 1))
    ]


def counters_of(usage: Usage) -> dict[str, dict[str, int]]:
    """Put counters under their sources."""
    found: dict[str, dict[str, int]] = {}
    for one in sorted(usage.counters):
        if one.number:
            into = found.setdefault(one.source, {})
            into[one.what] = into.get(one.what, 0) + one.number
    return found


def notes_of(
    kinds: Sequence[Kind],
    sums: Sums,
    cuts: Sequence[Cut],
    unlogged: Sequence[Beyond],
    estimates: Mapping[str, int],
) -> Iterator[str]:
    """Say what the sums leave out, or are not sure of; `estimates` are rows by source."""
    number = len(cuts)
    if number == 1:
        yield ("1 call was cut: its prompt counts, what came back of the answer is not known")
    elif number:
        yield (
            f"{number:,} calls were cut: their prompts count, what came back of the answers is "
            "not known"
        )
    tokens = sum(sum(one.tokens) for one in unlogged)
    if tokens:
        yield (
            f"{tokens:,} tokens of compaction and background work are known as sums alone, "
            "without a day: they are in no row"
        )
    sources = {kinds[key.kind].source for key in sums}
    if sources & _SILENT:
        yield BACKGROUND
    guessed = sorted(source for source in sources if estimates.get(source))
    if guessed:
        yield f"the tokens of {', '.join(guessed)} are estimates of its own"
    untiered = [one for one in sums.values() if one.untiered]
    if untiered:
        number = sum(one.untiered for one in untiered)
        cost = sum(one.untiered_cost for one in untiered) / FEMTO
        yield (
            f"{number:,} rows of {cost:,.0f} USD sum up calls whose prompts may have reached a "
            "dearer tier: they are priced as if none did"
        )
