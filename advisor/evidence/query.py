"""What is asked about, and what is answered."""

import math
from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from advisor.model.book import PriceBook
from advisor.model.profile import Measure, ProfileBook
from advisor.model.source import Confidence


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


class StepSpread(NamedTuple):
    """Of what a step's standard deviation is made; their squares add up to that of the whole.

    `reference` is what is not known of the reference: an option that lies above it by mistake makes
    all others seem to lie below. `maker` and `model` are shared with the maker's other models, and
    with the same model elsewhere; `own` is the option's alone.
    """

    reference: float
    maker: float
    model: float
    own: float


class Finding(NamedTuple):
    """An option relative to the reference, and how it is known.

    `step` is a difference of logarithms of tokens, or of log-odds of success. `origin` says in a
    line for people where it is from. `date` is that of the oldest record named, None where none is.
    `is_own`: most of it comes from one's own trials. `is_reference`: there is nothing to know.
    """

    step: float
    spread: StepSpread
    origin: str
    source: str
    date: date | None
    confidence: Confidence
    is_own: bool = False
    is_reference: bool = False

    @property
    def deviation(self) -> float:
        """The standard deviation of the step."""
        return math.hypot(*self.spread)


Pairs: TypeAlias = tuple[tuple[Subject, Subject], ...]
"""What is asked about: options, each with what it is held against."""

Borrow: TypeAlias = Callable[[ProfileBook, PriceBook, Measure, Pairs], Sequence[Finding | None]]
"""Answers what is known of each pair, or gives back what was answered before."""
