"""The limits that a file may name: what each is called, its unit, how it is held.

The only list of them: a file's `limits:`, what `check` computes, and what it prints read it. A new
limit is a name and a row here, and its function in `answers/check/figures.py`.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

MONEY, SHARE, COUNT, RATIO, DAY, DAYS, TOKENS = (
    "money", "share", "count", "ratio", "date", "days", "tokens",
)  # fmt: skip
"""Units of figures. A share is from 0 to 1; a ratio has no bound."""

BASE = "--base"

LimitName = Literal[
    "annual_spend", "monthly_spend", "spend_per_developer_month", "spend_per_active_month",
    "cost_per_completed", "value_per_dollar", "quality", "probability_over_budget",
    "exhaustion_date", "top_vendor_share", "top_channel_share", "top_harness_share",
    "unmet_tasks", "unpriced_models", "retired_models", "prices_age_days", "prompt_tokens",
    "increase", "expected_year_end",
]  # fmt: skip
LIMIT_NAMES: tuple[LimitName, ...] = get_args(LimitName)


class LimitKind(NamedTuple):
    """What a limit is about.

    `is_lower`: held from below. `needs` says what else has to be given for it, as a flag.
    `is_of_all`: nobody can say it of one team. `is_signed`: a change, shown with its sign.
    `is_of_horizon`: money of all the months, which a sentence names. `is_part`: never above 1.
    """

    unit: str
    is_lower: bool = False
    needs: str = ""
    needs_budget: bool = False
    is_of_all: bool = False
    is_signed: bool = False
    is_of_horizon: bool = False
    is_part: bool = False


BUDGET = "budget"

LIMITS: Mapping[str, LimitKind] = {
    "annual_spend": LimitKind(MONEY, is_of_horizon=True),
    "monthly_spend": LimitKind(MONEY),
    "spend_per_developer_month": LimitKind(MONEY),
    "spend_per_active_month": LimitKind(MONEY),
    "cost_per_completed": LimitKind(MONEY),
    "value_per_dollar": LimitKind(RATIO, is_lower=True),
    "quality": LimitKind(SHARE, is_lower=True),
    "probability_over_budget": LimitKind(SHARE, needs="--draws", needs_budget=True, is_part=True),
    "exhaustion_date": LimitKind(DAY, is_lower=True, needs_budget=True),
    "top_vendor_share": LimitKind(SHARE, is_part=True),
    "top_channel_share": LimitKind(SHARE, is_part=True),
    "top_harness_share": LimitKind(SHARE, is_part=True),
    "unmet_tasks": LimitKind(COUNT),
    "unpriced_models": LimitKind(COUNT),
    "retired_models": LimitKind(COUNT),
    "prices_age_days": LimitKind(DAYS),
    "prompt_tokens": LimitKind(TOKENS, is_of_all=True),
    "increase": LimitKind(SHARE, needs=BASE, is_of_all=True, is_signed=True),
    "expected_year_end": LimitKind(MONEY, needs="--actuals", is_of_all=True, is_of_horizon=True),
    BUDGET: LimitKind(MONEY, is_of_horizon=True),
}
"""By name; the budget, which is a limit by itself, among them."""
