"""A new period put into the text of a pricing file, and the change as a unified diff.

Only lines are added: comments, order, line ends and a byte order mark stay. What a reader would get
wrong: a price that is announced for later stays the last one, so the new lines go above it, and
above the comments that belong to it.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from advisor.answers.prices.update.new_period import lines_of
from advisor.errors import InputError
from advisor.load.text_file import bytes_of
from advisor.load.yaml_page import Page
from advisor.load.yaml_source import parse_yaml, validate
from advisor.model.book import PricingFile
from advisor.model.price import PricePeriod

_MARK = "\ufeff"
_DASH = re.compile(r"[ \t]*-[ ]+")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


class Addition(NamedTuple):
    """A period of a model, by the model's id."""

    model: str
    period: PricePeriod


class NoPlaceError(Exception):
    """The model's prices are written in a way in which there is no safe place for a line."""


def text_of(path: Path) -> str:
    """Read a pricing file as it is, byte order mark and line ends included."""
    return bytes_of(path, str(path)).decode("utf-8")


def with_period(text: str, addition: Addition, *, file: str) -> str:
    """Return a pricing file's text with a period added where it belongs in time.

    What comes out is read again: it holds the old file and the new period, or NoPlaceError is
    raised.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    before = _read(text, file)
    page = Page(text.removeprefix(_MARK))
    start = addition.period.effective_from
    old = before.models[addition.model].prices
    place = sum(1 for one in old if one.effective_from < start)
    at, lines = _place(page, addition, place, len(old))
    added = f"{mark}{page.content[:at]}{lines}{page.content[at:]}"
    _make_sure(before, added, addition, place, file)
    return added


def _place(page: Page, addition: Addition, place: int, count: int) -> tuple[int, str]:
    """Return where the new lines go, and the lines with the breaks that they need there."""
    prices = ("models", addition.model, "prices")
    first = page.spans[(*prices, 0)][0]
    dash = page.before(first)
    if page.is_flow(prices) or not _DASH.fullmatch(dash):
        raise NoPlaceError
    blank = " " * len(dash)
    heads = [dash, *([blank] * 50)]
    lines = [head + line for head, line in zip(heads, lines_of(addition.period), strict=False)]
    if place == count:
        return page.last_line_end(prices), "".join(page.line_break + line for line in lines)
    at = _above(page, page.spans[(*prices, place)][0], page.end((*prices, place - 1)))
    return at, "".join(line + page.line_break for line in lines)


def _above(page: Page, item: int, end: int) -> int:
    """Return where an item begins: its line, or the comments directly above it."""
    at = page.line_start(item)
    alone = {page.line_start(one.start) for one in page.comments(end, at) if one.is_alone}
    while (previous := page.line_start(page.end_above(at))) in alone and previous < at:
        at = previous
    return at


def _read(text: str, file: str) -> PricingFile:
    parsed, faults = validate(parse_yaml(text, file), PricingFile)
    if parsed is None or faults:
        raise InputError(faults)
    return parsed


def _make_sure(before: PricingFile, text: str, addition: Addition, place: int, file: str) -> None:
    """See that the text reads as the file before with one period more."""
    try:
        after = _read(text, file)
    except InputError:
        raise NoPlaceError from None
    model = before.models[addition.model]
    prices = (*model.prices[:place], addition.period, *model.prices[place:])
    grown = model.model_copy(update={"prices": prices})
    wanted = {**before.models, addition.model: grown}
    if after != before.model_copy(update={"models": wanted}):
        raise NoPlaceError


def unified(old: str, new: str, name: str) -> str:
    """Return the change of one file as `git apply` and `patch -p1` take it; empty if none."""
    # Not `splitlines`: to these programs a line ends at \n alone.
    lines = difflib.unified_diff(_lines(old), _lines(new), f"a/{name}", f"b/{name}")
    return "".join(_ended(lines))


def _lines(text: str) -> Sequence[str]:
    return _LINE.findall(text)


def _ended(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
