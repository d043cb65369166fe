"""The same engine, asked about a state of the page: figures at once, the best mix after them.

Nothing is kept but the last answers, by what was asked; who asks at the same time waits in a line
that has an end.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from advisor.answers.recommend.answer import Wish, recommend
from advisor.answers.recommend.solver import Effort
from advisor.answers.report.answer import figures_alone
from advisor.answers.report.sums import planned_sums
from advisor.api.inputs import FLAGS
from advisor.case.build import build_case
from advisor.case.facts import Case
from advisor.errors import AdvisorError, InfeasibleError
from advisor.load.document import Document
from advisor.load.known_names import check_names
from advisor.load.workload_file import check_workload
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


class BusyError(AdvisorError):
    """So many are waiting already that an answer would come too late."""

    exit_code = 70


class Asker:
    """Answers about one plan, for many pages at once."""

    def __init__(self, plan: LivePlan, *, draws: int = DRAWS, seed: int = 1) -> None:
        self.plan = plan
        self._draws, self._seed = draws, seed
        self._turn = threading.Semaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._waiting = 0
        self._kept: OrderedDict[tuple[str, str], Report] = OrderedDict()

    def figures(self, state: State) -> Report:
        """Return what every option costs, and how today's money adds up."""
        return self._once("figures", state, self._figures)

    def mix(self, state: State) -> Report:
        """Return the best mix beside the figures, or why there is none."""
        return self._once("mix", state, self._mix)

    def case(self, state: State) -> Case:
        """Build the case of a state. Raises InputError for what can't be, as a file would."""
        plan, inputs = self.plan, self.plan.inputs
        if not state.values:
            return inputs.case
        document = Document(FLAGS, edited(plan, state), {})
        options = {} if "options" in document.data else inputs.sources.shortlist
        workload = check_workload(document, inputs.book, options).workload
        profiles = inputs.sources.profiles
        check_names(workload, document, inputs.book, profiles, workload.options or options)
        return build_case(workload, inputs.book, profiles, options, name=inputs.sources.name)

    def _figures(self, state: State) -> Report:
        case = self.case(state)
        file = self.plan.inputs.shown
        drawn = {"draws": self._draws, "seed": self._seed}
        found = figures_alone(case, file=file, on=case.as_of, **drawn)
        return found._replace(sums=[planned_sums(case, case.today, **drawn)])

    def _mix(self, state: State) -> Report:
        found = self._once("figures", state, self._figures, in_turn=True)
        wish = Wish(effort=Effort(seconds=MOST_SECONDS), points=POINTS, turns=False)
        try:
            mix = recommend(
                self.case(state), file=found.file, draws=self._draws, seed=self._seed, wish=wish
            )
        except InfeasibleError as error:
            return found._replace(absent={"recommend": str(error)})
        return found._replace(recommend=mix)

    def _once(
        self, what: str, state: State, make: Callable[[State], Report], *, in_turn: bool = False
    ) -> Report:
        key = what, state.query
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        if in_turn:
            made = make(state)
        else:
            with self._in_line():
                made = make(state)
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return made

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
