"""OpenRouter's activity (a day, model and endpoint) and its generations (a call).

Generations are billed by `native_*` counts; activity has no cache split. Prompts hold cached
tokens, completions the reasoning. Suffixes such as `:free` are a part of the model's name.
"""

from __future__ import annotations

from advisor.load.usage.exports import (
    ExportReader,
    Record,
    form,
    inclusive,
    listed_in,
    money,
    number,
    settle,
)
from advisor.load.usage.rows import FilePart
from advisor.load.usage.values import text

__all__ = ["MARKS", "PARSER", "Reader", "form", "settle"]
PARSER = 1
MARKS = (
    frozenset({"date", "model", "provider_name", "usage", "requests", "prompt_tokens"}),
    frozenset({"id", "model", "native_tokens_prompt", "native_tokens_completion"}),
)


class Reader(ExportReader):
    """Reads activity rows and generations."""

    SOURCE = "openrouter"

    def record(self, record: Record) -> None:
        """Take a page of rows, one row, or one generation."""
        inner = record.get("data")
        if isinstance(inner, dict):
            record = inner
        for one in listed_in(record):
            if "native_tokens_prompt" in one:
                self._generation(one)
            else:
                self._activity(one)

    def _activity(self, row: Record) -> None:
        tokens = inclusive(
            number(row.get("prompt_tokens")), output=number(row.get("completion_tokens")),
            reasoning=number(row.get("reasoning_tokens")),
        )  # fmt: skip
        of = FilePart(
            "", "", "", text(row.get("provider_name")), text(row.get("model")), granularity="1d"
        )
        self.bucket(
            of, row.get("date"), tokens, named=[text(row.get("endpoint_id"))],
            calls=number(row.get("requests")), cost=money(row.get("usage")),
        )  # fmt: skip

    def _generation(self, one: Record) -> None:
        tokens = inclusive(
            number(one.get("native_tokens_prompt")), number(one.get("native_tokens_cached")),
            output=number(one.get("native_tokens_completion")),
            reasoning=number(one.get("native_tokens_reasoning")),
        )  # fmt: skip
        cost = one.get("total_cost", one.get("usage"))
        self.bucket(
            FilePart("", "", "", text(one.get("provider_name")), text(one.get("model"))),
            one.get("created_at"), tokens, named=[text(one.get("id"))], calls=1, cost=money(cost),
        )  # fmt: skip
