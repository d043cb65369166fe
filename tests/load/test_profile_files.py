"""Profile files: what is refused where, and what the shipped ones say."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest

from advisor.errors import InputError
from advisor.evidence.borrowing import borrow
from advisor.evidence.measurements import equivalent_tokens, uncached_share
from advisor.evidence.query import Finding, Subject
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.profile_book import read_profiles, shipped_profiles
from advisor.load.yaml_source import read_yaml
from advisor.model.book import PriceBook
from advisor.model.profile import Measure, ProfileBook, Record
from advisor.model.scalars import parse_instant
from advisor.model.uncertain import NORMAL_P90

SOURCES = "sources:\n  board: {title: Board, url: https://example.org, date: 2026-10-01}\n"
GROUP = "records:\n  - {source: board, benchmark: fixes, class: bug-fix, rows: [%s]}\n"
ROW = "{model: new, success: 60%}"

CLASSES = ["bug-fix", "tests", "frontend", "greenfield", "review", "docs", "migration", "work"]
OPTIONS = read_yaml(default_folder("workloads") / "shortlist.yaml").data["options"]
REFERENCE = "opus"


def write(folder: Path, text: str, name: str = "profiles.yaml") -> Path:
    """Write a profile file."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def faults_of(folder: Path, text: str) -> str:
    """Return what reading that text is refused with."""
    with pytest.raises(InputError) as caught:
        read_profiles([write(folder, text)])
    return str(caught.value)


@pytest.fixture(scope="module")
def shipped() -> ProfileBook:
    """Read the profiles that come with the advisor."""
    return read_profiles([shipped_profiles()])


@pytest.fixture(scope="module")
def prices() -> PriceBook:
    """Read the prices that come with the advisor."""
    return read_price_book()


def option(name: str, task_class: str) -> Subject:
    """Return an option of the shortlist: nothing is stated but its model and tool."""
    stated = OPTIONS[name]
    return Subject(stated["model"], stated.get("effort"), stated["harness"], task_class)


def test_a_row_takes_from_its_group_and_its_source(tmp_path: Path) -> None:
    """The class comes from the group, the date from the source, the success from the row."""
    record = read_profiles([write(tmp_path, SOURCES + GROUP % ROW)]).records[0]

    said = (record.task_class, str(record.date), record.success)
    assert said == ("bug-fix", "2026-10-01", 0.6)


def test_a_source_that_no_file_has_is_a_fault(tmp_path: Path) -> None:
    """It is shown where it is named, with the name that was probably meant."""
    faults = faults_of(tmp_path, SOURCES + GROUP.replace("board", "bord") % ROW)

    assert "profiles.yaml:4:14 records[0].source: 'bord' is not among `sources`" in faults
    assert "did you mean `board`?" in faults


def test_a_row_without_a_benchmark_is_a_fault(tmp_path: Path) -> None:
    """Neither the row nor its group names one."""
    text = SOURCES + GROUP.replace("benchmark: fixes, ", "") % ROW

    assert "new has no `benchmark`" in faults_of(tmp_path, text)


def test_a_model_that_stands_in_for_itself_in_the_end_is_a_fault(tmp_path: Path) -> None:
    """A circle of two is found at both."""
    circle = "stand_ins: {a: {model: b, because: x}, b: {model: a, because: x}}\n"

    assert faults_of(tmp_path, circle).count("stands in for itself") == 2


def test_a_class_like_one_without_records_is_a_fault(tmp_path: Path) -> None:
    """A synonym has to lead to records."""
    like = "classes: {review: {like: bugfix, because: x}}\n"

    assert "'bugfix' has no records" in faults_of(tmp_path, SOURCES + GROUP % ROW + like)


def test_every_fault_of_every_file_is_reported(tmp_path: Path) -> None:
    """Two files with a fault each give two faults."""
    paths = [write(tmp_path, "record: []\n", name) for name in ("one.yaml", "two.yaml")]

    with pytest.raises(InputError) as caught:
        read_profiles(paths)

    assert [Path(fault.file).name for fault in caught.value.faults] == ["one.yaml", "two.yaml"]


def test_a_fault_in_one_file_does_not_bring_faults_in_another(tmp_path: Path) -> None:
    """A source that cannot be read is not also missing for those who use it."""
    below = write(tmp_path, SOURCES.replace("title: Board, ", ""), "below.yaml")
    above = write(tmp_path, GROUP % ROW, "above.yaml")

    with pytest.raises(InputError) as caught:
        read_profiles([below, above])

    assert [fault.key for fault in caught.value.faults] == ["sources.board.title"]


