"""How far spending is from its plan, learnt from the months that were paid, and carried on.

What is followed is x = ln(paid ÷ planned), month by month and series by series (a biller's usage is
a series). It has a level that nobody knows before the year begins, with the plan's own spread; the
level drifts from month to month, may have a trend that dies out, and a month is noisy around it.
Series share a part of all three, so that one biller's months teach the others a little. All of it
is normal given one scale, and the scale itself is learnt: what remains is a Student t, in closed
form (a Gaussian process with a conjugate scale; Rasmussen and Williams 2006, chapter 2).

What a reader would get wrong: prices, hiring and mix are in the plan, so the level is only what is
left after them; before anything is paid, the expected ratio is exactly 1.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Constants(NamedTuple):
    """What was fitted on series other than those that are judged (bench/forecast.py).

    Standard deviations of logarithms: `drift` of the level's step from month to month, `trend` of
    its first step's lasting part, which dies out by `fading` a month; `noise` of a whole month.
    `shared` is the part that series have in common, `freedom` how sure the scale is, in months.
    `least` is the least spread of a plan: nobody knows a year better.
    """

    drift: float = 0.0555
    trend: float = 0.0161
    fading: float = 0.973
    noise: float = 0.0672
    shared: float = 0.5
    freedom: float = 4.0
    least: float = 0.10


FITTED = Constants()


class LearntLevel(NamedTuple):
    """x = ln(actual ÷ planned) of every series and month to come: Student t.

    `middle` is (B, T), `covariance` (B·T, B·T) of whole months, noise included, where series go
    before months, for a scale of 1; `scale` is what it is multiplied by, `freedom` the degrees of
    freedom, `months` how many months it was learnt from.
    """

    middle: FloatArray
    covariance: FloatArray
    scale: float
    freedom: float
    months: int

    @property
    def factor(self) -> FloatArray:
        """The expected actual ÷ planned. Shape (B, T).

        A t has no mean of its exponential: that of the normal with a scale of 1 stands for it, so
        that one strange month widens the range and does not lift the middle.
        """
        spread = np.diag(self.covariance).reshape(self.middle.shape)
        return np.asarray(np.exp(self.middle + spread / 2))


def learn(
    ratios: FloatArray,
    portions: FloatArray,
    spreads: FloatArray,
    constants: Constants = FITTED,
) -> LearntLevel:
    """Learn the level from what was paid.

    `ratios` are paid ÷ planned, (B, T), NaN where nothing can be said; `portions` the part of each
    month that is in them, (B, T), above 0 and at most 1; `spreads` the plan's own prior standard
    deviation of each series, (B,).
    """
    series, months = ratios.shape
    known = np.flatnonzero(np.nan_to_num(ratios.ravel()) > 0)
    signal = _signal(series, months, np.maximum(spreads, constants.least), constants)
    whole = signal + constants.noise**2 * np.eye(series * months)
    prior = -np.diag(whole) / 2
    if not known.size:
        return LearntLevel(prior.reshape(ratios.shape), whole, 1.0, constants.freedom, 0)
    noise = constants.noise**2 / portions.ravel()[known]
    seen = signal[np.ix_(known, known)] + np.diag(noise)
    apart = np.log(ratios.ravel()[known]) - prior[known]
    across = signal[:, known]
    solved = np.linalg.solve(seen, np.column_stack([apart, across.T]))
    middle = prior + across @ solved[:, 0]
    covariance = whole - across @ solved[:, 1:]
    freedom = constants.freedom + known.size
    scale = (constants.freedom + float(apart @ solved[:, 0])) / freedom
    learnt = len(set((known % months).tolist()))
    return LearntLevel(middle.reshape(ratios.shape), covariance, scale, freedom, learnt)


def _signal(series: int, months: int, spreads: FloatArray, constants: Constants) -> FloatArray:
    """Return the prior covariance of levels, without a month's noise. Shape (B·T, B·T)."""
    at = np.arange(months, dtype=np.float64)
    fading = (1 - constants.fading**at) / (1 - constants.fading)
    moves = constants.drift**2 * np.minimum.outer(at, at)
    moves += constants.trend**2 * np.multiply.outer(fading, fading)
    alike = np.full((series, series), constants.shared)
    np.fill_diagonal(alike, 1.0)
    start = alike * np.multiply.outer(spreads, spreads)
    return np.kron(start, np.ones((months, months))) + np.kron(alike, moves)


class MoneyToCome(NamedTuple):
    """A sum of money to come: the logarithm's middle and scale, and its degrees of freedom."""

    expected: float
    middle: float
    scale: float
    freedom: float

    def at(self, normal: FloatArray) -> FloatArray:
        """Return the money at standard normal quantiles, with the tails of a Student t."""
        if self.expected <= 0:
            return np.full_like(normal, self.expected)
        return np.asarray(np.exp(self.middle + self.scale * student(normal, self.freedom)))


def spread_of(amounts: FloatArray, level: LearntLevel) -> MoneyToCome:
    """Return the sum of planned amounts, (B, T), each moved by its level.

    The sum of lognormals is taken as a lognormal of the same mean and variance.
    """
    weights = (amounts * level.factor).ravel()
    expected = float(weights.sum())
    if expected <= 0:
        return MoneyToCome(expected, 0.0, 0.0, level.freedom)
    used = np.flatnonzero(weights)
    part = weights[used] / expected
    grown = np.expm1(level.covariance[np.ix_(used, used)])
    square = float(np.log1p(max(0.0, float(part @ grown @ part))))
    middle = float(np.log(expected)) - square / 2
    return MoneyToCome(expected, middle, (level.scale * square) ** 0.5, level.freedom)


def student(normal: FloatArray, freedom: float) -> FloatArray:
    """Return quantiles of Student's t where the normal's are given.

    Abramowitz and Stegun 26.7.5; good to a hundredth from five degrees of freedom on.
    """
    z, v = normal, freedom
    return np.asarray(
        z
        + (z**3 + z) / (4 * v)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * v**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * v**3)
    )
