"""Any value of a record may be of another kind than it should be: nothing falls over that."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from usage_logs import LOGS, calls_of

from advisor.load.usage import fast
from advisor.load.usage.places import Place, places_of
from advisor.load.usage.reading import read_usage

STRANGE: list[Any] = [
    None, "", "text", 0, -7, 5.5, 1e300, True, [], [1], {}, {"a": 1}, 10**30, "\ud83d",
    "2026-13-45",
]  # fmt: skip
AGENTS = sorted(path.name for path in LOGS.iterdir() if path.is_dir())


def changed(draw: random.Random, value: Any, rate: float) -> Any:
    """Put something strange in the place of some values, whatever they are."""
    if draw.random() < rate:
        return draw.choice(STRANGE)
    if isinstance(value, dict):
        return {name: changed(draw, one, rate) for name, one in value.items()}
    if isinstance(value, list):
        return [changed(draw, one, rate) for one in value]
    return value


def change(draw: random.Random, path: Path, rate: float) -> None:
    """Change values of a log."""
    if path.suffix == ".jsonl":
        lines = path.read_text(encoding="utf-8").splitlines()
        written = [json.dumps(changed(draw, json.loads(line), rate)) for line in lines if line]
        path.write_text("\n".join(written) + "\n", encoding="utf-8")
    elif path.suffix == ".json":
        said = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(changed(draw, said, rate)), encoding="utf-8")
    elif path.name == "opencode.db":
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            for row, data in database.execute("select rowid, data from message").fetchall():
                said = json.dumps(changed(draw, json.loads(data), rate))
                database.execute("update message set data=? where rowid=?", (said, row))


@pytest.mark.parametrize("decoders", [fast.turn_off, fast.turn_on], ids=["json", "msgspec"])
@pytest.mark.parametrize("rate", [0.02, 0.2])
@pytest.mark.parametrize("agent", AGENTS)
def test_strange_values_are_survived(
    agent: str, rate: float, decoders: Any, tmp_path: Path
) -> None:
    """With values replaced at random, a log is still read, and no count is below zero."""
    draw = random.Random(f"{agent} {rate}")  # noqa: S311
    shutil.copytree(LOGS / agent, tmp_path / "logs")
    for path in sorted((tmp_path / "logs").rglob("*")):
        if path.is_file():
            change(draw, path, rate)
    homes = sorted((tmp_path / "logs").glob("home*"))
    places = [place for home in homes for place in places_of(str(home))]
    decoders()
    try:
        usage = read_usage(places or [Place("aider", str(tmp_path))], store=str(tmp_path / "u.db"))
    finally:
        fast.turn_off()

    assert [call for call in calls_of(usage) if min(call.tokens) < 0] == []
    assert usage.warnings == []
