"""`advisor schema answers`: every answer in JSON is valid by it, and nothing in it is made up.

What a reader would get wrong: a schema that takes anything would pass the first claim, so keys that
are missing, strange or of another type are tried too; and the documentation lists the same keys.
"""

from __future__ import annotations

import copy
import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from command_line import run
from conftest import ROOT
from test_docs import FILES, documented, sections
from usage_logs import answer, claude_home

TEAM = """\
start: 2027-01
developers: 40
budget: 55_000
hour: 100
billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, active_developers: 38}]
current: opus
tasks:
  bug-fix: {per_developer_month: 14, success: 84%, by_hand: 50min, checked_by: tests}
  docs: {per_developer_month: 6, success: 82%, by_hand: 20min}
options:
  opus: {model: claude-opus-5-5, harness: claude-code}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: [0.7, 0.9], quality: [0.9, 1]}
limits: {increase: {at_most: 10%}, exhaustion_date: {at_least: 2027-12-01}, prices_age_days: 400}
"""
SEAT = ("gpt-6.1-sol, harness: codex", "claude-sonnet-5-5, plan: cursor-teams-standard")
BILLS = "month,biller,cost,model\n2027-01,anthropic,7000,claude-opus-5-5\n2027-01,github,950,\n"
NEW_PRICE = {
    "claude-opus-5-5": {
        "litellm_provider": "anthropic",
        "input_cost_per_token": 3e-06,
        "output_cost_per_token": 2e-05,
    }
}
TRIALS = "agent,task_class,instance,resolved,cost_usd\n" + "".join(
    f"{agent},{kind},t{n},{int((n + shift) % 5 < solved)},{0.1 * solved + 0.01 * n:.2f}\n"
    for agent, solved, shift in (("cheap", 2, 0), ("middle", 3, 1), ("dear", 4, 3))
    for kind in ("fix", "docs")
    for n in range(12)
)
CALLS = {
    "pilot": "pilot TRIALS",
    "backtest": "backtest TRIALS --budget-per-task 0.3,0.5 --folds 3 --repeats 2",
    "compare": "compare --developers 40 --billed anthropic=8400 --month 2026-10 --draws 16",
    "compare a file": "compare TEAM --draws 16",
    "compare what is not known": "compare ODD --draws 0",
    "recommend": "recommend TEAM --robust --draws 16",
    "recommend at the means": "recommend TEAM --shares --draws 0",
    "recommend nothing": "recommend POOR --draws 16",
    "stress": "stress TEAM",
    "seats": "seats TEAM --draws 16",
    "tokens": "tokens FOLDER/bills.csv --at-most 5",
    "tokens of files": "tokens FOLDER --files-only",
    "check": "check TEAM --draws 16 --base BASE --actuals BILLS --today 2027-02-01",
    "check two": "check TEAM POOR --draws 0 --today 2027-02-01",
    "diff": "diff BASE TEAM",
    "report": "report TEAM --draws 16 --base BASE --actuals BILLS --trials TRIALS",
    "report of less": "report POOR --draws 0 --without seats --without stress",
    "forecast": "forecast TEAM --actuals BILLS --usage USE --last-year OLD --draws 16",
    "forecast of a plan": "forecast TEAM --draws 16",
    "prices check": "prices check --on 2026-11-29",
    "usage": "usage --home HOME --no-store",
    "usage by person": "usage --home HOME --no-store --by person,week",
    "prices list": "prices list",
    "prices list seats": "prices list --plans",
    "prices show": "prices show gpt-5.6-sol",
    "prices show a plan": "prices show github-copilot-business",
    "prices history": "prices history gemini-3.8-flash",
    "prices update": "prices update --from DATA --on 2026-11-23 --as-of 2026-11-23",
}


def used_table() -> str:
    """Write a table of January's use by four people, one of whom runs away in its last days."""
    rows = [
        f"2027-01-{day:02},{person},claude-opus-5-5,1000,{100_000 * size},{900 * size}"
        for person, base in (("ana", 8), ("ben", 10), ("cleo", 12), ("dan", 9))
        for day in range(1, 32)
        for size in [base + day % 3 + (300 if person == "dan" and day > 28 else 0)]
    ]
    return "\n".join(["day,person,model,input,cache_read,output", *rows]) + "\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the files that the calls name."""
    where = tmp_path_factory.mktemp("answers")
    lower = TEAM.replace("cost: 8_400", "cost: 7_000").replace("developers: 40", "developers: 44")
    texts = {
        "team.yaml": TEAM,
        "base.yaml": lower,
        "poor.yaml": TEAM.replace("55_000", "1_000"),
        "odd.yaml": TEAM.replace(*SEAT),
        "bills.csv": BILLS,
        "use.csv": used_table(),
        "old.csv": "month,biller,cost\n2026-01,anthropic,5000\n",
        "trials.csv": TRIALS,
        "data.json": json.dumps(NEW_PRICE),
    }
    for name, text in texts.items():
        (where / name).write_text(text, encoding="utf-8")
    cut = answer("m2", request="r2", ref="q2", stop=None, has_details=False)
    claude_home(where / "home", {"s1": [answer(), answer("m3", request="r3", model="x"), cut]})
    return where


