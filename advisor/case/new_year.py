"""Public holidays that nobody has published yet, and what the first of them costs either way.

China's holidays of a year are published in November or December of the one before; until then busy
hours are counted on weekdays alone. What a reader would get wrong: that is no estimate of the year,
which has some twelve such days, but New Year's Day is one for sure to ask about, and its two prices
tell how much hangs on the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from advisor.case.bill import PricingContext
from advisor.case.facts import Way
from advisor.case.pricing import rates_per_token
from advisor.case.purchase import Purchase
from advisor.engine.draws import Means
from advisor.engine.market import Market, with_candidate
from advisor.engine.outcome import drawn_outcome
from advisor.engine.peak import years_without_holidays
from advisor.engine.routes import Route
from advisor.model.price import WEEKDAYS, Calendar, Peak
from advisor.units import Month, rounded

_FRIDAY = 4


def holiday_notes(
    market: Market,
    ways: Sequence[Way],
    purchases: Mapping[str, Purchase],
    months: Sequence[Month],
    prices: PricingContext,
) -> Iterator[str]:
    """Yield a sentence for every option whose price hangs on holidays that are not listed."""
    if all(hours is None for hours in prices.peaks):
        return  # all use is taken to be busy, and that is said
    for index, candidate in enumerate(market.candidates):
        purchase = purchases[candidate.name]
        peak = _peak(purchase, months)
        if peak is None or purchase.option.off_peak_share is not None:
            continue
        years = years_without_holidays(
            peak, {month.year for month in months}, purchase.book.calendars
        )
        if not years:
            continue
        routes = next(way.routes for way in ways if way.facts and way.name == candidate.name)
        listed = " and ".join(map(str, years))
        said = f"the public holidays of {listed} are not published: weekdays alone are counted"
        asked = next((year for year in years if Month(year, 1) in months), years[0])
        either = _either_way(market, index, routes, purchase, peak, asked, months, prices)
        yield f"{candidate.name}: {said}{either}"


def _peak(purchase: Purchase, months: Sequence[Month]) -> Peak | None:
    period = purchase.offer.model.period_at(months[0].begins_at)
    return None if period is None else period.peak


def _either_way(
    market: Market,
    index: int,
    routes: Sequence[Route],
    purchase: Purchase,
    peak: Peak,
    year: int,
    months: Sequence[Month],
    prices: PricingContext,
) -> str:
    """Say what New Year's Day costs as a working day and as a holiday, where it is a weekday."""
    january, day = Month(year, 1), date(year, 1, 1)
    if january not in months or WEEKDAYS[day.weekday()] not in peak.weekdays:
        return ""
    place = months.index(january)
    calendars = {**purchase.book.calendars, str(peak.holidays): _with(purchase, peak, day)}
    off = purchase._replace(book=replace(purchase.book, calendars=calendars))
    rates = market.candidates[index].rates.copy()
    rates[..., place] = rates_per_token(off, [january], prices.prompts, prices.peaks)[..., 0]
    as_counted = _usage(market, index, routes, place)
    changed = market.candidates[index]._replace(rates=rates)
    as_holiday = _usage(with_candidate(market, index, changed), index, routes, place)
    working_days = sum(
        date(year, 1, one).weekday() <= _FRIDAY for one in range(1, january.days + 1)
    )
    each = as_counted / working_days
    on_holiday = each - (as_counted - as_holiday)
    return f"; New Year's Day costs {rounded(each)} so, {rounded(on_holiday)} as a holiday"


def _with(purchase: Purchase, peak: Peak, day: date) -> Calendar:
    """Return the calendar with one day more, the only one of its year."""
    known = purchase.book.calendars.get(str(peak.holidays))
    years = {} if known is None else dict(known.years)
    alone = {**years, day.year: frozenset({day})}
    return (
        Calendar.unchecked(years=alone)
        if known is None
        else known.model_copy(update={"years": alone})
    )


def _usage(market: Market, index: int, routes: Sequence[Route], place: int) -> float:
    """Return what an option's use of a month costs at the means, if it does all the work."""
    return float(drawn_outcome(market, routes, Means()).flows[index].usage[0, place])
