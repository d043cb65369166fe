"""Eleven agents were run against a server with known numbers: what is read of them is right."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from usage_logs import LOGS, calls_of, counted, tokens_of

from advisor.load.usage import fast
from advisor.load.usage.places import Place, places_of
from advisor.load.usage.reading import read_usage
from advisor.model.usage import Flag, Usage

Response = dict[str, Any]
Tokens = tuple[int, ...]


def exact(used: dict[str, int]) -> Tokens:
    """Take every class as it was served."""
    return (
        used["input"] + used.get("tool_prompt", 0), used["cache_write_5m"],
        used["cache_write_1h"], used["cache_read"], used["output"],
    )  # fmt: skip


def merged(used: dict[str, int]) -> Tokens:
    """Merge 1-hour writes with others and lose prompts of tools, as the log does."""
    written = used["cache_write_5m"] + used["cache_write_1h"]
    return used["input"], written, 0, used["cache_read"], used["output"]


def folded(used: dict[str, int]) -> Tokens:
    """Take what was written as fresh, as the log does."""
    fresh, written, _, read, output = merged(used)
    return fresh + written, 0, 0, read, output


def all_homes(folder: Path) -> list[Place]:
    """List the places of every home of an agent."""
    homes = sorted(folder.glob("home*"))
    return [place for home in homes for place in places_of(str(home))]


class Agent(NamedTuple):
    """How an agent writes: what it leaves of a response, which are lost, which are cut."""

    folder: str
    written: Callable[[Response], Tokens]
    partial: frozenset[str] = frozenset()
    lost: Callable[[Response], bool] = lambda _: False
    roles: frozenset[str] = frozenset({"main"})
    places: Callable[[Path], list[Place]] = all_homes


def of_usage(written: Callable[[dict[str, int]], Tokens]) -> Callable[[Response], Tokens]:
    """Apply a rule to what a response used."""
    return lambda response: written(response["usage"])


def opencode(response: Response) -> Tokens:
    """Fold writes into the input where a provider speaks like OpenAI."""
    return (folded if response["api"] == "chat" else merged)(response["usage"])


def gemini_places(folder: Path) -> list[Place]:
    """List the home, and what the agent deletes at its next start."""
    gone = Place("gemini-cli", str(folder / "deleted_at_next_start"))
    return [*places_of(str(folder / "home")), gone]


def pi_places(folder: Path) -> list[Place]:
    """List the home, and another folder in which a wrong path had put a session."""
    return [*places_of(str(folder / "home")), *places_of(str(folder / "other_folder/pi/home"))]


AGENTS = [
    Agent(
        "claude-code-2.1.332", of_usage(exact), frozenset({"cutt", "hangt"}),
        # a compaction that never ended
        lambda r: r.get("home") == "home_c_interactive" and r["n"] == 6,
    ),
    Agent("codex-0.171.0", of_usage(exact), roles=frozenset({"main", "background"})),
    Agent(
        "gemini-cli-0.61.0", of_usage(exact), frozenset({"cut", "cutt"}),
        lambda r: r["script"] in {"g1", "h1"}, places=gemini_places,
    ),
    Agent("opencode-1.18.33", opencode),
    Agent("copilot-1.0.102", of_usage(merged)),
    Agent("qwen-code-0.24.4", of_usage(folded)),
    Agent("kimi-code-2.1.0", of_usage(folded)),
    Agent("pi-1.6.0", of_usage(exact), frozenset({"cut", "cutt"}), places=pi_places),
    Agent("cline-3.0.65", of_usage(folded)),
]  # fmt: skip


def read(agent: Agent, root: Path = LOGS) -> Usage:
    """Read an agent's homes, without a store."""
    return read_usage(agent.places(root / agent.folder))


def truth(agent: Agent, root: Path = LOGS) -> list[Response]:
    """Return the responses that leave a trace, in the order served."""
    said = json.loads((root / agent.folder / "truth.json").read_text(encoding="utf-8"))
    return [
        one
        for one in said["responses"]
        if one["role"] in agent.roles
        and not agent.lost(one)
        and (one["delivered"] == "whole" or one["step"] in agent.partial)
    ]


