"""HiGHS: a problem in, a solution with its bound out. The only importer of the solver.

Money is scaled so that no coefficient is large, seed and threads are fixed, so the same problem has
the same solution on every machine, unless time runs out. Ctrl-C ends the search and keeps the best
that was found.
"""

from __future__ import annotations

import itertools
import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import highspy
import numpy as np
from numpy.typing import NDArray

from advisor.recommend.problem import Program

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

OPTIMAL, FEASIBLE, INFEASIBLE, UNKNOWN = "optimal", "feasible", "infeasible", "unknown"

_TOLERANCE = 1e-9
_SEED = 1
_THREADS = 1
_LEAST_SECONDS = 0.05
_LISTENS, _PATIENCE = 0.05, 5.0


class Effort(NamedTuple):
    """How hard to try: the gap at which to stop, and seconds. `progress` hears bound and best.

    `until` is when several questions together have to be done, by the monotonic clock.
    """

    gap: float = 1e-9
    seconds: float = math.inf
    until: float = math.inf
    progress: Callable[[float, float, float], None] | None = None


class Solution(NamedTuple):
    """What was found. `columns` (n,) are shares; `bound` is what no solution can pass.

    `duals` are what one more unit of each side row's limit would add, (rows,), and `reduced` what
    using a column would, (n,); both only where nothing is whole. Empty where nothing was found.
    """

    status: str
    columns: FloatArray
    extras: FloatArray
    objective: float
    bound: float
    duals: FloatArray
    reduced: FloatArray


_NOTHING = np.zeros(0)


def _empty(status: str, bound: float) -> Solution:
    return Solution(status, _NOTHING, _NOTHING, -math.inf, bound, _NOTHING, _NOTHING)


