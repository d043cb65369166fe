"""What a text must not do where it is shown: steer a terminal, or give a command to a CI service.

Names come from files that somebody else may have written. Control characters (but for the line feed
and the tab), those that turn the direction of text and two that are none are written out by their
numbers. A service reads commands from what a job prints: GitHub takes `::name::` at the start of a
line and `##[name]` anywhere in it, Azure `##vso[`, TeamCity `##teamcity[`.
Source: github.com/actions/runner, src/Runner.Common/ActionCommand.cs.
"""

from __future__ import annotations

import re

_STEERING = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ufffe\uffff"  # no characters, which XML, and so SVG, refuses
)
_UNSAFE = re.compile(rf"[{_STEERING}]|\r(?!\n)")
_UNSAFE_ON_ONE_LINE = re.compile(rf"[\t\n\r{_STEERING}]")
_OWN_STYLE = re.compile("\x1b\\[(?:0|1|31|33|36)m")
_COMMAND_AT_START = re.compile(r"^([^\S\n]*):(?=:)", re.MULTILINE)
_COMMAND = re.compile(r"#(?=#\w*\[)")


def first_steering(text: str) -> str:
    """Return the first character of a text on one line that is not shown as itself, if any."""
    found = _UNSAFE_ON_ONE_LINE.search(text)
    return found[0] if found else ""


def on_one_line(text: str) -> str:
    """Write out what would end the line, steer a terminal or turn the direction of text."""
    return _UNSAFE_ON_ONE_LINE.sub(_written_out, text)


def steerless(text: str, *, styled: bool = False) -> str:
    """Write out what would steer a terminal or turn the direction of text; lines stay lines.

    `styled` keeps the few styles that answers on a terminal have: bold, three colours and plain.
    """
    if text.replace("\n", "").isprintable():
        return text
    if not styled:
        return _UNSAFE.sub(_written_out, text)
    pieces = _OWN_STYLE.split(text)
    styles = [*_OWN_STYLE.findall(text), ""]
    return "".join(
        _UNSAFE.sub(_written_out, piece) + style
        for piece, style in zip(pieces, styles, strict=True)
    )


def harmless(text: str, *, styled: bool = False) -> str:
    """Return lines of text that neither steer a terminal nor command a CI service."""
    shown = steerless(text, styled=styled)
    if "::" in shown:
        shown = _COMMAND_AT_START.sub(r"\1: ", shown)
    return _COMMAND.sub("# ", shown)


def harmless_json(text: str) -> str:
    """Escape the same in JSON, which then says the same: such characters stand in strings alone."""
    text = _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    return _COMMAND.sub(r"\\u0023", text)


def _written_out(found: re.Match[str]) -> str:
    code = ord(found[0])
    names = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return names.get(found[0]) or (f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}")
