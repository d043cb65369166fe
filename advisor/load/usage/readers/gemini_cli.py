"""Gemini CLI: `tmp/PROJECT/chats/**`, JSON lines since 0.39, one JSON document before.

A call is (session, message id); an answer is written again when its tools have run, and all of them
after a resume: the last record wins. `input` holds the cached tokens, `output` leaves `thoughts`
out, `tool` stands beside `input`. An answer without output was cut. Resumed sessions are deleted by
the agent itself at its next start: only what was read before that is known.
"""

from __future__ import annotations

from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import JsonLines
from advisor.load.usage.rows import CallRow, FilePart, better
from advisor.load.usage.values import identity, instant, listed, part, text, whole
from advisor.model.usage import Flag

PARSER = 1


def form(path: str) -> str:
    """Tell how a file is read: chats by lines, older ones as documents."""
    plain = path.replace("\\", "/")
    if "/chats/" not in plain and not plain.rpartition("/")[2].startswith("session-"):
        return ""
    return "lines" if path.endswith(".jsonl") else "document" if path.endswith(".json") else ""


class Reader(JsonLines):
    """Reads one chat."""

    NEEDLES = (b'"tokens"', b'"sessionId"')

    def begin(self) -> None:
        """Go on with the session."""
        self.session: str = self.carry.get("session", "")
        self.is_side: bool = self.carry.get("side", False)
        folders = self.path.replace("\\", "/").split("/chats/")[0].split("/")
        self.project = text(folders[-1])

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from."""
        return {"session": self.session, "side": self.is_side}

    def document(self, data: bytes) -> None:
        """Read a chat of older versions."""
        for record in self.salvaged(data) if data.strip() else ():
            if isinstance(record, dict):
                self.record(record)

    def record(self, record: dict[str, Any]) -> None:
        """Take a head, an answer, or a repetition of all messages."""
        if "sessionId" in record:
            self.session = text(record["sessionId"]) or self.session
            self.is_side = record.get("kind") == "subagent"
        changed = part(record, "$set")
        if "sessionId" in changed:
            self.session = text(changed["sessionId"]) or self.session
        for message in (
            record, *listed(record.get("messages")), *listed(changed.get("messages"))
        ):  # fmt: skip
            if isinstance(message, dict) and isinstance(message.get("tokens"), dict):
                self._answer(message, message["tokens"])

    def _answer(self, message: dict[str, Any], tokens: dict[str, Any]) -> None:
        said, tool = whole(tokens.get("input")), whole(tokens.get("tool"))
        read = min(said, whole(tokens.get("cached")))
        thoughts = whole(tokens.get("thoughts"))
        output = whole(tokens.get("output")) + thoughts
        if "total" in tokens and whole(tokens["total"]) != said + output + tool:
            self.count("total_differs")
        if not said and not output:
            return
        session = self.session or self.stem
        key = identity("gemini-cli", session, text(message.get("id")))
        flags = (Flag.SIDE if self.is_side else 0) | (0 if output else Flag.PARTIAL)
        row = CallRow(
            FilePart("", self.project, "", "", text(message.get("model"))), session,
            instant(message.get("timestamp")), key, 0, flags, 1, said - read + tool, 0, 0, read,
            output, thoughts, said + tool,
        )  # fmt: skip
        known = self.rows.by_key.get(key)
        if known is not None and (output or not known.output):
            self.rows.repeats += 1
            self.rows.by_key[key] = row._replace(ts=better(known, row).ts)
        else:
            self.rows.add(row)


def settle(found: FoundCalls) -> None:
    """Count a call once that a chat and its older form or its copy hold."""
    found.drop_copies()
