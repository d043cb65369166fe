"""The advice on trial: on a screen, as JSON, as a flat table and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from advisor.output import figures, json, markdown
from advisor.output.blocks import joined, wrapped
from advisor.output.figures import UNKNOWN, fine_money
from advisor.output.grid import TextColumn, render_grid
from advisor.tables.backtest import (
    Backtest,
    BacktestOutcome,
    BacktestRoute,
    BudgetLine,
    MeasuredFigure,
)
from advisor.tables.flat import Column, Table

SCHEMA = "advisor.backtest/1"
_ODD = ("gap", "of_budget", "of_oracle", "over_single")
_OUTCOMES = ("success", "cost")


def render_json(answer: Backtest) -> str:
    """Write the answer as `advisor.backtest/1`."""
    return json.document(SCHEMA, answer)


def render_text(answer: Backtest, *, width: int = 100, brief: bool = False) -> str:
    """Write the answer as text, ending in one sentence."""
    said = wrapped(sentence(answer), width)
    if brief:
        return "\n".join(said) + "\n"
    blocks = [
        wrapped(_first_line(answer), width),
        _budgets(answer, width),
        _calibration(answer, width),
        [line for one in answer.budgets for line in _routes(one, width)],
        [line for warning in answer.warnings for line in wrapped(f"note: {warning}", width)],
        said,
    ]
    return joined(blocks)


def _first_line(answer: Backtest) -> str:
    times = "once" if answer.repeats == 1 else f"{answer.repeats} times"
    tasks = figures.count(sum(answer.tasks.values()))
    return " · ".join(
        [
            answer.file,
            f"{answer.trials:,} trials of {answer.agents} agents at {tasks} tasks",
            f"dealt into {answer.folds} folds {times}",
            "dollars a task",
        ]
    )


def _budgets(answer: Backtest, width: int) -> list[str]:
    lines = answer.budgets
    heads: Sequence[tuple[str, str, Sequence[str], int]] = [
        ("on tasks", "promised", [_percent(one.folds.promised.success) for one in lines], 3),
        ("not seen", "solved", [_percent(one.folds.realised.success) for one in lines], 2),
        ("", "cost", [fine_money(one.folds.realised.cost) for one in lines], 2),
        ("promised", "too much", [_points(one.gap) for one in lines], 2),
        ("one agent", "solved", [_percent(one.best_single.success) for one in lines], 3),
        ("naive mix", "promised", [_percent(one.naive.promised.success) for one in lines], 3),
        ("", "solved", [_percent(one.naive.realised.success) for one in lines], 2),
        ("all known", "solved", [_percent(one.oracle.success) for one in lines], 3),
    ]
    columns = [TextColumn(("", "budget"), [fine_money(one.budget_per_task) for one in lines])]
    for place, (top, name, cells, gap) in enumerate(heads):
        gives_way = 0 if place < 3 else len(heads) - place
        columns.append(TextColumn((top, name), cells, gap=gap, gives_way=gives_way))
    legend = (
        "promised too much: in points, ± its standard error over the repeats; one agent: the best "
        "that a manager would have picked for the budget; all known: the best mix in hindsight, at "
        "the cost that the advice came to"
    )
    return [*render_grid(columns, width), *wrapped(legend, width)]


def _calibration(answer: Backtest, width: int) -> list[str]:
    """Lay promised and realised success side by side, by class and budget."""
    names = list(answer.tasks)
    columns = [TextColumn(("", "promised/solved"), names, left=True)]
    for place, one in enumerate(answer.budgets):
        cells = [_pair(one, name) for name in names]
        columns.append(TextColumn(("at", fine_money(one.budget_per_task)), cells, gives_way=place))
    return render_grid(columns, width)


def _pair(line: BudgetLine, name: str) -> str:
    own = line.folds.by_class[name]
    if own.promised is None or own.realised is None:
        return UNKNOWN
    return f"{_percent(own.promised.success)}/{_percent(own.realised.success)}"


def _routes(line: BudgetLine, width: int) -> list[str]:
    """Say who does what for one budget."""
    each = "; ".join(f"{route.task_class}: {_way(route)}" for route in line.routes)
    predicted = f"{_percent(line.predicted.success)} solved for {fine_money(line.predicted.cost)}"
    return wrapped(f"{fine_money(line.budget_per_task)}: {predicted}. {each}", width, "  ")


def _way(route: BacktestRoute) -> str:
    way = ", then ".join(route.strategy)
    return way if route.share > 0.995 else f"{_percent(route.share)} {way}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"


def _points(figure: MeasuredFigure) -> str:
    mean = f"{100 * figure.mean:+.1f}"
    if figure.standard_error is None:
        return mean
    return f"{mean} ±{100 * figure.standard_error:.1f}"


def sentence(answer: Backtest) -> str:
    """Say how far off the promises were, and what the advice was worth."""
    lines = answer.budgets
    worst = max(lines, key=lambda one: abs(one.gap.mean))
    least = min(lines, key=lambda one: one.over_single.mean)
    word = "more" if worst.gap.mean > 0 else "less"
    far = abs(100 * worst.gap.mean)
    more = 100 * least.over_single.mean
    gain = f"{more:.1f} points more" if more >= 0 else f"{-more:.1f} points less"
    return (
        f"On tasks that it had not seen the advice promised at most {far:.1f} points {word} than "
        f"came of it (at {_dollars(worst)} a task), and solved at least {gain} than the agent that "
        f"a manager would have picked (at {_dollars(least)})."
    )


def _dollars(line: BudgetLine) -> str:
    return f"${fine_money(line.budget_per_task)}"


def budget_table(answer: Backtest) -> Table:
    """Lay the answer out flat: one row a budget."""
    columns = [Column("file"), Column("budget_per_task", "USD", is_number=True)]
    for name in ("predicted", "promised", "realised"):
        columns += _pair_of_columns(name)
    columns.append(Column("best_single_agent"))
    for name in ("best_single", "naive_promised", "naive_realised", "oracle"):
        columns += _pair_of_columns(name)
    for name in _ODD:
        columns += [Column(name, "ratio", is_number=True),
                    Column(f"{name}_standard_error", "ratio", is_number=True)]  # fmt: skip
    return Table("backtest", columns, [_row(answer, one) for one in answer.budgets])


def _pair_of_columns(name: str) -> list[Column]:
    return [
        Column(f"{name}_{part}", "USD" if part == "cost" else "ratio", is_number=True)
        for part in _OUTCOMES
    ]


def _row(answer: Backtest, line: BudgetLine) -> list[object]:
    single = line.best_single
    told: Sequence[BacktestOutcome] = [line.predicted, line.folds.promised, line.folds.realised]
    rivals: Sequence[BacktestOutcome] = [line.naive.promised, line.naive.realised, line.oracle]
    odd: Sequence[MeasuredFigure] = [getattr(line, name) for name in _ODD]
    return [
        answer.file,
        line.budget_per_task,
        *(figure for outcome in told for figure in outcome),
        single.agent,
        single.success,
        single.cost,
        *(figure for outcome in rivals for figure in outcome),
        *(figure for measured in odd for figure in measured),
    ]


def render_markdown(answer: Backtest) -> str:
    """Write budgets, routes and the sentence for a pull request or a wiki."""
    heads = ["budget", "promised", "solved", "cost", "one agent", "naive promised", "all known",
             "routes"]  # fmt: skip
    rows = [
        [
            fine_money(one.budget_per_task),
            _percent(one.folds.promised.success),
            _percent(one.folds.realised.success),
            fine_money(one.folds.realised.cost),
            _percent(one.best_single.success),
            _percent(one.naive.promised.success),
            _percent(one.oracle.success),
            markdown.escaped("; ".join(f"{r.task_class}: {_way(r)}" for r in one.routes)),
        ]
        for one in answer.budgets
    ]
    return "\n\n".join(
        [f"#### {markdown.escaped(answer.file)}: the advice on trial",
         markdown.rows_as_table(heads, rows), markdown.escaped_prose(sentence(answer))]
    ) + "\n"  # fmt: skip
