"""Simulated years: every form against its closed form, and which draws belong together.

Seeds are fixed, so nothing here can flake. Tolerances are four standard errors of 40,000 draws: of
a mean sd/√n, of a quantile √(q(1-q)/n) ÷ the density there.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from questions import Plain, Question, maker, seller

from advisor.engine.axes import Sample
from advisor.engine.draws import Means, Years, percentiles, quantiles
from advisor.engine.market import Drawing
from advisor.engine.outcome import outcome
from advisor.model.uncertain import NORMAL_P90, Uncertain

DRAWS = 40_000
YEARS = Years(DRAWS, 1)
NORMAL = NormalDist()
SIGMA = math.log(30 / 7) / NORMAL_P90


def root(cdf: Callable[[float], float], share: float, low: float, high: float) -> float:
    """Find where a rising distribution function reaches a share."""
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if cdf(middle) < share else (low, middle)
    return low


@dataclass(frozen=True)
class Known:
    """A form with its moments, distribution and density in closed form."""

    number: Uncertain
    mean: float
    deviation: float
    quantile: Callable[[float], float]
    density: Callable[[float], float]


def beta24(x: float) -> float:
    """Return P(B < x) of a Beta(2, 4): the chance of two or more of five below x."""
    return 1 - (1 - x) ** 5 - 5 * x * (1 - x) ** 4


FORMS = {
    "uniform": Known(
        Uncertain.between(3, 5),
        mean=4,
        deviation=2 / math.sqrt(12),
        quantile=lambda q: 3 + 2 * q,
        density=lambda _: 1 / 2,
    ),
    # Mode a quarter of the way: α = 2, β = 4 on [0, 4], whose density is 20·x·(1-x)³ on [0, 1].
    "pert": Known(
        Uncertain.pert(0, 1, 4),
        mean=8 / 6,
        deviation=4 * math.sqrt(2 * 4 / (36 * 7)),
        quantile=lambda q: 4 * root(beta24, q, 0, 1),
        density=lambda x: 20 * (x / 4) * (1 - x / 4) ** 3 / 4,
    ),
    "lognormal": Known(
        Uncertain.lognormal(7, 30),
        mean=7 * math.exp(SIGMA**2 / 2),
        deviation=7 * math.exp(SIGMA**2 / 2) * math.sqrt(math.exp(SIGMA**2) - 1),
        quantile=lambda q: 7 * math.exp(SIGMA * NORMAL.inv_cdf(q)),
        density=lambda x: NORMAL.pdf(math.log(x / 7) / SIGMA) / (x * SIGMA),
    ),
}


# Forms


@pytest.mark.parametrize("form", FORMS)
def test_draws_have_the_mean_of_their_form(form: str) -> None:
    """40,000 draws find the closed form's mean within four standard errors."""
    known = FORMS[form]

    drawn = YEARS.of(known.number, form)

    error = 4 * known.deviation / math.sqrt(DRAWS)
    assert float(drawn.mean()) == pytest.approx(known.mean, abs=error)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("form", FORMS)
def test_draws_have_the_quantiles_of_their_form(form: str, share: float) -> None:
    """40,000 draws find the closed form's quantiles within four standard errors."""
    known = FORMS[form]

    drawn = YEARS.of(known.number, form)

    exact = known.quantile(share)
    error = 4 * math.sqrt(share * (1 - share) / DRAWS) / known.density(exact)
    assert float(np.quantile(drawn, share)) == pytest.approx(exact, abs=error)


@pytest.mark.parametrize("form", FORMS)
def test_the_expected_year_is_at_the_mean(form: str) -> None:
    """The one year of `expected` takes the closed form's mean, not its middle or its mode."""
    known = FORMS[form]

    assert Means().of(known.number, form)[0] == pytest.approx(known.mean, rel=1e-12)


