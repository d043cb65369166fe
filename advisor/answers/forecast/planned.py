"""What a plan comes to by who bills it, month by month: usage apart from fees for seats."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.answers.recommend.mix import Mix
from advisor.engine.commitment import shortfall
from advisor.engine.draws import Means
from advisor.engine.outcome import Outcome

FloatArray = NDArray[np.float64]


class Planned(NamedTuple):
    """Money by month, (T,) each: `usage` and `fees` by biller, `apart` on nobody's bill.

    `used` are the options that serve anything, `drawn` what drawn years come to, (S,) or None.
    """

    usage: Mapping[str, FloatArray]
    fees: Mapping[str, FloatArray]
    apart: FloatArray
    used: Sequence[str]
    drawn: FloatArray | None

    @property
    def billers(self) -> list[str]:
        """Everybody who is planned to bill, in the order of names."""
        return sorted({*self.usage, *self.fees})

    def of(self, biller: str) -> FloatArray:
        """Return usage and fees of a biller together. Shape (T,)."""
        nothing = np.zeros_like(self.apart)
        return np.asarray(self.usage.get(biller, nothing) + self.fees.get(biller, nothing))

    @property
    def by_month(self) -> FloatArray:
        """Everything. Shape (T,)."""
        return np.asarray(self.apart + sum((self.of(one) for one in self.billers), 0.0))


def planned_of(plan: Mix, used: Sequence[str], drawn: FloatArray | None) -> Planned:
    """Take the expected outcome of a mix apart by biller; what is owed counts as usage."""
    result, market = plan.outcome(Means()), plan.market
    whole = np.asarray(result.spend_by_month[0])
    usage: dict[str, FloatArray] = {}
    fees: dict[str, FloatArray] = {}
    for option, flow in result.flows.items():
        biller = market.candidates[option].biller
        usage[biller] = usage.get(biller, np.zeros_like(whole)) + flow.paid[0]
    for one in result.seating.subscriptions.values():
        biller = market.candidates[one.options[0]].biller
        fees[biller] = fees.get(biller, np.zeros_like(whole)) + one.fees
    for biller, promised in market.commitments.items():
        usage[biller] = _with_owed(usage.get(biller, np.zeros_like(whole)), biller, promised)
    usage = {biller: amount for biller, amount in usage.items() if amount.any()}
    fees = {biller: amount for biller, amount in fees.items() if amount.any()}
    apart = whole - sum(usage.values(), np.zeros_like(whole)) - sum(fees.values(), 0.0)
    return Planned(usage, fees, np.where(np.abs(apart) > _noise(result), apart, 0.0), used, drawn)


def _with_owed(usage: FloatArray, biller: str, promised: float) -> FloatArray:
    """Add what a commitment is short of, in the last month."""
    owed = usage.copy()
    owed[-1] += shortfall({biller: promised}, {biller: usage.sum(keepdims=True)})[0]
    return owed


def _noise(result: Outcome) -> float:
    return 1e-9 * float(np.abs(result.spend_by_month[0]).max())
