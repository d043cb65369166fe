"""What an answer is made from: a file, flags or a mapping, with the prices and the profiles."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from advisor.answers.compare.answer import lines_of_ways
from advisor.api.books import known_on, options_in, price_book, profile_book
from advisor.api.kept_findings import asking
from advisor.api.locking import LockUse, Tables, shipped_tables, tables_for
from advisor.api.surroundings import Surroundings
from advisor.case.build import build_case
from advisor.case.facts import Case
from advisor.case.sources import Sources
from advisor.errors import AdvisorError, Fault, InputError
from advisor.load.document import Document, Mark, written_path
from advisor.load.known_names import check_names
from advisor.load.lock import check_day
from advisor.load.text_file import top_of
from advisor.load.workload_file import check_workload
from advisor.load.yaml_source import read_yaml
from advisor.model.book import PriceBook
from advisor.model.doubts import OLD_DAYS
from advisor.model.workload import Option, Workload
from advisor.safe_text import on_one_line
from advisor.units import rounded

FLAGS = "flags"
SHORTLIST = "shortlist.yaml"
_SAME = 0.005
_NOT_WORKLOADS = {"profiles.yaml", SHORTLIST, "tokenizers.yaml"}


class Inputs(NamedTuple):
    """Everything that was read for one answer. `shown` is the file as the answer names it.

    `workload`, `book` and, as they were read, `document` and `sources` are what the case was built
    from, `is_locked` with the tables of a lock. `files` are the user's own: the workload, its
    profiles, a lock.
    """

    case: Case
    shown: str
    workload: Workload
    book: PriceBook
    document: Document
    sources: Sources
    is_locked: bool
    files: tuple[Path, ...] = ()

    @property
    def places(self) -> Mapping[str, Mark]:
        """Line and column on which keys stand, by the key as it is written."""
        return _places(self.document)

    @property
    def lines(self) -> Mapping[str, int]:
        """The line on which each key stands; a file is gone through again for it."""
        return {key: line for key, (line, _) in self.places.items()}

    @property
    def options(self) -> Mapping[str, Option]:
        """The options of the file, else of the shortlist."""
        return self.workload.options or self.sources.shortlist


def find_file(given: Path | None) -> Path | None:
    """Return the file to read: the one given, ./team.yaml, or the only one in ./workloads."""
    if given is not None:
        return given
    if Path("team.yaml").is_file():
        return Path("team.yaml")
    found = [p for p in sorted(Path("workloads").glob("*.yaml")) if p.name not in _NOT_WORKLOADS]
    return found[0] if len(found) == 1 else None


Called = Callable[[str], str]
"""What the place of a fault is called where somebody stated it beside the file; else empty."""


def nothing_beside(_: str) -> str:
    """Say that nobody stated anything beside the file."""
    return ""


class TablesAsked(NamedTuple):
    """Which tables a document meets, and how they are taken.

    `as_of`: as they were known on a day. `cancelled` are announced prices that are left out, each
    MODEL@DATE. `use` says what is done with a lock, which lies beside the file unless `lock_file`
    is one.
    """

    around: Surroundings
    as_of: date | None = None
    cancelled: Sequence[str] = ()
    use: LockUse = LockUse.BESIDE
    lock_file: Path | None = None


def read_inputs(
    given: Path | None,
    flags: Mapping[str, Any],
    *,
    around: Surroundings,
    as_of: date | None = None,
    assume_cancelled: Sequence[str] = (),
    shown_as: str | None = None,
    use: LockUse = LockUse.BESIDE,
    lock_file: Path | None = None,
) -> Inputs:
    """Read the file, or take the flags for one; flags beside a file win over what it says.

    `shown_as` is the file's name in answers and faults; default: as given. The rest is as in
    `TablesAsked`.

    Raises InputError with every fault of the workload, and whatever building the case raises, with
    file and line where the key that is to blame stands in the file.
    """
    document = _document(given, flags, shown_as)
    path = find_file(given) if document.file != FLAGS else None
    meeting = TablesAsked(around, as_of, assume_cancelled, use, lock_file)
    return inputs_of(document, meeting, path=path, called=partial(_flag_of, flags))


def inputs_of(
    document: Document,
    meeting: TablesAsked,
    *,
    path: Path | None = None,
    called: Called = nothing_beside,
) -> Inputs:
    """Let a document meet its tables: what is read already is not read again.

    `path` is the file it was, if any, beside which profiles and a lock lie. `called`
    names what somebody stated beside the file. Raises as `read_inputs`; faults of what was no file
    have keys and no lines.
    """
    meets = _Meets(document, path, meeting, called)
    with tables_for(path, meeting.use, meeting.lock_file) as tables:
        inputs = _met(meets, tables)
        if meeting.as_of is None and tables.lock is None:
            _say_if_old(inputs.book, meeting.around)
    if not tables.moved:
        return inputs
    newer = _met(meets, shipped_tables())
    warnings = (*inputs.case.warnings, _what_moved(inputs, newer, tables))
    return inputs._replace(case=replace(inputs.case, warnings=warnings))


def _say_if_old(book: PriceBook, around: Surroundings) -> None:
    """Tell who uses tables that nobody has looked at for long, beside the answer."""
    age = (around.today() - book.as_of).days
    if age > OLD_DAYS:
        around.tell(
            f"the price tables were last checked {age} days ago, on {book.as_of}: "
            "`advisor prices check` says what has changed or ended since"
        )


class _Meets(NamedTuple):
    """A document, and what was asked of the tables that it meets."""

    document: Document
    path: Path | None
    meeting: TablesAsked
    called: Called


def _met(meets: _Meets, tables: Tables) -> Inputs:
    """Check a document against tables and build its case."""
    document, meeting = meets.document, meets.meeting
    keep_in = meeting.around.keep_in
    whole = price_book(tables.pricing, keep_in)
    if tables.lock is not None and tables.lock_file is not None:
        check_day(tables.lock, whole.as_of, tables.lock_file)
    cancelled = _cancelled(meeting.cancelled, whole)
    book = known_on(whole, meeting.as_of, tuple(sorted(cancelled.items())))
    has_options = isinstance(document.data, dict) and "options" in document.data
    shortlist = {} if has_options else options_in(tables.workloads / SHORTLIST)
    name = on_one_line(meets.path.stem) if meets.path is not None else "your team"
    try:
        # In a process that has checked one, another is checked as soon as it would be recalled.
        plans_in = None if Workload.__pydantic_complete__ else keep_in
        read = check_workload(document, book, shortlist, plans_in)
        own = own_profiles(read.workload, meets.path)
        own_files = [tables.own.get(name, path) for name, path in own.items()]
        profiles = profile_book([tables.workloads / "profiles.yaml", *own_files], keep_in)
        sources = Sources(
            document.data, book, profiles, shortlist, name, document.file, asking(keep_in)
        )
        case = _built(read.workload, document, sources)
    except AdvisorError as error:
        raise _located(error, document, meets.called) from None
    is_locked = tables.lock is not None
    files = [*own.values(), *filter(None, (meets.path, tables.lock_file))]
    return Inputs(
        case, document.file, read.workload, book, document, sources, is_locked, tuple(files)
    )


def _built(workload: Workload, document: Document, sources: Sources) -> Case:
    """Look every name up, and build the case."""
    book, profiles, shortlist = sources.book, sources.profiles, sources.shortlist
    check_names(workload, document, book, profiles, workload.options or shortlist)
    return build_case(workload, book, profiles, shortlist, name=sources.name, ask=sources.ask)


def case_with(inputs: Inputs, data: Mapping[str, Any]) -> Case:
    """Build the case of other data from the very tables of a plan that was read.

    Raises as `read_inputs`; faults have keys and no lines.
    """
    document, sources = Document(FLAGS, data, {}), inputs.sources
    if "options" in data:
        sources = sources._replace(shortlist={})
    workload = check_workload(document, sources.book, sources.shortlist).workload
    return _built(workload, document, sources)


def _what_moved(locked: Inputs, newer: Inputs, tables: Tables) -> str:
    """Say what newer tables would change of the decided way's year."""
    spends = []
    for one in (locked, newer):
        way = one.case.today if one.case.mix is None else one.case.mix
        (line,) = lines_of_ways(one.case, [way], draws=0, seed=1)
        assert line.spend is not None
        spends.append(line.spend.expected)
    files = ", ".join(tables.moved[:3]) + (" …" if len(tables.moved) > 3 else "")
    costs = f"costs {rounded(spends[1])} instead of {rounded(spends[0])}"
    if abs(spends[1] - spends[0]) < _SAME:
        costs = "costs the same"
    return (
        f"the prices of {locked.case.as_of} are locked; with the tables of {newer.case.as_of} "
        f"({files}) the plan {costs}: `advisor prices lock` accepts them"
    )


