"""A case in, everything that one page shows out.

What a reader would get wrong: a part that can't be had (no mix keeps all limits, there is nothing
to check, nobody works) is left out with its reason; what is wrong in the file is an error, as it is
for the part's own command.
"""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple, TypeVar

from advisor.answers.check.answer import check
from advisor.answers.check.held_ways import CheckRequest, HeldWays
from advisor.answers.compare.answer import compare
from advisor.answers.forecast.answer import PLAN, ForecastRequest, forecast
from advisor.answers.recommend.answer import Wish, in_silence, recommend
from advisor.answers.report.prices import prices_used
from advisor.answers.report.sums import planned_sums, sums_with_paid, with_routes
from advisor.answers.seats.answer import choose_seats
from advisor.answers.stress.answer import Ask, stress
from advisor.case.facts import Case
from advisor.case.resolved import ResolvedWorkload
from advisor.errors import AdvisorError, InfeasibleError, MissingError, NothingToCheckError
from advisor.tables.forecast import Variance
from advisor.tables.pilot import Pilot
from advisor.tables.recommend import Recommendation
from advisor.tables.report import Report, SumLine
from advisor.tables.seats import SeatsAnswer
from advisor.tables.stress import Stress

Part = TypeVar("Part")

OPTIONAL = ("recommend", "stress", "seats", "check")
"""Parts that may be left out."""
BLOCK_CHANCE = 0.01
"""The share of people-months that the cap shown may block, as `advisor seats` has it."""

NO_BASE = "nothing to compare with was named: --base REV|FILE"
NO_TRIALS = "no trials were named: --trials TABLE"
NO_ACTUALS = "nothing that was paid was named: --actuals PATHS"
NO_MONTHS = "no whole month of the plan is paid yet"


class ReportRequest(NamedTuple):
    """What a report is made of: what `check` is given, the work laid out, trials if any.

    `without` are parts of `OPTIONAL` that nobody wants; `tell` hears which part is made next.
    """

    checking: CheckRequest
    setting: ResolvedWorkload
    pilot: Pilot | None = None
    wish: Wish = Wish()
    without: frozenset[str] = frozenset()
    tell: Callable[[str], None] = in_silence


def report(asked: ReportRequest) -> Report:
    """Put the parts together. Raises as they do for what is wrong in the file."""
    checking = asked.checking
    case, file = checking.case, checking.sources.shown
    absent: dict[str, str] = {}
    parts = _Parts(asked, absent)
    mix = parts.made("recommend", _recommended)
    _say_what_was_not_given(asked, absent)
    if mix is not None and mix.mix is None:
        absent.setdefault("routes", "no mix keeps all limits")
    opened = figures_alone(
        case, file=file, on=checking.today, draws=checking.draws, seed=checking.seed
    )
    return opened._replace(
        sums=_sums(checking, mix),
        prices=prices_used(case, checking.sources.book, checking.today),
        recommend=mix,
        diff=checking.change,
        check=parts.made("check", lambda one: check(one.checking)),
        stress=parts.made("stress", _stressed),
        seats=parts.made("seats", _seats),
        pilot=asked.pilot,
        variance=_variance(checking, absent),
        absent=absent,
    )


def figures_alone(case: Case, *, file: str, on: date, draws: int, seed: int) -> Report:
    """Begin a report with what every option costs; all other parts are put to it."""
    return Report(
        workload=case.name,
        file=file,
        currency=case.currency,
        start=case.start,
        months=len(case.market.work.months),
        as_of=case.as_of,
        on=on,
        draws=draws,
        seed=seed,
        budget=case.budget,
        compare=compare(case, file=file, draws=draws, seed=seed),
        sums=[],
        prices=[],
    )


class _Parts(NamedTuple):
    """Makes parts, and keeps why one is not there."""

    asked: ReportRequest
    absent: dict[str, str]

    def made(self, name: str, make: Callable[[ReportRequest], Part]) -> Part | None:
        """Make a part; None where it is not wanted or can't be had."""
        if name in self.asked.without:
            self.absent[name] = "left out, as asked"
            return None
        self.asked.tell(name)
        try:
            return make(self.asked)
        except (InfeasibleError, MissingError, NothingToCheckError) as error:
            self.absent[name] = _why(error)
            return None


def _why(error: AdvisorError) -> str:
    """Say in a line why a part can't be had."""
    said = [fault.message for fault in error.faults] or [str(error)]
    return "; ".join(dict.fromkeys(said))


def _say_what_was_not_given(asked: ReportRequest, absent: dict[str, str]) -> None:
    if asked.checking.change is None:
        absent["diff"] = asked.checking.no_base or NO_BASE
    if asked.pilot is None:
        absent["pilot"] = NO_TRIALS
    if asked.checking.bills is None:
        absent["variance"] = NO_ACTUALS


def _variance(checking: CheckRequest, absent: dict[str, str]) -> Variance | None:
    """Take whole months that were paid apart by cause, as `advisor forecast` does with bills."""
    if checking.bills is None:
        return None
    told = forecast(
        ForecastRequest(
            sources=checking.sources,
            case=checking.case,
            option=checking.option,
            bills=checking.bills,
        )
    )
    found = next((one for one in told.variances if one.against == PLAN), None)
    if found is None:
        absent["variance"] = NO_MONTHS
    return found


def _recommended(asked: ReportRequest) -> Recommendation:
    one = asked.checking
    return recommend(
        one.case, file=one.sources.shown, draws=one.draws, seed=one.seed, wish=asked.wish
    )


def _stressed(asked: ReportRequest) -> Stress:
    one = asked.checking
    return stress(one.case, file=one.sources.shown, seed=one.seed, ask=Ask(wish=asked.wish))


def _seats(asked: ReportRequest) -> SeatsAnswer:
    one = asked.checking
    return choose_seats(
        one.case,
        asked.setting,
        file=one.sources.shown,
        block_chance=BLOCK_CHANCE,
        draws=one.draws,
        seed=one.seed,
    )


def _sums(checking: CheckRequest, mix: Recommendation | None) -> list[SumLine]:
    """Add up today's way, the decided mix, and the recommended one, each where it is another.

    What was paid goes before the rest of the way that is held.
    """
    case, drawn = checking.case, {"draws": checking.draws, "seed": checking.seed}
    ways = list(dict.fromkeys([case.today, *([] if case.mix is None else [case.mix])]))
    lines = [planned_sums(case, way, **drawn) for way in ways]
    actuals = None
    if checking.bills is not None:
        actuals = HeldWays(checking).plan(checking.option, None).actuals
    if actuals is not None:
        lines[-1] = sums_with_paid(lines[-1], actuals)
    if mix is not None and mix.mix is not None and actuals is None:
        added = with_routes(case, mix.routes)
        lines.append(planned_sums(added, len(added.ways) - 1, **drawn))
    return lines
