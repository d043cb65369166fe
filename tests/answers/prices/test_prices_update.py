"""`advisor prices update`: what other tables say becomes a patch that adds lines and nothing else.

The small folder below is written to be worked by hand. The data of genai-prices are those of the
pinned package, written in the form of its published file; litellm's are a few entries in its form.
What a reader would get wrong: nothing here uses a network but the last part, which talks to a
server of its own on this machine.
"""

from __future__ import annotations

import http.server
import json
import shutil
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

import pytest
from command_line import Run, own_environment, run
from conftest import ROOT
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import ConditionalPrice, ModelPrice, StartDateConstraint, TieredPrices
from hypothesis import given, settings
from hypothesis import strategies as st

from advisor.answers.prices.listing import book_faults
from advisor.answers.prices.update.answer import propose
from advisor.answers.prices.update.data_file import PriceTable, quotes_of, read_table
from advisor.answers.prices.update.download import download
from advisor.answers.prices.update.new_period import lines_of
from advisor.answers.prices.update.objections import TableDays
from advisor.answers.prices.update.package import PackageFiles
from advisor.answers.prices.update.patch import Addition, with_period
from advisor.errors import InputError
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.yaml_source import parse_yaml, validate
from advisor.model.book import PricingFile
from advisor.model.price import PricePeriod
from advisor.tables.prices_update import PriceUpdate

ON = date(2026, 11, 23)
LATER = date(2026, 11, 30)
AS_OF = ("--as-of", "2026-11-23")
MODELS = """\
# Prices of two makers; this line stays.
vendor: anthropic
name: Anthropic
models:
  plain-1:          # the plain one
    name: Plain
    aliases: [plain-1-2026*]
    prices:
      # the first price
      - effective_from: 2026-01-01
        input: 4
        cache_write: 5
        cache_write_1h: 8
        cache_read: 0.4
        output: 20
        variants: {batch: {factor: 0.5}, fast: {input: 8, output: 30}, old: {factor: 3, until: 2026-06-01}}
        source: {url: x, checked_on: 2026-11-01}
        # said below the last line

  tiered-1:
    name: Tiered
    prices:
      - effective_from: 2026-01-01
        input: 2
        cache_read: 0.2
        output: 10
        long_context: {over: 199_999, input: 4, cache_read: 0.4, output: 15}
        source: {url: x, checked_on: 2026-11-01}
      # what is to come
      - effective_from: 2027-01-01
        status: announced
        input: 3
        cache_read: 0.3
        output: 12
        long_context: {over: 199_999, input: 6, cache_read: 0.6, output: 18}
        source: {url: x, checked_on: 2026-11-01}
  gone-1:
    name: Gone
    retires: 2026-06-01
    prices:
      - {effective_from: 2026-01-01, input: 1, output: 2, source: {url: x, checked_on: 2026-11-01}}
  braces-1:
    name: Braces
    prices: [{effective_from: 2026-01-01, input: 1, output: 2, source: {url: x, checked_on: 2026-11-01}}]
  busy-1:
    name: Busy
    prices:
      - effective_from: 2026-01-01
        input: 1
        output: 2
        peak: {hours_utc: ["01:00-04:00"], input: 2, output: 4}
        source: {url: x, checked_on: 2026-11-01}
"""  # noqa: E501
PLAIN = {"input_mtok": 4, "cache_write_mtok": 5, "cache_read_mtok": 0.4, "output_mtok": 20}
TIERED: dict[str, Any] = {
    "input_mtok": {"base": 2, "tiers": [{"start": 200000, "price": 4}]},
    "cache_read_mtok": {"base": 0.2, "tiers": [{"start": 200000, "price": 0.4}]},
    "output_mtok": {"base": 10, "tiers": [{"start": 200000, "price": 15}]},
}
ONE_AND_TWO = {"input_mtok": 1, "output_mtok": 2}
BUSY: list[dict[str, Any]] = [
    {"prices": ONE_AND_TWO},
    {
        "constraint": {"start_time": "01:00:00Z", "end_time": "04:00:00Z"},
        "prices": {"input_mtok": 2, "output_mtok": 4},
    },
]
ANNOUNCED = [
    {"prices": TIERED},
    {
        "constraint": {"start_date": "2027-01-01"},
        "prices": {"input_mtok": 3, "cache_read_mtok": 0.3, "output_mtok": 12},
    },
]
SAME = {"plain-1": PLAIN, "tiered-1": ANNOUNCED, "braces-1": ONE_AND_TWO, "busy-1": BUSY}


def genai(**changed: Any) -> bytes:
    """Write the small folder's prices in the form of genai-prices, some of them changed."""
    models = SAME | {name.replace("_", "-"): prices for name, prices in changed.items()}
    listed = [{"id": name, "prices": prices} for name, prices in models.items() if prices]
    others = [{"id": "bought-1", "prices": ONE_AND_TWO}]
    providers = [
        {"id": "anthropic", "name": "Anthropic", "models": listed},
        {"id": "reseller", "name": "Reseller", "models": others},
    ]
    return json.dumps(providers).encode()


