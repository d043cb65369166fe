"""Kimi Code: `sessions/*/session_*/agents/*/wire.jsonl`, every call three times.

A call is a `usage.record`; the model is that of the `llm.request` before it, as the record has only
a person's own name for it. `inputOther` holds fresh and written tokens. A fork begins with a copy
of its parent's records, moments and all, up to a line that says so.
"""

from __future__ import annotations

from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import JsonLines
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import identity, instant, part, text, whole
from advisor.model.usage import Flag

PARSER = 1


def form(path: str) -> str:
    """Tell how a file is read: wires by lines."""
    return "lines" if path.endswith("wire.jsonl") else ""


class Reader(JsonLines):
    """Reads the wire of one agent of a session."""

    NEEDLES = (b'"usage.record"', b'"llm.request"', b'"type":"forked"')

    def begin(self) -> None:
        """Go on with the request that has no usage yet."""
        self.asked: list[str] = self.carry.get("asked", ["", ""])
        self.is_open: bool = self.carry.get("open", False)
        folders = self.path.replace("\\", "/").split("/")
        at = next((i for i, name in enumerate(folders) if name.startswith("session_")), 0)
        self.session = folders[at] if at else self.stem
        self.project = text(folders[at - 1]) if at else ""
        self.agent = folders[-2] if len(folders) > 1 else ""

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from."""
        return {"asked": self.asked, "open": self.is_open}

    def record(self, record: dict[str, Any]) -> None:
        """Take a request's model, or a call."""
        if record.get("type") == "llm.request":
            self.count("requests_without_usage", int(self.is_open))
            self.asked = [text(record.get("model")), text(record.get("provider"))]
            self.is_open = True
        elif record.get("type") == "usage.record":
            self.is_open = False
            self._call(record, part(record, "usage"))
        elif record.get("type") == "forked":
            self._disown()

    def _disown(self) -> None:
        """Leave the calls before a fork's mark to the session that made them."""
        rows = self.rows.by_key
        for key, row in rows.items():
            rows[key] = row._replace(flags=row.flags & ~Flag.OWN)

    def _call(self, record: dict[str, Any], usage: dict[str, Any]) -> None:
        fresh, read = whole(usage.get("inputOther")), whole(usage.get("inputCacheRead"))
        write, output = whole(usage.get("inputCacheCreation")), whole(usage.get("output"))
        if not fresh + read + write + output:
            return
        model, provider = self.asked
        flags = Flag.OWN if self.agent == "main" else Flag.OWN | Flag.SIDE
        key = identity(
            "kimi-code", self.agent, record.get("time"), text(record.get("model")), fresh, read,
            write, output,
        )  # fmt: skip
        self.rows.add(
            CallRow(
                FilePart("", self.project, "", provider, model or text(record.get("model"))),
                self.session, instant(record.get("time")), key, 0,
                flags, 1, fresh, write, 0, read, output, 0, fresh + read + write,
            )
        )  # fmt: skip


def settle(found: FoundCalls) -> None:
    """Count a call once, whatever files hold copies of it."""
    found.drop_copies()