@pytest.mark.parametrize(
    ("low", "mode", "high"), [(0.4, 0.4, 1.7), (0.4, 0.8, 1.7), (0.4, 1.7, 1.7)]
)
def test_a_pert_has_its_mean_wherever_its_mode_is(low: float, mode: float, high: float) -> None:
    """(low + 4·mode + high) ÷ 6 holds with the mode at either end, within 4 standard errors."""
    drawn = YEARS.of(Uncertain.pert(low, mode, high), "pert")

    error = 4 * float(drawn.std()) / math.sqrt(DRAWS)
    assert float(drawn.mean()) == pytest.approx((low + 4 * mode + high) / 6, abs=error)


@pytest.mark.parametrize("form", ["uniform", "pert"])
def test_draws_stay_within_their_bounds(form: str) -> None:
    """No draw leaves [low, high]."""
    number = FORMS[form].number

    drawn = YEARS.of(number, form)

    assert number.low <= drawn.min() <= drawn.max() <= number.high


def test_an_exact_number_is_not_drawn() -> None:
    """One value stands for all years."""
    assert YEARS.of(Uncertain.constant(3.5), "any").tolist() == [3.5]


# Streams


def test_a_stream_does_not_depend_on_what_was_drawn_before() -> None:
    """The same key gives the same years, first or last."""
    number = FORMS["uniform"].number
    first, later = Years(100, 1), Years(100, 1)
    later.of(number, "another")
    later.level(0.35, "level")

    assert first.of(number, "key").tolist() == later.of(number, "key").tolist()


@pytest.mark.parametrize(("stream", "seed"), [("other", 1), ("key", 2)])
def test_another_stream_or_seed_gives_other_years(stream: str, seed: int) -> None:
    """Two streams, and two seeds of one stream, correlate no more than chance allows."""
    number = FORMS["uniform"].number

    one, other = Years(DRAWS, 1).of(number, "key"), Years(DRAWS, seed).of(number, stream)

    correlation = float(np.corrcoef(one, other)[0, 1])
    assert correlation == pytest.approx(0, abs=4 / math.sqrt(DRAWS))


def test_more_draws_begin_with_the_fewer() -> None:
    """The first 100 of 1,000 years are the 100 years of a shorter run."""
    number = FORMS["pert"].number

    assert Years(1000, 1).of(number, "key")[:100].tolist() == (
        Years(100, 1).of(number, "key").tolist()
    )


def test_a_stream_is_what_numpy_alone_would_draw() -> None:
    """PCG64 of SeedSequence([seed, sha256 of the key path]), so that no seed changes meaning."""
    key = "options.codex.quality"
    seeds = np.random.SeedSequence([1, int(hashlib.sha256(key.encode()).hexdigest(), 16)])

    drawn = Years(3, 1).of(Uncertain.between(0, 1), key)

    assert drawn.tolist() == np.random.Generator(np.random.PCG64(seeds)).random(3).tolist()


def test_quantiles_of_what_is_certain_are_the_value() -> None:
    """One value has P10 = P50 = P90."""
    assert quantiles(np.array([7.0]), (0.1, 0.5, 0.9)) == [7.0, 7.0, 7.0]


@pytest.mark.parametrize("draws", [2, 3, 11, 1000, 1001])
def test_quantiles_are_numpys(draws: int) -> None:
    """Between two draws they lie in a straight line, as numpy's own do."""
    values = np.random.default_rng(2).lognormal(size=draws)
    shares = (0.0, 0.1, 0.5, 0.9, 1.0)

    assert quantiles(values, shares) == pytest.approx(np.quantile(values, shares), rel=1e-12)


# Borrowed numbers


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_borrowed_quality_has_the_quantiles_of_its_odds(share: float) -> None:
    """Half of the work succeeds today, so a step in log-odds is σ(step) ÷ 0.5."""
    number, wanted = Uncertain.of_odds(0.5, 0.4, 0.8), NORMAL.inv_cdf(share)

    drawn = YEARS.of(number, "odds")

    odds = np.log(drawn / (2 - drawn))
    error = 4 * 0.8 * math.sqrt(share * (1 - share) / DRAWS) / NORMAL.pdf(wanted)
    assert float(np.quantile(odds, share)) == pytest.approx(0.4 + 0.8 * wanted, abs=error)


