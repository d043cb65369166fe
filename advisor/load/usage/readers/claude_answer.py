"""An answer of Claude Code as its line says it, and how a line is read that isn't quite right."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from advisor.load.usage.values import listed, part, text, whole

Head = tuple[str, str, str, int, int, int]
"""What is the same in all lines of an answer: its three names, and what went in."""

if TYPE_CHECKING:
    from typing import Protocol

    class AnswerLine(Protocol):
        """A line that holds an answer, as little of it unpacked as possible."""

        @property
        def head(self) -> Head:
            """What tells whether it is another line of the same answer."""

        @property
        def output(self) -> int:
            """Tokens that came back so far."""

        @property
        def is_finished(self) -> bool:
            """Tell whether the answer had ended."""

        def answer(self) -> "Answer":
            """Return all that it says."""


class Pass(NamedTuple):
    """One entry of `usage.iterations`: a pass over the model inside one answer."""

    type: str
    model: str
    fresh: int
    write: int
    write_5m: int
    write_1h: int
    read: int
    output: int


class Answer(NamedTuple):
    """What a line says of one answer; the first six are the same in all lines of it.

    `said` is what its rows share, as written; `passes` have the attributes of `Pass`.
    """

    ident: str
    request: str
    ref: str
    fresh: int
    write: int
    read: int
    write_5m: int
    write_1h: int
    output: int
    model: str
    is_finished: bool
    is_side: bool
    timestamp: Any
    session: str
    said: tuple[Any, ...]
    thinking: int
    cost: Any
    passes: Sequence[Any]

    @property
    def head(self) -> Head:
        """What is the same in all lines of the answer."""
        return self[:6]

    def answer(self) -> "Answer":
        """Return itself: it is unpacked."""
        return self


def answer_of(record: dict[str, Any]) -> Answer | None:
    """Read a line of type assistant, or of type progress with an answer in it; None if neither."""
    said = record
    if record.get("type") == "progress":
        said = part(part(record, "data"), "message")
    elif record.get("type") != "assistant":
        return None
    message = part(said, "message")
    usage = message.get("usage")
    if not isinstance(usage, dict):
        return None
    written = part(usage, "cache_creation")
    model = text(message.get("model"))
    return Answer(
        text(message.get("id")), text(said.get("requestId")), text(said.get("requestRef")),
        whole(usage.get("input_tokens")), whole(usage.get("cache_creation_input_tokens")),
        whole(usage.get("cache_read_input_tokens")),
        whole(written.get("ephemeral_5m_input_tokens")),
        whole(written.get("ephemeral_1h_input_tokens")), whole(usage.get("output_tokens")), model,
        message.get("stop_reason") is not None and "stop_details" in message,
        record.get("isSidechain") is True or said is not record,
        said.get("timestamp") or record.get("timestamp"), text(record.get("sessionId")),
        (text(record.get("version")), text(record.get("cwd")), model, text(usage.get("speed")),
         text(usage.get("service_tier")), text(usage.get("inference_geo"))),
        whole(part(usage, "output_tokens_details").get("thinking_tokens")), record.get("costUSD"),
        [_pass_of(one) for one in listed(usage.get("iterations")) if isinstance(one, dict)],
    )  # fmt: skip


def _pass_of(one: dict[str, Any]) -> Pass:
    written = part(one, "cache_creation")
    return Pass(
        text(one.get("type")), text(one.get("model")), whole(one.get("input_tokens")),
        whole(one.get("cache_creation_input_tokens")),
        whole(written.get("ephemeral_5m_input_tokens")),
        whole(written.get("ephemeral_1h_input_tokens")),
        whole(one.get("cache_read_input_tokens")), whole(one.get("output_tokens")),
    )  # fmt: skip
