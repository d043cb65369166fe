"""`advisor prices check`: what is coming, what is due, what is old, on a day.

What a reader would get wrong: an announced price counts from its day, looked at or not; so a day
that has passed unseen stands first.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from command_line import Run, run

from advisor.answers.prices.agenda import agenda_of
from advisor.load.price_book import read_price_book

TABLES = """\
vendor: acme
name: Acme
models:
  rising-1:
    name: Rising
    prices:
      - {effective_from: 2026-09-01, input: 2, output: 10, promotion: "introductory", source: {url: "https://acme.example", checked_on: 2026-11-10}}
      - {effective_from: 2026-12-01, status: announced, input: 4, output: 20, source: {url: "https://acme.example", checked_on: 2026-11-10}}
  cut-1:
    name: Cut
    retires: 2027-01-22
    successor: rising-1
    retires_at: {somewhere: 2026-12-24}
    prices:
      - {effective_from: 2026-09-01, input: 2, output: 10, source: {url: "some table 1.2", checked_on: 2026-10-01}}
      - {effective_from: 2026-12-15, status: announced, input: 1, output: 5, source: {url: "some table 1.2", checked_on: 2026-10-01}}
      - {effective_from: 2026-12-20, status: cancelled, input: 9, output: 90, source: {url: "some table 1.2", checked_on: 2026-10-01}}
  moved-1:
    name: Moved
    retires: 2026-12-01
    successor: cut-1
    redirects: true
    retires_source: {url: "https://acme.example", checked_on: 2026-11-20}
    prices: [{effective_from: 2026-01-01, input: 1, output: 2, source: {url: x, checked_on: 2026-11-01}}]
  cheap-1:
    name: Cheap
    prices:
      - effective_from: 2026-08-21
        input: 1
        output: 5
        promotion: "promised until further notice"
        variants: {fast: {factor: 2, until: 2026-12-10}, batch: {factor: 0.5}}
        peak: {hours_utc: ["01:00-04:00"], except: days-off, input: 2, output: 10}
        disputed: {effective_from: 2026-12-05, input: 3, output: 15, who: a blog, why: "one alone"}
        source: {url: x, checked_on: 2026-11-20}
plans:
  acme-old:
    name: Old
    closed_to_new: 2026-12-31
    periods: [{effective_from: 2026-01-01, seat_month: 10, includes: none, source: {url: "https://acme.example/p", checked_on: 2026-08-28}}]
  acme-promo:
    name: Promo
    periods:
      - {effective_from: 2026-06-01, seat_month: 10, includes: {usd: 30}, promotion: {for: old customers, others: {usd: 10}}, source: {url: "https://acme.example/p", checked_on: 2026-11-12}}
      - {effective_from: 2027-01-01, seat_month: 10, includes: {usd: 10}, source: {url: "https://acme.example/p", checked_on: 2026-11-12}}
channels:
  somewhere:
    name: Somewhere
    periods: [{effective_from: 2026-01-01, source: {url: "https://acme.example", checked_on: 2026-11-12}}]
calendars:
  days-off:
    2026: [2026-12-25]
    source: {url: "https://acme.example/days", checked_on: 2026-11-12}
"""  # noqa: E501


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of pricing files with one of everything."""
    (tmp_path / "acme.yaml").write_text(TABLES, encoding="utf-8")
    return tmp_path


def entries(folder: Path, on: str, kind: str, days: int = 60) -> list[tuple[str, str, str]]:
    """Return what is said under a heading: day, whom it is about, what."""
    table = agenda_of(read_price_book(folder), date.fromisoformat(on), days)
    return [(str(day), str(who), str(what)) for said, day, who, what in table.rows if said == kind]


def checked(*more: str | Path) -> Run:
    """Run the command."""
    return run("prices", "check", *more)


def test_what_comes_within_sixty_days_stands_by_its_day(folder: Path) -> None:
    """Ends, rises, cuts, variants, plans, promotions, and what others say will come."""
    assert entries(folder, "2026-11-29", "coming") == [
        ("2026-12-01", "acme/moved-1", "retires; cut-1 answers from then on, at its price"),
        ("2026-12-01", "acme/rising-1", "its promotion ends, doubles: 2/10 → 4/20"),
        ("2026-12-05", "acme/cheap-1", "disputed: 3/15 from 2026-12-05 (a blog)"),
        ("2026-12-10", "acme/cheap-1", "ends: fast"),
        ("2026-12-15", "acme/cut-1", "falls to 50%: 2/10 → 1/5"),
        ("2026-12-24", "acme/cut-1", "retires at somewhere; rising-1 follows it"),
        ("2026-12-31", "plan acme-old", "for renewals only from then on"),
        ("2027-01-01", "plan acme-promo", "its promotion ends"),
        ("2027-01-22", "acme/cut-1", "retires; rising-1 follows it"),
    ]


def test_fewer_days_show_less(folder: Path) -> None:
    """The window is the user's; its last day counts."""
    coming = entries(folder, "2026-11-29", "coming", days=6)

    assert [day for day, _, _ in coming] == ["2026-12-01", "2026-12-01", "2026-12-05"]


