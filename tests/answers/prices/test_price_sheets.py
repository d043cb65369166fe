"""`advisor prices list` and `show`: what is known of a model or plan on a day, on any screen.

What a reader would get wrong: a price that is listed need not be on sale; that it is retired,
redirected, disputed or unsure stands beside it however narrow the screen is.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import run

WIDTHS = ["30", "40", "60", "80", "100", "140"]


def listed(*words: str) -> dict[str, dict[str, Any]]:
    """Return the rows of a list by model or plan."""
    rows = json.loads(run("prices", "list", *words, "--json").out)["rows"]
    return {row.get("model", row.get("plan")): row for row in rows}


def shown(name: str, on: str = "2026-11-30") -> dict[str, list[str]]:
    """Return what stands below a sheet, by kind."""
    facts = json.loads(run("prices", "show", name, "--on", on, "--json").out)["facts"]
    found: dict[str, list[str]] = {}
    for fact in facts:
        found.setdefault(fact["kind"], []).append(fact["text"])
    return found


# --- the list


def test_a_list_is_of_today_and_says_so() -> None:
    """The day of the clock, in the heading and on stderr."""
    ended = run("prices", "list", "google")

    assert ended.out.startswith("prices on 2026-11-30, USD per million tokens\n")
    assert ended.err == "on today, 2026-11-30; --on says another day\n"


def test_another_day_is_not_said_twice() -> None:
    """Who names the day needs no telling."""
    ended = run("prices", "list", "google", "--on", "2026-12-02")

    assert (ended.out.partition(",")[0], ended.err) == ("prices on 2026-12-02", "")


@pytest.mark.parametrize(
    ("model", "on", "state", "output"),
    [
        ("gemini-2.5-pro", "2026-11-30", None, 10),
        ("gemini-2.5-pro", "2026-12-01", "redirected", 3.75),
        ("gemini-2.5-pro", "2027-01-01", "redirected", 7.5),
        ("gemini-4-carbon", "2026-11-30", None, 10),
        ("gemini-4-carbon", "2026-12-01", None, 20),
        ("gpt-5.6-sol", "2026-11-30", "disputed", 20),
        ("claude-opus-4-5", "2027-01-21", None, 25),
        ("claude-opus-4-5", "2027-01-22", "retired", 25),
    ],
)
def test_a_state_stands_beside_the_price_of_the_day(
    model: str, on: str, state: str | None, output: float
) -> None:
    """In force at the end of the day, and whether it can still be had."""
    row = listed("--on", on)[model]

    assert (row["state"], row["output"]) == (state, output)


@pytest.mark.parametrize("width", WIDTHS)
def test_retired_is_never_dropped(width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor are the prices of input and output; words give way before."""
    monkeypatch.setenv("COLUMNS", width)
    lines = run("prices", "list", "google", "--on", "2026-12-02").out.splitlines()
    heads, pro = (next(one for one in lines if word in one) for word in ("state", "2.5-pro"))

    assert {"model", "input", "output"} <= set(heads.split())
    assert {"redirected", "0.75", "3.75"} <= set(pro.split())


def test_cache_reads_hold_on_longer_than_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """They are most of what coding agents pay for."""
    monkeypatch.setenv("COLUMNS", "60")
    heading = run("prices", "show", "gpt-5.6-sol").out.splitlines()[2].split()

    assert heading == ["condition", "input", "cache_read", "output", "factor"]


def test_plans_say_what_cannot_be_begun() -> None:
    """Renewals alone, from the day on which something else is sold."""
    before, after = (listed("--plans", "--on", day) for day in ("2026-11-17", "2026-11-18"))

    assert before["minimax-token-plan-22"]["state"] is None
    assert after["minimax-token-plan-22"]["state"] == "renewals only"


@pytest.mark.parametrize(("on", "name"), [("2026-10-29", "Claude Max 20x"), ("", "Claude Ultra")])
def test_a_plan_is_called_what_it_was_called(on: str, name: str) -> None:
    """Ids stay, so that files go on working; names are of their day."""
    row = listed("--plans", "anthropic", *(("--on", on) if on else ()))["claude-max-20x"]

    assert row["name"] == name


