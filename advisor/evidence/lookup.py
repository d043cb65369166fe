"""What an option costs in tokens, and how good it is, where its file does not say.

Both are ratios to the reference. The order of the look-up is that of `pairs`; this module decides
which classes of records count. Records of the very class come first. Where they need more stand-ins
than records of mixed work do, or where the class is only like the one that was measured, the two
disagree for good reasons (an old model at this work, a new one at other work) and the answer spans
both: its mode is their geometric mean. None means not known. It is never a silent 1: only the
reference itself is exactly 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from advisor.evidence.extrapolation import effort_ratio, harness_ratio
from advisor.evidence.pairs import (
    ANY_WORK,
    MEASURED,
    OTHER_EFFORT,
    OTHER_HARNESS,
    STOOD_IN,
    Evidence,
    Pairing,
    Reading,
    best_pairing,
    pairing_through_third,
)
from advisor.evidence.query import Finding, Subject
from advisor.evidence.ranges import Range, spanning
from advisor.model.book import PriceBook
from advisor.model.profile import ANY_CLASS, ProfileBook, Record
from advisor.model.source import Confidence
from advisor.model.uncertain import Uncertain

__all__ = ["MAX_QUALITY", "Finding", "Subject", "quality", "token_multiplier"]

MAX_QUALITY = 10.0
"""The bound that a file's own quality fractions have, too."""

_LEVELS = {
    MEASURED: "measured",
    OTHER_HARNESS: "other tool",
    OTHER_EFFORT: "other effort",
    ANY_WORK: "any kind of work",
    STOOD_IN: "stand-in",
}
TOOL_BY_FACTOR, EFFORT_BY_FACTOR = "tool by factor", "effort by factor"
VENDOR_REPORTED = "vendor-reported"
_CONFIDENCES: Sequence[Confidence] = ("low", "medium", "high")
_FAR = 4
"""From so many stand-ins on, an answer is of low confidence whatever its records are of."""

Pair = Callable[[Evidence, Subject, Subject, str], Pairing | None]


class _Answer(NamedTuple):
    """A ratio with what it rests on; `how` and the caveats say it in words."""

    ratio: Range
    level: int
    steps: int
    how: str
    caveats: tuple[str, ...]
    source: str
    records: tuple[Record, ...]
    confidence: Confidence


def token_multiplier(
    profiles: ProfileBook, prices: PriceBook, option: Subject, reference: Subject
) -> Finding | None:
    """Return the tokens an option spends on a task ÷ those of the reference; None if not known.

    The class of work is the option's. The value is a PERT, or exactly 1 for the reference itself.
    """
    return _find(_evidence(profiles, prices), option, reference)


def quality(profiles: ProfileBook, option: Subject, reference: Subject) -> Finding | None:
    """Return the success rate of an option ÷ that of the reference; None if not known.

    As `token_multiplier`, and no part of it is above `MAX_QUALITY`.
    """
    return _find(_evidence(profiles, None), option, reference, limit=MAX_QUALITY)


@lru_cache(maxsize=8)
def _evidence(profiles: ProfileBook, prices: PriceBook | None) -> Evidence:
    """Keep what was read of two books from one question to the next."""
    return Evidence(profiles, prices)


def _find(
    evidence: Evidence, option: Subject, reference: Subject, limit: float = float("inf")
) -> Finding | None:
    if _place(evidence, option) == _place(evidence, reference):
        exactly_one = Uncertain.constant(1.0)
        return Finding(exactly_one, "the reference itself", "by definition", None, "high", 0)
    answer = _known(evidence, option, reference)
    if answer is None:
        return None
    return Finding(
        value=answer.ratio.at_most(limit).written(),
        origin="; ".join([f"{_LEVELS[answer.level]}: {answer.how}", *answer.caveats]),
        source=answer.source,
        date=min((one.date for one in answer.records if one.date), default=None),
        confidence=answer.confidence,
        level=answer.level,
        is_own=bool(answer.records) and all(one.reported_by == "own" for one in answer.records),
    )


def _place(evidence: Evidence, subject: Subject) -> tuple[str, str | None, str | None]:
    return subject.model, evidence.effort_of(subject), subject.harness


def _known(evidence: Evidence, option: Subject, reference: Subject) -> _Answer | None:
    if option.model == reference.model:
        return _of_same_model(evidence, option, reference)
    return (
        _from_class(evidence, option, reference)
        or _from_all_classes(evidence, option, reference)
        or _paired(pairing_through_third, evidence, option, reference, _class_of(evidence, option))
        or _paired(pairing_through_third, evidence, option, reference, ANY_CLASS)
    )


def _class_of(evidence: Evidence, subject: Subject) -> str:
    return evidence.profiles.like(subject.task_class)


def _from_class(evidence: Evidence, option: Subject, reference: Subject) -> _Answer | None:
    """Answer from records of the class, of mixed work, or of both."""
    task_class = _class_of(evidence, option)
    exact = _paired(best_pairing, evidence, option, reference, task_class)
    mixed = _paired(best_pairing, evidence, option, reference, ANY_CLASS)
    if exact is None or mixed is None or task_class == ANY_CLASS:
        return exact or mixed
    if exact.steps <= mixed.steps and task_class == option.task_class:
        return exact
    return _together([exact, mixed])


