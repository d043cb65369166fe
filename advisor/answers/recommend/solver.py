"""HiGHS: a problem in, a solution with its bound out. The only importer of the solver.

Money is scaled so that no coefficient is large, seed and threads are fixed, so the same problem has
the same solution on every machine, unless time runs out. Ctrl-C ends the search and keeps the best
that was found. Large problems are sifted (see `sifting`); what is answered is as exact.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence

import highspy
import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.column_generation import Sifter
from advisor.answers.recommend.column_pricing import BASIC, DualPrices, Mark, Vertex, can_be_sifted
from advisor.answers.recommend.matrix import laid_out, scales_of
from advisor.answers.recommend.problem import Program, only
from advisor.answers.recommend.solution import (
    FEASIBLE,
    INFEASIBLE,
    NOTHING,
    OPTIMAL,
    UNKNOWN,
    Effort,
    Solution,
    without_solution,
)

__all__ = [
    "FEASIBLE",
    "INFEASIBLE",
    "LARGE",
    "OPTIMAL",
    "UNKNOWN",
    "Effort",
    "Sifter",
    "Solution",
    "Solver",
    "solve",
    "solver_of",
]

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

_TOLERANCE, _SEED, _THREADS = 1e-9, 1, 1
LARGE = 5_000
"""Problems with fewer columns are handed over as they are."""
_WHOLE_COLUMNS = 15
"""With so many columns a cell a first whole mix is looked for."""
_ROUGH_GAP = 1e-4
_LISTENS, _PATIENCE = 0.05, 5.0
_STATES = sorted(highspy.HighsBasisStatus.__members__.values(), key=int)
_DUAL, _PRIMAL = 1, 4
_NO_END = float(highspy.kHighsInf)


class _Silent(highspy.Highs):
    """A solver that says nothing: HiGHS 1.16.0 prints as soon as callbacks are let in."""

    def enableCallbacks(self) -> None:  # noqa: N802 - its name there
        """Turn output off first."""
        self.setOptionValue("output_flag", False)
        super().enableCallbacks()  # type: ignore[no-untyped-call]


class Solver:
    """One problem, solved again as its rows move: the basis of the last solution is kept."""

    def __init__(self, program: Program, *, relaxed: bool = False) -> None:
        """Hand the problem over. `relaxed` lets everything whole be shared."""
        self._program = program
        self._relaxed = relaxed
        self._gain_scale, self._row_scale = scales_of(program)
        self._highs = _Silent()  # type: ignore[no-untyped-call]
        for name, value in (
            ("threads", _THREADS),
            ("random_seed", _SEED),
            ("primal_feasibility_tolerance", _TOLERANCE),
            ("dual_feasibility_tolerance", _TOLERANCE),
            ("mip_feasibility_tolerance", _TOLERANCE),
            ("mip_abs_gap", 0.0),
        ):
            self._highs.setOptionValue(name, value)
        self._matrix = laid_out(program, self._row_scale)
        self._first_side = self._matrix.first_side
        self._pass_model()

    @property
    def is_whole(self) -> bool:
        """Whether the solver branches: anything at all must be a whole number."""
        return needs_whole(self._program) and not self._relaxed

    def move(self, row: int, right: float) -> None:
        """Let a row's expression be at most `right` in place of 0."""
        limit = right - self._program.rows[row].sum.constant
        at = self._first_side + row
        self._highs.changeRowBounds(at, -highspy.kHighsInf, limit / self._row_scale[row])
        self._highs.setOptionValue("simplex_strategy", _DUAL)

    def hold_extras(self, low: FloatArray, high: FloatArray) -> None:
        """Keep every extra variable between two figures."""
        size, places = self._program.size, np.arange(len(low), dtype=np.int32)
        self._highs.changeColsBounds(len(low), places + size, low, np.minimum(high, _NO_END))
        self._highs.setOptionValue("simplex_strategy", _DUAL)

    def reduced_extras(self) -> FloatArray:
        """Return what one more of each extra variable adds at the last solution, nothing whole."""
        duals = np.array(self._highs.getSolution().col_dual)[self._program.size :]
        return np.asarray(duals * self._gain_scale)

    def marks(self) -> tuple[Mark, ...]:
        """Return nothing: a small problem goes on from its last solution."""
        return ()

    def resume(self, marks: Sequence[Mark]) -> None:
        """Go on from the last solution, wherever others were."""

    def only_prove(self) -> None:
        """Look for no mixes by chance, and don't begin anew: a good one is known, and few left."""
        self._highs.setOptionValue("mip_heuristic_effort", 0.0)
        for name in ("mip_detect_symmetry", "mip_allow_restart"):
            self._highs.setOptionValue(name, False)

    def stop_at(self, objective: float) -> None:
        """Be content with a mix that is worth so much."""
        self._highs.setOptionValue("objective_target", objective / self._gain_scale)

    def prices(self) -> DualPrices:
        """Return what the rows of the last solution are worth, nothing being whole."""
        program = self._program
        duals = np.array(self._highs.getSolution().row_dual) * self._gain_scale
        links = np.zeros((len(program.links), program.cells))
        links[tuple(self._matrix.links)] = duals[program.cells : self._first_side]
        sides = duals[self._first_side :][: len(program.rows)] / self._row_scale
        return DualPrices(duals[: program.cells], sides, links)

    def start_from(self, vertex: Vertex, *, columns_came: bool) -> None:
        """Begin at a vertex, to which columns have come or at which rows have moved.

        In the one case nothing is broken but more could be had, in the other the other way round.
        """
        start = highspy.HighsBasis()
        links = vertex.links[tuple(self._matrix.links)]
        columns = np.concatenate([vertex.columns, vertex.extras])
        rows = np.concatenate([vertex.cells, links, vertex.sides])
        start.col_status = [_STATES[one] for one in columns.tolist()]
        start.row_status = [_STATES[one] for one in rows.tolist()]
        start.valid, start.alien = True, False
        self._highs.setBasis(start)
        self._highs.setOptionValue("simplex_strategy", _PRIMAL if columns_came else _DUAL)

    def vertex(self) -> Vertex:
        """Return the vertex of the last solution."""
        program, basis = self._program, self._highs.getBasis()
        columns = np.array([int(one) for one in basis.col_status], dtype=np.int8)
        rows = np.array([int(one) for one in basis.row_status], dtype=np.int8)
        links = np.full((len(program.links), program.cells), BASIC, dtype=np.int8)
        links[tuple(self._matrix.links)] = rows[program.cells : self._first_side]
        return Vertex(
            columns[: program.size],
            columns[program.size :],
            rows[: program.cells],
            rows[self._first_side :],
            links,
        )

    def solve(self, effort: Effort = Effort()) -> Solution:  # noqa: B008 - a record, never changed
        """Solve, from where the last solution left off."""
        highs = self._highs
        highs.setOptionValue("mip_rel_gap", effort.gap)
        self._run(effort)
        found = self._found()
        if found.status == INFEASIBLE and self.is_whole:
            # HiGHS 1.15.1 calls some problems impossible that are not: its presolve cuts mixes off.
            highs.setOptionValue("presolve", "off")
            highs.clearSolver()
            self._run(effort)
            highs.setOptionValue("presolve", "choose")
            return self._found()
        return found

    def _run(self, effort: Effort) -> None:
        self._highs.setOptionValue("time_limit", min(effort.left + self._highs.getRunTime(), 1e20))
        if effort.progress is None:
            self._highs.run()
        else:
            self._run_apart(effort.progress)

    def _run_apart(self, progress: Callable[[float, float, float], None]) -> None:
        """Solve in a thread of its own, which lets Ctrl-C through: it ends the search.

        Raises KeyboardInterrupt where it has found nothing, or does not stop in a few seconds.
        """
        highs, scale, began = self._highs, self._gain_scale, time.monotonic()
        heard = [-math.inf, math.inf]

        def listen(event: highspy.HighsCallbackEvent) -> None:
            data = event.data_out
            heard[:] = data.mip_primal_bound * scale, data.mip_dual_bound * scale

        highs.cbMipLogging += listen
        highs.HandleUserInterrupt = True
        thread = threading.Thread(target=highs.run, daemon=True)
        thread.start()
        try:
            while thread.is_alive():
                thread.join(_LISTENS)
                progress(time.monotonic() - began, *heard)
        except KeyboardInterrupt:
            highs.cancelSolve()  # type: ignore[no-untyped-call]
            thread.join(_PATIENCE)
            if thread.is_alive() or not self._has_found():
                raise
        finally:
            highs.cbMipLogging -= listen

    def _has_found(self) -> bool:
        status = self._highs.getInfo().primal_solution_status
        return bool(status == highspy.SolutionStatus.kSolutionStatusFeasible)

    def _found(self) -> Solution:
        highs, program = self._highs, self._program
        status, info = highs.getModelStatus(), highs.getInfo()
        steps = max(0, int(info.simplex_iteration_count))
        if status in {highspy.HighsModelStatus.kInfeasible,
                      highspy.HighsModelStatus.kUnboundedOrInfeasible}:  # fmt: skip
            return without_solution(INFEASIBLE, -math.inf, steps)
        if not self._has_found():
            return without_solution(UNKNOWN, math.inf, steps)
        solution = highs.getSolution()
        values = np.array(solution.col_value)
        done = status == highspy.HighsModelStatus.kOptimal
        best = info.objective_function_value * self._gain_scale
        bound = best
        if self.is_whole:
            bound = info.mip_dual_bound * self._gain_scale
        elif not done:
            bound = math.inf
        duals, reduced = NOTHING, NOTHING
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
            steps=steps,
        )

    def _pass_model(self) -> None:
        """Hand the arrays over as they are: lists of them would take as long as solving."""
        program, extras, matrix = self._program, self._program.extras, self._matrix
        gains = np.concatenate([program.gain, [extra.gain for extra in extras]])
        low = np.concatenate([np.zeros(program.size), [extra.low for extra in extras]])
        # No share passes 1 since they add up to 1; said twice it would blur the prices.
        most = 1.0 if self.is_whole else highspy.kHighsInf
        tops = [min(extra.high, highspy.kHighsInf) for extra in extras]
        is_whole = np.zeros(len(gains), dtype=np.int32)
        if self.is_whole:
            is_whole[: program.size] = program.is_whole
            is_whole[program.size :] = [extra.is_whole for extra in extras]
        self._highs.passModel(
            len(gains),
            len(matrix.low),
            len(matrix.column),
            int(highspy.MatrixFormat.kRowwise),
            int(highspy.ObjSense.kMaximize),
            program.constant / self._gain_scale,
            gains / self._gain_scale,
            low,
            np.concatenate([np.full(program.size, most), tops]),
            matrix.low,
            matrix.high,
            matrix.start.astype(np.int32),
            matrix.column.astype(np.int32),
            matrix.weight,
            is_whole,
        )


