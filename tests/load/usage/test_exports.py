"""Exports of vendors, gateways and other tools: known by their contents, classes taken apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from usage_logs import (
    answer,
    calls_of,
    claude_home,
    compact,
    counted,
    tokens_of,
    write_lines,
)

from advisor.load.usage.places import Place
from advisor.load.usage.reading import read_usage
from advisor.load.usage.recognition import recognised
from advisor.model.usage import Usage

DAY = {"starting_at": "2026-11-01T00:00:00Z", "ending_at": "2026-11-02T00:00:00Z"}
COUNTS = {
    "uncached_input_tokens": 10, "cache_read_input_tokens": 100, "output_tokens": 5,
    "cache_creation": {"ephemeral_5m_input_tokens": 30, "ephemeral_1h_input_tokens": 20},
}  # fmt: skip
ONE = (10, 30, 20, 100, 5)
OPENAI = {"object": "bucket", "start_time": 1_793_491_200, "end_time": 1_793_577_600}
SPENT = {
    "request_id": "r1", "call_type": "acompletion", "spend": 0.5, "prompt_tokens": 140,
    "completion_tokens": 5, "startTime": "2026-11-01T10:00:00Z", "model": "claude-opus-4-8",
    "user": "ada",
    "metadata": {"usage_object": {"cache_read_input_tokens": 100,
                                  "cache_creation_input_tokens": 30}},
}  # fmt: skip
SPAN = {
    "traceId": "t", "spanId": "s", "startTimeUnixNano": "1793527200000000000",
    "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
        {"key": "gen_ai.response.model", "value": {"stringValue": "gpt-5.5"}},
        {"key": "gen_ai.response.id", "value": {"stringValue": "resp_1"}},
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "140"}},
        {"key": "gen_ai.usage.cache_read.input_tokens", "value": {"intValue": "100"}},
        {"key": "gen_ai.usage.cache_creation.input_tokens", "value": {"intValue": "30"}},
        {"key": "gen_ai.usage.output_tokens", "value": {"intValue": "5"}},
    ],
}  # fmt: skip


def spans(*items: dict[str, Any]) -> dict[str, Any]:
    """Write spans as an exporter does."""
    return {"resourceSpans": [{"scopeSpans": [{"spans": list(items)}]}]}


def point(kind: str, value: int, **more: Any) -> dict[str, Any]:
    """Write a data point of a counter of tokens."""
    return {
        "attributes": [{"key": "type", "value": {"stringValue": kind}},
                       {"key": "session.id", "value": {"stringValue": "s"}}],
        "asInt": str(value), "timeUnixNano": "1793527200000000000", **more,
    }  # fmt: skip


def metric(temporality: int, *points: dict[str, Any]) -> dict[str, Any]:
    """Write Claude Code's counter of tokens."""
    body = {"aggregationTemporality": temporality, "dataPoints": list(points)}
    found = {"name": "claude_code.token.usage", "sum": body}
    return {"resourceMetrics": [{"scopeMetrics": [{"metrics": [found]}]}]}


