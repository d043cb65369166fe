"""Seats against tokens as text, JSON, Markdown and a flat table.

A seat that nobody can price keeps its row and says why; the last line is the one to act on.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from advisor.output import figures
from advisor.output.blocks import joined, wrapped
from advisor.output.figures import UNKNOWN, count, money, share, with_currency
from advisor.output.grid import Note, TextColumn, render_grid, width_of
from advisor.output.json import dump
from advisor.output.markdown import escaped, escaped_prose
from advisor.output.seats.sentences import advice, paragraph, people, priced, spread, unpriced
from advisor.tables.flat import Column, Table
from advisor.tables.seats import Band, BuyingLine, Cap, SeatsAnswer

SCHEMA = "advisor.seats/1"
MARK, DENIED, UNSURE, PERSONAL = "▸", "×", "*", "†"
_SEE_BELOW = "not known (see below)"
_ANY_WIDTH = 10_000
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def render_seats(
    answer: SeatsAnswer,
    *,
    width: int = 100,
    colour: bool = False,
    brief: bool = False,
    wide: bool = False,
) -> str:
    """Write the answer as text, ending in one sentence; `wide` has a row for every seat."""
    shown = _every(answer) if wide else _shown(answer)
    said = [wrapped(part, width) for part in [*paragraph(answer), advice(answer)]]
    if brief:
        return joined(said)
    return joined(
        [
            wrapped(_first_line(answer), width),
            wrapped(spread(answer), width),
            _ways(answer, shown, _ANY_WIDTH if wide else width, colour=colour),
            _legend(answer, shown, width),
            _deal(answer, width),
            _caps(answer, width) if wide or len(answer.caps) > 1 else [],
            _reasons(answer, shown, width),
            [line for note in answer.warnings for line in wrapped(f"note: {note}", width)],
            *said,
        ]
    )


def _first_line(answer: SeatsAnswer) -> str:
    months = list(calendar.month_abbr)
    first, last = answer.start, answer.last_month
    name = answer.workload
    return " · ".join(
        [
            f"{name} ({answer.file})" if answer.file and answer.file != name else name,
            "seats against tokens",
            f"today: {answer.today}",
            figures.span(first.year, months[first.month], last.year, months[last.month]),
            answer.currency,
            f"prices of {answer.as_of}",
        ]
    )


# --- what each way costs


def _ways(
    answer: SeatsAnswer, shown: Sequence[BuyingLine], width: int, *, colour: bool
) -> list[str]:
    columns = _way_columns(answer, shown)
    notes = [
        Note(row, unpriced(answer, line) if _fits(answer, shown, line, width) else _SEE_BELOW)
        for row, line in enumerate(shown)
        if line.unknown is not None
    ]
    rows = render_grid(columns, width, notes)
    bold = {0, 1} | {n + 2 for n, line in enumerate(shown) if line.is_today}
    return [f"{_BOLD}{row}{_PLAIN}" if colour and n in bold else row for n, row in enumerate(rows)]


def _every(answer: SeatsAnswer) -> list[BuyingLine]:
    """Return the ways that have figures or a bound; the file's own even if they have neither."""
    return [one for one in answer.ways if not one.unknown or one.needs_use or one.option]


def _shown(answer: SeatsAnswer) -> list[BuyingLine]:
    """Return what a reader chooses from: today's, the file's, what companies buy, what is best.

    Seats for individuals come last, and only those that somebody would be put on.
    """
    best = {band.way for band in answer.deal.bands} | {answer.deal.best_single}
    own = [one for one in answer.ways if one.is_today or one.option or one.plan is None]
    priced_ = [one for one in answer.ways if not one.unknown and one not in own]
    sold = [one for one in priced_ if not one.for_individuals]
    personal = [one for one in priced_ if one.for_individuals and one.way in best]
    return [*own, *sold, *personal]


def _fits(answer: SeatsAnswer, shown: Sequence[BuyingLine], line: BuyingLine, width: int) -> bool:
    """Tell whether all that can be said of a seat without figures fits into its row."""
    names = max(width_of(_name(one)) for one in shown)
    return line.needs_use is not None and names + 2 + width_of(unpriced(answer, line)) <= width