def test_a_borrowed_quality_has_the_mean_of_its_draws() -> None:
    """What stands as its mean is found by 40,000 draws within four standard errors."""
    number = Uncertain.of_odds(0.84, -0.7, 1.2)

    drawn = YEARS.of(number, "odds")

    error = 4 * float(drawn.std()) / math.sqrt(DRAWS)
    assert float(drawn.mean()) == pytest.approx(number.expected, abs=error)


@given(
    base=st.floats(0.01, 0.99), step=st.floats(-6, 6), spread=st.floats(0.01, 4),
    seed=st.integers(0, 2**32),
)  # fmt: skip
def test_nothing_borrowed_succeeds_more_than_always(
    base: float, step: float, spread: float, seed: int
) -> None:
    """However far the step and its error go, no draw, percentile or mean is above 1 ÷ success."""
    number = Uncertain.of_odds(base, step, spread)

    drawn = Years(200, seed).together(number, [("one", 0.6), ("other", 0.8)])

    reached = max(float(drawn.max()), number.expected, *percentiles(number))
    assert reached * base <= 1 + 1e-12


def test_what_two_options_share_is_drawn_together() -> None:
    """Their logarithms are correlated by the product of the weights of the streams they share."""
    number = Uncertain.lognormal(1, math.e)

    one, other = (
        YEARS.together(number, [("shared", 0.8), (own, 0.6)]) for own in ("one's", "other's")
    )

    found = float(np.corrcoef(np.log(one), np.log(other))[0, 1])
    assert found == pytest.approx(0.64, abs=4 * (1 - 0.64**2) / math.sqrt(DRAWS))


def test_what_is_shared_leaves_each_as_it_is() -> None:
    """Weights whose squares add up to 1 leave the distribution: its P90 is the one written."""
    drawn = YEARS.together(Uncertain.lognormal(7, 30), [("shared", -0.8), ("own", 0.6)])

    assert float(np.quantile(drawn, 0.9)) == pytest.approx(30, rel=0.05)


def test_the_expected_year_takes_the_median_of_what_is_borrowed() -> None:
    """Seven, not the mean of 13."""
    assert Means().together(Uncertain.lognormal(7, 30), [("own", 1.0)])[0] == 7


# On the public path


def two_classes(**more: Any) -> Question:
    """Two classes of $100 a month each on the reference, and an option beside it."""
    task = {"per_developer_month": 1, "tokens": {"input": 100_000_000}}
    workload = {
        "start": "2027-01",
        "months": 1,
        "developers": 1,
        "level_spread": 0,
        "current": "today",
        "tasks": {"bug-fix": task, "docs": task},
        "options": {"today": {"model": "one"}},
    }
    return Question({**workload, **more}, [maker("acme", one={"input": 1, "output": 10})])


def other_with(multiplier: Any, quality: Any = 1) -> Plain:
    """Give an option beside today's a multiplier."""
    other = {"model": "one", "token_multiplier": multiplier, "quality": quality}
    return {"today": {"model": "one"}, "other": other}


def spend(question: Question, name: str, draws: int = DRAWS) -> dict[str, float]:
    """Return an option's spend."""
    found: dict[str, float] = question.rows(draws=draws)[name]["spend"]
    return found