def test_a_day_that_has_passed_unseen_is_due(folder: Path) -> None:
    """A rise and a redirection that were announced, and that nobody has looked at since."""
    assert entries(folder, "2026-12-03", "due") == [
        (
            "2026-12-01", "acme/moved-1",
            "cut-1 answers, at its price: nobody has looked since 2026-11-20",
        ),
        (
            "2026-12-01", "acme/rising-1",
            "doubles: 2/10 → 4/20: nobody has looked since 2026-11-10",
        ),
    ]  # fmt: skip
    assert entries(folder, "2026-12-01", "due") == []


def test_a_cancelled_price_neither_comes_nor_is_due(folder: Path) -> None:
    """It never counts."""
    said = [what for kind in ("coming", "due") for *_, what in entries(folder, "2026-12-21", kind)]

    assert "9/90" not in "".join(said)


def test_promotions_without_an_end_are_listed(folder: Path) -> None:
    """One whose end is a period of its own is none of them."""
    assert entries(folder, "2026-11-29", "promotion without an end") == [
        ("2026-08-21", "acme/cheap-1", "1/5: promised until further notice")
    ]


@pytest.mark.parametrize(
    ("on", "years"), [("2026-09-01", []), ("2026-11-29", [2027]), ("2027-12-01", [2027, 2028])]
)
def test_a_calendar_lacks_the_years_that_begin_by_then(
    folder: Path, on: str, years: list[int]
) -> None:
    """Of calendars on which a price hangs, with the models whose busy hours they are."""
    assert entries(folder, on, "calendar lacks a year") == [
        (f"{year}-01-01", "days-off", f"no {year}: busy hours of cheap-1") for year in years
    ]


def test_the_oldest_check_of_makers_and_sellers_is_listed(folder: Path) -> None:
    """Of makers the oldest of what is still on sale, of plans every day; oldest first."""
    assert entries(folder, "2026-11-29", "oldest check") == [
        ("2026-08-28", "plans of acme", "acme-old"),
        ("2026-10-01", "acme", "cut-1"),
        ("2026-11-12", "plans of acme", "acme-promo"),
    ]


def test_sources_that_are_packages_are_counted(folder: Path) -> None:
    """What is in force or announced last, and known from no page that can be opened."""
    assert entries(folder, "2026-11-29", "sources that are no pages") == [
        ("None", "acme", "3 of 4")
    ]


# --- the command


def test_the_day_is_today_and_said() -> None:
    """Without `--on` the clock is looked at; the answer names the day."""
    ended = checked()

    assert (ended.code, ended.err) == (0, "on today, 2026-11-30; --on says another day\n")
    assert ended.out.startswith("On 2026-11-30, and the 60 days from then on\n")


def test_the_shipped_tables_say_what_december_brings() -> None:
    """What a manager has to know on 29 November 2026, and the tables are in order."""
    ended = checked("--on", "2026-11-29")

    assert ended.code == 0
    assert "google/gemini-4-carbon: its promotion ends, doubles: 2/10 → 4/20" in ended.out
    assert "gemini-2.5-pro: retires; gemini-3.8-flash answers from then on" in ended.out
    assert "2027-01-22  anthropic/claude-opus-4-5: retires; claude-opus-5-5 follows" in ended.out
    assert "openai/gpt-5.6-sol: disputed: 5/30 from 2026-12-01 (cctally" in ended.out
    assert "china-holidays: no 2027: busy hours of deepseek-flash, deepseek-v4-pro" in ended.out
    assert "2026-08-28  plans of google (93 days): " in ended.out
    assert ended.out.endswith("in order\n")


def test_odd_figures_come_first_and_end_with_one(folder: Path) -> None:
    """A price per thousand tokens is named with its model and period."""
    text = TABLES.replace("input: 1, output: 2", "input: 0.0001, output: 2")
    (folder / "acme.yaml").write_text(text, encoding="utf-8")
    ended = checked(folder, "--on", "2026-11-29")

    assert ended.code == 1
    assert "odd:\n  acme/moved-1 from 2026-01-01: standard: input at 0.0001 is not a price" in (
        ended.out
    )


@pytest.mark.parametrize("days", ["-1", "3661"])
def test_a_window_of_no_sense_is_refused(days: str) -> None:
    """From today to ten years."""
    ended = checked("--days", days)

    assert ended.code == 2
    assert "--days" in ended.err


def test_json_has_a_row_an_entry(folder: Path) -> None:
    """With the day it is about, and the sentence below."""
    ended = checked(folder, "--on", "2026-11-29", "--json")
    answer = json.loads(ended.out)

    assert (answer["schema"], answer["name"], answer["on"]) == (
        "advisor.prices/1", "check", "2026-11-29",
    )  # fmt: skip
    assert answer["rows"][0] == {
        "kind": "coming", "day": "2026-12-01", "of": "acme/moved-1",
        "what": "retires; cut-1 answers from then on, at its price",
    }  # fmt: skip
    assert answer["facts"][0]["text"].startswith("4 models of 1 maker, 7 price periods, 2 plans; ")


@pytest.mark.parametrize("width", ["40", "60", "80", "200"])
def test_no_line_is_wider_than_the_screen(width: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Entries break at words."""
    monkeypatch.setenv("COLUMNS", width)

    assert max(map(len, checked("--on", "2026-11-29").out.splitlines())) <= int(width)