def _way_columns(answer: SeatsAnswer, shown: Sequence[BuyingLine]) -> list[TextColumn]:
    def cells(write: Callable[[BuyingLine], str]) -> list[str]:
        return [UNKNOWN if line.unknown else write(line) for line in shown]

    def amount(value: float | None) -> str:
        return with_currency(_cents(value), answer.currency)

    kinds = [
        TextColumn((kind.kind, "user"), cells(lambda line, k=kind.kind: money(line.costs[k])))  # type: ignore[misc]
        for kind in answer.kinds
    ]
    return [
        TextColumn(("", "  way"), [_name(line) for line in shown], left=True),
        TextColumn(("seat", "a month"), cells(lambda line: amount(line.seat_month)), gives_way=3),
        TextColumn(("", "includes"), cells(lambda line: _included(answer, line)), gives_way=1),
        TextColumn(("pays", "from"), cells(lambda line: _pays_from(answer, line))),
        *(one._replace(gives_way=n) for n, one in zip((2, 6, 7, 5), kinds, strict=True)),
        TextColumn(("team", "on it"), cells(lambda line: money(line.cost_alone)), gives_way=4),
        TextColumn(("beside", "tokens"), cells(_beside)),
        TextColumn(("that", "saves"), cells(lambda line: money(line.beside_saves))),
    ]


def _name(line: BuyingLine) -> str:
    mark = MARK if line.is_today else DENIED if line.denied else " "
    unsure = UNSURE if line.confidence in {"medium", "low"} else ""
    return f"{mark} {line.title}{unsure}{PERSONAL if line.for_individuals else ''}"


def _cents(value: float | None) -> str:
    if value is None:
        return UNKNOWN
    is_round = value >= 99.5 or abs(value - round(value)) < 1e-6
    return money(value) if is_round else figures.unit_price(value)


def _included(answer: SeatsAnswer, line: BuyingLine) -> str:
    if line.includes is None:
        return UNKNOWN
    text = with_currency(_cents(line.includes), answer.currency)
    return f"{text} pool" if line.pooled else text


def _pays_from(answer: SeatsAnswer, line: BuyingLine) -> str:
    if line.plan is None:
        return UNKNOWN
    if not line.is_cheaper or line.break_even is None:
        return "never"
    return with_currency(_cents(line.break_even), answer.currency)


def _beside(line: BuyingLine) -> str:
    return UNKNOWN if line.beside_people is None else f"{line.beside_people:,}"


def _legend(answer: SeatsAnswer, shown: Sequence[BuyingLine], width: int) -> list[str]:
    everybody = count(answer.use.people)
    parts = [
        f"{MARK} today",
        "light: a quarter use less, heavy: 1 in 10 more, extreme: 1 in 100",
        f"team on it: all {everybody} people, {_length(answer)}",
        "beside tokens: how many are cheaper on it",
    ]
    if any(UNSURE in _name(line) for line in shown):
        parts.append(f"{UNSURE} terms from secondary sources")
    if any(_name(line).endswith(PERSONAL) for line in shown):
        parts.append(f"{PERSONAL} by name for individuals")
    denied = dict.fromkeys(line.denied for line in shown if line.denied)
    if denied:
        parts.append(f"{DENIED} not allowed by your policy: {', '.join(map(str, denied))}")
    return wrapped("   ".join(parts), width)


def _length(answer: SeatsAnswer) -> str:
    return {12: "the year", 1: "the month"}.get(answer.months, f"{answer.months} months")


def _all_months(answer: SeatsAnswer) -> str:
    return {1: "the month"}.get(answer.months, f"{answer.months} months")


def _reasons(answer: SeatsAnswer, shown: Sequence[BuyingLine], width: int) -> list[str]:
    """Say why ways have no figures, those with the same reason together, and what is not shown."""
    by_reason: dict[str, dict[str, float | None]] = {}
    wide = _every(answer)
    for line in answer.ways:
        is_told = line in shown and _fits(answer, shown, line, width)
        is_left_out = line.for_individuals and line not in shown and line in wide
        if line.unknown and not is_told and not is_left_out:
            names = by_reason.setdefault(line.unknown, {})
            name, needs = line.title.removesuffix(_ANNUAL), line.needs_use
            names[name] = min(filter(None, (names.get(name), needs)), default=None)
    said = [
        f"not known, since {why}: "
        + ", ".join(_at_best(answer, name, needs) for name, needs in names.items())
        for why, names in by_reason.items()
    ]
    left = sum(line.for_individuals and line not in shown for line in wide)
    if left:
        said.append(f"not shown: {left} seats that are made for individuals (--wide shows them)")
    return [text for one in said for text in wrapped(one, width)]


