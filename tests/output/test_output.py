"""What is printed and written: rounding, safe cells, documented keys, the same total everywhere."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from command_line import run, run_apart

from advisor.output import csv as csv_output
from advisor.output import figures, grid
from advisor.output import json as json_output
from advisor.output import markdown as markdown_output
from advisor.tables.flat import Column, Table
from advisor.units import in_digits

pytestmark = pytest.mark.usefixtures("plain_screen")

TEAM = """\
name: Payments platform
developers: 40
budget: 90_000
billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: 0.8, quality: 0.9}
  annual: {model: claude-sonnet-5-5, plan: github-copilot-business, billing: annual, quality: 1}
  seats: {model: claude-sonnet-5-5, plan: github-copilot-business, token_multiplier: 1, quality: 1}
contracts: {anthropic: {discount: 10%, commitment: 30_000}}
"""
WITHOUT_DRAWS = ("--draws", "0")


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write a team's file with a known, an unknown and a seat option, and stand beside it."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "team.yaml"
    path.write_text(TEAM)
    return path


def compared(*flags: str) -> str:
    """Return what `compare` prints for the team's file, which has one row that is not known."""
    ended = run("compare", "team.yaml", *WITHOUT_DRAWS, *flags)
    assert ended.code == 3, ended.err
    return ended.out


def as_json(*flags: str) -> dict[str, Any]:
    """Return the answer as JSON, read."""
    answer: dict[str, Any] = json.loads(compared("--json", *flags))
    return answer