def test_a_file_on_top_of_another_adds_its_records(tmp_path: Path) -> None:
    """It may use the other's sources."""
    below = write(tmp_path, SOURCES + GROUP % ROW, "below.yaml")
    above = write(tmp_path, GROUP % ROW, "above.yaml")

    assert len(read_profiles([below, above]).records) == 2


def test_the_shipped_profiles_stay_fast_to_read() -> None:
    """Less than 250 kB."""
    assert shipped_profiles().stat().st_size < 250_000


def test_every_shipped_record_s_cost_is_worth_tokens(
    shipped: ProfileBook, prices: PriceBook
) -> None:
    """A record whose day has no price would be left out without a word."""
    lost = [one for one in shipped.records if one.cost and not equivalent_tokens(one, prices)]

    assert lost == []


def test_every_model_of_the_profiles_is_for_sale(shipped: ProfileBook, prices: PriceBook) -> None:
    """Records and stand-ins name models as the price tables do."""
    named = {*(one.model for one in shipped.records), *shipped.stand_ins}
    named |= {one.model for one in shipped.stand_ins.values()}

    assert sorted(named - set(prices.names())) == []


def known_of(shipped: ProfileBook, prices: PriceBook, measure: Measure, *pair: Subject) -> Finding:
    """Return what is known of an option relative to a reference."""
    found = borrow(shipped, prices, measure, [(pair[0], pair[1])])[0]
    assert found is not None
    return found


@pytest.mark.parametrize("task_class", CLASSES)
@pytest.mark.parametrize("name", OPTIONS)
def test_every_shipped_option_has_a_multiplier_that_can_be_believed(
    shipped: ProfileBook, prices: PriceBook, name: str, task_class: str
) -> None:
    """With nothing stated it resolves for every class, in the middle between 0.2 and 6."""
    pair = option(name, task_class), option(REFERENCE, task_class)

    assert 0.2 <= math.exp(known_of(shipped, prices, "tokens", *pair).step) <= 6


@pytest.mark.parametrize("task_class", CLASSES)
@pytest.mark.parametrize("name", OPTIONS)
def test_every_shipped_option_has_odds_that_can_be_believed(
    shipped: ProfileBook, prices: PriceBook, name: str, task_class: str
) -> None:
    """With nothing stated it resolves for every class, in the middle from a fifth to twice."""
    pair = option(name, task_class), option(REFERENCE, task_class)

    assert 0.2 <= math.exp(known_of(shipped, prices, "success", *pair).step) <= 2


@pytest.mark.parametrize("name", [name for name in OPTIONS if name != REFERENCE])
def test_what_is_known_of_a_shipped_option_is_a_range(
    shipped: ProfileBook, prices: PriceBook, name: str
) -> None:
    """Nobody knows a multiplier exactly: its P90 is at least twice its P10."""
    pair = option(name, "bug-fix"), option(REFERENCE, "bug-fix")

    found = known_of(shipped, prices, "tokens", *pair)

    assert math.exp(2 * NORMAL_P90 * found.deviation) > 2


def test_the_constants_leave_every_board_something_of_its_own(shipped: ProfileBook) -> None:
    """What boards of a kind and of a house share is not more than all of it."""
    assert shipped.pooling is not None
    shares = [one.alike + one.house for one in (shipped.pooling.tokens, shipped.pooling.success)]

    assert max(shares) < 1


def test_a_board_that_shares_more_than_everything_is_a_fault(tmp_path: Path) -> None:
    """Then nothing would be a covariance."""
    text = shipped_profiles().read_text(encoding="utf-8").replace("alike: 0.4", "alike: 0.7")

    assert "`alike` and `house` are shares of one whole" in faults_of(tmp_path, text)


def _rounded(*figures: float | None) -> tuple[float | None, ...]:
    return tuple(None if figure is None else round(figure, 4) for figure in figures)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


OPENHANDS_IDS = {
    "deepseek-v3.2-reasoner": "deepseek-chat",
    "gemini-3-flash": "gemini-3-flash-preview",
    "gemini-3-pro": "gemini-3-pro-preview",
    "gemini-3.1-pro": "gemini-3.1-pro-preview",
    "minimax-2.7": "minimax-m2.7",
}


