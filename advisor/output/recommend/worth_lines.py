"""What limits and vendors are worth, in lines: each begins with what it is about."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from advisor.output import figures
from advisor.output.figures import money, share, short_money, with_currency
from advisor.tables.recommend import FrontierPoint, Recommendation, WayColumn
from advisor.units import in_digits

_FRONTIER_SAID, _LIMITS_NAMED = 5, 3

_BUYS = 0.005
_MANY = 10_000
"""Units of money that are said to buy work: one buys too little to see."""
_SEEN = 0.5
"""Less than this is rounded away beside it."""
_WHOLE = 1 - 1e-6


def limit_in_words(
    answer: Recommendation, limit: str, value: float, confidence: float | None = None
) -> str:
    """Say what a limit allows: `at most 70% with one maker`."""
    if limit.endswith("budget"):
        team = limit.removeprefix("teams.").removesuffix(".budget")
        whose = "" if limit == "budget" else f" for {team}"
        text = f"under {money(value)} {answer.currency}{whose}{a_year(answer)}"
        if confidence is not None:
            text += f" in the mean of the dearest {share(1 - confidence)} of years"
        return text
    name, _, of = limit.partition(".")
    bound = share(value, digits=2)
    words = {
        "max_vendor_share": f"at most {bound} with one maker",
        "max_channel_share": f"at most {bound} billed by one",
        "max_harness_share": f"at most {bound} in one tool",
        "max_vendors": f"at most {value:.0f} makers",
        "min_vendors": f"at least {value:.0f} makers",
        "min_quality": f"{of or 'every kind of work'} at least {bound} of today's",
        "min_quality_overall": f"all work at least {bound} of today's",
    }
    return words.get(name, limit)


def a_year(answer: Recommendation) -> str:
    """Say for how long figures are: a year, or the months of the plan."""
    return " a year" if answer.months == 12 else f" in {answer.months} months"


def worth_lines(answer: Recommendation, width: int) -> list[str]:
    """Write all lines that have anything to say."""
    parts = [
        ("Unless", _legend(answer)),
        ("Vendors", vendors(answer)),
        ("Limits", limits(answer)),
        ("Broken", _broken(answer)),
        ("Worse", _worse(answer)),
        ("Whole", _whole(answer)),
        ("Draws", _robust(answer)),
        ("Frontier", _frontier(answer)),
    ]
    lines = []
    for name, text in parts:
        if text:
            lines += textwrap.wrap(
                f"  {name:<9} {text}", width, subsequent_indent=" " * 12,
                break_long_words=False, break_on_hyphens=False,
            )  # fmt: skip
    return lines


def _legend(answer: Recommendation) -> str:
    if not any(route.flips_at for route in answer.routes):
        return ""
    return (
        "× is tokens and % is work done, relative to today's, at which the route would turn to "
        "what follows the colon"
    )


def _broken(answer: Recommendation) -> str:
    """Say which limits the other ways would break."""
    said = []
    for way in (answer.today, answer.best_single):
        if way is not None and way.breaks:
            name = "today" if way is answer.today else f"{way.option} alone"
            said.append(f"{name} breaks {' and '.join(way.breaks)}")
    return " · ".join(dict.fromkeys(said))


def _worse(answer: Recommendation) -> str:
    """Say why the mix is worth less than a way that is shown beside it, where it is."""
    mix, said = answer.mix, []
    if mix is None:
        return ""
    for way, name in ((answer.today, "today"), (answer.best_single, "")):
        more = 0.0 if way is None else _aimed(answer, way) - _aimed(answer, mix)
        if way is not None and more > _SEEN:
            why = _why_not(answer, way)
            said.append(
                f"{name or f'{way.option} alone'} would be {_gain(answer, more)} better: {why}"
            )
    return " · ".join(dict.fromkeys(said))


def _aimed(answer: Recommendation, way: WayColumn) -> float:
    """Return what the mix is chosen by, of a way."""
    if answer.aim == "spend":
        return -way.spend.expected
    figure = {"net_value": way.net_value, "value": way.value}.get(answer.aim, way.completed)
    return figure or 0.0


def _why_not(answer: Recommendation, way: WayColumn) -> str:
    if way.breaks:
        return f"it breaks {' and '.join(way.breaks)}"
    if answer.status == "feasible":
        return "the search was cut short; give it longer with --time-limit"
    if answer.robust is not None:
        return "the mix is chosen for the draws, not for the means"
    return "it shares work out, which --shares allows"


def unit_of_work(answer: Recommendation) -> str:
    """Name what is counted: tasks, or a file without any its months of a developer's work."""
    return "developer-months" if answer.counts_months else "tasks"


def _gain(answer: Recommendation, amount: float) -> str:
    """Write what something is worth in the aim's unit: money, or the work that is counted."""
    if answer.aim == "completed":
        return f"{figures.count(amount)} {unit_of_work(answer)}"
    return with_currency(money(amount), answer.currency)