def litellm(**entries: Mapping[str, Any]) -> bytes:
    """Write entries in the form of litellm, by the maker itself unless they say otherwise."""
    usual = {"litellm_provider": "anthropic", "mode": "chat"}
    named = {name.replace("_", "-"): {**usual, **entry} for name, entry in entries.items()}
    sample = {"sample_spec": {"litellm_provider": "one of https://example.org", "mode": "one of"}}
    return json.dumps({**sample, **named}).encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder `pricing` with the small file."""
    where = tmp_path / "pricing"
    where.mkdir()
    (where / "models.yaml").write_text(MODELS, encoding="utf-8")
    return where


def table_of(content: bytes) -> PriceTable:
    """Read a data file that is called data.json."""
    return read_table(PackageFiles("data.json", {"data.json": content}))


def asked(folder: Path, content: bytes, on: date = ON) -> PriceUpdate:
    """Return what a data file of a day proposes to a folder from that day on."""
    return propose(
        folder, table_of(content), TableDays(on, on), source="data.json", patch_folder="pricing"
    ).answer


def said(answer: PriceUpdate, status: str) -> list[tuple[str, str | None, str, str]]:
    """Return the findings of a status: model, price, and both figures."""
    return [
        (one.model.partition("/")[2], one.price, f"{one.ours:f}", f"{one.theirs:f}")
        for one in answer.findings
        if one.status == status and one.ours is not None and one.theirs is not None
    ]


def reasons(answer: PriceUpdate) -> list[str]:
    """Return why people have to look, each reason once."""
    found = [one.reason for one in answer.findings if one.status == "conflict" and one.reason]
    return list(dict.fromkeys(found))


def added(answer: PriceUpdate) -> str:
    """Return the lines that a patch adds, as they stand in the file."""
    lines = answer.patch.splitlines(keepends=True)
    return "".join(line[1:] for line in lines if line.startswith("+") and line[:3] != "+++")


def patched(folder: Path, patch: str, *command: str) -> str:
    """Apply a patch beside a folder with a program; return what the program said if it failed."""
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    ended = subprocess.run(
        command, cwd=folder.parent, input=patch, capture_output=True, text=True, check=False
    )
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


# --- what is proposed


def test_equal_prices_propose_nothing(folder: Path) -> None:
    """A data file that says what we say leaves nothing to do; resellers and others are counted."""
    answer = asked(folder, genai())

    assert (answer.patch, answer.models("proposed"), answer.models("conflict")) == ("", [], [])
    assert (answer.compared, answer.elsewhere) == (4, 1)


def test_the_newer_form_of_their_file_is_read_too(folder: Path) -> None:
    """Providers may stand in an object beside the units."""
    newer = {"units": {}, "providers": json.loads(genai(plain_1={**PLAIN, "input_mtok": 3}))}

    assert asked(folder, json.dumps(newer).encode()).models("proposed") == ["anthropic/plain-1"]


def test_a_new_price_is_a_new_period(folder: Path) -> None:
    """The period is whole: what is not quoted moves along, what has ended is left out."""
    answer = asked(folder, genai(plain_1={**PLAIN, "input_mtok": 3, "output_mtok": 15}))

    assert said(answer, "proposed") == [
        ("plain-1", "input", "4", "3"),
        ("plain-1", "output", "20", "15"),
    ]
    assert added(answer) == (
        "      - effective_from: 2026-11-23\n"
        "        input: 3\n"
        "        cache_write: 5\n"
        "        cache_write_1h: 6\n"
        "        cache_read: 0.4\n"
        "        output: 15\n"
        "        variants: {batch: {factor: 0.5}, fast: {input: 6, output: 22.5}}\n"
        '        note: "Not quoted, moved with the others: cache_write_1h, fast"\n'
        '        source: {url: "data.json", checked_on: 2026-11-23, confidence: medium, '
        'note: "from genai-prices, under plain-1"}\n'
    )


def test_only_lines_are_added(folder: Path) -> None:
    """Comments, blank lines and what stands around them are as they were, byte for byte."""
    answer = asked(folder, genai(plain_1={**PLAIN, "input_mtok": 3}))
    assert patched(folder, answer.patch, "git", "apply", "-") == ""

    new = (folder / "models.yaml").read_text(encoding="utf-8")

    assert new.replace(added(answer), "", 1) == MODELS
    assert new.index("# said below the last line") < new.index("2026-11-23")


def test_a_period_goes_above_one_that_is_announced(folder: Path) -> None:
    """What is announced stays last, with the comment above it; the tier keeps our edge."""
    cheaper = json.loads(json.dumps(TIERED).replace('"base": 2', '"base": 1'))
    later = [{"prices": cheaper}, ANNOUNCED[1]]
    answer = asked(folder, genai(tiered_1=later))
    assert patched(folder, answer.patch, "git", "apply", "-") == ""

    new = (folder / "models.yaml").read_text(encoding="utf-8")

    assert new.index("2026-11-23") < new.index("# what is to come") < new.index("2027-01-01")
    assert "long_context: {over: 199_999, input: 4, cache_read: 0.4, output: 15}" in added(answer)


def test_the_first_day_that_they_know_is_noted(folder: Path) -> None:
    """A price holds from the day asked for; theirs may say since when, which a person can use."""
    dated = [
        {"prices": PLAIN},
        {"constraint": {"start_date": "2026-11-15"}, "prices": {**PLAIN, "input_mtok": 3}},
    ]

    assert "their price begins on 2026-11-15" in added(asked(folder, genai(plain_1=dated)))


def test_a_price_counts_from_its_first_day(folder: Path) -> None:
    """On the very day on which their price begins it is the one in force."""
    dated = [
        {"prices": PLAIN},
        {"constraint": {"start_date": "2026-11-23"}, "prices": {**PLAIN, "input_mtok": 3}},
    ]

    assert asked(folder, genai(plain_1=dated)).models("proposed") == ["anthropic/plain-1"]


def test_equal_money_under_another_name_is_no_difference(folder: Path) -> None:
    """Where writing a cache has no price of its own with us it costs what input does."""
    spelt_out = {**ONE_AND_TWO, "cache_write_mtok": 1, "cache_read_mtok": 1}

    assert asked(folder, genai(braces_1=spelt_out)).models("conflict") == []


def test_the_day_decides_which_of_their_prices_counts(folder: Path) -> None:
    """Before its first day their new price is news that a person writes, not a period."""
    dated = [
        {"prices": PLAIN},
        {"constraint": {"start_date": "2026-12-01"}, "prices": {**PLAIN, "input_mtok": 3}},
    ]
    answer = asked(folder, genai(plain_1=dated))

    assert (answer.patch, reasons(answer)) == ("", ["they announce it from 2026-12-01"])


@pytest.mark.parametrize("command", [("git", "apply", "-"), ("patch", "-p1", "-s")])
@pytest.mark.parametrize(
    "text",
    [
        MODELS,
        MODELS.replace("\n", "\r\n"),
        MODELS.rstrip("\n"),
        "\ufeff" + MODELS,
        # a model at the very end, no line end behind it
        MODELS.partition("        # said below")[0].rstrip("\n"),
    ],
    ids=["plain", "windows", "no-end", "mark", "last-line"],
)
def test_a_patch_applies_and_the_tables_are_in_order(
    folder: Path, text: str, command: tuple[str, ...]
) -> None:
    """`git apply` and `patch` take it whatever the line ends; `prices check` finds nothing."""
    file = folder / "models.yaml"
    file.write_text(text, encoding="utf-8", newline="")
    answer = asked(folder, genai(plain_1={**PLAIN, "input_mtok": 3}))
    assert patched(folder, answer.patch, *command) == ""

    ended = run("prices", "check", folder, "--on", "2026-11-23")
    again = asked(folder, genai(plain_1={**PLAIN, "input_mtok": 3}))

    assert (ended.code, ended.err) == (0, "")
    assert (again.patch, reasons(again)) == ("", [])
    assert file.read_bytes().count(b"\r") in {0, file.read_bytes().count(b"\n")}


def test_applying_writes_what_the_patch_says(folder: Path, tmp_path: Path) -> None:
    """`--apply` leaves the same bytes as the patch; without it nothing is written."""
    data = tmp_path / "data.json"
    data.write_bytes(genai(plain_1={**PLAIN, "input_mtok": 3}))
    call = ("prices", "update", folder, "--from", data, "--on", "2026-11-23", *AS_OF)
    before = (folder / "models.yaml").read_bytes()
    shown = run(*call)
    unwritten = (folder / "models.yaml").read_bytes()
    other = Path(shutil.copytree(folder, tmp_path / "other" / "pricing"))
    patch = asked(other, data.read_bytes()).patch
    assert patched(other, patch, "git", "apply", "-") == ""

    applied = run(*call, "--apply")

    assert (shown.code, applied.code, unwritten) == (5, 0, before)
    assert (folder / "models.yaml").read_bytes() == (other / "models.yaml").read_bytes()
    assert [path.name for path in folder.iterdir()] == ["models.yaml"]


@given(
    st.lists(st.decimals("0.001", "999", places=3), min_size=3, max_size=3),
    st.sampled_from(["plain-1", "tiered-1"]),
)
@settings(max_examples=20)
def test_a_written_period_reads_as_it_was_meant(figures: list[Any], model: str) -> None:
    """The lines of a period read back as the period, whatever the prices."""
    book, faults = validate(parse_yaml(MODELS, "models.yaml"), PricingFile)
    assert (book is not None, faults) == (True, [])
    assert book is not None
    prices = dict(zip(("input", "cache_read", "output"), figures, strict=True))
    old = book.models[model].prices[0]
    start = parse_yaml("on: 2026-11-23\n", "").data["on"]
    values = old.model_dump(by_alias=True) | prices | {"effective_from": start, "note": "n"}
    period = PricePeriod.model_validate({**values, "source": {**values["source"], "note": "x"}})

    text = with_period(MODELS, Addition(model, period), file="models.yaml")
    after, faults = validate(parse_yaml(text, "models.yaml"), PricingFile)

    assert faults == []
    assert after is not None
    assert period in after.models[model].prices


def test_busy_hours_are_never_written() -> None:
    """A period with prices by the hour has no lines: no other table says it as we do."""
    book, _ = validate(parse_yaml(MODELS, "models.yaml"), PricingFile)
    assert book is not None

    with pytest.raises(ValueError, match="by hand"):
        lines_of(book.models["busy-1"].prices[0])


# --- what a person has to look at


@pytest.mark.parametrize(
    ("changed", "on", "reason"),
    [
        (
            {"plain_1": {**PLAIN, "input_mtok": 3}},
            date(2026, 11, 1),  # the very day on which ours was checked
            "ours was checked on the day of their table, 2026-11-01",
        ),
        (
            {"tiered_1": {**TIERED, "input_mtok": 1}},
            date(2027, 1, 1),
            "ours has a price from 2027-01-01",
        ),
        (
            {"tiered_1": {"input_mtok": 1, "output_mtok": 10}},
            ON,
            "long-context tiers begin elsewhere: write the period by hand",
        ),
        (
            {"tiered_1": {**TIERED, "output_mtok": {"base": 10, "tiers": []}}},
            ON,
            "long-context tiers differ",
        ),
        ({"braces_1": {"input_mtok": 1, "output_mtok": 3}}, ON, "its prices are not written line"),
        ({"busy_1": {"input_mtok": 2, "output_mtok": 3}}, ON, "prices hang on the hour"),
        ({"plain_1": {**PLAIN, "input_mtok": 0}}, ON, "a price of 0 is none"),
        ({"plain_1": {**PLAIN, "output_mtok": 3}}, ON, "standard: output (3) is cheaper than"),
        ({"plain_1": {**PLAIN, "cache_read_mtok": 9}}, ON, "standard: reading a cache (9) is"),
        ({"plain_1": {**PLAIN, "input_mtok": 1001}}, ON, "standard: input at 1001 is not a price"),
    ],
)
def test_what_speaks_against_a_period_is_named(
    folder: Path, changed: dict[str, Any], on: date, reason: str
) -> None:
    """Nothing is appended where a person has to look first, and it is said why."""
    answer = asked(folder, genai(**changed), on)

    assert answer.patch == ""
    assert [one[: len(reason)] for one in reasons(answer)] == [reason]


def test_a_price_that_began_later_with_us_is_a_conflict(folder: Path) -> None:
    """History is not edited: a day before our last price is no place for a new one."""
    text = MODELS.replace("status: announced\n", "status: in_force\n").replace(
        "effective_from: 2027-01-01", "effective_from: 2026-11-20"
    )
    (folder / "models.yaml").write_text(text, encoding="utf-8")
    cheap = json.loads(json.dumps(TIERED).replace('"base": 2', '"base": 1'))

    answer = asked(folder, genai(tiered_1=cheap), date(2026, 11, 15))

    assert answer.patch == ""
    assert reasons(answer) == ["ours has a price from 2026-11-20"]


def test_busy_prices_that_differ_are_named(folder: Path) -> None:
    """A price at certain hours is compared with ours at busy hours."""
    dearer = [BUSY[0], {**BUSY[1], "prices": {"input_mtok": 2, "output_mtok": 5}}]

    assert said(asked(folder, genai(busy_1=dearer)), "conflict") == [
        ("busy-1", "output at busy hours", "4", "5")
    ]


def test_a_single_price_may_be_the_busy_one(folder: Path) -> None:
    """A table that knows one price a model, and puts the dear hours' there, agrees with ours."""
    answer = asked(folder, genai(busy_1={"input_mtok": 2, "output_mtok": 4}))

    assert (answer.models("conflict"), answer.patch) == ([], "")


