"""Homes in which an agent was updated: older and newer formats side by side, each call once.

What is expected is written by hand beside what each version writes.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from usage_logs import answer, calls_of, claude_home, read_home, write_lines

Row = tuple[str, tuple[int, ...], int]
"""A session, its tokens by class, and how many calls they are."""


def said(ident: str, tokens: tuple[int, int, int, int, int], second: int = 0) -> dict[str, Any]:
    """Write an answer of Gemini CLI's: prompt, cached, answered, thought, tool."""
    names = ("input", "cached", "output", "thoughts", "tool")
    return {
        "id": ident, "type": "gemini", "model": "gemini-3-pro",
        "timestamp": f"2026-11-20T10:00:{second:02d}.000Z",
        "tokens": {**dict(zip(names, tokens, strict=True)),
                   "total": tokens[0] + sum(tokens[2:])},
    }  # fmt: skip


def gemini(home: Path) -> list[Row]:
    """Resume a chat of older versions: it is moved into lines, and the document stays."""
    chats = home / ".gemini" / "tmp" / "app" / "chats"
    first, second = said("m1", (100, 60, 7, 3, 0)), said("m2", (200, 100, 9, 0, 20), 5)
    begun = {"sessionId": "g", "startTime": "2026-11-20T10:00:00.000Z"}
    chats.mkdir(parents=True)
    (chats / "session-2026-11-20T10-00-g.json").write_text(
        json.dumps({**begun, "messages": [{"id": "u", "type": "user"}, first, second]}, indent=2)
    )
    write_lines(chats / "session-2026-11-20T10-00-g.jsonl", [
        begun, first, second, {"$rewindTo": "m1"}, said("m3", (50, 0, 1, 0, 0), 9),
        said("m3", (50, 0, 4, 2, 0), 9),
    ])  # fmt: skip
    return [("g", (40, 0, 0, 60, 10), 1), ("g", (50, 0, 0, 0, 6), 1), ("g", (120, 0, 0, 100, 9), 1)]


def opencode(home: Path) -> list[Row]:
    """Write messages as files, then as rows of a database that took some of them over."""

    def message(created: int, fresh: int, output: int) -> dict[str, Any]:
        return {
            "role": "assistant", "sessionID": "o", "modelID": "gpt-5.4", "providerID": "openai",
            "time": {"created": 1_795_000_000_000 + created}, "cost": 0,
            "tokens": {"input": fresh, "output": output, "reasoning": 2,
                       "cache": {"read": 30, "write": 4}},
        }  # fmt: skip

    base = home / ".local" / "share" / "opencode"
    files = base / "storage" / "message" / "o"
    files.mkdir(parents=True)
    for number in (1, 2):
        (files / f"msg_{number}.json").write_text(json.dumps(message(number, number, 10)))
    (files / "msg_0.json").write_text(json.dumps({"role": "user", "sessionID": "o"}))
    with closing(sqlite3.connect(base / "opencode.db")) as connection, connection:
        connection.execute("create table message(id, session_id, time_created, data)")
        rows = [(f"msg_{number}", "o", number, json.dumps(message(number, number, 10)))
                for number in (2, 3)]  # fmt: skip
        connection.executemany("insert into message values(?,?,?,?)", rows)
    return [("o", (number, 4, 0, 30, 12), 1) for number in (1, 2, 3)]