@pytest.mark.parametrize(
    ("multiplier", "p10"),
    [
        # One number for both classes, uniform on [1, 3]: P10 is 200 × 1.2
        ([1, 3], 240.0),
        # A default is one number for all classes that use it
        ({"default": [1, 3]}, 240.0),
        # Two numbers: their sum is a triangle on [2, 6], P10 at 2 + √(8 × 0.1)
        ({"bug-fix": [1, 3], "docs": [1, 3]}, 100 * (2 + math.sqrt(0.8))),
        ({"default": [1, 3], "docs": [1, 3]}, 100 * (2 + math.sqrt(0.8))),
    ],
)
def test_one_draw_is_made_for_each_number_that_is_written(multiplier: Any, p10: float) -> None:
    """What is written once rises and falls together, what is written twice does not.

    Four standard errors: 0.3/√n ÷ a density of 1/400 for one number, of 0.8944/400 for two.
    """
    drawn = spend(two_classes(options=other_with(multiplier)), "other")

    assert drawn["p10"] == pytest.approx(p10, abs=4 * 0.3 / math.sqrt(DRAWS) * 400 / 0.89)


@pytest.mark.parametrize("figure", ["mean", "p10", "p50", "p90"])
def test_all_options_see_the_same_years(figure: str) -> None:
    """An option that is the reference under another name has its figures to the last digit."""
    question = two_classes(options=other_with(1), level_spread=Decimal("0.35"))
    rows = question.rows(draws=500)

    assert rows["other"]["spend"][figure] == rows["today"]["spend"][figure]


def test_the_same_seed_gives_the_same_bytes() -> None:
    """Twice the same question and seed: the same JSON."""
    question = two_classes(options=other_with([1, 3]))

    assert str(question.answer(draws=500, seed=3)) == str(question.answer(draws=500, seed=3))


def test_another_seed_gives_other_years() -> None:
    """The seed is used: P10 differs in its last digits."""
    question = two_classes(options=other_with([1, 3]))

    one, other = (question.rows(draws=500, seed=seed)["other"]["spend"] for seed in (1, 2))

    assert one["p10"] != other["p10"]


def test_years_in_parts_are_the_years() -> None:
    """Simulated thirty at a time, a hundred years are the same hundred, in the same order."""
    question = two_classes(options=other_with([1, 3]), level_spread=Decimal("0.35"))
    case, years = question.case(), Years(100, 1)
    market, routes = case.market, case.ways[1].routes
    sample = Sample.draw(market.work, market.terms, years)
    drawing = Drawing.of(market.candidates, [1], years)
    whole = outcome(market, routes, sample, drawing).spend

    spends = []
    for part in Years(100, 1).parts(30):
        some = Sample.draw(market.work, market.terms, part)
        own = Drawing.of(market.candidates, [1], part)
        spends.append(outcome(market, routes, some, own).spend)

    assert np.concatenate(spends) == pytest.approx(whole, rel=1e-12)


# The level of use


def normal_quantile(share: float, sigma: float) -> float:
    """Return a quantile of a lognormal of mean 1."""
    return math.exp(sigma * NORMAL.inv_cdf(share) - sigma**2 / 2)


@pytest.mark.parametrize(("figure", "share"), [("p10", 0.1), ("p50", 0.5), ("p90", 0.9)])
@pytest.mark.parametrize("stated", [{}, {"level_spread": Decimal("0.10")}])
def test_next_years_level_is_uncertain(figure: str, share: float, stated: Plain) -> None:
    """One lognormal of mean 1 multiplies all tasks: σ is 0.35 unless the file says otherwise."""
    sigma = float(stated.get("level_spread", 0.35))
    question = two_classes(**{"level_spread": None, **stated}).but()

    drawn = spend(question, "today")

    exact = 200 * normal_quantile(share, sigma)
    density = NORMAL.pdf(NORMAL.inv_cdf(share)) / (exact * sigma)
    error = 4 * math.sqrt(share * (1 - share) / DRAWS) / density
    assert drawn[figure] == pytest.approx(exact, abs=error)


def test_the_level_moves_no_mean() -> None:
    """Spend that is proportional to use has its mean at the expected figure, $200."""
    drawn = spend(two_classes(level_spread=Decimal("0.35")), "today")

    deviation = 200 * math.sqrt(math.exp(0.35**2) - 1)
    assert drawn["mean"] == pytest.approx(200, abs=4 * deviation / math.sqrt(DRAWS))