_ANNUAL = " (annual)"


def _at_best(answer: SeatsAnswer, name: str, needs_use: float | None) -> str:
    """Name a seat, and from what use a month it could pay at the best."""
    if needs_use is None:
        return name
    return f"{name} (pays over {with_currency(_cents(needs_use), answer.currency)} at best)"


# --- who goes where


def _deal(answer: SeatsAnswer, width: int) -> list[str]:
    bands = answer.deal.bands
    if len(bands) == 1 and abs(answer.deal.saves.expected) < 0.5:
        return []
    columns = [
        TextColumn(("", "  who use a month"), [f"  {_range(answer, b)}" for b in bands], left=True),
        TextColumn(("", "people"), [f"{band.people:,}" for band in bands]),
        TextColumn(("", "expected"), [f"{band.people_expected:,.1f}" for band in bands],
                   gives_way=1),
        TextColumn(("", "cheapest"), [_short(answer, band) for band in bands], left=True),
        TextColumn(("", "on average"), [money(band.use) for band in bands], gives_way=2),
        TextColumn(("cost of", _length(answer)), [money(band.cost) for band in bands],
                   gives_way=4),
        TextColumn(("by the", "token"), [money(band.by_token) for band in bands], gives_way=3),
        TextColumn(("", "saves"), [money(band.by_token - band.cost) for band in bands]),
    ]  # fmt: skip
    return render_grid(columns, width)


def _range(answer: SeatsAnswer, band: Band) -> str:
    low = with_currency(money(band.use_from), answer.currency)
    if band.use_to is None:
        return f"over {low}" if band.use_from else "all"
    high = money(band.use_to)
    if not band.use_from:
        return f"under {with_currency(high, answer.currency)}"
    return f"{low} – {high}"


def _short(answer: SeatsAnswer, band: Band) -> str:
    line = next(one for one in answer.ways if one.way == band.way)
    return f"{band.title}{UNSURE if line.confidence in {'medium', 'low'} else ''}"


def _caps(answer: SeatsAnswer, width: int) -> list[str]:
    caps = answer.caps
    columns = [
        TextColumn(("  cap a person", "  and month"), [f"  {_cap(answer, c)}" for c in caps],
                   left=True),
        TextColumn(("blocked", "a month"), [share(cap.blocked) for cap in caps]),
        TextColumn(("people", f"of {count(answer.use.people)}"),
                   [people(cap.people_a_month) for cap in caps]),
        TextColumn(("if use", "is high"), [share(cap.blocked_at_p90) for cap in caps],
                   gives_way=1),
        TextColumn(("met in", _all_months(answer)),
                   [share(cap.once_if_own_level) for cap in caps], gives_way=2),
        TextColumn(("if heavy", "use moves"), [share(cap.once_if_drawn_anew) for cap in caps],
                   gives_way=2),
        TextColumn(("leaves", "undone"), [share(cap.saves_share) for cap in caps]),
        TextColumn(("and", "saves"), [money(cap.saves) for cap in caps]),
    ]  # fmt: skip
    return render_grid(columns, width)


def _cap(answer: SeatsAnswer, cap: Cap) -> str:
    text = with_currency(money(cap.cap), answer.currency)
    return f"{text} ({cap.option})" if cap.option else text


# --- other formats


def render_json(answer: SeatsAnswer) -> str:
    """Write the answer as `advisor.seats/1`: the fields of its tables as keys."""
    return dump({"schema": SCHEMA, **plain(answer)})


