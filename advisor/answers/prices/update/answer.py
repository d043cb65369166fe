"""The whole answer: what another table proposes, held against our own checks, as one patch."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from advisor.answers.prices.listing import book_faults
from advisor.answers.prices.update.compare import Proposal, compared, left_behind
from advisor.answers.prices.update.data_file import PriceTable, quotes_of
from advisor.answers.prices.update.objections import TableDays
from advisor.answers.prices.update.patch import (
    Addition,
    NoPlaceError,
    text_of,
    unified,
    with_period,
)
from advisor.load.price_book import read_price_book
from advisor.load.yaml_source import parse_yaml
from advisor.model.book import Offer, PriceBook
from advisor.tables.prices_update import (
    CONFLICT,
    OLDER,
    PROPOSED,
    REVIEWED,
    UNKNOWN_HERE,
    UNKNOWN_THERE,
    PriceUpdate,
)

_ORDER = (PROPOSED, CONFLICT, REVIEWED, OLDER, UNKNOWN_HERE, UNKNOWN_THERE)


class Proposed(NamedTuple):
    """The answer, and the new text of every file that it would change."""

    answer: PriceUpdate
    texts: Mapping[Path, str]


def propose(
    folder: Path, table: PriceTable, days: TableDays, *, source: str, patch_folder: str
) -> Proposed:
    """Compare a table with a folder of pricing files, and write what is new as a patch.

    `source` is what new periods name as theirs, `days` the table's own and the one from which they
    hold, `patch_folder` the folder's name in the patch, empty for the one in use. Nothing is
    written. Raises InputError for a file that can't be read.
    """
    book = read_price_book(folder)
    makers = {offer.vendor.vendor for offer in book.made}
    quotes = quotes_of(table, makers, days.as_of)
    found = compared(book, quotes, days, source=source)
    texts = _Texts(folder)
    findings = list(found.findings)
    for one in found.proposals:
        reason = _added(texts, one, book)
        status = CONFLICT if reason else PROPOSED
        findings += [line._replace(status=status, reason=reason) for line in one.findings]
    findings.sort(key=lambda one: _ORDER.index(one.status))
    patch = texts.patch(patch_folder)
    answer = PriceUpdate(
        table.title,
        table.shown,
        days.as_of,
        days.on,
        findings,
        found.models,
        quotes.elsewhere,
        patch,
    )
    return Proposed(answer, texts.new)


class _Texts:
    """The texts of a folder's pricing files, as they are and as they become."""

    def __init__(self, folder: Path) -> None:
        self.old = {path: text_of(path) for path in sorted(folder.glob("*.yaml"))}
        self.new: dict[Path, str] = {}

    @cached_property
    def _places(self) -> dict[tuple[str, str], Path]:
        """Return the file of each maker's models."""
        data = {path: parse_yaml(text, str(path)).data for path, text in self.old.items()}
        return {
            (file.get("vendor"), model): path
            for path, file in data.items()
            for model in file.get("models") or ()
        }

    def add(self, offer: Offer, addition: Addition) -> None:
        """Add a period to the file of its model. Raises NoPlaceError."""
        path = self._places[offer.vendor.vendor, offer.id]
        text = self.new.get(path, self.old[path])
        self.new[path] = with_period(text, addition, file=str(path))

    def patch(self, folder: str) -> str:
        """Write all changes as one patch."""
        return "".join(
            unified(self.old[path], text, f"{folder}/{path.name}" if folder else path.name)
            for path, text in sorted(self.new.items())
        )


def _added(texts: _Texts, one: Proposal, book: PriceBook) -> str | None:
    """Add a proposal to its file; say why, where it can't be or should not."""
    offer = one.offer._replace(model=one.offer.model.model_copy(update={"prices": (one.new,)}))
    odd = book_faults(PriceBook((offer,), {}, {}, {}, book.as_of))
    if odd:
        return odd[0].partition(": ")[2]
    stays = left_behind(one)
    if stays:
        return f"their {' and '.join(stays)} does not move with it: write the period by hand"
    try:
        texts.add(one.offer, Addition(one.offer.id, one.new))
    except NoPlaceError:
        return "its prices are not written line by line: add the period by hand"
    return None
