"""Lines that are let go at a glance, by their bytes alone: never one that says something new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from usage_logs import compact, counted, read_home, tokens_of, write_lines

from advisor.load.usage import fast

UUID = "14f3b914-eb3a-4afb-a13f-747f914d213f"
LOOK_ALIKE = {"stop_reason": "end_turn", "usage": {"input_tokens": 1, "output_tokens": 9},
              "stop_details": None, "apiBlockIndex": 0, "requestId": "req_1"}  # fmt: skip


@pytest.fixture(autouse=True, params=["json", "msgspec"])
def decoders(request: pytest.FixtureRequest) -> Iterator[None]:
    """Use either of the decoders: what is let go must not hang on it."""
    if request.param == "msgspec":
        fast.turn_on()
    yield
    fast.turn_off()


def block(
    output: int = 5, content: Any = "hello", number: int = 0, ident: str = "msg_1"
) -> dict[str, Any]:
    """Write a line of one answer as Claude Code does today, in its order of keys."""
    usage = {"input_tokens": 10, "cache_creation_input_tokens": 50, "cache_read_input_tokens": 100,
             "output_tokens": output, "speed": "standard"}  # fmt: skip
    return {
        "parentUuid": UUID, "isSidechain": False,
        "message": {"id": ident, "type": "message", "role": "assistant",
                    "model": "claude-opus-4-8", "content": [content], "stop_reason": "tool_use",
                    "stop_sequence": None, "usage": usage, "stop_details": None},
        "apiBlockIndex": number, "requestId": "req_1", "requestRef": UUID, "type": "assistant",
        "uuid": UUID, "timestamp": f"2026-11-20T10:00:0{number}.000Z", "cwd": "/x",
        "sessionId": UUID, "version": "2.1.335",
    }  # fmt: skip


def read(home: Path, *lines: Any) -> tuple[list[tuple[int, ...]], dict[str, int]]:
    """Read lines of one session: its calls, and what was counted."""
    write_lines(home / ".claude" / "projects" / "-x" / "s1.jsonl", lines)
    usage = read_home(home)
    return tokens_of(usage), counted(usage)


def test_further_blocks_of_an_answer_are_repeats(tmp_path: Path) -> None:
    """Whatever else they say, blocks of one answer are one call, and the others repeats."""
    blocks = [block(content={"type": "text", "text": "é" * n}, number=n) for n in range(5)]
    calls, counters = read(tmp_path, *blocks)

    assert calls == [(10, 50, 0, 100, 5)]
    assert counters["repeated_records"] == 4


@pytest.mark.parametrize("outputs", [(5, 7, 7), (7, 5, 5), (5, 5, 7), (5, 7, 5)])
def test_a_block_with_more_output_is_none(outputs: tuple[int, ...], tmp_path: Path) -> None:
    """The largest counts, wherever it stands."""
    blocks = [block(output, number=number) for number, output in enumerate(outputs)]

    assert read(tmp_path, *blocks)[0] == [(10, 50, 0, 100, 7)]


@pytest.mark.parametrize("outputs", [(5, 7), (7, 5)])
def test_what_looks_like_use_in_a_tools_input_is_none(
    outputs: tuple[int, int], tmp_path: Path
) -> None:
    """A tool may be given the very keys by which use is known."""
    tool = {"type": "tool_use", "input": LOOK_ALIKE}
    blocks = [block(output, tool, number) for number, output in enumerate(outputs)]

    assert read(tmp_path, *blocks)[0] == [(10, 50, 0, 100, 7)]


def test_answers_in_turn_are_told_apart(tmp_path: Path) -> None:
    """Blocks of two answers that alternate are two calls, though all else is the same."""
    blocks = [block(number=number, ident=f"msg_{number % 2}") for number in range(6)]

    assert read(tmp_path, *blocks)[0] == [(10, 50, 0, 100, 5)] * 2


@pytest.mark.parametrize("cut", [80, 200, 400])
def test_an_answer_behind_half_a_line_counts(cut: int, tmp_path: Path) -> None:
    """A crash leaves half a line, and the next answer stands behind it on the same one."""
    user = {"parentUuid": UUID, "isSidechain": False, "promptId": UUID, "type": "user",
            "message": {"role": "user", "content": "x" * 500}}  # fmt: skip
    glued = compact(user)[:cut] + compact(block(ident="msg_2"))

    assert read(tmp_path, block(), user, glued, user)[0] == [(10, 50, 0, 100, 5)] * 2


def used(size: int) -> dict[str, int]:
    """Write counts as Codex does."""
    return {"input_tokens": size, "cached_input_tokens": 0, "cache_write_input_tokens": 0,
            "output_tokens": 1, "reasoning_output_tokens": 0, "total_tokens": size + 1}  # fmt: skip


def rollout(count: int, *, records: bool) -> list[str]:
    """Write a rollout of so many calls, its lines numbered, with items and repeats between."""
    lines: list[tuple[str, dict[str, Any]]] = [
        ("session_meta", {"id": "a", "timestamp": "2026-11-20T10:00:00.000Z"}),
        ("turn_context", {"turn_id": "t", "model": "gpt-5.5"}),
    ]
    running = 0
    for call in range(count):
        running += 101 + call
        totals = {"total_token_usage": {**used(running - call - 1), "total_tokens": running},
                  "last_token_usage": used(100 + call)}  # fmt: skip
        lines.append(("response_item", {"type": "message", "content": "x" * call}))
        if records:
            record = {"thread_id": "a", "turn_id": "t", "response_id": f"r{call}",
                      "usage": used(100 + call),
                      "thread_token_usage": {"total_tokens": running}}  # fmt: skip
            lines.append(("token_usage_record", record))
        lines += [("event_msg", {"type": "token_count", "info": totals})] * 2
        lines.append(("event_msg", {"type": "item_completed", "completed_at_ms": call}))
    return [
        compact({"timestamp": "2026-11-20T10:00:00.000Z", "ordinal": number, "type": kind,
                 "payload": payload})
        for number, (kind, payload) in enumerate(lines)
    ]  # fmt: skip


def rolled(home: Path, lines: list[str]) -> list[tuple[int, ...]]:
    """Read a rollout."""
    write_lines(home / ".codex" / "sessions" / "2026/11/20" / "rollout-2026-a.jsonl", lines)
    return tokens_of(read_home(home))


@pytest.mark.parametrize("records", [True, False], ids=["records", "counts alone"])
def test_numbered_lines_are_read_wherever_their_type_stands(records: bool, tmp_path: Path) -> None:
    """Line numbers grow by a digit twice: no call is lost where the type moves."""
    calls = rolled(tmp_path, rollout(40, records=records))

    assert calls == [(100 + call, 0, 0, 0, 1) for call in range(40)]


@pytest.mark.parametrize("records", [True, False], ids=["records", "counts alone"])
def test_a_call_behind_half_an_item_counts(records: bool, tmp_path: Path) -> None:
    """A crash leaves half an item, and what follows it stands on the same line."""
    lines = rollout(6, records=records)
    items = [place for place, line in enumerate(lines) if '"response_item"' in line]
    for place in reversed(items[1:]):
        lines[place : place + 2] = [lines[place][:100] + lines[place + 1]]

    assert rolled(tmp_path, lines) == [(100 + call, 0, 0, 0, 1) for call in range(6)]
