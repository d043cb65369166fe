"""The whole way from a read workload to a case: the order in which its parts need each other.

People first, then who is today's and who the reference, then what options are made of, then the
level of use, which needs all three.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from advisor.case.bill import LevelOfUse, find_level
from advisor.case.billed_use import Serving
from advisor.case.cautions import capped_bills, cautions, own_records, what_ifs
from advisor.case.defaults import defaults
from advisor.case.facts import Assumption, Case, OptionFacts, Way
from advisor.case.measures import Measures, measures_of
from advisor.case.new_year import holiday_notes
from advisor.case.options import candidate, facts
from advisor.case.people import (
    DEFAULT_LEVEL_SPREAD,
    PUBLISHED_SPREAD,
    active_in,
    active_of,
    last_bills,
    lay_out_work,
    teams_of,
)
from advisor.case.pricing import rates_on_day
from advisor.case.purchase import NotKnownError, Purchase
from advisor.case.resolved import ResolvedWorkload, lay_out
from advisor.case.tasks import (
    DEFAULT_HOUR,
    detection,
    people_costs,
    relative_tokens,
    stated_tokens,
    success,
    values,
)
from advisor.case.ways import MIX, team_serving, ways_of, with_way
from advisor.engine.axes import Candidate, TaskTerms
from advisor.engine.burndown import released
from advisor.engine.market import Market
from advisor.errors import Fault, MissingError, PriceGapError
from advisor.evidence.borrowing import borrow
from advisor.evidence.query import Borrow
from advisor.model.book import PriceBook
from advisor.model.profile import ProfileBook
from advisor.model.routing import Routing
from advisor.model.workload import Option, Workload

FloatArray = NDArray[np.float64]


@dataclass
class _Found:
    """What is known of the options, filled in step by step; `unknown` says why others are not."""

    measures: dict[str, Measures] = field(default_factory=dict)
    unknown: dict[str, str] = field(default_factory=dict)
    assumptions: list[Assumption] = field(default_factory=list)


def build_case(
    workload: Workload,
    book: PriceBook,
    profiles: ProfileBook,
    shortlist: Mapping[str, Option],
    *,
    name: str,
    ask: Borrow = borrow,
) -> Case:
    """Fill in every default and resolve every option; `ask` knows what others' records say.

    Raises PriceGapError with every option that lacks a price in a month of the plan, InputError
    where a bill and the stated tasks cannot both be right, MissingError where today's own row is
    not known.
    """
    resolved = lay_out(workload, book, profiles, shortlist, ask)
    found = _measured(resolved)
    level = _level(resolved, found)
    candidates = _candidates(resolved, found, level.hidden)
    market = _market(resolved, level, candidates, found)
    known = _facts_of(resolved, candidates, found)
    own_mixes = any(team.mix is not None for team in workload.teams.values())
    mix_of_all = None if own_mixes else workload.mix
    current = _current(resolved, level)
    ways, today, mix = ways_of(current, mix_of_all, known, list(resolved.tasks), level.people)
    in_use = {one: resolved.purchases[one] for one in known}
    case = Case(
        name=workload.name or name,
        currency=workload.currency.code,
        as_of=book.as_of,
        start=resolved.months[0],
        market=market,
        options=tuple(known.values()),
        makers=frozenset(offer.vendor.vendor for offer in book.offers),
        ways=ways,
        today=today,
        mix=mix,
        unknown=tuple(
            facts(resolved.purchases[one], profiles, workload.policy, unknown=reason)
            for one, reason in found.unknown.items()
        ),
        budget=float(workload.budget.total) if workload.budget else None,
        released=_released(workload),
        policy=workload.policy,
        confidence=workload.budget.confidence if workload.budget else None,
        team_budgets={n: one.budget for n, one in workload.teams.items() if one.budget is not None},
        switching_days=workload.switching_days_per_developer,
        hour=workload.hour or DEFAULT_HOUR,
        counts_developer_months=not workload.tasks,
        states_success=any(task.success for task in workload.tasks.values()),
        calibration=level.calibration,
        what_ifs=tuple(what_ifs(candidates, in_use, resolved.months, resolved.prices)),
        assumptions=(*defaults(resolved, level), *found.assumptions),
        warnings=(*level.warnings, *_cautions(resolved, market, ways, in_use)),
    )
    if own_mixes:
        case = _with_own_mixes(case, resolved, level)
    return case if level.hidden is None else _only_decided(case, level.hidden)


def _cautions(
    resolved: ResolvedWorkload, market: Market, ways: Sequence[Way], in_use: Mapping[str, Purchase]
) -> Iterator[str]:
    months, seats = resolved.months, float(resolved.count.people.sum(axis=0).max(initial=0.0))
    yield from cautions(resolved.workload, in_use, months, seats)
    yield from own_records(resolved.workload, resolved.profiles)
    serving = resolved.today.serving
    yield from capped_bills(resolved.workload, {n: in_use[n] for n in serving if n in in_use})
    yield from holiday_notes(market, ways, in_use, months, resolved.prices)


def _only_decided(case: Case, hidden: str) -> Case:
    """Leave what runs today, and what was decided, where a bill does not tell how much was used.

    They cost what their seats cost; what another option costs hangs on tokens.
    """
    kept = sorted({case.today, case.today if case.mix is None else case.mix})
    others = [way.facts for n, way in enumerate(case.ways) if n not in kept]
    unknown = [one._replace(unknown=hidden) for one in others if one is not None]
    return replace(
        case,
        ways=tuple(case.ways[n] for n in kept),
        today=kept.index(case.today),
        mix=None if case.mix is None else kept.index(case.mix),
        unknown=(*case.unknown, *unknown),
    )


def _facts_of(
    resolved: ResolvedWorkload, candidates: Sequence[Candidate], found: _Found
) -> dict[str, OptionFacts]:
    """Return the facts of the options that have figures, in the order of the candidates."""
    return {
        one.name: facts(
            resolved.purchases[one.name],
            resolved.profiles,
            resolved.workload.policy,
            borrowed=found.measures[one.name].borrowed,
        )
        for one in candidates
    }


def _with_own_mixes(case: Case, resolved: ResolvedWorkload, level: LevelOfUse) -> Case:
    """Add the decided mix where teams have mixes of their own, over the file's or today's."""
    workload = resolved.workload
    mix = workload.mix or {}
    # A mix with a default serves every class; one without leaves the rest as today.
    common = mix if "default" in mix else {**_current(resolved, level), **mix}
    routings = []
    for team in workload.teams.values():
        # A default of the team's stands for every class that the file names on its own.
        base = {} if team.mix is not None and "default" in team.mix else common
        routings.append({**base, **(team.mix or {})})
    names = [one.name for one in case.options]
    serving = team_serving(routings, names, list(resolved.tasks))
    added = with_way(case, MIX, serving)
    place = len(added.ways) - 1
    if not resolved.today.is_mix:
        return replace(added, mix=place)
    # The way that stood for today's until teams had theirs was nobody's.
    ways = tuple(w for n, w in enumerate(added.ways) if n != added.today or w.facts is not None)
    return replace(added, ways=ways, mix=len(ways) - 1, today=len(ways) - 1)


def _released(workload: Workload) -> FloatArray | None:
    if workload.budget is None:
        return None
    return released(float(workload.budget.total), workload.budget.quarters, workload.months)


def _current(resolved: ResolvedWorkload, level: LevelOfUse) -> Routing:
    """Return who serves what today; of several billed options the bill has decided the shares."""
    if level.today:
        return {"default": {(name,): share for name, share in level.today.items()}}
    return resolved.today.routing


def _measured(resolved: ResolvedWorkload) -> _Found:
    """Return tokens and quality of every option, or the reason why they are not known."""
    found = _Found(measures_of(resolved))
    found.assumptions += [one for known in found.measures.values() for one in known.assumptions]
    for name in resolved.purchases:
        if name not in found.measures:
            found.unknown[name] = (
                "no profile says how to pool records (`pooling`); give `token_multiplier` and "
                "`quality`"
            )
    return found


def _central(measures: Measures) -> FloatArray:
    """Return what an option's multipliers are taken to be. Shape (K,)."""
    return np.array([one.central for one in measures.multiplier])