def test_a_cache_that_costs_nothing_has_no_price(folder: Path) -> None:
    """They put 0 where no price is known, which is no difference."""
    answer = asked(folder, genai(plain_1={**PLAIN, "cache_write_mtok": 0}))

    assert (answer.models("conflict"), answer.patch) == ([], "")


def test_names_of_one_model_that_disagree_are_a_conflict(folder: Path) -> None:
    """Two entries for one of our models with two prices: which holds is for a person to say."""
    cheap = {"input_mtok": 3, "output_mtok": 20}
    changed: dict[str, Any] = {
        "plain_1": None, "plain_1_20260101": cheap, "plain_1_20260202": {**cheap, "output_mtok": 9},
    }  # fmt: skip

    assert reasons(asked(folder, genai(**changed))) == [
        "they have several prices: plain-1-20260101, plain-1-20260202"
    ]


def test_tiers_are_compared_past_each_edge(folder: Path) -> None:
    """A tier of theirs where we have none shows both figures, ours being the plain one."""
    tiered = {**PLAIN, "output_mtok": {"base": 20, "tiers": [{"start": 100000, "price": 30}]}}

    assert said(asked(folder, genai(plain_1=tiered)), "conflict") == [
        ("plain-1", "output over 100000", "20", "30")
    ]


