"""Claude Code: `projects/**/*.jsonl`, one line a block of an answer, every line with its usage.

A call is (message id, request id); where a gateway sends no request id, (message id, `requestRef`);
in old files without either, (message id, the input side). The largest record of a call wins.
`cost-state` lines are running sums over a session's runs and its forks: they are compared, never
added, and what they know beyond the lines is `unlogged`. Source: measured on 2.0 to 2.1.33x.
"""

from __future__ import annotations

from typing import Any

from advisor.load.usage.found import Found
from advisor.load.usage.reader import FileReader
from advisor.load.usage.readers.claude_sums import unlogged_use
from advisor.load.usage.rows import Part, Row
from advisor.load.usage.values import identity, instant, listed, parsed, part, text, whole
from advisor.model.usage import Flag

PARSER = 1
_HEAD = 400
_SKIPPED = (b"user", b"system", b"attachment")
_NEEDLE = b'"output_tokens"'
_SYNTHETIC = "<synthetic>"


def form(path: str) -> str:
    """Tell how a file is read: transcripts by lines, anything else not at all."""
    is_transcript = path.endswith(".jsonl") and not path.endswith("journal.jsonl")
    return "lines" if is_transcript else ""


class Reader(FileReader):
    """Reads one transcript."""

    def begin(self) -> None:
        """Go on from what an earlier run left: requests without an answer, running sums."""
        self.asked: set[str] = set(self.carry.get("asked", ()))
        self.costs: list[list[Any]] = self.notes.setdefault("costs", [])
        self.parts: dict[tuple[str, ...], Part] = {}
        self.seen = (b"", b"", b"")

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from."""
        return {"asked": sorted(self.asked)[-500:]}

    def take(self, buffer: bytearray, start: int, stop: int) -> None:
        """Look at a line; only answers, sums and requests are more than looked at."""
        if buffer.startswith(b'{"parentUuid"', start):
            kind = buffer.find(b'"type":"', start, min(stop, start + _HEAD)) + 8
            if kind > 7 and buffer.startswith(_SKIPPED, kind):
                return
            if buffer.startswith(b'"attachment":{', kind - 22):
                return
        elif buffer.startswith(b'{"type":"', start):
            if buffer.startswith(b"api-request", start + 9):
                if buffer.startswith(b'",', start + 20):
                    self._request(bytes(buffer[start : min(stop, start + _HEAD)]))
                return
            if buffer.startswith(b"cost-state", start + 9):
                self._cost(bytes(buffer[start:stop]))
                return
        if buffer.find(_NEEDLE, start, stop) >= 0:
            self._answer(bytes(buffer[start:stop]))
        elif buffer.find(b'"type":"cost-state"', start, stop) >= 0:
            self._cost(bytes(buffer[start:stop]))

    def _request(self, head: bytes) -> None:
        at = head.find(b'"id":"') + 6
        if at > 5:
            self.asked.add(head[at : head.find(b'"', at)].decode("ascii", "replace"))

    def _cost(self, line: bytes) -> None:
        for record in self.salvaged(line):
            self._take(record)

    def _answer(self, line: bytes) -> None:
        """Read a line that may hold an answer; what was said in it is cut out before parsing."""
        head = line.find(b'"content":[')
        rest = line.rfind(b'],"stop_reason":')
        if 0 < head < rest:
            before, after = line[:head], line[rest:]
            place = after.find(b'"apiBlockIndex":')
            mark = after.find(b'"type":"assistant"')
            begin = before.find(b'"message":')
            seen = (before[begin:], after[:place], after[after.find(b",", place) : mark])
            if seen == self.seen and place > 0 and mark > 0:
                self.rows.repeats += 1
                return
            try:
                self._take(parsed(before + b'"content":[' + after))
            except ValueError:
                pass
            else:
                self.seen = seen
                return
        for record in self.salvaged(line):
            self._take(record)

    def _take(self, record: Any) -> None:
        if not isinstance(record, dict):
            return
        if record.get("type") == "assistant":
            self._call(record, record)
        elif record.get("type") == "progress":
            self._call(part(part(record, "data"), "message"), record)
        elif record.get("type") == "cost-state":
            sums = {
                text(model): _sum_of(used) for model, used in part(record, "modelUsage").items()
            }
            self.costs.append([text(record.get("sessionId")), 0, sums])

    def _call(self, said: dict[str, Any], line: dict[str, Any]) -> None:
        """Take the usage of an answer; `line` says where it stands."""
        message = part(said, "message")
        usage = message.get("usage")
        model = text(message.get("model"))
        if not isinstance(usage, dict):
            return
        if model == _SYNTHETIC:
            self.count("synthetic_answers")
            return
        moment = instant(said.get("timestamp")) or instant(line.get("timestamp"))
        written = part(usage, "cache_creation")
        hour = whole(written.get("ephemeral_1h_input_tokens"))
        split = hour + whole(written.get("ephemeral_5m_input_tokens"))
        write = max(whole(usage.get("cache_creation_input_tokens")), split)
        read, fresh = whole(usage.get("cache_read_input_tokens")), whole(usage.get("input_tokens"))
        request, ref = text(said.get("requestId")), text(said.get("requestRef"))
        ident = text(message.get("id"))
        flags = Flag.REFERRED if ref else Flag(0)
        if ref and (message.get("stop_reason") is None or "stop_details" not in message):
            flags |= Flag.PARTIAL
        if line.get("isSidechain") is True or said is not line:
            flags |= Flag.SIDE
        if ref in self.asked:
            self.asked.discard(ref)
            flags |= Flag.OWN
        name = request or ref or f"{fresh} {read} {write}"
        if not ident:
            name = f"{request or ref or moment} {model} {fresh} {read} {write}"
        row = Row(
            part=self._part(line, model, usage),
            session=text(line.get("sessionId")) or self.stem,
            ts=moment,
            key=identity("claude-code", ident, name),
            twin=identity("claude-code", ident) if ident and (request or not ref) else 0,
            flags=int(flags),
            input=fresh,
            cache_write=write - hour,
            cache_write_1h=hour,
            cache_read=read,
            output=whole(usage.get("output_tokens")),
            reasoning=whole(part(usage, "output_tokens_details").get("thinking_tokens")),
            context=fresh + read + write,
            cost=self.amount(line.get("costUSD")),
        )
        self._iterations(row, usage, said, line)

    def _iterations(
        self, row: Row, usage: dict[str, Any], said: dict[str, Any], line: dict[str, Any]
    ) -> None:
        """Add passes that the call's own numbers leave out: advisors and compactions."""
        context = row.context
        for place, one in enumerate(listed(usage.get("iterations"))):
            if not isinstance(one, dict):
                continue
            kind = one.get("type")
            fresh, read = whole(one.get("input_tokens")), whole(one.get("cache_read_input_tokens"))
            written = part(one, "cache_creation")
            hour = whole(written.get("ephemeral_1h_input_tokens"))
            write = max(
                whole(one.get("cache_creation_input_tokens")),
                hour + whole(written.get("ephemeral_5m_input_tokens")),
            )
            if kind == "message":
                context = fresh + read + write
            if kind not in {"advisor_message", "compaction"}:
                continue
            is_advice = kind == "advisor_message"
            of = row.part
            if is_advice:
                model = text(one.get("model")) or of.model
                of = of._replace(model=model, speed="standard")
            self.rows.add(
                row._replace(
                    part=of,
                    key=identity(row.key, kind, place),
                    twin=0 if not row.twin else row.twin,
                    flags=row.flags | Flag.ITERATION,
                    calls=int(is_advice),
                    input=fresh,
                    cache_write=write - hour,
                    cache_write_1h=hour,
                    cache_read=read,
                    output=whole(one.get("output_tokens")),
                    reasoning=0,
                    context=fresh + read + write,
                    cost=self.amount(None),
                )
            )
        self.rows.add(row._replace(context=context) if context != row.context else row)
        for cost in reversed(self.costs):
            if cost[1]:
                break
            cost[1] = row.ts

    def _part(self, line: dict[str, Any], model: str, usage: dict[str, Any]) -> Part:
        known = (
            text(line.get("version")), text(line.get("cwd")), model, text(usage.get("speed")),
            text(usage.get("service_tier")), text(usage.get("inference_geo")),
        )  # fmt: skip
        found = self.parts.get(known)
        if found is None:
            version, project, model, speed, tier, geo = known
            found = self.parts[known] = Part(
                version, project, "", "", model, speed or "standard", tier, geo
            )
        return found


def _sum_of(used: Any) -> list[int]:
    """Read a model's running sum in the order of token classes of `advisor.units`."""
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


def settle(found: Found) -> None:
    """Drop side chains that replay a main line, then what files hold of each other."""
    found.unlogged += unlogged_use(found)
    found.drop_side_copies()
    found.drop_copies()
