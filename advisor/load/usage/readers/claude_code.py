"""Claude Code: `projects/**/*.jsonl`, one line a block of an answer, every line with its usage.

A call is (message id, request id); where a gateway sends no request id, (message id, `requestRef`);
in old files without either, (message id, the input side). The largest record of a call wins.
`cost-state` lines are running sums over a session's runs and its forks: they are compared, never
added, and what they know beyond the lines is `unlogged`. Source: measured on 2.0 to 2.1.33x.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from advisor.load.usage.fast import shape
from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import FileReader
from advisor.load.usage.readers.claude_answer import Answer, Head, Pass, answer_of
from advisor.load.usage.readers.claude_repeats import Repeats
from advisor.load.usage.readers.claude_sums import unlogged_use
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import digest, dollars, identity, instant, part, text, whole
from advisor.model.usage import Flag

if TYPE_CHECKING:
    from advisor.load.usage.readers.claude_answer import AnswerLine

PARSER = 1
_UUID = "14f3b914-eb3a-4afb-a13f-747f914d213f"
_THIRD = len(f'{{"parentUuid":"{_UUID}","isSidechain":false')
_FOURTH = _THIRD + len(f',"promptId":"{_UUID}"')
"""Where the third and the fourth of a line's keys stand, if those before are as long as usual."""
_ATTACHED = b',"attachment":{'
_ASKED = b',"type":"user",'
_ANSWERED = b',"message":{"id'
_WORD = len(_ASKED)
_BLOB = b'{"type":"api-request-blob"'
_BLOB_WORD = len(_BLOB)
_HEAD = 400
_SKIPPED = (b"user", b"system", b"attachment")
_ANSWER = b'"type":"assistant"'
_TAIL = 800
"""Bytes at a line's end that tell whether an answer was written behind half of another line."""
_NEEDLE = b'"output_tokens"'
_SYNTHETIC = "<synthetic>"


def form(path: str) -> str:
    """Tell how a file is read: transcripts by lines, anything else not at all."""
    return "lines" if path.endswith(".jsonl") and not path.endswith("journal.jsonl") else ""


