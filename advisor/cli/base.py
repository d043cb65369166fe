"""What a plan is compared with: another file, or the same file at a revision of its repository.

git is asked for the file and for what it names (profiles, a lock), which are laid out in a folder
of their own as they stood. What a reader would get wrong: `REV` may be anything that git resolves,
and a file of that name goes first.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from advisor.errors import InputError
from advisor.load.lock import LOCK_NAME
from advisor.load.yaml_source import parse_yaml

_SECONDS = 60


class Base(NamedTuple):
    """A file to read in place of the one that is checked, and what it is called."""

    path: Path
    shown: str


@contextmanager
def base_of(text: str, file: Path) -> Iterator[Base | None]:
    """Find the base of a file; None where the revision does not have the file yet.

    Raises InputError where the text is neither a file nor a revision.
    """
    if Path(text).is_file():
        yield Base(Path(text), text)
        return
    folder = file.resolve().parent
    commit = _commit(text, folder)
    inside = _git(["rev-parse", "--show-prefix"], folder).decode().strip()
    with tempfile.TemporaryDirectory(prefix="advisor-") as root:
        place = _lay_out(commit, PurePosixPath(inside, file.resolve().name), folder, Path(root))
        yield None if place is None else Base(place, f"{text}:{file}")


def _commit(text: str, folder: Path) -> str:
    """Resolve a revision. A text that begins with a dash would be an option of git's."""
    try:
        if text.startswith("-"):
            raise _GitError("begins with a dash")
        return _git(["rev-parse", "--verify", f"{text}^{{commit}}"], folder).decode().strip()
    except _GitError as error:
        message = f"{text!r} is neither a file nor a revision here ({error})"
        hint = "in CI fetch the whole history: actions/checkout with fetch-depth: 0"
        raise InputError.of(message, key="--base", hint=hint) from None


class _GitError(Exception):
    """Git could not do it, and said why."""


def _git(arguments: Sequence[str], folder: Path) -> bytes:
    try:
        ended = subprocess.run(  # noqa: S603 - arguments of our own and a checked revision
            ["git", *arguments],  # noqa: S607 - the user's own git
            cwd=folder,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        raise _GitError("git can't be run") from None
    if ended.returncode:
        said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
        raise _GitError(said[-1] if said else "git failed")
    return ended.stdout


def _lay_out(commit: str, path: PurePosixPath, folder: Path, root: Path) -> Path | None:
    """Write the file as it was, and beside it what it names, with the same folders between."""
    content = _at(commit, path, folder)
    if content is None:
        return None
    (root / ".git").mkdir()  # here as there it is the top, beyond which no profiles are read
    place = _written(root, path, content)
    for name in [LOCK_NAME, *_profiles(content, str(path))]:
        beside = _inside(path.parent, name)
        if beside is not None and (there := _at(commit, beside, folder)) is not None:
            _written(root, beside, there)
    return place


def _at(commit: str, path: PurePosixPath, folder: Path) -> bytes | None:
    try:
        return _git(["show", f"{commit}:{path}"], folder)
    except _GitError:
        return None


def _written(root: Path, path: PurePosixPath, content: bytes) -> Path:
    place = root / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)
    return place


def _profiles(content: bytes, file: str) -> list[str]:
    try:
        data = parse_yaml(content, file).data
    except InputError:
        return []  # reading the file itself will say what is wrong with it
    stated = data.get("profiles", []) if isinstance(data, dict) else []
    return [one for one in ([stated] if isinstance(stated, str) else stated or [])
            if isinstance(one, str)]  # fmt: skip


def _inside(folder: PurePosixPath, name: str) -> PurePosixPath | None:
    """Follow a relative path; None where it leaves the repository."""
    parts: list[str] = list(folder.parts)
    for part in PurePosixPath(name).parts:
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part.startswith("/"):
            return None
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)
