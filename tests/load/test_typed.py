"""What people type: amounts, invoices, head counts and months, in the forms that they use."""

from __future__ import annotations

import pytest

from advisor.load.typed import (
    TypedBill,
    read_amount,
    read_bills,
    read_month_of_year,
    read_number,
    read_people,
)
from advisor.units import Month


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("19,400", 19_400),
        ("$19,400", 19_400),
        ("19 400", 19_400),
        ("1,234,567.50", 1_234_567.5),
        ("60k", 60_000),
        ("8.4", 8.4),
        ("8.4000", 8.4),
        (" 12 ", 12),
    ],
)
def test_an_amount_may_have_marks_between_thousands(text: str, value: float) -> None:
    """What is typed as people write money is the number that they mean."""
    assert read_number(text) == value


@pytest.mark.parametrize("text", ["8.400", "$90.000", "1.234.567"])
def test_a_point_that_may_stand_for_thousands_is_asked_about(text: str) -> None:
    """Nobody's 8,400 becomes 8.40 in silence."""
    with pytest.raises(ValueError, match="may be thousands or thousandths: write "):
        read_amount(text)


@pytest.mark.parametrize("text", ["many", "", "-5", "true", "19,40"])
def test_what_is_no_number_is_refused(text: str) -> None:
    """Words, nothing, less than nothing and half a thousand are not amounts."""
    with pytest.raises(ValueError, match=r"is not a number|must be at least 0"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "bills"),
    [
        ("19400 anthropic", [("anthropic", 19_400, None)]),
        ("Anthropic 19,400", [("anthropic", 19_400, None)]),
        ("anthropic=8400; openai=1200", [("anthropic", 8_400, None), ("openai", 1_200, None)]),
        ("anthropic 19,400,github 475", [("anthropic", 19_400, None), ("github", 475, None)]),
        ("$19,400 to anthropic and github $475 (25 seats)",
         [("anthropic", 19_400, None), ("github", 475, 25)]),
        ("github 475 for 25 seats", [("github", 475, 25)]),
        ("", []),
    ],
)  # fmt: skip
def test_invoices_are_read_in_either_order(
    text: str, bills: list[tuple[str, float, int | None]]
) -> None:
    """Vendor and amount may change places, and several stand in one line."""
    assert read_bills(text) == [TypedBill(*one) for one in bills]


@pytest.mark.parametrize("text", ["anthropic", "8400", "a lot to anthropic", "anthropic 0"])
def test_half_an_invoice_is_refused(text: str) -> None:
    """An invoice has a sender and an amount."""
    with pytest.raises(ValueError, match=r"write VENDOR and COST|invoice of nothing"):
        read_bills(text)


def test_hiring_is_said_in_a_line() -> None:
    """A head count may be followed by who is there from which month."""
    assert read_people("63") == (63, [])
    assert read_people("1,063, 1,080 from 2027-02; 1,100 from 2027-07") == (
        1_063,
        [(Month(2027, 2), 1_080), (Month(2027, 7), 1_100)],
    )


@pytest.mark.parametrize(
    "text", ["63, 80", "63, 80 from spring", "63, 80 from 2027-07, 90 from 2027-02"]
)
def test_hiring_without_its_month_is_refused(text: str) -> None:
    """Who joins does so from a month on, in order."""
    with pytest.raises(ValueError, match=r"write|is not a month"):
        read_people(text)


@pytest.mark.parametrize(("text", "number"), [("2", 2), ("Feb", 2), ("february", 2), ("12", 12)])
def test_a_month_has_a_number_or_a_name(text: str, number: int) -> None:
    """The first month of a fiscal year is said as people say it."""
    assert read_month_of_year(text) == number


@pytest.mark.parametrize("text", ["0", "13", "spring", ""])
def test_what_is_no_month_is_refused(text: str) -> None:
    """Only twelve months have a number or a name."""
    with pytest.raises(ValueError, match="is no month"):
        read_month_of_year(text)
