"""The questions of `advisor init`: each is asked until its answer can be read.

A flag answers a question before it is asked; what a flag says wrong ends the command, for nobody
may be there to ask.
"""

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, TypeVar

import typer

from advisor.answers.init import FirstAnswers, FirstBill
from advisor.errors import InputError, did_you_mean
from advisor.load.typed import (
    TypedBill,
    read_bills,
    read_month_of_year,
    read_number,
    read_people,
)
from advisor.units import Month

_Read = TypeVar("_Read")


class GivenFlags(NamedTuple):
    """What the flags say, as it was typed."""

    developers: str | None
    active: str | None
    billed: str | None
    seat_fees: str | None
    month: str | None
    model: str | None
    year_starts: str | None
    budget: str | None
    china: bool | None


class KnownNames(NamedTuple):
    """What answers are held against: vendors and models, each vendor's usual one, last month.

    `meant` hints at the vendor whom another name means.
    """

    vendors: Collection[str]
    meant: Callable[[str], str]
    models: Collection[str]
    usual: Mapping[str, str]
    last_month: Month


class _Asker(NamedTuple):
    """Where an answer comes from: a flag, a question, or its default where nothing is asked."""

    asks: bool

    def answer(
        self,
        flag: str,
        given: str | None,
        question: str,
        read: Callable[[str], _Read],
        *,
        default: str | None = None,
        shows: bool = True,
    ) -> _Read:
        """Return the first answer that can be read. Raises InputError for a wrong flag."""
        if given is not None or not self.asks:
            text = default if given is None else given
            if text is None:
                raise InputError.of(f"say how many: {flag} 40", key=flag)
            try:
                return read(text)
            except ValueError as error:
                raise InputError.of(str(error), key=flag) from None
        while True:
            text = typer.prompt(question, default=default, show_default=shows, prompt_suffix=" ")
            try:
                return read(str(text))
            except ValueError as error:
                typer.echo(f"  {error}")


def answers_of(given: GivenFlags, known: KnownNames, *, asks: bool) -> FirstAnswers:
    """Put the answers together, from flags and, where one `asks`, from questions."""
    asker = _Asker(asks)
    developers, joins = asker.answer(
        "--developers", given.developers, "How many developers could use it?", read_people
    )
    active = asker.answer(
        "--active", given.active, "How many did, last month?",
        lambda text: _at_most(text, developers), default=f"{developers:g}",
    )  # fmt: skip
    typed = asker.answer(
        "--billed", given.billed,
        "What did you pay, and to whom?  (anthropic 8400, github 475 for 25 seats; "
        "empty if unknown)",
        lambda text: _known_bills(text, known), default="", shows=False,
    )  # fmt: skip
    month, bills = known.last_month, []
    if typed or given.month is not None:
        month = asker.answer(
            "--month", given.month, "For which month?", Month.parse, default=str(month)
        )
    for number, bill in enumerate(typed):
        # Nobody who says only a bill has said how many were active.
        stated = active if asks or given.active is not None else None
        bills.append(_bill(asker, given, known, bill, None if number and asks else stated))
    starts = asker.answer(
        "--year-starts", given.year_starts, "In which month does your fiscal year begin?",
        read_month_of_year, default="1",
    )  # fmt: skip
    rest = FirstAnswers(
        developers=developers,
        joins=joins,
        active=active if asks or given.active is not None else None,
        bills=bills,
        month=month,
        year_starts=starts,
        budget=None,
        china=False,
    )
    budget = asker.answer("--budget", given.budget, _budget_question(rest), _budget, default="none")
    china = given.china
    if china is None and asks:
        china = typer.confirm(
            "May code go to models hosted in China?", default=False, prompt_suffix=" "
        )
    return rest._replace(budget=budget, china=bool(china))


def _budget_question(answers: FirstAnswers) -> str:
    first, last = answers.start, answers.start + 11
    when = str(first.year) if first.month == 1 else f"{first} to {last}"
    return f"Budget for {when}?"


def _budget(text: str) -> float | None:
    return None if text.strip() in {"none", ""} else read_number(text)


def _at_most(text: str, developers: float) -> float:
    active = read_number(text)
    if active > developers:
        raise ValueError(f"{active:g} active developers of {developers:g}")
    return active


def _known_bills(text: str, known: KnownNames) -> list[TypedBill]:
    bills = read_bills(text)
    for bill in bills:
        if bill.vendor not in known.vendors:
            hint = known.meant(bill.vendor) or "known: " + ", ".join(known.vendors)
            raise ValueError(f"{bill.vendor!r} is not a vendor in the price tables: {hint}")
    return bills


def _known_model(text: str, known: KnownNames) -> str | None:
    if text and text not in known.models:
        hint = did_you_mean(text, known.models) or "`advisor prices list` names them all"
        raise ValueError(f"{text!r} is not a model in the price tables: {hint}")
    return text or None


def _bill(
    asker: _Asker, given: GivenFlags, known: KnownNames, bill: TypedBill, active: float | None
) -> FirstBill:
    """Ask what else is to be known of an invoice: whom it was for, seat fees, the model."""
    who = bill.vendor

    def fees(text: str) -> float | None:
        amount = _own_part(text, who)
        if amount is not None and amount > bill.cost:
            raise ValueError(f"seat fees of {amount:,.0f} in a bill of {bill.cost:,.0f}")
        return amount or None

    if bill.seats is not None:
        return FirstBill(who, bill.cost, seats=bill.seats)
    if active is None and asker.asks:
        active = asker.answer("--active", None, f"How many of them used {who}?", read_number)
    question = f"Of the {bill.cost:,.0f} to {who}, seat fees?"
    paid = asker.answer("--seat-fees", given.seat_fees, question, fees, default="0")
    model = None
    if who in known.usual:
        model = asker.answer(
            "--model", given.model, f"Mostly which model of {who}'s?",
            lambda text: _known_model(text, known), default=known.usual[who] if asker.asks else "",
        )  # fmt: skip
    return FirstBill(who, bill.cost, active=active, seat_fees=paid, model=model)


def _own_part(text: str, vendor: str) -> float | None:
    """Read `1200`, or this vendor's part of `anthropic=1200, github=475`."""
    if not any(letter.isalpha() for letter in text.replace("k", "").replace("M", "")):
        return read_number(text)
    return next((one.cost for one in read_bills(text) if one.vendor == vendor), None)
