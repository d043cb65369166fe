"""The few lines of Codex' rollouts that matter, as typed structures: other keys are skipped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import DecodeError, Meta, Struct
from msgspec.json import Decoder

from advisor.load.usage.readers.codex_lines import (
    CodexRecord,
    CodexTotals,
    CodexTurn,
    Head,
    line_of,
)

Count = Annotated[int, Meta(ge=0, lt=2**62)]


class _Usage(Struct, gc=False):
    input_tokens: Count = 0
    cached_input_tokens: Count = 0
    cache_write_input_tokens: Count = 0
    output_tokens: Count = 0
    reasoning_output_tokens: Count = 0
    total_tokens: Count = 0


class _Running(Struct, gc=False):
    total_tokens: Count = 0


class _Call(Struct, gc=False):
    usage: _Usage
    turn_id: str = ""
    response_id: str = ""
    thread_id: str = ""
    thread_token_usage: _Running | None = None


class _Record(Struct, gc=False):
    type: Literal["token_usage_record"]
    timestamp: str
    payload: _Call


class _Info(Struct):
    total_token_usage: _Usage
    last_token_usage: _Usage | None = None


class _Payload(Struct):
    type: str = ""
    turn_id: str = ""
    model: str = ""
    info: _Info | None = None
    started_at: Count = 0
    id: str | None = None
    timestamp: str | None = None
    cli_version: str | None = None
    cwd: str | None = None
    model_provider: str | None = None
    forked_from_id: str | None = None
    parent_thread_id: str | None = None
    source: Any = None


class _Line(Struct):
    type: str
    timestamp: str
    payload: _Payload


_LINES = Decoder(_Line)
_RECORDS = Decoder(_Record)


def decode_records(lines: Sequence[bytes | bytearray]) -> list[CodexRecord]:
    """Decode several `token_usage_record` at once. Raises ValueError if one isn't exactly that."""
    found = _RECORDS.decode_lines(b"\n".join(lines))
    if len(found) != len(lines):
        raise DecodeError
    return list(map(_record, found))


def _record(found: _Record) -> CodexRecord:
    payload = found.payload
    running = payload.thread_token_usage
    return CodexRecord(
        found.timestamp, payload.turn_id, payload.thread_id, payload.response_id,
        _vector(payload.usage), running.total_tokens if running else 0,
    )  # fmt: skip


def decode(line: bytes | bytearray) -> CodexRecord | CodexTurn | CodexTotals | Head | int | None:
    """Decode a line. Raises ValueError where it isn't exactly as these types say."""
    found = _LINES.decode(line)
    payload = found.payload
    kind = found.type
    if kind == "token_usage_record":
        return _record(_RECORDS.decode(line))
    if kind == "turn_context":
        return CodexTurn(payload.turn_id, payload.model)
    if kind == "event_msg" and payload.type == "token_count":
        info = payload.info
        if info is None:
            return CodexTotals(found.timestamp, (), ())
        last = info.last_token_usage
        return CodexTotals(
            found.timestamp, _vector(info.total_token_usage), _vector(last) if last else ()
        )
    if kind == "event_msg":
        return payload.started_at if payload.type == "task_started" else None
    if kind != "session_meta":
        return None
    names = ("id", "timestamp", "cli_version", "cwd", "model_provider", "forked_from_id",
             "parent_thread_id", "source")  # fmt: skip
    meta = {name: getattr(payload, name) for name in names}
    return line_of({"type": kind, "payload": meta})


def _vector(usage: Any) -> tuple[int, ...]:
    return (
        usage.input_tokens, usage.cached_input_tokens, usage.cache_write_input_tokens,
        usage.output_tokens, usage.reasoning_output_tokens, usage.total_tokens,
    )  # fmt: skip
