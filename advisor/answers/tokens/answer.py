"""Counted files, models and prices to the finished answer."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from advisor.answers.tokens.model_tokens import tokens_for
from advisor.model.book import Offer, PriceBook
from advisor.model.doubts import price_doubts
from advisor.model.price import LongContext, PricePeriod, UnitPrices
from advisor.model.tokenizer import KINDS, Kind, TokenizerFile
from advisor.tables.tokens import (
    FileTokens,
    ModelTokens,
    RatioOrigin,
    Skipped,
    TokenCounts,
    TokenLimit,
    TokenPrices,
    TokenSpan,
)
from advisor.units import TOKENS_PER_PRICE_UNIT

VOCABULARY = "o200k_base"


class CountedFile(NamedTuple):
    """A file that was counted, by `o200k_base`."""

    file: str
    kind: Kind
    bytes: int
    tokens: int


class TokensQuestion(NamedTuple):
    """What is asked of the counts.

    `named` is what was asked to be counted, as typed. With `at_most`, a file is held against its
    expected tokens on each of `offers` if `holds_models`, else against `o200k_base` itself.
    """

    named: Sequence[str]
    offers: Sequence[Offer]
    passes_a_month: int
    cached_share: float
    at_most: int | None = None
    holds_models: bool = False

    @property
    def month_writes(self) -> int:
        """How many of a month's passes write the cache: all that don't find it, the first too."""
        missed = self.passes_a_month - math.floor(self.passes_a_month * self.cached_share + 1e-9)
        return min(self.passes_a_month, max(1, missed))


def tokens_on(offer: Offer, files: Iterable[CountedFile], tokenizers: TokenizerFile) -> TokenSpan:
    """Return the tokens that a model makes of files, taken together."""
    return tokens_for(_by_kind(files), tokenizers.of(offer.full_name))


def _by_kind(files: Iterable[CountedFile]) -> dict[Kind, int]:
    told = list(files)
    return {kind: sum(one.tokens for one in told if one.kind == kind) for kind in KINDS}


def answer_of(
    files: Sequence[CountedFile],
    skipped: Sequence[Skipped],
    question: TokensQuestion,
    book: PriceBook | None,
    tokenizers: TokenizerFile | None,
) -> TokenCounts:
    """Return the whole answer: the largest file and the cheapest model first.

    Without a book and tokenizers there are no models in it.
    """
    by_kind = _by_kind(files)
    models = (
        [_model(offer, by_kind, question, book, tokenizers) for offer in question.offers]
        if book and tokenizers
        else []
    )
    models.sort(key=_cheapest_first)
    lines = [_file(one, question, tokenizers) for one in files]
    lines.sort(key=lambda line: (-line.tokens, line.file))
    told = {source for model in models for source in model.sources}
    return TokenCounts(
        named=question.named,
        vocabulary=VOCABULARY,
        currency="USD",
        as_of=book.as_of if book else None,
        tokens=sum(one.tokens for one in files),
        bytes=sum(one.bytes for one in files),
        by_kind={kind: count for kind, count in by_kind.items() if count},
        files=lines,
        skipped=skipped,
        limit=_limit(lines, question),
        passes_a_month=question.passes_a_month,
        cached_share=question.cached_share,
        month_writes=question.month_writes,
        models=models,
        sources=[
            RatioOrigin(id_, one.title, one.url, one.checked_on)
            for id_, one in (tokenizers.sources if tokenizers else {}).items()
            if id_ in told
        ],
    )


def _cheapest_first(line: ModelTokens) -> tuple[bool, float, str]:
    cost = line.pass_uncached
    return cost is None, cost.expected if cost else 0.0, line.model


def _limit(lines: Sequence[FileTokens], question: TokensQuestion) -> TokenLimit | None:
    if question.at_most is None:
        return None
    models = [offer.id for offer in question.offers] if question.holds_models else [VOCABULARY]
    return TokenLimit(question.at_most, models, [line.file for line in lines if line.is_over])


def _file(
    one: CountedFile, question: TokensQuestion, tokenizers: TokenizerFile | None
) -> FileTokens:
    if question.at_most is None:
        return FileTokens(*one)
    held = TokenSpan(one.tokens, one.tokens, one.tokens)
    if question.holds_models and tokenizers:
        spans = [tokens_on(offer, [one], tokenizers) for offer in question.offers]
        held = max(spans, key=lambda span: span.expected)
    return FileTokens(*one, held=held, is_over=held.expected > question.at_most)


# --- a model's costs


def _model(
    offer: Offer,
    by_kind: Mapping[Kind, int],
    question: TokensQuestion,
    book: PriceBook,
    tokenizers: TokenizerFile,
) -> ModelTokens:
    tokenizer = tokenizers.of(offer.full_name)
    tokens, whole = tokens_for(by_kind, tokenizer), sum(by_kind.values())
    window = offer.model.context_window
    line = ModelTokens(
        model=offer.id,
        title=offer.model.name,
        vendor=offer.vendor.vendor,
        basis=tokenizer.basis,
        tokenizer=tokenizer.name,
        ratio=TokenSpan(*(part / whole if whole else math.nan for part in tokens)),
        tokens=tokens,
        sources=tokenizer.sources,
        context_window=window,
        parts=window is not None and tokens.expected > window,
    )
    day = book.as_of
    end = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    period = offer.model.period_at(end)
    if period is None:
        return line._replace(unknown=f"no price was known on {day}")
    doubts = [*price_doubts(offer.model, period, None, end, day)]
    return _priced(line._replace(doubts=doubts), period, question)


def _priced(line: ModelTokens, period: PricePeriod, question: TokensQuestion) -> ModelTokens:
    uncached, write, read = (
        _cost(line, period, token_class) for token_class in ("input", "cache_write", "cache_read")
    )
    passes, writes = question.passes_a_month, question.month_writes
    busy = _in_force(line, period, line.tokens.expected, is_busy=True)
    tier = _tier(line, period, line.tokens.expected)
    return line._replace(
        long_context_over=tier.over if tier else None,
        has_busy_hours=period.peak is not None and tier is None,
        prices=TokenPrices(*(_price(busy, c) for c in ("input", "cache_read", "cache_write"))),
        pass_uncached=uncached,
        pass_cache_write=write,
        pass_cache_read=read,
        month_uncached=TokenSpan(*(passes * part for part in uncached)),
        month_cached=TokenSpan(
            *(
                writes * first + (passes - writes) * again
                for first, again in zip(write, read, strict=True)
            )
        ),
    )


def _cost(line: ModelTokens, period: PricePeriod, token_class: str) -> TokenSpan:
    """Return dollars of one pass: from few tokens at quiet hours to many at busy ones.

    As expected is at busy hours, as everywhere where a team's hours are not known.
    """
    parts = (
        tokens / TOKENS_PER_PRICE_UNIT * _price(prices, token_class)
        for tokens, prices in (
            (line.tokens.low, _in_force(line, period, line.tokens.low, is_busy=False)),
            (line.tokens.expected, _in_force(line, period, line.tokens.expected, is_busy=True)),
            (line.tokens.high, _in_force(line, period, line.tokens.high, is_busy=True)),
        )
    )
    return TokenSpan(*parts)


def _in_force(
    line: ModelTokens, period: PricePeriod, tokens: float, *, is_busy: bool
) -> UnitPrices:
    """Return the prices of a request: its tier's, which holds at every hour, else the hour's."""
    tier = _tier(line, period, tokens)
    if tier is not None:
        return tier
    return period.peak if is_busy and period.peak is not None else period


def _tier(line: ModelTokens, period: PricePeriod, tokens: float) -> LongContext | None:
    """Return the tier of one request with so many tokens; parts are kept below the first."""
    if line.parts:
        return None
    return next((one for one in reversed(period.long_context) if tokens > one.over), None)


def _price(prices: UnitPrices, token_class: str) -> float:
    price = prices.resolved(token_class)
    return math.nan if price is None else float(price)
