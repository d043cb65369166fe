"""Mistral Vibe: `unified/SESSION/generations/*/projection-state.json`, a session's sum.

Calls stand in journals, twice each, and journals are dropped as a session goes on: the sum in the
newest generation is all that lasts. It goes on over resumes. `inputTokens` holds cached tokens.
"""

from __future__ import annotations

import os
from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import FileReader
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import identity, instant, parsed, part, text, whole

PARSER = 1


def form(path: str) -> str:
    """Tell how a file is read: the states of generations as documents."""
    return "document" if os.path.basename(path) == "projection-state.json" else ""


class Reader(FileReader):
    """Reads the state of one generation of a session."""

    def document(self, data: bytes) -> None:
        """Take the session's running sum."""
        for record in self.salvaged(data) if data.strip() else ():
            usage = part(part(part(record, "snapshot"), "session"), "tokenUsage")
            said, output = whole(usage.get("inputTokens")), whole(usage.get("outputTokens"))
            if not said and not output:
                continue
            about = self._about()
            session = text(record.get("session_id")) or text(about.get("session_id"))
            read = min(said, whole(usage.get("cachedInputTokens")))
            config = part(about, "config")
            model = text(config.get("model_name")) or text(config.get("active_model"))
            project = text(part(about, "environment").get("working_directory"))
            moment = instant(about.get("start_time"))
            if about.get("parent_session_id"):
                self.count("sessions_with_a_parent")
            self.rows.add(
                CallRow(
                    FilePart("", project, "", "", model, granularity="segment"), session, moment,
                    identity("vibe", session), 0, 0, 0, said - read, 0, 0, read, output,
                )
            )  # fmt: skip

    def _about(self) -> dict[str, Any]:
        """Return what is said of the session beside its generations."""
        folder = os.path.dirname(os.path.dirname(os.path.dirname(self.path)))
        try:
            with open(os.path.join(folder, "meta.json"), "rb") as beside:
                return part({"it": parsed(beside.read(1 << 20))}, "it")
        except (OSError, ValueError):
            return {}


def settle(found: FoundCalls) -> None:
    """Take the largest sum of each session."""
    found.drop_copies("older_sums")
