"""The comparison in plain words, for somebody who reads nothing else.

Always in this order: what happens if nothing changes, the best other way, what it hangs on, what is
not in the figures, where they come from. No Greek, no "optimal", two or three digits.
"""

from __future__ import annotations

from advisor.output.figures import (
    hours,
    is_known,
    long_day,
    money,
    share,
    with_currency,
)
from advisor.tables import Announced, Comparison, Doing, Hinge, Spend


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
    return with_currency(money(_rounded(amount)), answer.currency)


def _rounded(amount: float) -> int:
    """Round to three digits, two where the third says nothing."""
    digits = len(str(int(abs(amount))))
    step: int = 10 ** max(0, digits - 3)
    return round(amount / step) * step


def _range(answer: Comparison, spend: Spend) -> str:
    if not is_known(spend.p10) or spend.p10 == spend.p90:
        return ""
    high = money(_rounded(spend.p90))
    return f" ({_amount(answer, spend.p10)}–{high})"


def _period(answer: Comparison) -> str:
    first, last = answer.start, answer.last_month
    if first.month == 1 and last.month == 12 and first.year == last.year:
        return f"in {first.year}"
    return f"from {first.name} to {last.name}"


def _if_nothing_changes(answer: Comparison) -> str:
    today = answer.outlook.today
    text = (
        f"If nothing changes, {_way(today)} costs about {_amount(answer, today.spend.expected)} "
        f"{_period(answer)}{_range(answer, today.spend)}"
    )
    if answer.budget is None:
        return f"{text}."
    over = today.spend.expected - answer.budget
    if over > 0:
        text += f", {_amount(answer, over)} over the budget"
        if today.exhaustion_date is not None:
            text += f"; the money is gone on {long_day(today.exhaustion_date)}"
    else:
        text += f", {_amount(answer, -over)} under the budget"
    each = answer.outlook.budget_per_active_month
    if each is None:
        return f"{text}."
    text += f". The budget allows {_amount(answer, each)} per active developer and month"
    level = answer.calibration
    if level is not None and level.basis == "bill":
        text += f"; {level.month.name} was {_amount(answer, level.per_active_month)}"
    return f"{text}."


def _way(doing: Doing) -> str:
    model, _, tool = doing.title.partition(", ")
    if tool.endswith(" seats"):
        return f"{model} on {tool}"
    return f"{model} in {tool}" if tool else model


def _the_best_other_way(answer: Comparison) -> str:
    best, step = answer.outlook.best, answer.outlook.step
    if best is None:
        return _nothing_better(answer)
    done = share(best.work_done)
    text = (
        f"{_way(best)} would do about {done} of that work for "
        f"{_amount(answer, best.spend.expected)}{_range(answer, best.spend)}"
    )
    gain = answer.outlook.best_net_value
    if gain is not None and gain > 0:
        text += f", worth {_amount(answer, gain)} more after all costs"
    elif gain is not None:
        text = (
            "Nothing compared is worth more after all costs. Inside the budget, "
            f"{text}, worth {_amount(answer, -gain)} less"
        )
    text += "."
    if step is not None and step.work_lost > 0:
        minutes = step.worth_below_minutes
        time = f"{minutes:.0f} minutes" if minutes < 90 else f"{hours(minutes / 60)} hours"
        text += (
            f" {_model(step.title)} saves {_amount(answer, step.saves_per_active_month)} more a "
            f"month per developer and leaves {share(step.work_lost)} more undone: worth it only if "
            f"that costs each developer under {time} a month."
        )
    return text


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
        f"{_amount(answer, cheapest.spend.expected)} and does "
        f"{share(cheapest.work_done)} of the work."
    )


def _what_it_hangs_on(answer: Comparison) -> str:
    hinge, best = answer.outlook.hinge, answer.outlook.best
    parts = []
    if hinge is not None and best is not None:
        parts.append(_hinge(answer, hinge, best))
    parts.extend(_announced(answer, one) for one in answer.outlook.announced[:2])
    return " ".join(parts)


def _hinge(answer: Comparison, hinge: Hinge, best: Doing) -> str:
    kind = "published" if hinge.borrowed else "range"
    spread = "" if hinge.low == hinge.high else f" ({kind}: {hinge.low:.2g}–{hinge.high:.2g})"
    text = f"This hangs on {_way(best)} using {hinge.now:.2g} times today's tokens{spread}"
    if hinge.breaks_even_at is None:
        return f"{text}."
    same = "it is worth as much as today" if answer.has_values else "it costs as much as today"
    return f"{text}; at {hinge.breaks_even_at:.2g} times {same}."


def _announced(answer: Comparison, one: Announced) -> str:
    moves = (
        "doubles its price"
        if abs(one.factor - 2) < 0.005
        else (f"changes its price {one.factor:.2g}-fold")
    )
    return (
        f"{_model(one.title)} {moves} on {one.on.day} {one.on:%B}, else it would be "
        f"{_amount(answer, one.spend_without)}."
    )


def _what_is_not_in_here(answer: Comparison) -> str:
    doubled = answer.outlook.if_use_doubles
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
        basis = "one invoice" if not level.trend else "the last invoice"
    else:
        basis = "published spending per developer, not your invoice"
    more = " and public benchmarks" if answer.outlook.borrowed else ""
    return f"From {basis}{more}; prices of {answer.as_of}."
