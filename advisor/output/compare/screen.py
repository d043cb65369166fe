"""The comparison on a screen: one table and one paragraph, the same in a pipe and in a CI log."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping

from advisor.limit_names import COUNT, MONEY, RATIO, SHARE
from advisor.output import figures
from advisor.output.bars import NamedRange, burn_down, range_lines
from advisor.output.blocks import joined, wrapped
from advisor.output.compare.below import (
    BORROWED,
    DENIED,
    MARK,
    is_weak,
    legend,
    order_lines,
    reason_lines,
    unknown_lines,
)
from advisor.output.compare.paragraph import paragraph
from advisor.output.figures import (
    UNKNOWN,
    money,
    said_money,
    share,
    short_money,
    symbol,
)
from advisor.output.grid import Note, TextColumn, render_grid
from advisor.tables.compare import (
    NO_SPEND,
    Comparison,
    OptionLine,
    Shown,
    Spend,
    figures_of,
)
from advisor.units import in_digits

_MOST_BARS = 12
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def render_comparison(
    answer: Comparison,
    *,
    width: int = 100,
    colour: bool = False,
    wide: bool = False,
    brief: bool = False,
    blocks: bool = True,
) -> str:
    """Write the answer as text, ending in one sentence; `blocks` says that bars can be drawn."""
    said = [line for part in paragraph(answer) for line in [*wrapped(part, width), ""]]
    if brief:
        notes = [line for note in _of_the_paragraph(answer) for line in wrapped(note, width)]
        return "\n".join([*said, *notes]).rstrip() + "\n"
    parts = [
        wrapped(_first_line(answer), width),
        _level_lines(answer, width),
        _table(answer, 10_000 if wide else width, colour=colour, wide=wide),
        legend(answer, width),
        _bars(answer, width) if blocks else [],
        reason_lines(answer, width),
        order_lines(answer, width),
        unknown_lines(answer, width),
        [line for warning in answer.warnings for line in wrapped(f"note: {warning}", width)],
        said,
    ]
    return joined(parts)


def _bars(answer: Comparison, width: int) -> list[str]:
    """Draw the ranges of the first options, and how today's way uses the budget up."""
    known = [line for line in answer.options if not line.unknown and line.spend is not None]
    ranges = [
        NamedRange(line.option, _spent(line).p10, _spent(line).expected, _spent(line).p90)
        for line in known[:_MOST_BARS]
    ]
    lines = range_lines(ranges, answer.budget, width)
    today = next((line for line in known if line.is_today), None)
    if today is None:
        return lines
    told = burn_down(today.spend_by_month, answer.budget, answer.start, note=f", {today.option}")
    return [*lines, *([told] if told and len(told) <= width else [])]


def _of_the_paragraph(answer: Comparison) -> list[str]:
    """Return the notes on the options that the paragraph speaks of: what their figures hang on."""
    summary = answer.summary
    told = [one.option for one in (summary.today, summary.best) if one is not None]
    return [
        f"note: {warning}"
        for warning in answer.warnings
        if any(warning.startswith(f"{option}: ") for option in told)
    ]


def _first_line(answer: Comparison) -> str:
    months = list(calendar.month_abbr)
    first, last = answer.start, answer.last_month
    name = answer.workload
    source = f"{name} ({answer.file})" if answer.file and answer.file != name else name
    today = next((line.option for line in answer.options if line.is_today), UNKNOWN)
    return " · ".join(
        [
            source,
            *_people(answer),
            f"today: {'a mix' if today == 'today' else today}",
            figures.span(first.year, months[first.month], last.year, months[last.month]),
            answer.currency,
            f"prices of {answer.as_of}",
        ]
    )


def _people(answer: Comparison) -> list[str]:
    if not answer.developers[1]:
        return []
    return [
        f"{figures.from_to(answer.developers)} developers, {figures.from_to(answer.active)} active"
    ]


