"""What is known of a set-up before anybody measures it: model, maker, price, tool, effort, board.

A board is a benchmark of one kind of work. A team's own work of one kind is a board too, on which
its own trials are the only measurements.
"""

import fnmatch
import math
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import NamedTuple

from advisor.evidence.query import Subject
from advisor.model.book import Offer, PriceBook
from advisor.model.pooling import Pooling
from advisor.model.price import PricePeriod, UnitPrices
from advisor.model.profile import DEFAULT_TOKEN_SHARES, ProfileBook, Record

_DAYS_A_YEAR = 365.25
_FIRST_DAY = date(2026, 1, 1)
"""Releases and prices count from a day and a price in their middle, so that what is common to all
is the board's."""
_USUAL_PRICE = 0.6


class Traits(NamedTuple):
    """What sets a model apart: `price` is the logarithm of what the usual mix of tokens costs.

    `released` is in years. `line` are the models that stand in for it, itself first.
    """

    model: str
    maker: str
    price: float
    released: float
    is_open: bool
    line: tuple[str, ...]


class Setup(NamedTuple):
    """One model at one effort in one tool, on one board.

    `place` is the effort's on the line of efforts. `is_own` says that the board is a team's own.
    """

    traits: Traits
    effort: str | None
    place: float
    tool: str | None
    board: str
    task_class: str
    is_own: bool


@dataclass(frozen=True)
class Surveyor:
    """Reads set-ups off records and questions; what it found of a model it keeps."""

    profiles: ProfileBook
    prices: PriceBook
    pooling: Pooling
    _traits: dict[tuple[str, str | None], Traits] = field(default_factory=dict)

    @cached_property
    def _recorded(self) -> frozenset[str]:
        return frozenset(record.model for record in self.profiles.records)

    def of_record(self, record: Record) -> Setup:
        """Return the set-up that a record measured."""
        is_own = record.reported_by == "own"
        return self._setup(
            self._model(record.model, None, record.at),
            self.profiles.effort_of(record.model, record.effort),
            record.harness,
            _own_board(record.task_class) if is_own else record.benchmark,
            record.task_class,
            is_own=is_own,
        )

    def of_subject(self, subject: Subject) -> Setup:
        """Return the set-up that is asked about, on the team's own work of its kind.

        The stand-in that an option names serves where its model has no records of its own.
        """
        task_class = self.profiles.like(subject.task_class)
        has_records = subject.model in self._recorded
        return self._setup(
            self._model(subject.model, None if has_records else subject.stands_in_for, None),
            self.profiles.effort_of(subject.model, subject.effort),
            subject.harness,
            _own_board(subject.task_class),
            task_class,
            is_own=True,
        )

    def _setup(
        self,
        traits: Traits,
        effort: str | None,
        tool: str | None,
        board: str,
        task_class: str,
        *,
        is_own: bool,
    ) -> Setup:
        place = self.pooling.places.get(effort or "", self.pooling.unknown)
        return Setup(traits, effort, place, tool, board, task_class, is_own)

    def _model(self, model: str, stands_in_for: str | None, at: UnitPrices | None) -> Traits:
        key = model, stands_in_for
        if key not in self._traits:
            self._traits[key] = self._found(model, stands_in_for, at)
        return self._traits[key]

    def _found(self, model: str, stands_in_for: str | None, at: UnitPrices | None) -> Traits:
        offer = self.prices.find(model)
        price = blended(price_today(offer, self.prices.as_of) if offer else at)
        return Traits(
            model=model,
            maker=offer.vendor.vendor if offer else model,
            price=math.log(price / _USUAL_PRICE) if price else 0.0,
            released=_years(offer),
            is_open=any(fnmatch.fnmatchcase(model, one) for one in self.pooling.open_weights),
            line=tuple(self.profiles.chain(model, stands_in_for)),
        )


def _own_board(task_class: str) -> str:
    return f"own work: {task_class}"


def _years(offer: Offer | None) -> float:
    """Return when a model came out, in years; its first price's day where nobody says."""
    if offer is None:
        return 0.0
    day = offer.model.released or offer.model.prices[0].effective_from.date()
    return (day - _FIRST_DAY).days / _DAYS_A_YEAR


def price_today(offer: Offer, day: date) -> PricePeriod:
    """Return the list price in force on a day; the first one ever before that."""
    period = offer.model.period_at(datetime.combine(day, time.min, UTC))
    return period or offer.model.prices[0]


def blended(prices: UnitPrices | None) -> float:
    """Return dollars per million tokens of the usual mix; 0 where there is no price."""
    if prices is None:
        return 0.0
    return sum(
        share * float(prices.resolved(token_class) or 0)
        for token_class, share in DEFAULT_TOKEN_SHARES.items()
    )
