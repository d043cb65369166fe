"""Qwen Code: `projects/*/chats/*.jsonl`; sub-agents' lines lie in `projects/*/subagents/`.

A call is a `qwen-code.api_response`, by response id; those of sub-agents stand in their parent's
chat. Where a version wrote none, the usage of assistant lines is taken. Prompts hold cached and
written tokens, output the thoughts. `usage_record.jsonl` is a running sum: compared, never added.
"""

from __future__ import annotations

from typing import Any

from advisor.load.usage.found import FoundCalls
from advisor.load.usage.reader import JsonLines
from advisor.load.usage.rows import CallRow, FilePart
from advisor.load.usage.values import identity, instant, part, text, whole
from advisor.model.usage import Flag

PARSER = 1
_EVENT = "qwen-code.api_response"


def form(path: str) -> str:
    """Tell how a file is read: everything by lines."""
    return "lines" if path.endswith(".jsonl") else ""


class Reader(JsonLines):
    """Reads one chat, a sub-agent's lines, or the running sums."""

    NEEDLES = (b'"qwen-code.api_response"', b'"usageMetadata"', b'"totalTokens"')

    def record(self, record: dict[str, Any]) -> None:
        """Take a call from where it stands."""
        event = part(part(record, "systemPayload"), "uiEvent")
        if event.get("event.name") == _EVENT:
            counts = (
                "input_token_count", "cached_content_token_count", "output_token_count",
                "thoughts_token_count",
            )  # fmt: skip
            is_side = bool(event.get("subagent_id"))
            name = text(event.get("response_id")) or text(record.get("uuid"))
            model = text(event.get("model"))
            self._call(record, event, counts, name, model, Flag.SIDE if is_side else 0)
        elif record.get("type") == "assistant":
            counts = (
                "promptTokenCount", "cachedContentTokenCount", "candidatesTokenCount",
                "thoughtsTokenCount",
            )  # fmt: skip
            side = Flag.SIDE if record.get("isSidechain") is True else 0
            name, model = text(record.get("uuid")), text(record.get("model"))
            usage = part(record, "usageMetadata")
            self._call(record, usage, counts, name, model, Flag.SECOND | side)
        elif "models" in record and "startTime" in record:
            used = [one for one in part(record, "models").values() if isinstance(one, dict)]
            self.notes.setdefault("sums", {})[text(record.get("sessionId"))] = [
                sum(whole(one.get(name)) for one in used)
                for name in ("inputTokens", "outputTokens")
            ]

    def _call(
        self,
        record: dict[str, Any],
        usage: dict[str, Any],
        counts: tuple[str, ...],
        name: str,
        model: str,
        flags: int,
    ) -> None:
        said, read, output, thoughts = (whole(usage.get(count)) for count in counts)
        if not said and not output:
            return
        read = min(read, said)
        version, project = text(record.get("version")), text(record.get("cwd"))
        self.rows.add(
            CallRow(
                FilePart(version, project, "", "", model),
                text(record.get("sessionId")) or self.stem,
                instant(record.get("timestamp")), identity("qwen-code", name), 0, flags, 1,
                said - read, 0, 0, read, output, thoughts, said,
            )
        )  # fmt: skip


def settle(found: FoundCalls) -> None:
    """Leave assistant lines out where calls are recorded, and copies of calls."""
    found.compare_sums()
    found.drop_second_best()
    found.drop_copies()
