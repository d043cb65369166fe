"""The documentation against the program: every key, option and module, every example and link.

What a reader would get wrong: a key, an option or a module counts as documented only where it
stands in the first column of the table of its own section; and a section that names one which no
longer exists fails just as one that leaves one out.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
from command_line import run
from conftest import ROOT
from pydantic import BaseModel
from typer.main import get_command

from advisor.answers.prices.listing import book_faults
from advisor.case.build import build_case
from advisor.cli.main import COMMANDS
from advisor.cli.program import app
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.profile_book import read_profiles, shipped_profiles
from advisor.load.tokenizers import read_tokenizers
from advisor.load.workload_file import OptionsFile, check_workload, read_options
from advisor.load.yaml_source import parse_yaml
from advisor.model.book import PricingFile
from advisor.model.catalogue import CatalogueChange
from advisor.model.contract import Contract
from advisor.model.plan import (
    Included,
    LocalSeat,
    Overage,
    Plan,
    PlanPeriod,
    PlanPrices,
    PlanPromotion,
    Term,
)
from advisor.model.policy import Deny, Limit, Policy
from advisor.model.pooling import Pooling, Spreads
from advisor.model.price import (
    Calendar,
    Channel,
    ChannelPeriod,
    LocalPrices,
    LongContext,
    OtherPrices,
    OtherRetirement,
    Peak,
    PricedModel,
    PricePeriod,
    UnitPrices,
    Variant,
)
from advisor.model.profile import (
    ClassLike,
    ProfileFile,
    ProfileSource,
    RecordGroup,
    RecordTokens,
    Row,
    StandIn,
)
from advisor.model.source import OtherFigure, Source
from advisor.model.tokenizer import RatioSource, Tokenizer, TokenizerFile
from advisor.model.workload import (
    Bill,
    Budget,
    Currency,
    Once,
    Option,
    Spread,
    Task,
    Team,
    Tokens,
    WorkingHours,
    Workload,
)

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
FILES, ECONOMICS = DOCS / "files.md", DOCS / "economics.md"
COMMAND_LINE, ARCHITECTURE = DOCS / "command-line.md", DOCS / "architecture.md"

SECTIONS: dict[str, type[BaseModel]] = {
    "Keys of a team file": Workload, "Currency": Currency, "Team": Team, "Budget": Budget,
    "Working hours": WorkingHours, "Spread": Spread, "Bill": Bill, "Tokens": Tokens, "Task": Task,
    "Once": Once, "Option": Option, "Contract": Contract, "Policy": Policy, "Deny": Deny,
    "Limit": Limit, "Keys of a pricing file": PricingFile, "Model": PricedModel,
    "Price period": PricePeriod, "Long context": LongContext, "Peak": Peak, "Variant": Variant,
    "Source": Source, "Plan": Plan, "Plan period": PlanPeriod, "Included": Included,
    "Overage": Overage, "Prices of a plan": PlanPrices, "Term": Term, "Channel": Channel,
    "Other prices": OtherPrices, "Another end": OtherRetirement, "Another figure": OtherFigure,
    "Local prices": LocalPrices, "Local seat": LocalSeat, "Plain prices": UnitPrices,
    "Catalogue": CatalogueChange, "Promotion of a plan": PlanPromotion,
    "Channel period": ChannelPeriod, "Calendar": Calendar, "Keys of a profile file": ProfileFile,
    "Source of records": ProfileSource, "Likeness": ClassLike,
    "Stand-in": StandIn, "Pooling": Pooling, "Spreads": Spreads,
    "Record group": RecordGroup, "Row": Row, "Tokens of a record": RecordTokens,
    "Keys of a shortlist": OptionsFile, "Keys of a tokenizer file": TokenizerFile,
    "Source of ratios": RatioSource, "Tokenizer": Tokenizer,
}  # fmt: skip
"""Each section of the file reference, and the model whose keys it lists."""


@dataclass(frozen=True)
class Line:
    """One row of a table of a section: the code words of its first cell, and its last cell."""

    names: tuple[str, ...]
    last: str


def text_of(page: Path) -> str:
    """Read a page."""
    return page.read_text(encoding="utf-8")


def prose_of(page: Path) -> str:
    """Read a page without its code blocks."""
    return re.sub(r"^```.*?^```", "", text_of(page), flags=re.DOTALL | re.MULTILINE)


@cache
def sections(page: Path) -> dict[str, str]:
    """Return the text below each heading of a page, up to the next heading."""
    parts = re.split(r"^#{1,6} +(.+)$", prose_of(page), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def lines(page: Path, heading: str) -> list[Line]:
    """Return the rows of the tables below a heading."""
    rows = [row for row in sections(page)[heading].splitlines() if row.startswith("| `")]
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows]
    return [Line(tuple(re.findall(r"`([^`]+)`", row[0])), row[-1].strip()) for row in cells]


def documented(page: Path, heading: str) -> list[str]:
    """Return every name in the first columns below a heading, in order."""
    return [name for line in lines(page, heading) for name in line.names]


def keys_of(model: type[BaseModel]) -> dict[str, bool]:
    """Return the keys of a model as a file writes them, and whether each is required."""
    found = {}
    for name, field in model.model_fields.items():
        alias = field.validation_alias
        first = getattr(alias, "choices", [alias])[0]
        found[str(first or field.alias or name)] = field.is_required()
    return found


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Find the models that an annotation holds, however deep."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


def reachable(*roots: type[BaseModel]) -> set[type[BaseModel]]:
    """Return all models that files of these kinds are made of."""
    found: set[type[BaseModel]] = set()
    waiting = list(roots)
    while waiting:
        model = waiting.pop()
        if model not in found:
            found.add(model)
            fields = model.model_fields.values()
            waiting += [one for field in fields for one in models_in(field.annotation)]
    return found


# --- keys of files


def test_every_model_of_a_file_has_a_section() -> None:
    """No part of a team, pricing, profile, shortlist or tokenizer file is left out."""
    files = (Workload, PricingFile, ProfileFile, OptionsFile, TokenizerFile)

    assert reachable(*files) == set(SECTIONS.values())


@pytest.mark.parametrize("heading", SECTIONS)
def test_a_section_lists_the_keys_of_its_model(heading: str) -> None:
    """Each key stands in its section once, and nothing else does."""
    assert sorted(documented(FILES, heading)) == sorted(keys_of(SECTIONS[heading]))


@pytest.mark.parametrize("heading", SECTIONS)
def test_a_section_says_which_keys_are_required(heading: str) -> None:
    """`required` in the last column is what the model says."""
    said = {name: line.last == "required" for line in lines(FILES, heading) for name in line.names}

    assert said == keys_of(SECTIONS[heading])


# --- answers

TEAM = """
start: 2027-01
developers: 40
budget: {budget}
hour: 100
billed: [{{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}}]
current: opus
tasks:
  bug-fix: {{per_developer_month: 14, success: 84%, by_hand: 50min, checked_by: tests}}
  docs: {{per_developer_month: 6, success: 82%, by_hand: 20min}}
