"""The sentences of token counts: what was counted, what to know of it, what to act on."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures
from advisor.output.figures import fine_money, with_currency
from advisor.tables.tokens import FileTokens, ModelTokens, TokenCounts, TokenSpan

MOST_NAMED = 5
LEAST_CACHED = 4_096
"""Some models cache from 512 tokens on, some from here (LiteLLM's documentation, October 2026)."""
KINDS = {"english": "English", "code": "code", "json": "JSON"}


def named(answer: TokenCounts) -> str:
    """Say what was counted: its name if it is one file, else how many and what was asked for."""
    if len(answer.files) == 1:
        return f"{answer.files[0].file} ({KINDS[answer.files[0].kind]})"
    asked = answer.named[0] if len(answer.named) == 1 else ""
    return f"{len(answer.files):,} files" + (f" of {asked}" if asked and asked != "." else "")


def notes(answer: TokenCounts) -> list[str]:
    """Say what a reader of the costs has to know, models with the same reason together."""
    models = [line for line in answer.models if not line.unknown]
    tiers = dict.fromkeys(line.long_context_over for line in models if line.long_context_over)
    told = [
        (
            [line for line in models if line.parts],
            "more than the context window takes at once; priced as read in parts",
        ),
        *(
            (
                [line for line in models if line.long_context_over == over],
                f"a prompt of more than {over:,} tokens pays a dearer price, which is this one",
            )
            for over in tiers
        ),
        (
            [line for line in models if line.has_busy_hours],
            "dearer at busy hours; costs go from few tokens at quiet hours to many at busy ones",
        ),
        (
            [line for line in models if _has_no_cache_price(line)],
            "no price for reading a cache is known, so a cache saves nothing",
        ),
    ]
    said = [f"{_listed([one.title for one in few])}: {text}" for few, text in told if few]
    said += [f"the price of {line.title} {doubt}" for line in models for doubt in line.doubts]
    if any(line.tokens.low < LEAST_CACHED for line in models):
        said.append(
            f"makers cache prompts of at least 512 to {LEAST_CACHED:,} tokens, by model: one this "
            "short may stay uncached unless more stands before it"
        )
    return said


def _has_no_cache_price(line: ModelTokens) -> bool:
    return line.prices is not None and line.prices.cache_read == line.prices.input


def _listed(names: Sequence[str]) -> str:
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    return ", ".join(names[:-1]) + (" and " if len(names) > 1 else "") + names[-1]


def last_sentence(answer: TokenCounts) -> str:
    """Write the sentence to act on: the limit's outcome if there is one, else what it costs."""
    if answer.limit is not None:
        return _limit_sentence(answer)
    priced = sorted(
        (line for line in answer.models if line.month_uncached is not None),
        key=lambda line: _expected(line.month_uncached),
    )
    if not priced:
        return f"Together {figures.tokens(answer.tokens)} tokens by {answer.vocabulary}."
    least, most = priced[0], priced[-1]
    how_often = "once" if answer.passes_a_month == 1 else f"{answer.passes_a_month:,} times"
    start = f"Read {how_often} a month, this costs about {_month(answer, least)} on {least.title}"
    if least is most:
        return f"{start} uncached, {_cached(answer, least)} with {_share(answer)} from the cache."
    return (
        f"{start}, the cheapest here, and {_month(answer, most)} on {most.title}, the dearest; "
        f"with {_share(answer)} of the passes from the cache {_cached(answer, least)} and "
        f"{_cached(answer, most)}."
    )


def _expected(span: TokenSpan | None) -> float:
    return span.expected if span else float("nan")


def _month(answer: TokenCounts, line: ModelTokens) -> str:
    return with_currency(fine_money(_expected(line.month_uncached)), answer.currency)


def _cached(answer: TokenCounts, line: ModelTokens) -> str:
    return with_currency(fine_money(_expected(line.month_cached)), answer.currency)


def _share(answer: TokenCounts) -> str:
    return figures.share(answer.cached_share)


def _limit_sentence(answer: TokenCounts) -> str:
    limit = answer.limit
    assert limit is not None
    over = [line for line in answer.files if line.is_over]
    most = f"{limit.at_most:,} tokens"
    if limit.against != [answer.vocabulary]:
        most += f" on {_listed(limit.against)}"
    if over and len(answer.files) == 1:
        return f"{over[0].file} is over {most}: it has {_held(over[0])}."
    if over:
        told = ", ".join(f"{line.file} ({_held(line)})" for line in over)
        verb = "is" if len(over) == 1 else "are"
        return f"{len(over):,} of {len(answer.files):,} files {verb} over {most}: {told}."
    largest = max(answer.files, key=lambda line: line.held.expected if line.held else 0.0)
    if len(answer.files) == 1:
        return f"{largest.file} keeps to {most}: it has {_held(largest)}."
    name = f"the largest, {largest.file}, has {_held(largest)}"
    return f"All {len(answer.files):,} files keep to {most}; {name}."


def _held(line: FileTokens) -> str:
    return f"{line.held.expected:,.0f}" if line.held else figures.UNKNOWN
