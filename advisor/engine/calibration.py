"""From a bill to tokens: what managers know is last month's invoice.

The level comes from the bill, so today's option reproduces it to the cent for any split of tokens;
the split decides only what other options would cost. Where the split is not known it is drawn from
the published range, and the expected figure stands at the published typical split.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from advisor.engine.draws import DrawListing, Means, Moved, Years
from advisor.model.profile import DEFAULT_TOKEN_SHARES
from advisor.model.uncertain import Uncertain
from advisor.units import TOKEN_CLASSES

FloatArray = NDArray[np.float64]

CACHED_SHARE_OF_PROMPT = Uncertain.between(0.90, 0.987)
"""Published range of the share of prompt tokens that is read from a cache."""

OUTPUT_SHARE = Uncertain.between(1 / 301, 1 / 41)
"""Published range of output as a share of all tokens: prompt to output from 300:1 down to 40:1."""

_CACHED, _OUTPUT = "billed.cached_share_of_prompt", "billed.output_share"
_WRITTEN_OF_UNCACHED = 0.039 / (0.039 + 0.005)


def typical_shares() -> FloatArray:
    """Return the published typical split of tokens. Shape (token class,)."""
    return np.array([DEFAULT_TOKEN_SHARES[token_class] for token_class in TOKEN_CLASSES])


class TokenSplit(NamedTuple):
    """How tokens split over classes: as stated, or as published where nothing is known."""

    stated: FloatArray | None = None

    def shares(self, years: Years) -> FloatArray:
        """Return the shares of all tokens, each draw adding up to 1. Shape (draw, token class)."""
        if self.stated is not None:
            return np.asarray(self.stated[None, :] / self.stated.sum())
        if isinstance(years, Means) and not _is_moved(years):
            if isinstance(years, DrawListing):
                years.streams |= {_CACHED: None, _OUTPUT: None}
            return typical_shares()[None, :]
        cached = years.of(CACHED_SHARE_OF_PROMPT, _CACHED)
        output = years.of(OUTPUT_SHARE, _OUTPUT)
        fresh = (1 - output) * (1 - cached)
        parts = {
            "input": fresh * (1 - _WRITTEN_OF_UNCACHED),
            "cache_write": fresh * _WRITTEN_OF_UNCACHED,
            "cache_read": (1 - output) * cached,
            "output": output,
        }
        absent = np.zeros_like(output)
        return np.stack([parts.get(name, absent) for name in TOKEN_CLASSES], axis=1)


def _is_moved(years: Means) -> bool:
    return isinstance(years, Moved) and years.stream in {_CACHED, _OUTPUT}


def tokens_behind(spend: FloatArray, rates: FloatArray, shares: FloatArray) -> FloatArray:
    """Return how many units of work explain what several options were paid. Shape (draw, option).

    `spend` (draw, option) is money in the bill's month, `rates` (option, token class) what one unit
    costs if all its tokens were of that class, `shares` (draw, token class) how tokens split. The
    sum over options is all work, its parts are how the options shared it.
    """
    return np.asarray(spend / (shares @ rates.T))