def test_models_that_only_one_table_has_are_listed(folder: Path) -> None:
    """They are named and not added; a model that retired is not missed."""
    answer = asked(folder, genai(plain_1=None, unheard_1=ONE_AND_TWO))

    assert answer.models("unknown here") == ["anthropic/unheard-1"]
    assert answer.models("unknown there") == ["anthropic/plain-1"]


# --- litellm


def test_litellm_is_per_token(folder: Path) -> None:
    """Prices per token become prices per million, without the noise of binary fractions."""
    entry = {"input_cost_per_token": 2.9999999999999997e-06, "output_cost_per_token": 2e-05}

    assert said(asked(folder, litellm(plain_1=entry)), "proposed") == [
        ("plain-1", "input", "4", "3")
    ]


def test_litellm_thresholds_stand_in_names(folder: Path) -> None:
    """`above_200k_tokens` is our tier from 200k; only what is quoted is compared."""
    entry = {
        "input_cost_per_token": 2e-06,
        "input_cost_per_token_above_200k_tokens": 4e-06,
        "output_cost_per_token": 1e-05,
        "output_cost_per_token_above_200k_tokens": 1.8e-05,
    }

    assert said(asked(folder, litellm(tiered_1=entry)), "conflict") == [
        ("tiered-1", "output over 199999", "15", "18")
    ]


