"""The plan that the page is about: read once, asked again and again with something moved."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from advisor.api.inputs import Inputs
from advisor.engine.axes import Candidate
from advisor.units import Month
from advisor.web.controls import Control, controls_of


class LivePlan(NamedTuple):
    """A plan as it was read, and what may be moved in it.

    `data` is what the file held, `shortlist` the options as data that stand in where it has none.
    """

    inputs: Inputs
    data: Mapping[str, Any]
    shortlist: Mapping[str, Any]
    controls: Mapping[str, Control]

    @property
    def start(self) -> Month:
        """The first month."""
        return self.inputs.case.start

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """The options for sale."""
        return self.inputs.case.market.candidates

    @property
    def classes(self) -> tuple[str, ...]:
        """The kinds of work."""
        return self.inputs.case.market.work.classes


def live_plan(inputs: Inputs, shortlist: Mapping[str, Any]) -> LivePlan:
    """Lay out what may be moved in a plan that was read."""
    return LivePlan(inputs, inputs.document.data, shortlist, controls_of(inputs))
