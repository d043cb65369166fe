"""Numbers, times and texts as files really hold them: absent, null, 5.0 for 5, or of a wrong type.

Nothing here raises: a value that can't be used is 0, empty or None.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from advisor.load.digests import blake2b

NOTHING: dict[str, Any] = {}
_LARGEST = 2**62
_DEAREST = 1e12
EARLIEST = 946_684_800_000_000
"""The year 2000 in microseconds: what is earlier isn't a time."""
_USUAL = len("2026-11-20T10:00:00.000Z")
LATEST = 7_258_118_400_000_000


def whole(value: Any) -> int:
    """Read a count: a whole number, not below 0; anything else is 0."""
    if type(value) is int:
        return value if 0 <= value < _LARGEST else 0
    if isinstance(value, float) and 0 <= value < _LARGEST:
        return int(value)
    return 0


def text(value: Any) -> str:
    """Read a name; anything but text is empty, and separators of the store's are blanks."""
    if not isinstance(value, str):
        return ""
    return value if value.isprintable() else "".join(c if c.isprintable() else " " for c in value)


def part(value: Any, name: str) -> dict[str, Any]:
    """Return an object inside an object; an empty one where there is none."""
    inner = value.get(name) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) else NOTHING


def listed(value: Any) -> list[Any]:
    """Return a list; an empty one where there is none."""
    return value if isinstance(value, list) else []


def instant(value: Any) -> int:
    """Read a moment as microseconds UTC: ISO text, or seconds or milliseconds since 1970; else 0.

    ISO text without a zone is taken as UTC.
    """
    if isinstance(value, str):
        try:
            if len(value) == _USUAL and value[19] == "." and value[23] == "Z":
                begun = _minute(value[:17])
                return begun + int(value[17:19]) * 1_000_000 + int(value[20:23]) * 1_000
            moment = datetime.fromisoformat(value)
        except ValueError:
            return 0
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        try:
            return _bounded(round(moment.timestamp() * 1_000_000))
        except OverflowError:
            return 0
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:  # noqa: PLR0124
        return 0
    if not 0 < value < LATEST * 1000:
        return 0
    for factor in (1_000_000, 1_000, 1):
        if (moment_us := _bounded(round(value * factor))) > 0:
            return moment_us
    return 0


@lru_cache(maxsize=4096)
def _minute(begun: str) -> int:
    """Read `2026-11-20T10:00:` in microseconds; calls come many to a minute. Raises ValueError."""
    moment = datetime.fromisoformat(f"{begun}00+00:00")
    bounded = _bounded(round(moment.timestamp() * 1_000_000))
    if not bounded:
        raise ValueError
    return bounded


def _bounded(moment: int) -> int:
    return moment if EARLIEST <= moment < LATEST else 0


def dollars(value: Any) -> float:
    """Read an amount; NaN where there is none, or one that nobody ever paid."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return float("nan")
    return float(value) if -_DEAREST < value < _DEAREST else float("nan")


def identity(*parts: object) -> int:
    """Return 63 bits that stand for texts and numbers; equal on every machine and in every run."""
    return digest("\x1f".join([str(one) for one in parts]))


def digest(name: str) -> int:
    """Return 63 bits that stand for a text."""
    said = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(said.digest(), "big") >> 1


def parsed(line: bytes | bytearray) -> Any:
    """Read JSON as agents write it: broken UTF-8 and lone surrogates are kept. Raises ValueError.

    NUL runs and byte order marks around it, which crashes leave, are no part of it.
    """
    body = line.strip(b"\x00 \t\r\n").removeprefix(b"\xef\xbb\xbf")
    try:
        return json.loads(body.decode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("is nested too deeply") from None
