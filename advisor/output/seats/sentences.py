"""Seats against tokens in plain words: how use differs, who goes where, what that takes, a cap.

No Greek, two or three digits. What a reader would get wrong: a seat that is made for individuals is
said to be one wherever a saving stands on it.
"""

from __future__ import annotations

from advisor.output.figures import count, is_known, money, said_money, share, with_currency
from advisor.tables.seats import BuyingLine, Cap, SeatsAnswer

_SAME = 0.005


def spread(answer: SeatsAnswer) -> str:
    """Say how use differs from one person to the next, and how that is known."""
    use, uses = answer.use, {kind.kind: kind.use for kind in answer.kinds}
    if use.sigma == 0:
        return (
            f"{count(use.people)} people use {_each(answer, use.per_active_month)} a month each: "
            "your `usage_spread` has nobody differ."
        )
    known = (
        "the published spread; say `usage_spread` for your own"
        if use.is_assumed
        else "your `usage_spread`"
    )
    return (
        f"{count(use.people)} people use {_each(answer, use.per_active_month)} a month on average: "
        f"half of them under {_each(answer, uses['typical'])}, 1 in 10 over "
        f"{_each(answer, uses['heavy'])}, 1 in 100 over {_each(answer, uses['extreme'])} "
        f"({known}). The heaviest tenth uses {share(use.heaviest_tenth)} of the money."
    )


def paragraph(answer: SeatsAnswer) -> list[str]:
    """Return the sentences before the advice, one paragraph an item."""
    parts = [_cheapest(answer), _if_use_moves(answer), _cap(answer), _not_in_here(answer)]
    return [part for part in parts if part]


def _each(answer: SeatsAnswer, amount: float) -> str:
    return with_currency(money(amount), answer.currency)


def _amount(answer: SeatsAnswer, amount: float) -> str:
    return said_money(amount, answer.currency)


def _saves(answer: SeatsAnswer) -> bool:
    return answer.deal.saves.expected > _SAME * answer.today_cost.expected


def _cheapest(answer: SeatsAnswer) -> str:
    deal, today = answer.deal, answer.today_cost.expected
    if not _saves(answer):
        return _nothing_saves(answer)
    on = dict[str, int]()
    for band in deal.bands:
        on[band.title] = on.get(band.title, 0) + band.people
    listed = [f"{people:,} {_on(title)}" for title, people in on.items()]
    text = (
        f"Cheapest: {_listed(listed)}, for {_amount(answer, deal.cost)} instead of "
        f"{_amount(answer, today)}. That saves {_amount(answer, deal.saves.expected)}"
        f"{_between(answer)}"
    )
    if deal.saves_against_best_single > _SAME * today and len(on) > 1:
        text += (
            f", {_amount(answer, deal.saves_against_best_single)} more than everybody "
            f"{_on(answer.title_of(deal.best_single))}, the best single way"
        )
    personal = _companies(answer)
    if personal:
        text = f"{personal} With them the cheapest is {text.removeprefix('Cheapest: ')}"
    return f"{text}.{_one_plan(answer)}"


def _nothing_saves(answer: SeatsAnswer) -> str:
    priced_ = [line for line in answer.ways if line.plan and not line.unknown and not line.denied]
    if not priced_:
        return "No seat that serves this work has published terms in all of these months."
    return (
        f"Today's way costs {_amount(answer, answer.today_cost.expected)}, and no seat whose terms "
        "are published is cheaper for anybody, alone or beside tokens."
    )


def _on(title: str) -> str:
    return title if title.startswith("by ") else f"on {title}"


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _between(answer: SeatsAnswer) -> str:
    saves = answer.deal.saves
    if not is_known(saves.p10):
        return ""
    low, high = _amount(answer, saves.p10), _amount(answer, saves.p90)
    return "" if low == high else f" ({low}–{high.lstrip('$€£¥')} in 8 of 10 years)"


def _one_plan(answer: SeatsAnswer) -> str:
    deal = answer.deal
    if deal.one_plan is None:
        return ""
    line = next(one for one in answer.ways if one.way == deal.one_plan)
    return (
        f" One plan beside tokens does {share(deal.one_plan_saves / deal.saves.expected)} of that: "
        f"{line.beside_people:,} people on {line.title}."
    )


def _companies(answer: SeatsAnswer) -> str:
    """Say what is left without seats that are made for individuals."""
    deal = answer.deal
    if deal.company_saves is None:
        return ""
    used = {band.way for band in deal.bands}
    personal = [one.title for one in answer.ways if one.way in used and one.for_individuals]
    are = "seem" if len(personal) > 1 else "seems"
    text = "Of the seats sold to companies none whose terms are published saves anything."
    if deal.company_saves > _SAME * answer.today_cost.expected:
        named = _listed([answer.title_of(way) for way in deal.company_ways])
        text = f"Of the seats sold to companies {named} would save "
        text += f"{_amount(answer, deal.company_saves)}."
    return (
        f"{text} By name {_listed(personal)} {are} to be for individuals: ask whether a company "
        "may buy that."
    )


