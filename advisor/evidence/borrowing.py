"""What options spend and solve relative to a reference, asked once for all of them.

An answer is a step and how uncertain it is: of logarithms of tokens, or of log-odds of success.
Every pair has one, both ways around the same but for its sign. What two options share of their
error is told apart by asking about twins, so that no option's answer hangs on which others are
compared: a twin of the model runs in a tool that nobody has seen, a twin of the maker is a model
that nobody has, and the work itself is a set-up that shares nothing but the board.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from advisor.evidence.explanation import explain
from advisor.evidence.features import Setup, Traits
from advisor.evidence.pooled import Pooled, Posterior, pooled
from advisor.evidence.query import Finding, StepSpread, Subject
from advisor.model.book import PriceBook
from advisor.model.profile import Measure, ProfileBook

FloatArray = NDArray[np.float64]

_UNSEEN = "(a tool that nobody has seen)"
_UNHEARD_OF = "(a model that nobody has)"
_NOBODY = "(a maker that nobody knows)"
_TWINS = 3
_ITSELF = Finding(
    step=0.0,
    spread=StepSpread(0.0, 0.0, 0.0, 0.0),
    origin="the reference itself",
    source="by definition",
    date=None,
    confidence="high",
    is_reference=True,
)


def borrow(
    profiles: ProfileBook,
    prices: PriceBook,
    measure: Measure,
    asked: Sequence[tuple[Subject, Subject]],
) -> list[Finding | None]:
    """Return what is known of each option relative to its reference, on the same kind of work.

    `asked` are pairs (option, reference). None only where the profiles have no constants to pool
    by, and the two are not the same. What was asked before, of the same books, is known: who moves
    a head count asks it again.
    """
    return list(_borrowed(profiles, prices, measure, tuple(asked)))


@lru_cache(maxsize=32)
def _borrowed(
    profiles: ProfileBook,
    prices: PriceBook,
    measure: Measure,
    asked: tuple[tuple[Subject, Subject], ...],
) -> tuple[Finding | None, ...]:
    known = pooled(profiles, prices, measure)
    if known is None:
        return tuple(_ITSELF if one[:-1] == other[:-1] else None for one, other in asked)
    setups = [known.surveyor.of_subject(one) for pair in asked for one in pair]
    distinct = list(dict.fromkeys(setups))
    twins = [twin for one in distinct for twin in (one, *_twins(one))]
    belief = known.believe(twins)
    place_of = {setup: (1 + _TWINS) * n for n, setup in enumerate(distinct)}
    places = [place_of[setup] for setup in setups]
    return tuple(
        _finding(known, belief, twins, option, reference)
        for option, reference in zip(places[::2], places[1::2], strict=True)
    )


def _twins(setup: Setup) -> tuple[Setup, Setup, Setup]:
    """Return what shares the model of a set-up, what shares its maker, and what its work alone."""
    model = setup._replace(tool=_UNSEEN)
    traits = setup.traits._replace(model=_UNHEARD_OF, line=(_UNHEARD_OF,))
    maker = model._replace(traits=traits)
    nothing = Traits(_UNHEARD_OF, _NOBODY, 0.0, 0.0, is_open=False, line=(_UNHEARD_OF,))
    work = model._replace(traits=nothing, effort=_UNSEEN, place=0.0)
    return model, maker, work


def _finding(
    known: Pooled, belief: Posterior, asked: Sequence[Setup], option: int, reference: int
) -> Finding:
    """Read one answer off what is believed of all that were asked about."""
    if option == reference:
        return _ITSELF
    spread = _spread(belief.covariance, option, reference, known.surveyor.pooling.own_work)
    difference = belief.weights[option] - belief.weights[reference]
    told = explain(known, difference, asked[option], asked[reference])
    return Finding(
        step=float(belief.mean[option] - belief.mean[reference]),
        spread=spread,
        origin=told.origin,
        source=told.source,
        date=told.date,
        confidence=told.confidence(math.hypot(*spread)),
        is_own=told.is_own,
    )


def _common(covariance: FloatArray, option: int, reference: int) -> float:
    """Return what the work alone makes both of; at most what leaves either an error of its own."""
    of_option, of_reference = covariance[option, option], covariance[reference, reference]
    both = covariance[option, reference]
    most = (of_option * of_reference - both**2) / (of_option + of_reference - 2 * both)
    return float(min(covariance[reference, reference + _TWINS], most))


def _spread(covariance: FloatArray, option: int, reference: int, widening: float) -> StepSpread:
    """Split the error of a difference: the reference's, then what twins share, then the rest.

    What is the work's alone is in no difference.
    """
    common = _common(covariance, option, reference)
    of_reference = covariance[reference, reference] - common
    slope = (covariance[option, reference] - common) / of_reference

    def left(other: int) -> float:
        """Return what the option shares with another once the reference is known."""
        through = slope * (covariance[other, reference] - common)
        return max(0.0, float(covariance[option, other] - common - through))

    whole = left(option)
    with_model = min(left(option + 1), whole)
    with_maker = min(left(option + 2), with_model)
    parts = (
        float((slope - 1) * of_reference**0.5),
        with_maker**0.5,
        (with_model - with_maker) ** 0.5,
        (whole - with_model) ** 0.5,
    )
    return StepSpread(*(widening * part for part in parts))