def _level(resolved: ResolvedWorkload, found: _Found) -> LevelOfUse:
    today = resolved.today
    for name in today.serving:
        if name not in found.measures:
            raise MissingError.of(found.unknown[name], key=f"options.{name}")
    multipliers = np.array([_central(found.measures[name]) for name in today.serving])
    shares, people = _served(resolved)
    serving = Serving(
        tuple(resolved.purchases[name] for name in today.serving),
        multipliers,
        np.ones_like(shares) if today.open_shares else shares,
        today.open_shares,
        today.bills,
        people,
    )
    try:
        return find_level(
            resolved.workload,
            resolved.tasks,
            resolved.count,
            resolved.months,
            serving,
            resolved.prices,
        )
    except PriceGapError as error:
        if error.faults:
            raise
        key = "billed[0].month" if resolved.workload.billed else "start"
        raise PriceGapError.of(str(error), key=key) from None


def _served(resolved: ResolvedWorkload) -> tuple[FloatArray, tuple[float, ...]]:
    """Return the share of each class that today's options serve, (option, class), and for whom.

    Where several bills decide the shares each says how many it is for. Where teams have mixes of
    their own, theirs count by their people.
    """
    today, workload = resolved.today, resolved.workload
    month = next((bill.month for bill in last_bills(workload)), resolved.months[0])
    active = active_in(workload, month)[1]
    if today.open_shares:
        said = [max(map(active_of, own), key=lambda one: one or 0.0) for own in today.bills]
        shares = np.array([[today.share(n, k) for k in resolved.tasks] for n in today.serving])
        return shares, tuple(active if one is None else one for one in said)
    teams = teams_of(workload)
    heads = np.array([team.developers.at(month) for team in teams.values()])
    weights = heads / heads.sum() if heads.sum() else np.full(len(heads), 1 / len(heads))
    shares = np.zeros((len(today.serving), len(resolved.tasks)))
    people = np.zeros(len(today.serving))
    for weight, team in zip(weights, teams.values(), strict=True):
        own = today
        if today.is_mix and team.mix is not None:
            own = today._replace(routing={**today.routing, **team.mix})
        part = np.array([[own.share(n, k) for k in resolved.tasks] for n in today.serving])
        shares += weight * part
        people += weight * active * part.any(axis=1)
    return shares, tuple(people.tolist())