options:
  opus: {{model: claude-opus-5-5, harness: claude-code}}
  codex: {{model: gpt-6.1-sol, harness: codex, token_multiplier: [0.7, 0.9], quality: [0.9, 1]}}
"""
TRIALS = "agent,task_class,instance,resolved,cost_usd\n" + "".join(
    f"{agent},fix,t{n},{int(n % every > 0)},{cost}\n"
    for agent, every, cost in (("cheap", 3, 0.1), ("dear", 5, 1))
    for n in range(20)
)
FLAGS = "--developers 40 --billed anthropic=8400 --month 2026-10"
CALLS = {
    "compare": (f"compare {FLAGS} --draws 16", 0),
    "recommend": ("recommend team.yaml --robust --draws 16", 0),
    "at the means": ("recommend team.yaml --shares --draws 0", 0),
    "no mix": ("recommend poor.yaml --draws 16", 4),
    "stress": ("stress team.yaml", 0),
    "tokens": ("tokens LICENSE --at-most 5", 1),
    "check": ("check team.yaml --base few.yaml --actuals bills.csv --draws 16", 1),
    "diff": ("diff few.yaml team.yaml", 0),
    "pilot": ("pilot trials.csv", 0),
    "backtest": ("backtest trials.csv --budget-per-task 0.5", 0),
}
"""Answers with everything that they can hold: each call, and how it ends."""


@cache
def answer(name: str) -> dict[str, Any]:
    """Return the answer to a call in a folder of files: one budget binds, one is too low."""
    call, code = CALLS[name]
    with TemporaryDirectory() as folder:
        Path(folder, "team.yaml").write_text(TEAM.format(budget="55_000"), encoding="utf-8")
        Path(folder, "trials.csv").write_text(TRIALS, encoding="utf-8")
        Path(folder, "poor.yaml").write_text(TEAM.format(budget="1_000"), encoding="utf-8")
        few = TEAM.format(budget="55_000").replace("developers: 40", "developers: 39")
        Path(folder, "few.yaml").write_text(few, encoding="utf-8")
        bills = "month,vendor,cost\n2027-01,anthropic,90000\n"
        Path(folder, "bills.csv").write_text(bills, encoding="utf-8")
        files = (".yaml", ".csv")
        words = [str(Path(folder, one)) if one.endswith(files) else one for one in call.split()]
        ended = run(*words, "--json", folder=ROOT)
    assert ended.code == code, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


@pytest.mark.parametrize(
    ("heading", "name", "where"),
    [
        ("Keys of `advisor compare --json`", "compare", ()),
        ("An option in an answer", "compare", ("options", 0)),
        ("Calibration", "compare", ("calibration",)),
        ("An assumption", "compare", ("assumptions", 0)),
        ("A flip", "compare", ("flips", 0)),
        ("Keys of `advisor recommend --json`", "recommend", ()),
        ("A route", "recommend", ("routes", 0)),
        ("A turn", "at the means", ("routes", 0, "flips_at", 0)),
        ("A way beside the mix", "recommend", ("today",)),
        ("A limit that binds", "recommend", ("binding", 0)),
        ("A limit of the mix", "recommend", ("limits", 0)),
        ("A point of the frontier", "recommend", ("frontier", 0)),
        ("Regret", "recommend", ("robust",)),
        ("A conflict", "no mix", ("conflicts", 0)),
        ("Keys of `advisor stress --json`", "stress", ()),
        ("A story", "stress", ("expected",)),
        ("Figures of a story", "stress", ("expected", "mix")),
        ("An exit", "stress", ("exits", 0)),
        ("A cause of the spread", "stress", ("tornado", 0)),
        ("Keys of `advisor check --json`", "check", ()),
        ("A limit that is checked", "check", ("limits", 0)),
        ("A file that is checked", "check", ("files", 0)),
        ("The year so far", "check", ("files", 0, "actuals")),
        ("Keys of `advisor diff --json`", "diff", ()),
        ("A part of a difference", "diff", ("parts", 0)),
        ("Keys of `advisor tokens --json`", "tokens", ()),
        ("A counted file", "tokens", ("files", 0)),
        ("A model's tokens", "tokens", ("models", 0)),
        ("Keys of `advisor pilot --json`", "pilot", ()),
        ("An agent in a class", "pilot", ("agents", 0)),
        ("Trials worth making", "pilot", ("next_trials", 0)),
        ("Keys of `advisor backtest --json`", "backtest", ()),
        ("A budget in a backtest", "backtest", ("budgets", 0)),
    ],
)
def test_a_section_lists_the_keys_of_the_answer(
    heading: str, name: str, where: tuple[str | int, ...]
) -> None:
    """The keys of JSON that a script can rely on are those that are written down."""
    found: Any = answer(name)
    for part in where:
        found = found[part]

    assert sorted(documented(FILES, heading)) == sorted(found)


def test_an_answer_without_a_mix_has_the_same_keys() -> None:
    """A script that reads a mix finds out why there is none, and no key is missing."""
    assert list(answer("no mix")) == list(answer("recommend"))


# --- examples


@dataclass(frozen=True)
class Block:
    """A code block of a page: its language, its text, its place."""

    page: Path
    language: str
    text: str
    line: int

    @property
    def title(self) -> str:
        """What the first line, a comment, says that it is."""
        return self.text.partition("\n")[0].removeprefix("# ")

    def __str__(self) -> str:
        """Name it in the report of a test."""
        return f"{self.page.name}:{self.line}"


def blocks() -> Iterator[Block]:
    """List the code blocks of all pages."""
    for page in PAGES:
        content = text_of(page)
        for found in re.finditer(r"^```(\w+)\n(.*?)^```", content, re.DOTALL | re.MULTILINE):
            line = content[: found.start()].count("\n") + 1
            yield Block(page, found[1], found[2], line)


BLOCKS = list(blocks())
# The README's one example is a team file, and says so in the sentence above it.
EXAMPLES = [one for one in BLOCKS if one.language == "yaml" and one.page.parent != ROOT]
TEAM_FILES = [one for one in EXAMPLES if one.title == "team.yaml"]
PRICING_FILES = [one for one in EXAMPLES if one.title.startswith("pricing/")]
PROFILE_FILES = [one for one in EXAMPLES if one.title == "profiles.yaml"]
TOKENIZERS = [one for one in EXAMPLES if one.title == "tokenizers.yaml"]
SHORTLISTS = [one for one in EXAMPLES if one.title == "shortlist.yaml"]


def test_every_example_says_which_file_it_is() -> None:
    """So none is left unchecked."""
    checked = [*TEAM_FILES, *PRICING_FILES, *PROFILE_FILES, *SHORTLISTS, *TOKENIZERS]

    assert [str(one) for one in EXAMPLES if one not in checked] == []


@pytest.mark.parametrize("block", TEAM_FILES, ids=str)
def test_an_example_of_a_team_file_answers(block: Block) -> None:
    """It is valid, and every option in it can be computed."""
    book = read_price_book()
    shortlist = read_options(default_folder("workloads") / "shortlist.yaml")
    read = check_workload(parse_yaml(block.text, str(block)), book, shortlist)

    case = build_case(
        read.workload, book, read_profiles([shipped_profiles()]), shortlist, name="example"
    )

    assert case.unknown == ()


@pytest.mark.parametrize("block", PRICING_FILES, ids=str)
def test_an_example_of_a_pricing_file_can_be_added(block: Block, tmp_path: Path) -> None:
    """It reads beside the shipped tables, and nothing in it is odd."""
    folder = copytree(default_folder("pricing"), tmp_path / "pricing")
    (folder / Path(block.title).name).write_text(block.text, encoding="utf-8")

    assert book_faults(read_price_book(folder)) == []


@pytest.mark.parametrize("block", PROFILE_FILES, ids=str)
def test_an_example_of_a_profile_file_can_be_added(block: Block, tmp_path: Path) -> None:
    """It reads on top of the shipped profiles and adds its records."""
    own = tmp_path / "profiles.yaml"
    own.write_text(block.text, encoding="utf-8")

    shipped, both = read_profiles([shipped_profiles()]), read_profiles([shipped_profiles(), own])

    assert len(both.records) > len(shipped.records)


@pytest.mark.parametrize("block", SHORTLISTS, ids=str)
def test_an_example_of_a_shortlist_reads(block: Block, tmp_path: Path) -> None:
    """It holds options and nothing else."""
    own = tmp_path / "shortlist.yaml"
    own.write_text(block.text, encoding="utf-8")

    assert read_options(own)


@pytest.mark.parametrize("block", TOKENIZERS, ids=str)
def test_an_example_of_a_tokenizer_file_reads(block: Block, tmp_path: Path) -> None:
    """It has a ratio for every model."""
    own = tmp_path / "tokenizers.yaml"
    own.write_text(block.text, encoding="utf-8")

    assert read_tokenizers(own).of("acme/large").name == "Acme"


# --- commands


def is_option(word: str) -> bool:
    """Tell whether a word of a command is an option."""
    return word.startswith("-") and word != "-"


def options_of(command: Any) -> set[str]:
    """Return every way to write every option of a command."""
    taken = [p for p in command.params if p.param_type_name == "option"]
    return {"-h", "--help"} | {name for p in taken for name in (*p.opts, *p.secondary_opts)}


@cache
def commands() -> dict[str, set[str]]:
    """Return each command, `prices show` too, and its options."""
    program: Any = get_command(app)
    found = {"": options_of(program)}
    for name in COMMANDS:
        command = program.get_command(None, name)
        found[name] = options_of(command)
        for inner, one in getattr(command, "commands", {}).items():
            found[f"{name} {inner}"] = options_of(one)
    return found


@pytest.mark.parametrize("name", [name for name in commands() if name != "prices"])
def test_a_command_is_documented_with_its_options(name: str) -> None:
    """Its section lists the options that it takes, and no others."""
    heading = f"`advisor {name}`" if name else "Options of the program"

    assert set(documented(COMMAND_LINE, heading)) == commands()[name]


def spelt_out(call: str) -> list[str]:
    """Return the calls that a line stands for: `prices list|show` are two. A pipe's rest is cut."""
    alone = re.split(r" (?:\|\||>) ", call.replace(r"\|", "|"))[0]
    words = [word.split("|") for word in shlex.split(alone)]
    return [shlex.join(one) for one in product(*words)]


