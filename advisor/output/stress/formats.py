"""The stories on a mix on a screen, as JSON, as a flat table and as Markdown."""

from __future__ import annotations

import calendar
import textwrap
from collections.abc import Sequence

from advisor.output import figures, json, markdown
from advisor.output.blocks import joined, wrapped
from advisor.output.figures import UNKNOWN, money, said_money, share
from advisor.output.grid import TextColumn, render_grid
from advisor.tables.flat import Column, Table
from advisor.tables.stress import ExitLine, Stress, StressFigures, StressLine

SCHEMA = "advisor.stress/1"
ONLY_WORDS = ("has_values",)
_TORNADO_SAID = 8
_LONGEST_TITLE, _SHORTEST_TITLE = 44, 18
_FIGURES = 42


def render_json(answer: Stress) -> str:
    """Write the answer as `advisor.stress/1`."""
    return json.document(SCHEMA, answer, without=ONLY_WORDS)


def render_text(answer: Stress, *, width: int = 100, brief: bool = False) -> str:
    """Write the answer as text, ending in one sentence."""
    said = wrapped(sentence(answer), width)
    if brief:
        return "\n".join(said) + "\n"
    blocks = [
        wrapped(_first_line(answer), width),
        _table(answer, width),
        [line for one in answer.exits for line in _exit_lines(answer, one, width)],
        _tornado(answer, width),
        [line for warning in answer.warnings for line in wrapped(f"note: {warning}", width)],
        said,
    ]
    return joined(blocks)


def _first_line(answer: Stress) -> str:
    months = list(calendar.month_abbr)
    first, last = answer.start, answer.last_month
    source = answer.workload
    if answer.file and answer.file != answer.workload:
        source = f"{answer.workload} ({answer.file})"
    mix = {"recommended": "the recommended mix", "mix": "the decided mix"}.get(
        answer.mix, answer.mix
    )
    return " · ".join(
        [
            source,
            f"{answer.today} as today, and {mix}",
            figures.span(first.year, months[first.month], last.year, months[last.month]),
            answer.currency,
            f"prices of {answer.as_of}",
        ]
    )


def _lines(answer: Stress) -> list[StressLine]:
    return [answer.expected, *answer.scenarios]


def _table(answer: Stress, width: int) -> list[str]:
    lines = _lines(answer)
    crosses = answer.start.year != answer.last_month.year
    longest = min(_LONGEST_TITLE, max(_SHORTEST_TITLE, width - _FIGURES))
    titles = [textwrap.shorten(one.title, longest, placeholder=" …") for one in lines]
    columns = [TextColumn(("", "what happens"), titles, left=True)]
    for head, part in (("today", "today"), ("this mix", "mix")):
        own: list[StressFigures] = [getattr(one, part) for one in lines]
        columns.append(TextColumn((head, "cost"), [money(one.spend) for one in own], gap=3))
        if answer.has_values:
            columns.append(
                TextColumn(("", "net value"), [money(one.net_value) for one in own], gives_way=1)
            )
        else:
            columns.append(TextColumn(("", "work"), [share(one.work_done) for one in own]))
        if answer.budget is not None:
            gone = [figures.day(one.exhaustion_date, year=crosses) for one in own]
            columns.append(TextColumn(("budget", "gone"), gone, gives_way=2))
        columns.append(TextColumn(("", "regret"), [regret(answer, one) for one in own]))
    legend = (
        "regret: what the mix that is best in that case would be worth more, had one known, limits "
        "on quality and dependence kept"
    )
    if any(own.regret is None for one in lines for own in (one.today, one.mix)):
        legend += f"; {UNKNOWN}: none was found in time, or none keeps the limits"
    return [*render_grid(columns, width), *wrapped(legend, width)]


def regret(answer: Stress, own: StressFigures) -> str:
    """Write what would be regretted: money, or tasks where a mix is chosen by them."""
    if own.regret is None:
        return UNKNOWN
    return money(own.regret) if answer.aim != "completed" else figures.count(own.regret)


def _exit_lines(answer: Stress, one: ExitLine, width: int) -> list[str]:
    text = f"If {one.kind} {one.name} leaves on {figures.long_day(one.on)}: "
    if one.moves_to:
        text += f"the mix's work there moves to {_moves(one)}. "
    elif one.cost_of_a_day:
        text += "no mix of what is left keeps the limits. "
    else:
        text += "none of the mix's work uses it. "
    if one.days is not None and one.moving is not None:
        worth = said_money(one.moving, answer.currency)
        text += f"Moving takes {figures.count(one.days)} days of work, worth {worth}. "
    elif one.cost_of_a_day:
        each = said_money(one.cost_of_a_day, answer.currency)
        text += f"Each day that moving takes everybody costs {each} of people's time. "
    if one.premium is not None and one.premium < 1:
        text += f"The best mix holds a second {one.kind} anyway."
    elif one.premium is None:
        text += f"No mix holds a second {one.kind} from the start."
    elif answer.aim == "completed":
        text += f"A second {one.kind} from the start costs {figures.count(one.premium)} tasks."
    else:
        premium = said_money(one.premium, answer.currency)
        text += f"Insurance: holding a second {one.kind} from the start costs {premium}."
    return wrapped(text, width)


