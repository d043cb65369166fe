"""Everything that is for sale: makers and their models, plans, channels, calendars.

A name is a model's id where that is unique, else `vendor/id`. An id wins over an alias until its
model retires; after that the alias of the model that took the name over wins.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import NamedTuple, Self

from advisor.errors import did_you_mean
from advisor.model.catalogue import CatalogueChange, dropped_on, ever_offered, offered
from advisor.model.local_prices import model_in_currency, plan_in_currency
from advisor.model.plan import Plan
from advisor.model.price import Calendar, Channel, PricedModel
from advisor.model.scalars import Country, Frozen, Text


class PricingFile(Frozen):
    """One file of `pricing/`: a vendor with its models and plans, or channels, or calendars."""

    vendor: Text | None = None
    name: Text | None = None
    country: Country | None = None
    billed_as: tuple[Text, ...] = ()
    models: dict[Text, PricedModel] = {}
    plans: dict[Text, Plan] = {}
    catalogues: dict[Text, tuple[CatalogueChange, ...]] = {}
    channels: dict[Text, Channel] = {}
    calendars: dict[Text, Calendar] = {}


class Vendor(NamedTuple):
    """Who makes models or sells plans; `billed_as` are further names that bills give them."""

    vendor: str
    name: str
    country: str | None
    billed_as: tuple[str, ...] = ()


class Offer(NamedTuple):
    """A model together with its maker."""

    id: str
    vendor: Vendor
    model: PricedModel

    @property
    def full_name(self) -> str:
        """`vendor/id`, which is always unique."""
        return f"{self.vendor.vendor}/{self.id}"


class SoldPlan(NamedTuple):
    """A plan together with its vendor, and with the dated list of its models if it has one."""

    id: str
    vendor: Vendor
    plan: Plan
    catalogue: tuple[CatalogueChange, ...] = ()

    def serves(self, model: str, on: date | None = None) -> bool:
        """Whether the plan offers a model, by its id, on a day or at last."""
        return model in offered(self.catalogue, on) if self.catalogue else self.plan.serves(model)

    def ever_served(self, model: str) -> bool:
        """Whether the plan offers a model, or did."""
        return model in ever_offered(self.catalogue) if self.catalogue else self.plan.serves(model)

    def dropped(self, model: str) -> CatalogueChange | None:
        """Return the change with which a model left the plan's list for good."""
        return dropped_on(self.catalogue, model)

    def known_on(self, day: date) -> Self:
        """Return the plan with what had been looked at by a day."""
        kept = tuple(one for one in self.catalogue if one.source.known_from <= day)
        return self._replace(plan=self.plan.known_on(day), catalogue=kept or self.catalogue[:1])


@dataclass(frozen=True, eq=False)
class PriceBook:
    """All pricing files, read; a book is equal to itself alone.

    `made` are the models as the files have them; `offers` are the same, but that a model which
    redirects has its successor's prices once it has retired. `as_of` is the day whose knowledge
    the book holds.

    `cut_from` is the book with everything in it: what was paid for a trial long ago is asked of
    that. `digest` tells the files that it is of; none tells a book that was changed.
    """

    made: tuple[Offer, ...]
    plans: Mapping[str, SoldPlan]
    channels: Mapping[str, Channel]
    calendars: Mapping[str, Calendar]
    as_of: date
    cut_from: "PriceBook | None" = None
    digest: str = field(default="", init=False)

    @property
    def whole(self) -> "PriceBook":
        """The book with everything in it."""
        return self.cut_from or self

    @cached_property
    def offers(self) -> tuple[Offer, ...]:
        """Every model with what it costs, whoever answers for it."""
        models = {one.full_name: one.model for one in self.made}
        return tuple(
            one._replace(model=one.model.answered_by(models[f"{one.vendor.vendor}/{name}"]))
            if (name := one.model.successor) is not None and one.model.redirects
            else one
            for one in self.made
        )

    def in_currency(self, code: str, per_usd: float) -> Self:
        """Return the book with what is published in a currency in place of dollars."""
        if code == "USD":
            return self
        return replace(
            self,
            made=tuple(
                one._replace(model=model_in_currency(one.model, code, per_usd)) for one in self.made
            ),
            plans={
                id_: one._replace(plan=plan_in_currency(one.plan, code, per_usd))
                for id_, one in self.plans.items()
            },
            cut_from=self.whole,
        )

    def known_on(
        self, day: date | None, without: Mapping[str, frozenset[date]] | None = None
    ) -> Self:
        """Return the book as it was known on a day, or as it is.

        `without` names announced prices, by model and day, that are assumed not to happen.
        """
        known = day or self.as_of
        cancelled = without or {}
        made = tuple(
            offer._replace(
                model=offer.model.known_on(
                    known,
                    without=cancelled.get(offer.id, frozenset())
                    | cancelled.get(offer.full_name, frozenset()),
                ),
            )
            for offer in self.made
        )
        plans = {id_: one.known_on(known) for id_, one in self.plans.items()}
        return type(self)(
            made=made,
            plans={id_: one for id_, one in plans.items() if one.plan.periods},
            channels={id_: one.known_on(known) for id_, one in self.channels.items()},
            calendars=self.calendars,
            as_of=known,
            cut_from=self.whole,
        )

    def find(self, name: str, on: date | None = None) -> Offer | None:
        """Return the model of a name, id or alias; None if there is none or it is ambiguous."""
        by_id = self._by_name.get(name, ())
        alive = [offer for offer in by_id if not _is_retired(offer, on)]
        if len(alive) == 1:
            return alive[0]
        aliased = [offer for offer in self.offers if offer.model.answers_to(name)]
        candidates = aliased or by_id
        return candidates[0] if len(candidates) == 1 else None

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Offer]]:
        found: dict[str, list[Offer]] = {}
        for offer in self.offers:
            found.setdefault(offer.id, []).append(offer)
            found.setdefault(offer.full_name, []).append(offer)
        return found

    def names(self) -> Iterator[str]:
        """Every id that can be written, for hints."""
        return (offer.id for offer in self.offers)

    @property
    def vendors(self) -> frozenset[str]:
        """Everyone who can bill: makers, sellers of plans, channels."""
        makers = {offer.vendor.vendor for offer in self.offers}
        sellers = {sold.vendor.vendor for sold in self.plans.values()}
        return frozenset(makers | sellers | set(self.channels))

    def biller_hint(self, name: str) -> str:
        """Return a hint at who is meant: whom bills call so, else the nearest id; or nothing."""
        makers = (offer.vendor for offer in self.offers)
        sellers = (*makers, *(sold.vendor for sold in self.plans.values()))
        called = {
            alias.casefold(): id_
            for id_, aliases in (
                *((one.vendor, (one.name, *one.billed_as)) for one in sellers),
                *((id_, (one.name, *one.billed_as)) for id_, one in self.channels.items()),
            )
            for alias in aliases
        }
        meant = called.get(name.strip().casefold())
        return f"did you mean `{meant}`?" if meant else did_you_mean(name, sorted(self.vendors))


def _is_retired(offer: Offer, on: date | None) -> bool:
    return on is not None and offer.model.retires is not None and offer.model.retires <= on
