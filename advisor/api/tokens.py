"""Tokens of files and prompts, and what reading them costs on each model."""

from __future__ import annotations

from collections.abc import Iterable

from advisor.answers.tokens.answer import TokensQuestion, answer_of
from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import around, day_of, in_python, number, texts, whole
from advisor.api.books import known_on, price_book
from advisor.api.teams import Day
from advisor.api.token_files import count_files
from advisor.api.token_models import DEFAULT_PASSES, check_passes, offers_of
from advisor.errors import InputError
from advisor.load.price_book import default_folder
from advisor.load.tokenizers import read_tokenizers
from advisor.model.tokenizer import Kind
from advisor.output.tokens.formats import flat, render_json, render_tokens
from advisor.tables.tokens import TokenCounts

USUAL_CACHED = 0.95


class TokensAnswer(PythonAnswer, TokenCounts):
    """What a text is in tokens and what reading it costs; `.to_pandas()` has a row a model."""

    __slots__ = ()
    forms = Forms(
        json=render_json, text=render_tokens, brief=render_tokens, tables={"models": flat}
    )


@in_python
def tokens(
    files: str | Iterable[str],
    *,
    model: str | Iterable[str] | None = None,
    at_most: int | None = None,
    per_month: int = DEFAULT_PASSES,
    cached: float = USUAL_CACHED,
    kind: Kind | None = None,
    no_ignore: bool = False,
    as_of: Day = None,
) -> TokensAnswer:
    """Return the tokens of files, folders or globs, and what reading them costs on each model.

    `model` names models or globs of them, default those of the shortlist; `at_most` is how many
    tokens a file may have; `per_month` how often all is read, `cached` the share of those that find
    it in the cache. Raises InputError with everything that is not there.
    """
    passes, share = whole(per_month, key="per_month"), number(cached, key="cached")
    check_passes(passes)
    if not 0 <= share <= 1:
        raise InputError.of(f"{share:g}: a share from 0 to 1", key="cached")
    named, models = texts(files, key="files"), texts(model, key="model")
    surroundings = around()
    whole_book = price_book(default_folder("pricing"), surroundings.keep_in)
    book = known_on(whole_book, day_of(as_of, key="as_of"))
    question = TokensQuestion(
        named=named,
        offers=offers_of(models, book),
        passes_a_month=passes,
        cached_share=share,
        at_most=None if at_most is None else whole(at_most, key="at_most"),
        holds_models=bool(models),
    )
    counted = count_files(named, kind=kind, with_ignored=no_ignore)
    told = answer_of(counted.files, counted.skipped, question, book, read_tokenizers())
    return TokensAnswer._make(told)
