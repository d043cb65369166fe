"""A file held against everything that it limits: budget, policy and `limits:`.

The way that is held is the decided mix, else what runs today; `on` of a limit names another. What a
reader would get wrong: nothing here depends on the clock but the age of prices, which is counted to
the day handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from advisor.answers.check.figures import FIGURES, PROMPT_TOKENS, HeldWay, per_active_month
from advisor.answers.check.held_ways import CheckRequest, HeldWays, own_bounds
from advisor.answers.check.verdict import Bounds, bounds_of, judged
from advisor.answers.recommend.limits import (
    BUDGET,
    LEAST_VENDORS,
    LOWER_BOUNDS,
    MOST_VENDORS,
    RULE,
    TEAM_BUDGET,
    Bound,
    excess,
    measure,
)
from advisor.case.ways import MIX, TODAY
from advisor.errors import Fault, InputError, NothingToCheckError, did_you_mean
from advisor.limit_names import BASE, COUNT, DAY, LIMITS, MONEY, SHARE, LimitKind
from advisor.model.policy import Limit
from advisor.tables.check import FAIL, OK, ORDER, SKIPPED, UNKNOWN, FileCheck, LimitLine

Places = Mapping[str, tuple[int, int]]


def check(asked: CheckRequest) -> FileCheck:
    """Hold a file's plan against all its limits.

    Raises NothingToCheckError where it has none or none could be looked at, InputError for all
    limits that name what is not there, and as `choose` for options.
    """
    held = HeldWays(asked)
    stated = own_bounds(asked.case)
    if not stated and not asked.workload.limits:
        raise NothingToCheckError.of(
            "no budget, policy or limits: nothing to check", file=asked.sources.shown
        )
    plan = held.plan(asked.option, None)
    lines = [_own_line(asked, plan, bound) for bound in stated] + _lines(asked, held)
    if all(line.status == SKIPPED for line in lines):
        told = ", ".join(dict.fromkeys(f"{line.limit} {line.note}" for line in lines))
        raise NothingToCheckError.of(f"no limit was looked at: {told}", file=asked.sources.shown)
    spend, actuals, change = plan.line.spend, plan.actuals, asked.change
    assert spend is not None
    return FileCheck(
        workload=asked.case.name,
        file=asked.sources.shown,
        path=asked.path or asked.sources.shown,
        acts_on=held.chosen(asked.option).words,
        currency=asked.case.currency,
        start=asked.case.start,
        months=len(asked.case.market.work.months),
        as_of=asked.case.as_of,
        spend=spend,
        spend_per_active_month=per_active_month(plan),
        budget=asked.case.budget,
        exhaustion_date=(plan.line if actuals is None else actuals).exhaustion_date,
        lines=sorted(lines, key=lambda line: ORDER.index(line.status)),
        by_class=plan.line.spend_by_class,
        by_vendor=plan.figures.by_vendor,
        by_month=plan.line.spend_by_month,
        borrowed=sum(one.origin != "stated" for one in asked.case.assumptions),
        locked="locked" if asked.is_locked else "",
        change=change,
        actuals=actuals,
        warnings=[*asked.case.warnings, *(change.warnings if change is not None else ())],
    )


def _place(asked: CheckRequest, *keys: str) -> tuple[int, int]:
    return next((asked.places[key] for key in keys if key in asked.places), (1, 1))


# --- Budget and policy ---------------------------------------------------------------------------

_COUNTED = {MOST_VENDORS, LEAST_VENDORS, RULE}


def _own_line(asked: CheckRequest, plan: HeldWay, bound: Bound) -> LimitLine:
    own, actuals = plan.figures, plan.actuals
    if bound.kind == BUDGET and actuals is not None:
        # What is paid is paid: only the rest of the year is still drawn.
        tail = {} if actuals.dearest is None else {bound.key: actuals.dearest}
        own = own._replace(spend=actuals.expected_year_end, tail=tail)
    found, broken = measure(bound, own), excess(bound, own)
    is_money = bound.kind in {BUDGET, TEAM_BUDGET}
    is_lower = bound.kind in LOWER_BOUNDS
    line, column = _place(asked, f"{bound.key}.total", f"{bound.key}.default", bound.key)
    return LimitLine(
        limit=bound.name,
        key=bound.key,
        team=bound.about[0] if bound.kind == TEAM_BUDGET else None,
        on=plan.way.name,
        unit=MONEY if is_money else COUNT if bound.kind in _COUNTED else SHARE,
        value=found,
        at_most=None if is_lower else bound.value,
        at_least=bound.value if is_lower else None,
        status=FAIL if broken else OK,
        over=broken or None,
        note=_note(plan, bound),
        line=line,
        column=column,
    )


def _note(plan: HeldWay, bound: Bound) -> str:
    """Say beside a budget on how many years it is held; beside a rule, what it denies."""
    if bound.kind == RULE:
        return ", ".join(sorted(set(bound.about) & set(plan.figures.used)))
    if bound.confidence is not None:
        return f"the mean of the dearest {1 - bound.confidence:.0%} of years"
    return ""


# --- `limits:` -----------------------------------------------------------------------------------


def _key(places: Places, limit: Limit, index: int) -> str:
    """Return the key of a limit as the file writes it: in a list, or by its name."""
    by_place = f"limits[{index}]"
    return by_place if by_place in places else f"limits.{limit.limit}"


def _lines(asked: CheckRequest, held: HeldWays) -> list[LimitLine]:
    """Hold every limit; the faults of all are told at once."""
    lines: list[LimitLine] = []
    faults: list[Fault] = []
    for index, limit in enumerate(asked.workload.limits):
        try:
            lines.append(_line(asked, held, limit, _key(asked.places, limit, index)))
        except InputError as error:
            faults += error.faults
    if faults:
        raise InputError(faults)
    return lines


def _line(asked: CheckRequest, held: HeldWays, limit: Limit, key: str) -> LimitLine:
    """Hold one limit; what it needs and was not given makes it skipped."""
    kind = LIMITS[limit.limit]
    bounds = bounds_of(limit, kind.unit)
    plan = _plan(asked, held, limit, key)
    if kind.needs_budget and plan.case.budget is None:
        whose = f"team {limit.team} has" if limit.team else "the file has"
        raise InputError.of(f"{whose} no `budget` to hold this against", key=key)
    value = FIGURES[limit.limit](plan)
    status, over = judged(value, bounds, is_lower=kind.is_lower)
    note = "" if plan.prompt is None else f"{plan.prompt.largest}, by o200k_base"
    if value is None and kind.unit != DAY:
        status, note = _not_known(kind, asked)
    line, column = _place(asked, *(f"{key}.{name}" for name in _bound_first(bounds)), key)
    return LimitLine(
        limit=limit.limit,
        key=key,
        team=limit.team,
        on=plan.way.name if plan.prompt is None else str(limit.on),
        unit=kind.unit,
        value=value,
        at_most=bounds.at_most,
        at_least=bounds.at_least,
        warn_at=bounds.warn_at,
        status=status,
        over=over,
        note=note,
        line=line,
        column=column,
    )


def _not_known(kind: LimitKind, asked: CheckRequest) -> tuple[str, str]:
    """Say why nothing is known: nobody asked for it, or it was asked for and is not there."""
    if kind.needs == BASE and asked.change is not None:
        return UNKNOWN, "nothing was spent before, so that nobody can say a share"
    if kind.needs == BASE and asked.no_base:
        return UNKNOWN, asked.no_base
    return (SKIPPED, f"needs {kind.needs}") if kind.needs else (UNKNOWN, "not known")


def _bound_first(bounds: Bounds) -> Sequence[str]:
    """Name the keys whose line an annotation points to: what is failed at before what warns."""
    stated = [name for name in bounds._fields if getattr(bounds, name) is not None]
    return [*stated, "limit", "that"]


def _plan(asked: CheckRequest, held: HeldWays, limit: Limit, key: str) -> HeldWay:
    """Return the plan that a limit is held against. Raises InputError for what is not there."""
    if limit.team is not None and limit.team not in asked.workload.teams:
        hint = did_you_mean(limit.team, asked.workload.teams)
        raise InputError.of(f"{limit.team!r} is not a team", key=f"{key}.team", hint=hint)
    if limit.team is not None and LIMITS[limit.limit].is_of_all:
        raise InputError.of("is known of the whole file, of no team", key=f"{key}.team")
    if limit.limit == PROMPT_TOKENS:
        if limit.on is None:
            message = "say which files, relative to this one: `on: prompts/**`"
            raise InputError.of(message, key=key)
        counted = asked.prompts.get(limit.on, "was not counted")
        if isinstance(counted, str):
            raise InputError.of(counted, key=f"{key}.on")
        return held.plan(asked.option, None)._replace(prompt=counted)
    if limit.on is not None and limit.limit == "increase":
        message = "the change is that of the way that is held: say `--option` in place of it"
        raise InputError.of(message, key=f"{key}.on")
    try:
        return held.plan(_on(asked, limit), limit.team)
    except InputError as error:
        if limit.on is None:
            raise
        told = error.faults[0]
        raise InputError.of(told.message, key=f"{key}.on", hint=told.hint) from None


def _on(asked: CheckRequest, limit: Limit) -> str | None:
    """Return the way that a limit is held against: its own, else the one asked for."""
    if limit.on in {"current", TODAY}:
        return asked.case.ways[asked.case.today].name
    if limit.on == MIX:
        return None
    return limit.on or asked.option
