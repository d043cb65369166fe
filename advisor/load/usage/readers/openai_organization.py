"""OpenAI's organisation usage and costs: prompts hold cached and written tokens.

Batch and flex are told apart only where the report was grouped by them. Costs are invoice-side.
"""

from __future__ import annotations

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
    width,
)
from advisor.load.usage.rows import NAN, FilePart
from advisor.load.usage.values import instant, listed, part, text

__all__ = ["MARKS", "PARSER", "Reader", "form", "settle"]
PARSER = 1
MARKS = (frozenset({"object", "start_time", "end_time", "results"}),)
_GROUPS = ("project_id", "user_id", "api_key_id", "api_source", "line_item", "object")


class Reader(ExportReader):
    """Reads pages of a report."""

    SOURCE = "openai-organization"

    def record(self, record: Record) -> None:
        """Take a page, or a bucket by itself."""
        for bucket in listed_in(record):
            for result in listed(bucket.get("results")):
                if isinstance(result, dict):
                    self._result(bucket, result)

    def _result(self, bucket: Record, result: Record) -> None:
        begin, end = instant(bucket.get("start_time")), instant(bucket.get("end_time"))
        amount = part(result, "amount")
        item = text(result.get("line_item"))
        tier = "batch" if result.get("batch") is True else text(result.get("service_tier"))
        of = FilePart(
            "", text(result.get("project_id")),
            text(result.get("user_id")) or text(result.get("api_key_id")), "openai",
            text(result.get("model")) or item.partition(", ")[0], "standard", tier, "",
            width(begin, end),
        )  # fmt: skip
        self.bucket(
            of, bucket.get("start_time"), _tokens(result),
            named=[text(result.get(name)) for name in _GROUPS],
            calls=number(result.get("num_model_requests")),
            cost=money(amount.get("value")) if amount else NAN,
        )  # fmt: skip


def _tokens(result: Record) -> ExportTokens:
    """Take a result apart; older reports don't name the uncached part."""
    written = number(result.get("input_cache_write_tokens"))
    return inclusive(
        number(result.get("input_tokens")), number(result.get("input_cached_tokens")), written,
        output=number(result.get("output_tokens")),
    )  # fmt: skip
