"""Two records that are comparable: one of the option, one of the reference, on one benchmark.

Fewest stand-ins come first, then an effort that was measured, then a harness that was, then what an
independent party reports, then the narrowest range, then the newest. So the order of the look-up
holds, and a newer or larger measurement only decides between equals.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from advisor.evidence.extrapolation import (
    between_harnesses,
    effort_ratio,
    measured,
    stand_in_range,
)
from advisor.evidence.query import Subject
from advisor.evidence.ranges import ONE, Range, product
from advisor.model.book import PriceBook
from advisor.model.profile import ANY_CLASS, Measure, ProfileBook, Record

MEASURED, OTHER_HARNESS, OTHER_EFFORT, ANY_WORK, STOOD_IN = 1, 2, 3, 4, 5


@dataclass(frozen=True)
class Evidence:
    """Where answers come from. Without prices it answers for success, with them for tokens."""

    profiles: ProfileBook
    prices: PriceBook | None
    _ladders: dict[tuple[Subject, str], Ladder] = field(default_factory=dict)

    def ladder(self, subject: Subject, task_class: str) -> Ladder:
        """Return the records that count for a subject; kept, since classes share them."""
        key = subject._replace(task_class=""), task_class
        if key not in self._ladders:
            self._ladders[key] = Ladder(self, subject, task_class)
        return self._ladders[key]

    @property
    def measure(self) -> Measure:
        """What is being compared."""
        return "success" if self.prices is None else "tokens"

    def effort_of(self, subject: Subject) -> str | None:
        """Return the effort that a subject means."""
        return self.profiles.effort_of(subject.model, subject.effort)

    def recorded_effort(self, record: Record) -> str | None:
        """Return the effort of a record, the vendor's default where it says none."""
        return self.profiles.effort_of(record.model, record.effort)


class Reading(NamedTuple):
    """A record as it counts for a subject.

    `value` is what it says of the subject's model and effort, in the record's harness; `carried` is
    the part of it that was not measured.
    """

    subject: Subject
    record: Record
    value: Range
    carried: Range
    steps: int
    other_effort: bool

    @property
    def other_harness(self) -> bool:
        """Whether the record is of another harness."""
        return self.record.harness != self.subject.harness


class Pairing(NamedTuple):
    """Option ÷ reference from a record of each, or through records of a third model."""

    option: Reading
    reference: Reading
    ratio: Range
    third_model: str | None = None

    @property
    def readings(self) -> tuple[Reading, Reading]:
        """Both sides."""
        return self.option, self.reference

    @property
    def steps(self) -> int:
        """How many stand-ins were needed on both sides."""
        return self.option.steps + self.reference.steps

    @property
    def level(self) -> int:
        """The last level of the look-up order that was needed."""
        needed = {
            STOOD_IN: self.steps > 0 or self.third_model is not None,
            ANY_WORK: self.option.record.task_class == ANY_CLASS,
            OTHER_EFFORT: any(one.other_effort for one in self.readings),
            OTHER_HARNESS: any(one.other_harness for one in self.readings),
        }
        return next((level for level, is_needed in needed.items() if is_needed), MEASURED)

    @property
    def rank(self) -> tuple[float, ...]:
        """What to prefer, least first."""
        return (
            self.steps,
            sum(one.other_effort for one in self.readings),
            sum(one.other_harness for one in self.readings),
            sum(one.record.reported_by == "vendor" for one in self.readings),
            self.ratio.width,
            -min((one.record.date or date.min).toordinal() for one in self.readings),
        )


class Ladder:
    """The records of a class that count for a subject, by the number of stand-ins to get there.

    They are read when first asked for: what is near mostly answers.
    """

    def __init__(self, evidence: Evidence, subject: Subject, task_class: str) -> None:
        """Name the rungs: the model itself, then what stands in for it."""
        self.evidence, self.subject, self.task_class = evidence, subject, task_class
        self.models = list(evidence.profiles.chain(subject.model, subject.stands_in_for))
        self._read: dict[int, list[Reading]] = {}

    def at(self, steps: int) -> list[Reading]:
        """Return the readings so many stand-ins away; none beyond the last."""
        if steps >= len(self.models):
            return []
        if steps not in self._read:
            self._read[steps] = list(self._readings(steps))
        return self._read[steps]

    def all(self) -> list[Reading]:
        """Return the readings of every rung, nearest first."""
        return [reading for steps in range(len(self.models)) for reading in self.at(steps)]

    def _readings(self, steps: int) -> Iterator[Reading]:
        stood_in = stand_in_range(self.evidence.profiles, self.evidence.measure, steps)
        records = self.evidence.profiles.records_of(self.models[steps], self.task_class)
        for record in records if stood_in else ():
            reading = _reading(self.evidence, self.subject, record, stood_in or ONE, steps)
            if reading is not None:
                yield reading


