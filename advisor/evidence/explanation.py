"""Where an answer is from, in words: the records that weigh most, and how near they come.

What a reader would get wrong: every record weighs something in every answer; named are the few that
move it most, of the option and of the reference.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.evidence.features import Setup
from advisor.evidence.pooled import Pooled
from advisor.model.source import Confidence

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
        is_own=bool(2 * size[known.is_own].sum() > size.sum()),
    )


def _heaviest(known: Pooled, size: FloatArray, about: Setup, number: int) -> list[int]:
    """Return the records that weigh most of the model, else of its line, else of its maker."""
    near = _of_line(known, about)[0] or known.of_maker.get(about.traits.maker, [])
    return sorted(near, key=lambda n: (-size[n], n))[:number]


def _of_line(known: Pooled, about: Setup) -> tuple[list[int], bool]:
    """Return the records of the model, else of all in its line; and whether they are its own."""
    line = about.traits.line
    own = known.of_model.get(line[0], [])
    return own or [n for model in line for n in known.of_model.get(model, [])], bool(own)


def _nearest(known: Pooled, option: Setup) -> str:
    """Say how near the records of an option come to what is asked of it."""
    found, are_its_own = _of_line(known, option)
    if not found:
        has_maker = option.traits.maker in known.of_maker
        return "its maker's other models" if has_maker else "models of its price and age"
    if not are_its_own:
        return "its predecessors"
    mine = [known.evidence.setups[n] for n in found]
    if any(at.board == option.board and _is_same(at, option) for at in mine):
        return "own trials"
    return _same_model(mine, option)


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
    return ", ".join(dict.fromkeys(_named(known, n) for n in places))


def _named(known: Pooled, place: int) -> str:
    """Name a record: `GPT-5.5 (medium, codex) on terminal-bench-2.0`."""
    record, prices = known.evidence.records[place], known.surveyor.prices
    offer = prices.find(record.model)
    name = offer.model.name if offer else record.model
    how = ", ".join(filter(None, (record.effort, record.harness)))
    return f"{name} ({how}) on {record.benchmark}" if how else f"{name} on {record.benchmark}"
