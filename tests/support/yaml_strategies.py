"""Hypothesis strategies for workload files as people write them, and for mixes to put into them.

A file is drawn as data and written with drawn habits: entries on lines of their own or in braces,
quotes, comments anywhere, blank lines, CRLF, no last line feed. What a reader would get wrong: a
line is `firm` if no edit of a mix has any business with it. In braces the line on which an entry
ends is not, for a comma may come or go there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from hypothesis import strategies as st
from price_strategies import Draw

from advisor.model.routing import Routing

Where = tuple[str, ...]

OPTIONS = (
    "codex", "opus", "mix", "yes", "null", "60k", "35%", "a: b", "x #y", "-", "[b]", "{c", "é😀",
    "it's", 'say "x"', "# z", "2027-01", "key:", "b\\n", "a, b", " ends ", "",
)  # fmt: skip
SHARED = OPTIONS[:-3]
"""Options that can have a share: no commas, no blank ends."""
CLASSES = ("bug-fix", "docs", "tests", "mix", "1.0", "true", "a, b", "default")
TEAMS = ("payments", "search", "mix", "x: y")


class Bare(str):
    """Text that is written without quotes whatever it is."""

    __slots__ = ()


class Handwritten(NamedTuple):
    """A file's text, its comments, the lines that have nothing to do with a mix, its teams."""

    text: str
    comments: list[str]
    firm: list[str]
    teams: list[str]


@st.composite
def routings(draw: Draw) -> Routing:
    """Draw who serves what: one option for everything, or by class options, cascades and shares."""
    if draw(st.booleans()):
        return {"default": {(draw(st.sampled_from(OPTIONS)),): 1.0}}
    classes = draw(st.lists(st.sampled_from(CLASSES), min_size=1, max_size=3, unique=True))
    return {name: draw(_strategies()) for name in classes}


@st.composite
def _strategies(draw: Draw) -> Mapping[tuple[str, ...], float]:
    count = draw(st.integers(1, 3))
    names = OPTIONS if count == 1 else SHARED
    pairs = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True).map(tuple)
    chosen = draw(st.lists(pairs, min_size=count, max_size=count, unique=True))
    weights = draw(st.lists(st.integers(1, 999), min_size=count, max_size=count))
    return {one: weight / sum(weights) for one, weight in zip(chosen, weights, strict=True)}


@st.composite
def handwritten(draw: Draw) -> Handwritten:
    """Draw a workload file and how it is written."""
    data = draw(_data().flatmap(_shuffled))
    hand = _Hand(draw)
    if draw(st.integers(0, 3)):
        hand.block(data, draw(st.sampled_from((0, 0, 0, 3))), ())
    else:
        hand.flow(data, 1, ())
        hand.end_line()
    hand.noise(0)
    line_break = draw(st.sampled_from(("\n", "\n", "\r\n")))
    text = line_break.join(hand.lines)
    if draw(st.booleans()) or not hand.lines[-1]:
        text += line_break
    text = draw(st.sampled_from(("", "", "\ufeff"))) + text
    firm = [line for row, line in enumerate(hand.lines) if row not in hand.loose]
    return Handwritten(text, hand.comments, firm, list(data.get("teams", {})))


