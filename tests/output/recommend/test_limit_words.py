"""What is said of limits and of other ways beside a mix, from finished answers alone."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from advisor.output.grid import width_of
from advisor.output.recommend.formats import render_text
from advisor.output.recommend.worth_lines import limit_in_words, limits, worth_lines
from advisor.tables.compare import Spend
from advisor.tables.recommend import HeldLimit, Recommendation, RouteLine, WayColumn
from advisor.units import Month


def spent(amount: float) -> Spend:
    """Return money that is the same in every year."""
    return Spend(amount, amount, amount, amount, amount)


def way(option: str, net: float, spend: float = 90_000.0, **changes: Any) -> WayColumn:
    """Make a way that is worth so much after all costs."""
    made = WayColumn(
        option=option, title=option, spend=spent(spend), value=net,
        net_value=net, net_value_vs_today=net, completed=100.0, work_done=1.0, quality=1.0,
        probability_over_budget=None, exhaustion_date=None, vendor_shares={},
    )  # fmt: skip
    return made._replace(**changes)


def answer(**changes: Any) -> Recommendation:
    """Make an answer about one file with a budget of 100,000."""
    made = Recommendation(
        workload="team", file="team.yaml", currency="USD", start=Month(2027, 1), months=12,
        as_of=date(2026, 11, 12), draws=0, seed=1, aim="net_value", has_values=True,
        counts_months=False, counts_tasks=True, is_whole=True, budget=100_000.0,
        status="optimal", gap=0.0,
        spend=spent(90_000.0), today=way("opus", 0.0), best_single=way("codex", 100.0),
        mix=way("recommended", 100.0), shadow_price_budget=0.0,
        limits=[HeldLimit("budget", 2, 100_000.0, 90_000.0)],
    )  # fmt: skip
    return made._replace(**changes)


@pytest.mark.parametrize(
    ("value", "said"), [(0.995, "at least 99.5%"), (0.8, "at least 80%"), (1.0, "at least 100%")]
)
def test_a_limit_is_told_as_it_is_stated(value: float, said: str) -> None:
    """99.5 % is not rounded to all of it: a mix that does 99.6 % keeps it."""
    assert said in limit_in_words(answer(), "min_quality_overall", value)


def test_none_binds_where_all_was_looked_at_and_money_is_left() -> None:
    """The words that a reader acts on stand only where they are known."""
    assert limits(answer()) == "none binds: one more dollar of budget buys $0"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "feasible"}, "not looked at: the search was cut short"),
        ({"unsettled": ["budget"], "shadow_price_budget": None},
         "what `budget` cost was not found in time"),
        ({"unsettled": [f"teams.t{n}.budget" for n in range(9)]},
         "what `teams.t0.budget`, `teams.t1.budget`, `teams.t2.budget` and 6 more limits cost was "
         "not found in time · one more dollar of budget buys $0"),
        ({"spend": spent(100_000.0), "shadow_price_budget": None},
         "the budget of 100,000 is spent to the last"),
    ],
)  # fmt: skip
def test_it_never_says_that_none_binds_where_that_is_not_known(
    changes: dict[str, Any], said: str
) -> None:
    """Where time ran out, or the spend is the budget, that is what is said."""
    assert limits(answer(**changes)) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, ""),
        ({"today": way("opus", 12_100.0, breaks=["budget"])},
         "today would be $12,000 better: it breaks budget"),
        ({"best_single": way("codex", 12_100.0, breaks=["deny hosted_in CN", "min_quality"])},
         "codex alone would be $12,000 better: it breaks deny hosted_in CN and min_quality"),
        ({"today": way("opus", 12_100.0), "status": "feasible"},
         "today would be $12,000 better: the search was cut short; give it longer with "
         "--time-limit"),
        ({"today": way("opus", 12_100.0)},
         "today would be $12,000 better: it shares work out, which --shares allows"),
        ({"aim": "spend", "today": way("opus", 0.0, spend=80_000.0, breaks=["min_quality"])},
         "today would be $10,000 better: it breaks min_quality"),
    ],
)  # fmt: skip
def test_a_mix_that_is_worse_than_a_way_beside_it_says_why(
    changes: dict[str, Any], said: str
) -> None:
    """No better way stands beside the mix without the limit that forbids it."""
    lines = worth_lines(answer(**changes), 1_000)
    told = [line.split(maxsplit=1)[1] for line in lines if line.startswith("  Worse")]

    assert told == ([said] if said else [])


@pytest.mark.parametrize("width", [60, 80, 100])
@pytest.mark.parametrize("names", [[f"t{n}" for n in range(46)], ["a-team-with-a-long-name"] * 9])
def test_many_teams_keep_to_the_screen(width: int, names: list[str]) -> None:
    """The first teams of a row are named and the others counted; `wide` names all of them."""
    routes = [
        RouteLine(f"{name}{n}", "bug-fix", (("opus", "sonnet")[n % 2],), 1.0, 10.0, 0.8, 1.0, 2.0,
                  20.0, None, [])
        for n, name in enumerate(names)
    ]  # fmt: skip
    given = answer(routes=routes, classes=["bug-fix"])

    narrow, wide = render_text(given, width=width), render_text(given, width=width, wide=True)

    assert max(map(width_of, narrow.splitlines())) <= width
    assert " more " in narrow
    assert all(route.team in wide for route in routes)
