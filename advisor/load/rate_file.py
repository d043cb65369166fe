"""Rates of the price tables as JSON, so that a run need not read YAML: shipped, kept, or made anew.

A file counts only if it was made from tables of exactly the same bytes. The shipped one is that of
the shipped tables; whoever edits a table gets a file of their own, written beside the others' data
and moved into place whole. A file that is missing, torn or of other tables is never an error.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from advisor import __version__
from advisor.load.digests import blake2b
from advisor.load.shipped import shipped_file, shipped_folder

FORMAT = 1
"""Grows whenever the same tables would give other rates, or rates in another shape."""
SHIPPED = "rates.json"
Made = Mapping[str, Any]


def rates_from(kept: str | None, make: Callable[[], Made], *, may_write: bool = True) -> Made:
    """Return the rates of the tables as they are now; `make` is asked where no file has them.

    `kept` is the file of one's own.
    """
    digest = digest_of(shipped_folder("pricing"))
    own = f"{__version__} {digest}"
    found = _read(shipped_file(SHIPPED), digest) or (_read(kept, own) if kept else None)
    if found is None:
        found = make()
        if kept and may_write:
            _write(kept, written(found, own))
    return found


def digest_of(folder: str) -> str:
    """Digest every pricing file of a folder, and this module's format."""
    digest = blake2b(str(FORMAT).encode(), digest_size=16)
    for name in sorted(os.listdir(folder)):
        if name.endswith(".yaml"):
            with open(os.path.join(folder, name), "rb") as file:
                body = file.read()
            digest.update(f"\0{name}\0{len(body)}\0".encode() + body)
    return digest.hexdigest()


def written(rates: Made, digest: str) -> str:
    """Write rates as a file, one model, channel or plan a line."""
    parts = [f'"digest": {json.dumps(digest)}']
    for name, value in rates.items():
        if isinstance(value, dict):
            lines = [f"{json.dumps(key)}: {_compact(one)}" for key, one in value.items()]
            parts.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n}")
        else:
            parts.append(f"{json.dumps(name)}: {_compact(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _read(path: str, digest: str) -> Made | None:
    """Read a file if it is of these tables."""
    try:
        with open(path, "rb") as file:
            found = json.loads(file.read())
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.pop("digest", None) != digest:
        return None
    return found


def _write(path: str, text: str) -> None:
    """Put a file into its place whole; several runs may do so at once."""
    with suppress(OSError):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        part = f"{path}.{os.getpid()}"
        try:
            with open(part, "w", encoding="utf-8") as file:
                file.write(text)
            os.replace(part, path)
        finally:
            if os.path.exists(part):
                os.unlink(part)