def called() -> list[tuple[str, str]]:
    """List the calls of advisor in all pages, each with its page."""
    shown = re.compile(r"^(?:\$ )?(advisor .+?)(?: +#.*)?$", re.MULTILINE)
    inline = re.compile(r"`(advisor [^`]+)`")
    found = []
    for page in PAGES:
        calls = inline.findall(prose_of(page).replace("\n", " "))
        scripts = [b.text for b in BLOCKS if b.page == page and b.language in {"sh", "console"}]
        calls += [call for text in scripts for call in shown.findall(text)]
        found += [(page.name, one) for call in dict.fromkeys(calls) for one in spelt_out(call)]
    return found


@pytest.mark.parametrize(("page", "call"), called())
def test_a_command_line_uses_what_exists(page: str, call: str) -> None:
    """A call that is shown names a command, and options that it takes."""
    words = shlex.split(call)[1:]
    names = (" ".join(words[:2]), " ".join(words[:1]))
    options = {word.partition("=")[0] for word in words if is_option(word)}

    known = next((commands()[one] for one in names if one in commands()), commands()[""])

    assert options <= known, page
    assert options or known != commands()[""], page


# --- excerpts

EXCERPT = re.compile(
    r"^```text\n\$ advisor (?P<call>.+)\n(?P<shown>(?s:.*?))\n\n…\n```$", re.MULTILINE
)


