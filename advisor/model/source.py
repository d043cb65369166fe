"""Where a figure comes from, how sure it is, and what others say instead."""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from advisor.model.scalars import Day, Frozen, Text

Confidence = Literal["high", "medium", "low"]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class Source(Frozen):
    """Where a figure comes from, and the day a person last compared it with that place.

    `first_seen` is the day on which it was known first, where somebody has looked again since.
    """

    url: Text
    checked_on: Day
    first_seen: Day | None = None
    confidence: Confidence = "high"
    note: Text | None = None

    @model_validator(mode="after")
    def _seen_before_it_was_checked(self) -> Self:
        if self.first_seen is not None and self.first_seen > self.checked_on:
            raise ValueError("`first_seen` is no later than `checked_on`")
        return self

    @property
    def known_from(self) -> date:
        """The first day on which the figure was known."""
        return self.first_seen or self.checked_on

    @property
    def is_page(self) -> bool:
        """Whether it is a page that can be opened, rather than a package or a citation."""
        return self.url.startswith("https://")


class OtherFigure(Frozen):
    """What somebody else says of a thing, and why ours stands."""

    says: Text
    who: Text
    why: Text

    @property
    def in_words(self) -> str:
        """The other figure and whose it is: `5 / 30 (cctally 1.122.0)`."""
        return f"{self.says} ({self.who})"