def _candidates(
    resolved: ResolvedWorkload, found: _Found, hidden: str | None
) -> tuple[Candidate, ...]:
    """Price every option that is known so far; gather every gap before giving up.

    `hidden`: why today's tokens are not known. Today's own row is exact all the same, and no other.
    """
    billed = resolved.today.serving if resolved.workload.billed else ()
    result, faults = [], []
    for name, known in found.measures.items():
        if hidden is not None and name not in billed:
            found.unknown[name] = hidden
            continue
        try:
            one = candidate(
                resolved.purchases[name],
                known,
                resolved.months,
                resolved.prices.prompts,
                resolved.prices.peaks,
                all_beyond_paid=name in billed,
            )
        except NotKnownError as error:
            found.unknown[name] = str(error)
        except MissingError as error:
            if resolved.workload.options:
                faults.append(Fault("", 0, 0, f"options.{name}", str(error)))
            else:  # the shortlist is ours: what it lacks is no fault of the file
                found.unknown[name] = str(error)
        else:
            result.append(one)
    if faults:
        raise PriceGapError.at(faults)
    return tuple(result)


def _market(
    resolved: ResolvedWorkload, level: LevelOfUse, candidates: tuple[Candidate, ...], found: _Found
) -> Market:
    workload, tasks = resolved.workload, dict(resolved.tasks)
    names = [one.name for one in candidates]
    reference = resolved.today.reference
    if reference not in names:
        raise MissingError.of(found.unknown[reference], key=f"options.{reference}")
    review, rework = people_costs(workload, tasks, found.assumptions.append)
    on_day = rates_on_day(resolved.reference, resolved.prices.prompts, resolved.prices.peaks)
    spread = DEFAULT_LEVEL_SPREAD if workload.level_spread is None else workload.level_spread
    return Market(
        work=lay_out_work(workload, tasks, resolved.count, resolved.months, spread),
        terms=TaskTerms(
            stated=tuple(stated_tokens(name, task) for name, task in tasks.items()),
            factor=level.factor,
            weights=relative_tokens(tasks),
            split=level.split,
            billed=level.billed,
            billed_shares=level.billed_shares,
            billed_rates=level.billed_rates,
            success=success(tasks),
            value=values(workload, tasks),
            review=review,
            rework=rework,
            detection=detection(tasks),
            check=np.array([task.check for task in tasks.values()]),
        ),
        candidates=candidates,
        groups=resolved.groups,
        usage_sigma=(workload.usage_spread or PUBLISHED_SPREAD).sigma,
        commitments={
            biller: float(contract.commitment)
            for biller, contract in workload.contracts.items()
            if contract.commitment is not None
        },
        failure_correlation=workload.policy.failure_correlation,
        cost_ratio_on_failure=workload.policy.cost_ratio_on_failure,
        rebound=workload.rebound,
        reference=names.index(reference),
        reference_rates=resolved.over_groups(on_day) * _central(found.measures[reference])[:, None],
    )
