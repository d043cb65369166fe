"""LiteLLM's proxy: spend logs (a call a row) and daily roll-ups, as JSON, JSON lines or CSV.

Whether `prompt_tokens` holds cached tokens goes by the kind of call: Anthropic's own
(`anthropic_messages`) leaves them out where its `input_tokens` says the same. Answers from the
proxy's own cache and failures cost nothing and are left out. A call is `litellm_call_id`, else
`request_id`. Messages and answers, which some exports hold, are never looked at.
"""

from __future__ import annotations

from typing import Any

from advisor.load.usage.exports import (
    ExportReader,
    ExportTokens,
    Record,
    form,
    inclusive,
    listed_in,
    money,
    number,
    settle,
)
from advisor.load.usage.rows import FilePart
from advisor.load.usage.values import parsed, part, text

__all__ = ["MARKS", "PARSER", "Reader", "form", "settle"]
PARSER = 1
MARKS = (
    frozenset({"request_id", "call_type", "spend", "prompt_tokens", "completion_tokens"}),
    frozenset({"date", "model", "spend", "api_requests", "prompt_tokens"}),
)
_ROLL_UP = "api_requests"


class Reader(ExportReader):
    """Reads spend logs and roll-ups."""

    SOURCE = "litellm"

    def record(self, record: Record) -> None:
        """Take a page of rows, or one row."""
        for row in listed_in(record):
            if _ROLL_UP in row:
                self._day(row)
            elif text(row.get("cache_hit")).lower() == "true":
                self.count("answered_from_the_proxys_cache")
            elif text(row.get("status")).lower() == "failure":
                self.count("failures")
            else:
                self._call(row)

    def _call(self, row: Record) -> None:
        metadata = _object(row.get("metadata"))
        usage = part(metadata, "usage_object") or part(metadata, "additional_usage_values")
        details = part(usage, "prompt_tokens_details")
        read = number(usage.get("cache_read_input_tokens")) or number(details.get("cached_tokens"))
        write = number(usage.get("cache_creation_input_tokens")) or number(
            details.get("cache_creation_tokens")
        )
        split = part(details, "cache_creation_token_details") or part(usage, "cache_creation")
        hour = min(write, number(split.get("ephemeral_1h_input_tokens")))
        prompt, output = number(row.get("prompt_tokens")), number(row.get("completion_tokens"))
        thoughts = number(part(usage, "completion_tokens_details").get("reasoning_tokens"))
        tokens = ExportTokens(prompt, write - hour, hour, read, output, thoughts)
        if _holds_cached(row, usage, prompt, read + write):
            tokens = inclusive(prompt, read, write - hour, hour, output, thoughts)
        name = text(row.get("litellm_call_id")) or text(row.get("request_id"))
        person = text(row.get("user")) or text(row.get("end_user"))
        of = FilePart(
            "", text(row.get("team_id")), person, text(row.get("custom_llm_provider")),
            text(row.get("model")),
        )  # fmt: skip
        self.bucket(
            of, row.get("startTime") or row.get("start_time"), tokens, named=[name], calls=1,
            session=text(row.get("session_id")), cost=money(row.get("spend")),
        )  # fmt: skip

    def _day(self, row: Record) -> None:
        """Take a roll-up; its prompts hold cached tokens unless they are too small for that."""
        read = number(row.get("cache_read_input_tokens"))
        write = number(row.get("cache_creation_input_tokens"))
        prompt, output = number(row.get("prompt_tokens")), number(row.get("completion_tokens"))
        tokens = ExportTokens(prompt, write, 0, read, output)
        if prompt >= read + write:
            tokens = inclusive(prompt, read, write, 0, output)
        of = FilePart(
            "", text(row.get("team_id")), text(row.get("user_id")),
            text(row.get("custom_llm_provider")), text(row.get("model")), granularity="1d",
        )  # fmt: skip
        named = [text(row.get(name)) for name in ("api_key", "tag", "model_group", "endpoint")]
        self.bucket(
            of, row.get("date"), tokens, named=named, calls=number(row.get(_ROLL_UP)),
            cost=money(row.get("spend")),
        )  # fmt: skip


def _holds_cached(row: Record, usage: Record, prompt: int, cached: int) -> bool:
    if prompt < cached:
        return False
    if text(row.get("call_type")) != "anthropic_messages":
        return True
    return "input_tokens" not in usage or prompt != number(usage.get("input_tokens"))


def _object(value: Any) -> Record:
    """Return a JSON column, which some exports write as text."""
    if isinstance(value, str):
        try:
            value = parsed(value.encode("utf-8", "replace"))
        except ValueError:
            return {}
    return value if isinstance(value, dict) else {}
