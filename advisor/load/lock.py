"""A lock: the prices and records that an answer was made with, all of their text, and a digest.

What a reader would get wrong: a lock is not a cache. It holds the tables as they were, so that an
approved budget comes out the same after the tables have moved on; who edits it by hand breaks its
digest and is told so. Texts stand line by line, so that a diff of two locks can be read.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path, PurePath
from typing import Any, NamedTuple, Self

from advisor.errors import Fault, InputError
from advisor.load.text_file import decoded
from advisor.safe_text import first_steering, on_one_line

LOCK_NAME = "advisor.lock"
SCHEMA = "advisor.lock/1"
PRICING, WORKLOADS, OWN = "pricing", "workloads", "own"
MAX_BYTES = 16 * 1024 * 1024
_SHIPPED_RECORDS = ("profiles.yaml", "shortlist.yaml")


_PLACE = re.compile(rf"(?:{PRICING}|{WORKLOADS})/[A-Za-z0-9_-][A-Za-z0-9._-]*|{OWN}/.+")


class Lock(NamedTuple):
    """`files` maps `pricing/…`, `workloads/…` and `own/…` to texts; `version` is the program's.

    `own` are the profile files that the workload names, by the name that it uses.
    """

    version: str
    as_of: date
    workload: str
    files: Mapping[str, str]

    @property
    def digest(self) -> str:
        """Tell these texts from any others."""
        hasher = hashlib.sha256()
        for name, text in sorted(self.files.items()):
            for part in (name, text):
                raw = part.encode(errors="surrogatepass")
                hasher.update(str(len(raw)).encode() + b"\0" + raw)
        return hasher.hexdigest()

    def moved_from(self, older: Self) -> list[str]:
        """Name the files that differ from an older lock's."""
        names = sorted({*self.files, *older.files})
        return [name for name in names if self.files.get(name) != older.files.get(name)]


def taken(
    pricing: Path, workloads: Path, own: Mapping[str, Path], *, version: str, as_of: date, name: str
) -> Lock:
    """Take the tables as they are now. Raises InputError for a file that can't be read."""
    paths = {f"{PRICING}/{path.name}": path for path in sorted(pricing.glob("*.yaml"))}
    paths |= {f"{WORKLOADS}/{one}": workloads / one for one in _SHIPPED_RECORDS}
    paths |= {f"{OWN}/{one}": path for one, path in sorted(own.items())}
    return Lock(version, as_of, name, {key: _text(path) for key, path in paths.items()})


def _text(path: Path) -> str:
    try:
        return decoded(path.read_bytes(), str(path))
    except OSError as error:
        raise InputError.of(f"cannot be read: {error.strerror}", file=str(path)) from None


def written(lock: Lock) -> str:
    """Write a lock as JSON, a line of each file on a line of its own."""
    plain = {
        "schema": SCHEMA,
        "version": lock.version,
        "as_of": lock.as_of.isoformat(),
        "workload": lock.workload,
        "digest": lock.digest,
        "files": {name: text.split("\n") for name, text in sorted(lock.files.items())},
    }
    return json.dumps(plain, ensure_ascii=False, indent=1) + "\n"


def read_lock(path: Path) -> Lock:
    """Read a lock. Raises InputError where it is not one, or was changed by hand."""
    file = str(path)
    plain = _plain(path, file)
    if not isinstance(plain, dict) or plain.get("schema") != SCHEMA:
        raise InputError.of(f"is not a lock ({SCHEMA})", file=file, hint=_RENEW)
    try:
        lock = _lock(plain)
    except (KeyError, TypeError, ValueError) as error:
        why = str(error) if isinstance(error, _OddError) else "lacks a part of a lock"
        raise InputError.of(why, file=file, hint=_RENEW) from None
    if lock.digest != plain.get("digest"):
        raise InputError.of("was changed by hand: its digest is another", file=file, hint=_RENEW)
    return lock


def check_day(lock: Lock, last_check: date, file: Path) -> None:
    """See that a lock's day, which its digest leaves out, is the one its tables were last checked.

    Raises InputError where somebody has set another.
    """
    if lock.as_of != last_check:
        message = f"was changed by hand: its tables were last checked on {last_check}, "
        raise InputError.of(f"{message}not on {lock.as_of}", file=str(file), hint=_RENEW)


_RENEW = "`advisor prices lock` writes a new one"


class _OddError(ValueError):
    """Something in a lock is not as this program writes it; says what."""


def _plain(path: Path, file: str) -> Any:
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError.of(f"cannot be read: {error.strerror}", file=file) from None
    if len(raw) > MAX_BYTES:
        raise InputError.of(f"is larger than {MAX_BYTES // 1024**2} MiB", file=file)
    try:
        return json.loads(raw)
    except RecursionError:
        raise InputError.of("is not a lock: nested too deep", file=file, hint=_RENEW) from None
    except json.JSONDecodeError as error:
        fault = Fault(file, error.lineno, error.colno, "", "is not JSON", _RENEW)
        raise InputError([fault]) from None
    except ValueError:  # not UTF-8, or endless digits
        raise InputError.of("is not JSON", file=file, hint=_RENEW) from None


def _lock(plain: Mapping[str, Any]) -> Lock:
    if not isinstance(plain["files"], dict):
        raise TypeError
    files = {name: "\n".join(_lines(lines)) for name, lines in plain["files"].items()}
    if any(name.partition("/")[0] not in {PRICING, WORKLOADS, OWN} for name in files):
        raise ValueError
    for name in files:
        if first_steering(name) or not _PLACE.fullmatch(name):
            raise _OddError(f"holds a file of an odd name: {on_one_line(name)[:80]!r}")
    texts = [plain[key] for key in ("version", "as_of", "workload")]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError
    version, as_of, workload = texts
    if first_steering(version) or first_steering(workload):
        raise _OddError("its version or its workload holds a control character")
    if not workload or PurePath(workload).name != workload or "\\" in workload:
        raise _OddError(f"its workload is not the name of a file beside it: {workload!r}")
    return Lock(version, date.fromisoformat(as_of), workload, files)


def _lines(lines: Any) -> Sequence[str]:
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise TypeError
    return lines


class LaidOut(NamedTuple):
    """A lock's files in a folder: prices, shipped records, and the workload's own by name."""

    pricing: Path
    workloads: Path
    own: Mapping[str, Path]


def laid_out(lock: Lock, root: Path) -> LaidOut:
    """Write a lock's files into a folder, under names of our own where the file's may not do."""
    own: dict[str, Path] = {}
    for number, (name, text) in enumerate(sorted(lock.files.items())):
        kind, _, rest = name.partition("/")
        place = root / kind / (Path(rest).name if kind != OWN else f"{number}.yaml")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="")
        if kind == OWN:
            own[rest] = place
    return LaidOut(root / PRICING, root / WORKLOADS, own)
