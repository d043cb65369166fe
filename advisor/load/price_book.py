"""The folder of pricing files in, one price book out.

`default_folder` is the only place that knows where the data lives: inside an installed wheel, or
beside the package in a checkout.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from advisor.errors import Fault, InputError
from advisor.load.kept import kept
from advisor.load.text_file import content_of
from advisor.load.yaml_source import Document, parse_yaml, validate
from advisor.model.book import Offer, PriceBook, PricingFile, SoldPlan, Vendor
from advisor.model.price import Calendar, Channel

T = TypeVar("T")

_PACKAGE = Path(__file__).resolve().parent.parent


def default_folder(name: str) -> Path:
    """Return the shipped folder `pricing` or `workloads`."""
    inside_wheel = _PACKAGE / f"_{name}"
    return inside_wheel if inside_wheel.is_dir() else _PACKAGE.parent / name


def read_price_book(folder: Path | None = None, *, keep_in: Path | None = None) -> PriceBook:
    """Read every pricing file of a folder, as of the latest check in it.

    Prices that were announced and never came are in it, to be shown; they are never in force.
    `keep_in` is a folder for what was read once, if there is to be one: see `load.kept`.
    Raises InputError with every fault of every file.
    """
    where = folder or default_folder("pricing")
    paths = sorted(where.glob("*.yaml"))
    if not paths:
        raise InputError.of("holds no pricing files (*.yaml)", file=str(where))
    faults: list[Fault] = []
    files: list[PricingFile] = []
    for path in paths:
        parsed = _read_file(path, faults, keep_in)
        if parsed is not None:
            files.append(parsed)
    if faults:
        raise InputError(faults)
    if not any(file.models or file.plans for file in files):
        raise InputError.of("holds no prices", file=str(where))
    return _assemble(files)


def _read_file(path: Path, faults: list[Fault], keep_in: Path | None) -> PricingFile | None:
    shown_as = str(Path(path.parent.name, path.name))
    try:
        return _checked(content_of(path, shown_as), shown_as, keep_in)
    except InputError as error:
        faults.extend(error.faults)
        return None


@lru_cache(maxsize=64)
def _checked(content: bytes, shown_as: str, keep_in: Path | None) -> PricingFile:
    """Return what a file holds; the same bytes are read once in a process."""
    return kept(keep_in, content, PricingFile, lambda: _parsed(content, shown_as))


def _parsed(content: bytes, shown_as: str) -> PricingFile:
    """Read and check a file. Raises InputError with every fault."""
    document = parse_yaml(content, shown_as)
    parsed, found = validate(document, PricingFile)
    if parsed is not None:
        found = [*found, *_faults_between_models(document, parsed)]
    if parsed is None or found:
        raise InputError(found)
    return parsed


def _faults_between_models(document: Document, parsed: PricingFile) -> list[Fault]:
    """Find what pydantic cannot see: a successor that is not in the file, a missing vendor."""
    faults = []
    if (parsed.models or parsed.plans) and parsed.vendor is None:
        line, column = document.place(())
        faults.append(Fault(document.file, line, column, "vendor", "is required", ""))
    for id_, model in parsed.models.items():
        if model.successor is not None and model.successor not in parsed.models:
            line, column = document.place(("models", id_, "successor"))
            message = f"{model.successor!r} is not a model of this file"
            faults.append(
                Fault(document.file, line, column, f"models.{id_}.successor", message, "")
            )
    return faults


def _assemble(files: list[PricingFile]) -> PriceBook:
    offers: list[Offer] = []
    plans: dict[str, SoldPlan] = {}
    channels: dict[str, Channel] = {}
    calendars: dict[str, Calendar] = {}
    for file in files:
        vendor = Vendor(file.vendor or "", file.name or file.vendor or "", file.country)
        offers += [Offer(id_, vendor, model) for id_, model in file.models.items()]
        sold = {id_: SoldPlan(id_, vendor, plan) for id_, plan in file.plans.items()}
        _add(plans, sold, "plans")
        _add(channels, file.channels, "channels")
        _add(calendars, file.calendars, "calendars")
    sources = [
        *(period.source for offer in offers for period in offer.model.prices),
        *(period.source for one in plans.values() for period in one.plan.periods),
        *(period.source for channel in channels.values() for period in channel.periods),
    ]
    last = max(source.checked_on for source in sources)
    return PriceBook(tuple(offers), plans, channels, calendars, last)


def _add(known: dict[str, T], more: Mapping[str, T], kind: str) -> None:
    """Add what one file holds. A name in two files is a fault: neither may hide the other."""
    for name in more:
        if name in known:
            raise InputError.of("stands in two pricing files", key=f"{kind}.{name}")
    known.update(more)
