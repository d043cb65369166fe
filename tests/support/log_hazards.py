"""Writes small logs of Claude Code and Codex with damage, and says what they hold.

The truth is what the calls were made to be; how lines are torn, copied, repeated and cut is drawn.
It shares no code with the readers.
"""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, NamedTuple

from usage_logs import answer, compact, write_lines

Tokens = tuple[int, ...]
JUNK = (
    b"", b"null", b"[]", b"\x00" * 64, b'{"a":', b"   ", b'{"type":"user","message":"\xff\xfe"}',
    b'{"type":"assistant","message":{"usage":{"input_tokens":',
)  # fmt: skip


class Hazards(NamedTuple):
    """How likely each kind of damage is."""

    junk: float
    torn: float
    glued: float
    nul: float
    mark: float
    fork: float
    repeat: float
    cut: float

    @classmethod
    def of(cls, seed: int) -> Hazards:
        """Draw rates, from none at all to nearly always."""
        draw = random.Random(f"hazards {seed}")  # noqa: S311
        return cls(*(draw.choice([0, 0.1, 0.5, 0.9]) for _ in cls._fields))


HALVES = (
    b'{"type":"user","message":{"role":"user","content":"half a li',
    b'{"parentUuid":"p","isSidechain":false,"type":"user","message":{"role":"user","content":"ha',
    b'{"parentUuid":"p","isSidechain":false,"attachment":{"type":"skill_listing","content":"ha',
    b'{"type":"api-request-blob","sessionId":"s","hash":"h","message":{"role":"user","conte',
)
CODEX_HALVES = (
    b'{"timestamp":"2026-11-20T10:00:00.000Z","type":"world_state","payload":{"full":true,"sta',
    b'{"timestamp":"2026-11-20T10:00:00.000Z","ordinal":7,"type":"response_item","payload":{"ty',
)


def damaged(
    draw: random.Random,
    lines: list[bytes],
    hazards: Hazards,
    halves: tuple[bytes, ...] = HALVES,
) -> list[bytes]:
    """Put junk between lines, torn writes before them, NULs and marks around them."""
    written = []
    for whole in lines:
        line = whole
        if draw.random() < hazards.junk:
            written.append(draw.choice(JUNK))
        if draw.random() < hazards.torn:
            half = draw.choice(halves)
            if draw.random() < hazards.glued:
                line = half + line
            else:
                written.append(half)
        if draw.random() < hazards.nul:
            line = b"\x00" * draw.randint(1, 9) + line
        if draw.random() < hazards.mark:
            line = b"\xef\xbb\xbf" + line
        written.append(line)
    return written


def drawn_tokens(draw: random.Random) -> dict[str, int]:
    """Draw the numbers of a call of Claude Code."""
    return {
        "fresh": draw.randint(1, 99), "read": draw.randint(0, 99_999),
        "write": draw.randint(0, 9_999), "output": draw.randint(8, 9_999),
    }  # fmt: skip


def claude_corpus(home: Path, seed: int, hazards: Hazards) -> list[Tokens]:
    """Write transcripts with forks; return the tokens of every call, least first."""
    draw = random.Random(f"claude {seed}")  # noqa: S311
    truth: list[Tokens] = []
    number = 0
    for session in range(draw.randint(2, 5)):
        lines: list[bytes] = []
        for _ in range(draw.randint(1, 12)):
            number += 1
            made, tokens = claude_call(draw, number, f"s{session}", hazards)
            lines += made
            truth.append(tokens)
        write_transcript(home, draw, f"s{session}", lines, hazards)
        if draw.random() < hazards.fork:
            number += 1
            made, tokens = claude_call(draw, number, f"f{session}", hazards)
            copied = lines[: draw.randint(0, len(lines))]
            write_transcript(home, draw, f"f{session}", [*copied, *made], hazards)
            truth.append(tokens)
    return sorted(truth)


def claude_call(
    draw: random.Random, number: int, session: str, hazards: Hazards
) -> tuple[list[bytes], Tokens]:
    """Write the lines of one call: growing ones of older versions, equal ones of today's."""
    used = drawn_tokens(draw)
    is_new, is_gateway = draw.random() < 0.5, draw.random() < 0.3
    is_cut = is_new and draw.random() < hazards.cut
    common: dict[str, Any] = {
        "request": None if is_gateway else f"req_{number}", "session": session,
        "ref": f"ref_{number}" if is_new else None, "has_details": not is_cut,
    }  # fmt: skip
    outputs = [used["output"]]
    if draw.random() < hazards.repeat:
        before = [used["output"] if is_new else draw.randint(1, 7) for _ in range(3)]
        outputs = [*before, *outputs]
    lines = [
        compact(answer(f"msg_{number}", **{**common, **used, "output": output})).encode()
        for output in outputs
    ]
    kept = (used["fresh"], used["write"], 0, used["read"], 0 if is_cut else used["output"])
    return lines, kept


