"""What a plan is compared with: another file, or the same file at a revision of its repository.

git is asked for the file and for what it names (profiles, a lock), which are laid out in a folder
of their own as they stood. What a reader would get wrong: `REV` may be anything that git resolves,
and a file of that name goes first; and a file that the revision does not have may be one of it that
was moved since.
"""

import difflib
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from advisor.api.git import GitError, git
from advisor.errors import InputError
from advisor.load.lock import LOCK_NAME
from advisor.load.text_file import MAX_BYTES
from advisor.load.yaml_source import parse_yaml

_FETCH = "in CI fetch the whole history: actions/checkout with fetch-depth: 0"
_NO_CHECKOUT = "not a git repository"
_ALIKE = 0.5
"""So much of the lines of a moved file is as it was, as git says of a rename."""
_MOST_LOOKED_AT = 100
_ENDINGS = {".yaml", ".yml"}
_Git = Callable[[Sequence[str]], bytes]
"""Git, asked about the folder in which the file stands."""


class Base(NamedTuple):
    """A file to read in place of the one that is checked, and what it is called."""

    path: Path
    shown: str


@contextmanager
def base_of(text: str, file: Path, environment: Mapping[str, str]) -> Iterator[Base | None]:
    """Find the base of a file, under an older name too; None where the revision has none.

    Raises InputError where the text is neither a file nor a revision.
    """
    if not text.strip():
        hint = "a variable of the job may not be set"
        raise InputError.of("is empty: say a revision or a file", key="--base", hint=hint)
    if Path(text).is_file():
        yield Base(Path(text), text)
        return
    folder = file.resolve().parent
    ask = partial(_asked, folder, environment)
    commit = _commit(text, ask)
    inside = PurePosixPath(_prefix(ask), file.resolve().name)
    with tempfile.TemporaryDirectory(prefix="advisor-") as root:
        place = _lay_out(commit, inside, ask, Path(root))
        shown = f"{text}:{file}"
        if place is None:
            old = _moved_from(commit, inside, file, ask)
            if old is not None:
                place, shown = _lay_out(commit, old, ask, Path(root)), f"{text}:{old}"
        yield None if place is None else Base(place, shown)


def _asked(folder: Path, environment: Mapping[str, str], arguments: Sequence[str]) -> bytes:
    return git(arguments, folder, environment)


def _commit(text: str, ask: _Git) -> str:
    """Resolve a revision. A text that begins with a dash would be an option of git's."""
    try:
        if text.startswith("-"):
            raise GitError("begins with a dash")
        return ask(["rev-parse", "--verify", f"{text}^{{commit}}"]).decode().strip()
    except GitError as error:
        message = f"{text!r} is neither a file nor a revision here ({error})"
        hint = "" if _NO_CHECKOUT in str(error) else _FETCH
        raise InputError.of(message, key="--base", hint=hint) from None


def _prefix(ask: _Git) -> str:
    return ask(["rev-parse", "--show-prefix"]).decode().rstrip("\n")


def _moved_from(commit: str, inside: PurePosixPath, file: Path, ask: _Git) -> PurePosixPath | None:
    """Return where a file stood that is gone since and most like this one; None without any.

    Files that are still there were not moved, however alike they are.
    """
    top = file.resolve().parent.joinpath(*[".."] * len(inside.parent.parts)).resolve()
    listed = ask(["ls-tree", "-r", "-z", "--name-only", "--full-tree", commit])
    paths = [PurePosixPath(one) for one in listed.decode("utf-8", "surrogateescape").split("\0")]
    gone = [one for one in paths if one.suffix in _ENDINGS and not (top / one).exists()]
    gone.sort(key=lambda one: (one.name != inside.name, one.parent != inside.parent))
    new = _lines(file.read_bytes())
    alike = {one: _likeness(_at(commit, one, ask), new) for one in gone[:_MOST_LOOKED_AT]}
    best = max(alike, key=lambda one: alike[one], default=None)
    return best if best is not None and alike[best] >= _ALIKE else None


def _likeness(content: bytes | None, new: list[str]) -> float:
    """Return which share of lines two files have in common."""
    if content is None or len(content) > MAX_BYTES:
        return 0.0
    return difflib.SequenceMatcher(None, _lines(content), new, autojunk=False).ratio()


def _lines(content: bytes) -> list[str]:
    return [line.strip() for line in content[:MAX_BYTES].decode("utf-8", "replace").splitlines()]


def _lay_out(commit: str, path: PurePosixPath, ask: _Git, root: Path) -> Path | None:
    """Write the file as it was, and beside it what it names, with the same folders between."""
    content = _at(commit, path, ask)
    if content is None:
        return None
    (root / ".git").mkdir()  # here as there it is the top, beyond which no profiles are read
    place = _written(root, path, content)
    for name in [LOCK_NAME, *_profiles(content, str(path))]:
        beside = _inside(path.parent, name)
        if beside is not None and (there := _at(commit, beside, ask)) is not None:
            _written(root, beside, there)
    return place


def _at(commit: str, path: PurePosixPath, ask: _Git) -> bytes | None:
    try:
        return ask(["show", f"{commit}:{path}"])
    except GitError:
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
