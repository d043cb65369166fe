"""Turns the faster decoders on, where msgspec is installed and there is enough to read.

Importing msgspec costs about as much as parsing 5 MB of answers with the standard library.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

WORTH = 40_000_000
"""Bytes to read from which on the import pays."""

_shapes: dict[str, Any] = {}


def turn_on() -> None:
    """Load the shapes; without msgspec nothing changes."""
    try:
        for name in ("claude_code", "codex"):
            _shapes[name] = import_module(f"advisor.load.usage.shapes.{name}")
    except ImportError:
        _shapes.clear()


def turn_off() -> None:
    """Use the standard library alone."""
    _shapes.clear()


def shape(name: str) -> Any | None:
    """Return the module of a shape, None where the standard library is to be used."""
    return _shapes.get(name)
