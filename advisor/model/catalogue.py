"""Which models a vendor's plans offer, as a list that changes by the day."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from pydantic import BeforeValidator, model_validator

from advisor.model.scalars import Day, Frozen, Text, as_list
from advisor.model.source import Source

Names = Annotated[tuple[Text, ...], BeforeValidator(as_list)]


class CatalogueChange(Frozen):
    """From a day on: the whole list, or what came to the one before and what left it."""

    effective_from: Day
    models: Names | None = None
    adds: Names = ()
    drops: Names = ()
    note: Text | None = None
    source: Source

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if (self.models is None) == (not self.adds and not self.drops):
            raise ValueError("a change has either `models`, or `adds` and `drops`")
        return self


def offered(changes: Sequence[CatalogueChange], on: date | None = None) -> frozenset[str]:
    """Return the models of the list on a day, or at last; before its first day the first list."""
    listed: frozenset[str] = frozenset()
    for place, change in enumerate(changes):
        if place and on is not None and change.effective_from > on:
            break
        listed = _after(listed, change)
    return listed


def ever_offered(changes: Sequence[CatalogueChange]) -> frozenset[str]:
    """Return every model that was ever in the list."""
    return frozenset(one for change in changes for one in (change.models or change.adds))


def dropped_on(changes: Sequence[CatalogueChange], model: str) -> CatalogueChange | None:
    """Return the change with which a model left the list for good; None if it is still there."""
    found, listed = None, frozenset[str]()
    for change in changes:
        after = _after(listed, change)
        if model in listed and model not in after:
            found = change
        elif model in after:
            found = None
        listed = after
    return found


def _after(listed: frozenset[str], change: CatalogueChange) -> frozenset[str]:
    if change.models is not None:
        return frozenset(change.models)
    return (listed - frozenset(change.drops)) | frozenset(change.adds)
