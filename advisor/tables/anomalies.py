"""Days of use far outside what is usual for somebody and for everybody: what renderers see."""

from collections.abc import Sequence
from typing import NamedTuple

PERSON, PROJECT, AGENT = "person", "project", "agent"
SUBJECTS = (PERSON, PROJECT, AGENT)


class Anomaly(NamedTuple):
    """Somebody whose days were far outside: `what` of `SUBJECTS`, its name, and those days.

    Money in USD at list prices: `cost` of the dearest day, `usual` what such a day comes to,
    `others` the dearest day in twenty of all others. `a_month` is what it would cost more in a
    month if it went on like that. `chance` is how likely a day so dear is to come by itself.
    """

    what: str
    name: str
    day: str
    cost: float
    usual: float
    others: float
    a_month: float
    days: Sequence[str]
    chance: float
