"""Figures as people read them; the one place where numbers are rounded.

A figure that is not known is a dash or a word, never a zero.
"""

from __future__ import annotations

import math
from datetime import date

from advisor.units import in_digits

UNKNOWN = "-"
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
_MILLION, _BILLION = 1_000_000, 1_000_000_000
_NEARLY = 0.9995
_CERTAIN = 0.995
_UNLIKELY = 0.005
_CENT, _DOLLAR, _CENTS_BELOW = 0.005, 0.995, 9.995
_TENTHS_BELOW, _HUNDREDTHS_BELOW = 9.95, 0.095
_NEARLY_HALF = 0.5 + 1e-9
"""What was computed in two ways is one half all the same, and is rounded alike."""


def is_known(figure: float | None) -> bool:
    """Tell whether there is a figure at all."""
    return figure is not None and not math.isnan(figure)


def money(amount: float | None, *, sign: bool = False) -> str:
    """Round to about three digits: 33,700 and 147 and 10.5M and 1.97B."""
    if amount is None or math.isnan(amount):
        return UNKNOWN
    plus = "+" if sign and _half_up(amount) > 0 else ""
    size = abs(amount)
    if size >= _NEARLY * _MILLION:
        return plus + _large(amount)
    step = 100 if size >= 9_950 else 10 if size >= 995 else 1
    return f"{plus}{_half_up(amount / step) * step:,}"


def short_money(amount: float | None) -> str:
    """Round to thousands or millions: 23k, 1.10M."""
    if amount is None or math.isnan(amount):
        return UNKNOWN
    size = abs(amount)
    if size >= _NEARLY * _MILLION:
        return _large(amount)
    return f"{_half_up(amount / 1000)}k" if size >= 9_500 else f"{_half_up(amount):,}"


def said_money(amount: float, currency: str) -> str:
    """Write an amount as a sentence says it, in three digits: $44,300, $10.5M; cents of $4.47."""
    size = abs(amount)
    if _CENT <= size < _CENTS_BELOW:
        return with_currency(_fixed(amount, 2), currency)
    if size >= _NEARLY * _MILLION:
        return with_currency(_large(amount), currency)
    step = 10 ** max(0, len(str(int(size))) - 3)
    return with_currency(f"{_half_up(amount / step) * step:,}", currency)


def per_head(amount: float | None, currency: str) -> str:
    """Write what one person costs: $221, and cents where it is under a dollar."""
    if amount is not None and _CENT <= abs(amount) < _DOLLAR:
        return said_money(amount, currency)
    return with_currency(money(amount), currency)


def _large(amount: float) -> str:
    """Write millions and billions in three digits, a round one without its zeros."""
    unit, name = (_BILLION, "B") if abs(amount) >= _NEARLY * _BILLION else (_MILLION, "M")
    size = abs(amount) / unit
    digits = 0 if size >= 99.95 else 1 if size >= 9.995 else 2
    return f"{_fixed(amount / unit, digits)}{name}"


def with_currency(text: str, currency: str) -> str:
    """Put the sign of a currency before an amount, or its code where it has none."""
    if text == UNKNOWN:
        return text
    sign = "-" if text.startswith("-") else ""
    return f"{sign}{symbol(currency)}{text.removeprefix('-')}"


def symbol(currency: str) -> str:
    """Return `$`, or `EUR ` for a currency that has no sign here."""
    return _SYMBOLS.get(currency, f"{currency} ")


def unit_price(amount: float | None) -> str:
    """Write a small amount with cents: 4.47."""
    return UNKNOWN if amount is None or math.isnan(amount) else _fixed(amount, 2)


def fine_money(amount: float | None) -> str:
    """Write an amount that may be a part of a cent: 0.0024, 0.56, 4.47, 56, 33,700."""
    if amount is None or math.isnan(amount):
        return UNKNOWN
    if abs(amount) >= 9.995:
        return money(amount)
    if abs(amount) >= 0.995 or amount == 0:
        return _fixed(amount, 2) if amount else "0"
    two_digits = abs(float(f"{amount:.1e}"))  # 0.000999 is read as 0.0010, not 0.00100
    return _fixed(amount, 1 - math.floor(math.log10(two_digits)))


