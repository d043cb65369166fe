"""Cline's command line: `data/sessions/ID/ID.messages.json`, written anew as a whole each time.

A call is a message with `metrics`, by its id; `inputTokens` holds what was cached. `ID.json` has
the session's sums: compared, never added. A cut answer leaves nothing.
"""

from __future__ import annotations

import os
from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import FileReader
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import dollars, identity, instant, listed, parsed, part, text, whole

PARSER = 1
_MESSAGES = ".messages.json"


def form(path: str) -> str:
    """Tell how a file is read: messages and sums as documents."""
    folder, name = os.path.split(path)
    is_session = os.path.basename(os.path.dirname(folder)) == "sessions"
    return "document" if is_session and name.endswith(".json") else ""


class Reader(FileReader):
    """Reads the messages or the sums of one session."""

    def document(self, data: bytes) -> None:
        """Read a file as it was last written."""
        for record in self.salvaged(data) if data.strip() else ():
            if not isinstance(record, dict):
                continue
            if self.path.endswith(_MESSAGES):
                self._messages(record)
            else:
                self._sums(record)

    def _sums(self, record: dict[str, Any]) -> None:
        usage = part(part(record, "metadata"), "usage")
        if usage:
            self.notes["sums"] = {
                text(record.get("session_id")): [
                    whole(usage.get("inputTokens")), whole(usage.get("outputTokens"))
                ]
            }  # fmt: skip

    def _messages(self, record: dict[str, Any]) -> None:
        session = text(record.get("sessionId")) or self.stem
        version, project = text(part(record, "origin").get("version")), self._folder()
        for message in listed(record.get("messages")):
            metrics, model = part(message, "metrics"), part(message, "modelInfo")
            said, output = whole(metrics.get("inputTokens")), whole(metrics.get("outputTokens"))
            if not said and not output:
                continue
            read = min(said, whole(metrics.get("cacheReadTokens")))
            write = min(said - read, whole(metrics.get("cacheWriteTokens")))
            name = text(message.get("id")) or f"{session} {message.get('ts')}"
            self.rows.add(
                CallRow(
                    FilePart(
                        version, project, "", text(model.get("provider")), text(model.get("id"))
                    ),
                    session, instant(message.get("ts")),
                    identity("cline", name, message.get("ts")), 0, 0, 1, said - read - write, write,
                    0, read, output, 0, said, dollars(metrics.get("cost")),
                )
            )  # fmt: skip

    def _folder(self) -> str:
        """Return the session's folder of work, which stands in the file of its sums."""
        try:
            with open(self.path.removesuffix(_MESSAGES) + ".json", "rb") as beside:
                return text(part({"it": parsed(beside.read(1 << 20))}, "it").get("cwd"))
        except (OSError, ValueError):
            return ""


def settle(found: FoundCalls) -> None:
    """Count messages once, whatever files hold copies of them."""
    found.compare_sums()
    found.drop_copies()