def test_litellm_ranges_are_tiers(folder: Path) -> None:
    """`tiered_pricing` by range is read as a base and what lies past it."""
    ranges = [
        {"range": [0, 200000], "input_cost_per_token": 2e-06, "output_cost_per_token": 1e-05},
        {"range": [200000, 1e6], "input_cost_per_token": 5e-06, "output_cost_per_token": 1.5e-05},
    ]

    assert said(asked(folder, litellm(tiered_1={"tiered_pricing": ranges})), "conflict") == [
        ("tiered-1", "input over 199999", "4", "5")
    ]


@pytest.mark.parametrize(
    "entry",
    [
        {"litellm_provider": "bedrock", "input_cost_per_token": 9e-06},
        {"mode": "embedding", "input_cost_per_token": 9e-06},
        {"mode": "chat"},
    ],
    ids=["reseller", "embedding", "no-price"],
)
def test_litellm_entries_that_are_no_list_price_are_left(
    folder: Path, entry: dict[str, Any]
) -> None:
    """Resellers, other modes and entries without a price are not compared."""
    answer = asked(folder, litellm(plain_1={"output_cost_per_token": 9e-05, **entry}))

    assert (answer.compared, answer.patch) == (0, "")


def test_an_alias_finds_the_model(folder: Path) -> None:
    """A dated name, with the provider before it, means the model whose alias covers it."""
    entry = {"input_cost_per_token": 3e-06, "output_cost_per_token": 2e-05}
    content = litellm(plain=entry).replace(b'"plain"', b'"anthropic/plain-1-20261101"')

    assert asked(folder, content).models("proposed") == ["anthropic/plain-1"]


# --- files that are none


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "data.json:1:1: is not valid JSON: expecting value"),
        (b"[1,", "is not valid JSON"),
        (b"\xff", "is not valid JSON"),
        (b"[" * 100_000, "is not valid JSON"),
        (b"{}", "is none of the price tables"),
        (b"[]", "is none of the price tables"),
        (b'"text"', "is none of the price tables"),
        (b'[{"id": "anthropic", "models": 3}]', "3 is not a list"),
        (b'[{"id": "anthropic", "models": [3]}]', "3 is not an object"),
        (genai(plain_1={**PLAIN, "input_mtok": "4"}), "'4' is not a price"),
        (genai(plain_1={**PLAIN, "input_mtok": -4}), "is below zero"),
        (genai(plain_1={**PLAIN, "input_mtok": True}), "True is not a price"),
        (genai(plain_1={**PLAIN, "input_mtok": 12345}).replace(b"12345", b"NaN"), "NaN is not"),
        (genai(plain_1={**PLAIN, "input_mtok": 12345}).replace(b"12345", b"1e999999"), "too large"),
        (genai(plain_1=[{"constraint": {"start_date": "May"}, "prices": PLAIN}]), "not a date"),
        (litellm(plain_1={"input_cost_per_token": [], "output_cost_per_token": 1}), "not a price"),
        (litellm(plain_1={"tiered_pricing": [{"range": ["all"]}]}), "'all' is not a number"),
        (
            litellm(plain_1={f"input_cost_per_token_above_{'9' * 5_000}k_tokens": 1e-6}),
            "…: is above no number of tokens",
        ),
    ],
)
def test_a_bad_file_is_an_error_that_says_where(folder: Path, content: bytes, fault: str) -> None:
    """What can't be a price table is refused with its name and the place in it."""
    with pytest.raises(InputError) as error:
        asked(folder, content)

    assert str(error.value).startswith("data.json")
    assert fault in str(error.value)


