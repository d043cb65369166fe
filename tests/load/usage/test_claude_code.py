"""What is one call in Claude Code's transcripts, and what its running sums know beyond them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from usage_logs import answer, calls_of, claude_home, compact, counted, read_home, tokens_of

ONE = (10, 50, 0, 100, 5)
"""The tokens of `answer()`: fresh, written, written for an hour, read, answered."""


def cost(session: str = "s1", **sums: int) -> dict[str, Any]:
    """Write a running sum for one model."""
    used = {"inputTokens": 0, "outputTokens": 0, "cacheReadInputTokens": 0, **sums}
    return {"type": "cost-state", "sessionId": session, "modelUsage": {"claude-opus-4-8": used}}


def asked(ref: str) -> dict[str, Any]:
    """Write the line of a request."""
    return {"type": "api-request", "sessionId": "s1", "id": ref, "params": {"model": "m"}}


@pytest.mark.parametrize(
    ("lines", "tokens"),
    [
        pytest.param([answer(output=2), answer(output=90)], [(10, 50, 0, 100, 90)], id="grows"),
        pytest.param([answer(output=90), answer(output=2)], [(10, 50, 0, 100, 90)], id="largest"),
        pytest.param(
            [answer(request=None), answer(request=None, ts="2026-11-20T10:00:00.040Z")],
            [ONE], id="gateway, old",
        ),
        pytest.param(
            [answer(request=None), answer(request=None, fresh=11)],
            [ONE, (11, 50, 0, 100, 5)], id="gateway that reuses ids",
        ),
        pytest.param(
            [answer(request=None, ref="r1"), answer(request=None, ref="r2")],
            [ONE, ONE], id="gateway, same numbers, two requests",
        ),
        pytest.param(
            [answer(request=None, ref="r1"), answer(request=None, ref="r1")],
            [ONE], id="gateway, one request",
        ),
        pytest.param(
            [answer(), answer(request="req_2")], [ONE, ONE], id="one id, two requests"
        ),
        pytest.param(
            [answer(ident="", request=None), answer(ident="", request=None)],
            [ONE], id="without any id, by contents",
        ),
        pytest.param([answer(model="<synthetic>")], [], id="synthetic"),
        pytest.param(
            [answer(split={"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0})],
            [ONE], id="an empty split",
        ),
        pytest.param(
            [answer(split={"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20})],
            [(10, 30, 20, 100, 5)], id="a split that is too small",
        ),
        pytest.param(
            [answer(write=0, split={"ephemeral_1h_input_tokens": 50})],
            [(10, 0, 50, 100, 5)], id="a split alone",
        ),
        pytest.param(
            [answer(usage={"cache_creation": None, "iterations": None, "speed": None})],
            [ONE], id="null for absent",
        ),
        pytest.param([answer(fresh=10.0, output=5.0)], [ONE], id="5.0 for 5"),  # type: ignore[arg-type]
        pytest.param([answer(costUSD="much")], [ONE], id="a price that is none"),
    ],
)  # fmt: skip
def test_a_call_is_counted_once(
    lines: list[Any], tokens: list[tuple[int, ...]], tmp_path: Path
) -> None:
    """Lines of one call are one call, and what only looks like it is not."""
    assert tokens_of(read_home(claude_home(tmp_path, {"s1": lines}))) == sorted(tokens)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(b"\xef\xbb\xbf%b", id="byte order mark"),
        pytest.param(b"\x00\x00\x00%b", id="NULs before"),
        pytest.param(b"%b\r", id="CRLF"),
        pytest.param(b'{"parentUuid":"p","message":{"role":"us%b', id="torn line before"),
        pytest.param(
            b'{"parentUuid":"p","isSidechain":false,"type":"user","mess%b', id="torn prompt"
        ),
        pytest.param(b'{"type":"api-request-blob","sessionId":"s","has%b', id="torn request"),
        pytest.param(b'{"type":"mode"}%b', id="two writes on one line"),
        pytest.param(b"  %b", id="blanks"),
    ],
)
def test_a_damaged_line_still_counts(damage: bytes, tmp_path: Path) -> None:
    """What a crash leaves around a whole record doesn't hide it."""
    line = damage % compact(answer()).encode()

    assert tokens_of(read_home(claude_home(tmp_path, {"s1": [line]}))) == [ONE]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param('"text":"\\ud83d"', id="lone surrogate"),
        pytest.param('"text":"\ufffd\u2028 \\"usage\\":{}"', id="escaped look-alike"),
        pytest.param('"input":{"usage":{"input_tokens":9,"output_tokens":9}}', id="look-alike"),
        pytest.param('"input":{"id":null,"stop_reason":null}', id="null in a tool's input"),
        pytest.param('"input":[[1],"stop_reason"]', id="brackets"),
    ],
)
def test_what_is_said_in_an_answer_doesnt_matter(said: str, tmp_path: Path) -> None:
    """Contents can hold anything: the numbers beside them count."""
    line = compact(answer()).replace('"text":"hello"', said)

    assert tokens_of(read_home(claude_home(tmp_path, {"s1": [line]}))) == [ONE]


