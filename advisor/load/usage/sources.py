"""The only list of sources: what can be read, where it lies, and which module reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Source(NamedTuple):
    """A source: the module that reads it, and its folders or files below a person's home.

    `is_agent` is false for exports of vendors and gateways, which have no place of their own.
    """

    module: str
    places: tuple[str, ...] = ()
    is_agent: bool = True


_READERS = "advisor.load.usage.readers"
SOURCES: Mapping[str, Source] = {
    "claude-code": Source(
        f"{_READERS}.claude_code",
        (
            ".claude/projects", ".config/claude/projects",
            ".config/Claude/local-agent-mode-sessions",
            "Library/Application Support/Claude/local-agent-mode-sessions",
            "AppData/Roaming/Claude/local-agent-mode-sessions",
        ),
    ),
    "codex": Source(f"{_READERS}.codex", (".codex/sessions", ".codex/archived_sessions")),
    "gemini-cli": Source(f"{_READERS}.gemini_cli", (".gemini/tmp",)),
    "opencode": Source(f"{_READERS}.opencode", (".local/share/opencode",)),
    "copilot-cli": Source(
        f"{_READERS}.copilot_cli", (".copilot/session-state", ".copilot/session-store.db")
    ),
    "qwen-code": Source(
        f"{_READERS}.qwen_code", (".qwen/projects", ".qwen/usage_record.jsonl")
    ),
    "kimi-code": Source(f"{_READERS}.kimi_code", (".kimi-code/sessions",)),
    "pi": Source(f"{_READERS}.pi", (".pi/agent/sessions",)),
    "aider": Source(f"{_READERS}.aider"),
    "cline": Source(f"{_READERS}.cline", (".cline/data/sessions",)),
    "vibe": Source(f"{_READERS}.vibe", (".vibe/logs/session/unified",)),
    "anthropic-organization": Source(f"{_READERS}.anthropic_organization", is_agent=False),
    "openai-organization": Source(f"{_READERS}.openai_organization", is_agent=False),
    "openrouter": Source(f"{_READERS}.openrouter", is_agent=False),
    "litellm": Source(f"{_READERS}.litellm", is_agent=False),
    "opentelemetry": Source(f"{_READERS}.opentelemetry", is_agent=False),
    "github-copilot-report": Source(f"{_READERS}.copilot_report", is_agent=False),
    "focus": Source(f"{_READERS}.focus", is_agent=False),
    "ccusage": Source(f"{_READERS}.ccusage", is_agent=False),
    "table": Source(f"{_READERS}.table", is_agent=False),
}  # fmt: skip