class Solver:
    """One problem, solved again as its rows move: the basis of the last solution is kept."""

    def __init__(self, program: Program, *, relaxed: bool = False) -> None:
        """Hand the problem over. `relaxed` lets everything whole be shared."""
        self._program = program
        self._relaxed = relaxed
        self._gain_scale = _size(np.concatenate(
            [program.gain, [extra.gain for extra in program.extras]]))  # fmt: skip
        self._row_scale = np.array([
            _size(np.concatenate([row.sum.columns, list(row.sum.extras.values())]))
            for row in program.rows
        ])  # fmt: skip
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for name, value in (
            ("output_flag", False),
            ("threads", _THREADS),
            ("random_seed", _SEED),
            ("primal_feasibility_tolerance", _TOLERANCE),
            ("dual_feasibility_tolerance", _TOLERANCE),
            ("mip_feasibility_tolerance", _TOLERANCE),
            ("mip_abs_gap", 0.0),
        ):
            self._highs.setOptionValue(name, value)
        self._first_side = 0
        self._highs.passModel(self._model())

    @property
    def is_whole(self) -> bool:
        """Whether the solver branches: anything at all must be a whole number."""
        program = self._program
        whole = program.is_whole or any(extra.is_whole for extra in program.extras)
        return whole and not self._relaxed

    def move(self, row: int, right: float) -> None:
        """Let a row's expression be at most `right` in place of 0."""
        limit = right - self._program.rows[row].sum.constant
        at = self._first_side + row
        self._highs.changeRowBounds(at, -highspy.kHighsInf, limit / self._row_scale[row])

    def solve(self, effort: Effort = Effort()) -> Solution:  # noqa: B008 - a record, never changed
        """Solve, from where the last solution left off."""
        highs = self._highs
        highs.setOptionValue("mip_rel_gap", effort.gap)
        left = min(effort.seconds, max(effort.until - time.monotonic(), _LEAST_SECONDS))
        highs.setOptionValue("time_limit", min(left + highs.getRunTime(), 1e20))
        if effort.progress is None:
            highs.run()
        else:
            self._report(effort.progress)
            self._run_apart()
        return self._found()

    def _run_apart(self) -> None:
        """Solve in a thread of its own, which lets Ctrl-C through: it ends the search.

        Raises KeyboardInterrupt where the solver does not stop in a few seconds.
        """
        self._highs.HandleUserInterrupt = True
        thread = threading.Thread(target=self._highs.run, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(_LISTENS)
        except KeyboardInterrupt:
            self._highs.cancelSolve()  # type: ignore[no-untyped-call]
            thread.join(_PATIENCE)
            if thread.is_alive():
                raise

    def _report(self, progress: Callable[[float, float, float], None]) -> None:
        began, scale, constant = time.monotonic(), self._gain_scale, self._program.constant

        def said(event: highspy.HighsCallbackEvent) -> None:
            data = event.data_out
            best = data.mip_primal_bound * scale + constant
            bound = data.mip_dual_bound * scale + constant
            progress(time.monotonic() - began, best, bound)

        self._highs.cbMipLogging += said

    def _found(self) -> Solution:
        highs, program = self._highs, self._program
        status, info = highs.getModelStatus(), highs.getInfo()
        if status in {highspy.HighsModelStatus.kInfeasible,
                      highspy.HighsModelStatus.kUnboundedOrInfeasible}:  # fmt: skip
            return _empty(INFEASIBLE, -math.inf)
        feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        if not feasible:
            return _empty(UNKNOWN, math.inf)
        solution = highs.getSolution()
        values = np.array(solution.col_value)
        done = status == highspy.HighsModelStatus.kOptimal
        best = info.objective_function_value * self._gain_scale + program.constant
        bound = best
        if self.is_whole:
            bound = info.mip_dual_bound * self._gain_scale + program.constant
        elif not done:
            bound = math.inf
        duals, reduced = _NOTHING, _NOTHING
        if not self.is_whole:
            side = np.array(solution.row_dual)[self._first_side :]
            duals = side[: len(program.rows)] * self._gain_scale / self._row_scale
            reduced = np.array(solution.col_dual)[: program.size] * self._gain_scale
        return Solution(
            status=OPTIMAL if done else FEASIBLE,
            columns=values[: program.size],
            extras=values[program.size :],
            objective=best,
            bound=max(bound, best),
            duals=duals,
            reduced=reduced,
        )

    def _model(self) -> highspy.HighsLp:
        program = self._program
        matrix, low, high = self._rows()
        lp = highspy.HighsLp()
        extras = program.extras
        lp.num_col_ = program.size + len(extras)
        lp.num_row_ = len(low)
        gains = np.concatenate([program.gain, [extra.gain for extra in extras]])
        lp.col_cost_ = gains / self._gain_scale
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_lower_ = np.concatenate(
            [np.zeros(program.size), [extra.low for extra in extras]])  # fmt: skip
        tops = [min(extra.high, highspy.kHighsInf) for extra in extras]
        lp.col_upper_ = np.concatenate([np.ones(program.size), tops])
        lp.row_lower_, lp.row_upper_ = low, high
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix
        if self.is_whole:
            whole, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
            kinds = [whole if program.is_whole else free] * program.size
            lp.integrality_ = kinds + [whole if extra.is_whole else free for extra in extras]
        return lp

    def _rows(self) -> tuple[tuple[IntArray, IntArray, FloatArray], FloatArray, FloatArray]:
        """Lay the rows out: shares of cells, links, side rows, whole plans not to come again."""
        program, infinity = self._program, highspy.kHighsInf
        index, value, low, high = [], [], [], []
        starts = np.searchsorted(program.cell, np.arange(program.cells + 1))
        for begin, end in itertools.pairwise(starts):
            index.append(np.arange(begin, end))
            value.append(np.ones(end - begin))
            low.append(1.0)
            high.append(1.0)
        for link in program.links:
            for begin, end in itertools.pairwise(starts):
                mine = begin + np.flatnonzero(link.columns[begin:end])
                if len(mine):
                    index.append(np.append(mine, program.size + link.extra))
                    value.append(np.append(np.ones(len(mine)), -1.0))
                    low.append(-infinity)
                    high.append(0.0)
        self._first_side = len(low)
        for row, scale in zip(program.rows, self._row_scale, strict=True):
            columns = np.flatnonzero(row.sum.columns)
            beside = np.array(list(row.sum.extras), dtype=np.intp) + program.size
            index.append(np.concatenate([columns, beside]))
            weights = list(row.sum.extras.values())
            value.append(np.concatenate([row.sum.columns[columns], weights]) / scale)
            low.append(-infinity)
            high.append(-row.sum.constant / scale)
        for plan in program.excluded:
            index.append(plan)
            value.append(np.ones(len(plan)))
            low.append(-infinity)
            high.append(len(plan) - 1.0)
        starts_of_rows = np.cumsum([0, *(len(one) for one in index)])
        flat = np.concatenate(index) if index else np.zeros(0)
        matrix = (
            starts_of_rows.astype(np.intp),
            flat.astype(np.intp),
            np.concatenate(value) if value else np.zeros(0),
        )
        return matrix, np.array(low), np.array(high)


def solve(program: Program, effort: Effort = Effort(), *, relaxed: bool = False) -> Solution:  # noqa: B008
    """Solve a problem once."""
    return Solver(program, relaxed=relaxed).solve(effort)


def _size(weights: FloatArray | Sequence[float]) -> float:
    """Return by what to divide weights so that the largest is 1."""
    largest = float(np.abs(np.asarray(weights)).max(initial=0.0))
    return largest if largest > 0 else 1.0
