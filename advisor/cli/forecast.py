"""`advisor forecast`: the year so far and to come, why it is off, and whose use runs away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from advisor.answers.check.answer import check
from advisor.answers.check.held_ways import CheckRequest
from advisor.answers.forecast.answer import ForecastRequest, forecast
from advisor.answers.forecast.year_to_date import Bills
from advisor.cli.answers import as_date, write_answers
from advisor.cli.completion import options
from advisor.cli.exits import BROKEN, DONE
from advisor.cli.forecast_use import ReadUse, read_use
from advisor.cli.inputs import Inputs, placed, read_inputs
from advisor.cli.options import (
    DEFAULT_DRAWS,
    AsJson,
    AsOf,
    Draws,
    FileArgument,
    FormatOption,
    Output,
    Seed,
    check_draws,
    day_of_the_clock,
)
from advisor.cli.paid import in_money_of, read_paid
from advisor.cli.screen import Format
from advisor.errors import AdvisorError, InputError, NothingToCheckError
from advisor.load.bills.reading import tables_at
from advisor.output import csv
from advisor.output.check.sentences import message
from advisor.output.forecast.formats import month_table, render_json, render_markdown, render_text
from advisor.tables.check import FAIL, UNKNOWN, WARN, FileCheck
from advisor.tables.forecast import Alert, Forecast

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

_TOLD = (FAIL, UNKNOWN, WARN)


class _Read(NamedTuple):
    """Bills and use of one year, in the money of the plan."""

    bills: Bills | None
    use: ReadUse | None


@app.command("forecast")
def command(
    file: FileArgument = None,
    actuals: Annotated[
        list[Path] | None,
        typer.Option(help="Tables or folders of what was paid this year, or usage; repeatable."),
    ] = None,
    usage: Annotated[
        list[str] | None,
        typer.Option(help="Logs and exports of this year's use, as for `usage`; repeatable."),
    ] = None,
    home: Annotated[
        list[str] | None,
        typer.Option(help="A home folder with agents' logs, perhaps NAME=DIR.", metavar="DIR"),
    ] = None,
    last_year: Annotated[
        list[Path] | None,
        typer.Option(help="Tables or folders of what was paid in the year before; repeatable."),
    ] = None,
    last_usage: Annotated[
        list[str] | None,
        typer.Option(help="Logs and exports of use in the year before; repeatable."),
    ] = None,
    columns: Annotated[
        str | None, typer.Option(help="Columns of tables of bills, as for `check`.")
    ] = None,
    tasks: Annotated[
        float | None, typer.Option(help="Tasks done in the whole months that were used.")
    ] = None,
    team: Annotated[
        list[str] | None,
        typer.Option(help="Whose use is which team's, TEAM=PERSON or a pattern; repeatable."),
    ] = None,
    day_off: Annotated[
        list[str] | None,
        typer.Option(help="Days on which nobody works, YYYY-MM-DD, apart by commas."),
    ] = None,
    option: Annotated[
        str | None,
        typer.Option(
            help="Carry on with this option, or `recommended`, in place of the decided mix.",
            autocompletion=options,
        ),
    ] = None,
    brief: Annotated[bool, typer.Option("--brief", help="The last sentence alone.")] = False,
    as_of: AsOf = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Where the year ends, why it is off, and whose use is about to run away."""
    check_draws(draws, seed)
    if tasks is not None and not tasks > 0:
        raise InputError.of(f"{tasks:g}: more than 0 tasks", key="--tasks")
    inputs = read_inputs(file, {}, as_of=as_date(as_of))
    now = _read(inputs, actuals or (), columns, usage or (), home or (), tasks)
    before = _before(inputs, last_year or (), last_usage or ())
    asked = _request(inputs, now, before, _days(day_off or ()))
    if asked.use is not None:
        asked = asked._replace(use=asked.use._replace(teams=_teams(team or ())))
    elif team:
        raise InputError.of("says whose use is whose: give `--usage` too", key="--team")
    asked = asked._replace(option=option, draws=draws, seed=seed)
    try:
        answer = _with_alerts(forecast(asked), asked, inputs)
    except AdvisorError as error:
        raise placed(error, inputs.document) from None
    tables = [table for path in (*(actuals or ()), *(last_year or ())) for table in tables_at(path)]
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(answer, width=screen.width, brief=brief),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(month_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        Format.JSON if as_json else format_,
        output or [],
        inputs=[*inputs.files, *tables],
    )


def _read(
    inputs: Inputs,
    actuals: Sequence[Path],
    columns: str | None,
    usage: Sequence[str],
    homes: Sequence[str],
    tasks: float | None,
) -> _Read:
    """Read what was paid and used; without bills, use at list prices counts as paid."""
    bills = in_money_of(inputs, read_paid(actuals, columns))
    per_usd = float(inputs.workload.currency.per_usd)
    use = read_use(usage, homes, per_usd, tasks)
    if bills is None and use is not None:
        note = "no bills: use counts at list prices, or as its vendor billed it"
        bills = Bills(use.rows, ", ".join([*usage, *homes]), [note])
    return _Read(bills, use)


def _before(inputs: Inputs, paths: Sequence[Path], usage: Sequence[str]) -> _Read | None:
    """Read the year before; without bills, use at list prices counts as paid."""
    found = _read(inputs, paths, None, usage, (), None)
    return None if found.bills is None else found


def _request(
    inputs: Inputs, now: _Read, before: _Read | None, days_off: Sequence[date]
) -> ForecastRequest:
    bills, use = now.bills or Bills((), "no bills"), now.use
    last_year = None
    if before is not None and before.bills is not None:
        last_year = (before.bills, None if before.use is None else before.use.use)
    return ForecastRequest(
        sources=inputs.sources,
        case=inputs.case,
        bills=bills._replace(days_off=days_off),
        use=None if use is None else use.use,
        last_year=last_year,
        anomalies=() if use is None else use.anomalies,
        warnings=() if use is None else use.notes,
    )


def _with_alerts(answer: Forecast, asked: ForecastRequest, inputs: Inputs) -> Forecast:
    """Add what `advisor check` says of the same files; nothing where nothing is limited."""
    request = CheckRequest(
        sources=inputs.sources,
        workload=inputs.workload,
        case=inputs.case,
        places=inputs.places,
        today=day_of_the_clock(),
        option=asked.option,
        draws=asked.draws,
        seed=asked.seed,
        bills=asked.bills,
        is_locked=inputs.is_locked,
    )
    try:
        found = check(request)
    except NothingToCheckError:
        return answer
    alerts = [
        Alert(line.limit, line.status, f"{line.status}: {line.limit}: {message(line, found)}")
        for line in found.lines
        if line.status in _TOLD
    ]
    return answer._replace(alerts=alerts, would_end=_would_end(found))


def _would_end(found: FileCheck) -> int:
    return BROKEN if any(line.is_broken for line in found.lines) else DONE


def _teams(texts: Sequence[str]) -> dict[str, list[str]]:
    """Read `TEAM=PERSON`, several times, with `*` for anything."""
    found: dict[str, list[str]] = {}
    for text in texts:
        name, mark, pattern = text.partition("=")
        if not (name and mark and pattern):
            raise InputError.of(f"{text!r}: write TEAM=PERSON", key="--team")
        found.setdefault(name, []).append(pattern)
    return found


def _days(texts: Sequence[str]) -> list[date]:
    days = [part.strip() for text in texts for part in text.split(",")]
    found = [as_date(day, flag="--day-off") for day in days if day]
    return [day for day in found if day is not None]
