"""The price book as a frame: every model with its prices in force, or every plan."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any

from advisor.answers.prices.listing import list_of, plans_of
from advisor.api.asking import around, day_of, in_python
from advisor.api.books import known_on, price_book
from advisor.api.teams import Day
from advisor.errors import InputError, did_you_mean
from advisor.load.price_book import default_folder

if TYPE_CHECKING:
    import pandas as pd


@in_python
def prices(
    vendor: str | None = None, *, plans: bool = False, on: Day = None, as_of: Day = None
) -> pd.DataFrame:
    """Return what models cost in US dollars per million tokens, a row a model; or plans, by seat.

    `on` is the day whose prices are in force, default today or `as_of`; `as_of` the day whose
    knowledge of prices counts. Raises InputError for a vendor that the tables don't have.
    """
    surroundings = around()
    known = day_of(as_of, key="as_of")
    book = known_on(price_book(default_folder("pricing"), surroundings.keep_in), known)
    vendors = sorted(book.vendors - set(book.channels))
    if vendor is not None and vendor not in vendors:
        hint = did_you_mean(str(vendor), vendors)
        message = f"{vendor!r} is not a vendor in the price tables"
        raise InputError.of(message, key="vendor", hint=hint)
    day = day_of(on, key="on") or known or surroundings.today()
    moment = datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)
    table = plans_of(book, moment, vendor) if plans else list_of(book, moment, vendor)
    frames: Any = import_module("advisor.api.frames")  # pandas is loaded for frames alone
    frame: pd.DataFrame = frames.frame_of(table)
    return frame