class Reader(FileReader):
    """Reads one transcript."""

    def begin(self) -> None:
        """Go on from what an earlier run left: requests without an answer, running sums."""
        self.asked: set[str] = set(self.carry.get("asked", ()))
        self.costs: list[list[Any]] = self.notes.setdefault("costs", [])
        self.parts: dict[Any, FilePart] = {}
        self.shape = shape("claude_code")
        self.last: Answer | None = None
        self.head: Head | None = None
        self.repeats = Repeats()

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from."""
        return {"asked": sorted(self.asked)[-500:]}

    def lines(self, buffer: bytearray, begin: int, have: int, end: int) -> int:
        """Let lines go that are no answer, where it stands at the usual place."""
        find, take = buffer.find, self.take
        stop = find(b"\n", have, end)
        while stop >= 0:
            at = begin + _THIRD
            word = buffer[at : at + _WORD]
            if word == _ANSWERED:
                if self.repeats.knows(buffer, begin, at, stop):
                    self.rows.repeats += 1
                else:
                    self._answer(buffer[begin:stop])
            elif (
                not (
                    word == _ATTACHED
                    or buffer[begin + _FOURTH : begin + _FOURTH + _WORD] == _ASKED
                    or buffer[begin : begin + _BLOB_WORD] == _BLOB
                )
                or find(_ANSWER, stop - _TAIL if stop - _TAIL > begin else begin, stop) >= 0
            ):
                take(buffer, begin, stop)
            begin = stop + 1
            stop = find(b"\n", begin, end)
        return begin

    def take(self, buffer: bytearray, start: int, stop: int) -> None:
        """Look at a line; only answers, sums and requests are more than looked at.

        Lines that begin as something else are looked at their end too: after a crash an answer may
        stand behind half of another line.
        """
        if buffer.startswith(b'{"parentUuid"', start):
            kind = buffer.find(b'"type":"', start, min(stop, start + _HEAD)) + 8
            if kind < 8 or not (
                buffer.startswith(_SKIPPED, kind) or buffer.startswith(b'"attachment":{', kind - 22)
            ):
                self._answer(buffer[start:stop])
                return
        elif buffer.startswith(b'{"type":"api-request', start):
            if buffer.startswith(b'",', start + 20):
                self._request(buffer[start : min(stop, start + _HEAD)])
        elif (
            buffer.find(_NEEDLE, start, stop) >= 0
            or buffer.find(b'"type":"cost-state"', start, min(stop, start + _HEAD)) >= 0
        ):
            self._answer(buffer[start:stop])
            return
        if buffer.find(_ANSWER, max(start, stop - _TAIL), stop) >= 0:
            self._answer(buffer[start:stop])

    def _request(self, head: bytearray) -> None:
        at = head.find(b'"id":"') + 6
        if at > 5:
            self.asked.add(head[at : head.find(b'"', at)].decode("ascii", "replace"))

    def _answer(self, line: bytearray) -> None:
        """Read a line that may hold an answer or a sum."""
        if self.shape:
            try:
                said = self.shape.decode(line)
            except ValueError:
                pass
            else:
                if self._call(said):
                    self.repeats.learn(line, _THIRD)
                return
        if _NEEDLE in line or b'"cost-state"' in line:
            for record in self.salvaged(line):
                self._record(record)

    def _record(self, record: Any) -> None:
        if not isinstance(record, dict):
            return
        if record.get("type") == "cost-state":
            self.flush()
            sums = {text(one): _sum_of(used) for one, used in part(record, "modelUsage").items()}
            self.costs.append([text(record.get("sessionId")), 0, sums])
        elif answer := answer_of(record):
            self._call(answer)

    def _call(self, line: AnswerLine) -> bool:
        """Take an answer; of its lines, which mostly follow each other, the largest is kept.

        Returns whether the line is the one that is kept.
        """
        last, head = self.last, line.head
        if last and head == self.head and any(head[:3]):
            self.rows.repeats += 1
            if line.output > last.output or line.is_finished > last.is_finished:
                self.last = line.answer()._replace(timestamp=last.timestamp)
                return True
            return False
        said = line.answer()
        if said.model == _SYNTHETIC:
            self.count("synthetic_answers")
            return False
        self.flush()
        self.last, self.head = said, head
        if self.costs and not self.costs[-1][1]:
            self._date_sums(instant(said.timestamp))
        return True

    def _date_sums(self, moment: int) -> None:
        """Note when the first call after a running sum was: calls before that are in it."""
        for cost in reversed(self.costs):
            if cost[1]:
                break
            cost[1] = moment

    def flush(self) -> None:
        """Add the answer whose lines were gathered to the rows."""
        if self.last:
            self.repeats.forget()
            row = self._row(self.last)
            passes, self.last = self.last.passes, None
            self.rows.add(self._with_passes(row, passes) if passes else row)

    def _row(self, said: Answer) -> CallRow:
        write = max(said.write, said.write_5m + said.write_1h)
        context = said.fresh + said.read + write
        flags = Flag.SIDE if said.is_side else 0
        if said.ref:
            flags |= Flag.REFERRED if said.is_finished else Flag.REFERRED | Flag.PARTIAL
            if said.ref in self.asked:
                self.asked.discard(said.ref)
                flags |= Flag.OWN
        name = said.request or said.ref or f"{said.fresh} {said.read} {write}"
        if not said.ident:
            name = f"{name} {said.timestamp} {context}"
        can_be_copied = said.ident and (said.request or not said.ref)
        return CallRow(
            self._part(said), text(said.session) or self.stem, instant(said.timestamp),
            digest(f"claude-code {said.ident} {name}"),
            digest(f"claude-code {said.ident}") if can_be_copied else 0, flags, 1,
            said.fresh, write - said.write_1h, said.write_1h, said.read, said.output,
            said.thinking, context, dollars(said.cost),
        )  # fmt: skip

    def _with_passes(self, row: CallRow, passes: Any) -> CallRow:
        """Add advisors and compactions as rows of their own: the call's numbers lack them.

        Returns the row with the prompt of its last pass, which is what its price goes by.
        """
        context = row.context
        for place, one in enumerate(passes):
            write = max(one.write, one.write_5m + one.write_1h)
            if one.type == "message":
                context = one.fresh + one.read + write
            elif one.type in {"advisor_message", "compaction"}:
                self.rows.add(_pass_row(row, one, place, write))
        return row._replace(context=context) if context != row.context else row

    def _part(self, said: Answer) -> FilePart:
        found = self.parts.get(said.said)
        if found is None:
            version, project, model, speed, tier, geo = map(text, said.said)
            found = FilePart(version, project, "", "", model, speed or "standard", tier, geo)
            self.parts[said.said] = found
        return found


def _pass_row(row: CallRow, one: Pass, place: int, write: int) -> CallRow:
    is_advice = one.type == "advisor_message"
    advised = row.part._replace(model=text(one.model) or row.part.model, speed="standard")
    return row._replace(
        part=advised if is_advice else row.part,
        key=identity(row.key, one.type, place),
        flags=row.flags | Flag.ITERATION,
        calls=int(is_advice),
        input=one.fresh,
        cache_write=write - one.write_1h,
        cache_write_1h=one.write_1h,
        cache_read=one.read,
        output=one.output,
        reasoning=0,
        context=one.fresh + one.read + write,
        cost=dollars(None),
    )


def _sum_of(used: Any) -> list[int]:
    """Read a model's running sum, in the order of the token classes of `advisor.token_classes`."""
    if not isinstance(used, dict):
        return [0] * 5
    hour = whole(used.get("cacheCreationEphemeral1hInputTokens"))
    written = max(
        whole(used.get("cacheCreationInputTokens")),
        hour + whole(used.get("cacheCreationEphemeral5mInputTokens")),
    )
    return [
        whole(used.get("inputTokens")), written - hour, hour,
        whole(used.get("cacheReadInputTokens")), whole(used.get("outputTokens")),
    ]  # fmt: skip


def settle(found: FoundCalls) -> None:
    """Drop side chains that replay a main line, then what files hold of each other."""
    found.unlogged += unlogged_use(found)
    found.drop_side_copies()
    found.drop_copies()
