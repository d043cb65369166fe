"""Kinds of charge on a bill.

What a reader would get wrong: a kind says what a row's days mean. Usage is billed to its last day;
a fee may be paid for a year ahead; a credit or a correction says nothing of either.
"""

from __future__ import annotations

USAGE, FEE, TAX, OTHER = "usage", "fee", "tax", "other"
"""A row of no kind, None, stands for everything that its biller charges."""

NO_SERVICE = "no service named"
"""What a row of a cloud's bill is for where other rows say it, and it does not."""
