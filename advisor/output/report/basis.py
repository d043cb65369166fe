"""What the figures stand on: prices with their age and disputes, and every assumption."""

from __future__ import annotations

from advisor.output import figures
from advisor.output.figures import unit_price
from advisor.output.report.section import Section, TableCell, TableHead, figure, table, word
from advisor.tables.compare import AssumptionLine
from advisor.tables.report import PriceLine, Report
from advisor.units import in_digits

_SCHEMES = ("https://", "http://")
_AS_ABOVE = "as above"
_MOST_ASSUMED = 250
"""Nobody should have to look elsewhere for what a usual plan assumes."""


def prices_section(report: Report) -> Section:
    """List the prices used: since when they hold, how old they are, who disputes them."""
    heads = [TableHead("model or plan", is_number=False), TableHead("used by", is_number=False)]
    heads += [
        TableHead("input"),
        TableHead("output"),
        TableHead("seat a month"),
        TableHead("since"),
    ]
    heads += [TableHead("days since checked"), TableHead("sure", is_number=False)]
    heads += [TableHead("doubts", is_number=False), TableHead("source", is_number=False)]
    rows = [
        [
            word(one.name),
            word(", ".join(one.used_by)),
            figure(unit_price, one.input),
            figure(unit_price, one.output),
            figure(unit_price, one.seat_month),
            word(one.since.isoformat()),
            TableCell(f"{one.age_days:,}", one.age_days),
            word(one.confidence, loud=one.confidence == "low"),
            word("; ".join(one.doubts), loud=bool(one.doubts)),
            word(_address(one)),
        ]
        for one in report.prices
    ]
    return Section(
        key="prices",
        title="Prices used",
        lead=[_age(report)],
        tables=[table("USD per million tokens, or per seat and month", heads, rows)],
    )


def _age(report: Report) -> str:
    ages = [one.age_days for one in report.prices]
    if not ages:
        return "No price of the tables is used."
    doubted = sum(bool(one.doubts) for one in report.prices)
    verb = "carries" if doubted == 1 else "carry"
    said = f"{doubted} of {len(ages)} {verb} a doubt" if doubted else "nobody disputes any"
    return f"Price tables of {report.as_of}; the oldest check is {max(ages):,} days ago; {said}."


def _address(line: PriceLine) -> str:
    """Write an address as people read it: nothing here is a link."""
    text = line.source
    for scheme in _SCHEMES:
        text = text.removeprefix(scheme)
    return text


def assumptions_section(report: Report) -> Section:
    """Every figure that nobody stated: what it is taken to be, its range, and where it is from."""
    heads = [
        TableHead("of", is_number=False),
        TableHead("what", is_number=False),
        TableHead("taken to be"),
    ]
    heads += [TableHead("low"), TableHead("high"), TableHead("origin", is_number=False)]
    heads.append(TableHead("source", is_number=False))
    lines = sorted(report.compare.assumptions, key=lambda one: (one.option or "", one.key))
    rows = [
        [
            word(" · ".join(filter(None, [one.option, one.task_class])) or "all"),
            word(one.key),
            *(figure(_plain, value) for value in (one.value, one.low, one.high)),
            word(_AS_ABOVE if before and before.origin == one.origin else one.origin),
            word(_AS_ABOVE if before and _where(before) == _where(one) != "" else _where(one)),
        ]
        for before, one in zip([None, *lines], lines, strict=False)
    ]
    lead = "Nothing is assumed: the file states every figure."
    if rows:
        lead = f"{len(rows)} figures are not in the file."
    return Section(
        key="assumptions",
        title="Assumptions",
        lead=[lead],
        tables=[table("What nobody stated", heads, rows, most=_MOST_ASSUMED)] if rows else [],
        notes=list(report.compare.warnings),
    )


def _plain(value: float | None) -> str:
    return figures.UNKNOWN if value is None else in_digits(value, 3)


def _where(line: AssumptionLine) -> str:
    source = line.source
    for scheme in _SCHEMES:
        source = source.replace(scheme, "")
    day = "" if line.date is None else str(line.date)
    return ", ".join(filter(None, [source, day, line.confidence]))
