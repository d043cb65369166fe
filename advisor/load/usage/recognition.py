"""Which source a file or folder is of, by what it holds. Nothing is guessed from names alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module

from advisor.load.usage.exports import Record, has_marks, records
from advisor.load.usage.places import Place, places_of
from advisor.load.usage.sources import SOURCES

SAMPLE = 1 << 20
_TABLE = "table"
_TOKENS = {"input", "output", "input_tokens", "output_tokens", "prompt_tokens", "cost", "amount"}


def recognised(path: str, person: str = "") -> list[Place]:
    """Return the places that a path is: an export, an agent's folder, or a copy of a home.

    An empty list says that nothing of it is known.
    """
    if os.path.isdir(path):
        return _of_folder(path, person)
    source = _of_file(path)
    return [Place(source, os.path.realpath(path), "", person, is_named=True)] if source else []


def first_record(path: str) -> Record | None:
    """Return the first record of an export; None where there is none, or it can't be read."""
    try:
        with open(path, "rb") as file:
            return next(_samples(file.read(SAMPLE)), None)
    except OSError:
        return None


def _of_folder(path: str, person: str) -> list[Place]:
    """Find agents' places in a home, else exports that lie in the folder."""
    inside = [one for one in places_of(path, person) if os.path.exists(one.root)]
    if inside := inside or _of_agents_folder(os.path.realpath(path), person):
        return inside
    found = []
    for name in sorted(os.listdir(path)):
        whole = os.path.join(path, name)
        if os.path.isfile(whole) and (source := _of_file(whole)):
            found.append(Place(source, os.path.realpath(whole), "", person, is_named=True))
    return found


def _of_agents_folder(path: str, person: str) -> list[Place]:
    """Take a folder such as `.claude` or `.codex/sessions` for what an agent calls so."""
    found = []
    for name, source in SOURCES.items():
        for place in source.places:
            parts = place.split("/")
            for number in range(1, len(parts) + 1):
                if path.endswith(os.path.join(os.sep, *parts[:number])):
                    root = os.path.join(path, *parts[number:])
                    if os.path.exists(root):
                        found.append(Place(name, root, "", person, is_named=True))
    return found


def _of_file(path: str) -> str:
    for name, source in SOURCES.items():
        if source.is_agent and _is_sure(name) and import_module(source.module).form(path):
            return name
    try:
        with open(path, "rb") as file:
            sample = file.read(SAMPLE)
    except OSError:
        return ""
    best, keys = "", 0
    for record in _samples(sample):
        for name, source in SOURCES.items():
            if source.is_agent:
                continue
            known = has_marks(record, import_module(source.module).MARKS)
            if known > keys:
                best, keys = name, known
        if not keys and _TOKENS & {str(key).strip().lower() for key in record}:
            best = _TABLE
    return best


def _is_sure(name: str) -> bool:
    """Tell whether an agent's files are known by a name that no other source uses."""
    return name in {"aider", "opencode", "copilot-cli", "kimi-code", "vibe"}


def _samples(sample: bytes) -> Iterator[Record]:
    """Yield the first records of a file, and of what a page holds."""
    try:
        first = next(records(sample), None)
    except ValueError:
        first = _cut(sample)
    if first is None:
        return
    yield first
    inner = first.get("data")
    if isinstance(inner, list) and inner and isinstance(inner[0], dict):
        yield inner[0]
    elif isinstance(inner, dict):
        yield inner


def _cut(sample: bytes) -> Record | None:
    """Return the first whole object of a document that is longer than the sample."""
    said = sample.decode("utf-8", "replace")
    keys = {key: None for key in _KEYS if f'"{key}"' in said}
    return keys or None


_KEYS = (
    "starting_at", "ending_at", "results", "usage", "group", "amount", "object", "start_time",
    "end_time", "date", "model", "provider_name", "requests", "prompt_tokens", "request_id",
    "call_type", "spend", "completion_tokens", "api_requests", "daily", "session", "sessions",
    "totals", "schema", "periods", "resourceSpans", "resourceLogs", "resourceMetrics", "actor",
    "core_metrics", "model_breakdown", "id", "native_tokens_prompt", "native_tokens_completion",
)  # fmt: skip
"""Keys that sources are known by, for documents too long to be parsed for a look."""