WHOLE = [
    json.loads(genai()),
    {"providers": json.loads(genai())},
    json.loads(
        litellm(
            plain_1={
                "input_cost_per_token": 3e-06,
                "input_cost_per_token_above_200k_tokens": 4e-06,
                "output_cost_per_token": 2e-05,
            },
            tiered_1={"tiered_pricing": [{"range": [0, 9], "input_cost_per_token": 1e-06}]},
        )
    ),
]
STRANGE: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, -1, 0, 10**400, 0.5, "", "2026-13-01", [], [[]], [None], {}, {"models": 1},
        {"": {}},
    ]
)  # fmt: skip


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of everything below a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, one in inside:
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from nodes(one, (*path, key))


@given(st.data())
@settings(max_examples=150)
def test_whatever_stands_in_a_file_it_is_read_or_refused(data: st.DataObject) -> None:
    """Any value of any kind at any place is an answer or an error that names the file."""
    content = json.loads(json.dumps(data.draw(st.sampled_from(WHOLE))))
    path = data.draw(st.sampled_from([*nodes(content)]))
    holder = content
    for part in path[:-1]:
        holder = holder[part]
    holder[path[-1]] = data.draw(STRANGE)

    try:
        quotes = quotes_of(table_of(json.dumps(content).encode()), ["anthropic"], ON)
    except InputError as error:
        assert str(error).startswith("data.json")  # noqa: PT017
    else:
        assert quotes.kind in {"genai-prices", "litellm"}


# --- the command


def called(folder: Path, content: bytes, *more: str | Path) -> Run:
    """Run the command on a folder with a data file beside it."""
    data = folder.parent / "data.json"
    data.write_bytes(content)
    return run("prices", "update", folder, "--from", data, "--on", "2026-11-23", *AS_OF, *more)


CHEAPER = genai(plain_1={**PLAIN, "input_mtok": 3})
DISAGREES = genai(busy_1={"input_mtok": 2, "output_mtok": 3})


@pytest.mark.parametrize(
    ("content", "code", "begins"),
    [(genai(), 0, ""), (CHEAPER, 5, "--- a/"), (DISAGREES, 1, ""), (b"{", 2, "")],
    ids=["equal", "cheaper", "conflict", "bad"],
)
def test_the_exit_code_says_what_there_is_to_do(
    folder: Path, content: bytes, code: int, begins: str
) -> None:
    """0 for nothing, 5 for a patch, 1 where a person has to look, 2 for a file that is none."""
    ended = called(folder, content)

    assert ended.code == code
    assert ended.out[: len(begins) or None] == begins


def test_the_patch_is_all_of_stdout(folder: Path) -> None:
    """So it can be piped into `git apply`; the report stands beside it on stderr."""
    ended = called(folder, CHEAPER)

    assert (
        patched(folder, ended.out.replace(f"{folder.parent.name}/", ""), "git", "apply", "-") == ""
    )
    assert "proposed  anthropic/plain-1\n    input: 4 → 3" in ended.err
    assert "1 price to append from 2026-11-23." in ended.err


def test_a_patch_in_a_file_leaves_the_report_on_stdout(folder: Path) -> None:
    """With `-o x.patch` the answer on the screen is what was found."""
    ended = called(folder, CHEAPER, "-o", folder.parent / "x.patch")

    assert "1 price to append from 2026-11-23." in ended.out
    assert (folder.parent / "x.patch").read_text(encoding="utf-8").startswith("--- a/")


def test_json_has_a_row_a_figure(folder: Path) -> None:
    """`--json` is `advisor.prices/1`, as of the other commands of the group."""
    ended = called(folder, CHEAPER, "--json")

    found = json.loads(ended.out)
    assert (found["schema"], found["name"]) == ("advisor.prices/1", "update")
    assert found["rows"][0] == {
        "status": "proposed", "model": "anthropic/plain-1", "price": "input", "ours": 4.0,
        "theirs": 3.0, "since": "2026-01-01", "checked_on": "2026-11-01", "reason": None,
    }  # fmt: skip


def test_no_folder_of_this_machine_gets_into_the_tables(folder: Path) -> None:
    """A new period names its source by the file's name alone."""
    ended = called(folder, CHEAPER)

    assert 'url: "data.json"' in ended.out
    assert str(folder.parent) not in "".join(line for line in ended.out if line.startswith("+ "))


