"""Of which day a price table is: what its package says of itself, else what the user says.

What a reader would get wrong: a day in the future inside a table is an announcement, and a package
that was installed today holds prices of the day on which it was made. Where nothing says a day the
table is refused: without it, an old price looks like a cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from advisor.answers.prices.update.package import PackageFiles
from advisor.answers.prices.update.pi_ai import MANIFEST
from advisor.errors import InputError

_SBOM = re.compile(r".*\.dist-info/sboms/[^/]+\.json")
_KEYS = ("generatedAt", "generated_at", "as_of", "updated_at")


def day_of(given: PackageFiles, data: Any) -> date | None:
    """Return the day that a table says it is of; None where nothing says one."""
    said = [*_of_package(given.files), *_of_data(data)]
    return max(said) if said else given.members_of


def _of_package(files: Mapping[str, bytes]) -> Iterator[date]:
    """Yield the days in a manifest and in a bill of materials."""
    for name, content in files.items():
        if name.endswith(MANIFEST):
            yield from _days(_object(content).get("generatedAt"))
        elif _SBOM.fullmatch(name):
            about = _object(content).get("metadata")
            yield from _days(about.get("timestamp") if isinstance(about, dict) else None)


def _of_data(data: Any) -> Iterator[date]:
    if isinstance(data, dict):
        for key in _KEYS:
            yield from _days(data.get(key))


def _object(content: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _days(value: Any) -> Iterator[date]:
    """Yield the day of an ISO time; nothing for anything else."""
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value[:10])
        except ValueError:
            return
        yield moment.replace(tzinfo=UTC).date()


def make_sure(said: date | None, stated: date | None, shown: str, today: date) -> date:
    """Return the day of a table: what was stated, else what it says. Raises InputError."""
    day = stated or said
    if day is None:
        raise InputError.of(
            "does not say of which day it is, so an old price would look like a new one",
            file=shown,
            key="--as-of",
            hint="say --as-of YYYY-MM-DD: the day of the package's release, or of its commit",
        )
    if day > today:
        raise InputError.of(f"{day} is still to come: today is {today}", file=shown, key="--as-of")
    return day
