"""Bounds of limits: in the limit's unit, and such that something can break them."""

from __future__ import annotations

import pytest

from advisor.load.yaml_source import parse_yaml, validate
from advisor.model.workload import Workload


def faults_in(limits: str) -> list[str]:
    """Return what is wrong with the limits of a file, one line each."""
    _, faults = validate(parse_yaml(f"developers: 4\nlimits: {limits}", "f"), Workload)
    return [str(fault).partition("\n")[0] for fault in faults]


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ("{top_vendor_share: 5}", "f:2:28 limits.top_vendor_share: 5 is 500%: a share is written"),
        ("{increase: 10}", "f:2:20 limits.increase: 10 is 1000%: a share is written"),
        ("{quality: {warn_at: 80}}", "f:2:29 limits.quality.warn_at: 80 is 8000%: a share"),
        ("{probability_over_budget: 500%}", "500% would hold nothing: this share is never above"),
        ("{annual_spend: -5}", "f:2:24 limits.annual_spend: must be at least 0"),
        ("{unmet_tasks: {warn_at: -1}}", "limits.unmet_tasks.warn_at: must be at least 0"),
        ("{exhaustion_date: 2028}", "limits.exhaustion_date: 2028 is not a date: write YYYY-MM-DD"),
        ("{annual_spend: abc}", "f:2:24 limits.annual_spend: 'abc' is not a number"),
        ("{annual_spend: {warn_at: 3, at_most: 2}}", "limits.annual_spend.warn_at: is above"),
        ("{quality: {warn_at: 70%, at_least: 80%}}", "limits.quality.warn_at: is below `at_least`"),
        ("{annual_spend: {at_least: 3, at_most: 2}}", "limits.annual_spend.at_least: is above"),
        ("{monthly_spend: 1, annual_spend: {}}", "limits.annual_spend: say `at_most`"),
        ("[{limit: annual_spend, at_most: 10%}]", "f:2:41 limits[0].at_most: must be money"),
    ],
)
def test_a_bound_that_can_not_act_is_refused_at_its_own_place(limits: str, said: str) -> None:
    """A limit that nothing can break would be said to hold."""
    (fault,) = faults_in(limits)
    assert said in fault


@pytest.mark.parametrize(
    "limits",
    [
        "{increase: 150%, quality: 110%, top_vendor_share: 100%}",
        "{increase: {warn_at: -5%, at_most: -1%}}",
        "{annual_spend: {warn_at: 2, at_most: 2}}",
        "{annual_spend: 0, quality: 1}",
        "{annual_spend: {at_least: 2, warn_at: 3, at_most: 4}}",
    ],
)
def test_a_bound_that_can_act_is_taken(limits: str) -> None:
    """A change may be negative, and more than all if it is written in per cent."""
    assert faults_in(limits) == []
