"""Reports of drawn questions, without files; and what a page says, taken apart.

What a reader would get wrong: a number is traced as a reader would, from the page to the JSON: each
figure in a cell carries its own, and every other number has to be a rounding of some figure, or
stand in some text, of the JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any, NamedTuple

from questions import NO_PROFILES, NOW, Question, price_book, unmistakable

from advisor.answers.check.held_ways import CheckRequest
from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.solver import Effort
from advisor.answers.report.answer import ReportRequest, report
from advisor.case.build import build_case
from advisor.case.resolved import lay_out
from advisor.case.sources import Sources
from advisor.load.document import Document
from advisor.load.workload_file import check_workload
from advisor.output import figures
from advisor.output.report.as_json import render_json
from advisor.tables.report import Report
from advisor.units import in_digits

_NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
STRUCTURE = frozenset({"10", "90", "8", "05", "95", "9", "5"})
"""Numbers in fixed words: P10 to P90, 8 of 10 years, p05 to p95."""


def report_of(question: Question, *, draws: int = 64, on: date = NOW) -> Report:
    """Put a question's report together as the command does."""
    book = price_book(question.files, question.channels, question.calendars)
    data = unmistakable(question.workload)
    workload = check_workload(Document("team.yaml", data, {}), book, {}).workload
    checking = CheckRequest(
        sources=Sources(data, book, NO_PROFILES, {}, "team", "team.yaml"),
        workload=workload,
        case=build_case(workload, book, NO_PROFILES, {}, name="team"),
        places={},
        today=on,
        draws=draws,
    )
    setting = lay_out(workload, book, NO_PROFILES, {})
    return report(ReportRequest(checking, setting, wish=Wish(effort=Effort(seconds=5.0))))


class PageFigure(NamedTuple):
    """A figure of the page: the number that it carries, and how it is written."""

    value: float
    text: str


class Page(HTMLParser):
    """A page read as a browser would: figures, words, tags with their attributes."""

    def __init__(self, page: str) -> None:
        """Read a page."""
        super().__init__()
        self.figures: list[PageFigure] = []
        self.words: list[str] = []
        self.drawn: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self._open: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        if tag not in {"meta", "link", "br", "img"}:
            self._open.append((tag, given))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag that holds nothing."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Close a tag."""
        while self._open and self._open.pop()[0] != tag:
            continue

    def handle_data(self, data: str) -> None:
        """Keep a text where it stands."""
        inside = [tag for tag, _ in self._open]
        tag, given = self._open[-1] if self._open else ("", {})
        if "style" in inside or not data.strip():
            return
        if tag == "data":
            self.figures.append(PageFigure(float(given["value"]), data))
        elif "svg" in inside:
            if given.get("class") != "tick":
                self.drawn.append(data)
        else:
            self.words.append(data)


def numbers_of(text: str) -> set[str]:
    """Return the numbers that a text has, as they are written."""
    return set(_NUMBER.findall(text))


class Plainly:
    """What the JSON of a report holds: its figures, and every number that may be said by it."""

    def __init__(self, answer: Report) -> None:
        """Write the report, and read it again."""
        self.json: Any = json.loads(render_json(answer))
        leaves = list(_leaves(self.json))
        self.figures = {float(one) for one in leaves if isinstance(one, int | float)}
        self.texts = [one for one in leaves if isinstance(one, str)]
        self.currency: str = self.json["currency"]

    def forms(self, value: float) -> set[str]:
        """Return every way in which a figure is written."""
        return {
            figures.money(value), figures.money(value, sign=True), figures.short_money(value),
            figures.said_money(value, self.currency), figures.per_head(value, self.currency),
            figures.unit_price(value), figures.fine_money(value), figures.ratio(value),
            figures.count(value), figures.share(value), figures.chance(value),
            in_digits(value, 3), f"{value:,.0f}", f"{value:,.2f}", str(value),
        }  # fmt: skip

    def sayable(self) -> set[str]:
        """Return every number that a page may say in words."""
        said = set(STRUCTURE) | {f"{month:02d}" for month in range(1, 13)}
        for value in self.figures:
            said |= {one for form in self.forms(value) for one in numbers_of(form)}
        for text in self.texts:
            said |= numbers_of(text)
            for day in _DAY.findall(text):
                said |= numbers_of(figures.long_day(date.fromisoformat(day)))
        return said


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif value is not None:
        yield value
