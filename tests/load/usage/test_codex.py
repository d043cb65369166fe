"""What is a call in Codex' rollouts, of today's versions and of older ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from usage_logs import calls_of, counted, read_home, tokens_of, write_lines

NAMES = ("input_tokens", "cached_input_tokens", "cache_write_input_tokens", "output_tokens",
         "reasoning_output_tokens")  # fmt: skip
Counts = tuple[int, int, int, int, int]
FIRST, SECOND = (100, 40, 10, 7, 3), (200, 150, 0, 9, 0)
NONE = (0, 0, 0, 0, 0)


def plus(*counts: Counts) -> Counts:
    """Add counts up, as a running total does."""
    sums = [sum(column) for column in zip(*counts, strict=True)]
    return sums[0], sums[1], sums[2], sums[3], sums[4]


def used(counts: Counts) -> dict[str, int]:
    """Write counts as Codex does."""
    named = dict(zip(NAMES, counts, strict=True))
    return {**named, "total_tokens": counts[0] + counts[3]}


def line(kind: str, payload: dict[str, Any], second: int = 0) -> dict[str, Any]:
    """Write a line at a second after ten o'clock."""
    return {"timestamp": f"2026-11-20T10:00:{second:02d}.000Z", "type": kind, "payload": payload}


def meta(thread: str, **more: Any) -> dict[str, Any]:
    """Write the head of a rollout."""
    about = {"id": thread, "timestamp": "2026-11-20T10:00:00.000Z", "cwd": "/data/dev/app"}
    return line("session_meta", {**about, "cli_version": "0.171.0", **more})


def turn(name: str, model: str) -> dict[str, Any]:
    """Write the context of a turn."""
    return line("turn_context", {"turn_id": name, "model": model})


def count(total: Counts, last: Counts | None, second: int = 0) -> dict[str, Any]:
    """Write a running total with the last call's counts."""
    info: dict[str, Any] = {"total_token_usage": used(total)}
    if last is not None:
        info["last_token_usage"] = used(last)
    return line("event_msg", {"type": "token_count", "info": info}, second)


def record(response: str, counts: Counts, running: Counts, turn_id: str = "t") -> dict[str, Any]:
    """Write the record of a call of today's versions."""
    return line(
        "token_usage_record",
        {"thread_id": "a", "turn_id": turn_id, "response_id": response, "usage": used(counts),
         "thread_token_usage": used(running)},
    )  # fmt: skip


def codex_home(
    tmp_path: Path, files: Mapping[str, Sequence[Any]], folder: str = "sessions"
) -> Path:
    """Write a home with rollouts by thread."""
    for thread, lines in files.items():
        name = f"rollout-2026-11-20T10-00-00-{thread}.jsonl"
        write_lines(tmp_path / ".codex" / folder / "2026/11/20" / name, lines)
    return tmp_path


def taken(counts: Counts) -> tuple[int, ...]:
    """Return disjoint classes of Codex' counts."""
    prompt, read, write, output, _ = counts
    return prompt - read - write, write, 0, read, output


@pytest.mark.parametrize(
    ("lines", "calls"),
    [
        pytest.param([count(FIRST, FIRST), count(FIRST, FIRST, 5)], [FIRST], id="said again"),
        pytest.param(
            [count(FIRST, FIRST), count(plus(FIRST, SECOND), SECOND)], [FIRST, SECOND], id="two"
        ),
        pytest.param(
            [count(plus(FIRST, SECOND), SECOND), count(FIRST, FIRST)], [FIRST, SECOND],
            id="the counter begins anew",
        ),
        pytest.param(
            [count(FIRST, None), count(plus(FIRST, SECOND), None)], [FIRST, SECOND],
            id="totals alone",
        ),
        pytest.param(
            [line("event_msg", {"type": "token_count", "info": None}), count(FIRST, FIRST)],
            [FIRST], id="nothing known yet",
        ),
        pytest.param(
            [record("r1", FIRST, FIRST), count(FIRST, FIRST), count(FIRST, NONE)], [FIRST],
            id="records, and counts that repeat them",
        ),
        pytest.param(
            [count(FIRST, FIRST), record("r2", SECOND, plus(FIRST, SECOND)),
             count(plus(FIRST, SECOND), SECOND)],
            [FIRST, SECOND], id="an older file, resumed",
        ),
        pytest.param(
            [record("r1", FIRST, FIRST), record("r1", FIRST, FIRST)], [FIRST],
            id="one response, written twice",
        ),
    ],
)  # fmt: skip
def test_a_call_is_what_a_record_or_a_change_of_totals_says(
    lines: list[Any], calls: list[Counts], tmp_path: Path
) -> None:
    """Records are the calls where there are any; else a running total that changed is one."""
    home = codex_home(tmp_path, {"a": [meta("a"), turn("t", "gpt-5.5"), *lines]})

    assert tokens_of(read_home(home)) == sorted(map(taken, calls))


