"""A first file for a team, with comments that say what each line is for."""

from __future__ import annotations

from typing import NamedTuple

from advisor.units import Month


class FirstAnswers(NamedTuple):
    """What a manager could say. `china`: may code go to models hosted there."""

    developers: float
    active: float | None
    vendor: str | None
    cost: float | None
    seat_fees: float | None
    month: Month
    model: str | None
    budget: float | None
    china: bool


def first_file(answers: FirstAnswers) -> str:
    """Return the text of the file: what I know, what I ask, limits."""
    lines = [
        "# What I know",
        f"developers: {_amount(answers.developers)}".ljust(36) + "# how many could use it",
    ]
    if answers.vendor is not None and answers.cost is not None:
        lines.append("billed:".ljust(36) + "# last month's invoice is the level of the year")
        lines.append(f"  - {_bill(answers)}")
    elif answers.active is not None and answers.developers:
        share = answers.active / answers.developers
        lines.append(f"adoption: {100 * share:.4g}%".ljust(36) + "# how many of them do")
    lines += [
        "",
        "# What I ask",
        f"start: {answers.month.year + 1}-01".ljust(36) + "# twelve months from here",
        "# hours: 20".ljust(36) + "# hours of a person's work it does per developer and month …",
        "# hour: 100".ljust(36) + "# … and what an hour costs; both together rank the options",
        "# growth: 6% a month".ljust(36) + "# if use keeps rising",
        "",
        "# Limits",
    ]
    if answers.budget is not None:
        lines.append(f"budget: {_amount(answers.budget)}".ljust(36) + "# for those twelve months")
    else:
        lines.append("# budget: 90_000".ljust(36) + "# for those twelve months")
    if not answers.china:
        lines.append("policy: {deny: {hosted_in: [CN]}}".ljust(36) + "# where code may not go")
    return "\n".join(lines) + "\n"


def _bill(answers: FirstAnswers) -> str:
    parts = [
        f"vendor: {answers.vendor}",
        f"month: {answers.month}",
        f"cost: {_amount(answers.cost)}",
    ]
    if answers.active is not None:
        parts.append(f"active_developers: {_amount(answers.active)}")
    if answers.model is not None:
        parts.append(f"model: {answers.model}")
    if answers.seat_fees:
        parts.append(f"seat_fees: {_amount(answers.seat_fees)}")
    return "{" + ", ".join(parts) + "}"


def _amount(value: float | None) -> str:
    """Write a number with `_` between thousands, as the files do."""
    if value is None:
        return ""
    return f"{value:_.0f}" if value == int(value) else f"{value:_}"


def level_sentence(answers: FirstAnswers, published: tuple[float, float, str] | None) -> str:
    """Say what the bill comes to per developer, beside what is published."""
    people = answers.active if answers.active is not None else answers.developers
    cost = (answers.cost or 0.0) - (answers.seat_fees or 0.0)
    each = cost / people if people else 0.0
    text = f"${cost:,.0f} / {people:g} = ${each:,.0f} per active developer."
    if published is None:
        return text
    low, high, who = published
    if low <= each <= high:
        return f"{text} {who} per active developer and month: in line."
    question = "" if low / 2 <= each <= high * 2 else " Is the number of active developers right?"
    return f"{text} {who} per active developer and month: outside that.{question}"
