"""What was agreed with a biller beyond the list: a discount, a commitment."""

from __future__ import annotations

from typing import Literal

from advisor.model.amounts import Money
from advisor.model.scalars import Frozen, Share


class Contract(Frozen):
    """Terms with one biller for the months of the plan.

    The discount is on tokens, never on seat fees, and on a plan's overage only with `on: plan`. The
    commitment is paid whether it is used or not.
    """

    discount: Share = 0.0
    commitment: Money | None = None
    on: Literal["tokens", "plan"] = "tokens"
