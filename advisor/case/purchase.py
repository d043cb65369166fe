"""How an option is bought: its model, maker, channel, plan and contract, found and side by side.

What that costs is worked out in `pricing`.
"""

from typing import NamedTuple

from advisor.errors import MissingError, PriceGapError
from advisor.model.book import Offer, PriceBook, SoldPlan
from advisor.model.contract import Contract
from advisor.model.price import Channel
from advisor.model.workload import Option, WorkingHours

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
        """What its seats are shared by: the options on one plan bought alike, else it alone."""
        if self.plan is None:
            return f"option {self.name}"
        return f"plan {self.plan.id} {self.option.billing} {self.option.seats}"

    @property
    def pool(self) -> str:
        """What its use is settled with: plans that share what they include, else its own seats."""
        shared = self.plan.plan.pool if self.plan is not None else None
        return self.subscription if shared is None else f"pool {shared}"

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

    @property
    def discount_on_overage(self) -> float:
        """The contract's discount where it covers the plan as well."""
        covered = self.plan is not None and self.contract.on == "plan"
        return self.contract.discount if covered else 0.0

    @property
    def plan_name(self) -> str:
        """What the plan is called; nothing without one."""
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
