"""Parts of a variance add up, turn their sign when sides are swapped, and name what moved."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answers.forecast.variance import VarianceSide, variance

MODELS, BILLERS, CLASSES = ("a/one", "b/two", "b/three"), ("a", "b", "c"), 5
COUNT = st.integers(0, 10**6).map(float)


@st.composite
def sides(draw: st.DrawFn) -> VarianceSide:
    """Draw a side: some models, perhaps nobody, perhaps no tasks, credits beyond what is paid."""
    models = draw(st.lists(st.sampled_from(MODELS), unique=True, max_size=3))
    vector = st.lists(COUNT, min_size=CLASSES, max_size=CLASSES).map(np.array)
    price = st.lists(
        st.integers(0, 1_000).map(lambda n: n * 1e-7), min_size=CLASSES, max_size=CLASSES
    ).map(np.array)
    tokens = {name: draw(vector) for name in models}
    money = {name: draw(st.floats(-1e4, 1e5)) for name in BILLERS}
    seats = draw(st.dictionaries(st.sampled_from(BILLERS), st.floats(0, 1e4)))
    return VarianceSide(
        people=draw(st.none() | st.integers(0, 500).map(float)),
        tasks=draw(st.none() | st.integers(0, 10_000).map(float)),
        tokens=tokens,
        prices={
            name: np.where(tokens[name] > 0, draw(price), np.nan) for name in models
        },
        biller={name: name[0] for name in models},
        seats=seats,
        unused=draw(st.none() | st.just({name: fee / 2 for name, fee in seats.items()})),
        money=money,
    )  # fmt: skip


def plain(**changes: object) -> VarianceSide:
    """Return ten people with ten tasks each of a million tokens at a dollar a million."""
    side = VarianceSide(
        people=10.0,
        tasks=100.0,
        tokens={"a/one": np.array([0, 0, 0, 5e7, 5e7])},
        prices={"a/one": np.array([np.nan, np.nan, np.nan, 1e-6, 1e-6])},
        biller={"a/one": "a"},
        seats={},
        unused=None,
        money={"a": 100.0},
    )
    return side._replace(**changes)  # type: ignore[arg-type]


def moved(base: VarianceSide, actual: VarianceSide) -> Mapping[str, float]:
    """Return the parts that are something, by cause."""
    return {
        one.cause: one.money for one in variance(base, actual) if abs(one.money) > 1e-6
    }  # fmt: skip


@given(base=sides(), actual=sides())
def test_parts_add_up_to_the_difference_of_each_biller(
    base: VarianceSide, actual: VarianceSide
) -> None:
    """Nothing is lost between causes, or between billers."""
    parts = variance(base, actual)
    told = [sum(one.by_biller[name] for one in parts) for name in BILLERS]
    whole = [actual.money[name] - base.money[name] for name in BILLERS]

    assert told == pytest.approx(whole, rel=1e-9, abs=1e-5)


@given(base=sides(), actual=sides())
def test_with_sides_swapped_every_part_turns_its_sign(
    base: VarianceSide, actual: VarianceSide
) -> None:
    """What made it dearer from there makes it cheaper from here."""
    there = {one.cause: one.money for one in variance(base, actual)}
    back = {one.cause: -one.money for one in variance(actual, base)}

    assert back == pytest.approx(there, rel=1e-6, abs=1e-4)


@given(side=sides())
def test_a_side_beside_itself_differs_by_nothing(side: VarianceSide) -> None:
    """Every part is 0."""
    assert all(abs(one.money) < 1e-6 for one in variance(side, side))


PRICE = {"a/one": np.array([np.nan, np.nan, np.nan, 1.5e-6, 1.5e-6])}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"prices": PRICE, "money": {"a": 150.0}}, {"price": 50.0}),
        ({"people": 15.0, "tasks": 150.0, "tokens": {"a/one": np.array([0, 0, 0, 7.5e7, 7.5e7])},
          "money": {"a": 150.0}}, {"people": 50.0}),
        ({"tasks": 150.0, "tokens": {"a/one": np.array([0, 0, 0, 7.5e7, 7.5e7])},
          "money": {"a": 150.0}}, {"tasks_per_person": 50.0}),
        ({"tokens": {"a/one": np.array([0, 0, 0, 7.5e7, 7.5e7])}, "money": {"a": 150.0}},
         {"tokens_per_task": 50.0}),
        ({"money": {"a": 90.0}}, {"other": -10.0}),
        ({"seats": {"a": 20.0}, "money": {"a": 120.0}}, {"seats": 20.0}),
    ],
)  # fmt: skip
def test_what_alone_moved_has_the_whole_difference(
    changes: dict[str, object], expected: dict[str, float]
) -> None:
    """Price, people, tasks, tokens, a credit, seats: each by itself, to the cent."""
    assert moved(plain(), plain(**changes)) == pytest.approx(expected)


def test_a_dearer_model_is_mix_and_never_price() -> None:
    """Half of the tokens go to a model that nobody had, at three times the price."""
    half = np.array([0, 0, 0, 2.5e7, 2.5e7])
    new = plain(
        tokens={"a/one": half, "b/two": half},
        prices={**plain().prices, "b/two": np.array([np.nan, np.nan, np.nan, 3e-6, 3e-6])},
        biller={"a/one": "a", "b/two": "b"},
        money={"a": 50.0, "b": 150.0},
    )

    assert moved(plain(), new) == pytest.approx({"mix": 100.0})


def test_more_from_the_cache_is_a_change_of_classes() -> None:
    """All of it is output in place of half: at ten times the price of the rest."""
    prices = {"a/one": np.array([np.nan, np.nan, np.nan, 1e-7, 1.9e-6])}
    base = plain(prices=prices)
    new = plain(prices=prices, tokens={"a/one": np.array([0, 0, 0, 9e7, 1e7])},
                money={"a": 28.0})  # fmt: skip

    assert moved(base, new) == pytest.approx({"token_classes": -72.0})


def test_people_that_nobody_counted_are_one_part_with_their_use() -> None:
    """Without names in the logs there is only more or less use."""
    new = plain(people=None, tasks=None, tokens={"a/one": np.array([0, 0, 0, 1e8, 1e8])},
                money={"a": 200.0})  # fmt: skip

    assert moved(plain(), new) == pytest.approx({"volume": 100.0})


def test_seats_that_nobody_used_are_told_apart_where_both_sides_know() -> None:
    """Forty more for seats, of which thirty have nobody on them."""
    base = plain(seats={"a": 100.0}, unused={"a": 0.0}, money={"a": 200.0})
    new = plain(seats={"a": 140.0}, unused={"a": 30.0}, money={"a": 240.0})

    assert moved(base, new) == pytest.approx({"seats_used": 10.0, "seats_unused": 30.0})
