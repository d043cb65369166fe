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
from advisor.tables.compare import (
    BY_PEOPLE,
    BY_USE,
    BY_WORK,
    Announced,
    CheaperStep,
    Comparison,
    Doing,
    Hinge,
    Ramp,
    Spend,
)
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
    if answer.budget is not None:
        text += _against_the_budget(answer, today, answer.budget)
    text += "."
    if today.value is not None:
        text += f" It does work worth {_amount(answer, today.value)}."
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
    cause = _cause(ramp)
    return f"{text}: {cause}." if cause else f"{text}."


def _cause(ramp: Ramp) -> str:
    """Name what makes most of a rise; nothing where no one thing does."""
    if ramp.cause == BY_WORK:
        return f"{count(ramp.tasks)} tasks of {ramp.task_class} fall into that month"
    if ramp.cause == BY_USE:
        return "each person uses more"
    if ramp.cause != BY_PEOPLE:
        return ""
    first, last = ramp.first_adoption, ramp.last_adoption
    # People are developers × adoption: what grew more of the two is what made them more.
    is_adoption = last**2 * ramp.first_people > first**2 * ramp.last_people
    if is_adoption and share(first) != share(last):
        return f"adoption goes from {share(first)} to {share(last)}"
    return f"{count(ramp.first_people)} people become {count(ramp.last_people)}"


def _allowed(answer: Comparison) -> str:
    each, level = answer.summary.budget_per_active_month, answer.calibration
    if each is None:
        return ""
    text = f" The budget allows {_amount(answer, each)} per active developer and month"
    if level is not None and level.basis == "bill" and level.cost and level.active_developers:
        # A budget pays for seats too, so the bill stands beside it with them.
        was = _amount(answer, level.cost / level.active_developers)
        text += f"; {level.month.name} was {was}{' with its seats' if level.seat_fees else ''}"
    return f"{text}."


def _way(doing: Doing) -> str:
    return _titled(doing.title)


def _titled(title: str) -> str:
    model, _, tool = title.partition(", ")
    if tool.endswith(" seats"):
        return f"{model} on {tool}"
    return f"{model} in {tool}" if tool else model


def _inside(doing: Doing) -> str:
    """Name a way inside a sentence."""
    way = _way(doing)
    return way[0].lower() + way[1:] if way.startswith(("The ", "What ")) else way


def _the_best_other_way(answer: Comparison) -> str:
    best = answer.summary.best
    if best is None:
        return _nothing_better(answer)
    gain = answer.summary.best_net_value
    if gain is None:
        return f"{_way(best)} {_would_do(answer, best)}.{_next_step(answer)}"
    if gain > 0:
        worth = f"after all costs it is worth {_amount(answer, gain)} more"
        return f"{_way(best)} {_would_do(answer, best)}; {worth}.{_worthier(answer)}"
    loses = f"after all costs it is worth {_amount(answer, -gain)} less"
    if not round(gain):
        loses = "after all costs it is worth as much as today"
    text = f"{_inside(best)} {_would_do(answer, best)}; {loses}."
    if answer.budget is not None and best.spend.expected <= answer.budget:
        text = f"inside the budget, {text}"
    if answer.summary.worth_more is not None:
        return f"{text[0].upper()}{text[1:]}{_worthier(answer)}"
    return f"Nothing compared is worth more after all costs. {text[0].upper()}{text[1:]}"


def _would_do(answer: Comparison, best: Doing) -> str:
    """Say how much of today's work a way does, for how much, and whether the budget is enough."""
    spend, now = best.spend.expected, answer.summary.today.spend.expected
    compared = f", {_amount(answer, abs(now - spend))} {'less' if now >= spend else 'more'}"
    if abs(now - spend) < _SAME * now:
        compared = ", as much as today"
    if answer.budget is not None and spend > answer.budget:
        compared += f" and {_amount(answer, spend - answer.budget)} over the budget"
    return (
        f"would do about {share(best.work_done)} of that work for {_amount(answer, spend)}"
        f"{_range(answer, best.spend)}{compared}"
    )


def _worthier(answer: Comparison) -> str:
    """Name what is worth more than the way that is told of, and whether it is allowed."""
    more = answer.summary.worth_more
    if more is None:
        return ""
    denied = "" if more.is_allowed else ", and your policy does not allow it"
    return (
        f" {_titled(more.title)} is worth {_amount(answer, more.net_value)} more than today, for "
        f"{_amount(answer, more.spend)}{denied}."
    )


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
    others = [
        line
        for line in answer.options
        if not line.is_today and line.spend is not None and line.denied is None
    ]
    if answer.has_values:
        more = _worthier(answer).strip()
        none = "No other option compared is worth more after all costs." if others else ""
        return more or none
    if not others:
        return ""
    cheapest = min(others, key=lambda line: line.spend.expected if line.spend else float("inf"))
    if cheapest.spend is None or cheapest.work_done is None:
        return ""
    is_cheaper = cheapest.spend.expected < answer.summary.today.spend.expected
    why = "No cheaper way is clearly better" if is_cheaper else "No other way is cheaper"
    return (
        f"{why}: {_model(cheapest.title)} is the cheapest{'' if is_cheaper else ' other one'} at "
        f"{_amount(answer, cheapest.spend.expected)} and does {share(cheapest.work_done)} of the "
        "work."
    )


def _what_it_hangs_on(answer: Comparison) -> str:
    hinge, best = answer.summary.hinge, answer.summary.best
    parts = []
    if hinge is not None and best is not None and not _is_sure(hinge):
        parts.append(_hinge(answer, hinge, best))
    parts.extend(_announced(answer, one) for one in answer.summary.announced[:2])
    return " ".join(parts)


def _is_sure(hinge: Hinge) -> bool:
    """Tell whether a multiplier is one number, and no other one near would change the order."""
    now = in_digits(hinge.now, 2)
    turns = hinge.breaks_even_at is not None and in_digits(hinge.breaks_even_at, 2) != now
    return hinge.low == hinge.high and not turns


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
