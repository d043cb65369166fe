"""pi: `sessions/**/*.jsonl`, one line an answer; classes are disjoint, the 1-hour part is named.

A call is its `responseId`, else the entry's id and moment: forks copy lines with both. A cut answer
is kept by the agent, with its input and a placeholder for its output. Google's tool prompts are in
`totalTokens` alone.
"""

from __future__ import annotations

from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import JsonLines
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import dollars, identity, instant, part, text, whole
from advisor.model.usage import Flag

PARSER = 1
_CUT = {"error", "aborted"}


def form(path: str) -> str:
    """Tell how a file is read: sessions by lines."""
    return "lines" if path.endswith(".jsonl") else ""


class Reader(JsonLines):
    """Reads one session."""

    NEEDLES = (b'"usage"', b'"type":"session"')

    def begin(self) -> None:
        """Go on with the session and its folder."""
        self.session: str = self.carry.get("session", "")
        self.project: str = self.carry.get("project", "")

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from."""
        return {"session": self.session, "project": self.project}

    def record(self, record: dict[str, Any]) -> None:
        """Take a head or an answer."""
        if record.get("type") == "session":
            self.session, self.project = text(record.get("id")), text(record.get("cwd"))
            return
        message = part(record, "message")
        usage = part(message, "usage")
        if message.get("role") != "assistant" or not usage:
            return
        fresh, read = whole(usage.get("input")), whole(usage.get("cacheRead"))
        write, output = whole(usage.get("cacheWrite")), whole(usage.get("output"))
        hour = min(write, whole(usage.get("cacheWrite1h")))
        beyond = max(0, whole(usage.get("totalTokens")) - fresh - read - write - output)
        if beyond and "google" in text(message.get("api")):
            fresh += beyond
        elif beyond:
            self.count("total_differs")
        if not fresh + read + write + output:
            self.count("answers_without_usage")
            return
        moment = text(record.get("timestamp"))
        response = text(message.get("responseId"))
        name = response or f"{text(record.get('id'))} {moment}"
        model, provider = text(message.get("model")), text(message.get("provider"))
        is_cut = message.get("stopReason") in _CUT
        self.rows.add(
            CallRow(
                FilePart("", self.project, "", provider, model), self.session or self.stem,
                instant(moment) or instant(message.get("timestamp")), identity("pi", name), 0,
                Flag.PARTIAL if is_cut else 0, 1, fresh, write - hour, hour, read, output,
                whole(usage.get("reasoning")), fresh + read + write,
                dollars(part(usage, "cost").get("total")),
            )
        )  # fmt: skip


def settle(found: FoundCalls) -> None:
    """Count a call once that a session and its forks hold."""
    found.drop_copies()
