"""Texts to token counts: what tiktoken's `encode_ordinary` says, in bounded memory.

A text is cut only where the vocabulary's own pattern always cuts, so that the parts add up exactly:
before a blank that follows something else, after a line feed before something that is neither blank
nor `/`, between a letter and a digit. What a reader would get wrong: the pattern's last two lines
look ahead over blanks, and one run of some 800,000 of them overflows tiktoken's stack; such a run
is counted apart, as the one piece that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from advisor.answers.tokens.vocabulary import encoding, uncut_encoding

PART = 1_000_000
"""Characters that are encoded at a time; tokens take some ten times the room of their text."""

LONG_RUN = 100_000

_CUT = re.compile(r"(?<=\S)[ \t]|(?<=\n)(?=[^\s/])|(?<=[A-Za-z])(?=[0-9])")
_BLANKS = (
    "\t\x0b\x0c \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""What the pattern takes for blank, ends of lines apart: fewer than `str.isspace` does."""
_RUN = re.compile(f"[{_BLANKS}]+")


def count_tokens(blocks: Iterable[str], *, part: int = PART, long_run: int = LONG_RUN) -> int:
    """Return the tokens of a text that comes in blocks, cut anywhere."""
    return sum(_count(text, long_run) for text in _parts(blocks, part))


def _parts(blocks: Iterable[str], size: int) -> Iterator[str]:
    """Yield the text in parts of at least a size, cut where a piece always ends."""
    waiting, looked = "", 0
    for block in blocks:
        waiting += block
        # What stands last may yet go on: a cut needs a character after it.
        while cut := _CUT.search(waiting, max(size, looked)):
            yield waiting[: cut.start()]
            waiting, looked = waiting[cut.start() :], 0
        looked = max(0, len(waiting) - 1)
    if waiting:
        yield waiting


def _count(text: str, long_run: int) -> int:
    if not _may_hold_a_run(text, long_run):
        return _encoded(text)
    total = place = 0
    for run in _RUN.finditer(text):
        following = text[run.end() : run.end() + 1]
        if run.end() - run.start() < long_run or following in {"\r", "\n"}:
            continue
        # The last blank of a run belongs to what follows it.
        end = run.end() - 1 if following else run.end()
        total += _encoded(text[place : run.start()])
        total += len(uncut_encoding().encode_ordinary(text[run.start() : end]))
        place = end
    return total + _encoded(text[place:])


def _may_hold_a_run(text: str, length: int) -> bool:
    """Look at every so many characters: a run holds one of the stretches whole."""
    half = max(1, length // 2)
    return any(text[place : place + half].isspace() for place in range(0, len(text), half))


def _encoded(text: str) -> int:
    try:
        return len(encoding().encode_ordinary(text))
    except BaseException as error:
        # A panic of tiktoken's is no Exception: uncaught it would end the program with 1, "over".
        if type(error).__name__ == "PanicException":
            raise RuntimeError(f"tiktoken gave up: {error}") from error
        raise
