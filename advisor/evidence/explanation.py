"""Where an answer is from, in words: the records that weigh most, and how near they come.

What a reader would get wrong: every record weighs something in every answer; named are the few that
move it most, of the option and of the reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.evidence.features import Setup
from advisor.evidence.pooled import Pooled
from advisor.model.price import Confidence

FloatArray = NDArray[np.float64]

_HIGH, _MEDIUM = 0.4, 0.8
"""Standard deviations of an answer up to which confidence is high, and medium: P90 is then at most
1.7 and 2.8 times the middle."""


class Explanation(NamedTuple):
    """Where an answer is from: a line for people, the sources' titles, the oldest date."""

    origin: str
    source: str
    date: date | None
    is_own: bool

    @staticmethod
    def confidence(deviation: float) -> Confidence:
        """Return how sure an answer of such a standard deviation is."""
        if deviation <= _HIGH:
            return "high"
        return "medium" if deviation <= _MEDIUM else "low"


def explain(known: Pooled, weights: FloatArray, option: Setup, reference: Setup) -> Explanation:
    """Tell what an answer rests on. `weights` are those of the records in the difference. (n,)."""
    records, profiles = known.evidence.records, known.surveyor.profiles
    size = np.abs(weights)
    own = np.array([record.reported_by == "own" for record in records], dtype=bool)
    heaviest = _heaviest(known, size, option, 2)
    beside = [n for n in _heaviest(known, size, reference, 1) if n not in heaviest]
    origin = _nearest(known, option)
    if heaviest:
        origin += f": {_listed(known, heaviest)}"
    if beside:
        origin += f"; beside {_listed(known, beside)}"
    named = [records[n] for n in (*heaviest, *beside)]
    titles = dict.fromkeys(profiles.sources[record.source].title for record in named)
    return Explanation(
        origin=origin,
        source="; ".join(titles) or "no record",
        date=min((record.date for record in named if record.date), default=None),
        is_own=bool(size[own].sum() > size[~own].sum()),
    )


def _heaviest(known: Pooled, size: FloatArray, about: Setup, number: int) -> list[int]:
    """Return the records that weigh most of the model, else of its line, else of its maker."""
    model, line, maker = about.traits.model, about.traits.line, about.traits.maker
    setups = known.evidence.setups
    for is_near in (
        lambda at: at.traits.model == model,
        lambda at: at.traits.model in line,
        lambda at: at.traits.maker == maker,
    ):
        near = [n for n, at in enumerate(setups) if is_near(at)]
        if near:
            return sorted(near, key=lambda n: (-size[n], n))[:number]
    return []


def _nearest(known: Pooled, option: Setup) -> str:
    """Say how near the records of an option come to what is asked of it."""
    line = option.traits.line
    mine = [at for at in known.evidence.setups if at.traits.model == line[0]]
    if any(at.board == option.board and _is_same(at, option) for at in mine):
        return "own trials"
    if mine:
        return _same_model(mine, option)
    if any(at.traits.model in line for at in known.evidence.setups):
        return "its predecessors"
    if any(at.traits.maker == option.traits.maker for at in known.evidence.setups):
        return "its maker's other models"
    return "models of its price and age"


def _is_same(at: Setup, option: Setup) -> bool:
    return (at.effort, at.tool) == (option.effort, option.tool)


def _same_model(mine: Sequence[Setup], option: Setup) -> str:
    if any(_is_same(at, option) for at in mine):
        same_work = any(at.task_class == option.task_class for at in mine if _is_same(at, option))
        return "measured" if same_work else "measured on other work"
    lacking = []
    if not any(at.tool == option.tool for at in mine):
        lacking.append("tool")
    if not any(at.effort == option.effort for at in mine):
        lacking.append("effort")
    return f"the model in another {' and '.join(lacking or ['set-up'])}"


def _listed(known: Pooled, places: Sequence[int]) -> str:
    return ", ".join(_named(known, n) for n in places)


def _named(known: Pooled, place: int) -> str:
    """Name a record: `GPT-5.5 (medium, codex) on terminal-bench-2.0`."""
    record, prices = known.evidence.records[place], known.surveyor.prices
    offer = prices.find(record.model)
    name = offer.model.name if offer else record.model
    how = ", ".join(filter(None, (record.effort, record.harness)))
    return f"{name} ({how}) on {record.benchmark}" if how else f"{name} on {record.benchmark}"
