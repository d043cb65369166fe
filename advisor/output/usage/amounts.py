"""Femto-dollars as people and files read them; rounded with whole numbers, never with floats."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from advisor.tables.usage import FEMTO

if TYPE_CHECKING:
    from decimal import Decimal

_DIGITS = 15


def cents(femto: int | None) -> str:
    """Write an amount to the cent: 1,234.50; what is less than half a cent and not 0 is <0.01."""
    if femto is None:
        return "-"
    found = (femto * 200 + FEMTO) // (2 * FEMTO)
    if femto > 0 and not found:
        return "<0.01"
    return f"{found // 100:,}.{found % 100:02d}"


def dollars(femto: int | None) -> float | None:
    """Return the nearest float to an amount."""
    return None if femto is None else femto / FEMTO


def exact(femto: int | None) -> Decimal | None:
    """Return an amount with all its digits."""
    if femto is None:
        return None
    decimal: Any = import_module("decimal")  # screens and JSON never ask
    found: Decimal = decimal.Decimal(femto).scaleb(-_DIGITS)
    return found