def test_a_call_has_the_model_of_its_turn(tmp_path: Path) -> None:
    """A thread may change its model: the record's turn says which it was."""
    home = codex_home(
        tmp_path,
        {"a": [meta("a"), turn("t1", "gpt-5.5"), turn("t2", "gpt-5.4"),
               record("r1", FIRST, FIRST, "t1")]},
    )  # fmt: skip

    assert [call.kind.model for call in calls_of(read_home(home))] == ["gpt-5.5"]


@pytest.mark.parametrize("restamped", [pytest.param(0, id="old"), pytest.param(9, id="new times")])
def test_an_older_fork_that_repeats_its_parent_counts_its_own_calls(
    restamped: int, tmp_path: Path
) -> None:
    """The longest common run of totals is the parent's, whatever times stand at it."""
    parent = [meta("a"), turn("t", "gpt-5.5"), count(FIRST, FIRST)]
    child = [
        meta("b", forked_from_id="a"), *parent[:2], count(FIRST, FIRST, restamped),
        count(plus(FIRST, SECOND), SECOND, 20),
    ]  # fmt: skip

    usage = read_home(codex_home(tmp_path, {"a": parent, "b": child}))

    assert tokens_of(usage) == sorted(map(taken, [FIRST, SECOND]))
    assert counted(usage)["replayed_history"] == 1


def test_two_sub_agents_with_equal_numbers_are_two(tmp_path: Path) -> None:
    """Equal totals in two threads that share no history are no copies."""
    files: dict[str, Sequence[Any]] = {
        name: [meta(name), turn("t", "gpt-5.5"), count(FIRST, FIRST)] for name in ("b", "c")
    }

    assert tokens_of(read_home(codex_home(tmp_path, files))) == [taken(FIRST)] * 2


def test_a_fork_whose_parent_is_gone_counts_what_began_after_it(tmp_path: Path) -> None:
    """Without the parent's file, a call whose turn began before the fork is a replay."""
    forked = 1_795_168_800  # ten o'clock
    child = [
        meta("b", forked_from_id="gone"), turn("t", "gpt-5.5"),
        line("event_msg", {"type": "task_started", "started_at": forked - 600}),
        count(FIRST, FIRST, 1),
        line("event_msg", {"type": "task_started", "started_at": forked + 30}, 30),
        count(plus(FIRST, SECOND), SECOND, 31),
    ]  # fmt: skip

    usage = read_home(codex_home(tmp_path, {"b": child}))

    assert tokens_of(usage) == [taken(SECOND)]
    assert counted(usage)["forks_without_parent"] == 1


def test_a_fork_of_today_goes_on_from_its_parents_total(tmp_path: Path) -> None:
    """Its records are right as they are, and its running total is no difference."""
    child = [
        meta("b", forked_from_id="a"), turn("t", "gpt-5.5"),
        record("r2", SECOND, plus(FIRST, SECOND)),
    ]  # fmt: skip
    files = {"a": [meta("a"), turn("t", "m"), record("r1", FIRST, FIRST)], "b": child}

    usage = read_home(codex_home(tmp_path, files))

    assert tokens_of(usage) == sorted(map(taken, [FIRST, SECOND]))
    assert "running_total_differs" not in counted(usage)


def test_a_running_total_that_disagrees_is_said(tmp_path: Path) -> None:
    """A total that grew by more than the record says is counted, and never added."""
    lines = [
        meta("a"),
        record("r1", FIRST, FIRST),
        record("r2", SECOND, plus(FIRST, FIRST, SECOND)),
    ]

    usage = read_home(codex_home(tmp_path, {"a": lines}))

    assert counted(usage)["running_total_differs"] == 1
    assert tokens_of(usage) == sorted(map(taken, [FIRST, SECOND]))


def test_an_archived_copy_is_the_same_thread(tmp_path: Path) -> None:
    """A rollout in both folders is counted once."""
    lines = [meta("a"), turn("t", "gpt-5.5"), count(FIRST, FIRST)]
    codex_home(tmp_path, {"a": lines})

    assert tokens_of(read_home(codex_home(tmp_path, {"a": lines}, "archived_sessions"))) == [
        taken(FIRST)
    ]


def test_a_compressed_rollout_is_read_or_named(tmp_path: Path) -> None:
    """A rollout that Codex has packed counts like a plain one, and a broken one is named."""
    lines = [meta("a"), turn("t", "gpt-5.5"), count(FIRST, FIRST)]
    home = codex_home(tmp_path, {"a": lines})
    plain = next(home.rglob("rollout-*.jsonl"))
    zstandard = pytest.importorskip("zstandard", reason="nothing here packs zstd")
    packed = plain.with_name(f"{plain.name}.zst")
    packed.write_bytes(zstandard.ZstdCompressor().compress(plain.read_bytes()))
    plain.unlink()
    packed.with_name("rollout-broken.jsonl.zst").write_bytes(b"not packed at all")

    usage = read_home(home)

    assert tokens_of(usage) == [taken(FIRST)]
    assert counted(usage)["unreadable_files"] == 1