def _document(
    given: Path | None, flags: Mapping[str, Any], shown_as: str | None = None
) -> Document:
    path = find_file(given) if given is not None or not flags.get("developers") else None
    if path is None:
        if not flags:
            raise InputError.of(
                "no file: say which, or `--developers 40` and nothing else; "
                "`advisor init` writes a first file"
            )
        return Document(FLAGS, dict(flags), {})
    document = read_yaml(path, shown_as=shown_as)
    if not flags or not isinstance(document.data, dict):
        return document
    return Document(document.file, {**document.data, **flags}, document.marks)


def own_profiles(workload: Workload, file: Path | None) -> dict[str, Path]:
    """Find the profile files that a workload names, by name, relative to where it stands.

    Raises InputError for one outside the repository, or the folder where there is no repository:
    a plan from elsewhere must not read what lies there.
    """
    folder = file.parent if file is not None else Path()
    found = {name: folder / name for name in workload.profiles}
    top = top_of(folder)
    outside = [name for name, path in found.items() if not path.resolve().is_relative_to(top)]
    if outside:
        message = f"{outside[0]!r} lies outside {top.name or top}: a plan names files beside it"
        raise InputError.of(message, key="profiles")
    return found


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


def _located(
    error: AdvisorError, document: Document, called: Called = nothing_beside
) -> AdvisorError:
    """Give the faults of a calculation the line of the key that they name, or the flag."""
    located = []
    for fault in error.faults:
        stated = called(fault.key)
        if fault.key.startswith("--"):
            located.append(fault)
        elif stated or (not document.marks and fault.file in {"", document.file}):
            located.append(Fault("", 0, 0, stated or fault.key, fault.message, fault.hint))
        elif fault.line or fault.file:
            located.append(fault)
        else:
            line, column = _nearest(fault.key, _places(document))
            located.append(fault._replace(file=document.file, line=line, column=column))
    return type(error).at(located) if located else error


def _places(document: Document) -> dict[str, Mark]:
    """Return where every key stands, by the key as it is written."""
    return {written_path(path): mark for path, mark in document.marks.items()}


def _nearest(key: str, places: Mapping[str, Mark]) -> Mark:
    """Return where a key stands, or the block that it would stand in."""
    while key and key not in places:
        key = key.rpartition(".")[0]
    return places.get(key, (1, 1))


def placed(error: AdvisorError, document: Document) -> AdvisorError:
    """Give the faults that were found after reading the line of the key that they name."""
    return _located(error, document)


def _flag_of(flags: Mapping[str, Any], key: str) -> str:
    """Name the flag that gave a key its value; empty where none did."""
    first = re.split(r"[.\[]", key)[0]
    if first not in flags:
        return ""
    last = key.rpartition(".")[2]
    return "--" + {"month": "month", "active_developers": "active"}.get(last, first)