@pytest.mark.parametrize("figure", ["mean", "p10", "p50", "p90"])
def test_without_uncertainty_every_year_is_the_expected_one(figure: str) -> None:
    """`level_spread: 0` and exact numbers leave nothing to draw."""
    assert spend(two_classes(), "today")[figure] == pytest.approx(200, rel=1e-12)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("per_developer_month", [1, 3]),
        ("tokens", {"input": [100_000_000, 300_000_000]}),
    ],
)
def test_what_a_task_takes_is_drawn(key: str, value: Any) -> None:
    """A frequency or a token count between 1 and 3 times as much has its P90 at 2.8 times."""
    task = {"per_developer_month": 1, "tokens": {"input": 100_000_000}, key: value}

    drawn = spend(two_classes(tasks={"bug-fix": task}), "today")

    error = 4 * 0.3 / math.sqrt(DRAWS) * 200
    assert drawn["p90"] == pytest.approx(280, abs=error)


def test_an_uncertain_intensity_is_one_number_for_all_classes() -> None:
    """Intensity between 1 and 3 lifts both classes at once: P90 is 200 × 2.8."""
    drawn = spend(two_classes(intensity=[1, 3]), "today")

    assert drawn["p90"] == pytest.approx(560, abs=4 * 0.3 / math.sqrt(DRAWS) * 400)


def test_teams_with_intensities_of_their_own_vary_apart() -> None:
    """Two teams' sum is a triangle: P10 at 2 + √0.8, where one number for both has 2.4."""
    teams = {name: {"developers": 1, "intensity": [1, 3]} for name in ("web", "search")}
    task = {"per_developer_month": 1, "tokens": {"input": 100_000_000}}
    question = two_classes(developers=None, teams=teams, tasks={"bug-fix": task}).but()

    drawn = spend(question, "today")

    error = 4 * 0.3 / math.sqrt(DRAWS) * 200 / 0.8944
    assert drawn["p10"] == pytest.approx(100 * (2 + math.sqrt(0.8)), abs=error)


def with_intensities(*stated: Any) -> Question:
    """Give teams of one person an intensity each."""
    teams = {f"t{n}": {"developers": 1, "intensity": one} for n, one in enumerate(stated)}
    return two_classes(developers=None, teams=teams, level_spread=Decimal("0.35"))


@pytest.mark.parametrize(
    ("stated", "rows"),
    [((1, 2, 3, 3), 2), ((1, [1, 3], [1, 3]), 6), ((1, 0), 4)],
    ids=["numbers", "two are drawn", "nothing to do"],
)
def test_teams_share_what_is_drawn(stated: Sequence[Any], rows: int) -> None:
    """A class has one row for all teams whose intensity is a number, and one for each drawn one."""
    assert len(with_intensities(*stated).case().market.work.row_class) == rows


def test_an_intensity_that_is_a_number_is_a_factor_in_every_year() -> None:
    """Teams at 1, 2 and 3 spend in each drawn year what six at 1 do, to the last digits."""
    apart, alike = (spend(with_intensities(*each), "today") for each in ((1, 2, 3), [1] * 6))

    assert apart == pytest.approx(alike, rel=1e-12)


@pytest.mark.parametrize("key", ["success", "value", "review", "rework"])
def test_what_a_task_is_worth_is_drawn(key: str) -> None:
    """A success, value, review or rework between 0.2 and 0.8 is at 0.26 in one year of ten."""
    task = {"per_developer_month": 1, "tokens": {"input": 1}, "value": 1, "success": 1}
    spread = {**task, key: [Decimal("0.2"), Decimal("0.8")]}
    market = two_classes(tasks={"bug-fix": spread}).case().market

    drawn = getattr(Sample.draw(market.work, market.terms, YEARS), key)[:, 0]

    error = 4 * 0.3 / math.sqrt(DRAWS) * 0.6
    assert float(np.quantile(drawn, 0.1)) == pytest.approx(0.26, abs=error)


