"""What options spend and solve relative to others: as the file states it, else as is known.

Multipliers are relative to the option that a bill pays for, where a bill tells how many tokens
there are; so it changes nothing which option a file calls its reference. Quality is relative to the
reference, whose success the file states.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from advisor.case.facts import Assumption
from advisor.case.people import DEVELOPER_MONTH
from advisor.case.resolved import ResolvedWorkload
from advisor.engine.axes import EXACTLY_ONE, RandomInput
from advisor.evidence.query import Finding, Subject
from advisor.model.profile import ANY_CLASS, Measure
from advisor.model.uncertain import NORMAL_P90, PerClass, Uncertain
from advisor.model.workload import Task

USUAL_SUCCESS = 0.7
"""The reference's success at which quality is borrowed where the file states none."""
_CERTAIN = 0.99
"""Success nearer to 0 or 1 than this has no odds to speak of."""

_MEASURES: Mapping[str, Measure] = {"token_multiplier": "tokens", "quality": "success"}
"""What is measured, by the key of an option that it stands for."""

ByClass = Mapping[str, RandomInput]


class Measures(NamedTuple):
    """An option's tokens and quality by class; `borrowed`: some of it is from public records."""

    multiplier: tuple[RandomInput, ...]
    quality: tuple[RandomInput, ...]
    borrowed: bool
    assumptions: tuple[Assumption, ...] = ()


class _Gap(NamedTuple):
    """What a file does not state: a key of an option on a class, relative to another option."""

    key: str
    option: str
    task_class: str
    base: str


class _Filled(NamedTuple):
    """What is taken instead."""

    number: RandomInput
    assumption: Assumption
    is_public: bool


def measures_of(resolved: ResolvedWorkload) -> dict[str, Measures]:
    """Return multiplier and quality of every option by class, and what had to be assumed.

    Everything that is not stated is asked for at once. An option is missing where something isn't
    stated and the profiles have no constants to pool records by.
    """
    tokens = {name: _stated_tokens(resolved, name) for name in resolved.purchases}
    quality = {name: _stated_quality(resolved, name) for name in resolved.purchases}
    stated = {"token_multiplier": tokens, "quality": quality}
    gaps = [gap for key, by_option in stated.items() for gap in _gaps(resolved, key, by_option)]
    filled = _fill(resolved, gaps)
    lacking = {gap.option for gap in gaps if gap[:3] not in filled}
    return {
        name: _together(resolved, name, tokens[name], quality[name], filled)
        for name in resolved.purchases
        if name not in lacking
    }


def _together(
    resolved: ResolvedWorkload,
    name: str,
    tokens: ByClass,
    quality: ByClass,
    filled: Mapping[tuple[str, str, str], _Filled],
) -> Measures:
    """Put what is stated of an option and what is borrowed side by side."""
    multiplier, qualities, used = [], [], []
    base, reference = resolved.base, resolved.today.reference
    for k in resolved.tasks:
        found = [filled.get((key, name, k)) for key in _MEASURES]
        used += [one for one in found if one is not None]
        own = tokens.get(k) or (found[0].number if found[0] else EXACTLY_ONE)
        if base != reference and k in tokens and name != base:
            # Stated relative to the reference, whose own tokens are relative to the bill's.
            own = own._replace(times=filled["token_multiplier", reference, k].number)
        multiplier.append(own)
        qualities.append(quality.get(k) or (found[1].number if found[1] else EXACTLY_ONE))
    return Measures(
        tuple(multiplier),
        tuple(qualities),
        any(one.is_public for one in used),
        tuple(one.assumption for one in used),
    )


# --- What the file states ------------------------------------------------------------------------


def _stated_tokens(resolved: ResolvedWorkload, name: str) -> dict[str, RandomInput]:
    """Return the stated multipliers of an option by class; none of the one they are relative to."""
    option = resolved.purchases[name].option
    if name in {resolved.base, resolved.today.reference}:
        return {}
    found = dict(_stated(resolved, option.token_multiplier, f"options.{name}.token_multiplier"))
    if option.relative_cost is not None:
        at_one = resolved.relative_costs(resolved.purchases[name])
        costs = _stated(resolved, option.relative_cost, f"options.{name}.relative_cost")
        # A task's cost relative to the reference's becomes a multiplier once, at the day's prices.
        for k, cost in costs:
            found.setdefault(k, cost._replace(number=cost.number.scaled(1 / at_one[k])))
    return found


def _stated_quality(resolved: ResolvedWorkload, name: str) -> dict[str, RandomInput]:
    if name == resolved.today.reference:
        return {}
    stated = resolved.purchases[name].option.quality
    return dict(_stated(resolved, stated, f"options.{name}.quality"))


