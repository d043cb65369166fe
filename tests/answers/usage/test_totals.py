"""What calls come to can be taken away, added, and written down, without losing a digit."""

from __future__ import annotations

import os

import pytest
from usage_logs import LOGS, read_home

from advisor.answers.usage.answer import AskedDays, total
from advisor.answers.usage.tariffs import Tariffs
from advisor.answers.usage.totals import Totals, changed, packed, unpacked
from advisor.api.usage_reading import rate_book

UTC = AskedDays()


@pytest.fixture(scope="module")
def tariffs() -> Tariffs:
    """Return today's prices."""
    return Tariffs(rate_book(os.environ, may_write=False))


@pytest.fixture
def both(tariffs: Tariffs) -> tuple[Totals, Totals]:
    """Return what two homes come to: Claude Code's in a terminal, and OpenCode's, which has costs.

    The first one has calls that were cut, and compaction that is known as a sum alone.
    """
    homes = (LOGS / "claude-code-2.1.332/home_c_interactive", LOGS / "opencode-1.18.33/home")
    one, other = (total(read_home(home), tariffs, UTC) for home in homes)
    return one, other


def nothing() -> Totals:
    """Return what no calls come to."""
    return Totals([], {}, [], {}, [], {})


def without_zeros(totals: Totals) -> Totals:
    """Leave out what is counted as nothing."""
    counters = {name: number for name, number in totals.counters.items() if number}
    return totals._replace(counters=counters)


def test_totals_come_back_as_they_were_written(both: tuple[Totals, Totals]) -> None:
    """JSON holds every field of every sum, of cuts, kinds and counters."""
    one, other = both

    assert any(found.written_pieces for found in other.sums.values())
    assert one.cuts
    assert one.unlogged
    assert [packed(unpacked(packed(each))) for each in both] == [packed(one), packed(other)]


def test_what_is_added_and_taken_away_leaves_nothing(both: tuple[Totals, Totals]) -> None:
    """Another home's calls go in and out again: to the last digit all is as before."""
    one, other = both
    before = packed(without_zeros(one))
    more = changed(unpacked(packed(one)), nothing(), other)
    again = changed(unpacked(packed(more)), other, nothing())

    assert packed(more) != packed(one)
    assert packed(without_zeros(again._replace(kinds=one.kinds))) == before


def test_taking_all_away_leaves_nothing(both: tuple[Totals, Totals]) -> None:
    """No sum of no rows stays."""
    one, _ = both
    left = changed(unpacked(packed(one)), one, nothing())

    assert (left.sums, left.cuts, left.unlogged) == ({}, [], [])
    assert not any(left.counters.values())
