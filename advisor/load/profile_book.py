"""Profile files in, one profile book out.

Beside what the models check stands what only all files together show: a source that no file has, a
stand-in that stands in for itself in the end, a class that is like one without records.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.kept import digest_of, kept
from advisor.load.price_book import default_folder
from advisor.load.text_file import content_of
from advisor.load.yaml_source import parse_yaml, validate
from advisor.model.profile import ANY_CLASS, ProfileBook, ProfileFile

Told = tuple[bytes, str, ProfileFile]
"""A file's bytes, its name in faults, and what it says."""
Doubt = tuple[tuple[str | int, ...], str, str]
"""Where in a file, what is wrong there, and a hint."""
Said = tuple[tuple[str | int, ...], str | None]


def shipped_profiles() -> Path:
    """Return the profile file that comes with the advisor."""
    return default_folder("workloads") / "profiles.yaml"


def read_profiles(paths: Sequence[Path], *, keep_in: Path | None = None) -> ProfileBook:
    """Read profile files, each on top of the ones before it, into one book.

    What a later file says of a name wins, and its records are added; pass `shipped_profiles()`
    first where others only add to it. `keep_in` is a folder for what was read once, if there is to
    be one: see `load.kept`. Raises InputError with every fault of every file.
    """
    faults: list[Fault] = []
    told = [one for path in paths if (one := _read(path, faults, keep_in)) is not None]
    # A file with faults of its own may lack what the others rely on.
    faults = faults or _faults_together(told)
    if faults:
        raise InputError(faults)
    book = ProfileBook.of(file for *_, file in told)
    object.__setattr__(book, "digest", digest_of(content for content, *_ in told))
    return book


def _read(path: Path, faults: list[Fault], keep_in: Path | None) -> Told | None:
    shown_as = str(path)
    try:
        content = content_of(path, shown_as)
        return content, shown_as, _checked(content, shown_as, keep_in)
    except InputError as error:
        faults.extend(error.faults)
        return None


@lru_cache(maxsize=8)
def _checked(content: bytes, shown_as: str, keep_in: Path | None) -> ProfileFile:
    """Return what a file holds; the same bytes are read once in a process."""
    return kept(keep_in, content, ProfileFile, lambda: _parsed(content, shown_as))


def _parsed(content: bytes, shown_as: str) -> ProfileFile:
    """Read and check a file. Raises InputError with every fault."""
    parsed, found = validate(parse_yaml(content, shown_as), ProfileFile)
    if parsed is None or found:
        raise InputError(found)
    return parsed


def _faults_together(told: Sequence[Told]) -> list[Fault]:
    sources = {name for *_, file in told for name in file.sources}
    measured = {
        row.task_class or group.task_class or ANY_CLASS
        for *_, file in told
        for group in file.records
        for row in group.rows
    }
    links = {name: one.model for *_, file in told for name, one in file.stand_ins.items()}
    faults: list[Fault] = []
    for content, shown_as, file in told:
        doubts = [
            *_unknown_sources(file, sources),
            *_unmeasured_classes(file, measured),
            *_circles(file, links),
        ]
        if doubts:
            document = parse_yaml(content, shown_as)  # which knows the lines
            faults += [document.fault(*doubt) for doubt in doubts]
    return faults


def _unknown_sources(file: ProfileFile, sources: set[str]) -> list[Doubt]:
    doubts: list[Doubt] = []
    for index, group in enumerate(file.records):
        here = ("records", index)
        said: list[Said] = [((*here, "source"), group.source)]
        said += [((*here, "rows", i, "source"), row.source) for i, row in enumerate(group.rows)]
        for path, source in said:
            if source is not None and source not in sources:
                hint = did_you_mean(source, sorted(sources))
                doubts.append((path, f"{source!r} is not among `sources`", hint))
    return doubts


def _unmeasured_classes(file: ProfileFile, measured: set[str]) -> list[Doubt]:
    hint_from = sorted(measured)
    named: list[Said] = [(("classes", key, "like"), one.like) for key, one in file.classes.items()]
    return [
        (path, f"{name!r} has no records", did_you_mean(name, hint_from))
        for path, name in named
        if name is not None and name not in measured
    ]


def _circles(file: ProfileFile, links: Mapping[str, str]) -> list[Doubt]:
    doubts: list[Doubt] = []
    for name in file.stand_ins:
        seen, following = {name}, links.get(name)
        while following is not None and following not in seen:
            seen.add(following)
            following = links.get(following)
        if following == name:
            message = "stands in for itself in the end"
            doubts.append((("stand_ins", name, "model"), message, ""))
    return doubts
