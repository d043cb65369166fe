"""What is asked about, and what is answered."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from advisor.model.source import Confidence
from advisor.model.uncertain import Uncertain


class Subject(NamedTuple):
    """An option on a kind of work. `effort` None is the vendor's default, `harness` None unknown.

    `stands_in_for` names the model whose records serve where this one has none, as an option's file
    says; after it come the stand-ins of the profiles.
    """

    model: str
    effort: str | None
    harness: str | None
    task_class: str
    stands_in_for: str | None = None


class Finding(NamedTuple):
    """A ratio to the reference, and how it is known.

    `origin` says it in a line for people. `level` is 0 for the reference itself, 1 to 5 as in the
    look-up order: measured, other tool, other effort, any kind of work, stand-in. `date` is that of
    the oldest record used, None where a factor alone answers. `is_own`: all records are one's own.
    """

    value: Uncertain
    origin: str
    source: str
    date: date | None
    confidence: Confidence
    level: int
    is_own: bool = False
