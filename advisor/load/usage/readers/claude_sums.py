"""What Claude Code's running sums know beyond its lines: compaction, titles, lost answers.

A `cost-state` is cumulative over the runs of a session, and a fork starts from its parent's. So
what no line says is: the session's last sum, less its parent's at the fork, less the session's own
calls before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import compress
from typing import Any, NamedTuple

from advisor.load.usage.found import FoundCalls
from advisor.model.usage import Flag, Unlogged
from advisor.token_classes import TOKEN_CLASSES

_NEVER = 1 << 62
Sums = dict[str, list[int]]
Costs = list[list[Any]]


class _Session(NamedTuple):
    """A session's running sums, in order, and its rows by identity."""

    home: str
    costs: Costs
    rows: dict[int, int]


def unlogged_use(found: FoundCalls) -> list[Unlogged]:
    """List what sums know beyond the lines, a row a session and model."""
    sessions = _sessions(found)
    shared = _shared(found, sessions)
    listed = []
    for name, session in sorted(sessions.items()):
        rest = _rest(found, session, _parent(found, name, sessions, shared))
        for model, left in sorted(rest.items()):
            if any(value < 0 for value in left):
                found.count("sums_below_calls")
            tokens = {kind: max(0, value) for kind, value in zip(TOKEN_CLASSES, left, strict=True)}
            if any(tokens.values()):
                listed.append(Unlogged(found.source, session.home, name, model, tokens))
    return listed


def _sessions(found: FoundCalls) -> dict[str, _Session]:
    """Find sessions with sums; of copies of a file, the one that knows most.

    Of those that know as much one is taken by what it says, in whatever order they were read.
    """
    copies: dict[str, list[_Session]] = defaultdict(list)
    for span in found.spans:
        for name, costs in _by_session(span.notes.get("costs", ())).items():
            copies[name].append(_Session(span.home, costs, {}))
    known = {name: min(some, key=_least_known) for name, some in copies.items()}
    by_code = {code: known[name].rows for code, name in enumerate(found.sessions) if name in known}
    keys, flags, calls = found.column("key"), found.column("flags"), found.column("calls")
    referred = compress(range(len(flags)), map(Flag.REFERRED.__and__, flags))
    for row in referred if by_code else ():
        rows = by_code.get(found.session[row])
        if rows is not None and (calls[row] or not flags[row] & Flag.ITERATION):
            rows.setdefault(keys[row], row)
    return known


def _least_known(session: _Session) -> tuple[int, str, str]:
    return -len(session.costs), session.home, repr(session.costs)


def _by_session(costs: Iterable[list[Any]]) -> Mapping[str, Costs]:
    """Sort a file's sums by the session that they are of, in the order written."""
    sorted_costs: dict[str, Costs] = defaultdict(list)
    for cost in costs:
        sorted_costs[cost[0]].append(cost)
    return sorted_costs


def _shared(found: FoundCalls, sessions: Mapping[str, _Session]) -> dict[str, dict[str, set[int]]]:
    """Find which calls two sessions both hold: one of them is a fork of the other."""
    keys = found.column("key")
    shared: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for rows in found.groups():
        names = {found.name(row) for row in rows}
        for one in names & sessions.keys():
            for other in names - {one}:
                shared[one][other].add(keys[rows[0]])
    return shared


def _parent(
    found: FoundCalls,
    name: str,
    sessions: Mapping[str, _Session],
    shared: Mapping[str, Mapping[str, set[int]]],
) -> tuple[Sums, set[int]]:
    """Return the sum that a session began with, and the calls that it copied."""
    candidates = []
    for other, keys in sorted(shared.get(name, {}).items()):
        if not _asked_in(found, sessions[name], keys):
            parent = sessions.get(other)
            made = parent is not None and _asked_in(found, parent, keys)
            candidates.append((made, len(keys), other))
    if not candidates:
        return {}, set()
    _, _, other = max(candidates)
    keys = shared[name][other]
    parent = sessions.get(other)
    return (_sum_at_fork(found, parent, keys) if parent else {}), keys


def _asked_in(found: FoundCalls, session: _Session, keys: set[int]) -> bool:
    """Tell whether a session's own file holds the request of any of these calls."""
    rows, flags = session.rows, found.column("flags")
    return any(flags[rows[key]] & Flag.OWN for key in keys if key in rows)


def _sum_at_fork(found: FoundCalls, parent: _Session, copied: set[int]) -> Sums:
    """Return the parent's last sum before its first call that the fork doesn't hold."""
    moments, flags = found.column("ts"), found.column("flags")
    later = [
        moments[row]
        for key, row in parent.rows.items()
        if key not in copied and not flags[row] & Flag.SIDE
    ]
    first = min(later, default=_NEVER)
    before = [cost for cost in parent.costs if (cost[1] or _NEVER) <= first]
    return before[-1][2] if before else {}


def _rest(found: FoundCalls, session: _Session, parent: tuple[Sums, set[int]]) -> Sums:
    """Subtract what the session began with and its own calls from its last sum."""
    began, copied = parent
    _, until, sums = session.costs[-1]
    rest = {model: list(values) for model, values in sums.items()}
    for model, values in began.items():
        _subtract(rest, model, values)
    moments, flags, kinds = found.column("ts"), found.column("flags"), found.kind
    late: list[int] = []
    early: dict[int, list[int]] = defaultdict(list)
    for key, row in session.rows.items():
        if key not in copied:
            (early[kinds[row]] if moments[row] < (until or _NEVER) else late).append(row)
    for kind, rows in early.items():
        _subtract(rest, found.kinds[kind].model, [
            sum(map(found.column(name).__getitem__, rows)) for name in TOKEN_CLASSES
        ])  # fmt: skip
    if late and all(flags[row] & Flag.PARTIAL for row in late):
        _subtract_stopped(found, rest, late)
    return rest


def _shown(found: FoundCalls, row: int) -> tuple[str, list[int]]:
    return found.kinds[found.kind[row]].model, found.tokens(row).tolist()


def _subtract(rest: Sums, model: str, values: list[int]) -> None:
    left = rest.setdefault(model, [0] * len(TOKEN_CLASSES))
    for place, value in enumerate(values):
        left[place] -= value


def _subtract_stopped(found: FoundCalls, rest: Sums, late: Iterable[int]) -> None:
    """Subtract calls that the user stopped, whose lines come after the sum that holds them."""
    for row in late:
        model, values = _shown(found, row)
        left = rest.get(model, [0] * len(TOKEN_CLASSES))
        if all(have >= value for have, value in zip(left[:-1], values[:-1], strict=True)):
            values[-1] = min(max(values[-1], 0), max(left[-1], 0))
            _subtract(rest, model, values)
