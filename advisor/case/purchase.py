"""How an option is bought: maker, channel, plan and contract to money per token and seat terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.cost import BillingTerms, token_rates
from advisor.engine.prices import Service, month_price, price_at
from advisor.engine.seats import SeatTerms, seat_counts
from advisor.errors import MissingError, PriceGapError
from advisor.model.book import Offer, PriceBook, SoldPlan
from advisor.model.contract import Contract
from advisor.model.plan import Overage, PlanPeriod
from advisor.model.price import Channel, ChannelPeriod
from advisor.model.workload import Option, Spread, WorkingHours
from advisor.units import Month

FloatArray = NDArray[np.float64]
PeakHours = float | WorkingHours | None

TOOLS = {"claude-code": "Claude Code", "codex": "Codex", "gemini-cli": "Gemini CLI",
         "opencode": "OpenCode", "copilot-cli": "Copilot CLI", "copilot": "Copilot",
         "cursor": "Cursor", "cursor-cli": "Cursor CLI", "openhands": "OpenHands",
         "aider": "Aider", "mini-swe-agent": "mini-swe-agent"}  # fmt: skip
"""Tools as people write them; one that is not listed is shown as the file has it."""


class NotKnownError(MissingError):
    """An option cannot be valued from facts; the rest of the answer can."""


class Purchase(NamedTuple):
    """One option with everything that decides what it costs, its models and terms found."""

    name: str
    option: Option
    offer: Offer
    plan: SoldPlan | None
    channel: Channel | None
    contract: Contract
    book: PriceBook
    per_usd: float

    @property
    def biller(self) -> str:
        """Who sends the invoice: the channel, else the plan's vendor, else the maker."""
        if self.option.channel is not None:
            return self.option.channel
        return (self.plan or self.offer).vendor.vendor

    @property
    def subscription(self) -> str:
        """What its seats and pool are shared by: the options on one plan, else the option alone."""
        if self.plan is None:
            return f"option {self.name}"
        return f"plan {self.plan.id} {self.option.billing} {self.option.seats}"

    @property
    def hosted_in(self) -> str | None:
        """The country where prompts are processed, if the file or the channel says."""
        if self.option.hosted_in is not None:
            return self.option.hosted_in
        if self.channel is not None:
            known = self.channel.hosted_in
            return known[0] if known != "unknown" and len(known) == 1 else None
        return self.offer.vendor.country

    def is_local(self, code: str) -> bool:
        """Whether what it is priced by is published in a currency, so that no rate enters."""
        if self.option.channel is not None:
            return False
        if self.plan is not None:
            return code in self.plan.plan.periods[-1].in_currency
        return code in self.offer.model.prices[-1].in_currency

    @property
    def has_tiers(self) -> bool:
        """Whether any price of the model depends on the length of the prompt."""
        terms = self.plan.plan.periods if self.plan is not None else ()
        own = [one for period in terms if (one := period.prices.get(self.offer.id)) is not None]
        by_maker = any(period.long_context for period in self.offer.model.prices)
        return by_maker or any(one.long_context for one in own)

    def rates(
        self, months: Sequence[Month], prompts: Sequence[Spread | None], peaks: Sequence[PeakHours]
    ) -> FloatArray:
        """Return money per token. Shape (price group, task class, token class, month)."""
        seen: dict[tuple[PeakHours, Spread | None], FloatArray] = {}
        for peak in set(peaks):
            for prompt in set(prompts):
                by_month = [self._month_rates(month, prompt, peak) for month in months]
                seen[peak, prompt] = np.stack(by_month, axis=1)
        return np.array([[seen[peak, prompt] for prompt in prompts] for peak in peaks])

    def rates_on_day(
        self, prompts: Sequence[Spread | None], peaks: Sequence[PeakHours]
    ) -> FloatArray:
        """Return money per token at the prices known on the book's day. (group, class, token)."""
        day = self.book.as_of
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1, seconds=-1)
        seen: dict[tuple[PeakHours, Spread | None], FloatArray] = {}
        for peak in set(peaks):
            for prompt in set(prompts):
                service = self._service(moment, prompt, peak)
                prices = price_at(service, moment, self.book.calendars)
                seen[peak, prompt] = token_rates(prices, self._terms(moment))
        return np.array([[seen[peak, prompt] for prompt in prompts] for peak in peaks])

    def _month_rates(self, month: Month, prompt: Spread | None, peak: PeakHours) -> FloatArray:
        service = self._service(month.begins_at, prompt, peak)
        prices = month_price(service, month, self.book.calendars)
        return token_rates(prices, self._terms(month.begins_at))

    def _service(self, moment: datetime, prompt: Spread | None, peak: PeakHours) -> Service:
        channel = self._channel_terms(moment)
        plan = self.plan_terms(moment)
        return Service(
            offer=self.offer,
            mode=self.option.mode,
            channel_variants={} if channel is None else channel.variants_of(self.offer.id),
            prompt=self.option.prompt_tokens or prompt,
            peak_hours=peak if self.option.off_peak_share is None else self.option.off_peak_share,
            overrides=plan.prices.get(self.offer.id) if plan else None,
        )

    def _terms(self, moment: datetime) -> BillingTerms:
        channel, plan = self._channel_terms(moment), self.plan_terms(moment)
        return BillingTerms(
            discount=self.contract.discount if plan is None else 0.0,
            channel_fee=channel.fee if channel else 0.0,
            token_fee=plan.token_fee if plan else 0.0,
            per_usd=self.per_usd,
        )

    def _channel_terms(self, moment: datetime) -> ChannelPeriod | None:
        if self.channel is None:
            return None
        periods = [one for one in self.channel.periods if one.effective_from <= moment]
        if not periods:
            raise PriceGapError(f"{self.option.channel} has no terms on {moment:%Y-%m-%d}")
        return periods[-1]

    def plan_terms(self, moment: datetime) -> PlanPeriod | None:
        """Return the plan's terms in force at an instant; None without a plan."""
        if self.plan is None:
            return None
        terms = self.plan.plan.terms_at(moment)
        if terms is None:
            first = self.plan.plan.periods[0].effective_from
            raise PriceGapError(
                f"{self.plan.id} has no terms on {moment:%Y-%m-%d}; "
                f"its first are of {first:%Y-%m-%d}"
            )
        return terms

    @property
    def discount_on_overage(self) -> float:
        """The contract's discount where it covers the plan as well."""
        covered = self.plan is not None and self.contract.on == "plan"
        return self.contract.discount if covered else 0.0

    def seat_terms(
        self, months: Sequence[Month], people: FloatArray, *, all_beyond_paid: bool = False
    ) -> SeatTerms | None:
        """Return the plan's seats and allowances by month; None for a metered option.

        `all_beyond_paid` stands for an allowance that is not published but was billed: usage
        then counts what was paid beyond the seats. Without it, such a plan is not known.
        """
        if self.plan is None:
            return None
        periods = [self.plan_terms(month.begins_at) for month in months]
        terms = [period for period in periods if period is not None]
        allowance = [self._allowance(period, all_beyond_paid=all_beyond_paid) for period in terms]
        factors = [self._overage(period, beyond=all_beyond_paid) for period in terms]
        return SeatTerms(
            seats=seat_counts(
                people,
                np.array([float(period.min_seats) for period in terms]),
                annual=self.option.billing == "annual",
            ),
            fee=np.array([self.seat_fee(period) for period in terms]),
            allowance=np.array(allowance) * self.per_usd,
            pooled=np.array([period.is_pooled for period in terms]),
            overage_factor=np.array(factors),
        )

    def seat_fee(self, terms: PlanPeriod) -> float:
        """Return what a seat costs a month at the option's billing, in the file's currency."""
        annual = self.option.billing == "annual"
        fee = terms.seat_month_annual if annual else terms.seat_month
        if fee is None:
            other = terms.seat_month if annual else terms.seat_month_annual
            hint = f"; billing: {'monthly' if annual else 'annual'} is" if other is not None else ""
            raise NotKnownError(
                f"the {self.option.billing} price of {self._plan_name} is not published{hint}"
            )
        return float(fee) * self.per_usd

    def _allowance(self, terms: PlanPeriod, *, all_beyond_paid: bool) -> float:
        if terms.allowance is not None:
            return terms.allowance
        if all_beyond_paid:
            return 0.0
        raise NotKnownError(f"how much use {self._plan_name} includes is not published")

    def _overage(self, terms: PlanPeriod, *, beyond: bool) -> float:
        if isinstance(terms.overage, Overage):
            return terms.overage.factor
        if beyond and terms.allowance is None:
            return 1.0
        if terms.overage is None:
            raise NotKnownError(f"what use beyond {self._plan_name} costs is not published")
        return np.nan

    @property
    def _plan_name(self) -> str:
        return self.plan.plan.name if self.plan else ""


def find_purchase(
    name: str, option: Option, book: PriceBook, contracts: dict[str, Contract], per_usd: float
) -> Purchase:
    """Find the model, plan and channel that an option names. The names have been checked before."""
    offer = book.find(option.model)
    if offer is None:
        raise MissingError(f"{option.model!r} is not a model in the price tables")
    plan = book.plans.get(option.plan) if option.plan else None
    channel = book.channels.get(option.channel) if option.channel else None
    if option.plan and plan is None:
        raise PriceGapError(f"no terms of {option.plan} were known on {book.as_of}")
    bare = Purchase(name, option, offer, plan, channel, Contract.unchecked(), book, per_usd)
    contract = contracts.get(bare.biller, Contract.unchecked())
    return Purchase(name, option, offer, plan, channel, contract, book, per_usd)


def tool_name(harness: str | None) -> str:
    """Name a harness as people write it."""
    return TOOLS.get(harness or "", harness or "")