def solver_of(program: Program, *, sift_from: int = LARGE) -> Solver | Sifter:
    """Return what solves a problem again and again as its rows move."""
    if needs_whole(program) or program.size < sift_from or not can_be_sifted(program):
        return Solver(program)
    return Sifter(program, _in_shares)


def _in_shares(program: Program) -> Solver:
    return Solver(program, relaxed=True)


def solve(
    program: Program,
    effort: Effort = Effort(),  # noqa: B008 - a record, never changed
    *,
    relaxed: bool = False,
    sift_from: int = LARGE,
) -> Solution:
    """Solve a problem once. From so many columns on it is sifted; the answer is as exact."""
    whole = needs_whole(program) and not relaxed
    is_small = program.size < sift_from or not can_be_sifted(program)
    # A share, unlike a whole, may be too small for its column to be ruled out.
    if is_small or (whole and not program.is_whole):
        return Solver(program, relaxed=relaxed).solve(effort)
    effort = effort.started()
    return _whole(program, effort) if whole else _shared(program, effort)


def _shared(program: Program, effort: Effort) -> Solution:
    """Solve in shares by sifting; with all columns where rounding leaves it open."""
    found = Sifter(program, _in_shares).solve(effort)
    if found.status == UNKNOWN and time.monotonic() < effort.until:
        return _in_shares(program).solve(effort)
    return found


