"""`advisor tokens`: tokens of files and prompts, and what reading them costs on each model."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.tokens.answer import TokensQuestion, answer_of
from advisor.api.days import as_date
from advisor.api.token_files import count_files, skipped_words
from advisor.api.token_models import DEFAULT_PASSES, check_passes, offers_of
from advisor.cli.answers import write_answers
from advisor.cli.exits import say
from advisor.cli.here import here
from advisor.cli.options import AsJson, AsOf, FormatOption, Output
from advisor.cli.screen import Format
from advisor.errors import BROKEN, InputError, MissingError
from advisor.load.price_book import read_price_book
from advisor.load.scalars import read_scalar
from advisor.load.tokenizers import read_tokenizers
from advisor.output import csv
from advisor.output.tokens.formats import flat, render_json, render_markdown, render_tokens
from advisor.tables.tokens import TokenCounts

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


class TextKind(StrEnum):
    """The kinds of text that tokenizers were measured on."""

    ENGLISH = "english"
    CODE = "code"
    JSON = "json"


@app.command()
def tokens(
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILES",
            show_default=False,
            help="Files, folders, globs in quotes; - for standard input.",
        ),
    ] = None,
    model: Annotated[
        list[str] | None,
        typer.Option(help="A model, or a glob such as 'claude-*'; repeatable."),
    ] = None,
    at_most: Annotated[
        str | None,
        typer.Option(help="Tokens that a file may have, such as 20k; exit 1 where one has more."),
    ] = None,
    per_month: Annotated[
        int, typer.Option(help="How often everything is read in a month.")
    ] = DEFAULT_PASSES,
    cached: Annotated[
        str, typer.Option(help="Share of these passes that find it in the cache.")
    ] = "95%",
    kind: Annotated[
        TextKind | None, typer.Option(help="What the texts are; default: by their endings.")
    ] = None,
    files_only: Annotated[
        bool, typer.Option("--files-only", help="Every file, and no models.")
    ] = False,
    no_ignore: Annotated[
        bool, typer.Option("--no-ignore", help="Also what .gitignore leaves out.")
    ] = False,
    as_of: AsOf = None,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Tokens of files and prompts, and what reading them costs on each model, cached or not."""
    if not files:
        raise InputError.of("say what to count: files, folders, or - for standard input")
    check_passes(per_month)
    if files_only and model:
        raise InputError.of("leaves models out: take one of the two", key="--files-only")
    book = None if files_only else read_price_book(keep_in=here().keep_in).known_on(as_date(as_of))
    question = TokensQuestion(
        named=files,
        offers=offers_of(model or [], book) if book else [],
        passes_a_month=per_month,
        cached_share=_share(cached),
        at_most=_whole(at_most),
        holds_models=bool(model),
    )
    counted = count_files(files, kind=kind.value if kind else None, with_ignored=no_ignore)
    if counted.skipped:
        say(skipped_words(counted.skipped))
    tokenizers = read_tokenizers() if book else None
    answer = answer_of(counted.files, counted.skipped, question, book, tokenizers)
    _write(answer, Format.JSON if as_json else format_, output or [], counted.paths)
    if answer.limit is not None and answer.limit.over:
        raise typer.Exit(BROKEN)
    unknown = [line.model for line in answer.models if line.unknown]
    if unknown:
        raise MissingError(f"not known: {', '.join(unknown)} (the reasons stand in the answer)")


def _write(
    answer: TokenCounts, chosen: Format, output: Sequence[Path], inputs: Sequence[Path]
) -> None:
    write_answers(
        {
            Format.TABLE: lambda screen: render_tokens(
                answer, width=screen.width, colour=screen.colour
            ),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(flat(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        chosen,
        output,
        inputs=inputs,
    )


def _share(text: str) -> float:
    number = _number(text, "--cached")
    if not 0 <= number <= 1:
        raise InputError.of(f"{text!r}: write a share from 0% to 100%", key="--cached")
    return float(number)


def _whole(text: str | None) -> int | None:
    if text is None:
        return None
    number = _number(text, "--at-most")
    if number <= 0 or number != int(number):
        raise InputError.of(f"{text!r}: write a number of tokens, such as 20k", key="--at-most")
    return int(number)


def _number(text: str, flag: str) -> int | Decimal:
    try:
        number = read_scalar(text)
    except ValueError as error:
        raise InputError.of(f"{text!r}: {error}", key=flag) from None
    if isinstance(number, str | bool | None):
        raise InputError.of(f"{text!r} is not a number", key=flag)
    return number