def test_without_a_day_it_is_that_of_the_table_and_said(folder: Path) -> None:
    """What is said is the day that the patch has."""
    data = folder.parent / "data.json"
    data.write_bytes(CHEAPER)
    ended = run("prices", "update", folder, "--from", data, *AS_OF)

    assert "from the day of the table, 2026-11-23; --on" in ended.err
    assert "new prices from 2026-11-23" in ended.err.replace("\n", " ")


def test_a_table_that_is_not_there_is_named() -> None:
    """Before anything else is said."""
    ended = run("prices", "update", "--from", "no-such-file.json")

    assert (ended.code, ended.err.startswith("no-such-file.json: there is no such file")) == (
        2,
        True,
    )


def test_a_data_file_has_to_be_named() -> None:
    """There is no default place to ask: that would be a use of the network nobody asked for."""
    assert "say which price table" in run("prices", "update").err


# --- the shipped tables


def plain_price(price: ModelPrice) -> dict[str, Any]:
    """Write a price of the package as its data file does."""
    found: dict[str, Any] = {}
    names = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
    for name in (f"{one}_mtok" for one in names):
        value = getattr(price, name)
        if isinstance(value, TieredPrices):
            tiers = [{"start": one.start, "price": float(one.price)} for one in value.tiers]
            found[name] = {"base": float(value.base), "tiers": tiers}
        elif value is not None:
            found[name] = float(value)
    return found


def conditional(entry: ConditionalPrice) -> dict[str, Any]:
    """Write a price with its condition as the data file does."""
    when = entry.constraint
    if when is None:
        return {"prices": plain_price(entry.prices)}
    if isinstance(when, StartDateConstraint):
        said_so: dict[str, str] = {"start_date": when.start_date.isoformat()}
    else:
        edges = {"start_time": when.start_time, "end_time": when.end_time}
        known = {key: edge for key, edge in edges.items() if isinstance(edge, time_of_day)}
        said_so = {key: edge.isoformat() for key, edge in known.items()}
    return {"constraint": said_so, "prices": plain_price(entry.prices)}


def published() -> bytes:
    """Write the data of the pinned package in the form of its published file."""
    providers = [
        {
            "id": provider.id,
            "models": [
                {
                    "id": model.id,
                    "prices": plain_price(model.prices)
                    if isinstance(model.prices, ModelPrice)
                    else [conditional(entry) for entry in model.prices],
                }
                for model in provider.models
            ],
        }
        for provider in get_snapshot().providers
    ]
    return json.dumps(providers).encode()


def test_the_shipped_tables_are_younger_than_the_pinned_package() -> None:
    """Of 70 models one differs, the tiers that ended in April, and ours was looked at later."""
    answer = asked(default_folder("pricing"), published(), date(2026, 11, 10))

    assert answer.compared > 65
    assert answer.models("proposed") == []
    assert answer.models("conflict") == []
    assert answer.models("older") == ["anthropic/claude-sonnet-4-5"]


def test_a_patch_to_the_shipped_tables_leaves_them_in_order(tmp_path: Path) -> None:
    """Every steady price cut to a half at once: all files are patched and `check` is content."""
    halved = json.loads(published())
    prices = [m["prices"] for one in halved for m in one["models"] if isinstance(m["prices"], dict)]
    for price in prices:
        price |= {key: one / 2 for key, one in price.items() if isinstance(one, float)}
    where = Path(shutil.copytree(default_folder("pricing"), tmp_path / "pricing"))
    answer = asked(where, json.dumps(halved).encode(), LATER)
    assert patched(where, answer.patch, "git", "apply", "-") == ""

    book = read_price_book(where)

    assert len(answer.models("proposed")) > 40
    assert book_faults(book) == []
    assert max(p.source.checked_on for o in book.made for p in o.model.prices) == LATER


# --- the network


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("http://example.org/data.json", "only https"),
        ("file:///etc/hostname", "only https"),
        ("ftp://example.org/data.json", "only https"),
        ("https://", "only https"),
        ("https://user:secret@example.org/data.json", "a password in it"),
        ("https://localhost:1/data.json", "can't be reached"),
        ("https://[::1/data.json", "is not an address"),
    ],
)
def test_only_https_is_read(url: str, fault: str) -> None:
    """Any other scheme is refused before anything is sent; a password is not repeated."""
    ended = run("prices", "update", "--from", url, "--on", "2026-11-23")

    assert ended.code == 2
    assert fault in ended.err
    assert "secret" not in ended.err