def expected(agent: Agent, root: Path = LOGS) -> list[tuple[str, bool, Tokens]]:
    """Say what can be recovered: model, whether it was cut, and tokens."""
    rows = []
    for one in truth(agent, root):
        is_cut = one["delivered"] != "whole"
        tokens = agent.written(one)
        rows.append((one["model"], is_cut, (*tokens[:4], 0) if is_cut else tokens))
        if more := one.get("extra_iteration"):
            further = (more["input_tokens"], 0, 0, 0, more["output_tokens"])
            rows.append((more.get("model", one["model"]), False, further))
    return sorted(rows)


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: str(agent.folder))
def test_every_call_is_there_once_token_for_token(agent: Agent) -> None:
    """What was served and left a trace is found, each call once, each class as it was logged."""
    found = sorted(
        (call.kind.model, call.is_partial, call.tokens) for call in calls_of(read(agent))
    )

    assert found == expected(agent)


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: str(agent.folder))
def test_a_second_copy_of_a_home_changes_nothing(agent: Agent) -> None:
    """The same calls in another home, as on another machine, are the same calls."""
    here = agent.places(LOGS / agent.folder)
    copies = [place._replace(root=f"{place.root}/../{Path(place.root).name}") for place in here]

    once, twice = read_usage(here), read_usage([*here, *copies])

    assert calls_of(once) == calls_of(twice)


@pytest.mark.parametrize("agent", AGENTS[:2], ids=lambda agent: str(agent.folder))
def test_the_faster_decoders_say_the_same(agent: Agent) -> None:
    """With msgspec or without, rows and counters are equal."""
    plain = read(agent)
    fast.turn_on()
    try:
        quick = read(agent)
    finally:
        fast.turn_off()

    assert calls_of(plain) == calls_of(quick)
    assert plain.counters == quick.counters


def test_what_only_a_sum_knows_is_named() -> None:
    """Claude Code's title call and the answer cut before its first block are unlogged use."""
    said = json.loads((LOGS / AGENTS[0].folder / "truth.json").read_text(encoding="utf-8"))
    hidden = [
        exact(one["usage"])[:4]
        for one in said["responses"]
        if one["role"] == "background" or one["step"] == "cut"
    ]

    found = [tuple(one.tokens.values())[:4] for one in read(AGENTS[0]).unlogged]

    assert sorted(one for one in found if any(one)) == sorted(hidden)


def test_aider_is_marked_as_an_estimate() -> None:
    """What aider rounds or guesses is its own number, never the server's."""
    usage = read_usage([Place("aider", str(LOGS / "aider-0.86.2"))])

    assert tokens_of(usage) == [
        (2_500, 0, 0, 0, 4), (2_600, 0, 0, 0, 4), (16_000, 5_000, 0, 14_000, 5_000),
        (27_000, 0, 0, 0, 5_000),
    ]  # fmt: skip
    assert {flags & Flag.ESTIMATED for flags in usage.calls.flags} == {Flag.ESTIMATED}
    assert counted(usage)["second_records"] == 4


def test_a_session_of_vibe_is_its_last_sum() -> None:
    """Vibe's running sum goes on over a resume and holds every call once."""
    said = json.loads((LOGS / "vibe-3.0.2" / "truth.json").read_text(encoding="utf-8"))
    used = [folded(one["usage"]) for one in said["responses"]]

    usage = read_usage(places_of(str(LOGS / "vibe-3.0.2" / "home")))

    assert [call.tokens for call in calls_of(usage)] == [tuple(map(sum, zip(*used, strict=True)))]
    assert [call.kind.granularity for call in calls_of(usage)] == ["segment"]


@pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: str(agent.folder))
def test_the_logs_as_they_were_collected_say_the_same(agent: Agent, data_folder: Path) -> None:
    """The whole of the collected logs, of which these are a part, holds nothing else."""
    root = data_folder / "agent_logs"
    if not (root / agent.folder).is_dir():
        pytest.skip("these logs were collected here")
    found = sorted(
        (call.kind.model, call.is_partial, call.tokens) for call in calls_of(read(agent, root))
    )

    assert found == expected(agent, root)
