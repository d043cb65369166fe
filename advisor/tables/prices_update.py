"""What another price table says that ours does not, as a finished answer."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

PROPOSED, CONFLICT = "proposed", "conflict"
REVIEWED, OLDER = "reviewed", "older"
UNKNOWN_HERE, UNKNOWN_THERE = "unknown here", "unknown there"


class PriceFinding(NamedTuple):
    """One figure that differs, or one model that a table does not have.

    `status` is `proposed` (a period is appended), `conflict` (a person has to look), `reviewed`
    (the difference is recorded as a dispute, with why ours stands), `older` (ours was looked at
    after theirs), `unknown here` or `unknown there`; `reason` says why. `price` is the token class,
    `input over 200000` for a tier, `batch output` for a variant, `retires` for a day. Prices are
    dollars per million tokens; None where a table states none.
    """

    status: str
    model: str
    price: str | None = None
    ours: Decimal | date | None = None
    theirs: Decimal | date | None = None
    since: date | None = None
    checked_on: date | None = None
    reason: str | None = None


class PriceUpdate(NamedTuple):
    """Everything found on one day. `patch` is a unified diff, empty where nothing is proposed.

    `as_of` is the day of their table, `on` the day from which new prices hold. `compared` counts
    the models that both have, `elsewhere` entries of resellers, which are not the makers' own
    prices and are left alone. Models that are unknown here stand with what coding teams use first.
    """

    kind: str
    source: str
    as_of: date
    on: date
    findings: Sequence[PriceFinding]
    compared: int
    elsewhere: int
    patch: str

    @property
    def start(self) -> date:
        """The first day of what is proposed: nobody saw a price after the day of their table."""
        return min(self.as_of, self.on)

    def models(self, status: str) -> list[str]:
        """Name the models of a status, each once, in order."""
        return list(dict.fromkeys(one.model for one in self.findings if one.status == status))
