"""A year that has begun, as Python asks of it: bills and use from files or frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import around, day_of, in_python, several, whole
from advisor.api.bounds import DEFAULT_DRAWS, check_draws
from advisor.api.forecasting import AskedForecast, Columns, forecast_of
from advisor.api.given import Paths, paths_of
from advisor.api.paid import Actuals
from advisor.api.teams import Beside, Day, Team, inputs_from
from advisor.output.forecast.formats import month_table, render_json, render_text
from advisor.tables.forecast import Forecast


class ForecastAnswer(PythonAnswer, Forecast):
    """Where a year ends, and why; `.to_pandas()` has a row a month."""

    __slots__ = ()
    forms = Forms(
        json=render_json,
        text=render_text,
        brief=lambda answer: render_text(answer, brief=True),
        tables={"months": month_table},
    )


@in_python
def forecast(
    team: Team = None,
    *,
    changes: Mapping[str, Any] | None = None,
    headcount: Any = None,
    actuals: Actuals | Sequence[Actuals] | None = None,
    usage: Paths = None,
    home: Paths = None,
    last_year: Actuals | Sequence[Actuals] | None = None,
    last_usage: Paths = None,
    columns: Columns = None,
    tasks: float | None = None,
    teams: Mapping[str, str | Iterable[str]] | None = None,
    day_off: Iterable[date] = (),
    option: str | None = None,
    as_of: Day = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
) -> ForecastAnswer:
    """Return where a year ends, with its range, why it is off, and whose use is unusual.

    `team`, `changes` and `headcount` are as for `compare`, `actuals` and `columns` as for `check`.
    `usage` and `home` are logs and exports of this year's use, `last_year` and `last_usage` the
    same of the year before. `tasks` were done in the whole months that were used; `teams` says
    whose use is which team's, by person or pattern; nobody works on `day_off`. The year goes on
    with `option`, else with the decided mix. Raises InputError with every fault.
    """
    draws, seed = whole(draws, key="draws"), whole(seed, key="seed")
    check_draws(draws, seed)
    inputs = inputs_from(team, Beside(changes, headcount, as_of))
    asked = AskedForecast(
        draws=draws,
        seed=seed,
        actuals=[] if actuals is None else several(actuals),
        usage=paths_of(usage, key="usage"),
        homes=paths_of(home, key="home"),
        last_year=[] if last_year is None else several(last_year),
        last_usage=paths_of(last_usage, key="last_usage"),
        columns=columns,
        tasks=tasks,
        teams=[
            f"{name}={person}" for name, found in (teams or {}).items() for person in several(found)
        ],
        days_off=[day for day in (day_of(one, key="day_off") for one in day_off) if day],
        option=option,
    )
    return ForecastAnswer._make(forecast_of(inputs, asked, around()))