class Server(http.server.BaseHTTPRequestHandler):
    """Answers with the data, an endless body, a redirect to a plain address, or an error."""

    def do_GET(self) -> None:
        """Answer by the path."""
        if self.path == "/data.json":
            self.answer(200, {}, genai(plain_1={**PLAIN, "input_mtok": 3}))
        elif self.path == "/dated.json":
            day = {"Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}
            self.answer(200, day, genai(plain_1={**PLAIN, "input_mtok": 3}))
        elif self.path == "/down":
            self.answer(302, {"Location": "http://localhost/data.json"}, b"")
        elif self.path == "/endless":
            self.answer(200, {}, b" " * (40 << 20))
        elif self.path == "/dripping":
            self.drip(b"HTTP/1.1 200 OK\r\n\r\n")
        elif self.path == "/dripping-head":
            self.drip(b"HTTP/1.1 200 OK\r\nX-Long: ")
        elif self.path == "/dripping-first-line":
            self.drip(b"HTTP/1.1 200 ")
        else:
            self.answer(404, {}, b"")

    def drip(self, begin: bytes) -> None:
        """Send a beginning and then a byte ten times a second, longer than a client may wait."""
        self.close_connection = True
        try:
            self.wfile.write(begin)
            for _ in range(100):
                time.sleep(0.1)
                self.wfile.write(b" ")
        except OSError:
            return

    def answer(self, code: int, headers: Mapping[str, str], body: bytes) -> None:
        """Send an answer; a client that has seen enough may hang up."""
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Serve https on this machine; give its address and the certificate that vouches for it."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    place = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "3650",
         "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost"],
        cwd=place, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "cert.pem", place / "key.pem")
    serving = http.server.ThreadingHTTPServer(("localhost", 0), Server)
    serving.socket = context.wrap_socket(serving.socket, server_side=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"https://localhost:{serving.server_port}", place / "cert.pem"
    serving.shutdown()
    thread.join()
    serving.server_close()


Ask = Callable[..., Run]


@pytest.fixture
def ask(server: tuple[str, Path], folder: Path) -> Ask:
    """Return a call of the command that trusts the server."""
    address, certificate = server

    def call(path: str, *more: str) -> Run:
        return run(
            "prices", "update", folder, "--from", f"{address}{path}", "--on", "2026-11-23", *more,
            environment={"SSL_CERT_FILE": str(certificate), "no_proxy": "localhost"},
        )  # fmt: skip

    return call


def test_an_address_is_read_and_said(ask: Ask) -> None:
    """The one use of a network is announced, and the source is cited without its query."""
    ended = ask("/data.json", *AS_OF)

    assert ended.code == 5, ended.err
    assert ended.err.startswith("reading https://localhost:")
    assert "/data.json over the network\n" in ended.err
    assert '/data.json", checked_on: 2026-11-23' in ended.out


def test_the_server_says_of_which_day_it_is(ask: Ask) -> None:
    """What was last changed on a day is of that day; without one it has to be said."""
    dated, undated = ask("/dated.json"), ask("/data.json")

    assert "checked_on: 2026-11-20" in dated.out
    assert (undated.code, undated.out) == (2, "")
    assert "--as-of: does not say of which day it is" in undated.err


@pytest.mark.parametrize(
    ("path", "fault"),
    [
        ("/down", "only https addresses are read"),
        ("/endless", "is larger than 32 MiB"),
        ("/nothing", "the server says 404"),
    ],
)
def test_what_a_server_may_do_is_bounded(ask: Ask, path: str, fault: str) -> None:
    """A redirect to a plain address, an endless body and an error each end with 2 and a word."""
    ended = ask(path)

    assert (ended.code, ended.out) == (2, "")
    assert fault in ended.err


DRIPPED = """
import sys
from advisor.answers.prices.update.download import download
from advisor.errors import InputError
try:
    download(sys.argv[1], seconds=0.5)
except InputError as error:
    print(error)
"""


@pytest.mark.parametrize("path", ["/dripping", "/dripping-head", "/dripping-first-line"])
def test_a_download_without_an_end_has_one(path: str, server: tuple[str, Path]) -> None:
    """Each byte comes in time, all of them never: twice the time of an answer ends it."""
    address, certificate = server
    began = time.monotonic()

    ended = subprocess.run(
        [sys.executable, "-c", DRIPPED, f"{address}{path}"],
        env={**own_environment(), "PYTHONPATH": str(ROOT), "no_proxy": "localhost",
             "SSL_CERT_FILE": str(certificate)},
        capture_output=True, text=True, check=False, timeout=30,
    )  # fmt: skip

    said = f"{address}{path}: takes too long: not whole after 1 seconds\n"
    assert (ended.stdout, ended.stderr, time.monotonic() - began < 8) == (said, "", True)


def test_a_certificate_that_nobody_vouches_for_is_refused(server: tuple[str, Path]) -> None:
    """The server's name has to be proved, as a browser would have it."""
    with pytest.raises(InputError, match="can't be reached"):
        download(f"{server[0]}/data.json")


def test_only_one_module_knows_of_the_network() -> None:
    """Everything else that the program does works without one."""
    words = ("urllib", "http.client", "socket", "requests", "httpx")
    sources = {p: p.read_text(encoding="utf-8") for p in (ROOT / "advisor").rglob("*.py")}
    using = [
        path.name
        for path, text in sources.items()
        if any(f"import {word}" in text or f"from {word}" in text for word in words)
    ]

    # One reaches out; a page listens on loopback; two take addresses apart.
    assert sorted(using) == ["address.py", "download.py", "query.py", "serve.py"]
