"""A year that has begun on a screen, as JSON, as a flat table and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures, json
from advisor.output.anomalies import anomaly_lines
from advisor.output.blocks import joined, wrapped
from advisor.output.forecast.words import (
    TITLES,
    amount,
    first_line,
    moved,
    sentence,
    variance_heading,
    year_end_lines,
)
from advisor.output.grid import TextColumn, render_grid
from advisor.output.markdown import escaped, escaped_prose, rows_as_table
from advisor.tables.flat import Column, Table
from advisor.tables.forecast import BacktestLine, Forecast, MonthLine, Variance, VariancePart

SCHEMA = "advisor.forecast/1"


def render_json(answer: Forecast) -> str:
    """Write the answer as `advisor.forecast/1`, with its sentence."""
    return json.document(SCHEMA, answer, more={"sentence": sentence(answer)})


def render_text(answer: Forecast, *, width: int = 100, brief: bool = False) -> str:
    """Write the answer as text, ending in a sentence or two."""
    said = wrapped(sentence(answer), width)
    if brief:
        return "\n".join(said) + "\n"
    blocks = [
        wrapped(first_line(answer), width),
        _months(answer, width),
        _lines(year_end_lines(answer), width),
        *(_variance(one, width) for one in answer.variances),
        _bulleted("Unusual days:", anomaly_lines(answer.anomalies, answer.currency), width),
        _bulleted(_limits_heading(answer), [one.text for one in answer.alerts], width),
        _backtest(answer.backtest, width),
        _lines([f"note: {one}" for one in _notes(answer)], width),
        said,
    ]
    return joined(blocks)


def _lines(texts: Sequence[str], width: int) -> list[str]:
    return [line for text in texts for line in wrapped(text, width)]


def _bulleted(heading: str, texts: Sequence[str], width: int) -> list[str]:
    if not texts:
        return []
    return [heading, *(line for one in texts for line in wrapped(f"- {one}", width, "  "))]


def _notes(answer: Forecast) -> list[str]:
    return [*answer.actuals.warnings, *answer.warnings]


def _limits_heading(answer: Forecast) -> str:
    return f"`advisor check` with these files would end with {answer.would_end}:"


# --- Months --------------------------------------------------------------------------------------


def _months(answer: Forecast, width: int) -> list[str]:
    lines = answer.by_month
    columns = [
        TextColumn(("", "month"), [str(one.month) for one in lines], left=True),
        TextColumn(("", "planned"), [amount(one.planned) for one in lines]),
        TextColumn(("", "paid"), [amount(one.paid) if one.paid else "" for one in lines]),
        TextColumn(("still", "expected"), [amount(one.rest) if one.rest else "" for one in lines]),
        TextColumn(("by the", "month's end"), [amount(one.by_end) for one in lines], gap=3),
    ]
    if any(one.low is not None for one in lines):
        columns.append(TextColumn(("8 of 10", "times"), [_range(one) for one in lines]))
    if answer.budget is not None:
        left = [figures.share(1 - one.by_end / answer.budget) for one in lines]
        columns.append(TextColumn(("budget", "left"), left, gives_way=1))
    return render_grid(columns, width)


def _range(one: MonthLine) -> str:
    if one.low is None or one.high is None or one.high - one.low < 1:
        return ""
    return f"{amount(one.low)}-{amount(one.high)}"


def month_table(answer: Forecast) -> Table:
    """Lay the months out flat."""
    money = ("planned", "paid", "rest", "by_end", "low", "high", "released")
    columns = [Column("month"), *(Column(n, answer.currency, is_number=True) for n in money)]
    rows = [[str(one.month), *(getattr(one, name) for name in money)] for one in answer.by_month]
    return Table("months", columns, rows)


# --- Causes --------------------------------------------------------------------------------------


def _sorted(one: Variance) -> list[tuple[str, float, str]]:
    """Return title, money and billers of every part, the largest first."""
    parts = sorted(one.parts, key=lambda part: -abs(part.money))
    return [
        (TITLES[part.cause], part.money, _split(part))
        for part in parts
        if abs(part.money) >= _WHOLE or _split(part)
    ]  # fmt: skip


def _split(part: VariancePart) -> str:
    """Say who bills it, and which team's it is, where there are several."""
    told = []
    for money in (part.by_biller, part.by_team):
        own = [f"{name} {moved(one)}" for name, one in money.items() if abs(one) >= _WHOLE]
        told += own if len(own) > 1 else []
    return ", ".join(told)


_WHOLE = 0.5
"""What is less is nothing where money is whole."""


def _variance(one: Variance, width: int) -> list[str]:
    rows = _sorted(one)
    wide = max((len(title) for title, _, _ in rows), default=0)
    figure = max((len(moved(money)) for _, money, _ in rows), default=0)
    lines = [
        f"  {title:<{wide}}  {moved(money):>{figure}}  {billers}".rstrip()
        for title, money, billers in rows
    ]
    heading = wrapped(variance_heading(one), width)
    return [*heading, *lines, *_lines([f"  ({told})" for told in one.not_known], width)]


# --- Backtest ------------------------------------------------------------------------------------


def _backtest(lines: Sequence[BacktestLine], width: int) -> list[str]:
    if not lines:
        return []
    ways = (("last month", "last_month"), ("line", "straight_line"), ("plan", "the_plan"))
    columns = [
        TextColumn(("", "series"), [_series(one) for one in lines], left=True),
        TextColumn(("months", "ahead"), [str(one.ahead) for one in lines]),
        *(TextColumn(("", head), [_off(one, name) for one in lines]) for head, name in ways),
        TextColumn(("", "this"), [_off(one, "ours") for one in lines]),
        TextColumn(("ranges", "held"), [figures.share(one.coverage) for one in lines], gives_way=1),
    ]
    heading = "How far such forecasts were off where the truth is known, in the median:"
    return [*wrapped(heading, width), *render_grid(columns, width)]


def _series(one: BacktestLine) -> str:
    return f"{one.series} ({'real' if one.is_real else 'made'})"


def _off(one: BacktestLine, name: str) -> str:
    return figures.share(getattr(one, name), digits=1)


# --- Markdown ------------------------------------------------------------------------------------


def render_markdown(answer: Forecast) -> str:
    """Write the answer as Markdown."""
    months = [
        [str(one.month), *(amount(value) for value in (one.planned, one.paid, one.rest)),
         amount(one.by_end), _range(one)]
        for one in answer.by_month
    ]  # fmt: skip
    heads = ["month", "planned", "paid", "still expected", "by its end", "8 of 10 times"]
    blocks = [escaped_prose(first_line(answer)), rows_as_table(heads, months)]
    blocks += [escaped_prose(one) for one in year_end_lines(answer)]
    for one in answer.variances:
        blocks.append(escaped_prose(variance_heading(one)))
        rows = [[escaped(title), moved(money), escaped(by)] for title, money, by in _sorted(one)]
        blocks.append(rows_as_table(["what", answer.currency, "by who bills"], rows))
    blocks += [f"- {escaped_prose(one)}" for one in _listed(answer)]
    blocks.append(escaped_prose(sentence(answer)))
    return "\n\n".join(blocks) + "\n"


def _listed(answer: Forecast) -> list[str]:
    return [
        *(told for one in answer.variances for told in one.not_known),
        *anomaly_lines(answer.anomalies, answer.currency),
        *(one.text for one in answer.alerts),
        *_notes(answer),
    ]