CASES = [
    pytest.param(
        "anthropic-organization",
        {"data": [{**DAY, "results": [{**COUNTS, "model": "claude-opus-4-8"}]}]},
        [(*ONE, 0, None)], id="Anthropic, messages",
    ),
    pytest.param(
        "anthropic-organization",
        {"data": [{**DAY, "group": {"model": "m"}, "usage": {**COUNTS, "requests": 3}}]},
        [(*ONE, 3, None)], id="Anthropic, analytics",
    ),
    pytest.param(
        "anthropic-organization",
        {"data": [{**DAY, "results": [{"amount": "1234.5", "currency": "USD", "model": "m"}]}]},
        [(0, 0, 0, 0, 0, 0, 12.345)], id="Anthropic, cost in cents",
    ),
    pytest.param(
        "anthropic-organization",
        {"data": [{"date": "2026-11-01T00:00:00Z", "core_metrics": {},
                   "actor": {"email_address": "ada@example.org"},
                   "model_breakdown": [{"model": "m", "tokens": {
                       "input": 10, "output": 5, "cache_read": 100, "cache_creation": 50},
                       "estimated_cost": {"amount": 200}}]}]},
        [(10, 50, 0, 100, 5, 0, 2.0)], id="Anthropic, Claude Code",
    ),
    pytest.param(
        "openai-organization",
        {"object": "page", "data": [{**OPENAI, "results": [
            {"input_tokens": 140, "input_cached_tokens": 100, "input_cache_write_tokens": 30,
             "output_tokens": 5, "num_model_requests": 2, "model": "gpt-5.5"}]}]},
        [(10, 30, 0, 100, 5, 2, None)], id="OpenAI, usage",
    ),
    pytest.param(
        "openai-organization",
        {"object": "page", "data": [{**OPENAI, "results": [
            {"amount": {"value": 1.5, "currency": "usd"}, "line_item": "gpt-5.5, input"}]}]},
        [(0, 0, 0, 0, 0, 0, 1.5)], id="OpenAI, costs",
    ),
    pytest.param(
        "openrouter",
        {"data": [{"date": "2026-11-01", "model": "m:free", "provider_name": "p", "usage": 0.25,
                   "requests": 4, "prompt_tokens": 100, "completion_tokens": 5,
                   "reasoning_tokens": 2}]},
        [(100, 0, 0, 0, 5, 4, 0.25)], id="OpenRouter, activity",
    ),
    pytest.param(
        "openrouter",
        {"data": {"id": "gen-1", "model": "m", "created_at": "2026-11-01T10:00:00Z",
                  "native_tokens_prompt": 140, "native_tokens_completion": 5,
                  "native_tokens_cached": 100, "tokens_prompt": 1, "total_cost": 0.5}},
        [(40, 0, 0, 100, 5, 1, 0.5)], id="OpenRouter, generation",
    ),
    pytest.param("litellm", [SPENT, SPENT], [(10, 30, 0, 100, 5, 1, 0.5)], id="LiteLLM"),
    pytest.param(
        "litellm",
        [{**SPENT, "call_type": "anthropic_messages", "prompt_tokens": 10, "metadata": json.dumps(
            {"usage_object": {"input_tokens": 10, "cache_read_input_tokens": 100,
                              "cache_creation_input_tokens": 30}})}],
        [(10, 30, 0, 100, 5, 1, 0.5)], id="LiteLLM, Anthropic's own, metadata as text",
    ),
    pytest.param(
        "litellm",
        [SPENT, {**SPENT, "request_id": "r2", "cache_hit": "True"},
         {**SPENT, "request_id": "r3", "status": "failure"}],
        [(10, 30, 0, 100, 5, 1, 0.5)], id="LiteLLM, not billed",
    ),
    pytest.param("opentelemetry", spans(SPAN), [(10, 30, 0, 100, 5, 1, None)], id="spans"),
    pytest.param(
        "opentelemetry",
        spans(SPAN, {**SPAN, "spanId": "t", "attributes": [
            {"key": "gen_ai.operation.name", "value": {"stringValue": "invoke_agent"}},
            *SPAN["attributes"][1:]]}),
        [(10, 30, 0, 100, 5, 1, None)], id="spans that sum up others",
    ),
    pytest.param(
        "opentelemetry", metric(1, point("input", 7), point("cacheRead", 9)),
        [(0, 0, 0, 9, 0, 0, None), (7, 0, 0, 0, 0, 0, None)], id="a metric of differences",
    ),
    pytest.param(
        "opentelemetry",
        metric(2, point("input", 7, startTimeUnixNano="1793520000000000000"),
               point("input", 12, startTimeUnixNano="1793520000000000000",
                     timeUnixNano="1793527260000000000")),
        [(12, 0, 0, 0, 0, 0, None)], id="a metric that runs on",
    ),
    pytest.param(
        "ccusage",
        {"daily": [{"date": "2026-11-01", "inputTokens": 10, "modelBreakdowns": [
            {"modelName": "m-fast", "inputTokens": 10, "outputTokens": 5, "cost": 0.5,
             "cacheCreationTokens": 50, "cacheReadTokens": 100}]}], "totals": {}},
        [(10, 50, 0, 100, 5, 0, 0.5)], id="ccusage",
    ),
    pytest.param(
        "ccusage",
        {"schema": "codeburn.export.v2", "sessions": [], "periods": [{"daily": [
            {"Date": "2026-11-01", "Input Tokens": 10, "Output Tokens": 5, "API Calls": 3,
             "Cache Read Tokens": 100, "Cache Write Tokens": 50, "Cost (USD)": 0.5}]}]},
        [(10, 50, 0, 100, 5, 3, 0.5)], id="codeburn",
    ),
]  # fmt: skip
TABLES = [
    pytest.param(
        "github-copilot-report",
        "date,product,sku,model,username,quantity,unit_type,gross_amount,net_amount,"
        "input,output,cache_read,cache_write\n"
        "2026-11-01,copilot,ai_credits,gpt-5.5,ada,3,credits,0.9,0.5,10,5,100,50\n"
        "2026-11-01,actions,minutes,,ada,3,minutes,0.9,0.5,,,,\n",
        [(10, 50, 0, 100, 5, 0, 0.5)], id="GitHub Copilot",
    ),
    pytest.param(
        "focus",
        "BilledCost,ChargePeriodStart,ChargePeriodEnd,ConsumedQuantity,ConsumedUnit,SkuMeter,"
        "InvoiceIssuerName,x_ModelId,x_RecordKind\n"
        "0.5,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,2,1000 Tokens,Output Tokens,acme,m,\n"
        "9.5,2026-11-01T00:00:00Z,2026-11-02T00:00:00Z,2,1000 Tokens,Output Tokens,acme,m,"
        "Forecast\n",
        [(0, 0, 0, 0, 2_000, 0, 0.5)], id="FOCUS",
    ),
    pytest.param(
        "table",
        "Day;Vendor;Model;Input tokens;Output tokens;Cost\n2026-11-01;acme;m;10;5;0.5\n",
        [(10, 0, 0, 0, 5, 0, 0.5)], id="any table",
    ),
]  # fmt: skip


