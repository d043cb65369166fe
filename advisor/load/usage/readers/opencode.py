"""OpenCode: `opencode.db`, table `message`; older versions wrote one JSON file a message.

A call is (moment of creation, model, tokens): forks copy messages under new ids, with everything
else as it was. `output` leaves reasoning out, whatever the provider. Session sums hold what a fork
copied: they are compared, never added. 1-hour cache writes are written and priced as 5-minute ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from sqlite3 import Connection
from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import FileReader
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import dollars, identity, instant, parsed, part, text, whole
from advisor.model.usage import Flag

PARSER = 1


def form(path: str) -> str:
    """Tell how a file is read: the database, and messages of older versions."""
    plain = path.replace("\\", "/")
    name = plain.rpartition("/")[2]
    if name.startswith("opencode") and name.endswith(".db"):
        return "database"
    return "document" if "/storage/message/" in plain and name.endswith(".json") else ""


class Reader(FileReader):
    """Reads one database, or one message."""

    def database(self, connection: Connection) -> None:
        """Read every assistant message."""
        tables = {name for (name,) in connection.execute("select name from sqlite_master")}
        if "message" not in tables:
            return
        about: dict[str, tuple[str, str, bool]] = {}
        sums: dict[str, int] = {}
        if "session" in tables:
            about, sums = self._sessions(connection)
        query = "select session_id, data from message where data like '%\"assistant\"%'"
        for session, data in connection.execute(query):
            try:
                message = parsed(data if isinstance(data, bytes) else str(data).encode())
            except ValueError:
                self.count("unreadable_lines")
                continue
            if isinstance(message, dict):
                used = self._call(message, text(session), about.get(session, ("", "", False)))
                sums[session] = sums.get(session, 0) - used
        self.counts.pop("session_sums_that_differ", None)
        self.count("session_sums_that_differ", sum(1 for rest in sums.values() if rest))

    def _sessions(
        self, connection: Connection
    ) -> tuple[dict[str, tuple[str, str, bool]], dict[str, int]]:
        """Read version, folder and parent of sessions, and the sums of those that have them."""
        columns = {row[1] for row in connection.execute("pragma table_info(session)")}
        wanted = ("id", "version", "directory", "parent_id")
        sums = ("tokens_input", "tokens_cache_read", "tokens_cache_write", "tokens_output",
                "tokens_reasoning")  # fmt: skip
        names = [name if name in columns else f"null as {name}" for name in (*wanted, *sums)]
        about, added = {}, {}
        for row in connection.execute(f"select {', '.join(names)} from session"):  # noqa: S608
            about[row[0]] = (text(row[1]), text(row[2]), row[3] is not None)
            added[row[0]] = sum(whole(value) for value in row[4:])
        return about, added

    def document(self, data: bytes) -> None:
        """Read one message of an older version."""
        messages: Iterable[Any] = self.salvaged(data) if data.strip() else ()
        for message in messages:
            if isinstance(message, dict):
                self._call(message, text(message.get("sessionID")), ("", "", False))

    def _call(self, message: dict[str, Any], session: str, about: tuple[str, str, bool]) -> int:
        """Take a message, if it is an answer; return its tokens."""
        if message.get("role") != "assistant":
            return 0
        tokens = part(message, "tokens")
        cache = part(tokens, "cache")
        thoughts = whole(tokens.get("reasoning"))
        fresh, output = whole(tokens.get("input")), whole(tokens.get("output")) + thoughts
        read, write = whole(cache.get("read")), whole(cache.get("write"))
        if not fresh + read + write + output:
            self.count("answers_without_usage")
            return 0
        if "total" in tokens and whole(tokens["total"]) != fresh + read + write + output:
            self.count("total_differs")
        version, folder, is_side = about
        created = part(message, "time").get("created")
        model = text(message.get("modelID"))
        key = identity("opencode", created, model, fresh, read, write, output, thoughts)
        project = folder or text(part(message, "path").get("cwd"))
        self.rows.add(
            CallRow(
                FilePart(version, project, "", text(message.get("providerID")), model),
                session or self.stem, instant(created), key, 0, Flag.SIDE if is_side else 0, 1,
                fresh, write, 0, read, output, thoughts, fresh + read + write,
                dollars(message.get("cost")),
            )
        )  # fmt: skip
        return fresh + read + write + output


def settle(found: FoundCalls) -> None:
    """Count messages once that forks copied."""
    found.drop_copies("copies_in_forks")