def _level_lines(answer: Comparison, width: int) -> list[str]:
    """Say first what the level of use stands on, where it is not the file's own tokens."""
    level = answer.calibration
    if level is None:
        return []
    unit = symbol(answer.currency)
    each = said_money(level.per_active_month, answer.currency)
    if level.basis == "published":
        low, high = f"{unit}{money(level.low)}", money(level.high)
        return wrapped(
            f"No bill and no tokens in the file: taken from the published {low}–{high} per active "
            "developer and month. Say `billed:` with last month's invoice for figures of your own.",
            width,
        )
    if level.per_active_month <= 0:
        told = (
            "use up to what they include is assumed"
            if level.tells_use
            else "it does not tell how much is used, so what runs today alone has figures"
        )
        return wrapped(
            f"{level.month.name}: {unit}{level.cost or 0:,.0f} is no more than seats of "
            f"{unit}{level.seat_fees:,.0f}: {told}.",
            width,
        )
    cost = (level.cost or 0.0) - level.seat_fees
    fees = f" less {unit}{money(level.seat_fees)} of seat fees" if level.seat_fees else ""
    text = (
        f"{level.month.name}: {unit}{cost + level.seat_fees:,.0f}{fees} ÷ "
        f"{figures.count(level.active_developers)} = {each} per active developer."
    )
    if level.published_low is not None and level.published_high is not None:
        inside = level.published_low <= level.per_active_month <= level.published_high
        text += f" {level.published}: {'in line' if inside else 'outside that'}."
    if level.factor is not None:
        text += f" All stated tokens are scaled by {in_digits(level.factor, 3)} to that bill."
    if level.trend:
        run = ", ".join(f"{month} {unit}{money(cost)}" for month, cost in level.trend)
        text += f" Bills so far: {run}; the last one is the level."
    return wrapped(text, width)


def _table(answer: Comparison, width: int, *, colour: bool, wide: bool) -> list[str]:
    lines = list(answer.options)
    columns = _valued_columns(answer) if answer.has_values else _plain_columns(answer)
    if wide:
        columns = [*columns, *_wide_columns(answer)]
    notes = [Note(n, "not known (see below)") for n, line in enumerate(lines) if line.unknown]
    notes += [
        Note(n, f"too weak to compare: {share(line.work_done)} of today's work")
        for n, line in enumerate(lines)
        if not wide and not line.is_today and is_weak(line)
    ]
    rows = render_grid(columns, width, notes)
    if not colour:
        return rows
    today = next((n for n, line in enumerate(lines) if line.is_today), -1)
    return [
        f"{_BOLD}{row}{_PLAIN}" if n in {0, 1, today + 2} else row for n, row in enumerate(rows)
    ]


def _cells(answer: Comparison, cell: Callable[[OptionLine], str]) -> list[str]:
    return [UNKNOWN if line.unknown else cell(line) for line in answer.options]


def _spent(line: OptionLine) -> Spend:
    return line.spend or NO_SPEND


def _star(line: OptionLine) -> str:
    return BORROWED if line.borrowed else " "


def _names(answer: Comparison) -> list[TextColumn]:
    marks = [MARK if line.is_today else DENIED if line.denied else " " for line in answer.options]
    ranks = [str(line.rank or "") for line in answer.options]
    places = max(len(rank) for rank in ranks)
    heads = [f"{rank:>{places}}{mark}" for rank, mark in zip(ranks, marks, strict=True)]
    options = [f"{head} {line.option}" for head, line in zip(heads, answer.options, strict=True)]
    blank = " " * (places + 2)
    return [TextColumn(("", f"{blank}option"), options, left=True)]


def _cost(answer: Comparison, write: Callable[[float], str]) -> list[TextColumn]:
    """Return the expected cost and the range that 8 years of 10 fall in."""
    expected = _cells(answer, lambda line: money(_spent(line).expected) + _star(line))
    columns = [TextColumn(("", "expected"), expected)]
    if answer.draws:
        low = _cells(answer, lambda line: write(_spent(line).p10))
        high = _cells(answer, lambda line: write(_spent(line).p90))
        widths = max(map(len, low)), max(map(len, high))
        both = [f"{a:>{widths[0]}} – {b:>{widths[1]}}" for a, b in zip(low, high, strict=True)]
        p90 = TextColumn(("", "P90"), high, gap=1, gives_way=7)
        heading = (f"cost of {_length(answer)}", "P10 – P90")
        columns.append(TextColumn(heading, both, gives_way=3, gap=1, shorter=p90))
    return columns