def _reading(
    evidence: Evidence, subject: Subject, record: Record, stood_in: Range, steps: int
) -> Reading | None:
    effort, recorded = evidence.effort_of(subject), evidence.recorded_effort(record)
    moved = effort_ratio(evidence.profiles, evidence.measure, record.model, effort, recorded)
    value = measured(evidence.profiles, evidence.prices, record)
    if value is None or moved is None:
        return None
    carried = moved * stood_in
    said = value * carried
    if evidence.measure == "success":
        said = said.at_most(1.0)  # no successor solves more than everything
    other_effort = None not in (effort, recorded) and effort != recorded
    return Reading(subject, record, said, carried, steps, other_effort)


def best_pairing(
    evidence: Evidence, option: Subject, reference: Subject, task_class: str
) -> Pairing | None:
    """Return the pair of records on one benchmark that says most of option ÷ reference."""
    options = evidence.ladder(option, task_class)
    references = evidence.ladder(reference, task_class)
    for steps in range(len(options.models) + len(references.models) - 1):
        pairings = (
            pairing
            for up in range(steps + 1)
            for one in options.at(up)
            for other in references.at(steps - up)
            if one.record.benchmark == other.record.benchmark
            and (pairing := _paired(evidence, one, other)) is not None
        )
        best = min(pairings, key=lambda pairing: pairing.rank, default=None)
        if best is not None:
            return best
    return None


def _paired(evidence: Evidence, option: Reading, reference: Reading) -> Pairing | None:
    harness = _between(evidence, option, reference)
    if harness is None:
        return None
    if option.record is reference.record:  # its own error is the same on both sides
        ratio = option.carried / reference.carried
    else:
        ratio = option.value / reference.value
    return Pairing(option, reference, ratio * harness)


def _between(evidence: Evidence, option: Reading, reference: Reading) -> Range | None:
    return between_harnesses(
        evidence.profiles,
        evidence.measure,
        (option.subject.harness, reference.subject.harness),
        (option.record.harness, reference.record.harness),
    )


def pairing_through_third(
    evidence: Evidence, option: Subject, reference: Subject, task_class: str
) -> Pairing | None:
    """Return option ÷ reference from two benchmarks that a third model has records on.

    Ratios differ between an easy benchmark and a hard one, so this is only for what no benchmark
    compares directly, and `widening.third_model` has to say how much it costs.
    """
    third = evidence.profiles.widening.third_model
    if third is None:
        return None
    widening = Range.of(third.of(evidence.measure))
    references = evidence.ladder(reference, task_class).all()
    pairings = (
        _bridged(evidence, one, other, bridge, widening)
        for one in Ladder(evidence, option, task_class).all()
        for other in references
        for bridge in _bridges(evidence, one.record, other.record)
    )
    found = (pairing for pairing in pairings if pairing is not None)
    return min(found, key=lambda pairing: pairing.rank, default=None)


def _bridged(
    evidence: Evidence,
    option: Reading,
    reference: Reading,
    bridge: tuple[Record, Range],
    widening: Range,
) -> Pairing | None:
    harness = _between(evidence, option, reference)
    if harness is None:
        return None
    record, across = bridge
    ratio = product([option.value / reference.value, across, harness, widening])
    return Pairing(option, reference, ratio, record.model)


def _bridges(
    evidence: Evidence, option: Record, reference: Record
) -> Iterator[tuple[Record, Range]]:
    """Yield models measured beside both records, and what they got there ÷ beside the option."""
    profiles, prices = evidence.profiles, evidence.prices
    couples = (
        (one, other)
        for model in profiles.models()
        for one in _beside(profiles, model, option)
        for other in _beside(profiles, model, reference)
        if evidence.recorded_effort(one) == evidence.recorded_effort(other)
    )
    for one, other in couples:
        here, there = measured(profiles, prices, one), measured(profiles, prices, other)
        if here is not None and there is not None:
            yield one, there / here


def _beside(profiles: ProfileBook, model: str, record: Record) -> Sequence[Record]:
    """Return a model's records of the same benchmark, class and harness as a record."""
    return [
        one
        for one in profiles.records_of(model, record.task_class)
        if one.benchmark == record.benchmark and one.harness == record.harness
    ]