def test_broken_utf8_in_an_answer_doesnt_matter(tmp_path: Path) -> None:
    """Bytes that are no text are no reason to lose a call."""
    line = compact(answer()).encode().replace(b"hello", b"\xff\xfe\xc3")

    assert tokens_of(read_home(claude_home(tmp_path, {"s1": [line]}))) == [ONE]


def test_a_fork_that_copies_history_counts_it_once(tmp_path: Path) -> None:
    """A fork's copied lines are its parent's calls; only what came after is its own."""
    home = claude_home(
        tmp_path,
        {"s1": [answer()], "s2": [answer(session="s2"), answer("msg_2", request="r2", fresh=7)]},
    )

    usage = read_home(home)

    assert tokens_of(usage) == sorted([ONE, (7, 50, 0, 100, 5)])
    assert counted(usage)["copies_in_other_files"] == 1


def test_a_side_chain_that_replays_a_main_line_is_dropped(tmp_path: Path) -> None:
    """A replay has another request id and perhaps other cache counts, but the main line's id."""
    replay = answer(request="req_9", read=7_100, side=True)
    own = answer("msg_2", request="req_8", side=True, fresh=3)
    home = claude_home(tmp_path, {"s1": [answer()], "s1/subagents/agent-a": [replay, own]})

    assert tokens_of(read_home(home)) == sorted([ONE, (3, 50, 0, 100, 5)])


def test_copies_of_a_sub_agents_use_in_its_parent_count_once(tmp_path: Path) -> None:
    """Progress lines and tool results repeat what the sub-agent's own file says."""
    line = answer("msg_a", request="req_a", side=True)
    progress = {
        "parentUuid": "p", "isSidechain": False, "type": "progress", "timestamp": line["timestamp"],
        "data": {"message": {**line, "type": "assistant"}}, "sessionId": "s1",
    }  # fmt: skip
    result = {
        "parentUuid": "p", "isSidechain": False, "type": "user", "message": {"role": "user"},
        "toolUseResult": {"usage": line["message"]["usage"]}, "sessionId": "s1",
    }  # fmt: skip
    home = claude_home(
        tmp_path, {"s1": [answer(), progress, result], "s1/subagents/agent-a": [line]}
    )

    assert tokens_of(read_home(home)) == [ONE, ONE]


@pytest.mark.parametrize(
    ("line", "is_partial"),
    [
        pytest.param(answer(ref="r", output=7), False, id="finished"),
        pytest.param(answer(ref="r", output=7, has_details=False), True, id="cut by the server"),
        pytest.param(answer(ref="r", output=7, stop=None), True, id="stopped by the user"),
        pytest.param(answer(output=7, stop=None), False, id="an old line, which may be the last"),
    ],
)
def test_a_cut_answer_has_an_input_and_no_output(
    line: dict[str, Any], is_partial: bool, tmp_path: Path
) -> None:
    """What a cut call wrote for its output is what was announced, so it is unknown."""
    usage = read_home(claude_home(tmp_path, {"s1": [line]}))

    assert [(call.is_partial, call.tokens[-1]) for call in calls_of(usage)] == [
        (is_partial, 0 if is_partial else 7)
    ]
    assert len(usage.partial) == is_partial


