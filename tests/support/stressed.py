"""A question put through the stories; the same one, asked for the same, once."""

from __future__ import annotations

import json
from typing import Any

from questions import Plain, Question

from advisor.answers.stress.answer import Ask, stress
from advisor.output.stress.formats import render_json

_ANSWERS: dict[tuple[str, str], Plain] = {}


def stressed(question: Question, **ask: Any) -> Plain:
    """Return the answer as its JSON has it."""
    asked = repr((question.workload, question.files, question.channels))
    call = (asked, repr(Ask(**ask)))
    if call not in _ANSWERS:
        _ANSWERS[call] = json.loads(render_json(stress(question.case(), ask=Ask(**ask))))
    return _ANSWERS[call]
