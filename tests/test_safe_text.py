"""Text that is shown: it steers no terminal, and no line of it commands a CI service."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.safe_text import first_steering, harmless, harmless_json, on_one_line, steerless

HOSTILE = st.text(
    st.sampled_from(
        "ab :#[]\n\r\t\x00\x07\x1b\x7f\x85\x9b\u061c\u200f\u2028\u202e\u2066\ufffe\uffff"
    )
    | st.characters()
)
STEERING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|\r(?!\n)"
)


def commands(text: str) -> list[str]:
    """Find what a CI service would take for a command, as its sources do."""
    return [
        line
        for line in re.split("\r\n|\n", text)
        if line.strip().startswith("::") or re.search(r"##\w*\[", line)
    ]


@given(HOSTILE)
@example("x\n  ::notice::planted")
@example("##[error]x ###[a] ##vso[task.x]")
@example("::::")
def test_no_line_of_harmless_text_is_a_command(text: str) -> None:
    """No line begins with `::`, however far in, and none holds `##[` or `##name[`."""
    assert commands(harmless(text)) == []


@given(HOSTILE)
def test_harmless_text_steers_nothing(text: str) -> None:
    """No control character but line ends and tabs is left, and none that turns text around."""
    assert STEERING.search(harmless(text)) is None


@given(HOSTILE)
def test_harmless_text_stays_as_it_is_when_asked_again(text: str) -> None:
    """What is harmless is not changed."""
    assert harmless(harmless(text)) == harmless(text)


@given(HOSTILE)
def test_a_text_on_one_line_is_one(text: str) -> None:
    """Nothing of a name ends the line that it stands on."""
    assert first_steering(on_one_line(text)) == ""


@given(st.dictionaries(HOSTILE, HOSTILE))
def test_harmless_json_says_the_same(answer: dict[str, str]) -> None:
    """What is escaped in JSON is read back as it was."""
    assert json.loads(harmless_json(json.dumps(answer, ensure_ascii=False))) == answer


@given(st.dictionaries(HOSTILE, HOSTILE))
def test_harmless_json_gives_no_command(answer: dict[str, str]) -> None:
    """JSON holds neither a command nor what steers a terminal."""
    text = harmless_json(json.dumps(answer, ensure_ascii=False, indent=1))

    assert harmless(text) == text


@pytest.mark.parametrize("style", ["\x1b[1m", "\x1b[0m", "\x1b[31m", "\x1b[33m"])
def test_the_styles_of_answers_are_kept_where_they_are_wanted(style: str) -> None:
    """Bold, red, yellow and plain pass on a terminal alone."""
    kept = steerless(f"{style}x\x1b[2J", styled=True)

    assert (kept, "\x1b" in steerless(style)) == (f"{style}x\\x1b[2J", False)


@pytest.mark.parametrize("name", ["émilie", "日本語", "عربي", "עברית", "👩\u200d💻", "a\u00a0b"])
def test_names_in_any_writing_are_as_they_were(name: str) -> None:
    """Letters of every language, joiners among them, are no danger."""
    assert (first_steering(name), harmless(name)) == ("", name)