def _length(answer: Comparison) -> str:
    names = {12: "the year", 1: "the month"}
    return names.get(answer.months, f"{answer.months} months")


def _risk(answer: Comparison) -> list[TextColumn]:
    if answer.budget is None:
        return []
    crosses = answer.start.year != answer.last_month.year
    chance = _cells(answer, lambda line: figures.chance(line.probability_over_budget))
    gone = _cells(answer, lambda line: figures.day(line.exhaustion_date, year=crosses))
    return [
        TextColumn(("chance", f"> {short_money(answer.budget)}"), chance, gives_way=6),
        TextColumn(("budget", "gone"), gone, gives_way=4),
    ]


def _per_developer(answer: Comparison) -> list[TextColumn]:
    """Return the cost per active developer; nothing where the work is not counted per head."""
    if not answer.developers[1]:
        return []
    return [
        TextColumn(
            ("per dev", "a month"),
            _cells(
                answer,
                lambda line: figures.per_head(line.spend_per_active_month, answer.currency),
            ),
            gives_way=5,
        )
    ]


def _plain_columns(answer: Comparison) -> list[TextColumn]:
    return [
        *_names(answer),
        TextColumn(
            ("", "model, tool"), [line.title for line in answer.options], left=True, gives_way=1
        ),
        TextColumn(
            ("", "in"),
            [line.hosted_in or "?" for line in answer.options],
            left=True,
            gives_way=2,
            gap=1,
        ),
        *_cost(answer, money),
        *_per_developer(answer),
        TextColumn(
            ("work", "done "), _cells(answer, lambda line: share(line.work_done) + _star(line))
        ),
        *_risk(answer),
    ]


def _valued_columns(answer: Comparison) -> list[TextColumn]:
    return [
        *_names(answer),
        *_cost(answer, short_money),
        *_per_developer(answer),
        _done(answer),
        TextColumn(
            ("cost per", "solved"),
            _cells(answer, lambda line: figures.unit_price(line.cost_per_completed)),
            gives_way=2,
        ),
        TextColumn(
            ("value", f"per {symbol(answer.currency).strip()}"),
            _cells(answer, lambda line: figures.ratio(line.value_per_dollar)),
            gives_way=1,
        ),
        TextColumn(
            ("net value", "vs today"),
            _cells(answer, lambda line: money(line.net_value_vs_today, sign=True)),
        ),
        *_risk(answer),
    ]


def _done(answer: Comparison) -> TextColumn:
    """Return how many tasks are done; only how many of today's where success is not stated."""
    if answer.counts_tasks:
        done = _cells(answer, lambda line: figures.count(line.completed))
        return TextColumn(("tasks", "solved"), done)
    return TextColumn(("work", "done"), _cells(answer, lambda line: share(line.work_done)))


_WRITTEN: Mapping[str, Callable[[float | None], str]] = {
    MONEY: money, COUNT: figures.count, RATIO: figures.ratio, SHARE: share,
}  # fmt: skip
"""How a figure of each unit is written."""


def _wide_columns(answer: Comparison) -> list[TextColumn]:
    """Return the columns that only `--wide` has: of the draws, tokens, figures with a heading."""

    def column(heading: tuple[str, str], cell: Callable[[OptionLine], str]) -> TextColumn:
        return TextColumn(heading, _cells(answer, cell))

    def figure(name: str, shown: Shown, heading: tuple[str, str]) -> TextColumn:
        return column(heading, lambda line: _WRITTEN[shown.unit](getattr(line, name)))

    return [
        column(("", "mean"), lambda line: money(_spent(line).mean)),
        column(("", "P50"), lambda line: money(_spent(line).p50)),
        column(("tokens", "M"), lambda line: figures.count(sum(line.tokens.values()) / 1e6)),
        *(
            figure(name, shown, shown.heading)
            for name, shown in figures_of(OptionLine).items()
            if shown.heading is not None
        ),
    ]