@functools.cache
def printed(name: str, folder: Path) -> dict[str, Any]:
    """Return the answer to a call."""
    places = {
        "TEAM": "team.yaml", "BASE": "base.yaml", "POOR": "poor.yaml", "ODD": "odd.yaml",
        "BILLS": "bills.csv", "USE": "use.csv", "OLD": "old.csv", "DATA": "data.json",
        "TRIALS": "trials.csv", "HOME": "home",
    }  # fmt: skip
    words = [str(folder / places[word]) if word in places else word for word in CALLS[name].split()]
    ended = run(*(word.replace("FOLDER", str(folder)) for word in words), "--json")
    assert ended.code in {0, 1, 3, 4, 5}, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


@functools.cache
def schema() -> dict[str, Any]:
    """Return what the command prints, read."""
    ended = run("schema", "answers")
    assert (ended.code, ended.err) == (0, "")
    found: dict[str, Any] = json.loads(ended.out)
    return found


def complaints(answer: dict[str, Any]) -> list[str]:
    """Return what the schema of an answer's own name has against it."""
    kind = answer["schema"].removeprefix("advisor.").partition("/")[0]
    whole = {**schema(), "oneOf": [{"$ref": f"#/$defs/{kind}"}]}
    validator = jsonschema.Draft202012Validator
    found = validator(whole, format_checker=validator.FORMAT_CHECKER).iter_errors(answer)
    reasons = [[one, *(one.context or ())] for one in found]
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:200]}" for r in reasons for e in r]


def test_the_schema_is_one() -> None:
    """It is a valid JSON Schema of 2020-12 with a name of its own."""
    jsonschema.Draft202012Validator.check_schema(schema())

    assert schema()["$id"] == "advisor:answers/1"


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_is_valid(name: str, folder: Path) -> None:
    """What a command prints is what the schema says that it prints."""
    assert complaints(printed(name, folder)) == []


def test_an_option_without_figures_is_among_them(folder: Path) -> None:
    """One of the answers that are held has an option that is not known."""
    options = printed("compare what is not known", folder)["options"]

    assert [one["option"] for one in options if one["unknown"]] == ["codex"]


def test_every_answer_has_a_schema() -> None:
    """Each name of an answer in the package's renderers stands in the schema."""
    sources = (ROOT / "advisor" / "output").rglob("*.py")
    texts = [path.read_text(encoding="utf-8") for path in sources]
    named = {name for text in texts for name in re.findall(r'"advisor\.(\w+)/1"', text)}

    assert named == {one["$ref"].rpartition("/")[2] for one in schema()["oneOf"]}