def copilot(home: Path) -> list[Row]:
    """Sum up runs as at first, keep rows in a database later, and records of calls today."""
    base = home / ".copilot"

    def usage(said: int, output: int) -> dict[str, int]:
        return {"inputTokens": said, "outputTokens": output, "cacheReadTokens": 5,
                "cacheWriteTokens": 2}  # fmt: skip

    def at(second: int) -> str:
        return f"2026-11-20T10:0{second // 60}:{second % 60:02d}.000Z"

    def event(kind: str, second: int, **data: Any) -> dict[str, Any]:
        return {"type": kind, "id": f"{data}", "timestamp": at(second), "data": data}

    def shutdown(second: int, said: int) -> dict[str, Any]:
        metrics = {"gpt-5.4": {"requests": {"count": 3}, "usage": usage(said, 7)}}
        return event("session.shutdown", second, modelMetrics=metrics)

    def call(name: str, second: int, said: int) -> dict[str, Any]:
        of = {"apiCallId": name, "model": "gpt-5.4", **usage(said, 7)}
        return event("session.usage_record", second, usage=of)

    sessions = {
        "sums": [shutdown(10, 20), shutdown(20, 30)],
        "rows": [shutdown(10, 57)],
        "resumed": [call("c1", 400, 80), call("c2", 410, 90)],
    }
    for name, events in sessions.items():
        head = event("session.start", 0, sessionId=name, copilotVersion="1.0.100")
        write_lines(base / "session-state" / name / "events.jsonl", [head, *events])
    with closing(sqlite3.connect(base / "session-store.db")) as connection, connection:
        columns = ("id", "session_id", "agent_id", "model", "input_tokens", "output_tokens",
                   "cache_read_tokens", "cache_write_tokens", "reasoning_tokens",
                   "total_nano_aiu", "created_at")  # fmt: skip
        connection.execute(f"create table assistant_usage_events({', '.join(columns)})")
        for number, (session, second, prompt) in enumerate(
            [("rows", 5, 40), ("rows", 6, 17), ("resumed", 5, 60), ("resumed", 400, 80)]
        ):
            row = (number, session, None, "gpt-5.4", prompt, 7, 5, 2, 0, 0, at(second))
            connection.execute(f"insert into assistant_usage_events values({','.join('?' * 11)})",
                               row)  # fmt: skip
    found = [("sums", 20, 3), ("sums", 30, 3), ("rows", 40, 1), ("rows", 17, 1),
             ("resumed", 60, 1), ("resumed", 80, 1), ("resumed", 90, 1)]  # fmt: skip
    return [(session, (said - 7, 2, 0, 5, 7), calls) for session, said, calls in found]


def claude(home: Path) -> list[Row]:
    """Resume a session of old versions: without request names, with a cost, in one more file."""
    old = [
        answer("m1", has_details=False, output=2, stop=None, costUSD=0.01, version="1.0.3"),
        answer("m1", has_details=False, output=9, costUSD=0.01, version="1.0.3"),
        answer("m2", has_details=False, request=None, write=50,
               split={"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}),
        answer("m2", has_details=False, request=None, write=50,
               split={"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0}),
    ]  # fmt: skip
    new = [
        {"type": "api-request", "sessionId": "s1", "id": "q3"},
        answer("m3", request="r3", ref="q3", output=4, write=60,
               split={"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 50}),
        answer("m4", request=None, ref="q4", stop=None, has_details=False, output=7),
    ]  # fmt: skip
    claude_home(home, {"s1": [*old, *new], "s2": old})
    return [
        ("s1", (10, 10, 50, 100, 4), 1), ("s1", (10, 50, 0, 100, 0), 1),
        ("s1", (10, 50, 0, 100, 5), 1), ("s1", (10, 50, 0, 100, 9), 1),
    ]  # fmt: skip


@pytest.mark.parametrize("write", [gemini, opencode, copilot, claude], ids=lambda one: one.__name__)
def test_an_agent_that_was_updated_counts_each_call_once(write: Any, tmp_path: Path) -> None:
    """What versions wrote side by side is put together by hand, and read so, from a store too."""
    expected = sorted(write(tmp_path / "home"))
    store = tmp_path / "usage.db"
    found = [
        sorted((call.session, call.tokens, call.calls) for call in calls_of(usage))
        for usage in (
            read_home(tmp_path / "home"),
            read_home(tmp_path / "home", store),
            read_home(tmp_path / "home", store),
        )
    ]

    assert found == [expected] * 3


def test_a_home_of_all_of_them_is_their_sum(tmp_path: Path) -> None:
    """Agents side by side in one home don't touch each other's calls."""
    expected = [row for write in (gemini, opencode, copilot, claude) for row in write(tmp_path)]
    found = [(call.session, call.tokens, call.calls) for call in calls_of(read_home(tmp_path))]

    assert sorted(found) == sorted(expected)
