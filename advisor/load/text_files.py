"""Names of files, folders and globs to the text files they stand for, and their text in blocks.

A folder is walked as git would list it: what its `.gitignore` files leave out is left out, and so
is `.git`; links inside it are not followed. A glob leaves out the same. What a reader would get
wrong: a file or folder that is named itself is read whatever `.gitignore` says.
"""

import codecs
import glob
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from pathspec import GitIgnoreSpec

from advisor.errors import Fault, InputError
from advisor.load.text_file import near_names, oddity

STDIN = "-"
BLOCK = 1 << 20
_PIPED = Path("/dev/fd")  # where a shell puts what is piped in as a file


class TextFile(NamedTuple):
    """A file to read: where it is, None for standard input, and its name for people.

    `odd` says what stands there in place of a file, where that is not to be opened.
    """

    shown: str
    path: Path | None
    odd: str = ""


class Readable(Protocol):
    """Bytes that come as they are asked for."""

    def read(self, size: int, /) -> bytes:
        """Read at most so many bytes; none at the end."""


class NotTextError(ValueError):
    """A file holds something else than UTF-8 text; its message says what."""


def find_text_files(names: Sequence[str], *, with_ignored: bool = False) -> list[TextFile]:
    """Return the files that names stand for, each once, in the order named, folders by name.

    Raises InputError naming everything that is not there or that cannot be looked into.
    """
    faults: list[Fault] = []
    found: dict[str, TextFile] = {}
    for name in dict.fromkeys(names):
        for file in _named(name, faults, with_ignored=with_ignored):
            found.setdefault(_identity(file), file)
    if faults:
        raise InputError(faults)
    return list(found.values())


def text_blocks(stream: Readable, size: int = BLOCK) -> Iterator[str]:
    """Yield a stream's text in blocks. Raises NotTextError at the first byte that is none."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    while True:
        raw = stream.read(size)
        if b"\0" in raw:
            raise NotTextError("binary")
        try:
            text = decoder.decode(raw, final=not raw)
        except UnicodeDecodeError:
            raise NotTextError("not UTF-8") from None
        if text:
            yield text
        if not raw:
            return


def _named(name: str, faults: list[Fault], *, with_ignored: bool) -> Iterable[TextFile]:
    path = Path(name)
    if name == STDIN:
        return [TextFile("stdin", None)]
    if path.is_dir():
        return _walked(path, _Ignores(path, with_ignored=with_ignored), faults, is_top=True)
    if path.is_file() or path.parent == _PIPED:
        return [_file(path)]
    if path.exists() or path.is_symlink():
        faults.append(Fault(_printable(name), 0, 0, "", f"is {oddity(path)}"))
        return []
    if glob.has_magic(name):
        matched = list(_matched(name, faults, with_ignored=with_ignored))
        if not matched:
            faults.append(Fault(name, 0, 0, "", "matches no file"))
        return matched
    faults.append(Fault(_printable(name), 0, 0, "", "there is no such file", near_names(path)))
    return []


def _matched(pattern: str, faults: list[Fault], *, with_ignored: bool) -> Iterator[TextFile]:
    ignores = _Ignores(Path(), with_ignored=with_ignored)
    for name in sorted(glob.glob(pattern, recursive=True)):  # noqa: PTH207, as a shell reads it
        path = Path(name)
        if ignores.covers_way_to(path):
            continue
        if path.is_dir():
            yield from _walked(path, ignores, faults)
        else:
            yield _file(path)._replace(odd=oddity(path))


def _walked(
    folder: Path, ignores: "_Ignores", faults: list[Fault], *, is_top: bool = False
) -> Iterator[TextFile]:
    if is_top and ignores.covers_way_to(folder):
        ignores = ignores.none()
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        faults.append(_unreadable(folder, error))
        return
    for entry in entries:
        path = folder / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if entry.name == ".git" or ignores.covers(path, is_folder=is_folder):
            continue
        if is_folder:
            yield from _walked(path, ignores, faults)
        elif entry.is_file(follow_symlinks=False):
            yield _file(path)
        elif odd := oddity(path):
            yield _file(path)._replace(odd=odd)


class _Ignores:
    """What `.gitignore` files say, from the top of the repository down to each folder."""

    def __init__(self, top: Path, *, with_ignored: bool) -> None:
        absolute = Path(os.path.abspath(top))  # noqa: PTH100, a link keeps the name it goes by
        repositories = [one for one in (absolute, *absolute.parents) if (one / ".git").exists()]
        self._top = repositories[0] if repositories else absolute
        self._with_ignored = with_ignored
        self._rules: dict[Path, tuple[tuple[Path, GitIgnoreSpec], ...]] = {}

    def none(self) -> "_Ignores":
        """Return the rules that leave nothing out."""
        return _Ignores(self._top, with_ignored=True)

    def covers(self, path: Path, *, is_folder: bool) -> bool:
        """Tell whether a file or folder is left out, its parents not being so."""
        if self._with_ignored:
            return False
        absolute = Path(os.path.abspath(path))  # noqa: PTH100
        if self._top not in absolute.parents:
            return False
        for base, spec in reversed(self._rules_in(absolute.parent)):
            relative = absolute.relative_to(base).as_posix() + ("/" if is_folder else "")
            is_out = spec.check_file(relative).include
            if is_out is not None:
                return is_out
        return False

    def covers_way_to(self, path: Path) -> bool:
        """Tell whether a file or folder, or one that it lies in, is left out."""
        absolute = Path(os.path.abspath(path))  # noqa: PTH100
        inside = [one for one in absolute.parents if self._top in one.parents]
        return self.covers(absolute, is_folder=absolute.is_dir()) or any(
            one.name == ".git" or self.covers(one, is_folder=True) for one in inside
        )

    def _rules_in(self, folder: Path) -> tuple[tuple[Path, GitIgnoreSpec], ...]:
        if folder not in self._rules:
            above = () if folder == self._top else self._rules_in(folder.parent)
            self._rules[folder] = (*above, *_own_rules(folder, is_top=folder == self._top))
        return self._rules[folder]


def _own_rules(folder: Path, *, is_top: bool) -> Iterator[tuple[Path, GitIgnoreSpec]]:
    names = [".git/info/exclude", ".gitignore"] if is_top else [".gitignore"]
    for name in names:
        try:
            text = (folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        yield folder, GitIgnoreSpec.from_lines(text.splitlines())


def _file(path: Path) -> TextFile:
    return TextFile(_printable(path.as_posix()), path)


def _identity(file: TextFile) -> str:
    return STDIN if file.path is None else os.path.abspath(file.path)  # noqa: PTH100


def _unreadable(path: Path, error: OSError) -> Fault:
    reason = (error.strerror or str(error)).lower()
    return Fault(_printable(str(path)), 0, 0, "", f"cannot be read: {reason}")


def _printable(name: str) -> str:
    # A name may hold anything, terminal escapes too, and it is printed.
    return name if name.isprintable() else repr(name)[1:-1]
