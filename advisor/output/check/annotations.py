"""GitHub's workflow commands: an annotation on the very line of a limit.

GitHub shows ten errors and ten warnings of a step and drops the rest without a word, so the worst
come first, the rest are counted in the last one that is shown.
"""

from __future__ import annotations

from advisor.output.check.formats import findings
from advisor.output.check.sentences import message, name
from advisor.safe_text import steerless
from advisor.tables.check import WARN, Check

MOST_OF_A_KIND = 10


def render_annotations(answer: Check) -> str:
    """Write a command a line; nothing where nothing is broken or near."""
    lines: list[str] = []
    found = [(file, line, _kind(line.status)) for file, line in findings(answer)]
    for kind in ("error", "warning"):
        own = [(file, line) for file, line, its in found if its == kind]
        for place, (file, line) in enumerate(own[:MOST_OF_A_KIND], start=1):
            said = message(line, file)
            if place == MOST_OF_A_KIND and len(own) > MOST_OF_A_KIND:
                said += f" And {len(own) - MOST_OF_A_KIND} more: see the job summary."
            lines.append(
                f"::{kind} file={_property(file.file)},line={line.line},col={line.column},"
                f"title={_property(name(line))}::{_data(said)}\n"
            )
    return "".join(lines)


def _kind(status: str) -> str:
    return "warning" if status == WARN else "error"


def _data(text: str) -> str:
    return steerless(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def render_outputs(answer: Check) -> str:
    """Write what later steps of a job may ask for, of the first file: `$GITHUB_OUTPUT`."""
    file = answer.files[0]
    day = file.exhaustion_date
    values = {
        "status": answer.status,
        "annual-spend": f"{file.annual_spend:.2f}",
        "delta": "" if file.change is None else f"{file.change.change:.2f}",
        "exhaustion-date": "" if day is None else day.isoformat(),
    }
    return "".join(f"{key}={value}\n" for key, value in values.items())