def test_the_readme_begins_an_answer_as_it_is_printed(request: pytest.FixtureRequest) -> None:
    """Above `…` stand the first blocks of the answer; `--update-golden` puts them there."""
    readme = PAGES[0]
    found = EXCERPT.search(text_of(readme))
    assert found is not None
    blocks_shown = found["shown"].count("\n\n") + 1

    printed = run(*found["call"].split(), folder=ROOT).out.split("\n\n")
    begun = "\n\n".join(printed[:blocks_shown])
    if request.config.getoption("--update-golden"):
        readme.write_text(text_of(readme).replace(found["shown"], begun), encoding="utf-8")

    assert f"{begun}\n\n…" in text_of(readme)


# --- links and numbers


def slug(heading: str) -> str:
    """Return the anchor that a heading gets on a page."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


LINKS = [
    (page, target)
    for page in PAGES
    for target in re.findall(r"\]\(([^)\s]+)\)", prose_of(page))
    if "://" not in target
]


@pytest.mark.parametrize(
    ("page", "target"), LINKS, ids=lambda part: str(getattr(part, "name", part))
)
def test_a_link_leads_somewhere(page: Path, target: str) -> None:
    """The file of an internal link exists, and so does its heading."""
    file, _, anchor = target.partition("#")
    place = (page.parent / file).resolve() if file else page

    assert place.exists()
    assert not anchor or anchor in {slug(one) for one in sections(place)}


def rules() -> list[tuple[int, int]]:
    """Return the numbers of the rules in the order in which they stand."""
    numbers = re.findall(r"^\*\*(\d+)\.(\d+) ", text_of(ECONOMICS), re.MULTILINE)
    return [(int(chapter), int(rule)) for chapter, rule in numbers]


def test_rules_are_numbered_without_gaps() -> None:
    """The rules of a chapter are 1, 2, 3 …, under the chapter's number."""
    chapters = [int(one.split(".")[0]) for one in sections(ECONOMICS) if one[0].isdigit()]
    counts = {one: sum(chapter == one for chapter, _ in rules()) for one in chapters}

    assert rules() == [(one, n + 1) for one in chapters for n in range(counts[one])]