def _shuffled(data: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.permutations(list(data.items())).map(dict)


@cache
def _data() -> st.SearchStrategy[dict[str, Any]]:
    """Draw the entries of a file, with or without mixes."""
    developers = {"developers": st.just(Bare("40"))}
    mix = {"mix": _old_mixes()}
    plain = {
        "budget": {"total": Bare("90_000"), "quarters": [Bare("20%"), Bare("80%")]},
        "cost_center": "no # comment: {mix: codex}",
        "name": "mix: 'x' # y",
        "tasks": {"docs": {"per_month": Bare("4k"), "success": Bare("84%")}},
        "options": {"mix": {"model": "gpt", "quality": [Bare("0.9"), Bare("1")]}},
    }
    fixed = {key: st.just(value) for key, value in plain.items()}
    of_team = {key: fixed[key] for key in ("budget", "cost_center")}
    of_file = {key: fixed[key] for key in ("name", "tasks", "options")}
    current = {"current": st.just("opus") | st.just({"default": "opus", "docs": "codex"})}
    team = st.fixed_dictionaries(developers, optional={**of_team, **mix}).flatmap(_shuffled)
    teams = {"teams": st.dictionaries(st.sampled_from(TEAMS), team, min_size=1, max_size=3)}
    rest: dict[Any, Any] = {**of_file, **current, **mix}
    alone = st.fixed_dictionaries(developers, optional=rest)
    return alone | st.fixed_dictionaries(teams, optional=rest)


def _old_mixes() -> st.SearchStrategy[Any]:
    shares = {"codex": Bare("40%"), "codex, opus": Bare("0.6")}
    each = st.sampled_from(("codex", ["codex", "opus"], shares))
    by_class = st.dictionaries(st.sampled_from(CLASSES), each, min_size=1, max_size=3)
    return st.sampled_from(("codex", Bare(""), Bare("null"), shares, ["a", "b"])) | by_class


class _Hand:
    """Writes data as lines, with drawn habits."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.lines = [""]
        self.loose: set[int] = set()
        self.comments: list[str] = []

    def put(self, text: str) -> None:
        """Write on."""
        self.lines[-1] += text

    def happens(self, once_in: int = 4) -> bool:
        """Decide something that happens once in so many times."""
        drawn: int = self.draw(st.integers(1, once_in))
        return drawn == once_in

    def comment(self) -> None:
        """Write a comment that is like no other."""
        more = self.draw(st.sampled_from(("", " mix: codex", " 'it", " {a: [", " # é  ")))
        self.comments.append(f"# c{len(self.comments)}.{more}")
        self.put(self.comments[-1])

    def end_line(self) -> None:
        """Go to the next line, perhaps after a comment."""
        if self.happens():
            self.put(" " * self.draw(st.integers(1, 4)))
            self.comment()
        self.lines.append("")

    def noise(self, column: int) -> None:
        """Write blank lines and comments, or more often nothing."""
        while self.happens():
            if self.happens(once_in=2):
                self.put(" " * self.draw(st.sampled_from((0, column, column + 2, column + 4))))
                self.comment()
            self.lines.append("")

    def block(self, data: Mapping[str, Any], column: int, path: Where) -> None:
        """Write entries, each on its own lines; ends on a new line."""
        step = self.draw(st.sampled_from((2, 2, 4)))
        for name, value in data.items():
            here = (*path, name)
            self.noise(column)
            first = len(self.lines) - 1
            self.put(f"{' ' * column}{self.scalar(name)}:")
            if isinstance(value, dict) and not self.happens():
                self.end_line()
                self.block(value, column + step, here)
            elif here == ("name",) and self.happens(once_in=3):
                self.put(" |-")
                self.end_line()
                self.put(f"{' ' * (column + step)}{value}")
                self.lines += ["# what is indented here would be text", ""]
            else:
                self.put(" ")
                self.flow(value, column + step, here)
                self.end_line()
            if is_mix(here):
                self.loose.update(range(first, len(self.lines) - 1))

    def flow(self, value: Any, column: int, path: Where) -> None:
        """Write a scalar, or a value in braces or brackets; ends on its last line."""
        if not isinstance(value, dict | list):
            self.put(self.scalar(value))
            return
        entries = list(value.items()) if isinstance(value, dict) else [("", one) for one in value]
        self.put("{" if isinstance(value, dict) else "[")
        self.gap(column)
        for number, (name, one) in enumerate(entries):
            first = len(self.lines) - 1
            if isinstance(value, dict):
                self.put(f"{self.scalar(name)}: ")
            self.flow(one, column + 1, (*path, name))
            self.loose.add(len(self.lines) - 1)
            if is_mix((*path, name)):
                self.loose.update(range(first, len(self.lines)))
            if self.happens(once_in=8):
                self.gap(column)
            if number < len(entries) - 1 or self.happens():
                self.put(",")
                self.loose.add(len(self.lines) - 1)
            self.gap(column)
        self.put("}" if isinstance(value, dict) else "]")

    def gap(self, column: int) -> None:
        """Write nothing, a blank, or a new line and perhaps comments."""
        kind = self.draw(st.sampled_from((" ", " ", "", "\n")))
        if kind != "\n":
            self.put(kind)
            return
        self.end_line()
        self.noise(column)
        self.put(" " * column)

    def scalar(self, text: str) -> str:
        """Write text so that it reads as text, and what is bare as it is."""
        if isinstance(text, Bare):
            return text
        if text.isalpha() and text not in {"null", "true"} and not self.happens(once_in=6):
            return text
        if re.search(r"[^ -~]|\\", text) or self.happens(once_in=2):
            return json.dumps(text, ensure_ascii=False)
        return "'" + text.replace("'", "''") + "'"


def is_mix(path: Where) -> bool:
    """Tell whether a path is that of a file's or a team's mix."""
    return path == ("mix",) or (len(path) == 3 and path[0] == "teams" and path[2] == "mix")
