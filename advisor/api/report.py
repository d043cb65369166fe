"""Everything on one page: a file and what stands beside it in, a finished report out."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from advisor.answers.recommend.answer import Wish, in_silence
from advisor.answers.report.answer import ReportRequest, report
from advisor.answers.trials.pilot import Wanted, pilot
from advisor.api.bounds import DEFAULT_DIFFERENCE, DEFAULT_NEXT, DEFAULT_TASKS
from advisor.api.checked import AskedCheck, read_for_check
from advisor.api.inputs import placed
from advisor.api.recommend import with_lines
from advisor.api.surroundings import Surroundings
from advisor.case.resolved import lay_out
from advisor.errors import AdvisorError
from advisor.model.trial import TrialColumns
from advisor.tables.pilot import Pilot
from advisor.tables.report import Report


class AskedReport(NamedTuple):
    """What is asked beside the file: all that `check` is, trials, how a mix is searched for.

    `without` are parts that nobody wants; `tell` hears which part is made next.
    """

    checking: AskedCheck
    trials: TrialColumns | None = None
    trials_file: str = ""
    wish: Wish = Wish()
    without: frozenset[str] = frozenset()
    tell: Callable[[str], None] = in_silence


class Reported(NamedTuple):
    """What came of a file, and the files that it was made from."""

    report: Report
    files: Sequence[Path]


def report_file(file: Path | None, asked: AskedReport, around: Surroundings) -> Reported:
    """Put everything about a file on one page. Raises InputError for what can't be read."""
    read = read_for_check(file, asked.checking, around)
    one, sources = read.request, read.request.sources
    request = ReportRequest(
        checking=one,
        setting=lay_out(
            one.workload, sources.book, sources.profiles, sources.shortlist, sources.ask
        ),
        pilot=_pilot(asked),
        wish=asked.wish,
        without=asked.without,
        tell=asked.tell,
    )
    try:
        answer = report(request)
    except AdvisorError as error:
        raise placed(error, read.inputs.document) from None
    if answer.recommend is not None:
        answer = answer._replace(recommend=with_lines(answer.recommend, read.inputs.lines))
    return Reported(answer, read.files)


def _pilot(asked: AskedReport) -> Pilot | None:
    if asked.trials is None:
        return None
    wanted = Wanted(
        weights={},
        alone=(),
        trials=DEFAULT_NEXT,
        future_tasks=DEFAULT_TASKS,
        worths=(),
        worth_by_class={},
        difference=DEFAULT_DIFFERENCE,
        date=asked.checking.today,
    )
    return pilot(asked.trials, wanted, file=asked.trials_file)