def tokens(value: float | None) -> str:
    """Write a number of tokens in three digits where it is large: 843, 9,870, 24.3k, 1.20M."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if value < 9_999.5:
        return f"{_half_up(value):,}"
    if value >= _NEARLY * _MILLION:
        return _large(value)
    return f"{_fixed(value / 1000, 1 if value < 99_950 else 0)}k"


def ratio(value: float | None) -> str:
    """Write a ratio: 20.6, 0.87."""
    if value is None or math.isnan(value):
        return UNKNOWN
    digits = 0 if value >= 100 else 1 if value >= 1 else 2
    return _fixed(value, digits)


def count(value: float | None) -> str:
    """Write a number of things: 9,900."""
    if value is None or math.isnan(value):
        return UNKNOWN
    step = 100 if abs(value) >= 9_950 else 10 if abs(value) >= 995 else 1
    return f"{_half_up(value / step) * step:,}" if abs(value) >= 10 else in_digits(value, 3)


def share(value: float | None, *, sign: bool = False, digits: int = 0) -> str:
    """Write a share as a percentage: 97%, 4.9%, 0.05%, 1,020%.

    `sign` puts a plus before what is more than nothing; `digits` are the least decimals, without
    zeros at their end.
    """
    if value is None or math.isnan(value):
        return UNKNOWN
    part = 100 * value
    least = 0 if abs(part) >= _TENTHS_BELOW else 1 if abs(part) >= _HUNDREDTHS_BELOW else 2
    digits = max(digits, least)
    text = _fixed(part, digits)
    text = text.rstrip("0").rstrip(".") if digits else text
    return f"{signed(text) if sign else text}%"


def signed(text: str) -> str:
    """Put a plus before an amount that is written already and is more than nothing."""
    is_something = any(digit in text for digit in "123456789")
    return f"+{text}" if is_something and not text.startswith("-") else text


def chance(value: float | None) -> str:
    """Write a probability as a percentage that is never quite none and never quite all."""
    if value is None or math.isnan(value):
        return UNKNOWN
    if value < _UNLIKELY:
        return "<1%"
    return ">99%" if value >= _CERTAIN else f"{_half_up(100 * value)}%"


def day(when: date | None, *, year: bool) -> str:
    """Write a day: 24 Nov, or 24 Nov 2027."""
    if when is None:
        return UNKNOWN
    return f"{when.day} {when:%b %Y}" if year else f"{when.day} {when:%b}"


def long_day(when: date) -> str:
    """Write a day in full: 22 November 2027."""
    return f"{when.day} {when:%B %Y}"


def span(first_year: int, first_month: str, last_year: int, last_month: str) -> str:
    """Write a run of months: Jan–Dec 2027, or Jun 2026–May 2027."""
    if (first_year, first_month) == (last_year, last_month):
        return f"{first_month} {first_year}"
    if first_year == last_year:
        return f"{first_month}–{last_month} {last_year}"
    return f"{first_month} {first_year}–{last_month} {last_year}"


def hours(value: float) -> str:
    """Write hours of work with a half where it matters: 1½, 46."""
    if value >= 9.75:
        return f"{_half_up(value):,}"
    halves = _half_up(2 * value)
    if halves == 0:
        return in_digits(value, 1)
    return f"{halves // 2 or ''}½" if halves % 2 else str(halves // 2)


def _fixed(value: float, digits: int) -> str:
    """Write so many decimals, a half rounded up, and never a minus before nothing."""
    return f"{_half_up(value * 10**digits) / 10**digits:,.{digits}f}"


def _half_up(value: float) -> int:
    """Round a half away from zero, as people do and Python does not."""
    return int(math.copysign(math.floor(abs(value) + _NEARLY_HALF), value))


def from_to(numbers: tuple[float, float]) -> str:
    """Say the fewest and, where there are more, the most."""
    fewest, most = (count(number) for number in numbers)
    return fewest if fewest == most else f"{fewest}–{most}"