def _if_use_moves(answer: SeatsAnswer) -> str:
    deal = answer.deal
    if not _saves(answer) or len({band.way for band in deal.bands}) == 1:
        return ""
    text = (
        "This assumes that heavy users stay heavy. If it is somebody else each month, only one way "
        f"for all is left: everybody {_on(answer.title_of(deal.best_single))}"
    )
    left = deal.saves_if_use_moves
    if left > _SAME * answer.today_cost.expected:
        return f"{text}, which saves {_amount(answer, left)}."
    return f"{text}, which saves nothing."


def _cap(answer: SeatsAnswer) -> str:
    if answer.use.sigma == 0:
        return "Where nobody differs a cap blocks everybody or nobody."
    own = [cap for cap in answer.caps if cap.option is not None]
    return " ".join(_capped(answer, cap) for cap in [answer.caps[0], *own[:2]])


def _capped(answer: SeatsAnswer, cap: Cap) -> str:
    text = f"A cap of {_each(answer, cap.cap)} a person and month"
    if cap.option is not None:
        text += f" (`{cap.option}`)"
    text += f" saves {share(cap.saves_share)}: {one_in(cap.blocked)} reaches it."
    if cap.option is not None:
        return text
    return f"{text}{_met_at_least_once(answer, cap)} What it saves is work left undone."


def _met_at_least_once(answer: SeatsAnswer, cap: Cap) -> str:
    if answer.months == 1:
        return ""
    return (
        " If heavy users stay heavy these are the same people every month; if not, "
        f"{share(cap.once_if_drawn_anew)} of all people meet it at least once."
    )


def one_in(part: float) -> str:
    """Write a small share as people do: 1 in 100."""
    if part <= 0:
        return "nobody"
    if part >= 0.2:
        return share(part)
    odds = 1 / part
    step = 10 ** max(0, len(str(int(odds))) - 2)
    return f"1 in {round(odds / step) * step:,}"


def people(number: float) -> str:
    """Write a number of people that need not be whole: 9.9, 38."""
    return f"{number:.1f}" if number < 9.95 else count(number)


def _not_in_here(answer: SeatsAnswer) -> str:
    basis = {
        "bill": f"what was invoiced in {answer.basis_month.name}" if answer.basis_month else "",
        "published": "published spending per developer (no invoice of yours)",
    }.get(answer.basis, "the tokens that the file states")
    tools = "A plan's tool may use more or fewer tokens than today's: not in here, see `compare`. "
    has_seats = any(line.plan and not line.unknown for line in answer.ways)
    return f"{tools if has_seats else ''}From {basis}; prices of {answer.as_of}."


def advice(answer: SeatsAnswer) -> str:
    """Return the one sentence to act on."""
    if not _saves(answer):
        by_token = any(line.is_today and line.plan is None for line in answer.ways)
        stay = "Stay by the token" if by_token else "Stay with today's way"
        return f"{stay}{_and_cap(answer)}."
    deal = answer.deal
    saved = _amount(answer, deal.saves.expected)
    if deal.company_saves is not None and deal.company_saves <= _SAME * answer.today_cost.expected:
        return f"Ask whether seats for individuals may be bought: they save {saved}; no others do."
    if len({band.way for band in deal.bands}) == 1:
        return f"Put everybody {_on(deal.bands[0].title)}: it saves {saved}."
    top = deal.bands[-1]
    return (
        f"Deal seats out by use, from the {top.people:,} heaviest {_on(top.title)} down: it saves "
        f"{saved}."
    )


def _and_cap(answer: SeatsAnswer) -> str:
    cap = answer.caps[0]
    if answer.use.sigma == 0:
        return ": no seat whose terms are published is cheaper"
    return (
        f"; a cap of {_each(answer, cap.cap)} a person and month stops {one_in(cap.blocked)} and "
        f"saves {share(cap.saves_share)}"
    )


def unpriced(answer: SeatsAnswer, line: BuyingLine) -> str:
    """Say in a row what can be said of a seat that has no figures."""
    if line.needs_use is None or line.people_above is None or line.saves_at_most is None:
        return "not known"
    return (
        f"{_each(answer, line.seat_month or 0)}, not known; at best over "
        f"{_each(answer, line.needs_use)}: {people(line.people_above)} people, "
        f"{money(line.saves_at_most)}"
    )


def priced(answer: SeatsAnswer, line: BuyingLine) -> str:
    """Say why a seat has no figures, and what can be said all the same."""
    text = f"not known: {line.unknown}"
    if line.needs_use is None or line.people_above is None or line.saves_at_most is None:
        return text
    return (
        f"{text}; it can pay only above {_each(answer, line.needs_use)} a month "
        f"({people(line.people_above)} people), {_amount(answer, line.saves_at_most)} at most"
    )
