"""What a record measured: dollars as tokens of the usual mix, at today's price; success as odds."""

from __future__ import annotations

import math
from typing import Any

import pytest
from small_books import FLAT, book, prices

from advisor.evidence.measurements import doubt, equivalent_tokens, success, tokens, uncached_share
from advisor.model.pooling import Spreads
from advisor.model.price import UnitPrices
from advisor.model.profile import Record

BLENDED_AT_A_TENTH = 0.005 + 0.039 + 0.943 * 0.1 + 0.013


def record(**row: Any) -> Record:
    """Return one record of the model `new`."""
    return book([{"model": "new", **row}]).records[0]


def test_dollars_become_the_tokens_that_they_would_buy() -> None:
    """Two dollars at one dollar per million are two million tokens."""
    assert equivalent_tokens(record(cost=2), prices()) == pytest.approx(2e6)


def test_a_record_is_valued_at_its_own_prices() -> None:
    """The same dollars at half the price bought twice the tokens."""
    half = {"input": 0.5, "output": 0.5}

    assert equivalent_tokens(record(cost=1, at=half), prices()) == pytest.approx(2e6)


def test_a_record_without_its_own_prices_is_valued_off_peak() -> None:
    """The base price counts even where an hour of the day is dearer."""
    peak = {"hours_utc": ["00:00-24:00"], "input": 2, "output": 2}

    found = equivalent_tokens(record(cost=1), prices(new={**FLAT, "peak": peak}))

    assert found == pytest.approx(1e6)


def test_tokens_by_class_serve_where_no_dollars_are_known() -> None:
    """300,000 read from cache at a tenth of the price and 70,000 written out cost ten cents."""
    own = {"input": 1, "cache_read": 0.1, "output": 1}
    used = {"cache_read": 300_000, "output": 70_000}

    found = equivalent_tokens(record(tokens=used, at=own), prices(new=own))

    assert found == pytest.approx(0.1 / BLENDED_AT_A_TENTH * 1e6)


def test_a_record_before_the_first_price_says_nothing_of_tokens() -> None:
    """Its dollars can't be valued."""
    assert tokens(record(cost=2, prices_on="2025-01-01"), prices()) is None


def test_totals_of_tokens_without_dollars_say_nothing_of_cost() -> None:
    """How much of a prompt was cached decides what it costs, and only dollars tell."""
    used = {"prompt": 1_000_000, "output": 10_000}

    assert equivalent_tokens(record(tokens=used), prices()) is None


def test_the_dollars_tell_how_much_was_read_from_the_cache() -> None:
    """A million at 1 or 0.1 and 10,000 written at 5 that come to 0.24 were cached to 90 %."""
    paid = UnitPrices.model_validate({"input": 1, "cache_read": 0.1, "output": 5})

    assert uncached_share(1e6, 1e4, 0.05 + 0.1 * 1 + 0.9 * 0.1, paid) == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("dollars", "read"),
    [
        pytest.param(2.0, 0.1, id="too dear"),
        pytest.param(0.02, 0.1, id="too cheap"),
        pytest.param(1.0, 1.0, id="reading costs the same"),
    ],
)
def test_dollars_that_no_cache_explains_tell_nothing(dollars: float, read: float) -> None:
    """Then prices, tokens and dollars don't go together."""
    paid = UnitPrices.model_validate({"input": 1, "cache_read": read, "output": 5})

    assert uncached_share(1e6, 0, dollars, paid) is None


def test_a_vendor_that_changes_the_structure_of_its_prices_is_priced_right() -> None:
    """99 % cached at a thousandth, now at a tenth: the attempt costs ten times as much, not 2.4.

    What it spends, as tokens of the usual mix at the new price, follows.
    """
    before = {"input": 1, "cache_read": 0.001, "output": 1}
    now = {"input": 1, "cache_read": 0.1, "output": 1}
    used = {"prompt": 1_000_000, "output": 0}
    paid = 0.01 * 1 + 0.99 * 0.001

    found = equivalent_tokens(record(cost=paid, tokens=used, at=before), prices(new=now))

    assert found == pytest.approx((0.01 + 0.99 * 0.1) / BLENDED_AT_A_TENTH * 1e6)


def test_own_tokens_by_class_move_the_dollars_to_the_price_of_today() -> None:
    """A discount that was had stays: half the list price then is half of it now."""
    then, now = {"input": 1, "output": 1}, {"input": 2, "output": 2}
    used = {"input": 1_000_000}

    found = equivalent_tokens(record(cost=0.5, tokens=used, at=then), prices(new=now))

    assert found == pytest.approx(0.5e6)


def test_success_is_log_odds_with_half_a_trial_on_either_side() -> None:
    """Of 9 trials none: half a success in ten."""
    found = success(record(success=0, trials=9))

    assert found is not None
    assert found.value == pytest.approx(math.log(0.05 / 0.95))


def test_more_trials_are_more_certain() -> None:
    """Four times the trials, a quarter of the variance."""
    few, many = (tokens(record(cost=1, trials=n), prices()) for n in (10, 40))

    assert few is not None
    assert many is not None
    assert few.variance == pytest.approx(4 * many.variance)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({}, 0.0),
        ({"confidence": "low"}, 0.04),
        ({"reported_by": "vendor"}, 0.09),
        ({"confidence": "low", "reported_by": "vendor"}, 0.13),
    ],
)
def test_what_is_doubted_varies_more(said: dict[str, str], expected: float) -> None:
    """A record of low confidence and a vendor's own have a variance beyond sampling."""
    spreads = Spreads.unchecked(of_low_confidence=0.2, by_the_vendor=0.3)

    assert doubt(record(cost=1, **said), spreads) == pytest.approx(expected)
