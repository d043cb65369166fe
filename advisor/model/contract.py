"""What was agreed with a biller beyond the list: a discount, a commitment."""

from typing import Literal

from advisor.model.price_change import PriceChange, PriceChanges
from advisor.model.scalars import Frozen, Money, Share


class Contract(Frozen):
    """Terms with one biller for the months of the plan.

    The discount is on tokens, never on seat fees, and on a plan's overage only with `on: plan`. The
    commitment is paid whether it is used or not. `price_change` moves the list prices of tokens,
    before the discount.
    """

    discount: Share = 0.0
    commitment: Money | None = None
    price_change: PriceChanges = PriceChange()
    on: Literal["tokens", "plan"] = "tokens"
