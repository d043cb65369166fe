"""The comparison in plain words, for somebody who reads nothing else.

Always in this order: what happens if nothing changes, the best other way, what it hangs on, what is
not in the figures, where they come from. No Greek, no "optimal", two or three digits.
"""

from __future__ import annotations

from advisor.output.figures import (
    count,
    hours,
    is_known,
    long_day,
    said_money,
    share,
)
from advisor.tables.compare import Announced, CheaperStep, Comparison, Doing, Hinge, Ramp, Spend
from advisor.units import in_digits

_SAME = 0.005


def paragraph(answer: Comparison) -> list[str]:
    """Return the sentences, one paragraph an item."""
    parts = [
        _if_nothing_changes(answer),
        _the_best_other_way(answer),
        _what_it_hangs_on(answer),
        _what_is_not_in_here(answer),
        _where_from(answer),
    ]
    return [part for part in parts if part]


def _amount(answer: Comparison, amount: float) -> str:
    return said_money(amount, answer.currency)


def _range(answer: Comparison, spend: Spend) -> str:
    """Write the range in brackets, or nothing where its ends read the same."""
    if not is_known(spend.p10):
        return ""
    low, high = _amount(answer, spend.p10), _amount(answer, spend.p90)
    return "" if low == high else f" ({low}–{high.lstrip('$€£¥')})"


def _period(answer: Comparison) -> str:
    first, last = answer.start, answer.last_month
    if answer.months == 1:
        return f"in {first.name}"
    if first.month == 1 and last.month == 12 and first.year == last.year:
        return f"in {first.year}"
    return f"from {first.name} to {last.name}"


def _if_nothing_changes(answer: Comparison) -> str:
    today = answer.summary.today
    text = (
        f"If nothing changes, {_inside(today)} costs about {_amount(answer, today.spend.expected)} "
        f"{_period(answer)}{_range(answer, today.spend)}"
    )
    if today.value is not None:
        text += f" and does work worth {_amount(answer, today.value)}"
    if answer.budget is not None:
        text += _against_the_budget(answer, today, answer.budget)
    text += "."
    if answer.summary.ramp is not None:
        text += f" {_rise(answer, answer.summary.ramp)}"
    return text + _allowed(answer)


def _against_the_budget(answer: Comparison, today: Doing, budget: float) -> str:
    over = today.spend.expected - budget
    if over <= 0:
        return f", {_amount(answer, -over)} under the budget"
    times = today.spend.expected / budget if budget else 0.0
    digits = 0 if times >= 100 else 1
    much = f"{times:,.{digits}f} times" if times >= 2 else f"{_amount(answer, over)} over"
    text = f", {much} the budget"
    if today.exhaustion_date is not None:
        text += f"; the money is gone on {long_day(today.exhaustion_date)}"
        early, late = today.exhaustion_early, today.exhaustion_late
        if early is not None and late is not None and early != late:
            text += f" ({early.day} {early:%B} to {late.day} {late:%B})"
    return text


def _rise(answer: Comparison, ramp: Ramp) -> str:
    """Say what moves the monthly bill within the plan."""
    text = (
        f"The monthly bill goes from {_amount(answer, ramp.first_spend)} in {ramp.first.name} to "
        f"{_amount(answer, ramp.last_spend)} in {ramp.last.name}"
    )
    first, last = share(ramp.first_adoption), share(ramp.last_adoption)
    if first != last:
        return f"{text}: adoption goes from {first} to {last}."
    if ramp.last_people > ramp.first_people:
        return f"{text}: {count(ramp.first_people)} people become {count(ramp.last_people)}."
    return f"{text}."


def _allowed(answer: Comparison) -> str:
    each, level = answer.summary.budget_per_active_month, answer.calibration
    if each is None:
        return ""
    text = f" The budget allows {_amount(answer, each)} per active developer and month"
    if level is not None and level.basis == "bill":
        text += f"; {level.month.name} was {_amount(answer, level.per_active_month)}"
    return f"{text}."


def _way(doing: Doing) -> str:
    model, _, tool = doing.title.partition(", ")
    if tool.endswith(" seats"):
        return f"{model} on {tool}"
    return f"{model} in {tool}" if tool else model


def _inside(doing: Doing) -> str:
    """Name a way inside a sentence."""
    way = _way(doing)
    return way[0].lower() + way[1:] if way.startswith(("The ", "What ")) else way


