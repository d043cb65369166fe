"""OpenTelemetry as OTLP JSON: spans, logs and metrics of GenAI conventions and of agents' own.

One call may be a span, a log and a part of a metric: spans and logs share an identity (response id,
request id, or trace and span), metrics count only for a session that has neither. Agent spans that
sum up their children are left out. `gen_ai.usage.input_tokens` holds cached tokens, Claude Code's
own attributes don't. A cumulative metric is its largest value since each start.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from advisor.load.usage.exports import (
    ExportReader,
    ExportTokens,
    Record,
    form,
    inclusive,
    money,
    number,
)
from advisor.load.usage.found import FoundCalls
from advisor.load.usage.rows import NAN, CallRow, FilePart
from advisor.load.usage.values import identity, instant, listed, part, text
from advisor.model.usage import Flag

__all__ = ["MARKS", "PARSER", "Reader", "form", "settle"]
PARSER = 1
MARKS = (
    frozenset({"resourceSpans"}), frozenset({"resourceLogs"}), frozenset({"resourceMetrics"})
)  # fmt: skip
_SUMS_OF_CHILDREN = {"invoke_agent", "create_agent", "invoke_workflow", "execute_tool"}
_CUMULATIVE = {2, "AGGREGATION_TEMPORALITY_CUMULATIVE"}
_CLASSES = {
    "input": "input", "output": "output", "cacheread": "cache_read",
    "cachecreation": "cache_write",
}  # fmt: skip
_METRICS = {"gen_ai.client.token.usage", "claude_code.token.usage"}


class Reader(ExportReader):
    """Reads one file of exported telemetry."""

    SOURCE = "opentelemetry"

    def record(self, record: Record) -> None:
        """Take every span, log record and data point."""
        for resource, span in _items(record, "resourceSpans", "scopeSpans", "spans"):
            self._event(resource, span, _attributes(span), text(span.get("name")))
        for resource, log in _items(record, "resourceLogs", "scopeLogs", "logRecords"):
            found = _attributes(log)
            name = text(log.get("eventName")) or text(found.get("event.name"))
            self._event(resource, log, found, name or text(_value(log.get("body"))))
        for resource, metric in _items(record, "resourceMetrics", "scopeMetrics", "metrics"):
            self._metric(resource, metric)

    def _event(self, resource: Record, item: Record, found: Record, name: str) -> None:
        """Take a span or a log record, if it is a call."""
        moment = number(item.get("startTimeUnixNano") or item.get("timeUnixNano")) // 1_000
        span = f"{text(item.get('traceId'))} {text(item.get('spanId'))}".strip()
        if "gen_ai.usage.input_tokens" in found or "gen_ai.usage.output_tokens" in found:
            if text(found.get("gen_ai.operation.name")) in _SUMS_OF_CHILDREN:
                self.count("spans_that_sum_up_others")
                return
            tokens, model = _genai(found), found.get("gen_ai.response.model")
            self._call(
                resource, found, tokens, text(model) or text(found.get("gen_ai.request.model")),
                text(found.get("gen_ai.response.id")) or span, moment, NAN,
            )  # fmt: skip
        elif name.removeprefix("claude_code.") == "api_request" and "input_tokens" in found:
            tokens = ExportTokens(
                number(found.get("input_tokens")), number(found.get("cache_creation_tokens")), 0,
                number(found.get("cache_read_tokens")), number(found.get("output_tokens")),
            )  # fmt: skip
            self._call(
                resource, found, tokens, text(found.get("model")), text(found.get("request_id")),
                moment, money(found.get("cost_usd")),
            )  # fmt: skip
        elif name == "gemini_cli.api_response":
            thoughts = number(found.get("thoughts_token_count"))
            prompt = number(found.get("input_token_count")) + number(found.get("tool_token_count"))
            tokens = inclusive(
                prompt, number(found.get("cached_content_token_count")),
                output=number(found.get("output_token_count")) + thoughts, reasoning=thoughts,
            )  # fmt: skip
            self._call(resource, found, tokens, text(found.get("model")), span, moment, NAN)

    def _call(
        self,
        resource: Record,
        found: Record,
        tokens: ExportTokens,
        model: str,
        name: str,
        moment: int,
        cost: float,
    ) -> None:
        of = FilePart(
            text(resource.get("service.version")), "", _person(resource, found),
            text(found.get("gen_ai.provider.name")) or text(found.get("gen_ai.system")), model,
            text(found.get("speed")) or "standard",
        )  # fmt: skip
        if not any(tokens):
            self.count("empty_records")
            return
        key = identity(self.SOURCE, name or f"{moment} {model} {tokens}")
        context = sum(tokens[:4])
        self.rows.add(
            CallRow(of, _session(resource, found), moment, key, 0, 0, 1, *tokens, context, cost)
        )

    def _metric(self, resource: Record, metric: Record) -> None:
        """Take the points of a counter or histogram of tokens."""
        name = text(metric.get("name"))
        if name not in _METRICS:
            return
        body = part(metric, "sum") or part(metric, "histogram")
        is_cumulative = body.get("aggregationTemporality") in _CUMULATIVE
        for point in listed(body.get("dataPoints")):
            if not isinstance(point, dict):
                continue
            found = _attributes(point)
            kind = text(found.get("type")) or text(found.get("gen_ai.token.type"))
            count = number(point.get("sum", point.get("asInt", point.get("asDouble"))))
            into = _CLASSES.get(kind.lower())
            if into is None or not count:
                self.count("metric_points_of_other_types")
                continue
            model = text(found.get("model")) or text(found.get("gen_ai.response.model"))
            model = model or text(found.get("gen_ai.request.model"))
            start = number(point.get("startTimeUnixNano"))
            end = number(point.get("timeUnixNano"))
            when = start if is_cumulative else end
            session = _session(resource, found)
            key = identity(self.SOURCE, name, session, when, sorted(map(str, found.items())))
            of = FilePart(
                text(resource.get("service.version")), "", _person(resource, found), "", model,
                text(found.get("speed")) or "standard", granularity="segment",
            )  # fmt: skip
            tokens = ExportTokens(**{into: count})
            self.rows.add(
                CallRow(of, session, instant(end / 1e3), key, 0, Flag.SECOND, 0, *tokens)
            )  # fmt: skip


def _genai(found: Record) -> ExportTokens:
    prefix = "gen_ai.usage."
    write = number(found.get(f"{prefix}cache_write.input_tokens")) or number(
        found.get(f"{prefix}cache_creation.input_tokens")
    )
    return inclusive(
        number(found.get(f"{prefix}input_tokens")),
        number(found.get(f"{prefix}cache_read.input_tokens")), write,
        output=number(found.get(f"{prefix}output_tokens")),
        reasoning=number(found.get(f"{prefix}reasoning.output_tokens")),
    )  # fmt: skip


def _items(
    record: Record, resources: str, scopes: str, items: str
) -> Iterator[tuple[Record, Record]]:
    """Yield every item with the attributes of its resource."""
    for resource in listed(record.get(resources)):
        about = _attributes(part(resource, "resource"))
        for scope in listed(resource.get(scopes) if isinstance(resource, dict) else None):
            for item in listed(scope.get(items) if isinstance(scope, dict) else None):
                if isinstance(item, dict):
                    yield about, item


def _attributes(item: Record) -> Record:
    """Return attributes by name: OTLP's list of pairs, or an object."""
    said = item.get("attributes")
    if isinstance(said, dict):
        return said
    return {
        text(one.get("key")): _value(one.get("value"))
        for one in listed(said)
        if isinstance(one, dict)
    }


def _value(value: Any) -> Any:
    """Return the one value of OTLP's `{"intValue": "7"}`."""
    if isinstance(value, dict):
        return next(iter(value.values()), None)
    return value


def _session(resource: Record, found: Record) -> str:
    names = ("session.id", "gen_ai.conversation.id")
    said = next((text(found[name]) for name in names if found.get(name)), "")
    return said or text(resource.get("service.name")) or "opentelemetry"


def _person(resource: Record, found: Record) -> str:
    names = ("user.email", "user.account_uuid", "user.id")
    return next((text(of[name]) for of in (found, resource) for name in names if of.get(name)), "")


def settle(found: FoundCalls) -> None:
    """Count a call once; leave metrics out where a session has calls."""
    found.drop_copies("copies_in_other_exports")
    found.drop_second_best()
