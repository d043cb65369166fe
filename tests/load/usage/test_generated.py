"""Logs of any seed, with any damage: what is read equals what was written, token for token."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from log_hazards import Hazards, claude_corpus, codex_corpus
from usage_logs import calls_of, read_home, tokens_of

from advisor.load.usage import fast

GENERATOR = ROOT.parent / "shared" / "tools" / "make_usage_corpus.py"
AGENTS = "claude-code,codex,gemini-cli,opencode,copilot-cli,qwen-code,kimi-code,pi"
CLASSES = ("input", "cache_write_5m", "cache_write_1h", "cache_read", "output")
WILD = [
    "--fork-rate",
    "0.6",
    "--subagent-rate",
    "0.1",
    "--btw-rate",
    "0.5",
    "--advisor-rate",
    "0.1",
    "--torn-rate",
    "0.05",
    "--partial-final-rate",
    "0.1",
    "--surrogate-rate",
    "0.1",
    "--null-input-rate",
    "0.1",
    "--cut-tail-rate",
    "0.3",
    "--codex-fork-rate",
    "0.7",
    "--reemit-rate",
    "0.7",
    "--counter-reset-rate",
    "0.1",
    "--archived-copy-rate",
    "0.4",
]


@pytest.fixture(params=[False, True], ids=["json", "msgspec"])
def decoders(request: pytest.FixtureRequest) -> Any:
    """Use either of the decoders."""
    if request.param:
        fast.turn_on()
    yield
    fast.turn_off()


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("decoders")
def test_transcripts_of_claude_code_with_damage(seed: int, tmp_path: Path) -> None:
    """Torn lines, NULs, copies, forks, repeats, cut tails: each call counts once, as it ended."""
    expected = claude_corpus(tmp_path, seed, Hazards.of(seed))

    assert tokens_of(read_home(tmp_path)) == expected


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.usefixtures("decoders")
def test_rollouts_of_codex_with_damage(seed: int, tmp_path: Path) -> None:
    """Re-emits, resets, forks, archives, old and new lines in one file: each call counts once."""
    expected = codex_corpus(tmp_path, seed, Hazards.of(seed))

    assert tokens_of(read_home(tmp_path)) == expected


@pytest.mark.parametrize("wild", [[], WILD], ids=["as usual", "all hazards"])
@pytest.mark.parametrize("seed", [71, 72])
def test_a_generated_home_of_all_agents(seed: int, wild: list[str], tmp_path: Path) -> None:
    """Rows, partial calls and unlogged use equal the truth of a generator that shares no code."""
    if not GENERATOR.is_file():
        pytest.skip("the generator of usage corpora is not here")
    subprocess.run(
        [sys.executable, str(GENERATOR), str(tmp_path / "made"), "--seed", str(seed), "--quiet",
         "--size-mb", "4", "--median-kb", "60", "--era", "2026-11", "--agents", AGENTS, *wild],
        check=True,
    )  # fmt: skip
    truth = json.loads((tmp_path / "made" / "truth.json").read_text(encoding="utf-8"))

    usage = read_home(tmp_path / "made" / "home", tmp_path / "usage.db")

    assert sums_of(usage) == sums_in(truth)
    assert {(one.session, one.model): tuple(one.tokens.values()) for one in usage.unlogged} == {
        (one["session"], one["model"]): tuple(one["tokens"][name] for name in CLASSES)
        for one in truth["unlogged"]
    }
    assert len(usage.partial) == len(truth["partial"])


def sums_of(usage: Any) -> dict[tuple[str, str, str], list[int]]:
    """Add up rows by source, model and speed."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for call in calls_of(usage):
        into = sums.setdefault((call.kind.source, call.kind.model, call.kind.speed), [0] * 6)
        for place, value in enumerate((*call.tokens, call.calls)):
            into[place] += value
    return sums


def sums_in(truth: Any) -> dict[tuple[str, str, str], list[int]]:
    """Add up what can be recovered."""
    sums: dict[tuple[str, str, str], list[int]] = {}
    for row in truth["rows"]:
        counts = [*(row["recoverable"][name] for name in CLASSES), row["calls"]]
        if any(counts):
            into = sums.setdefault((row["tool"], row["model"], row["speed"]), [0] * 6)
            for place, value in enumerate(counts):
                into[place] += value
    return sums