def test_the_means_of_deepswe_are_those_of_the_board(
    shipped: ProfileBook, data_folder: Path
) -> None:
    """Every row is there, with its success, cost and tokens; one more has no mean published."""
    path = data_folder / "calibration" / "deepswe_v1.1_means_2026-10-09.csv"
    board = {
        (
            row["model"],
            row["effort"] or None,
            *_rounded(float(row["pass1_pct"]) / 100, float(row["mean_cost_usd"])),
            float(row["mean_input_tokens"]),
            float(row["mean_output_tokens"]),
        )
        for row in _rows(path)
    }

    ours = {
        (
            one.model,
            one.effort,
            *_rounded(one.success, one.cost),
            one.tokens.prompt,
            one.tokens.output,
        )
        for one in shipped.records
        if one.source == "deepswe" and one.tokens
    }
    assert ours == board


def test_the_rows_of_openai_s_launch_posts_are_all_there(
    shipped: ProfileBook, data_folder: Path
) -> None:
    """Every row with its effort, success, cost and day."""
    path = data_folder / "calibration" / "deepswe_openai_launch_posts_2026-09.csv"
    posts = {
        (
            row["model"],
            row["effort"],
            *_rounded(float(row["success_pct"]) / 100, float(row["mean_cost_usd"])),
            row["published"],
        )
        for row in _rows(path)
    }

    ours = {
        (one.model, one.effort, *_rounded(one.success, one.cost), str(one.date))
        for one in shipped.records
        if one.source == "deepswe-openai"
    }
    assert ours == posts


TERMINAL_IDS = {"Claude Sonnet 4.5": "claude-sonnet-4-5", "Claude Haiku 4.5": "claude-haiku-4-5"}
TERMINAL_TOOLS = {"codex-cli": "codex"}


def test_the_rows_of_terminal_bench_are_all_there(
    shipped: ProfileBook, prices: PriceBook, data_folder: Path
) -> None:
    """Every row whose model is for sale is there, with its tool and its success."""
    sold = {name.lower() for name in prices.names()}
    path = data_folder / "terminal_bench" / "tb2.0_hero_table_2025-11-04.csv"
    board = {
        (model, TERMINAL_TOOLS.get(tool, tool), round(float(row["resolution_pct"]) / 100, 4))
        for row in _rows(path)
        if (model := TERMINAL_IDS.get(row["model"], row["model"].lower().replace(" ", "-"))) in sold
        and (tool := row["agent"].lower().replace(" ", "-"))
    }

    ours = {
        (one.model.lower(), one.harness, round(one.success or 0, 4))
        for one in shipped.records
        if one.source == "terminal-bench"
    }
    assert ours == board


def test_the_rows_of_the_openhands_index_are_all_there(
    shipped: ProfileBook, prices: PriceBook, data_folder: Path
) -> None:
    """Every row whose model is for sale is there, with its tool, success, cost and day."""
    sold = {name.lower() for name in prices.names()}
    index = {
        (
            model,
            row["agent_name"].lower().replace(" ", "-"),
            row["benchmark"],
            *_rounded(float(row["score_pct"]) / 100, float(row["cost_per_instance_usd"])),
            row["submission_date"],
        )
        for row in _rows(data_folder / "openhands" / "scores.csv")
        if (model := OPENHANDS_IDS.get(row["model"].lower(), row["model"].lower())) in sold
    }

    ours = {
        (
            one.model.lower(),
            one.harness,
            one.benchmark,
            *_rounded(one.success, one.cost),
            str(one.date),
        )
        for one in shipped.records
        if one.source == "openhands"
    }
    assert ours == index


def cached_share(record: Record, prices: PriceBook) -> float:
    """Return the share of the prompt that was read from cache if the rest was written to it."""
    assert record.tokens is not None
    assert record.cost is not None
    assert record.prices_on is not None
    offer = prices.find(record.model, record.prices_on)
    assert offer is not None
    paid = record.at or offer.model.period_at(parse_instant(record.prices_on))
    assert paid is not None
    used = record.tokens
    share = uncached_share(used.prompt or 0, used.output or 0, record.cost, paid)
    assert share is not None
    return 1 - share


def test_the_dollars_of_deepswe_were_paid_at_the_prices_that_are_named(
    shipped: ProfileBook, prices: PriceBook
) -> None:
    """With any other prices the share of cached input would not lie between 0.65 and 1."""
    shares = {
        (one.model, one.effort): cached_share(one, prices)
        for one in shipped.records
        if one.source == "deepswe" and one.tokens
    }

    assert {key: share for key, share in shares.items() if not 0.65 < share < 1} == {}
