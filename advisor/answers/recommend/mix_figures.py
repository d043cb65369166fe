"""What a finished mix comes to: its sums, and every figure that a limit may ask about."""

from collections.abc import Mapping
from typing import NamedTuple


class MixSums(NamedTuple):
    """The sums of a mix, by the engine: money of the horizon's months, and tasks of all classes."""

    spend: float
    value: float
    people: float
    overhead: float
    all_completed: float

    @property
    def net_value(self) -> float:
        """Value less everything: spend, review, rework, overhead of the vendors."""
        return self.value - self.spend - self.people - self.overhead


class MixFigures(NamedTuple):
    """What a finished mix comes to, by the engine. Money of the horizon's months.

    `by_vendor`, `by_channel` and `by_harness` are spending by name, what is owed included;
    `used` are the options with any work, `names_used` their makers, channels and harnesses.
    `completed` and `reference` are tasks by class name. `tail` is the mean of the worst years, by
    the key of the budget that asks.
    """

    spend: float
    completed: Mapping[str, float]
    reference: Mapping[str, float]
    value: float
    people: float
    overhead: float
    by_team: Mapping[str, float]
    by_vendor: Mapping[str, float]
    by_channel: Mapping[str, float]
    by_harness: Mapping[str, float]
    used: tuple[str, ...]
    names_used: Mapping[str, tuple[str, ...]]
    tail: Mapping[str, float]
    unmet: float
    spend_by_month: tuple[float, ...]

    @property
    def vendors(self) -> tuple[str, ...]:
        """The makers with any work."""
        return self.names_used["vendor"]

    @property
    def sums(self) -> MixSums:
        """The sums alone."""
        return MixSums(self.spend, self.value, self.people, self.overhead, self.all_completed)

    @property
    def net_value(self) -> float:
        """Value less everything, as of its sums."""
        return self.sums.net_value

    @property
    def all_completed(self) -> float:
        """Completed tasks of all classes."""
        return sum(self.completed.values())

    @property
    def quality(self) -> float:
        """Completed tasks relative to the reference's."""
        base = sum(self.reference.values())
        return self.all_completed / base if base else float("nan")

    def shares(self, kind: str) -> dict[str, float]:
        """Return shares of spending by maker, channel or harness."""
        spent: Mapping[str, float] = getattr(self, f"by_{kind}")
        return {
            name: min(1.0, amount / self.spend) if self.spend else 0.0
            for name, amount in spent.items()
        }