def test_passes_that_an_answer_leaves_out_are_added(tmp_path: Path) -> None:
    """An advisor is a call of its own model; a compaction adds its tokens, not a call."""
    passes = [
        {"type": "message", "input_tokens": 4, "output_tokens": 2},
        {"type": "advisor_message", "model": "claude-fable-1", "input_tokens": 900,
         "output_tokens": 30},
        {"type": "compaction", "input_tokens": 700, "output_tokens": 70},
    ]  # fmt: skip
    usage = read_home(claude_home(tmp_path, {"s1": [answer(usage={"iterations": passes})]}))

    assert [(call.kind.model, call.tokens, call.calls) for call in calls_of(usage)] == [
        ("claude-fable-1", (900, 0, 0, 0, 30), 1),
        ("claude-opus-4-8", (10, 50, 0, 100, 5), 1),
        ("claude-opus-4-8", (700, 0, 0, 0, 70), 0),
    ]
    assert sorted(usage.calls.context) == [4, 700, 900]


def test_the_first_line_dates_a_call(tmp_path: Path) -> None:
    """Lines of one call on two days are the first day's call."""
    late = answer(ts="2026-11-21T00:00:01.000Z", output=9)
    home = claude_home(tmp_path, {"s1": [answer(ts="2026-11-20T23:59:59.500Z"), late]})

    assert [call.ts for call in calls_of(read_home(home))] == [1_795_219_199_500_000]


def test_what_no_line_says_is_unlogged(tmp_path: Path) -> None:
    """A running sum less the session's own lines is compaction and background, and never a row."""
    home = claude_home(
        tmp_path,
        {"s1": [asked("r1"), answer(ref="r1"),
                cost(inputTokens=310, outputTokens=25, cacheReadInputTokens=100,
                     cacheCreationInputTokens=50)]},
    )  # fmt: skip

    usage = read_home(home)

    assert [tuple(one.tokens.values()) for one in usage.unlogged] == [(300, 0, 0, 0, 20)]
    assert tokens_of(usage) == [ONE]


def test_a_fork_begins_with_its_parents_sum(tmp_path: Path) -> None:
    """What the parent had not logged is not the fork's again."""
    parent = [asked("r1"), answer(ref="r1"), cost(inputTokens=110, outputTokens=5,
              cacheReadInputTokens=100, cacheCreationInputTokens=50)]  # fmt: skip
    fork = [
        answer(ref="r1", session="s2"), asked("r2"),
        answer("msg_2", request="q2", ref="r2", session="s2"),
        cost("s2", inputTokens=127, outputTokens=10, cacheReadInputTokens=200,
             cacheCreationInputTokens=100),
    ]  # fmt: skip

    usage = read_home(claude_home(tmp_path, {"s1": parent, "s2": fork}))

    assert {one.session: one.tokens["input"] for one in usage.unlogged} == {"s1": 100, "s2": 7}
    assert tokens_of(usage) == [ONE, ONE]


def test_sums_are_cumulative_and_only_the_last_counts(tmp_path: Path) -> None:
    """A session's later sum holds its earlier one."""
    first = cost(inputTokens=60, outputTokens=5, cacheReadInputTokens=100,
                 cacheCreationInputTokens=50)  # fmt: skip
    second = cost(inputTokens=90, outputTokens=10, cacheReadInputTokens=200,
                  cacheCreationInputTokens=100)  # fmt: skip
    lines = [answer(ref="r1"), first, first, answer("msg_2", request="q2", ref="r2"), second]

    usage = read_home(claude_home(tmp_path, {"s1": lines}))

    assert [one.tokens["input"] for one in usage.unlogged] == [70]