def rows_of(usage: Usage) -> list[tuple[float | None, ...]]:
    """List tokens, calls and cost of the rows."""
    return sorted(
        ((*call.tokens, call.calls, call.cost) for call in calls_of(usage)),
        key=lambda row: [value or 0 for value in row],
    )


@pytest.mark.parametrize(("source", "data", "rows"), CASES)
def test_an_export_is_known_and_taken_apart(
    source: str, data: Any, rows: list[tuple[float | None, ...]], tmp_path: Path
) -> None:
    """Its contents say what it is, and every token is in one class."""
    path = tmp_path / "export.json"
    path.write_text(compact(data), encoding="utf-8")

    places = recognised(str(path))

    assert [place.source for place in places] == [source]
    assert rows_of(read_usage(places)) == rows


@pytest.mark.parametrize(("source", "data", "rows"), TABLES)
def test_a_table_is_known_by_its_columns(
    source: str, data: str, rows: list[tuple[float | None, ...]], tmp_path: Path
) -> None:
    """The head of a table says what it is; rows of a plan and of other products are left out."""
    path = tmp_path / "export.csv"
    path.write_text(data, encoding="utf-8-sig")

    places = recognised(str(path))

    assert [place.source for place in places] == [source]
    assert rows_of(read_usage(places)) == rows


