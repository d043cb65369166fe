"""Every option's year side by side, from a plan that was read."""

from __future__ import annotations

from advisor.answers.compare.answer import RANKED_BY
from advisor.answers.compare.answer import compare as compare_options
from advisor.api.bounds import check_draws
from advisor.api.inputs import Inputs
from advisor.errors import InputError
from advisor.tables.compare import Comparison


def check_by(by: str) -> None:
    """Raise InputError for what options are not ranked by."""
    if by not in RANKED_BY:
        raise InputError.of(f"{by!r}: rank by one of {', '.join(RANKED_BY)}", key="--by")


def compared(inputs: Inputs, *, draws: int, seed: int, by: str) -> Comparison:
    """Return every option's year. Raises InputError for draws, seed or a rank that can't be."""
    check_by(by)
    check_draws(draws, seed)
    return compare_options(inputs.case, file=inputs.shown, draws=draws, seed=seed, by=by)
