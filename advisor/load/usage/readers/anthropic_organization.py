"""Anthropic's organisation reports: usage and cost, today's and older, and Claude Code analytics.

Input is uncached already. Money is in cents, as decimal text. What a report isn't grouped by is
null, which is not "unknown".
"""

from __future__ import annotations

from typing import Any

from advisor.load.usage.exports import (
    ExportReader,
    ExportTokens,
    Record,
    form,
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
MARKS = (
    frozenset({"starting_at", "ending_at", "results"}),
    frozenset({"starting_at", "ending_at", "usage"}),
    frozenset({"starting_at", "ending_at", "group", "amount"}),
    frozenset({"actor", "core_metrics", "model_breakdown"}),
)
_CENTS = 100
_GROUPS = ("api_key_id", "workspace_id", "context_window", "product", "session_id", "agent_id",
           "cost_type", "token_type", "description")  # fmt: skip


class Reader(ExportReader):
    """Reads pages of a report."""

    SOURCE = "anthropic-organization"

    def record(self, record: Record) -> None:
        """Take a page, or a bucket by itself."""
        for bucket in listed_in(record):
            if "model_breakdown" in bucket:
                self._analytics(bucket)
            for result in listed(bucket.get("results")):
                if isinstance(result, dict):
                    self._result(bucket, result, result, result)
            if "usage" in bucket or "amount" in bucket:
                self._result(bucket, part(bucket, "group"), part(bucket, "usage"), bucket)

    def _result(self, bucket: Record, group: Record, usage: Record, paid: Record) -> None:
        written = part(usage, "cache_creation")
        tokens = ExportTokens(
            number(usage.get("uncached_input_tokens")),
            number(written.get("ephemeral_5m_input_tokens")),
            number(written.get("ephemeral_1h_input_tokens")),
            number(usage.get("cache_read_input_tokens")),
            number(usage.get("output_tokens")),
        )
        begin, end = bucket.get("starting_at"), bucket.get("ending_at")
        of = FilePart(
            "", text(group.get("workspace_id")), _person(group), "anthropic",
            text(group.get("model")), text(group.get("speed")) or "standard",
            text(group.get("service_tier")), text(group.get("inference_geo")),
            width(instant(begin), instant(end)),
        )  # fmt: skip
        cost = money(paid.get("amount"))
        self.bucket(
            of, begin, tokens, named=[text(group.get(name)) for name in _GROUPS],
            session=text(group.get("session_id")), calls=number(usage.get("requests")),
            cost=cost / _CENTS,
        )  # fmt: skip

    def _analytics(self, record: Record) -> None:
        """Take a person's day with Claude Code."""
        actor = part(record, "actor")
        person = text(actor.get("email_address")) or text(actor.get("api_key_name"))
        for one in listed(record.get("model_breakdown")):
            tokens, cost = part(one, "tokens"), part(one, "estimated_cost")
            amount: Any = money(cost.get("amount")) if cost else NAN
            self.bucket(
                FilePart("", "", person, "anthropic", text(part({"one": one}, "one").get("model")),
                     granularity="1d"),
                record.get("date"),
                ExportTokens(
                    number(tokens.get("input")), number(tokens.get("cache_creation")), 0,
                    number(tokens.get("cache_read")), number(tokens.get("output")),
                ),
                named=[text(record.get("terminal_type")), text(record.get("customer_type"))],
                cost=amount / _CENTS,
            )  # fmt: skip


def _person(group: Record) -> str:
    actor = group.get("actor")
    if isinstance(actor, dict):
        return text(actor.get("email_address")) or text(actor.get("api_key_name"))
    return text(actor) or text(group.get("api_key_id"))
