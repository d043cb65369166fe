"""What a command reads: the file or the flags, the prices, the profiles."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from advisor.case.build import build_case
from advisor.case.facts import Case
from advisor.errors import AdvisorError, Fault, InputError
from advisor.load.document import Document, written_path
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.profile_book import read_profiles
from advisor.load.workload_file import WorkloadFile, check_workload, read_options
from advisor.load.yaml_source import read_yaml
from advisor.model.book import PriceBook
from advisor.model.workload import Option, Workload

FLAGS = "flags"
_NOT_WORKLOADS = {"profiles.yaml", "shortlist.yaml"}


class Inputs(NamedTuple):
    """Everything that was read for one answer. `shown` is the file as the answer names it.

    `lines` are the lines on which keys of the file stand, by the key as it is written. `workload`,
    `book` and `options` are what the case was built from.
    """

    case: Case
    shown: str
    lines: Mapping[str, int]
    workload: Workload
    book: PriceBook
    options: Mapping[str, Option]


def find_file(given: Path | None) -> Path | None:
    """Return the file to read: the one given, ./team.yaml, or the only one in ./workloads."""
    if given is not None:
        return given
    if Path("team.yaml").is_file():
        return Path("team.yaml")
    found = [p for p in sorted(Path("workloads").glob("*.yaml")) if p.name not in _NOT_WORKLOADS]
    return found[0] if len(found) == 1 else None


def read_inputs(
    given: Path | None,
    flags: Mapping[str, Any],
    *,
    as_of: date | None = None,
    assume_cancelled: Sequence[str] = (),
) -> Inputs:
    """Read the file, or take the flags for one; flags beside a file win over what it says.

    Raises InputError with every fault of the workload, and whatever building the case raises, with
    file and line where the key that is to blame stands in the file.
    """
    whole = read_price_book()
    cancelled = _cancelled(assume_cancelled, whole)
    book = whole.known_on(as_of, cancelled)
    document = _document(given, flags)
    workloads = default_folder("workloads")
    has_options = isinstance(document.data, dict) and "options" in document.data
    shortlist = {} if has_options else read_options(workloads / "shortlist.yaml")
    name = Path(document.file).stem if document.file != FLAGS else "your team"
    try:
        read = check_workload(document, book, shortlist)
        own = _own_profiles(read, find_file(given))
        profiles = read_profiles([workloads / "profiles.yaml", *own])
        case = build_case(read.workload, book, profiles, shortlist, name=name)
    except AdvisorError as error:
        raise _located(error, document, flags) from None
    lines = {written_path(path): line for path, (line, _) in document.marks.items()}
    options = read.workload.options or shortlist
    return Inputs(case, document.file, lines, read.workload, book, options)


def _document(given: Path | None, flags: Mapping[str, Any]) -> Document:
    path = find_file(given) if given is not None or not flags.get("developers") else None
    if path is None:
        if not flags:
            raise InputError.of(
                "no file: say which, or `--developers 40` and nothing else; "
                "`advisor init` writes a first file"
            )
        return Document(FLAGS, dict(flags), {})
    document = read_yaml(path)
    if not flags or not isinstance(document.data, dict):
        return document
    return Document(document.file, {**document.data, **flags}, document.marks)


def _own_profiles(read: WorkloadFile, file: Path | None) -> list[Path]:
    """Find the profile files that a workload names, relative to where it stands."""
    folder = file.parent if file is not None else Path()
    return [folder / name for name in read.workload.profiles]


def _cancelled(wanted: Sequence[str], book: PriceBook) -> dict[str, frozenset[date]]:
    """Read `MODEL@DATE`, several times; refuse to cancel what was never announced."""
    result: dict[str, frozenset[date]] = {}
    for text in wanted:
        model, _, day = text.rpartition("@")
        try:
            when = date.fromisoformat(day)
        except ValueError:
            message = f"{text!r}: write it as MODEL@YYYY-MM-DD"
            raise InputError.of(message, key="--assume-cancelled") from None
        offer = book.find(model)
        if offer is None or not offer.model.announces(when):
            message = f"{model} has no price announced for {when}"
            raise InputError.of(message, key="--assume-cancelled")
        result[offer.id] = result.get(offer.id, frozenset()) | {when}
    return result


def _located(error: AdvisorError, document: Document, flags: Mapping[str, Any]) -> AdvisorError:
    """Give the faults of a calculation the line of the key that they name, or the flag."""
    places = {written_path(path): mark for path, mark in document.marks.items()}
    located = []
    for fault in error.faults:
        flag = _flag_of(fault.key, flags)
        if flag or (document.file == FLAGS and fault.file in {"", FLAGS}):
            located.append(Fault("", 0, 0, flag or fault.key, fault.message, fault.hint))
        elif fault.line or fault.file:
            located.append(fault)
        else:
            line, column = places.get(fault.key, (1, 1))
            located.append(replace(fault, file=document.file, line=line, column=column))
    return type(error).at(located) if located else error


def _flag_of(key: str, flags: Mapping[str, Any]) -> str:
    """Name the flag that gave a key its value; empty where none did."""
    first = re.split(r"[.\[]", key)[0]
    if first not in flags:
        return ""
    last = key.rpartition(".")[2]
    return "--" + {"month": "month", "active_developers": "active"}.get(last, first)