def test_columns_can_be_named(tmp_path: Path) -> None:
    """A table whose columns nobody knows is read by a map, with the words of `--actuals`."""
    path = tmp_path / "own.csv"
    path.write_text("Tag,Wer,Ein,Aus\n2026-11-01,acme,10,5\n", encoding="utf-8")
    columns = (("day", "Tag"), ("biller", "Wer"), ("input", "Ein"), ("output", "Aus"))

    usage = read_usage([Place("table", str(path), columns=columns)], store=str(tmp_path / "u.db"))

    assert rows_of(usage) == [(10, 0, 0, 0, 5, 0, None)]
    assert [call.kind.provider for call in calls_of(usage)] == ["acme"]


def test_exports_that_overlap_count_once(tmp_path: Path) -> None:
    """A bucket in two files is one; a later, fuller one wins."""
    early = {"data": [{**DAY, "results": [{**COUNTS, "model": "m"}]}]}
    later = {"data": [{**DAY, "results": [{**COUNTS, "model": "m", "output_tokens": 6}]}]}
    paths = [tmp_path / "a.json", tmp_path / "b.json"]
    for path, data in zip(paths, (early, later), strict=True):
        path.write_text(compact(data), encoding="utf-8")

    usage = read_usage([place for path in paths for place in recognised(str(path))])

    assert tokens_of(usage) == [(*ONE[:4], 6)]
    assert counted(usage)["copies_in_other_exports"] == 1


def test_json_lines_are_read_line_by_line(tmp_path: Path) -> None:
    """An exporter's file of one object a line is read, whatever a torn line in it holds."""
    other = {**SPAN, "attributes": [*SPAN["attributes"][:2], *SPAN["attributes"][3:]]}
    path = write_lines(
        tmp_path / "otel.jsonl",
        [spans(SPAN), '{"resourceSpans":[', spans({**other, "spanId": "z"})],
    )

    assert tokens_of(read_usage(recognised(str(path)))) == [(10, 30, 0, 100, 5)] * 2


@pytest.mark.parametrize("data", [b"", b"hello", b"\x00\x01", b"[1, 2]", b'{"a": 1}'])
def test_what_is_nothing_known_is_no_source(data: bytes, tmp_path: Path) -> None:
    """A file that says nothing of use is not guessed at."""
    path = tmp_path / "file.json"
    path.write_bytes(data)

    assert recognised(str(path)) == []


@pytest.mark.parametrize(
    ("folder", "sources"),
    [
        pytest.param("", {"claude-code"}, id="a home"),
        pytest.param(".claude", {"claude-code"}, id="an agent's folder"),
        pytest.param(".claude/projects", {"claude-code"}, id="a part of it"),
        pytest.param(".claude/projects/-data-dev-app", set(), id="a part that has no name"),
    ],
)
def test_a_folder_is_known_by_what_agents_call_it(
    folder: str, sources: set[str], tmp_path: Path
) -> None:
    """A home, an agent's folder in it, and the parts that have a name are recognised."""
    home = claude_home(tmp_path, {"s1": [answer()]})

    places = recognised(str(home / folder))

    assert {place.source for place in places} == sources
    assert len(read_usage(places).calls) == len(sources)


def test_rows_of_a_table_that_say_the_same_are_several(tmp_path: Path) -> None:
    """In one table two such rows are two; the same table again adds nothing."""
    text = "day,model,input,output\n" + "2026-11-18,m,5,1\n" * 3 + "2026-11-19,m,5,1\n"
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    usage = read_usage([Place("table", str(tmp_path / name)) for name in ("a.csv", "b.csv")])

    assert usage.calls.total("input") == 20


@pytest.mark.parametrize("amount", ["inf", "nan", "1e308", "-1e13", "1e400"])
def test_an_amount_that_nobody_paid_is_none(amount: str, tmp_path: Path) -> None:
    """What is no finite sum of money is not known, and the row stays."""
    table = tmp_path / "a.csv"
    table.write_text(f"day,model,input,output,cost\n2026-11-18,m,5,1,{amount}\n", encoding="utf-8")
    usage = read_usage([Place("table", str(table))])

    assert (len(usage.calls), usage.calls.cost[0] == usage.calls.cost[0]) == (1, False)