# --- it is strict


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every object that has keys of its own, the first of each list."""
    if isinstance(value, dict):
        yield path
        for key, one in value.items():
            yield from places(one, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def at(answer: Any, path: tuple[Any, ...]) -> Any:
    """Return what stands at a path."""
    return functools.reduce(lambda value, part: value[part], path, answer)


MAPS = {
    "spend_by_class", "spend_by_token_class", "spend_by_team", "tokens", "vendor_shares",
    "channel_shares", "harness_shares", "vendor_worth", "costs", "by_kind", "by_biller", "rows",
    "levels", "by_team",
}  # fmt: skip
"""Objects whose keys are names of the user's or of the tables'."""


@pytest.mark.parametrize(
    "name", ["compare", "recommend", "stress", "seats", "tokens", "check", "diff", "forecast"]
)
def test_a_key_more_or_less_is_a_fault(name: str, folder: Path) -> None:
    """In every object with keys of its own, one that is strange or missing is seen."""
    answer = printed(name, folder)
    unseen = []
    for path in places(answer):
        if not {*path[-2:]} & MAPS:
            more, less = copy.deepcopy(answer), copy.deepcopy(answer)
            at(more, path)["strange"] = 1
            at(less, path).pop(next(iter(at(less, path))))
            unseen += [path for one in (more, less) if "schema" in one and not complaints(one)]

    assert unseen == []


@pytest.mark.parametrize(
    ("name", "key", "value"),
    [
        ("compare", "months", "twelve"),
        ("compare", "start", "January"),
        ("compare", "as_of", "2026"),
        ("compare", "warnings", [1]),
        ("recommend", "routes", {}),
        ("recommend", "vendor_shares", {"a": "b"}),
        ("seats", "deal", None),
        ("tokens", "limit", 5),
        ("check", "broken", None),
        ("prices list", "rows", [{"model": []}]),
    ],
)
def test_a_value_of_another_type_is_a_fault(name: str, key: str, value: Any, folder: Path) -> None:
    """Text for a count, a month that is none, null where there is always something."""
    assert complaints({**printed(name, folder), key: value}) != []


# --- the documentation

COMPARE, RECOMMEND, STRESS = ("compare",), ("recommend",), ("stress",)
WHERE = {
    "Keys of `advisor compare --json`": COMPARE,
    "An option in an answer": (*COMPARE, "options"),
    "Calibration": (*COMPARE, "calibration"),
    "An assumption": (*COMPARE, "assumptions"),
    "A flip": (*COMPARE, "flips"),
    "Keys of `advisor recommend --json`": RECOMMEND,
    "A route": (*RECOMMEND, "routes"),
    "A turn": (*RECOMMEND, "routes", "flips_at"),
    "A way beside the mix": (*RECOMMEND, "today"),
    "A limit that binds": (*RECOMMEND, "binding"),
    "A limit of the mix": (*RECOMMEND, "limits"),
    "A point of the frontier": (*RECOMMEND, "frontier"),
    "Regret": (*RECOMMEND, "robust"),
    "A conflict": (*RECOMMEND, "conflicts"),
    "Keys of `advisor stress --json`": STRESS,
    "A story": (*STRESS, "scenarios"),
    "Figures of a story": (*STRESS, "expected", "today"),
    "An exit": (*STRESS, "exits"),
    "A cause of the spread": (*STRESS, "tornado"),
    "Keys of `advisor seats --json`": ("seats",),
    "Use": ("seats", "use"),
    "A kind of user": ("seats", "kinds"),
    "A way of buying": ("seats", "ways"),
    "A deal": ("seats", "deal"),
    "A band": ("seats", "deal", "bands"),
    "A cap": ("seats", "caps"),
    "Keys of `advisor tokens --json`": ("tokens",),
    "A counted file": ("tokens", "files"),
    "A model's tokens": ("tokens", "models"),
    "Keys of `advisor check --json`": ("check",),
    "Keys of `advisor diff --json`": ("diff",),
    "Keys of `advisor report --json`": ("report",),
    "A sum of money": ("report", "sums"),
    "A price that is used": ("report", "prices"),
    "Keys of `advisor forecast --json`": ("forecast",),
    "A month of a forecast": ("forecast", "by_month"),
    "A variance": ("forecast", "variances"),
    "Unusual days": ("forecast", "anomalies"),
    "A line of the backtest": ("forecast", "backtest"),
    "Keys of `advisor usage --json`": ("usage",),
    "A row of usage": ("usage", "rows"),
    "Keys of `advisor prices update --json`": ("prices update",),
}


def keys_at(path: tuple[str, ...]) -> list[str]:
    """Return the keys that the schema has at a place of an answer."""
    node = schema()["$defs"][path[0]]
    for part in path[1:]:
        node = resolved(node)["properties"][part]
    return list(resolved(node)["properties"])


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    """Follow references, lists and "this or null" to the object that is meant."""
    while "properties" not in node:
        if "$ref" in node:
            node = schema()["$defs"][node["$ref"].rpartition("/")[2]]
        else:
            node = node["items"] if "items" in node else node["anyOf"][0]
    return node


@pytest.mark.parametrize(
    "heading", [one for one in WHERE if one in sections(FILES) and "prices" not in one]
)
def test_the_documentation_lists_the_keys_of_the_schema(heading: str) -> None:
    """What docs/files.md says of an answer is what the schema says, key by key."""
    assert sorted(documented(FILES, heading)) == sorted(keys_at(WHERE[heading]))


def test_the_documentation_lists_the_keys_of_an_update(folder: Path) -> None:
    """A row of `prices update` has the keys that are written down."""
    row = printed("prices update", folder)["rows"][0]

    assert documented(FILES, "Keys of `advisor prices update --json`") == list(row)
