"""`advisor prices update` with tables of others as they were shipped: no wrong proposal.

An old table, a new one with `--on` in the next year, and the newest of each kind. What a reader
would get wrong: a table that is behind ours looks just like one that has seen a cut.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from command_line import Run, run
from recorded_tables import AUGUST, AUGUST_DAY, NEWEST_LITELLM, NEWEST_PI_AI

from advisor.answers.prices.update.answer import propose
from advisor.answers.prices.update.data_file import read_table
from advisor.answers.prices.update.objections import TableDays
from advisor.answers.prices.update.package import read_given
from advisor.load.price_book import default_folder, read_price_book
from advisor.tables.prices_update import CONFLICT, OLDER, PROPOSED, REVIEWED, PriceUpdate

LITELLM_FILE = "litellm/model_prices_and_context_window_backup.json"
FOUR_RISES = [
    "google/gemini-3.6-flash", "google/gemini-3.7-flash", "google/gemini-3.8-flash",
    "google/gemini-4-argon",
]  # fmt: skip
"""The announced rises of 1 December and of New Year in models that litellm has."""

Change = Callable[[dict[str, dict[str, object]]], None]


def update(table: str | Path, *more: str) -> Run:
    """Run the command on the shipped tables."""
    return run("prices", "update", "--from", table, *more)


def found(table: str | Path, as_of: str, on: str) -> PriceUpdate:
    """Return what a table of a day proposes to the shipped tables from a day on."""
    days = TableDays(date.fromisoformat(as_of), date.fromisoformat(on))
    read = read_table(read_given(str(table)))
    return propose(default_folder("pricing"), read, days, source="x", patch_folder="p").answer


@pytest.fixture
def changed(tmp_path: Path) -> Callable[[Change], Path]:
    """Return a way to change entries in a copy of the newest litellm."""

    def changing(change: Change) -> Path:
        copy = Path(shutil.copytree(NEWEST_LITELLM, tmp_path / NEWEST_LITELLM.name))
        path = copy / LITELLM_FILE
        entries = json.loads(path.read_bytes())
        change(entries)
        path.write_text(json.dumps(entries), encoding="utf-8")
        return copy

    return changing


# --- no wrong proposal


@pytest.mark.parametrize("on", ["2026-11-29", "2027-01-02"])
@pytest.mark.parametrize(
    ("table", "as_of"),
    [
        (AUGUST, ("--as-of", AUGUST_DAY)),
        (NEWEST_LITELLM, ()),
        (NEWEST_PI_AI, ()),
        ("genai-prices", ("--as-of", "2026-11-09")),
    ],
    ids=["litellm of August", "newest litellm", "newest pi-ai", "newest genai-prices"],
)
def test_a_table_that_is_behind_proposes_nothing(
    table: str | Path, as_of: tuple[str, ...], on: str
) -> None:
    """Nothing to write, nothing for a person to do, and the exit code says so."""
    ended = update(table, *as_of, "--on", on)

    assert (ended.code, ended.out) == (0, "")
    assert "Nothing to do: no price differs that is not accounted for." in ended.err


def test_what_august_says_otherwise_is_older() -> None:
    """Ten models have moved since, and each of ours was looked at after August."""
    answer = found(AUGUST, AUGUST_DAY, "2026-11-29")

    assert len(answer.models(OLDER)) == 10
    assert "deepseek/deepseek-v4-pro" in answer.models(OLDER)
    assert answer.models(PROPOSED) == answer.models(CONFLICT) == []


def test_a_november_table_does_not_undo_announced_rises() -> None:
    """With `--on` after New Year the day of the table still counts: then nothing had risen."""
    answer = found(NEWEST_LITELLM, "2026-11-20", "2027-01-02")

    assert answer.models(PROPOSED) == answer.models(CONFLICT) == []
    assert answer.models(REVIEWED) == ["google/gemini-3.5-flash-lite"]


def test_who_takes_an_old_table_for_a_new_one_gets_conflicts_rather_than_a_patch() -> None:
    """Said to be of January, it repeats what four prices were before they rose."""
    answer = found(NEWEST_LITELLM, "2027-01-02", "2027-01-02")
    reasons = {one.reason for one in answer.findings if one.model == FOUR_RISES[0]}

    assert answer.models(PROPOSED) == []
    assert sorted(answer.models(CONFLICT)) == FOUR_RISES
    assert "theirs is the price that ours was from 2026-08-13" in reasons
    assert answer.patch == ""


def test_a_table_that_does_not_say_its_day_is_refused() -> None:
    """Nothing inside genai-prices says of which day it is, nor inside litellm of August."""
    ended = [update(table, "--on", "2026-11-29") for table in ("genai-prices", AUGUST)]

    assert [one.code for one in ended] == [2, 2]
    assert all("does not say of which day it is" in one.err for one in ended)
    assert all("say --as-of YYYY-MM-DD" in one.err for one in ended)


def test_newest_genai_prices_differs_where_an_old_tier_is_kept() -> None:
    """Said to be of late November, it still has the tier that Sonnet 4.5 lost in April."""
    ended = update("genai-prices", "--as-of", "2026-11-25", "--on", "2026-11-29")

    assert (ended.code, ended.out) == (1, "")
    assert "conflict  anthropic/claude-sonnet-4-5: theirs is the price that ours was" in ended.err
    assert "1 model to look at by hand." in ended.err


# --- what is proposed, and what is a conflict


def test_a_true_cut_is_proposed_from_the_day_of_the_table(
    changed: Callable[[Change], Path],
) -> None:
    """A price that ours never had, in a table that is younger, is a patch of one period."""

    def cut(entries: dict[str, dict[str, object]]) -> None:
        entries["claude-opus-5-5"]["input_cost_per_token"] = 3e-06
        entries["claude-opus-5-5"]["input_cost_per_token_batches"] = 1.5e-06

    answer = found(changed(cut), "2026-11-28", "2027-01-02")

    assert answer.models(PROPOSED) == ["anthropic/claude-opus-5-5"]
    assert answer.models(CONFLICT) == []
    assert "+      - effective_from: 2026-11-28" in answer.patch
    assert [line for line in answer.patch.splitlines() if line.startswith("-")] == [
        "--- a/p/anthropic.yaml"
    ]


def test_applied_proposals_are_the_price_from_then_on(
    changed: Callable[[Change], Path], tmp_path: Path
) -> None:
    """`--apply` writes the period, exits with 0, and the day before keeps the old price."""

    def cut(entries: dict[str, dict[str, object]]) -> None:
        entries["claude-opus-5-5"]["output_cost_per_token"] = 1.5e-05
        entries["claude-opus-5-5"]["output_cost_per_token_batches"] = 7.5e-06

    table = changed(cut)
    mine = Path(shutil.copytree(default_folder("pricing"), tmp_path / "pricing"))
    call = ("prices", "update", mine, "--from", table, "--as-of", "2026-11-28")
    proposed = run(*call)
    applied = run(*call, "--apply")
    again = run(*call)
    offer = read_price_book(mine).find("claude-opus-5-5")
    assert offer is not None

    assert [proposed.code, applied.code, again.code] == [5, 0, 0]
    assert [p.output for p in offer.model.prices[-2:]] == [20, 15]
    assert offer.model.prices[-1].source.url == "litellm 1.110.2"


def test_a_cut_that_their_batch_does_not_follow_is_a_conflict(
    changed: Callable[[Change], Path],
) -> None:
    """A new period would halve it for batch, where the same table says that it stays."""

    def cut(entries: dict[str, dict[str, object]]) -> None:
        entries["claude-opus-5-5"]["input_cost_per_token"] = 3e-06

    answer = found(changed(cut), "2026-11-28", "2026-11-28")
    reasons = {one.reason for one in answer.findings if one.status == CONFLICT}

    assert (answer.patch, answer.models(CONFLICT)) == ("", ["anthropic/claude-opus-5-5"])
    assert "their batch does not move with it: write the period by hand" in reasons


def test_a_cancelled_rise_is_not_proposed(changed: Callable[[Change], Path]) -> None:
    """Who still carries a rise that was called off is told when it would have begun."""
    offers = [
        (offer, period)
        for offer in read_price_book().made
        for period in offer.model.prices
        if period.status == "cancelled"
    ]
    offer, period = next(pair for pair in offers if pair[0].vendor.vendor == "anthropic")

    def carry(entries: dict[str, dict[str, object]]) -> None:
        entry = entries[offer.id]
        kept = {key: value for key, value in entry.items() if not key.startswith("cache_")}
        kept["input_cost_per_token"] = float(period.input / Decimal(1_000_000))
        kept["output_cost_per_token"] = float(period.output / Decimal(1_000_000))
        entries[offer.id] = kept

    answer = found(changed(carry), "2026-11-28", "2026-11-28")
    reasons = {one.reason for one in answer.findings if one.status == CONFLICT}

    assert answer.patch == ""
    assert any("that was cancelled" in str(reason) for reason in reasons)


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("input_cost_per_token_above_272k_tokens", 9e-06, "input over 272000: 4 → 9"),
        ("output_cost_per_token_batches", 9e-06, "batch output: "),
        ("input_cost_per_token_priority", 9e-06, "fast input: "),
        ("deprecation_date", "2027-03-01", "retires: none → 2027-03-01"),
    ],
)
def test_tiers_variants_and_ends_are_compared(
    changed: Callable[[Change], Path], key: str, value: object, says: str
) -> None:
    """What is no plain price is never written, and a person is told both figures."""

    def other(entries: dict[str, dict[str, object]]) -> None:
        entries["gpt-6-sol"][key] = value

    ended = update(changed(other), "--as-of", "2026-11-28", "--on", "2026-11-29")

    assert (ended.code, ended.out) == (1, "")
    assert "conflict  openai/gpt-6-sol" in ended.err
    assert says in ended.err


def test_a_recorded_dispute_is_no_conflict() -> None:
    """What somebody has looked into stands apart, with why ours stands."""
    answer = found(NEWEST_LITELLM, "2026-11-28", "2026-11-29")
    said = [one for one in answer.findings if one.status == REVIEWED]

    assert [(one.model, one.price) for one in said] == [
        ("google/gemini-3.5-flash-lite", "batch cache_read")
    ]
    assert said[0].reason == "Google publishes it rounded, 0.02"


# --- what we lack


def test_what_coding_tools_offer_stands_first_of_what_we_lack() -> None:
    """With prices, so that it can be judged; what only a maker's own list has comes after."""
    answer = found(NEWEST_PI_AI, "2026-11-20", "2026-11-20")
    lacking = answer.models("unknown here")
    name = "openai/gpt-5.4-pro"  # which opencode offers, as nobody does gpt-4
    prices = {one.price: one.theirs for one in answer.findings if one.model == name}

    assert lacking.index(name) < lacking.index("openai/gpt-4")
    assert prices == {"input": Decimal(30), "output": Decimal(180)}
