"""Where what was read once is kept for the next call: the user's own folder for such things."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NAME = "ai-spend-advisor"


def kept_folder() -> Path | None:
    """Return the folder for what can be read again at any time.

    `ADVISOR_CACHE` names another; empty, nothing is kept, as where nobody has a home.
    """
    named = os.environ.get("ADVISOR_CACHE")
    if named is not None:
        return Path(named) if named else None
    stated = os.environ.get("LOCALAPPDATA" if sys.platform == "win32" else "XDG_CACHE_HOME", "")
    # The standard has a relative path count as none at all.
    if Path(stated).is_absolute():
        return Path(stated, _NAME)
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches" if sys.platform == "darwin" else ".cache") / _NAME
