"""Codex CLI: `sessions/Y/M/D/rollout-*.jsonl` and `archived_sessions/`, line by line.

`token_usage_record` lines are the calls, one each, by response id; the model is that of the turn.
Files, or the beginnings of files, that older versions wrote have `token_count` alone: there a call
is what a change of the running total says, `last_token_usage`. Older forks and sub-agents repeat
their parent's history: the longest common run of totals is dropped. Running totals are never added.
Source: measured on 0.148 to 0.171.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from advisor.load.usage.fast import shape
from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import FileReader
from advisor.load.usage.readers.codex_forks import drop_inherited, unwritten, written
from advisor.load.usage.readers.codex_lines import (
    CodexRecord,
    CodexTotals,
    CodexTurn,
    Head,
    line_of,
)
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import digest, identity, instant, parsed
from advisor.model.usage import Flag

PARSER = 1
_TYPE = re.compile(
    rb'\{"timestamp":"[^"]{20,40}",(?:"ordinal":\d+,)?"type":"'
    rb'(?:(token_usage_record")|(session_meta"|turn_context")'
    rb'|(event_msg","payload":\{"type":"(?:token_count|task_started)")|([a-z_]+"))'
)
_RECORD, _HEADS, _COUNTS, _OTHER = 1, 2, 3, 4
_BEGIN = b'{"timestamp":"'
_TYPED = b',"type":"'
_ITEM = b',"type":"response_item"'
_RECORDED = b',"type":"token_usage_re'
_EVENT = b',"type":"event_msg","pa'
_COUNTED = b',"type":"event_msg","payload":{"type":"token_count"'
_WORD = len(_ITEM)
_LONG = len(_COUNTED)
_COMPLETED = b',"type":"event_msg","payload":{"type":"item_complet'
_AS_COUNTS = b"}l"
"""What stands before the last two braces of counts and records: another one, or `null`."""
_USUAL = len(_BEGIN) + len("2026-11-20T10:00:00.000Z") + 1
"""Where a line says its type, if no number stands before it."""
_TAIL = 2_500
"""Bytes that a count takes at most."""
_END = 120
"""Bytes at a line's end that look like a count's in every count."""
_TURNS = 16
"""Turns whose model is remembered: a record belongs to one of the last few."""


def form(path: str) -> str:
    """Tell how a file is read: rollouts by lines, cold ones are compressed."""
    if "rollout-" not in path:
        return ""
    return "lines" if path.endswith(".jsonl") else "compressed" if path.endswith(".zst") else ""


class Reader(FileReader):
    """Reads one rollout."""

    def begin(self) -> None:
        """Go on with the thread, the models of turns and the running total."""
        carry = self.carry
        self.thread: str = carry.get("thread", "")
        self.models: dict[str, str] = carry.get("models", {})
        self.model: str = carry.get("model", "")
        self.about: list[str] = carry.get("about", ["", "", ""])
        self.total: tuple[int, ...] = tuple(carry.get("total", ()))
        self.started: int = carry.get("started", -1)
        self.has_records: bool = carry.get("records", False)
        self.seen = bytearray()
        self.at = _USUAL
        self.waiting: list[bytearray] = []
        self.shape = shape("codex")
        self.parts: dict[str, FilePart] = {}
        self.flags = Flag.SIDE if self.notes.get("is_side") else 0
        self.history = unwritten(self.notes.get("history", ""))

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from."""
        self.notes["history"] = written(self.history)
        return {
            "thread": self.thread, "model": self.model, "about": self.about,
            "models": dict(list(self.models.items())[-_TURNS:]), "total": list(self.total),
            "started": self.started, "records": self.has_records,
        }  # fmt: skip

    def lines(self, buffer: bytearray, begin: int, have: int, end: int) -> int:
        """Let items go, and counts that records make needless, if the type stands where it did."""
        find, take = buffer.find, self.take
        stop = find(b"\n", have, end)
        while stop >= 0:
            at = begin + self.at
            word = buffer[at : at + _WORD]
            if word == _RECORDED:
                self._record_line(buffer[begin:stop])
            elif (
                word == _EVENT and self.has_records and buffer[at + _WORD : at + _LONG] == _COUNTED
            ):
                pass
            elif not (
                (word == _ITEM or buffer[at : at + _LONG] == _COMPLETED)
                and buffer[stop - 2 : stop] == b"}}"
                and buffer[stop - 3] not in _AS_COUNTS
            ):
                take(buffer, begin, stop)
            begin = stop + 1
            stop = find(b"\n", begin, end)
        self.flush()
        return begin

    def take(self, buffer: bytearray, start: int, stop: int) -> None:
        """Look at the type, which stands at the head of a line; most lines are let go."""
        found = _TYPE.match(buffer, start, stop)
        kind = found.lastindex if found else 0
        if found and kind:
            self.at = found.start(kind) - start - len(_TYPED)
        if kind == _RECORD:
            self._record_line(buffer[start:stop])
        elif kind == _OTHER:
            if _is_glued(buffer, start, stop):
                self._line(buffer[start:stop])
        elif kind == _COUNTS:
            if not self.has_records:
                self._count_line(buffer[start:stop])
        elif kind or buffer.find(b'"type"', start, stop) >= 0:
            self._line(buffer[start:stop])

    def _record_line(self, line: bytearray) -> None:
        """Put a line that should be a record with those that are read together."""
        if self.shape and self.has_records:
            self.waiting.append(line)
        else:
            self._line(line)

    def flush(self) -> None:
        """Read the records that have waited, in the order in which they stand."""
        if not self.waiting:
            return
        lines, self.waiting = self.waiting, []
        try:
            records = self.shape.decode_records(lines) if self.shape else ()
        except ValueError:
            for line in lines:
                self._line(line)
        else:
            self._records(records)

    def _count_line(self, line: bytearray) -> None:
        """Let a count go whose totals are those of the last one, without parsing it."""
        begin = line.find(b'"total_token_usage"')
        totals = line[begin : line.find(b"}", begin)]
        if begin > 0 and totals == self.seen:
            self.rows.repeats += 1
            return
        self._line(line)
        self.seen = totals

    def _line(self, line: bytearray) -> None:
        """Read a line as exactly as possible, else what is left of it."""
        self.flush()
        try:
            said = self.shape.decode(line) if self.shape else line_of(parsed(line))
            self._take(said)
        except ValueError:
            for record in self.salvaged(line):
                self._take(line_of(record))

    def _take(self, said: CodexRecord | CodexTurn | CodexTotals | Head | int | None) -> None:
        if isinstance(said, CodexRecord):
            self._records((said,))
        elif isinstance(said, CodexTotals):
            self._count(said)
        elif isinstance(said, CodexTurn):
            self.model = said.model or self.model
            self.models.pop(said.turn, None)
            self.models[said.turn] = self.model
        elif isinstance(said, Head):
            self._head(said)
        elif said is not None:
            self.started = said or -1

    def _head(self, head: Head) -> None:
        """Take the file's own head; heads of ancestors are copied in behind it."""
        if self.thread and not (head.thread in self.path and self.thread not in self.path):
            return
        self.thread = self.notes["thread"] = head.thread
        self.about = [head.version, head.folder, head.provider]
        self.parts.clear()
        if head.parent:
            self.notes["parent"] = head.parent
            self.notes["forked"] = instant(head.timestamp)
            self.notes["is_side"] = head.is_side
            self.flags = Flag.SIDE if head.is_side else 0

    def _records(self, records: Sequence[CodexRecord]) -> None:
        """Take calls of today's versions, and compare the running total, which isn't added."""
        self.has_records = True
        known = self.notes.get("sum")
        for timestamp, turn, named, response, usage, running in records:
            thread = named or self.thread
            key = digest(f"codex {response or (thread, running)}")
            self._add(timestamp, usage, thread, key, self.models.get(turn) or self.model)
            if known is not None and known + usage[5] != running:
                self.count("running_total_differs")
            known = running
        self.notes["sum"] = known

    def _count(self, said: CodexTotals) -> None:
        """Take a call of older versions: what changed the running total."""
        if self.has_records or not said.total:
            return
        if said.total == self.total:
            self.rows.repeats += 1
            return
        last = said.last or self._difference(said.total)
        self.total = said.total
        key = identity("codex", self.thread, *said.total, *last)
        self.history.extend((key, *said.total, self.started, instant(said.timestamp)))
        if any(last[:4]):
            self._add(said.timestamp, last, self.thread, key, self.model)

    def _difference(self, total: tuple[int, ...]) -> tuple[int, ...]:
        """Return what a total grew by; a total that fell has begun anew."""
        if not self.total or any(new < old for new, old in zip(total, self.total, strict=True)):
            return total
        return tuple(new - old for new, old in zip(total, self.total, strict=True))

    def _add(
        self, timestamp: str, usage: tuple[int, ...], thread: str, key: int, model: str
    ) -> None:
        prompt, read, write, output, reasoning, _ = usage
        if read + write > prompt:
            read = min(prompt, read)
            write = min(prompt - read, write)
        found = self.parts.get(model)
        if found is None:
            version, project, provider = self.about
            found = self.parts[model] = FilePart(version, project, "", provider, model)
        self.rows.add(
            CallRow(
                found, thread or self.stem, instant(timestamp), key, 0, self.flags, 1,
                prompt - read - write, write, 0, read, output, reasoning, prompt,
            )
        )  # fmt: skip


def _is_glued(buffer: bytearray, start: int, stop: int) -> bool:
    """Tell whether a count was written behind half of another line, as after a crash."""
    end = max(start, stop - _END)
    if buffer.find(b'_tokens":', end, stop) < 0 and buffer.find(b'"plan_type":', end, stop) < 0:
        return False
    begun = buffer.rfind(_BEGIN, max(start + 1, stop - _TAIL), stop)
    found = _TYPE.match(buffer, begun, stop) if begun >= 0 else None
    return found is not None and found.lastindex in {_RECORD, _COUNTS}


def settle(found: FoundCalls) -> None:
    """Drop what older forks repeat of their parents, then what files hold of each other."""
    drop_inherited(found)
    found.drop_copies()
