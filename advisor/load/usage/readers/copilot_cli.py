"""GitHub Copilot CLI: `session-state/*/events.jsonl` and `session-store.db`.

A call is a `session.usage_record`, by `apiCallId`; for sessions, or beginnings of sessions, that
have none, the database's `assistant_usage_events`; where there are neither, `session.shutdown`: a
sum of one run in older versions, of the whole session where it has watermarks. Prompts hold cached
and written tokens. A nano-AIU is 1e-11 USD.
"""

from __future__ import annotations

from sqlite3 import Connection
from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import JsonLines
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import identity, instant, part, text, whole
from advisor.model.usage import Flag

PARSER = 1
_USD_OF_NANO_AIU = 1e-11
_QUERY = """
select session_id, agent_id, model, input_tokens, output_tokens, cache_read_tokens,
  cache_write_tokens, reasoning_tokens, total_nano_aiu, created_at, id
from assistant_usage_events
"""


def form(path: str) -> str:
    """Tell how a file is read: events by lines, and the database."""
    if path.endswith("events.jsonl"):
        return "lines"
    return "database" if path.endswith("session-store.db") else ""


class Reader(JsonLines):
    """Reads the events of one session, or the database of all."""

    NEEDLES = (b'"session.usage_record"', b'"session.shutdown"', b'"session.start"')

    def begin(self) -> None:
        """Go on with the session."""
        self.about: list[str] = self.carry.get("about", ["", "", ""])

    def left(self) -> dict[str, Any]:
        """Return what the next run goes on from."""
        return {"about": self.about}

    def record(self, record: dict[str, Any]) -> None:
        """Take a head, a call or a sum."""
        data, kind = part(record, "data"), record.get("type")
        if kind == "session.start":
            self.about = [
                text(data.get("sessionId")), text(data.get("copilotVersion")),
                text(part(data, "context").get("cwd")),
            ]  # fmt: skip
        elif kind == "session.usage_record":
            self._call(record, part(data, "usage"))
        elif kind == "session.shutdown":
            self._sum(record, data)

    def _session(self) -> str:
        folders = self.path.replace("\\", "/").split("/")
        return self.about[0] or (folders[-2] if len(folders) > 1 else self.stem)

    def _call(self, record: dict[str, Any], usage: dict[str, Any]) -> None:
        name = (
            text(usage.get("apiCallId")) or text(part(usage, "accounting").get("usageId"))
            or text(record.get("id"))
        )  # fmt: skip
        self._add(
            usage, identity("copilot-cli", name), instant(record.get("timestamp")),
            FilePart(self.about[1], self.about[2], "", text(usage.get("modelProvider")),
                 text(usage.get("model"))),
            Flag.SIDE if record.get("agentId") else 0, 1, usage.get("totalNanoAiu"),
        )  # fmt: skip

    def _sum(self, record: dict[str, Any], data: dict[str, Any]) -> None:
        """Take the sum of a run, or of all runs of the session up to here."""
        marks = part(data, "usageAccountingWatermarks")
        is_cumulative, added = bool(marks), 0
        for model, metrics in part(data, "modelMetrics").items():
            if not isinstance(metrics, dict):
                continue
            usage = part(metrics, "usage")
            of = self._session() if is_cumulative else text(record.get("id"))
            self._add(
                usage, identity("copilot-cli", "sum", of, model), instant(record.get("timestamp")),
                FilePart(self.about[1], self.about[2], "", "", text(model), granularity="segment"),
                Flag.THIRD, whole(part(metrics, "requests").get("count")),
                metrics.get("totalNanoAiu"),
            )  # fmt: skip
            added += whole(usage.get("inputTokens")) + whole(usage.get("outputTokens"))
        calls = [row for row in self.rows.by_key.values() if not row.flags & Flag.THIRD]
        if calls and sum(whole(mark) for mark in marks.values()) == len(calls):
            self.count("session_sums_that_differ", int(added != sum(row.size for row in calls)))

    def _add(
        self,
        usage: dict[str, Any],
        key: int,
        moment: int,
        of: FilePart,
        flags: int,
        calls: int,
        credits_: Any,
    ) -> None:
        said = whole(usage.get("inputTokens"))
        read = min(said, whole(usage.get("cacheReadTokens")))
        write = min(said - read, whole(usage.get("cacheWriteTokens")))
        output = whole(usage.get("outputTokens"))
        if not said and not output:
            return
        cost = whole(credits_) * _USD_OF_NANO_AIU if whole(credits_) else float("nan")
        context = said if of.granularity == "call" else 0
        self.rows.add(
            CallRow(
                of, self._session(), moment, key, 0, flags, calls, said - read - write, write, 0,
                read, output, whole(usage.get("reasoningTokens")), context, cost,
            )
        )  # fmt: skip

    def database(self, connection: Connection) -> None:
        """Read the database's calls; they count where a session's events have none."""
        tables = {name for (name,) in connection.execute("select name from sqlite_master")}
        if "assistant_usage_events" not in tables:
            return
        folders: dict[str, str] = {}
        if "sessions" in tables:
            folders = dict(connection.execute("select id, cwd from sessions"))
        for (
            session,
            agent,
            model,
            said,
            output,
            read,
            write,
            thought,
            credits_,
            at,
            number,
        ) in connection.execute(_QUERY):
            self.about = [text(session), "", text(folders.get(session))]
            usage = {
                "inputTokens": said, "outputTokens": output, "cacheReadTokens": read,
                "cacheWriteTokens": write, "reasoningTokens": thought,
            }  # fmt: skip
            self._add(
                usage, identity("copilot-cli", "row", session, number, at), instant(at),
                FilePart("", self.about[2], "", "", text(model)),
                Flag.SECOND | (Flag.SIDE if agent else 0), 1, credits_,
            )  # fmt: skip


def settle(found: FoundCalls) -> None:
    """Take each session's best record, and copies once."""
    found.drop_copies()
    found.drop_second_best()