def test_the_reference_has_a_quality_of_one_whatever_its_success() -> None:
    """A success with so heavy a tail that its mean is above 1 is a certainty, and no better."""
    task = {
        "per_developer_month": 1,
        "tokens": {"input": 1},
        "success": {"p50": Decimal("0.01"), "p90": 1},
    }

    assert two_classes(tasks={"bug-fix": task}).rows()["today"]["quality"] == pytest.approx(1)


def test_a_quality_is_drawn_for_each_option() -> None:
    """Another option's quality between 0.2 and 0.8 is at 0.26 in one year of ten."""
    quality = [Decimal("0.2"), Decimal("0.8")]
    candidates = two_classes(options=other_with(1, quality)).case().market.candidates

    drawn = Drawing.of(candidates, [1], YEARS).quality[1][:, 0]

    error = 4 * 0.3 / math.sqrt(DRAWS) * 0.6
    assert float(np.quantile(drawn, 0.1)) == pytest.approx(0.26, abs=error)


def test_spreads_between_people_and_requests_are_not_drawn() -> None:
    """How use differs between people, or prompts in length, is known: every year is the same."""
    task = {
        "per_developer_month": 1,
        "tokens": {"input": 100_000_000},
        "prompt_tokens": {"p50": 60_000, "p90": 140_000},
    }
    capped = {"today": {"model": "one", "cap": 90}}
    question = two_classes(
        tasks={"bug-fix": task}, options=capped, usage_spread={"p50": 7, "p90": 30}
    )

    drawn = spend(question, "today", draws=100)

    assert drawn["p10"] == drawn["p90"] == pytest.approx(drawn["expected"], rel=1e-12)


# Expected, and the mean of the years


def pool(seat_month: int = 19, **more: Any) -> Question:
    """Ask of 100 people who use $19 each, just what a pool of $1,900 holds."""
    workload = {
        "start": "2027-01",
        "months": 1,
        "developers": 100,
        "usage": {"input": 19_000_000},
        "current": "seat",
        "options": {
            "seat": {"model": "one", "plan": "seat"},
            "metered": {"model": "one", "token_multiplier": 1, "quality": 1},
        },
    }
    plan = {"seat_month": seat_month, "includes": {"usd": 19, "pooled": True}}
    files = [maker("acme", one={"input": 1, "output": 10}), seller("lumen", seat=plan)]
    return Question({**workload, **more}, files)


def test_a_pool_costs_more_over_the_years_than_in_the_expected_one() -> None:
    """Years above the pool pay, years below save nothing: E(X-A)⁺ = A·(2Φ(σ/2) - 1) at M = A."""
    drawn = spend(pool(), "seat")

    beyond = 1900 * (2 * NORMAL.cdf(0.35 / 2) - 1)
    assert drawn["expected"] == pytest.approx(1900)
    error = 4 * 1900 * math.sqrt(math.exp(0.35**2) - 1) / math.sqrt(DRAWS)
    assert drawn["mean"] == pytest.approx(1900 + beyond, abs=error)


def test_a_mean_off_the_expected_figure_is_a_warning() -> None:
    """13.9 % apart is said in words, by option."""
    warnings = pool().answer(draws=1000)["warnings"]

    assert any(text.startswith("seat: the mean over the draws") for text in warnings)


def test_a_mean_close_to_the_expected_figure_is_not() -> None:
    """Metered use is proportional: nothing is said of it."""
    warnings = pool().answer(draws=DRAWS)["warnings"]

    assert not any(text.startswith("metered: the mean") for text in warnings)


def test_ranking_goes_by_the_mean_where_the_two_differ() -> None:
    """Expected, a seat at $18 beats metered $1,900 by $100; over the years it loses by $164."""
    rows = pool(seat_month=18, hours=1, hour=100).rows(draws=DRAWS)

    assert rows["seat"]["net_value"] > rows["metered"]["net_value"]
    assert [rows["metered"]["rank"], rows["seat"]["rank"]] == [1, 2]