def needs_whole(program: Program) -> bool:
    """Tell whether anything at all must be a whole number."""
    return program.is_whole or any(extra.is_whole for extra in program.extras)


def _whole(program: Program, effort: Effort) -> Solution:
    """Solve with whole routes: first among the best columns, then among all that could do better.

    No mix with a column is worth more than the best mix with shares, less what the column falls
    behind there.
    """
    began = time.monotonic()
    shared = _shared(program, effort._replace(progress=None))
    if shared.status != OPTIMAL:
        return shared
    at_most = shared.bound + np.minimum(shared.reduced, 0.0)
    most = np.sort(at_most)[-min(program.size, _WHOLE_COLUMNS * program.cells)]
    kept, best = at_most >= most, without_solution(UNKNOWN, shared.bound)
    for gap in (max(effort.gap, _ROUGH_GAP), effort.gap):
        solver = Solver(only(program, kept))
        solver.stop_at(shared.bound - effort.gap / (1 + effort.gap) * abs(shared.bound))
        outside = float(at_most[~kept].max(initial=-math.inf))
        try:
            found = solver.solve(_told_of(effort._replace(gap=gap), began, outside))
        except KeyboardInterrupt:
            if len(best.columns):
                break
            raise
        steps = best.steps + found.steps
        best = _better(best, _spread(found, kept), outside, effort.gap)._replace(steps=steps)
        if best.status == OPTIMAL or found.status in {FEASIBLE, UNKNOWN}:
            break
        # With anything else a mix is worth no more than the one found, but for the gap.
        enough = best.objective + (effort.gap - _TOLERANCE) * abs(best.objective)
        kept = at_most >= enough if len(best.columns) else np.ones(program.size, dtype=bool)
    return best


