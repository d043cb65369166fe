"""Trials: which agent tried which task, whether it succeeded, and what the attempt cost.

What a reader would get wrong: a cost of NaN was not recorded and stands in no mean; a cost of 0 is
a cost of 0.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class TrialColumns(NamedTuple):
    """One row a trial, as columns of equal length.

    `resolved` is 0 or 1; `cost` is dollars, NaN where not known. `tokens` are columns by token
    class, NaN where not known.
    """

    agent: Sequence[str]
    task_class: Sequence[str]
    instance: Sequence[str]
    resolved: Sequence[float]
    cost: Sequence[float]
    tokens: Mapping[str, Sequence[float]]