def _the_best_other_way(answer: Comparison) -> str:
    best, today = answer.summary.best, answer.summary.today
    if best is None:
        return _nothing_better(answer)
    gain = answer.summary.best_net_value
    behind = gain is not None and gain <= 0
    less = today.spend.expected - best.spend.expected
    compared = f", {_amount(answer, abs(less))} {'less' if less >= 0 else 'more'}"
    if abs(less) < _SAME * today.spend.expected:
        compared = ", as much as today"
    text = (
        f"{_inside(best) if behind else _way(best)} would do about {share(best.work_done)} of that "
        f"work for {_amount(answer, best.spend.expected)}{_range(answer, best.spend)}{compared}"
    )
    if gain is not None and behind:
        text = (
            f"Nothing compared is worth more after all costs. Inside the budget, {text}; after all "
            f"costs it is worth {_amount(answer, -gain)} less"
        )
    elif gain is not None:
        text += f"; after all costs it is worth {_amount(answer, gain)} more"
    return f"{text}.{_next_step(answer)}"


def _next_step(answer: Comparison) -> str:
    step = answer.summary.step
    if step is None or step.work_lost <= 0:
        return ""
    return (
        f" {_model(step.title)} saves {_amount(answer, step.saves_per_active_month)} more a month "
        f"per developer and leaves {share(step.work_lost)} more undone: worth it only if that "
        f"costs each developer under {_time(step)} a month."
    )


def _time(step: CheaperStep) -> str:
    minutes = step.worth_below_minutes
    return f"{minutes:.0f} minutes" if minutes < 90 else f"{hours(minutes / 60)} hours"


def _model(title: str) -> str:
    return title.partition(", ")[0]


def _nothing_better(answer: Comparison) -> str:
    others = [line for line in answer.options if not line.is_today and line.spend is not None]
    if not others:
        return ""
    if answer.has_values:
        return "No other option compared is worth more after all costs."
    cheapest = min(others, key=lambda line: line.spend.expected if line.spend else float("inf"))
    if cheapest.spend is None or cheapest.work_done is None:
        return ""
    return (
        f"No cheaper way is clearly better: {_model(cheapest.title)} is the cheapest at "
        f"{_amount(answer, cheapest.spend.expected)} and does {share(cheapest.work_done)} of the "
        "work."
    )


def _what_it_hangs_on(answer: Comparison) -> str:
    hinge, best = answer.summary.hinge, answer.summary.best
    parts = []
    if hinge is not None and best is not None:
        parts.append(_hinge(answer, hinge, best))
    parts.extend(_announced(answer, one) for one in answer.summary.announced[:2])
    return " ".join(parts)


def _hinge(answer: Comparison, hinge: Hinge, best: Doing) -> str:
    kind = "published" if hinge.borrowed else "range"
    spread = (
        ""
        if hinge.low == hinge.high
        else f" ({kind}: {in_digits(hinge.low, 2)}–{in_digits(hinge.high, 2)})"
    )
    now = in_digits(hinge.now, 2)
    text = f"This hangs on {_inside(best)} using {now} times today's tokens{spread}"
    if hinge.breaks_even_at is None or in_digits(hinge.breaks_even_at, 2) == now:
        return f"{text}."
    same = "it is worth as much as today" if answer.has_values else "it costs as much as today"
    return f"{text}; at {in_digits(hinge.breaks_even_at, 2)} times {same}."


def _announced(answer: Comparison, one: Announced) -> str:
    doubles = abs(one.factor - 2) < 0.005
    moves = "doubles its price" if doubles else f"changes its price {in_digits(one.factor, 2)}-fold"
    return (
        f"{_model(one.title)} {moves} on {one.on.day} {one.on:%B}, else it would be "
        f"{_amount(answer, one.spend_without)}."
    )


def _what_is_not_in_here(answer: Comparison) -> str:
    doubled = answer.summary.if_use_doubles
    if doubled is None:
        return ""
    text = (
        "Not in here: growth. If use doubles within the year, today's set-up costs "
        f"{_amount(answer, doubled.spend.expected)}"
    )
    if doubled.exhaustion_date is not None:
        text += f" and lasts until {long_day(doubled.exhaustion_date)}"
    return f"{text}."


def _where_from(answer: Comparison) -> str:
    level = answer.calibration
    if level is None:
        basis = "the tokens that the file states"
    elif level.basis == "bill":
        basis = f"what was invoiced in {level.month.name}"
    else:
        basis = "published spending per developer (no invoice of yours)"
    more = " and public benchmarks" if answer.summary.borrowed else ""
    return f"From {basis}{more}; prices of {answer.as_of}."