def _told_of(effort: Effort, began: float, outside: float) -> Effort:
    """Return an effort that hears of a search what mixes outside it can be worth as well."""
    tell = effort.progress
    if tell is None:
        return effort

    def said(_: float, best: float, bound: float) -> None:
        tell(time.monotonic() - began, best, max(bound, outside))

    return effort._replace(progress=said)


def _spread(found: Solution, kept: BoolArray) -> Solution:
    """Lay a solution with some of the columns out by all of them."""
    if not len(found.columns):
        return found
    columns = np.zeros(len(kept))
    columns[kept] = found.columns
    return found._replace(columns=columns)


def _better(best: Solution, found: Solution, outside: float, gap: float) -> Solution:
    """Return the better of two whole mixes, with the bound that the second one's search proves.

    `outside` is what mixes can be worth at most that use the columns that it did without.
    """
    proved = outside if found.status == INFEASIBLE else max(outside, found.bound)
    if found.objective > best.objective:
        best = found._replace(bound=best.bound)
    if not len(best.columns):
        status = INFEASIBLE if proved == -math.inf else UNKNOWN
        return without_solution(status, min(proved, best.bound))
    bound = max(min(proved, best.bound), best.objective)
    near = bound - best.objective <= max(gap, _TOLERANCE) * abs(best.objective)
    return best._replace(status=OPTIMAL if near else FEASIBLE, bound=bound)
