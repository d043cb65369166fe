"""aider: `.aider.chat.history.md` of a project, and what `--analytics-log` writes; estimated.

The history has one line of tokens an answer, in two digits; "sent" holds cached and written tokens.
Streamed answers, which are the usual ones, hold aider's own count, not the server's. Times are
local, without a zone, and only those of a chat's start. The log is more exact and knows no model:
it counts where the history has no answer that rounds to the same.
"""

from __future__ import annotations

import os
import re
from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import FileReader
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import dollars, identity, instant, part, text, whole
from advisor.model.usage import Flag

PARSER = 1
_HISTORY = ".aider.chat.history.md"
_STARTED = "# aider chat started at "
_MODEL = re.compile(r"> (?:Main m|M)odel: (\S+) ")
_VERSION = re.compile(r"> Aider v(\S+)")
_TOKENS = re.compile(
    r"> Tokens: (?P<sent>[\d.]+[kM]?) sent"
    r"(?:, (?P<write>[\d.]+[kM]?) cache write)?(?:, (?P<read>[\d.]+[kM]?) cache hit)?"
    r", (?P<received>[\d.]+[kM]?) received\.(?P<rest>.*)"
)
_COST = re.compile(r"Cost: \$(?P<cost>[\d.]+) message")
_SCALES = {"k": 1_000, "M": 1_000_000}


def form(path: str) -> str:
    """Tell how a file is read: histories and analytics logs by lines."""
    name = os.path.basename(path)
    is_log = "analytics" in name and name.endswith(".jsonl")
    return "lines" if name == _HISTORY or is_log else ""


class Reader(FileReader):
    """Reads one project's history, or one log."""

    def begin(self) -> None:
        """Go on with the chat."""
        self.chat: list[Any] = self.carry.get("chat", [0, 0, "", ""])
        self.project = text(os.path.dirname(self.path))
        self.last = 0

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from."""
        return {"chat": self.chat}

    def take(self, buffer: bytearray, start: int, stop: int) -> None:
        """Take a line of a history, or an event of a log."""
        if buffer.startswith((b"> ", b"# aider", b"Cost: "), start):
            self._said(bytes(buffer[start:stop]).decode("utf-8", "replace").rstrip())
        elif buffer.find(b'"message_send"', start, stop) >= 0:
            for record in self.salvaged(bytes(buffer[start:stop])):
                if isinstance(record, dict) and record.get("event") == "message_send":
                    self._event(record, part(record, "properties"))

    def _said(self, line: str) -> None:
        if line.startswith(_STARTED):
            self.chat = [instant(line.removeprefix(_STARTED)), 0, self.chat[2], self.chat[3]]
        elif found := _VERSION.match(line):
            self.chat[3] = text(found[1])
        elif found := _MODEL.match(f"{line} "):
            self.chat[2] = text(found[1])
        elif found := _TOKENS.match(line):
            self._answer(found)
        elif found := _COST.match(line):
            self._price(float(found["cost"]))

    def _answer(self, found: re.Match[str]) -> None:
        started, number, model, version = self.chat
        self.chat[1] = number + 1
        sent, read, write, received = (
            _rounded(found[name]) for name in ("sent", "read", "write", "received")
        )
        read = min(sent, read)
        write = min(sent - read, write)
        cost = _COST.search(found["rest"])
        self.last = identity("aider", started, number, model, sent, received)
        self.rows.add(
            CallRow(
                FilePart(version, self.project, "", "", model), str(started), started + number,
                self.last, _twin(sent, received), Flag.ESTIMATED, 1, sent - read - write, write, 0,
                read, received, 0, sent, float(cost["cost"]) if cost else float("nan"),
            )
        )  # fmt: skip

    def _price(self, cost: float) -> None:
        """Take the price of the answer before, which may stand on a line of its own."""
        row = self.rows.by_key.get(self.last)
        if row is not None:
            self.rows.by_key[row.key] = row._replace(cost=cost)

    def _event(self, record: dict[str, Any], said: dict[str, Any]) -> None:
        sent, received = whole(said.get("prompt_tokens")), whole(said.get("completion_tokens"))
        moment = instant(record.get("time"))
        self.rows.add(
            CallRow(
                FilePart("", "", "", "", text(said.get("main_model"))), "analytics", moment,
                identity("aider", record.get("time"), sent, received, said.get("total_cost")),
                _twin(*(_rounded(_written(count)) for count in (sent, received))),
                Flag.ESTIMATED | Flag.SECOND, 1, sent, 0, 0, 0, received, 0, sent,
                dollars(said.get("cost")),
            )
        )  # fmt: skip


def _rounded(said: str | None) -> int:
    if not said:
        return 0
    try:
        return round(float(said.rstrip("kM")) * _SCALES.get(said[-1], 1))
    except ValueError:
        return 0


def _written(count: int) -> str:
    """Write a count as aider does: 950, 2.6k, 27k."""
    if count < 1_000:
        return str(count)
    return f"{count / 1_000:.1f}k" if count < 10_000 else f"{round(count / 1_000)}k"


def _twin(sent: int, received: int) -> int:
    return identity("aider", sent, received)


def settle(found: FoundCalls) -> None:
    """Leave logged answers out that a history has too, one for one."""
    found.drop_copies()
    flags, twins = found.column("flags"), found.column("twin")
    known: dict[int, int] = {}
    for row, flag in enumerate(flags):
        if found.keep[row] and not flag & Flag.SECOND:
            known[twins[row]] = known.get(twins[row], 0) + 1
    doubles = []
    for row, flag in enumerate(flags):
        if flag & Flag.SECOND and known.get(twins[row], 0):
            known[twins[row]] -= 1
            doubles.append(row)
    found.drop(doubles, "second_records")
