"""A year that has begun: a plan, what was paid and used in, one finished forecast out."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, TypeAlias

from advisor.answers.check.answer import check
from advisor.answers.check.held_ways import CheckRequest
from advisor.answers.forecast.answer import ForecastRequest, forecast
from advisor.answers.forecast.year_to_date import Bills
from advisor.api.forecast_use import ReadUse, read_use
from advisor.api.inputs import Inputs, placed
from advisor.api.paid import Actuals, in_money_of, read_paid
from advisor.api.surroundings import Surroundings
from advisor.errors import BROKEN, DONE, AdvisorError, InputError, NothingToCheckError
from advisor.output.check.sentences import message
from advisor.tables.check import FAIL, UNKNOWN, WARN, FileCheck
from advisor.tables.forecast import Alert, Forecast

Columns: TypeAlias = Mapping[str, str] | str | None
_TOLD = (FAIL, UNKNOWN, WARN)


class AskedForecast(NamedTuple):
    """What is asked beside the plan, as the flags of the command say it."""

    draws: int
    seed: int
    actuals: Sequence[Actuals] = ()
    usage: Sequence[str] = ()
    homes: Sequence[str] = ()
    last_year: Sequence[Actuals] = ()
    last_usage: Sequence[str] = ()
    columns: Columns = None
    tasks: float | None = None
    teams: Sequence[str] = ()
    days_off: Sequence[date] = ()
    option: str | None = None


class _Read(NamedTuple):
    """Bills and use of one year, in the money of the plan."""

    bills: Bills | None
    use: ReadUse | None


def forecast_of(inputs: Inputs, asked: AskedForecast, around: Surroundings) -> Forecast:
    """Carry a year on. Raises InputError for what can't be read, at the file's lines."""
    if asked.tasks is not None and not asked.tasks > 0:
        raise InputError.of(f"{asked.tasks:g}: more than 0 tasks", key="--tasks")
    now = _read(around, inputs, asked.actuals, asked.columns, asked.usage, asked.homes, asked.tasks)
    before = _before(around, inputs, asked.last_year, asked.last_usage)
    request = _request(inputs, now, before, asked.days_off)
    if request.use is not None:
        request = request._replace(use=request.use._replace(teams=_teams(asked.teams)))
    elif asked.teams:
        raise InputError.of("says whose use is whose: give `--usage` too", key="--team")
    request = request._replace(option=asked.option, draws=asked.draws, seed=asked.seed)
    try:
        return _with_alerts(forecast(request), request, inputs, around)
    except AdvisorError as error:
        raise placed(error, inputs.document) from None


def _read(
    around: Surroundings,
    inputs: Inputs,
    actuals: Sequence[Actuals],
    columns: Columns,
    usage: Sequence[str],
    homes: Sequence[str],
    tasks: float | None,
) -> _Read:
    """Read what was paid and used; without bills, use at list prices counts as paid."""
    bills = in_money_of(inputs, read_paid(actuals, columns, around))
    per_usd = float(inputs.workload.currency.per_usd)
    use = read_use(usage, homes, per_usd, tasks, around.environment)
    if bills is None and use is not None:
        note = "no bills: use counts at list prices, or as its vendor billed it"
        bills = Bills(use.rows, ", ".join([*usage, *homes]), [note])
    return _Read(bills, use)


def _before(
    around: Surroundings, inputs: Inputs, paths: Sequence[Actuals], usage: Sequence[str]
) -> _Read | None:
    """Read the year before; without bills, use at list prices counts as paid."""
    found = _read(around, inputs, paths, None, usage, (), None)
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


def _with_alerts(
    answer: Forecast, asked: ForecastRequest, inputs: Inputs, around: Surroundings
) -> Forecast:
    """Add what `advisor check` says of the same files; nothing where nothing is limited."""
    request = CheckRequest(
        sources=inputs.sources,
        workload=inputs.workload,
        case=inputs.case,
        places=inputs.places,
        today=around.today(),
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
