"""Nothing of what was said in a call is kept or shown: secrets are planted and looked for."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from usage_logs import LOGS, tokens_of

from advisor.load.usage.places import Place, places_of
from advisor.load.usage.reading import read_usage

HIDDEN = "swordfish"
NAMES = frozenset({
    "id", "model", "type", "timestamp", "sessionId", "requestId", "requestRef", "version", "cwd",
    "uuid", "stop_reason", "role", "subtype", "thread_id", "turn_id", "response_id", "session_id",
    "cli_version", "model_provider", "responseId", "provider", "api", "stopReason", "modelID",
    "providerID", "apiCallId", "modelProvider", "copilotVersion", "event.name", "kind", "time",
    "forked_from_id", "parent_thread_id", "service_tier", "speed", "inference_geo", "modelAlias",
    "agentId", "directory", "created_at", "agent_id", "worktree", "root", "model_name",
    "active_model", "working_directory", "start_time", "usageScope", "event.timestamp",
    "parent_session_id", "rollout_path",
})  # fmt: skip
"""Keys that are read, or that say where a thing lies: names of things, not what was said."""
AGENTS = sorted(
    path.name for path in LOGS.iterdir() if path.is_dir() and not path.name.startswith("aider")
)


def planted(value: Any, key: str = "") -> Any:
    """Put a secret into every text that isn't a name of something, and beside it as a new key."""
    if isinstance(value, dict):
        inner = {name: planted(one, name) for name, one in value.items()}
        return {**inner, "x_note": HIDDEN}
    if isinstance(value, list):
        return [planted(one, key) for one in value]
    if isinstance(value, str) and key not in NAMES:
        return f'{value} {HIDDEN} " \\ \n {HIDDEN}'
    return value


def plant(path: Path) -> None:
    """Put secrets into a log."""
    if path.suffix == ".db":
        plant_database(path)
        return
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        lines = [
            json.dumps(planted(json.loads(line))) for line in text.splitlines() if line.strip()
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif path.suffix == ".json" and path.name != "truth.json":
        path.write_text(json.dumps(planted(json.loads(text))), encoding="utf-8")


def plant_database(path: Path) -> None:
    """Put secrets into every column of text that isn't a name."""
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        tables = [name for (name,) in database.execute(
            "select name from sqlite_master where type='table' and name not like '%search%'"
        )]  # fmt: skip
        for table in tables:
            columns = database.execute(f'pragma table_info("{table}")').fetchall()
            for _, column, kind, *_ in columns:
                if "text" not in kind.lower() or column in NAMES or "id" in column:
                    continue
                for row, value in database.execute(
                    f'select rowid, "{column}" from "{table}" where "{column}" is not null'  # noqa: S608
                ).fetchall():
                    hidden = f"{value} {HIDDEN}"
                    if str(value).startswith("{"):
                        hidden = json.dumps(planted(json.loads(value)))
                    database.execute(
                        f'update "{table}" set "{column}"=? where rowid=?',  # noqa: S608
                        (hidden, row),
                    )


@pytest.mark.parametrize("agent", AGENTS)
def test_no_word_of_a_conversation_is_kept_or_shown(agent: str, tmp_path: Path) -> None:
    """With a secret in every text, the same calls are read and the secret is nowhere."""
    shutil.copytree(LOGS / agent, tmp_path / "logs")
    for path in (tmp_path / "logs").rglob("*"):
        if path.is_file():
            plant(path)
    homes = sorted((tmp_path / "logs").glob("home*"))
    store = tmp_path / "usage.db"
    places = [place for home in homes for place in places_of(str(home))]

    usage = read_usage(places, store=str(store))

    plain = [one for home in sorted((LOGS / agent).glob("home*")) for one in places_of(str(home))]
    calls = usage.calls
    shown = [calls.kinds, calls.sessions, usage.unlogged, usage.counters, usage.warnings]
    assert tokens_of(usage) == tokens_of(read_usage(plain))
    kept = b"".join(one.read_bytes() for one in tmp_path.glob("usage.db*"))
    assert HIDDEN not in repr(shown)
    assert HIDDEN.encode() not in kept


def test_no_word_of_aiders_history_is_kept_or_shown(tmp_path: Path) -> None:
    """A history is text through and through: only its lines of numbers are read."""
    history = tmp_path / ".aider.chat.history.md"
    said = (LOGS / "aider-0.86.2/project/.aider.chat.history.md").read_text(encoding="utf-8")
    history.write_text(
        said.replace("\n\n", f"\n{HIDDEN}\n> {HIDDEN}\n#### {HIDDEN}\n\n"), encoding="utf-8"
    )
    store = tmp_path / "usage.db"

    usage = read_usage([Place("aider", str(tmp_path))], store=str(store))

    assert len(usage.calls) == 4
    assert HIDDEN not in repr([usage.calls.kinds, usage.calls.sessions, usage.counters])
    assert HIDDEN.encode() not in store.read_bytes()
