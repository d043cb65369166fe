"""Reads usage in tests as plain values, and builds small logs by hand."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from math import isnan
from pathlib import Path
from typing import Any, NamedTuple

from advisor.load.usage.places import Place, places_of
from advisor.load.usage.reading import read_usage
from advisor.model.usage import Flag, Kind, Usage
from advisor.token_classes import TOKEN_CLASSES

LOGS = Path(__file__).resolve().parent.parent / "data" / "agent_logs"


class Call(NamedTuple):
    """One row, with names in the place of codes; `tokens` in the order of the token classes."""

    kind: Kind
    session: str
    tokens: tuple[int, ...]
    calls: int
    is_partial: bool
    ts: int
    cost: float | None


def calls_of(usage: Usage) -> list[Call]:
    """List the rows of a reading, in a settled order."""
    rows = usage.calls
    return sorted(
        Call(
            rows.kinds[rows.kind[i]],
            rows.sessions[rows.session[i]],
            tuple(rows.tokens[name][i] for name in TOKEN_CLASSES),
            rows.calls[i],
            bool(rows.flags[i] & Flag.PARTIAL),
            rows.ts[i],
            None if isnan(rows.cost[i]) else rows.cost[i],
        )
        for i in range(len(rows))
    )


def tokens_of(usage: Usage) -> list[tuple[int, ...]]:
    """List the tokens of the rows, least first."""
    return sorted(call.tokens for call in calls_of(usage))


def totals(usage: Usage) -> dict[tuple[str, ...], tuple[int, ...]]:
    """Add rows up by source, day, model and speed: tokens by class, then calls."""
    sums: dict[tuple[str, ...], tuple[int, ...]] = {}
    for call in calls_of(usage):
        kind = call.kind
        day = str(call.ts // 86_400_000_000)
        name = (kind.source, day, kind.model, kind.speed)
        known = sums.get(name, (0,) * 6)
        sums[name] = tuple(a + b for a, b in zip(known, (*call.tokens, call.calls), strict=True))
    return sums


def counted(usage: Usage) -> dict[str, int]:
    """Return the counters by what they count, over all sources."""
    found: dict[str, int] = {}
    for one in usage.counters:
        found[one.what] = found.get(one.what, 0) + one.number
    return found


def read_home(home: Path, store: Path | None = None) -> Usage:
    """Read a home as the command does."""
    return read_usage(places_of(str(home)), store=str(store) if store else None)


def read_place(source: str, path: Path, store: Path | None = None) -> Usage:
    """Read one folder or file of a source."""
    return read_usage([Place(source, str(path))], store=str(store) if store else None)


def write_lines(path: Path, records: Iterable[Any], end: str = "\n") -> Path:
    """Write JSON lines; text and bytes are written as they are."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        one if isinstance(one, bytes) else (one if isinstance(one, str) else compact(one)).encode()
        for one in records
    ]
    path.write_bytes(b"".join(line + end.encode() for line in lines))
    return path


def compact(record: Any) -> str:
    """Write JSON as the agents do."""
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)


def answer(
    ident: str = "msg_1",
    *,
    request: str | None = "req_1",
    ref: str | None = None,
    fresh: int = 10,
    output: int = 5,
    read: int = 100,
    write: int = 50,
    split: Mapping[str, int] | None = None,
    stop: str | None = "end_turn",
    has_details: bool = True,
    session: str = "s1",
    ts: str = "2026-11-20T10:00:00.000Z",
    model: str = "claude-opus-4-8",
    **more: Any,
) -> dict[str, Any]:
    """Write a line of Claude Code's with an answer."""
    usage: dict[str, Any] = {
        "input_tokens": fresh, "cache_creation_input_tokens": write,
        "cache_read_input_tokens": read, "output_tokens": output, **more.pop("usage", {}),
    }  # fmt: skip
    if split is not None:
        usage["cache_creation"] = split
    message: dict[str, Any] = {
        "id": ident, "type": "message", "role": "assistant", "model": model,
        "content": [{"type": "text", "text": "hello"}], "stop_reason": stop,
        "stop_sequence": None, "usage": usage,
    }  # fmt: skip
    if has_details:
        message["stop_details"] = None
    line = {"parentUuid": "p", "isSidechain": more.pop("side", False), "message": message}
    if request:
        line["requestId"] = request
    if ref:
        line["requestRef"] = ref
    return {
        **line, "type": "assistant", "uuid": "u", "timestamp": ts, "cwd": "/data/dev/app",
        "sessionId": session, "version": "2.1.332", **more,
    }  # fmt: skip


def claude_home(tmp_path: Path, files: Mapping[str, Iterable[Any]]) -> Path:
    """Write a home with Claude Code's transcripts: `s1`, or `s1/subagents/agent-a`, and lines."""
    for name, lines in files.items():
        write_lines(tmp_path / ".claude" / "projects" / "-home-dev-app" / f"{name}.jsonl", lines)
    return tmp_path
