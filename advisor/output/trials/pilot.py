"""What trials say: on a screen, as JSON, as a flat table and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures, json, markdown
from advisor.output.blocks import joined, wrapped
from advisor.output.figures import UNKNOWN, fine_money, share
from advisor.output.grid import TextColumn, render_grid
from advisor.tables.flat import Column, Table
from advisor.tables.pilot import AgentLine, Interval, NextLine, Pilot

SCHEMA = "advisor.pilot/1"
_MOST_LINES = 40
_PER_CLASS = 6
_MOST_NEXT = 10
_WHOLE_TASKS = 9.95


def render_json(answer: Pilot) -> str:
    """Write the answer as `advisor.pilot/1`."""
    return json.document(SCHEMA, answer)


def render_text(answer: Pilot, *, width: int = 100, brief: bool = False) -> str:
    """Write the answer as text, ending in one sentence."""
    said = wrapped(sentence(answer), width)
    if brief:
        return "\n".join(said) + "\n"
    blocks = [
        wrapped(_first_line(answer), width),
        _agents(answer, width),
        _correlation(answer, width),
        _next(answer, width),
        _sizes(answer, width),
        [line for warning in answer.warnings for line in wrapped(f"note: {warning}", width)],
        said,
    ]
    return joined(blocks)


def _first_line(answer: Pilot) -> str:
    agents = len({one.agent for one in answer.agents})
    tasks = figures.count(sum(answer.tasks.values()))
    return " · ".join(
        [
            answer.file,
            f"{answer.trials:,} trials of {agents} agents at {tasks} tasks",
            "dollars an attempt",
        ]
    )


def _shown(answer: Pilot) -> list[AgentLine]:
    """Return all lines, or the best of every class where they are too many."""
    by_class = [
        sorted((a for a in answer.agents if a.task_class == name), key=lambda a: -a.success.mean)
        for name in answer.tasks
    ]
    most = _PER_CLASS if len(answer.agents) > _MOST_LINES else len(answer.agents)
    return [line for own in by_class for line in own[:most]]


def _agents(answer: Pilot, width: int) -> list[str]:
    lines = _shown(answer)
    columns = [
        TextColumn(("", "class"), [one.task_class for one in lines], left=True),
        TextColumn(("", "agent"), [one.agent for one in lines], left=True),
        TextColumn(("", "trials"), [f"{one.trials:,}" for one in lines]),
        TextColumn(("", "solved"), [share(one.success.mean) for one in lines], gap=3),
        TextColumn(("", "p05–p95"), [_shares(one.success) for one in lines]),
        TextColumn(("", "raw"), [share(one.raw_success) for one in lines], gives_way=2),
        TextColumn(("", "cost"), [_mean(one.cost_per_attempt) for one in lines], gap=3),
        TextColumn(("", "p05–p95"), [_costs(one.cost_per_attempt) for one in lines], gives_way=3),
        TextColumn(
            ("on others'", "failures"), [_times(one.cost_ratio_on_failure) for one in lines],
            gives_way=1,
        ),
    ]  # fmt: skip
    legend = "p05–p95: 9 of 10 further sets of as many tasks would put the mean there"
    if len(lines) < len(answer.agents):
        legend += f"; the best {_PER_CLASS} of every class, all {len(answer.agents)} rows in JSON"
        legend += " and CSV"
    return [*render_grid(columns, width), *wrapped(legend, width)]


def _shares(interval: Interval) -> str:
    return f"{share(interval.p05)}–{share(interval.p95)}"


def _mean(interval: Interval | None) -> str:
    return UNKNOWN if interval is None else fine_money(interval.mean)


def _costs(interval: Interval | None) -> str:
    if interval is None:
        return UNKNOWN
    return f"{fine_money(interval.p05)}–{fine_money(interval.p95)}"


def _times(ratio: float | None) -> str:
    return UNKNOWN if ratio is None else f"×{ratio:.2f}"


def _correlation(answer: Pilot, width: int) -> list[str]:
    found = answer.failure_correlation
    if found is None:
        return wrapped("No two agents tried enough of the same tasks to show how failures go "
                        "together.", width)  # fmt: skip
    each = [
        f"{one.task_class} {one.mean:.2f}"
        for one in answer.failure_correlation_by_class
        if one.mean is not None
    ]
    text = (
        f"Failures of two agents go together by {found.mean:.2f} "
        f"({found.p05:.2f} to {found.p95:.2f}): {', '.join(each)}."
    )
    return wrapped(text, width)


def _next(answer: Pilot, width: int) -> list[str]:
    lines = answer.next_trials[:_MOST_NEXT]
    if not lines:
        return ["No further trial is expected to change a choice."]
    columns = [
        TextColumn(("try next", "class"), [one.task_class for one in lines], left=True),
        TextColumn(("", "agent"), [one.agent for one in lines], left=True),
        TextColumn(("", "tasks"), [f"{one.trials:,}" for one in lines]),
        TextColumn(("costs", "$"), [fine_money(one.cost) for one in lines], gap=3),
        *_gains(lines),
    ]
    return [*render_grid(columns, width), *wrapped(_legend(answer), width)]


def _gains(lines: Sequence[NextLine]) -> list[TextColumn]:
    if lines[0].value is None:
        return [TextColumn(("solves", "more"), [_tasks(one.solved_more) for one in lines])]
    return [
        TextColumn(("worth", "$"), [fine_money(one.value or 0.0) for one in lines]),
        TextColumn(
            ("pays from", "tasks"), [figures.count(one.pays_from_tasks or 0.0) for one in lines]
        ),
    ]


def _tasks(number: float | None) -> str:
    if number is None:
        return UNKNOWN
    return f"{number:,.0f}" if number >= _WHOLE_TASKS else f"{number:.1f}"


def _legend(answer: Pilot) -> str:
    same = "give each agent tasks that the others have tried"
    if answer.worths:
        worths = ", ".join(f"${fine_money(one)}" for one in answer.worths)
        said = f"worth: on {answer.future_tasks:,} tasks to come, with a solved task at {worths}"
    elif answer.worth_by_class:
        said = f"worth: on {answer.future_tasks:,} tasks to come, with a solved task as the team's "
        said += f"file says: {_worth_of_each(answer)}"
    else:
        said = (
            f"solves more: of {answer.future_tasks:,} tasks to come, for the same money; say what "
            "a solved task is worth with --worth or --team to see what that is worth"
        )
    return f"{said}; {same}"


def _worth_of_each(answer: Pilot) -> str:
    """Say what a solved task is worth by class; of many classes from what to what."""
    each = answer.worth_by_class
    if len(each) > _PER_CLASS:
        return f"${fine_money(min(each.values()))}–{fine_money(max(each.values()))}"
    return ", ".join(f"{name} ${fine_money(worth)}" for name, worth in each.items())


def _sizes(answer: Pilot, width: int) -> list[str]:
    each = [f"{one.task_class} {one.paired:,} ({one.unpaired:,})" for one in answer.sample_sizes]
    points = f"{100 * answer.sample_sizes[0].difference:.3g}"
    text = (
        f"To tell two agents apart that differ by {points} points, let both try the same tasks, so "
        f"many (so many if each has its own): {', '.join(each)}."
    )
    return wrapped(text, width)


def sentence(answer: Pilot) -> str:
    """Say what is worth trying next, or that nothing is."""
    if not answer.next_trials:
        return "What is known is enough: no further trial is expected to change a choice."
    if answer.next_trials[0].value is None:
        return _sentence_without_worth(answer)
    paying = [(one.value, one) for one in answer.next_trials if one.value and one.value > one.cost]
    if not paying:
        return "What is known is enough: no further trial is worth its cost for this much work."
    value, best = max(paying, key=lambda pair: pair[0] - pair[1].cost)
    return (
        f"Try {best.agent} on {best.trials} more tasks of {best.task_class}: it costs "
        f"${fine_money(best.cost)} and is worth ${fine_money(value)}."
    )


def _sentence_without_worth(answer: Pilot) -> str:
    best = max(answer.next_trials, key=lambda one: one.solved_more or 0.0)
    return (
        f"Try {best.agent} on {best.trials} more tasks of {best.task_class}: it costs "
        f"${fine_money(best.cost)}, and what is chosen then is expected to solve "
        f"{_tasks(best.solved_more)} more of {answer.future_tasks:,} tasks for the same money."
    )


def agent_table(answer: Pilot) -> Table:
    """Lay the answer out flat: one row an agent and class."""
    columns = [Column("agent"), Column("task_class"), Column("trials", "count", is_number=True)]
    columns += [Column(f"success_{part}", "ratio", is_number=True) for part in Interval._fields]
    columns.append(Column("raw_success", "ratio", is_number=True))
    columns += [Column(f"cost_{part}", "USD", is_number=True) for part in Interval._fields]
    columns += [
        Column("raw_cost", "USD", is_number=True),
        Column("cost_ratio_on_failure", "ratio", is_number=True),
        Column("success_on_all_tasks", "ratio", is_number=True),
        Column("cost_on_all_tasks", "USD", is_number=True),
        Column("next_trials", "count", is_number=True),
    ]
    more = {(one.agent, one.task_class): one for one in answer.next_trials}
    return Table("pilot", columns, [_row(one, more) for one in answer.agents])


def _row(line: AgentLine, more: dict[tuple[str, str], NextLine]) -> Sequence[object]:
    following = more.get((line.agent, line.task_class))
    return [
        line.agent,
        line.task_class,
        line.trials,
        *line.success,
        line.raw_success,
        *(line.cost_per_attempt or (None, None, None)),
        line.raw_cost,
        line.cost_ratio_on_failure,
        line.success_on_all_tasks,
        line.cost_on_all_tasks,
        following.trials if following else 0,
    ]


def render_markdown(answer: Pilot) -> str:
    """Write agents and the sentence for a pull request or a wiki."""
    heads = ["class", "agent", "trials", "solved", "p05–p95", "cost", "p05–p95"]
    rows = [
        [
            markdown.escaped(one.task_class),
            markdown.escaped(one.agent),
            f"{one.trials:,}",
            share(one.success.mean),
            _shares(one.success),
            _mean(one.cost_per_attempt),
            _costs(one.cost_per_attempt),
        ]
        for one in _shown(answer)
    ]
    return "\n\n".join(
        [f"#### {markdown.escaped(answer.file)}: what trials say",
         markdown.rows_as_table(heads, rows), markdown.escaped_prose(sentence(answer))]
    ) + "\n"  # fmt: skip
