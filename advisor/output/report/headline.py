"""The question and its answer in one sentence, and the four figures that it rests on."""

from collections.abc import Sequence
from typing import NamedTuple

from advisor.output import figures
from advisor.output.compare.paragraph import paragraph
from advisor.output.figures import said_money, share
from advisor.output.recommend.conflict import conflict_lines
from advisor.output.report.calendar import day, span
from advisor.output.report.section import Section, TableCell, figure, word
from advisor.tables.compare import Spend
from advisor.tables.recommend import WayColumn
from advisor.tables.report import Report, SumLine


class Tile(NamedTuple):
    """One large figure, what it is, and what to know beside it."""

    label: str
    figure: TableCell
    beside: Sequence[TableCell]


class Headline(NamedTuple):
    """What stands at the top of the page."""

    title: str
    about: Sequence[str]
    question: str
    answer: str
    tiles: Sequence[Tile]


def headline(report: Report) -> Headline:
    """Write the top of the page."""
    options = report.compare
    people = f"{figures.from_to(options.developers)} developers" if options.developers[1] else ""
    about = [
        people,
        span(report),
        report.currency,
        f"prices of {report.as_of}",
        f"as of {report.on}",
    ]
    return Headline(
        title=report.workload,
        about=[one for one in about if one],
        question=_question(report),
        answer=_answer(report),
        tiles=_tiles(report),
    )


def words_section(report: Report) -> Section:
    """Say in sentences what happens, what else there is, and what it hangs on."""
    return Section(key="words", title="In words", lead=paragraph(report.compare))


def _question(report: Report) -> str:
    text = f"What will AI coding cost in {span(report)}"
    if report.budget is None:
        return f"{text}, and what is the best way to spend it?"
    budget = said_money(report.budget, report.currency)
    return f"{text}, does {budget} cover it, and what is the best way to spend it?"


def _answer(report: Report) -> str:
    """Say in one sentence what happens as today, and what is best."""
    today, so_far = report.compare.summary.today, report.so_far
    cost, gone = today.spend.expected, today.exhaustion_date
    text = "As today it costs about"
    if so_far is not None:
        cost, gone = so_far.expected[-1], so_far.gone
        text = "What is paid and what is expected of the rest come to about"
    text += f" {said_money(cost, report.currency)}"
    if report.budget is not None:
        over = cost > report.budget
        if gone is not None:
            text += f" and the budget is gone on {figures.long_day(gone)}"
        else:
            text += ", more than the budget" if over else ", inside the budget"
    mix = report.recommend
    if mix is None:
        return f"{text}."
    if mix.mix is None:
        return f"{text}; {_no_mix(report)}."
    return f"{text}; {_best(report, mix.mix)}."


def _no_mix(report: Report) -> str:
    assert report.recommend is not None
    if report.recommend.status != "infeasible":
        return "no mix was found in the time given"
    return "no mix keeps all limits of the file"


def _best(report: Report, mix: WayColumn) -> str:
    text = f"the best mix under its limits costs {said_money(mix.spend.expected, report.currency)}"
    text += f" and does {share(mix.work_done)} of that work"
    more = mix.net_value_vs_today
    if more is not None:
        amount = said_money(abs(more), report.currency)
        text += f", worth {amount} {'more' if more >= 0 else 'less'}"
    return text


def _tiles(report: Report) -> list[Tile]:
    options, unit = report.compare, report.currency
    today = next((line for line in options.options if line.is_today), None)
    so_far = report.so_far
    tiles = []
    if so_far is not None:
        tiles += _tiles_so_far(report, so_far)
    elif today is not None and today.spend is not None:
        tiles.append(
            Tile("Expected, as today", _said(today.spend.expected, unit), _range(today.spend))
        )
    if so_far is None and report.budget is not None and today is not None:
        gone = word(day(report, today.exhaustion_date) if today.exhaustion_date else "lasts")
        chance = figure(figures.chance, today.probability_over_budget)
        beside = [chance, word("chance over"), _said(report.budget, unit)]
        tiles.append(Tile("Budget gone, as today", gone, beside))
    mix = report.recommend.mix if report.recommend is not None else None
    if mix is not None:
        tiles.append(Tile("Expected, best mix", _said(mix.spend.expected, unit), _range(mix.spend)))
        tiles.append(Tile("Work done, best mix", figure(share, mix.work_done), _worth(report, mix)))
    return tiles


def _tiles_so_far(report: Report, line: SumLine) -> list[Tile]:
    """Say what the year comes to with what was paid, and when the budget is gone."""
    beside = [word("not drawn")]
    if line.p10:
        beside = [
            figure(figures.money, line.p10[-1]), word("–"), figure(figures.money, line.p90[-1]),
            word("in 8 of 10 years"),
        ]  # fmt: skip
    end = _said(line.expected[-1], report.currency)
    tiles = [Tile("Expected, paid and rest", end, beside)]
    if report.budget is not None:
        gone = word(day(report, line.gone) if line.gone else "lasts")
        chance = figure(figures.chance, line.chance_over)
        budget = _said(report.budget, report.currency)
        tiles.append(Tile("Budget gone", gone, [chance, word("chance over"), budget]))
    return tiles


def _said(amount: float, currency: str) -> TableCell:
    return TableCell(said_money(amount, currency), amount)


def _range(spend: Spend) -> list[TableCell]:
    """Write where 8 of 10 years fall; nothing where none was drawn."""
    if not figures.is_known(spend.p10):
        return [word("not drawn")]
    return [
        figure(figures.money, spend.p10), word("–"), figure(figures.money, spend.p90),
        word("in 8 of 10 years"),
    ]  # fmt: skip


def _worth(report: Report, mix: WayColumn) -> list[TableCell]:
    if mix.net_value_vs_today is None:
        return [word("of today's")]
    more = figure(lambda one: figures.money(one, sign=True), mix.net_value_vs_today)
    return [word("of today's; net value"), more]


def conflict(report: Report) -> list[str]:
    """Say which limits contradict each other, where no mix keeps them."""
    mix = report.recommend
    if mix is None or mix.mix is not None or mix.status != "infeasible":
        return []
    return [line.strip() for line in conflict_lines(mix, 10_000)]
