"""What was given as a price table: a file, a wheel, an npm archive, a folder, an installed package.

Packages are read as they are shipped and never imported: a wheel is a zip, an npm archive a tar,
and of both only the members that hold prices or say a day. What a reader would get wrong: the dates
of members are no dates in most packages, since builds that can be repeated write the same ones.
"""

import io
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from advisor.errors import InputError
from advisor.load.text_file import near_names

MAX_BYTES = 32 * 1024 * 1024
MAX_MEMBERS = 200
_WANTED = re.compile(
    r"genai_prices/data\.py"
    r"|litellm/model_prices_and_context_window_backup\.json"
    r"|dist/providers/data/[.\w-]+\.json"
    r"|[^/]+\.dist-info/(METADATA|sboms/[^/]+\.json)"
    r"|package\.json"
)
_FIRST_TRUE_YEAR = 2021
"""Builds that can be repeated write 1980, 1985 or 2020-02-02 as the date of every member."""


class PackageFiles(NamedTuple):
    """The files that may hold prices, by name, and the latest date of a member, if it is a date."""

    shown: str
    files: Mapping[str, bytes]
    members_of: date | None = None


def read_given(source: str) -> PackageFiles:
    """Read what was given. Raises InputError where it can't be."""
    path = Path(source)
    if path.is_dir():
        return PackageFiles(source, _from_folder(path))
    if not path.exists() and (installed := _installed(source)) is not None:
        return installed
    return opened(read_bytes(path), source)


def opened(content: bytes, shown: str) -> PackageFiles:
    """Return the files in what was read: the members of an archive, or the file itself."""
    try:
        if content.startswith(b"PK\x03\x04"):
            return _from_zip(content, shown)
        if content.startswith(b"\x1f\x8b"):
            return _from_tar(content, shown)
    except (zipfile.BadZipFile, tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise InputError.of(f"is not a whole archive: {error}", file=shown) from None
    except (NotImplementedError, RuntimeError) as error:  # a method nobody knows, a password
        raise InputError.of(f"can't be unpacked: {error}", file=shown) from None
    return PackageFiles(shown, {Path(shown).name: content})


def read_bytes(path: Path) -> bytes:
    """Read a file that is not too large, but for a package. Raises InputError."""
    limit = MAX_BYTES * 8 if path.suffix in {".whl", ".zip"} else MAX_BYTES
    try:
        with path.open("rb") as stream:
            content = stream.read(limit + 1)
    except FileNotFoundError:
        hint = near_names(path) or "or the name of an installed package: genai-prices, litellm"
        raise InputError.of("there is no such file", file=str(path), hint=hint) from None
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise InputError.of(f"cannot be read: {reason}", file=str(path)) from None
    if len(content) > limit:
        raise InputError.of(f"is larger than {limit // 1024**2} MiB", file=str(path))
    return content


def _from_zip(content: bytes, shown: str) -> PackageFiles:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {one.filename: one for one in archive.infolist()}
        files = _members(
            ((name, one.file_size) for name, one in members.items()),
            lambda name: archive.open(members[name]).read(MAX_BYTES + 1),
            shown,
        )
        dates = [members[name].date_time[:3] for name in files]
    return PackageFiles(shown, files, _latest(dates))


def _from_tar(content: bytes, shown: str) -> PackageFiles:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        members = {}
        for one in archive:
            if one.isfile():
                members[one.name] = one
            if len(members) > MAX_MEMBERS * 500:
                raise InputError.of("has too many members", file=shown)

        def read(name: str) -> bytes:
            stream = archive.extractfile(members[name])
            return b"" if stream is None else stream.read(MAX_BYTES + 1)

        files = _members(((name, one.size) for name, one in members.items()), read, shown)
        days = [datetime.fromtimestamp(max(0, members[name].mtime), UTC) for name in files]
    return PackageFiles(shown, files, _latest([(one.year, one.month, one.day) for one in days]))


def _members(
    named: Iterable[tuple[str, int]], read: Callable[[str], bytes], shown: str
) -> dict[str, bytes]:
    """Read the members that may matter, by their names below the archive's own folder."""
    wanted = [(name, size) for name, size in named if _is_wanted(name)]
    if len(wanted) > MAX_MEMBERS or sum(size for _, size in wanted) > MAX_BYTES:
        raise InputError.of(f"unpacks to more than {MAX_BYTES // 1024**2} MiB", file=shown)
    files = {name: read(name) for name, _ in wanted}
    if sum(len(content) for content in files.values()) > MAX_BYTES:
        raise InputError.of(f"unpacks to more than {MAX_BYTES // 1024**2} MiB", file=shown)
    return files


def _is_wanted(name: str) -> bool:
    return _WANTED.fullmatch(name.removeprefix("./").removeprefix("package/")) is not None


def _latest(dates: Iterable[tuple[int, ...]]) -> date | None:
    """Return the latest date of a member; None where they are not of the build."""
    true = [one for one in dates if one[0] >= _FIRST_TRUE_YEAR]
    return date(*max(true)) if true else None


def _from_folder(folder: Path) -> dict[str, bytes]:
    """Read a package's folder, or one in which packages are installed."""
    patterns = (
        "genai_prices/data.py", "data.py",
        "genai_prices-*.dist-info/METADATA", "litellm-*.dist-info/METADATA",
        "genai_prices-*.dist-info/sboms/*.json", "litellm-*.dist-info/sboms/*.json",
        "litellm/model_prices_and_context_window_backup.json",
        "model_prices_and_context_window*.json",
        "dist/providers/data/*.json", "package/dist/providers/data/*.json", "package.json",
    )  # fmt: skip
    found = [path for pattern in patterns for path in sorted(folder.glob(pattern))]
    if (folder / ".manifest.json").is_file():
        found += sorted(folder.glob("*.json"))
    if not found:
        message = "holds no price table of genai-prices, litellm or pi-ai"
        raise InputError.of(message, file=str(folder))
    if len(found) > MAX_MEMBERS:
        raise InputError.of("holds too many files", file=str(folder))
    files = {path.relative_to(folder.parent).as_posix(): read_bytes(path) for path in found}
    if sum(len(content) for content in files.values()) > MAX_BYTES:
        raise InputError.of(f"holds more than {MAX_BYTES // 1024**2} MiB", file=str(folder))
    return files


def _installed(name: str) -> PackageFiles | None:
    """Find a package that is installed beside this program; None if there is none of the name."""
    try:
        package = metadata.distribution(name)
    except (metadata.PackageNotFoundError, ValueError):
        return None
    wanted = [one for one in package.files or () if _is_wanted(one.as_posix())]
    files = {one.as_posix(): read_bytes(Path(str(one.locate()))) for one in wanted}
    return PackageFiles(name, files)
