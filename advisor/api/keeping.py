"""Where what was read once is kept for the next call: below the user's own caches."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_NAME = "advisor/tables"


def kept_folder(environment: Mapping[str, str]) -> Path | None:
    """Return the folder for tables that can be read again at any time.

    `ADVISOR_CACHE` names another; empty, nothing is kept, as where nobody has a home.
    """
    named = environment.get("ADVISOR_CACHE")
    if named is not None:
        return Path(named) if named else None
    stated = environment.get("XDG_CACHE_HOME", "")
    # The standard has a relative path count as none at all.
    if Path(stated).is_absolute():
        return Path(stated, _NAME)
    try:
        return Path.home() / ".cache" / _NAME
    except RuntimeError:
        return None
