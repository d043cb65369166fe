"""Claude Code's answer as typed structures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from msgspec import UNSET, DecodeError, Meta, Raw, Struct, UnsetType, field
from msgspec.json import Decoder

from advisor.load.usage.readers.claude_answer import Answer, Head

if TYPE_CHECKING:
    from advisor.load.usage.readers.claude_answer import AnswerLine

Count = Annotated[int, Meta(ge=0, lt=2**62)]


class _Written(Struct, gc=False):
    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class _Details(Struct, gc=False):
    thinking_tokens: Count | None = None


_NONE = _Written()


class _Pass(Struct, gc=False):
    """A `Pass`, told by the names of its attributes."""

    type: str = ""
    model: str | None = None
    fresh: Count = field(default=0, name="input_tokens")
    output: Count = field(default=0, name="output_tokens")
    read: Count = field(default=0, name="cache_read_input_tokens")
    write: Count = field(default=0, name="cache_creation_input_tokens")
    written: _Written | None = field(default=None, name="cache_creation")

    @property
    def write_5m(self) -> int:
        return (self.written or _NONE).ephemeral_5m_input_tokens or 0

    @property
    def write_1h(self) -> int:
        return (self.written or _NONE).ephemeral_1h_input_tokens or 0


class _Usage(Struct, gc=False):
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


class _Message(Struct, gc=False):
    usage: _Usage
    id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    stop_details: Raw | UnsetType | None = UNSET


class _Line(Struct, rename="camel", gc=False):
    """An `AnswerLine`."""

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

    @property
    def head(self) -> Head:
        message = self.message
        usage = message.usage
        return (
            message.id or "", self.request_id or "", self.request_ref or "",
            usage.input_tokens or 0, usage.cache_creation_input_tokens or 0,
            usage.cache_read_input_tokens or 0,
        )  # fmt: skip

    @property
    def output(self) -> int:
        return self.message.usage.output_tokens or 0

    @property
    def is_finished(self) -> bool:
        message = self.message
        return message.stop_reason is not None and message.stop_details is not UNSET

    def answer(self) -> Answer:
        message = self.message
        usage = message.usage
        written = usage.cache_creation or _NONE
        return Answer(
            *self.head, written.ephemeral_5m_input_tokens or 0,
            written.ephemeral_1h_input_tokens or 0, usage.output_tokens or 0, message.model or "",
            self.is_finished, self.is_sidechain is True, self.timestamp, self.session_id or "",
            (self.version, self.cwd, message.model, usage.speed, usage.service_tier,
             usage.inference_geo),
            (usage.output_tokens_details and usage.output_tokens_details.thinking_tokens) or 0,
            self.cost, usage.iterations or (),
        )  # fmt: skip


_LINES = Decoder(_Line)


def decode(line: bytes | bytearray) -> AnswerLine:
    """Decode an answer. Raises ValueError where the line isn't exactly one."""
    found = _LINES.decode(line)
    if found.type != "assistant":
        raise DecodeError
    return found