def _stated(
    resolved: ResolvedWorkload, numbers: PerClass | None, key: str
) -> Iterator[tuple[str, RandomInput]]:
    for k in resolved.tasks if numbers is not None else ():
        number = numbers.of(k) if numbers is not None else None
        if numbers is not None and number is not None:
            yield k, RandomInput(number, numbers.stream(key, k))


# --- What is borrowed ----------------------------------------------------------------------------


def _gaps(resolved: ResolvedWorkload, key: str, stated: Mapping[str, ByClass]) -> Iterator[_Gap]:
    base = resolved.base if key == "token_multiplier" else resolved.today.reference
    for name, by_class in stated.items():
        if name != base:
            yield from (_Gap(key, name, k, base) for k in resolved.tasks if k not in by_class)


def _fill(resolved: ResolvedWorkload, gaps: Sequence[_Gap]) -> dict[tuple[str, str, str], _Filled]:
    """Ask about every gap, once for each measure; what is not known is left out."""
    filled = {}
    for key, measure in _MEASURES.items():
        own = [gap for gap in gaps if gap.key == key]
        pairs = [
            (_subject(resolved, gap.option, gap.task_class),
             _subject(resolved, gap.base, gap.task_class))
            for gap in own
        ]  # fmt: skip
        for gap, finding in zip(own, _ask(resolved, measure, pairs), strict=True):
            if finding is not None:
                filled[gap[:3]] = _borrowed(resolved, gap, finding)
    return filled


def _ask(
    resolved: ResolvedWorkload, measure: Measure, pairs: Sequence[tuple[Subject, Subject]]
) -> Sequence[Finding | None]:
    if not pairs:
        return []
    return resolved.ask(resolved.profiles, resolved.reference.book.whole, measure, tuple(pairs))


def _subject(resolved: ResolvedWorkload, name: str, task_class: str) -> Subject:
    """Say what is looked up: the model at its effort in its tool, on a class of work."""
    purchase, task = resolved.purchases[name], resolved.tasks[task_class]
    return Subject(
        model=purchase.offer.id,
        effort=resolved.profiles.effort_of(purchase.offer.id, purchase.option.effort),
        harness=purchase.option.harness,
        task_class=ANY_CLASS if task_class == DEVELOPER_MONTH else task.like or task_class,
        stands_in_for=purchase.option.stands_in_for,
    )


def _borrowed(resolved: ResolvedWorkload, gap: _Gap, finding: Finding) -> _Filled:
    """Use what is known, and say so."""
    purchase = resolved.purchases[gap.option]
    number = _number(resolved.tasks[gap.task_class], gap.key, finding)
    because = purchase.option.because
    assumption = Assumption(
        option=gap.option,
        task_class=gap.task_class,
        key=gap.key,
        number=number,
        origin=finding.origin + (f" ({because})" if because else ""),
        source=finding.source,
        date=finding.date,
        confidence=finding.confidence,
        is_borrowed=True,
    )
    streams = () if number.is_exact else _streams(resolved, gap, finding)
    drawn = RandomInput(number, f"options.{gap.option}.{gap.key}", streams)
    return _Filled(drawn, assumption, is_public=not (finding.is_own or finding.is_reference))


def _number(task: Task, key: str, finding: Finding) -> Uncertain:
    """Return a step as a multiplier, or as quality at the success that the file states."""
    if finding.is_reference:
        return Uncertain.constant(1.0)
    if key == "token_multiplier":
        middle = math.exp(finding.step)
        return Uncertain.lognormal(middle, middle * math.exp(NORMAL_P90 * finding.deviation))
    success = task.success.expected if task.success else USUAL_SUCCESS
    base = min(max(success, 1 - _CERTAIN), _CERTAIN)
    return Uncertain.of_odds(base, finding.step, finding.deviation)


def _streams(
    resolved: ResolvedWorkload, gap: _Gap, finding: Finding
) -> tuple[tuple[str, float], ...]:
    """Name what a figure's error is made of, with the weight of each.

    One stream for all classes: what makes a public figure wrong here makes it wrong everywhere. The
    base's error is in all options, that of a maker in its models, that of a model in its tools; and
    options that differ in nothing but who bills them are wrong alike.
    """
    offer, parts = resolved.purchases[gap.option].offer, finding.spread
    own = _subject(resolved, gap.option, gap.task_class)
    names = (
        f"options.{gap.base}.{gap.key}",
        f"makers.{offer.vendor.vendor}.{gap.key}",
        f"models.{offer.id}.{gap.key}",
        f"setups.{offer.id}.{own.effort or 'default'}.{own.harness or 'any'}.{gap.key}",
    )
    whole = finding.deviation
    return tuple((name, part / whole) for name, part in zip(names, parts, strict=True))
