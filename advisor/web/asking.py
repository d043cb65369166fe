"""The same engine, asked about a state of the page: figures at once, the best mix after them.

Nothing is kept but the last answers, by what was asked; who asks at the same time waits in a line
that has an end.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Generic, NamedTuple, TypeVar

from advisor.answers.recommend.answer import Wish, recommend
from advisor.answers.recommend.solver import Effort
from advisor.answers.report.answer import figures_alone
from advisor.answers.report.sums import planned_sums
from advisor.api.inputs import case_with
from advisor.case.facts import Case
from advisor.errors import AdvisorError
from advisor.tables.report import Report
from advisor.web.editing import edited
from advisor.web.plan import LivePlan
from advisor.web.state import State

DRAWS = 2_000
"""Drawn years while something is being moved: ranges to within 2 or 3 %."""
MOST_SECONDS = 8.0
"""For the search of a mix."""
POINTS = 7
"""Of the frontier, beside the best mix."""
_KEPT = 64
_AT_ONCE = 2
_LONGEST_LINE = 48


Made = TypeVar("Made")


class _Figured(NamedTuple):
    """The figures of a state, and the case that a mix is looked for in."""

    case: Case
    report: Report


class BusyError(AdvisorError):
    """So many are waiting already that an answer would come too late."""

    exit_code = 70


class _Last(Generic[Made]):
    """The last answers of one kind, by state."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, Made] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, state: State) -> Made | None:
        """Return the answer to a state if it is kept."""
        with self._lock:
            if state.query in self._answers:
                self._answers.move_to_end(state.query)
            return self._answers.get(state.query)

    def once(self, state: State, make: Callable[[State], Made]) -> Made:
        """Return what is kept; else make it, and keep it."""
        known = self.find(state)
        if known is not None:
            return known
        made = make(state)
        with self._lock:
            self._answers[state.query] = made
            while len(self._answers) > _KEPT:
                self._answers.popitem(last=False)
        return made


class Asker:
    """Answers about one plan, for many pages at once."""

    def __init__(self, plan: LivePlan, *, draws: int = DRAWS, seed: int = 1) -> None:
        self.plan = plan
        self._draws, self._seed = draws, seed
        self._turn = threading.Semaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._waiting = 0
        self._figured: _Last[_Figured] = _Last()
        self._mixes: _Last[Report] = _Last()

    def figures(self, state: State) -> Report:
        """Return what every option costs, and how today's money adds up."""
        known = self._figured.find(state)
        if known is not None:
            return known.report
        with self._in_line():
            return self._figured.once(state, self._figures).report

    def mix(self, state: State) -> Report:
        """Return the best mix beside the figures, or why there is none."""
        known = self._mixes.find(state)
        if known is not None:
            return known
        with self._in_line():
            return self._mixes.once(state, self._mix)

    def _case(self, state: State) -> Case:
        inputs = self.plan.inputs
        return case_with(inputs, edited(self.plan, state)) if state.values else inputs.case

    def _figures(self, state: State) -> _Figured:
        case = self._case(state)
        drawn = {"draws": self._draws, "seed": self._seed}
        found = figures_alone(case, file=self.plan.inputs.shown, on=case.as_of, **drawn)
        return _Figured(case, found._replace(sums=[planned_sums(case, case.today, **drawn)]))

    def _mix(self, state: State) -> Report:
        case, found = self._figured.once(state, self._figures)
        wish = Wish(effort=Effort(seconds=MOST_SECONDS), points=POINTS, turns=False)
        mix = recommend(case, file=found.file, draws=self._draws, seed=self._seed, wish=wish)
        return found._replace(recommend=mix)

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        with self._lock:
            if self._waiting >= _LONGEST_LINE:
                raise BusyError("too many are asking at once: try again in a moment")
            self._waiting += 1
        try:
            with self._turn:
                yield
        finally:
            with self._lock:
                self._waiting -= 1
