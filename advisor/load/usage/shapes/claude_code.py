"""Claude Code's answer as typed structures."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, DecodeError, Meta, Raw, Struct, UnsetType, field
from msgspec.json import Decoder

from advisor.load.usage.readers.claude_answer import Answer, Pass

Count = Annotated[int, Meta(ge=0, lt=2**62)]


class _Written(Struct):
    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class _Details(Struct):
    thinking_tokens: Count | None = None


class _Pass(Struct):
    type: str | None = None
    model: str | None = None
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_creation: _Written | None = None


class _Usage(Struct):
    input_tokens: Count | None = None
    output_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_creation: _Written | None = None
    output_tokens_details: _Details | None = None
    iterations: list[_Pass] | None = None
    speed: str | None = None
    service_tier: str | None = None
    inference_geo: str | None = None


class _Message(Struct):
    usage: _Usage
    id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    stop_details: Raw | UnsetType | None = UNSET


class _Line(Struct, rename="camel"):
    message: _Message
    type: str
    timestamp: str
    request_id: str | None = None
    request_ref: str | None = None
    session_id: str | None = None
    is_sidechain: bool | None = None
    version: str | None = None
    cwd: str | None = None
    cost: float | None = field(default=None, name="costUSD")


_LINES = Decoder(_Line)
_NONE = _Written()


def decode(line: bytes | bytearray) -> Answer:
    """Decode an answer. Raises ValueError where the line isn't exactly one."""
    found = _LINES.decode(line)
    if found.type != "assistant":
        raise DecodeError
    message = found.message
    usage = message.usage
    written = usage.cache_creation or _NONE
    return Answer(
        message.id or "", found.request_id or "", found.request_ref or "",
        usage.input_tokens or 0, usage.cache_creation_input_tokens or 0,
        usage.cache_read_input_tokens or 0, written.ephemeral_5m_input_tokens or 0,
        written.ephemeral_1h_input_tokens or 0, usage.output_tokens or 0, message.model or "",
        message.stop_reason is not None and message.stop_details is not UNSET,
        found.is_sidechain is True, found.timestamp, found.session_id or "",
        (found.version, found.cwd, message.model, usage.speed, usage.service_tier,
         usage.inference_geo),
        (usage.output_tokens_details and usage.output_tokens_details.thinking_tokens) or 0,
        found.cost, _passes(usage.iterations) if usage.iterations else (),
    )  # fmt: skip


def _passes(iterations: list[Any]) -> list[Pass]:
    return [
        Pass(
            one.type or "", one.model or "", one.input_tokens or 0,
            one.cache_creation_input_tokens or 0,
            (one.cache_creation or _NONE).ephemeral_5m_input_tokens or 0,
            (one.cache_creation or _NONE).ephemeral_1h_input_tokens or 0,
            one.cache_read_input_tokens or 0, one.output_tokens or 0,
        )
        for one in iterations
    ]  # fmt: skip
