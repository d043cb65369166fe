"""The folder of pricing files in, one price book out."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.kept import digest_of, kept
from advisor.load.shipped import shipped_folder
from advisor.load.text_file import content_of
from advisor.load.yaml_source import Document, parse_yaml, validate
from advisor.model.book import Offer, PriceBook, PricingFile, SoldPlan, Vendor
from advisor.model.price import Calendar, Channel
from advisor.model.source import Source

T = TypeVar("T")


def default_folder(name: str) -> Path:
    """Return the shipped folder `pricing` or `workloads`."""
    return Path(shipped_folder(name))


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
    told: list[tuple[bytes, PricingFile]] = []
    for path in paths:
        one = _read_file(path, faults, keep_in)
        if one is not None:
            told.append(one)
    files = [file for _, file in told]
    if faults:
        raise InputError(faults)
    if not any(file.models or file.plans for file in files):
        raise InputError.of("holds no prices", file=str(where))
    book = _assemble(files)
    object.__setattr__(book, "digest", digest_of(content for content, _ in told))
    return book


def _read_file(
    path: Path, faults: list[Fault], keep_in: Path | None
) -> tuple[bytes, PricingFile] | None:
    shown_as = str(Path(path.parent.name, path.name))
    try:
        content = content_of(path, shown_as)
        return content, _checked(content, shown_as, keep_in)
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
    """Find what pydantic cannot see: a name that stands for nothing in the file, or no vendor."""
    faults = []
    if (parsed.models or parsed.plans) and parsed.vendor is None:
        line, column = document.place(())
        faults.append(Fault(document.file, line, column, "vendor", "is required", ""))
    for where, name, known in _names_used(parsed):
        if name not in known:
            line, column = document.place(where)
            kind = {"models": "model", "plans": "plan"}[where[0]]
            kind = "catalogue" if where[-1] == "catalogue" else kind
            message = f"{name!r} is not a {kind} of this file"
            hint = did_you_mean(name, known)
            faults.append(Fault(document.file, line, column, ".".join(where), message, hint))
    return faults


def _names_used(parsed: PricingFile) -> Iterator[tuple[tuple[str, ...], str, Collection[str]]]:
    """Yield every name that stands for something in the same file: where, and what there is."""
    for id_, model in parsed.models.items():
        if model.successor is not None:
            yield ("models", id_, "successor"), model.successor, parsed.models
    for id_, plan in parsed.plans.items():
        if plan.successor is not None:
            yield ("plans", id_, "successor"), plan.successor, parsed.plans
        if plan.catalogue is not None:
            yield ("plans", id_, "catalogue"), plan.catalogue, parsed.catalogues


def _assemble(files: list[PricingFile]) -> PriceBook:
    made: list[Offer] = []
    plans: dict[str, SoldPlan] = {}
    channels: dict[str, Channel] = {}
    calendars: dict[str, Calendar] = {}
    for file in files:
        vendor = Vendor(
            file.vendor or "", file.name or file.vendor or "", file.country, file.billed_as
        )
        made += [Offer(id_, vendor, model) for id_, model in file.models.items()]
        sold = {
            id_: SoldPlan(id_, vendor, plan, file.catalogues.get(plan.catalogue or "", ()))
            for id_, plan in file.plans.items()
        }
        _add(plans, sold, "plans")
        _add(channels, file.channels, "channels")
        _add(calendars, file.calendars, "calendars")
    _see_that_channels_exist(made, channels)
    last = max(source.checked_on for source in _sources(made, plans, channels))
    return PriceBook(tuple(made), plans, channels, calendars, last)


def _sources(
    made: list[Offer], plans: Mapping[str, SoldPlan], channels: Mapping[str, Channel]
) -> Iterator[Source]:
    for offer in made:
        yield from (period.source for period in offer.model.prices)
        if offer.model.retires_source is not None:
            yield offer.model.retires_source
    for one in plans.values():
        yield from (period.source for period in one.plan.periods)
        yield from (change.source for change in one.catalogue)
    yield from (period.source for channel in channels.values() for period in channel.periods)


def _see_that_channels_exist(made: list[Offer], channels: Mapping[str, Channel]) -> None:
    """Refuse ends at channels that no file has."""
    faults = [
        Fault("", 0, 0, f"models.{offer.id}.retires_at.{name}", "is not a channel",
              did_you_mean(name, channels))
        for offer in made
        for name in offer.model.retires_at
        if name not in channels
    ]  # fmt: skip
    if faults:
        raise InputError(faults)


def _add(known: dict[str, T], more: Mapping[str, T], kind: str) -> None:
    """Add what one file holds. A name in two files is a fault: neither may hide the other."""
    for name in more:
        if name in known:
            raise InputError.of("stands in two pricing files", key=f"{kind}.{name}")
    known.update(more)
