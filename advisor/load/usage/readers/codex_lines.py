"""The few lines of a Codex rollout that matter, as they are written."""

from operator import itemgetter
from typing import Any, NamedTuple

from advisor.load.usage.values import part, text, whole

TOTALS = ("input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens",
          "reasoning_output_tokens", "total_tokens")  # fmt: skip
"""Counts in the order of vectors; input holds cached and written tokens, output the reasoning."""
_get = itemgetter(*TOTALS)


class CodexRecord(NamedTuple):
    """`token_usage_record`: one call. `running` is the thread's total after it."""

    timestamp: str
    turn: str
    thread: str
    response: str
    usage: tuple[int, ...]
    running: int


class CodexTotals(NamedTuple):
    """`token_count`: the thread's totals, and the last call's counts where they are there."""

    timestamp: str
    total: tuple[int, ...]
    last: tuple[int, ...]


class CodexTurn(NamedTuple):
    """`turn_context`: the model of a turn."""

    turn: str
    model: str


class Head(NamedTuple):
    """`session_meta`: whose file it is, and which thread it was forked from."""

    thread: str
    timestamp: str
    version: str
    folder: str
    provider: str
    parent: str
    is_side: bool


def line_of(record: Any) -> CodexRecord | CodexTurn | CodexTotals | Head | int | None:
    """Read a parsed line; a number is when a task started, None what doesn't matter."""
    payload = part(record, "payload")
    kind = record.get("type") if isinstance(record, dict) else None
    if kind == "token_usage_record":
        return CodexRecord(
            text(record.get("timestamp")), text(payload.get("turn_id")),
            text(payload.get("thread_id")), text(payload.get("response_id")),
            vector(part(payload, "usage")),
            whole(part(payload, "thread_token_usage").get("total_tokens")),
        )  # fmt: skip
    if kind == "turn_context":
        return CodexTurn(text(payload.get("turn_id")), text(payload.get("model")))
    if kind == "session_meta":
        return _head_of(payload)
    if kind != "event_msg":
        return None
    if payload.get("type") == "task_started":
        return whole(payload.get("started_at"))
    if payload.get("type") != "token_count":
        return None
    info = part(payload, "info")
    last = info.get("last_token_usage")
    return CodexTotals(
        text(record.get("timestamp")),
        vector(part(info, "total_token_usage")) if info else (),
        vector(last) if isinstance(last, dict) else (),
    )


def _head_of(meta: dict[str, Any]) -> Head:
    spawned = part(part(part(meta, "source"), "subagent"), "thread_spawn")
    parent = (
        text(meta.get("forked_from_id")) or text(meta.get("parent_thread_id"))
        or text(spawned.get("parent_thread_id"))
    )  # fmt: skip
    return Head(
        text(meta.get("id")), text(meta.get("timestamp")), text(meta.get("cli_version")),
        text(meta.get("cwd")), text(meta.get("model_provider")), parent, bool(spawned),
    )  # fmt: skip


def vector(counts: dict[str, Any]) -> tuple[int, ...]:
    """Return six counts in the order of `TOTALS`; what isn't a count is 0."""
    try:
        found = _get(counts)
    except KeyError:
        found = (None,)
    if set(map(type, found)) == {int} and min(found) >= 0:
        return found  # type: ignore[no-any-return]
    return tuple(whole(counts.get(name)) for name in TOTALS)