# --- a sheet


def test_a_sheet_has_end_dispute_promotion_and_source() -> None:
    """Everything that hangs on the price, each with whose word it is."""
    facts = shown("gpt-5.6-sol")

    assert facts["promotion"] == ["promised at least to 2026-11-21; its end was not seen"]
    assert facts["disputed"][0].startswith("5/30 from 2026-12-01 (cctally v1.122.0); ours stands:")
    assert "checked on 2026-11-20, high" in facts["source"][0]


@pytest.mark.parametrize(
    ("on", "end", "to_come"),
    [
        (
            "2026-11-30",
            "retires on 2026-12-01; from then on gemini-3.8-flash answers, at its price",
            ["0.75/3.75 from 2026-12-01, announced: changes",
             "1.5/7.5 from 2027-01-01, announced: doubles"],
        ),
        (
            "2026-12-01",
            "retired on 2026-12-01; from then on gemini-3.8-flash answers, at its price",
            ["1.5/7.5 from 2027-01-01, announced: doubles"],
        ),
    ],
)  # fmt: skip
def test_a_redirection_is_shown_with_what_follows(on: str, end: str, to_come: list[str]) -> None:
    """The successor's announced rise is one of the old name, too."""
    facts = shown("gemini-2.5-pro", on)

    assert facts["end"][0] == end
    assert facts["to come"] == to_come


def test_ends_of_channels_are_shown() -> None:
    """Bedrock keeps Opus 4.5, and litellm's day for two others is disputed."""
    facts = shown("claude-opus-4-5")

    assert facts["end"] == [
        "retires on 2027-01-22; claude-opus-5-5 follows it", "at bedrock: no day is set",
    ]  # fmt: skip
    assert facts["disputed"][0].startswith("another day: 2026-11-24 (litellm 1.110.2")
    assert "2026-11-26, high" in facts["source of the end"][0]


def test_prices_in_yuan_are_shown() -> None:
    """As they are published, with their own source."""
    (yuan,) = shown("deepseek-flash")["in CNY"]

    assert yuan.startswith("1/4, cache read 0.02, at busy hours 2/8; https://")


def test_a_plan_is_shown_with_its_models_tiers_and_terms() -> None:
    """The list of the day, the plan's own dearer prices, and what is no money with the reason."""
    facts = shown("github-copilot-business")

    assert facts["models"][0].endswith("(list of 2026-11-20)")
    assert "gpt-6.2-sol" in facts["models"][0]
    assert "gpt-5.5" not in facts["models"][0].split(", ")
    assert "grok-4.5: 2/6, over 200k 4/12" in facts["own price"]
    assert any("rates of gemini-4-argon" in term for term in facts["term"])


def test_a_plan_of_summer_is_shown_with_its_promotion() -> None:
    """For whom, and what all others had; and that other terms followed."""
    facts = shown("github-copilot-business", "2026-07-01")

    assert facts["promotion"] == ["for customers of before 2026-06-01; all others have $19 pooled"]
    assert facts["to come"] == ["other terms from 2026-09-01"]


@pytest.mark.parametrize("width", WIDTHS[2:])
@pytest.mark.parametrize("name", ["gpt-5.6-sol", "claude-opus-4-5", "mistral-large-4"])
def test_a_sheet_fits_the_screen(name: str, width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sentences are broken, columns give way."""
    monkeypatch.setenv("COLUMNS", width)

    lines = run("prices", "show", name).out.splitlines()
    assert max(map(len, lines)) <= int(width)


def test_csv_has_every_column(tmp_path: Path) -> None:
    """What a screen drops is in the file."""
    run("prices", "list", "-o", tmp_path / "prices.csv")
    heading = (tmp_path / "prices.csv").read_text(encoding="utf-8").splitlines()[0]

    assert {"state", "retires", "checked_on", "confidence", "source"} <= set(heading.split(","))