def options_of(answer: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the rows of an answer by option."""
    return {row["option"]: row for row in answer["options"]}


# --- Figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        (33_650, "33,700"),  # a half goes up
        (33_649.99, "33,600"),
        (147.4, "147"),
        (146.5, "147"),
        (994.4, "994"),
        (995, "1,000"),
        (9_949, "9,950"),
        (9_950, "10,000"),
        (0.5, "1"),
        (-0.5, "-1"),
        (-0.2, "0"),  # never a minus before nothing
        (-12.5, "-13"),
        (10_485_000, "10.5M"),
        (999_499, "999,500"),
        (999_500, "1.00M"),
        (1_966_000_000, "1.97B"),
        (math.nan, "-"),
        (None, "-"),
    ],
)
def test_money_has_about_three_digits(amount: float | None, written: str) -> None:
    """Money is rounded half up to what a person reads, and is a dash where it is not known."""
    assert figures.money(amount) == written


@pytest.mark.parametrize(
    ("part", "sign", "written"),
    [
        (0.0495, False, "5%"),
        (104_950 / 100_000 - 1, False, "5%"),  # 4.95 up to the last bit
        (0.0494, True, "+4.9%"),
        (-0.0494, True, "-4.9%"),
        (10.2, True, "+1,020%"),
        (0.972, False, "97%"),
        (0.0004, False, "0.04%"),
        (0.0, True, "0%"),
        (math.nan, True, "-"),
    ],
)
def test_a_share_is_rounded_in_one_way_and_has_no_exponent(
    part: float, sign: bool, written: str
) -> None:
    """A share reads alike however it was computed, and however large it is."""
    assert figures.share(part, sign=sign) == written


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [(0.4871, 2, "0.49"), (1_120.0, 2, "1,100"), (12.0, 3, "12"), (1e-7, 3, "0.0000001")],
)
def test_a_number_has_the_digits_that_count(value: float, digits: int, written: str) -> None:
    """A number in so many digits is written out, never with an exponent."""
    assert in_digits(value, digits) == written


@pytest.mark.parametrize(
    ("amount", "written"), [(0.3276, "$0.33"), (221.0, "$221"), (0.0, "$0"), (None, "-")]
)
def test_what_one_person_costs_is_never_rounded_to_nothing(
    amount: float | None, written: str
) -> None:
    """Cents are told where they are all there is."""
    assert figures.per_head(amount, "USD") == written


@pytest.mark.parametrize(
    ("text", "written"),
    [("$10,400", "+$10,400"), ("-$10,400", "-$10,400"), ("$0", "$0"), ("3 tasks", "+3 tasks")],
)
def test_an_amount_has_one_sign(text: str, written: str) -> None:
    """What has a minus already gets no other sign, and nothing gets none."""
    assert figures.signed(text) == written


@pytest.mark.parametrize(
    ("amount", "written"), [(1_700, "+1,700"), (0.4, "0"), (0.5, "+1"), (-58_600, "-58,600")]
)
def test_a_difference_has_its_sign(amount: float, written: str) -> None:
    """A gain begins with a plus, a loss with a minus, nothing with neither."""
    assert figures.money(amount, sign=True) == written


@pytest.mark.parametrize(
    ("amount", "written"),
    [(9_499, "9,499"), (9_500, "10k"), (23_400, "23k"), (1_104_000, "1.10M"), (math.nan, "-")],
)
def test_short_money_is_in_thousands(amount: float, written: str) -> None:
    """The ends of a range are rounded more than the figure between them."""
    assert figures.short_money(amount) == written


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (44_321, "USD", "$44,300"),
        (-221.4, "USD", "-$221"),
        (44_321, "EUR", "€44,300"),
        (44_321, "CHF", "CHF 44,300"),
        (10_485_000, "USD", "$10.5M"),
    ],
)
def test_a_sentence_says_an_amount_with_its_currency(
    amount: float, currency: str, written: str
) -> None:
    """A sign of the currency stands before the amount, after the minus."""
    assert figures.said_money(amount, currency) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(4.465, "4.47"), (0.125, "0.13"), (-0.001, "0.00"), (1_234.5, "1,234.50")],
)
def test_a_unit_price_has_cents(value: float, written: str) -> None:
    """A small amount has two decimals, a half rounded up."""
    assert figures.unit_price(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (0.0000058, "0.0000058"), (0.00099875, "0.0010"), (0.0996, "0.10"), (0.56, "0.56"),
     (0.9949, "0.99"), (0.9951, "1.00"), (4.471, "4.47"), (9.994, "9.99"), (9.996, "10"),
     (33_712, "33,700"), (math.nan, "-"), (None, "-")],
)  # fmt: skip
def test_a_part_of_a_cent_keeps_two_digits(value: float | None, written: str) -> None:
    """Small costs are not rounded to nothing; large ones are money as everywhere."""
    assert figures.fine_money(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (843.4, "843"), (9_870, "9,870"), (9_999.6, "10.0k"), (24_310, "24.3k"),
     (272_042, "272k"), (999_600, "1.00M"), (25_432_660, "25.4M"), (math.nan, "-")],
)  # fmt: skip
def test_tokens_are_written_in_three_digits(value: float, written: str) -> None:
    """A long count is short, a short one exact."""
    assert figures.tokens(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.345, "0.35"), (20.55, "20.6"), (183.5, "184"), (math.nan, "-")]
)
def test_a_ratio_has_the_digits_that_matter(value: float, written: str) -> None:
    """A ratio has two decimals below 1, one below 100, none above."""
    assert figures.ratio(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "<1%"),
        (0.0049, "<1%"),
        (0.005, "1%"),
        (0.545, "55%"),
        (0.9949, "99%"),
        (0.995, ">99%"),
        (1.0, ">99%"),
        (None, "-"),
    ],
)
def test_a_chance_is_never_quite_none_or_all(value: float | None, written: str) -> None:
    """A simulation never shows that something cannot happen, or must."""
    assert figures.chance(value) == written


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.1, "0.1"), (0.25, "½"), (1.3, "1½"), (1.75, "2"), (9.7, "9½"), (9.75, "10"), (46.4, "46")],
)
def test_hours_have_a_half_where_it_matters(value: float, written: str) -> None:
    """A few hours are told to the half, many to the hour."""
    assert figures.hours(value) == written


@pytest.mark.parametrize(
    ("value", "written"), [(9_894, "9,890"), (9_950, "10,000"), (456, "456"), (3.25, "3.25")]
)
def test_a_count_has_about_three_digits(value: float, written: str) -> None:
    """Tasks are rounded as money is; a handful keeps its fraction."""
    assert figures.count(value) == written


def test_a_day_has_its_year_where_the_plan_crosses_one() -> None:
    """The year is said where it is not the same for all."""
    day = date(2027, 11, 24)

    assert (figures.day(day, year=False), figures.day(day, year=True)) == ("24 Nov", "24 Nov 2027")


def test_wide_characters_count_twice() -> None:
    """A table with Chinese names still lines up."""
    assert grid.width_of("深度求索 V4") == 11


# --- CSV -----------------------------------------------------------------------------------------


def cell_of(value: object) -> str:
    """Return how CSV writes one cell, as a reader of CSV gets it back."""
    table = Table("t", [Column("a"), Column("b")], [["x", value]])
    return list(csv.reader(io.StringIO(csv_output.render_table(table))))[1][1]


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "  =1", "＝1", "＋1", "－1", "＠x"],
)
def test_a_name_that_a_spreadsheet_would_calculate_is_quoted(name: str) -> None:
    """Text that begins like a formula gets a quote in front, wherever it came from."""
    assert cell_of(name) == f"'{name}"


@pytest.mark.parametrize("name", ["opus", "gpt-6.1-sol", "a=b", "40% off", "x,y", 'say "x"', "é"])
def test_any_other_name_comes_back_as_it_was(name: str) -> None:
    """Commas and quotes inside a name survive."""
    assert cell_of(name) == name


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (-12.5, "-12.5"),
        (1e-7, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (0.1 + 0.2, "0.30000000000000004"),
        (-0.0, "0"),
        (12.0, "12"),
        (7, "7"),
        (Decimal("0.20"), "0.2"),
        (True, "true"),
        (None, ""),
        (math.nan, ""),
        (date(2027, 1, 31), "2027-01-31"),
    ],
)
def test_a_number_stays_a_number(value: object, written: str) -> None:
    """Numbers are written in full, without exponents or quotes; what is not known is empty."""
    assert cell_of(value) == written


@pytest.mark.parametrize("name", ["a\rb", "a\r\nb", "a\nb"])
def test_a_line_break_in_a_name_breaks_no_row(name: str) -> None:
    """However a name ends its lines, its cell is one cell."""
    assert cell_of(name) == "a\nb"


def test_lines_end_in_a_line_feed() -> None:
    """The same bytes on every system."""
    text = csv_output.render_table(Table("t", [Column("a")], [["x"], [1.5]]))

    assert text == "a\nx\n1.5\n"


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("form", ["table", "json", "csv", "markdown"])
def test_the_same_question_has_the_same_bytes(form: str) -> None:
    """An answer depends on nothing but its inputs and the seed."""
    question = ("compare", "team.yaml", "--draws", "200", "--format", form)

    assert run(*question).out == run(*question).out


# --- Markdown ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("a|b", "a\\|b"),
        ("@team", "\\@team"),
        ("<img src=x>", "\\<img src=x\\>"),
        ("[x](y)", "\\[x\\](y)"),
        ("*a* _b_ `c`", "\\*a\\* \\_b\\_ \\`c\\`"),
        ("back\\slash", "back\\\\slash"),
        ("#1", "\\#1"),
    ],
)
def test_a_name_in_markdown_is_harmless(name: str, written: str) -> None:
    """No cell, mention, tag, link or heading begins in somebody's name."""
    table = Table("t", [Column("a")], [[name]])

    assert markdown_output.render_table(table) == f"| a |\n| --- |\n| {written} |\n"


@pytest.mark.usefixtures("team")
def test_a_hostile_name_stays_in_its_cell(team: Path) -> None:
    """A workload's and an option's name are escaped in the whole answer."""
    text = TEAM.replace("Payments platform", "'@all | <b>'").replace("  codex:", "  'a|b':")
    team.write_text(text)

    answer = compared("--format", "markdown")

    assert "#### \\@all \\| \\<b\\>:" in answer
    assert "| a\\|b |" in answer


# --- JSON ----------------------------------------------------------------------------------------

TOP = [
    "schema", "workload", "currency", "start", "months", "as_of", "draws", "seed", "calibration",
    "options", "assumptions", "flips", "warnings",
]  # fmt: skip
OPTION = {
    "option", "model", "effort", "vendor", "billed_by", "harness", "plan", "variant", "hosted_in",
    "spend", "spend_by_month", "spend_by_class", "spend_by_token_class", "spend_by_team", "tokens",
    "tasks", "completed", "unmet_tasks", "quality", "value", "review", "rework", "total_cost",
    "net_value", "value_per_dollar", "cost_per_completed", "spend_per_developer_month",
    "spend_per_active_month", "budget_used", "probability_over_budget", "over_by_month",
    "exhaustion_date", "rank",
}  # fmt: skip
ASSUMPTION = {
    "option", "class", "key", "value", "low", "high", "mean", "p10", "p50", "p90", "origin",
    "source", "date", "confidence",
}  # fmt: skip


@pytest.mark.usefixtures("team")
def test_the_answer_has_its_documented_keys() -> None:
    """`advisor.compare/1` holds what the documentation lists, in its order."""
    answer = as_json()

    assert list(answer) == TOP
    assert answer["schema"] == "advisor.compare/1"


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("option", ["opus", "codex", "annual", "seats"])
def test_every_option_has_every_documented_key(option: str) -> None:
    """A key is never missing: what is not known is null."""
    assert set(options_of(as_json())[option]) >= OPTION


@pytest.mark.usefixtures("team")
def test_assumptions_and_flips_have_their_documented_keys() -> None:
    """Each borrowed figure says whose it is, what it is and where it comes from."""
    answer = as_json()

    assert {frozenset(one) for one in answer["assumptions"]} <= {frozenset(ASSUMPTION)}
    assert {frozenset(one) for one in answer["flips"]} == {
        frozenset({"option", "over", "class", "key", "at"})
    }


@pytest.mark.usefixtures("team")
def test_what_is_not_known_is_null() -> None:
    """An option without a price has its names and a reason, and no figure at all."""
    row = options_of(as_json())["annual"]
    names = {"option", "model", "effort", "vendor", "billed_by", "harness", "plan", "hosted_in"}

    assert "not published" in row["unknown"]
    assert {row[key] for key in OPTION - names} == {None}


@pytest.mark.usefixtures("team")
def test_without_draws_chances_and_quantiles_are_null() -> None:
    """What only draws can tell is not known without them."""
    row = options_of(as_json())["opus"]

    assert [row["spend"][key] for key in ("mean", "p10", "p50", "p90")] == [None] * 4
    assert row["probability_over_budget"] is None


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("part", ["class", "token_class", "team"])
@pytest.mark.parametrize("option", ["opus", "codex", "seats"])
def test_parts_of_spend_add_up_to_it(part: str, option: str) -> None:
    """By class and by token class, seats, overage and commitment included, nothing is lost."""
    row = options_of(as_json())[option]

    assert math.fsum(row[f"spend_by_{part}"].values()) == pytest.approx(
        row["spend"]["expected"], rel=1e-12
    )


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("option", ["opus", "codex", "seats"])
def test_months_add_up_to_the_year(option: str) -> None:
    """Twelve months are the year, a commitment's shortfall included."""
    row = options_of(as_json())[option]

    assert len(row["spend_by_month"]) == 12
    assert math.fsum(row["spend_by_month"]) == pytest.approx(row["spend"]["expected"], rel=1e-12)


@pytest.mark.usefixtures("team")
def test_every_format_has_the_same_total() -> None:
    """The screen, Markdown and CSV show what JSON has, each rounded in its way."""
    total = options_of(as_json())["codex"]["spend"]["expected"]
    rows = csv.DictReader(io.StringIO(compared("--format", "csv")))
    in_csv = {row["option"]: row["spend_expected"] for row in rows}
    shown = figures.money(total)

    assert float(in_csv["codex"]) == total
    assert f"{shown} " in line_of(compared(), "codex")
    assert f"| {shown} |" in line_of(compared("--format", "markdown"), "codex")


def line_of(text: str, option: str) -> str:
    """Return the table's line of an option."""
    return next(line for line in text.splitlines() if re.match(rf"\W*{option} ", line))


def test_dates_and_decimals_become_text_and_numbers() -> None:
    """Any flat table can be JSON: dates as text, prices as numbers, keys without blanks."""
    columns = [Column("since"), Column("busy hours"), Column("input", is_number=True)]
    table = Table("t", columns, [[date(2027, 1, 1), None, Decimal("0.20")]])

    answer = json.loads(json_output.render_table(table))

    assert answer == {
        "schema": "advisor.prices/1",
        "name": "t",
        "on": None,
        "rows": [{"since": "2027-01-01", "busy_hours": None, "input": 0.2}],
        "facts": [],
    }


# --- The screen ----------------------------------------------------------------------------------


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("columns", [40, 50, 60, 74, 80, 100, 140])
def test_no_line_is_wider_than_the_screen(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """COLUMNS decides: columns give way, sentences wrap."""
    monkeypatch.setenv("COLUMNS", str(columns))

    widths = [grid.width_of(line) for line in compared().splitlines()]

    assert max(widths) <= columns


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("opus", 4, "opus"), ("copilot-opus", 8, "copilot…"), ("漢字漢字", 5, "漢字…")],
)
def test_words_that_are_cut_say_so(text: str, width: int, shown: str) -> None:
    """A text that is too wide ends in dots, and is no wider than it may be."""
    assert grid.cut(text, width) == shown