def vendors(answer: Recommendation) -> str:
    """Say what would be lost without each maker, and gained by one more."""
    said = []
    for name, lost in answer.vendor_worth.items():
        maker = answer.makers.get(name, name)
        if not figures.is_known(lost):
            said.append(f"without {maker} no mix keeps the limits")
            continue
        said.append(f"without {maker} {figures.signed(_gain(answer, -lost))}{a_year(answer)}")
    # A robust mix may use other makers than the best one, whose worths these are.
    if answer.robust is None and (said or answer.another_vendor is not None):
        left = [answer.makers.get(one, one) for one in answer.vendor_shares
                if one not in answer.vendor_worth]  # fmt: skip
        said += [f"without {maker}: not found in time" for maker in left]
    if said and answer.another_vendor is not None:
        said.append(f"a further one {figures.signed(_gain(answer, answer.another_vendor))}")
    return " · ".join(said)


def limits(answer: Recommendation) -> str:
    """Say what each limit costs, and what one more unit of budget buys."""
    if not answer.limits:
        return "none stated: a budget and a policy in the file would be kept"
    if answer.status == "feasible":
        return "not looked at: the search was cut short"
    said = [
        f"{_binding_in_words(answer, one.limit, one.value)} costs you "
        f"{_gain(answer, one.cost)}{a_year(answer)}"
        for one in answer.binding
    ]
    price = answer.shadow_price_budget
    more = ""
    if price is not None and figures.is_known(price):
        more = _one_more(answer, price)
    if not said and price is not None and price > _BUYS:
        return f"{more}; what limits cost in all was not found in time"
    if answer.unsettled:
        said.append(f"what {_named(answer.unsettled)} cost was not found in time")
    budget, spend = answer.budget, answer.spend.expected if answer.spend is not None else 0.0
    if not said and budget is not None and spend >= budget * _WHOLE:
        said.append(f"the budget of {money(budget)} is spent to the last")
    if not said:
        return f"none binds{': ' + more if more else ''}"
    return " · ".join([*said, more] if more else said)


def _one_more(answer: Recommendation, price: float) -> str:
    """Say what more budget buys; of work so much that it is a figure people can see."""
    unit = "dollar" if answer.currency == "USD" else answer.currency
    if answer.aim != "completed":
        return f"one more {unit} of budget buys {_cents(answer, price)}"
    many = "10,000 more dollars" if unit == "dollar" else f"10,000 more {unit}"
    return f"{many} of budget buy {in_digits(_MANY * price, 2)} {unit_of_work(answer)}"


def _named(limits: Sequence[str]) -> str:
    """Name a few limits, and count the others."""
    shown = ", ".join(f"`{name}`" for name in limits[:_LIMITS_NAMED])
    more = len(limits) - _LIMITS_NAMED
    return f"{shown} and {more} more limits" if more > 0 else shown


def _binding_in_words(answer: Recommendation, limit: str, value: float) -> str:
    if limit == "budget":
        return f"the budget of {money(value)}"
    return f"`{limit}` ({limit_in_words(answer, limit, value)})"


def _cents(answer: Recommendation, amount: float) -> str:
    text = figures.unit_price(amount) if amount else "0"
    return with_currency(text, answer.currency)


def _whole(answer: Recommendation) -> str:
    if not answer.whole_costs or answer.whole_costs < 1:
        return ""
    return (
        f"one route per kind of work costs {_gain(answer, answer.whole_costs)}{a_year(answer)} "
        "against shares (--shares), which people find hard to follow"
    )


def _robust(answer: Recommendation) -> str:
    line = answer.robust
    if line is None:
        return ""
    what = "years that go badly" if line.form == "tail" else "all drawn years"
    return (
        f"chosen for {what}: {_gain(answer, line.costs_at_the_means)} less at the means; "
        f"regret {_gain(answer, line.regret)} on average and "
        f"{_gain(answer, line.regret_in_bad_years)} in the worst {share(line.bad_years)} of years, "
        f"against {_gain(answer, line.expected_regret)} and "
        f"{_gain(answer, line.expected_regret_in_bad_years)} for the mix that is best at the means"
    )


def _frontier(answer: Recommendation) -> str:
    points = list(answer.frontier)
    if not points:
        return ""
    step = max(1, -(-len(points) // _FRONTIER_SAID))
    kept: list[FrontierPoint] = points[::-1][::step][::-1]
    said = [f"{short_money(point.spend)} {share(point.work_done)}" for point in kept]
    said[0] += " of today's work"
    if answer.has_values and answer.today is not None:
        base = answer.today.net_value or 0.0
        worth = [money((point.net_value or 0.0) - base, sign=True) for point in kept]
        said = [f"{one}, {net}" for one, net in zip(said, worth, strict=True)]
        said[0] += " of net value"
    return f"{' · '.join(said)}, and more money buys nothing"
