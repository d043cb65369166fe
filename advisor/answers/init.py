"""A first file for a team, with comments that say what each line is for."""

from collections.abc import Sequence
from typing import NamedTuple

from advisor.units import Month

_COMMENTS_AT = 36


class FirstBill(NamedTuple):
    """An invoice of the month: who sent it, how much, for whom."""

    vendor: str
    cost: float
    active: float | None = None
    seats: int | None = None
    seat_fees: float | None = None
    model: str | None = None


class FirstAnswers(NamedTuple):
    """What a manager could say.

    `joins` are later head counts by the month from which they hold, `year_starts` the first month
    of the fiscal year, `china`: may code go to models hosted there.
    """

    developers: float
    joins: Sequence[tuple[Month, float]]
    active: float | None
    bills: Sequence[FirstBill]
    month: Month
    year_starts: int
    budget: float | None
    china: bool

    @property
    def start(self) -> Month:
        """The first month of the next fiscal year after the invoice."""
        later = self.month + 1
        return later + (self.year_starts - later.month) % 12


def first_file(answers: FirstAnswers) -> str:
    """Return the text of the file: what I know, what I ask, limits."""
    lines = [
        "# What I know",
        _said(f"developers: {_people(answers)}", "how many could use it"),
    ]
    if answers.bills:
        many = "invoices are" if len(answers.bills) > 1 else "invoice is"
        lines.append(_said("billed:", f"last month's {many} the level of the year"))
        lines += [f"  - {_bill(bill, answers.month)}" for bill in answers.bills]
    elif answers.active is not None and answers.developers:
        share = answers.active / answers.developers
        lines.append(_said(f"adoption: {100 * share:.4g}%", "how many of them do"))
    lines += ["", "# What I ask", _said(f"start: {answers.start}", "twelve months from here")]
    if answers.year_starts != 1:
        lines.append(_said(f"fiscal_year_starts: {answers.year_starts}", "month of the year"))
    lines += [
        _said("# hours: 20", "hours of a person's work it does per developer and month …"),
        _said("# hour: 100", "… and what an hour costs; both together rank the options"),
        _said("# growth: 6% a month", "if use keeps rising"),
        "",
        "# Limits",
    ]
    budget = "# budget: 90_000" if answers.budget is None else f"budget: {_amount(answers.budget)}"
    lines.append(_said(budget, "for those twelve months"))
    if not answers.china:
        lines.append(_said("policy: {deny: {hosted_in: [CN]}}", "where code may not go"))
    return "\n".join(lines) + "\n"


def _said(text: str, comment: str) -> str:
    return f"{text.ljust(_COMMENTS_AT - 1)} # {comment}"


def _people(answers: FirstAnswers) -> str:
    """Write one number, or numbers by month; each holds until the month before the next."""
    if not answers.joins:
        return _amount(answers.developers)
    points = {answers.month: answers.developers}
    before = answers.developers
    for month, people in answers.joins:
        if month > answers.month:
            points.setdefault(month + -1, before)
        points[month] = before = people
    return "{" + ", ".join(f"{month}: {_amount(n)}" for month, n in sorted(points.items())) + "}"


def _bill(bill: FirstBill, month: Month) -> str:
    parts = [f"vendor: {bill.vendor}", f"month: {month}", f"cost: {_amount(bill.cost)}"]
    if bill.active is not None:
        parts.append(f"active_developers: {_amount(bill.active)}")
    if bill.seats is not None:
        parts.append(f"seats: {bill.seats}")
    if bill.model is not None:
        parts.append(f"model: {bill.model}")
    if bill.seat_fees:
        parts.append(f"seat_fees: {_amount(bill.seat_fees)}")
    return "{" + ", ".join(parts) + "}"


def _amount(value: float) -> str:
    """Write a number with `_` between thousands, as the files do."""
    return f"{value:_.0f}" if value == int(value) else f"{value:_}"


def level_sentence(
    bill: FirstBill, people: float, published: tuple[float, float, str] | None
) -> str:
    """Say what a bill comes to per developer, beside what is published."""
    each = (bill.cost - (bill.seat_fees or 0.0)) / people if people else 0.0
    told = f"{each:,.0f}" if each >= 10 else f"{each:,.2f}"
    text = f"{bill.vendor}: ${bill.cost:,.0f} / {people:g} = ${told} per active developer."
    if published is None:
        return text
    low, high, who = published
    if low <= each <= high:
        return f"{text} {who} per active developer and month: in line."
    question = "" if low / 2 <= each <= high * 2 else " Is the number of active developers right?"
    return f"{text} {who} per active developer and month: outside that.{question}"
