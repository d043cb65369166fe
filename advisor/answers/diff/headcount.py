"""People who were added where they change nothing: in the month of the bill itself.

A bill is shared by the people of its month, so that with more of them the same money is spread
thinner and the year costs what it cost. Who means to add people after it has to say when.
"""

from __future__ import annotations

from collections.abc import Sequence

from advisor.answers.diff.causes import HEADCOUNT
from advisor.case.people import active_in, last_bills, plan_start
from advisor.case.sources import Sources
from advisor.model.workload import Workload
from advisor.tables.diff import ChangePart

_NOTHING = 0.005


def about_headcount(old: Sources, new: Sources, parts: Sequence[ChangePart]) -> list[str]:
    """Say so where the headcount of the bill's month moved and the spend did not."""
    before, now = Workload.model_validate(old.data), Workload.model_validate(new.data)
    bills = last_bills(now)
    own = [part for part in parts if HEADCOUNT in part.causes]
    if not bills or not own or any(abs(part.spend) >= _NOTHING for part in own):
        return []
    month = bills[0].month
    (was, _), (is_now, _) = active_in(before, month), active_in(now, month)
    if was == is_now:
        return []
    start = max(plan_start(now, new.book.as_of), month + 1)
    return [
        f"developers {was:g} → {is_now:g} also in {month}, the month of the bill: its cost is "
        "shared by other people, and the year costs the same. To change the number after it, "
        f"write `developers: {{{month}: {was:g}, {start}: {is_now:g}}}`"
    ]
