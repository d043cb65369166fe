"""The only list of sources: what can be read, where it lies, and which module reads it."""

from collections.abc import Mapping
from typing import NamedTuple


class UsageSource(NamedTuple):
    """A source: the module that reads it, and its folders or files below a person's home.

    `is_agent` is false for exports of vendors and gateways, which have no place of their own.
    """

    module: str
    places: tuple[str, ...] = ()
    is_agent: bool = True


_READERS = "advisor.load.usage.readers"
SOURCES: Mapping[str, UsageSource] = {
    "claude-code": UsageSource(
        f"{_READERS}.claude_code",
        (
            ".claude/projects", ".config/claude/projects",
            ".config/Claude/local-agent-mode-sessions",
            "Library/Application Support/Claude/local-agent-mode-sessions",
            "AppData/Roaming/Claude/local-agent-mode-sessions",
        ),
    ),
    "codex": UsageSource(f"{_READERS}.codex", (".codex/sessions", ".codex/archived_sessions")),
    "gemini-cli": UsageSource(f"{_READERS}.gemini_cli", (".gemini/tmp",)),
    "opencode": UsageSource(f"{_READERS}.opencode", (".local/share/opencode",)),
    "copilot-cli": UsageSource(
        f"{_READERS}.copilot_cli", (".copilot/session-state", ".copilot/session-store.db")
    ),
    "qwen-code": UsageSource(
        f"{_READERS}.qwen_code", (".qwen/projects", ".qwen/usage_record.jsonl")
    ),
    "kimi-code": UsageSource(f"{_READERS}.kimi_code", (".kimi-code/sessions",)),
    "pi": UsageSource(f"{_READERS}.pi", (".pi/agent/sessions",)),
    "aider": UsageSource(f"{_READERS}.aider"),
    "cline": UsageSource(f"{_READERS}.cline", (".cline/data/sessions",)),
    "vibe": UsageSource(f"{_READERS}.vibe", (".vibe/logs/session/unified",)),
    "anthropic-organization": UsageSource(f"{_READERS}.anthropic_organization", is_agent=False),
    "openai-organization": UsageSource(f"{_READERS}.openai_organization", is_agent=False),
    "openrouter": UsageSource(f"{_READERS}.openrouter", is_agent=False),
    "litellm": UsageSource(f"{_READERS}.litellm", is_agent=False),
    "opentelemetry": UsageSource(f"{_READERS}.opentelemetry", is_agent=False),
    "github-copilot-report": UsageSource(f"{_READERS}.copilot_report", is_agent=False),
    "focus": UsageSource(f"{_READERS}.focus", is_agent=False),
    "ccusage": UsageSource(f"{_READERS}.ccusage", is_agent=False),
    "table": UsageSource(f"{_READERS}.table", is_agent=False),
}  # fmt: skip