CITED = re.compile(r"(?:[Rr]ules?|economics) (\d+)\.(\d+)(?:(?: to |, | and )(\d+)\.(\d+))?")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_rule_that_is_cited_exists(page: Path) -> None:
    """Where a page says "rule 4.7", there is one."""
    found = [pair for one in CITED.findall(prose_of(page)) for pair in (one[:2], one[2:])]
    inside = re.findall(r"\((\d+)\.(\d+)(?:, (\d+)\.(\d+))?\)", prose_of(ECONOMICS))
    if page == ECONOMICS:
        found += [pair for one in inside for pair in (one[:2], one[2:])]
    cited = {(int(chapter), int(rule)) for chapter, rule in found if chapter}

    assert cited - set(rules()) == set()


def test_decisions_are_numbered_without_gaps() -> None:
    """0001, 0002, 0003 …, as their headings say."""
    pages = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [int(re.findall(r"^# (\d+)\.", text_of(page))[0]) for page in pages]

    assert [int(page.name[:4]) for page in pages] == numbers == list(range(1, len(pages) + 1))


@pytest.mark.parametrize(
    "page", sorted((DOCS / "decisions").glob("*.md")), ids=lambda page: page.stem
)
def test_a_decision_says_what_it_costs(page: Path) -> None:
    """The question, the choice, what it costs, what would change our mind, in this order."""
    parts = ("Question", "Choice", "What it costs", "What would change our mind")

    assert re.findall(r"^\*\*([A-Z][^*]+)\.\*\*", text_of(page), re.MULTILINE) == list(parts)


# --- rooms


def test_the_rooms_are_those_that_there_are(request: pytest.FixtureRequest) -> None:
    """The table of rooms is what the script prints; `--update-golden` puts it there."""
    printed = subprocess.run(
        [sys.executable, DOCS / "rooms.py"], capture_output=True, text=True, check=True
    ).stdout
    tables = re.compile(r"(?<=^## The rooms\n\n).*?\n(?=\n)", re.MULTILINE | re.DOTALL)
    if request.config.getoption("--update-golden"):
        page = tables.sub(lambda _: printed, text_of(ARCHITECTURE))
        ARCHITECTURE.write_text(page, encoding="utf-8")

    assert tables.findall(text_of(ARCHITECTURE)) == [printed]


def test_the_layers_are_those_that_are_held() -> None:
    """The drawing of who may import whom is the contract of import-linter."""
    settings = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    layers = ["\n".join(one["layers"]) for one in contracts if one["type"] == "layers"]

    assert [b.text.strip() for b in BLOCKS if b.page == ARCHITECTURE] == layers
