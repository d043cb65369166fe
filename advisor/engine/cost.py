"""List prices to what one token costs the team: discount, channel fee, token fee, currency."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.units import TOKENS_PER_PRICE_UNIT

FloatArray = NDArray[np.float64]


class BillingTerms(NamedTuple):
    """What stands between a list price and a bill.

    Discount, channel fee and the change of the list price are shares, the token fee is dollars per
    million tokens, `per_usd` is how much of the file's currency a dollar is.
    """

    discount: float = 0.0
    price_change: float = 0.0
    channel_fee: FloatArray | float = 0.0
    token_fee: FloatArray | float = 0.0
    per_usd: float = 1.0


def token_rates(list_prices: FloatArray, terms: BillingTerms) -> FloatArray:
    """Return money per token from dollars per million tokens. The shape of the prices.

    A fee that changes by month has shape (month,), which is the last axis of the prices.
    """
    kept = (1 + terms.price_change) * (1 - terms.discount)
    paid = list_prices * kept * (1 + terms.channel_fee) + terms.token_fee
    return np.asarray(paid * (terms.per_usd / TOKENS_PER_PRICE_UNIT))