def plain(value: Any) -> Any:
    """Turn tables into mappings, all the way down; a month is text."""
    if hasattr(value, "_fields"):
        return {key: plain(item) for key, item in zip(value._fields, value, strict=True)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return str(value) if hasattr(value, "begins_at") else value


_NAMES = ("way", "title", "plan", "billing", "option", "billed_by", "tool", "is_today",
          "for_individuals", "seat_month", "includes", "pooled", "overage_factor", "token_fee",
          "min_seats", "max_seats", "break_even", "dearer_again", "is_cheaper")  # fmt: skip
_FIGURES = ("cost_alone", "unmet_share", "beside_people", "beside_saves", "people",
            "people_expected", "needs_use", "people_above", "saves_at_most", "denied", "unknown",
            "confidence", "checked_on", "source")  # fmt: skip
_TEXT = {"way", "title", "plan", "billing", "option", "billed_by", "tool", "is_today", "pooled",
         "for_individuals", "is_cheaper", "denied", "unknown", "confidence", "checked_on",
         "source"}  # fmt: skip


_MONEY = {"seat_month", "includes", "break_even", "dearer_again", "cost_alone", "beside_saves",
          "needs_use", "saves_at_most"}  # fmt: skip
_OTHER_UNITS = {
    "overage_factor": "ratio", "unmet_share": "share", "min_seats": "count", "max_seats": "count",
    "beside_people": "count", "people": "count", "people_expected": "count",
    "people_above": "count",
}  # fmt: skip


def _column(name: str, currency: str) -> Column:
    if name in _TEXT:
        return Column(name)
    if name == "token_fee":
        return Column(name, f"{currency} per million tokens", is_number=True)
    unit = currency if name in _MONEY else _OTHER_UNITS[name]
    return Column(name, unit, is_number=True)


def flat(answer: SeatsAnswer) -> Table:
    """Lay the ways of buying out flat, the currency and the months in every row."""
    kinds = [kind.kind for kind in answer.kinds]
    columns = [
        *(Column(name) for name in ("workload", "start", "months", "currency", "prices_as_of")),
        *(_column(name, answer.currency) for name in _NAMES),
        *(Column(f"cost_{kind}", answer.currency, is_number=True) for kind in kinds),
        *(_column(name, answer.currency) for name in _FIGURES),
    ]
    rows = [
        [
            answer.workload,
            str(answer.start),
            answer.months,
            answer.currency,
            answer.as_of,
            *(getattr(line, name) for name in _NAMES),
            *(line.costs[kind] for kind in kinds),
            *(getattr(line, name) for name in _FIGURES),
        ]
        for line in answer.ways
    ]
    return Table("seats", columns, rows)


def render_markdown(answer: SeatsAnswer) -> str:
    """Write a heading, the ways, who goes where, the caps and the sentences."""
    known = [line for line in answer.ways if not line.unknown]
    unknown = [line for line in answer.ways if line.unknown]
    kinds = [kind.kind for kind in answer.kinds]
    ways = _grid(
        ["way", "seat a month", "includes", "pays from", *(f"{kind} user" for kind in kinds),
         "team on it", "people beside tokens", "saves"],
        [[escaped(_name(line).strip()), _cents(line.seat_month), _included(answer, line),
          _pays_from(answer, line), *(money(line.costs[kind]) for kind in kinds),
          money(line.cost_alone), _beside(line), money(line.beside_saves)] for line in known],
    )  # fmt: skip
    bands = _grid(
        ["use a month", "people", "expected", "cheapest", f"cost, {answer.currency}", "saves"],
        [[_range(answer, band), str(band.people), f"{band.people_expected:,.1f}",
          escaped(_short(answer, band)), money(band.cost), money(band.by_token - band.cost)]
         for band in answer.deal.bands],
    )  # fmt: skip
    caps = _grid(
        ["cap a person and month", "blocked a month", "leaves undone", "saves"],
        [[escaped(_cap(answer, cap)), share(cap.blocked), share(cap.saves_share),
          money(cap.saves)] for cap in answer.caps],
    )  # fmt: skip
    reasons = [
        f"* {escaped(line.title)}: {escaped_prose(priced(answer, line))}" for line in unknown
    ]
    said = [escaped_prose(part) for part in [spread(answer), *paragraph(answer), advice(answer)]]
    heading = f"#### {escaped(answer.workload)}: seats against tokens, {answer.start} to "
    return "\n\n".join(
        part
        for part in [f"{heading}{answer.last_month}", ways, bands, caps, "\n".join(reasons), *said]
        if part
    ) + "\n"  # fmt: skip


def _grid(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
