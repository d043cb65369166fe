"""What is said of a year that has begun in words: causes, the first line, the sentence."""

from __future__ import annotations

from advisor.output import figures
from advisor.tables.forecast import Forecast, Variance

TITLES = {
    "people": "people who work with it",
    "tasks_per_person": "tasks a person",
    "tasks": "tasks",
    "tokens_per_task": "tokens a task",
    "use_per_person": "use a person",
    "volume": "volume of use",
    "mix": "which models",
    "token_classes": "share of cache and output",
    "price": "price",
    "seats_used": "seats in use",
    "seats_unused": "seats that nobody used",
    "seats": "seats",
    "other": "what bills alone or logs alone have",
    "use_and_price": "use, mix and price together",
}
"""Causes of a variance as a reader knows them."""
_LEAST = 0.5
"""Less money than this is written as none."""


def first_line(answer: Forecast) -> str:
    """Name the file, to when it is paid, which way follows, the months, the dates of prices."""
    actuals, last = answer.actuals, answer.start + (answer.months - 1)
    paid = "nothing paid yet" if actuals.until is None else f"paid to {actuals.until}"
    is_year = answer.start.month == 1 and answer.months == 12
    span = str(answer.start.year) if is_year else f"{answer.start} to {last}"
    parts = [answer.file, f"{paid} ({actuals.sources})", f"then {answer.acts_on}", span]
    return " · ".join([*parts, answer.currency, f"prices of {answer.as_of}"])


def year_end_lines(answer: Forecast) -> list[str]:
    """Say where the year ends, how that follows, and when the money is gone."""
    actuals = answer.actuals
    said = f"Year's end: {amount(actuals.expected_year_end)}"
    if actuals.p10 is not None and actuals.p90 is not None:
        said += f", 8 of 10 times from {amount(actuals.p10)} to {amount(actuals.p90)}"
    said += f"; planned {amount(answer.planned_year)}"
    if actuals.run_rate is not None:
        said += f", at the pace so far {amount(actuals.run_rate)}"
    return [f"{said}.", *filter(None, [_learnt(answer), _budget(answer)])]


def _learnt(answer: Forecast) -> str:
    actuals = answer.actuals
    if not actuals.months_learnt:
        return "Nothing is learnt from bills yet: the plan stands."
    months = f"{actuals.months_learnt} month" + ("s" if actuals.months_learnt > 1 else "")
    moved = ", ".join(f"{name} {change(one - 1)}" for name, one in actuals.levels.items())
    if not moved:
        return f"Learnt from {months}: nothing is left to move."
    return f"Learnt from {months}, the use that is left is expected off its plan by: {moved}."


def _budget(answer: Forecast) -> str:
    actuals = answer.actuals
    if answer.budget is None:
        return ""
    said = f"Budget {amount(answer.budget)}"
    if actuals.chance_over is not None:
        said += f": {figures.chance(actuals.chance_over)} chance over"
    gone = actuals.exhaustion_date
    said += "; it lasts in the expected year" if gone is None else f"; gone on {gone}"
    if answer.exhaustion_early is not None:
        late = answer.exhaustion_late
        until = "never" if late is None else str(late)
        said += f", 8 of 10 times between {answer.exhaustion_early} and {until}"
    return f"{said}."


def variance_heading(one: Variance) -> str:
    """Name the months, what they are held against, and the difference."""
    first, last = one.months[0], one.months[-1]
    span = str(first) if first == last else f"{first} to {last}"
    against = "the plan" if one.against == "plan" else one.against
    off = f" ({change(one.actual / one.base - 1)})" if one.base > 0 else ""
    return (
        f"Why {span} is off {against}: {amount(one.actual)} for {amount(one.base)}, "
        f"{moved(one.actual - one.base)}{off}"
    )


def sentence(answer: Forecast) -> str:
    """Say the answer in a sentence or two."""
    actuals, currency = answer.actuals, answer.currency
    end = figures.said_money(actuals.expected_year_end, currency)
    said = f"The year ends at {end}"
    if answer.budget is not None:
        off = actuals.expected_year_end - answer.budget
        away = figures.said_money(abs(off), currency)
        said += f", {away} {'over' if off > 0 else 'under'} the budget"
    if actuals.exhaustion_date is not None:
        said += f", which is gone on {figures.long_day(actuals.exhaustion_date)}"
    return f"{said}.{_largest(answer)}{_running_away(answer)}"


def _largest(answer: Forecast) -> str:
    parts = [part for one in answer.variances[:1] for part in one.parts]
    largest = max(parts, key=lambda part: abs(part.money), default=None)
    if largest is None or abs(largest.money) < _LEAST:
        return ""
    money = figures.said_money(abs(largest.money), answer.currency)
    way = "more" if largest.money > 0 else "less"
    return f" So far {TITLES[largest.cause]} made the largest difference, {money} {way}."


def _running_away(answer: Forecast) -> str:
    if not answer.anomalies:
        return ""
    names = ", ".join(one.name for one in answer.anomalies[:3])
    return f" Look at {names}: days far outside what is usual."


def amount(value: float) -> str:
    """Write money whole, as bills have it."""
    return f"{value:,.0f}"


def moved(value: float) -> str:
    """Write a difference whole with its sign; what rounds to nothing has none."""
    return f"{round(value) + 0:+,}" if abs(value) >= _LEAST else "0"


def change(share: float) -> str:
    """Write a change as a percentage with its sign."""
    return f"{round(100 * share):+}%"