def write_transcript(
    home: Path, draw: random.Random, name: str, lines: list[bytes], hazards: Hazards
) -> None:
    """Write a transcript with damage; perhaps an agent is in the midst of a line."""
    folder = home / ".claude" / "projects" / f"-home-dev-{name}"
    end = draw.choice(["\n", "\r\n"])
    path = write_lines(folder / f"{name}.jsonl", damaged(draw, lines, hazards), end)
    if draw.random() < hazards.cut:
        with path.open("ab") as log:
            log.write(compact(answer("msg_tail")).encode()[: draw.randint(1, 200)])


def codex_corpus(home: Path, seed: int, hazards: Hazards) -> list[Tokens]:
    """Write rollouts with forks and archives; return the tokens of every call, least first."""
    draw = random.Random(f"codex {seed}")  # noqa: S311
    truth: list[Tokens] = []
    for thread in range(draw.randint(2, 5)):
        rollout = Rollout(draw, f"thread{thread}", hazards)
        rollout.calls(draw.randint(1, 8))
        truth += rollout.truth
        rollout.write(home, "sessions")
        if draw.random() < hazards.repeat:
            rollout.write(home, "archived_sessions")
        if draw.random() < hazards.fork:
            fork = rollout.forked(f"fork{thread}")
            fork.calls(draw.randint(1, 4))
            truth += fork.truth
            fork.write(home, "sessions")
    return sorted(truth)


class Rollout:
    """One rollout: lines of an older version, perhaps resumed by today's."""

    def __init__(self, draw: random.Random, thread: str, hazards: Hazards) -> None:
        """Begin with the head."""
        self.draw, self.thread, self.hazards = draw, thread, hazards
        self.total = [0] * 4
        self.lines: list[bytes] = []
        self.truth: list[Tokens] = []
        self.moment = 0
        self.put("session_meta", {"id": thread, "timestamp": "2026-11-20T10:00:00.000Z"})
        self.put("turn_context", {"turn_id": "t", "model": "gpt-5.5"})

    def put(self, kind: str, payload: dict[str, Any]) -> None:
        """Write a line."""
        self.moment += 1
        minute, second = divmod(self.moment, 60)
        stamp = f"2026-11-20T10:{minute:02d}:{second:02d}.000Z"
        self.lines.append(compact({"timestamp": stamp, "type": kind, "payload": payload}).encode())

    def calls(self, number: int) -> None:
        """Make calls: first as older versions wrote them, from some call on as today's do."""
        since = self.draw.randint(0, 2 * number)
        for place in range(number):
            if self.draw.random() < self.hazards.cut / 4 and place < since:
                self.total = [0] * 4
            used = [self.draw.randint(200, 9_999), 0, 0, self.draw.randint(1, 999)]
            used[1] = self.draw.randint(0, used[0] // 2)
            used[2] = self.draw.randint(0, used[0] // 4)
            self.total = [a + b for a, b in zip(self.total, used, strict=True)]
            if place >= since:
                self.record(used)
            self.count(used)
            while self.draw.random() < self.hazards.repeat / 2:
                self.count(used)
            self.truth.append((used[0] - used[1] - used[2], used[2], 0, used[1], used[3]))

    def record(self, used: list[int]) -> None:
        """Write today's record of a call."""
        response = f"{self.thread} {len(self.lines)}"
        self.put("token_usage_record", {
            "thread_id": self.thread, "turn_id": "t", "response_id": response,
            "usage": named(used), "thread_token_usage": named(self.total),
        })  # fmt: skip

    def count(self, used: list[int]) -> None:
        """Write the running total."""
        info = {"total_token_usage": named(self.total), "last_token_usage": named(used)}
        self.put("event_msg", {"type": "token_count", "info": info})

    def forked(self, thread: str) -> Rollout:
        """Fork as older versions do: all lines again, behind a head of one's own."""
        fork = Rollout(self.draw, thread, self.hazards)
        stamp = "2026-11-20T10:30:00.000Z"
        head = {"id": thread, "timestamp": stamp, "forked_from_id": self.thread}
        fork.lines = [
            compact({"timestamp": stamp, "type": "session_meta", "payload": head}).encode(),
            *(line for line in self.lines if b"token_usage_record" not in line),
        ]  # fmt: skip
        fork.total, fork.moment = list(self.total), self.moment + 60
        if any(b"token_usage_record" in line for line in self.lines):
            fork.lines, fork.total = fork.lines[:1], [0] * 4
            fork.put("turn_context", {"turn_id": "t", "model": "gpt-5.5"})
        return fork

    def write(self, home: Path, folder: str) -> None:
        """Write the rollout with damage."""
        name = f"rollout-2026-11-20T10-00-00-{self.thread}.jsonl"
        head, rest = self.lines[:1], self.lines[1:]
        written = [*head, *damaged(self.draw, rest, self.hazards, CODEX_HALVES)]
        write_lines(home / ".codex" / folder / name, written)


def named(counts: list[int]) -> dict[str, int]:
    """Write counts as Codex does."""
    prompt, read, write, output = counts
    return {
        "input_tokens": prompt, "cached_input_tokens": read, "cache_write_input_tokens": write,
        "output_tokens": output, "reasoning_output_tokens": 0, "total_tokens": prompt + output,
    }  # fmt: skip