def _moves(one: ExitLine) -> str:
    ways: dict[str, list[str]] = {}
    for _, task_class, strategy in one.moves_to:
        ways.setdefault(", then ".join(strategy), []).append(task_class)
    return "; ".join(f"{way} ({', '.join(dict.fromkeys(work))})" for way, work in ways.items())


def _tornado(answer: Stress, width: int) -> list[str]:
    if not answer.tornado:
        return []
    what = "net value" if answer.measure == "net_value" else "cost"
    kept = answer.tornado[:_TORNADO_SAID]
    rows = [
        TextColumn(
            ("", "  what is not known"), [f"  {known_as(one.key)}" for one in kept], left=True
        ),
        TextColumn((what, "at its P10"), [money(one.low) for one in kept]),
        TextColumn(("", "at its P90"), [money(one.high) for one in kept]),
        TextColumn(("of the", "spread"), [figures.chance(one.part) for one in kept]),
    ]
    return [f"What the {what} of this mix hangs on", *render_grid(rows, width)]


_NUMBERS = {
    "token_multiplier": "tokens",
    "relative_cost": "cost a task",
    "per_developer_month": "how often",
    "by_hand": "time by hand",
}
_LEVELS = {
    "level": "next year's level of use",
    "hours": "hours of work that it does",
    "intensity": "intensity of use",
    "billed.cached_share_of_prompt": "share of prompts read from a cache",
    "billed.output_share": "share of output among tokens",
}

_SHARED = {"models": "model", "makers": "maker", "setups": "set-up"}
"""What several options may have in common, of which one draw says how good it is."""


def known_as(key: str) -> str:
    """Write a number's place in the file in words: `codex: quality`."""
    if key in _LEVELS:
        return _LEVELS[key]
    block, _, rest = key.partition(".")
    if block in _SHARED:
        whose, _, number = rest.rpartition(".")
        return f"{_SHARED[block]} {whose}: {_NUMBERS.get(number, number)}"
    if block not in {"options", "tasks", "teams"}:
        return key
    name, _, number = rest.partition(".")
    first, *more = number.split(".")
    words = " ".join([_NUMBERS.get(first, first), *more])
    return f"{name}: {words}"


def sentence(answer: Stress) -> str:
    """Say which story costs the mix most, and what its spread comes from."""
    known = [one for one in answer.scenarios if one.mix.regret is not None]
    text = ""
    if known:
        worst = max(known, key=lambda one: one.mix.regret or 0.0)
        lost = _said(answer, worst.mix.regret or 0.0)
        text = f"This mix would be regretted most ({lost}) in one case: {worst.title}"
        if not worst.mix.regret:
            text = "In none of these stories would another mix have been better"
    if answer.tornado:
        top = answer.tornado[0]
        also = f"{share(top.part)} of its spread comes from {known_as(top.key)}"
        text = f"{text}; {also}" if text else also
    return f"{text}." if text else "Nothing here is uncertain, and no story changes the choice."


def _said(answer: Stress, amount: float) -> str:
    if answer.aim == "completed":
        return f"{figures.count(amount)} tasks"
    return said_money(amount, answer.currency)


def story_table(answer: Stress) -> Table:
    """Lay the stories out flat: one row a story and way."""
    unit = answer.currency
    columns = [
        Column("workload"),
        Column("scenario"),
        Column("title"),
        Column("way"),
        Column("spend", unit, is_number=True),
        Column("value", unit, is_number=True),
        Column("net_value", unit, is_number=True),
        Column("completed", "count", is_number=True),
        Column("work_done", "ratio", is_number=True),
        Column("exhaustion_date"),
        Column("regret", unit, is_number=True),
        Column("moving", unit, is_number=True),
        Column("breaks"),
        Column("currency"),
    ]
    rows = []
    for one in _lines(answer):
        for way, own in (("today", one.today), ("mix", one.mix), ("best", one.best)):
            if own is not None:
                rows.append(_row(answer, one, way, own))
    return Table("stress", columns, rows)


def _row(answer: Stress, one: StressLine, way: str, own: StressFigures) -> Sequence[object]:
    return [
        answer.workload,
        one.scenario,
        one.title,
        way,
        own.spend,
        own.value,
        own.net_value,
        own.completed,
        own.work_done,
        own.exhaustion_date,
        own.regret,
        own.moving,
        ", ".join(own.breaks) or None,
        answer.currency,
    ]


def render_markdown(answer: Stress) -> str:
    """Write the stories and the sentence for a pull request or a wiki."""
    heads = ["what happens", "today", "regret", "this mix", "regret"]
    rows = [
        [
            markdown.escaped(one.title),
            money(one.today.spend),
            regret(answer, one.today),
            money(one.mix.spend),
            regret(answer, one.mix),
        ]
        for one in _lines(answer)
    ]
    table = markdown.rows_as_table(heads, rows)
    return "\n\n".join(
        [f"#### {markdown.escaped(answer.workload)}: stories", table,
         markdown.escaped_prose(sentence(answer))]
    ) + "\n"  # fmt: skip
