"""What unquoted words stand for, by YAML 1.2 and by our own additions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.load.scalars import read_scalar


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("FALSE", False),
        ("0", 0),
        ("-3", -3),
        ("+3", 3),
        ("010", 10),  # 8 in YAML 1.1
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000_000", 1_000_000),
        ("$8_400", 8400),
        ("-$5", -5),
        ("60k", 60_000),
        ("2.4M", 2_400_000),
        ("-.5k", -500),
        ("1.50G", 1_500_000_000),
        ("$1.2k", 1200),
        ("1_000_000_000G", 10**18),
        ("999999999999999999", 999_999_999_999_999_999),
    ],
)
def test_a_whole_number_or_a_word_is_read_as_itself(written: str, meant: object) -> None:
    """Words of the core schema, and numbers that come out whole, are None, bool or int."""
    value = read_scalar(written)

    assert (value, type(value)) == (meant, type(meant))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2.5", "2.5"),
        ("2.0", "2.0"),
        ("1.", "1"),
        (".5", "0.5"),
        ("-0.25", "-0.25"),
        ("0.1", "0.1"),  # exactly a tenth, which no float is
        ("1_000.000_1", "1000.0001"),
        ("$0.75", "0.75"),
        ("1e3", "1E+3"),
        ("1.5E-7", "1.5E-7"),
        ("1e18", "1E+18"),
        ("35%", "0.35"),
        ("5.5%", "0.055"),
        ("-10%", "-0.10"),
        ("100%", "1.00"),
        ("1.2345k", "1234.5"),
    ],
)
def test_a_number_that_is_not_whole_is_an_exact_decimal(written: str, meant: str) -> None:
    """A point, an exponent or a per cent sign gives a Decimal with the digits as written."""
    assert repr(read_scalar(written)) == repr(Decimal(meant))


@pytest.mark.parametrize(
    "written",
    [
        "NO", "no", "yes", "on", "off", "y", "tRUE", "nULL",
        "12:30", "12:30:45", "2026-10-07", "2026-08-16T16:00Z", "2027-01",
        "60K", "2.4m", "1g", "35 %", "$5%", "1e3k", "8,400", "€5", "$", "--5", "5-",
        "1__000", "_1", "1_", "1.2.3", ".", "+", "inf", "nan", "0x", "0o8", "0b1",
        "6% a month", "50min", "１２", "gpt-5.1", "=",
    ],
)  # fmt: skip
def test_what_only_resembles_a_number_stays_text(written: str) -> None:
    """NO is Norway, 12:30 a time, and a suffix counts only in its own case."""
    assert read_scalar(written) == written


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("1234567890123456789", "at most 18 digits"),
        ("0.123456789012345678", "at most 18 digits"),
        ("1" * 5000 + "k", "at most 18 digits"),  # int() refuses more than 4,300
        ("1e19", "an exponent is at most 18"),
        ("1e-999999999", "an exponent is at most 18"),
        ("1e" + "9" * 5000, "an exponent is at most 18"),
        ("2e18", "at most 1e18"),
        ("-2_000_000_000G", "at most 1e18"),
        ("0xFFFFFFFFFFFFFFFF", "at most 1e18"),
        (".inf", "finite"),
        ("-.Inf", "finite"),
        ("+.INF", "finite"),
        (".nan", "finite"),
        (".NaN", "finite"),
    ],
)
def test_a_number_beyond_reason_is_refused(written: str, message: str) -> None:
    """More than 18 digits, more than 1e18 and what is not finite are errors, never text."""
    with pytest.raises(ValueError, match=message):
        read_scalar(written)


@given(st.decimals(-(10**9), 10**9, places=4))
def test_a_decimal_is_never_rounded(number: Decimal) -> None:
    """Any number within 18 digits is read as exactly what is written."""
    assert read_scalar(f"{number:f}") == number


@given(st.integers(0, 10**11), st.sampled_from([("k", 3), ("M", 6)]))
def test_a_suffix_multiplies(number: int, suffix: tuple[str, int]) -> None:
    """`k` is a thousand and `M` a million, whatever stands before them."""
    letter, zeros = suffix

    assert read_scalar(f"{number}{letter}") == number * 10**zeros