def _from_all_classes(evidence: Evidence, option: Subject, reference: Subject) -> _Answer | None:
    """Answer for mixed work from every class that mixed work is made of."""
    answers = (
        _paired(best_pairing, evidence, option, reference, task_class)
        for task_class in evidence.profiles.any_of
    )
    found = [answer for answer in answers if answer is not None]
    return _together(found) if found else None


def _together(answers: Sequence[_Answer]) -> _Answer:
    """Span answers that are all of some weight."""
    return _Answer(
        ratio=spanning(answer.ratio for answer in answers),
        level=max(ANY_WORK, *(answer.level for answer in answers)),
        steps=max(answer.steps for answer in answers),
        how=", ".join(_once(answer.how for answer in answers)),
        caveats=tuple(_once(caveat for answer in answers for caveat in answer.caveats)),
        source="; ".join(_once(answer.source for answer in answers)),
        records=tuple(record for answer in answers for record in answer.records),
        confidence=_least(answer.confidence for answer in answers),
    )


def _of_same_model(evidence: Evidence, option: Subject, reference: Subject) -> _Answer | None:
    """Compare two harnesses or efforts of one model: as measured, else by the published factors."""
    for task_class in (_class_of(evidence, option), ANY_CLASS):
        pairing = best_pairing(evidence, option, reference, task_class)
        if pairing is not None and not any(_is_carried(one) for one in pairing.readings):
            return _answer(evidence, pairing)
    return _by_factors(evidence, option, reference)


def _by_factors(evidence: Evidence, option: Subject, reference: Subject) -> _Answer | None:
    profiles, measure = evidence.profiles, evidence.measure
    effort, over = evidence.effort_of(option), evidence.effort_of(reference)
    harness = harness_ratio(profiles, measure, option.harness, reference.harness)
    moved = effort_ratio(profiles, measure, option.model, effort, over)
    if harness is None or moved is None:
        return None
    carried = {
        TOOL_BY_FACTOR: option.harness != reference.harness,
        EFFORT_BY_FACTOR: effort != over,
    }
    return _Answer(
        ratio=harness * moved,
        level=OTHER_EFFORT if effort != over else OTHER_HARNESS,
        steps=0,
        how="the same model",
        caveats=_those_that_hold(carried),
        source="factors of the profiles",
        records=(),
        confidence="medium",
    )


def _is_carried(reading: Reading) -> bool:
    return bool(reading.steps) or reading.other_effort or reading.other_harness


def _paired(
    pair: Pair, evidence: Evidence, option: Subject, reference: Subject, task_class: str
) -> _Answer | None:
    pairing = pair(evidence, option, reference, task_class)
    return None if pairing is None else _answer(evidence, pairing)


def _answer(evidence: Evidence, pairing: Pairing) -> _Answer:
    records = tuple(reading.record for reading in pairing.readings)
    titles = _once(evidence.profiles.sources[record.source].title for record in records)
    return _Answer(
        ratio=pairing.ratio,
        level=pairing.level,
        steps=pairing.steps,
        how=_told(pairing),
        caveats=_caveats(pairing),
        source="; ".join(titles),
        records=records,
        confidence=_confidence(pairing),
    )


def _told(pairing: Pairing) -> str:
    """Name the benchmark and the two records."""
    option, reference = (_named(reading) for reading in pairing.readings)
    record = pairing.option.record
    if pairing.third_model is None:
        return f"{record.benchmark} {option} ÷ {reference}"
    across = f"{pairing.third_model} on {pairing.reference.record.benchmark}"
    return f"{record.benchmark} {option} ÷ {across} ÷ {reference}"


def _named(reading: Reading) -> str:
    effort = reading.record.effort
    return f"{reading.record.model} {effort}" if effort else reading.record.model


def _caveats(pairing: Pairing) -> tuple[str, ...]:
    """Say what a factor had to carry over, and who reports."""
    readings = pairing.readings
    caveats = {
        TOOL_BY_FACTOR: any(one.other_harness for one in readings),
        EFFORT_BY_FACTOR: any(one.other_effort for one in readings),
        VENDOR_REPORTED: any(one.record.reported_by == "vendor" for one in readings),
    }
    return _those_that_hold(caveats)


def _those_that_hold(caveats: Mapping[str, bool]) -> tuple[str, ...]:
    return tuple(caveat for caveat, holds in caveats.items() if holds)


def _confidence(pairing: Pairing) -> Confidence:
    """Return the least of the records', lower the farther they were carried."""
    if pairing.steps >= _FAR or pairing.third_model is not None:
        return "low"
    cap: Confidence = "high" if pairing.level == MEASURED else "medium"
    return _least([cap, *(reading.record.confidence for reading in pairing.readings)])


def _least(confidences: Iterable[Confidence]) -> Confidence:
    return min(confidences, key=_CONFIDENCES.index)


def _once(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