def test_figures_stay_where_only_words_can_be_cut() -> None:
    """On the narrowest screen words are cut, the widest first, and no figure is."""
    columns = [
        grid.TextColumn(("", "team"), ["platform-of-the-north"], left=True),
        grid.TextColumn(("", "work"), ["bug-fix"], left=True),
        grid.TextColumn(("", "cost"), ["1,234,500"]),
        grid.TextColumn(("", "unless"), ["codex > 1.9×"], left=True, gives_way=1),
    ]

    heads, row = grid.render_grid(columns, 34)

    assert row == "platform-of-t…  bug-fix  1,234,500"
    assert heads.split() == ["team", "work", "cost"]


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize("columns", ["", "0", "wide", "²", "-5"])
def test_a_width_that_is_none_is_a_hundred(columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Off a terminal, and where COLUMNS says nothing of use, a line has 100 columns."""
    expected = compared()
    monkeypatch.setenv("COLUMNS", columns)

    assert compared() == expected


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False),
    ],
)
def test_colour_is_for_terminals_or_who_asks(
    environment: dict[str, str], coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe gets none, FORCE_COLOR asks for it, NO_COLOR and a dumb terminal win."""
    for name, text in environment.items():
        monkeypatch.setenv(name, text)

    assert ("\x1b[" in compared()) is coloured


@pytest.mark.usefixtures("team")
def test_colour_changes_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its escapes, coloured text is the plain one."""
    plain = compared()
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert re.sub(r"\x1b\[\d+m", "", compared()) == plain


@pytest.mark.usefixtures("team")
def test_an_old_terminal_gets_question_marks(tmp_path: Path) -> None:
    """A mark that the terminal's encoding lacks is replaced; it is no reason to fail."""
    ended = run_apart(
        "compare", "team.yaml", *WITHOUT_DRAWS,
        folder=tmp_path, environment={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )  # fmt: skip

    assert ended.code == 3
    assert "? opus" in ended.out


# --- Files ---------------------------------------------------------------------------------------


@pytest.mark.usefixtures("team")
@pytest.mark.parametrize(
    ("ending", "form"), [("txt", "table"), ("json", "json"), ("csv", "csv"), ("md", "markdown")]
)
def test_the_ending_decides_what_is_written(ending: str, form: str, tmp_path: Path) -> None:
    """A file holds what stdout would in the format of its ending."""
    printed = compared("--format", form)

    ended = run("compare", "team.yaml", *WITHOUT_DRAWS, "-o", f"year.{ending}")

    assert (tmp_path / f"year.{ending}").read_text(encoding="utf-8") == printed
    assert f"wrote year.{ending}\n" in ended.err


@pytest.mark.usefixtures("team")
def test_several_files_are_written_beside_the_answer(tmp_path: Path) -> None:
    """`-o` may be repeated, and stdout carries the answer all the same."""
    printed = compared()

    ended = run("compare", "team.yaml", *WITHOUT_DRAWS, "-o", "a.csv", "--output", "b.json")

    assert ended.out == printed
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.json", "team.yaml"]


@pytest.mark.usefixtures("team")
def test_one_wrong_ending_writes_no_file_at_all(tmp_path: Path) -> None:
    """All endings are looked at before the first file is written."""
    ended = run("compare", "team.yaml", *WITHOUT_DRAWS, "-o", "a.csv", "-o", "b.pdf")

    assert ended.code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["team.yaml"]


@pytest.mark.usefixtures("team")
def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path: Path) -> None:
    """A folder stands in the file's place: it is said, and no half-written file is left."""
    (tmp_path / "year.json").mkdir()

    ended = run("compare", "team.yaml", *WITHOUT_DRAWS, "-o", "year.json")

    assert ended.code == 2
    assert ended.err == "year.json: can't be written: is a folder\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["team.yaml", "year.json"]


@pytest.mark.usefixtures("team")
def test_a_written_file_may_be_read_by_others(tmp_path: Path) -> None:
    """It is made beside its place with a private name, and ends with ordinary rights."""
    run("compare", "team.yaml", *WITHOUT_DRAWS, "-o", "year.csv")

    assert (tmp_path / "year.csv").stat().st_mode & 0o777 == 0o644
