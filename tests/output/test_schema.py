"""`advisor schema`: an editor that checks by it agrees with the advisor on every file.

Numbers such as `60k` and `35%` are text to an editor, so the schema takes text that reads as one.
It cannot see that `"40"` has quotes, nor whether two statements agree: that is left to `compare`.
"""

from __future__ import annotations

import functools
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from command_line import run
from conftest import ROOT, Golden
from drawn import ANYTHING, COUNT
from questions import Question

from advisor.load.yaml_source import parse_yaml, read_yaml, validate
from advisor.model.workload import Workload

FILES = {
    "workload": [
        ROOT / "workloads" / "team.yaml",
        *sorted((ROOT / "workloads" / "stories").glob("*.yaml")),
        *sorted((ROOT / "tests" / "golden").glob("*/team.yaml")),
    ],
    "pricing": sorted((ROOT / "pricing").glob("*.yaml")),
    "profiles": [ROOT / "workloads" / "profiles.yaml"],
    "tokenizers": [ROOT / "workloads" / "tokenizers.yaml"],
    "shortlist": [ROOT / "workloads" / "shortlist.yaml"],
}
SHIPPED = [*(ROOT / "pricing").rglob("*.yaml"), *(ROOT / "workloads").rglob("*.yaml")]
EVERY_FILE = [(kind, path) for kind, paths in FILES.items() for path in paths]


@functools.cache
def printed(kind: str) -> dict[str, Any]:
    """Return what `advisor schema` prints, read."""
    ended = run("schema", kind)
    assert (ended.code, ended.err) == (0, "")
    schema: dict[str, Any] = json.loads(ended.out)
    return schema


@functools.cache
def checker(kind: str) -> Any:
    """Return a validator that also knows what a date is."""
    validator = jsonschema.Draft202012Validator
    return validator(printed(kind), format_checker=validator.FORMAT_CHECKER)


def as_an_editor_reads(value: Any) -> Any:
    """Turn exact decimals into JSON's numbers."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dict):
        return {key: as_an_editor_reads(one) for key, one in value.items()}
    return [as_an_editor_reads(one) for one in value] if isinstance(value, list) else value


def complaints(kind: str, data: Any) -> list[str]:
    """Return what an editor would underline."""
    found = checker(kind).iter_errors(as_an_editor_reads(data))
    return [f"{'.'.join(map(str, one.path))}: {one.message}" for one in found]


@pytest.mark.parametrize("kind", [*FILES, "answers"])
def test_a_schema_in_the_repository_is_fresh(kind: str, golden: Golden) -> None:
    """`advisor/schemas/` holds what the command prints; `--update-golden` writes it anew."""
    golden(ROOT / "advisor" / "schemas" / f"{kind}.schema.json", run("schema", kind).out)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_file_names_its_schema(path: Path) -> None:
    """The first line tells an editor where the schema of its kind lies, and it lies there."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    kind = next(kind for kind, paths in FILES.items() if path in paths)

    named = first.removeprefix("# yaml-language-server: $schema=")

    assert (path.parent / named).resolve() == ROOT / "advisor" / "schemas" / f"{kind}.schema.json"


@pytest.mark.parametrize("kind", FILES)
def test_a_schema_is_one(kind: str) -> None:
    """Each kind of file has a valid JSON Schema of 2020-12, with a name of its own."""
    schema = printed(kind)
    jsonschema.Draft202012Validator.check_schema(schema)

    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"advisor:{kind}/1"


def test_the_schema_of_a_team_file_is_the_usual_one() -> None:
    """Without a word, the file that people write most is meant."""
    assert run("schema").out == run("schema", "workload").out


@pytest.mark.parametrize(
    ("kind", "path"), EVERY_FILE, ids=lambda one: getattr(one, "stem", str(one))
)
def test_every_shipped_file_is_valid(kind: str, path: Path) -> None:
    """What the advisor reads, an editor does not underline."""
    assert complaints(kind, read_yaml(path).data) == []


@ANYTHING.asked(COUNT)
def test_what_can_be_asked_is_valid(question: Question) -> None:
    """No team file that can be computed is refused: the forms of numbers, schedules and routes."""
    assert complaints("workload", question.workload) == []


SHORT = [
    "currency: USD",
    "currency: {code: EUR, per_usd: 0.92}",
    "budget: 90_000",
    "budget: $8_400",
    "budget: {total: 2.4M, quarters: [20%, 25%, 25%, 30%], confidence: 0.9}",
    "start: 2027-01",
    "adoption: 47%",
    "adoption: {2027-01: 47%, 2027-04: 0.95}",
    "growth: 6% a month",
    "growth: 0.06",
    "intensity: [0.9, 1.2]",
    "intensity: {p50: 1, p90: 1.9}",
    "intensity: {2027-01: 1, 2027-12: 1.9}",
    "hours: {low: 10, mode: 20, high: 40}",
    "usage_spread: {p50: 7, p90: 30}",
    "working_hours: {timezone: Europe/Berlin, from: 9, to: '18:30'}",
    "working_hours: {timezone: Europe/Berlin, from: 9, to: 18}",
    "billed: {vendor: anthropic, month: 2026-10, cost: 8_400}",
    "billed: [{vendor: anthropic, month: 2026-10, cost: 8_400, tokens: {output: 1.5G}}]",
    "current: opus",
    "mix: {opus: 50%, codex: 50%}",
    "mix: {default: codex, tests: {opus: 50%, codex: 50%}, bug-fix: [codex, opus]}",
    "mix: [codex, opus]",
    "usage: {input: 600k, cache_read: 9M, output: [100k, 150k]}",
    "tasks: {docs: {per_month: {2027-01: 100}, by_hand: 1.5h}}",
    "tasks: {docs: {once: {month: 2027-03, tasks: 1_200}, by_hand: [20min, 1h], like: bug-fix}}",
    "tasks: {docs: {per_developer_month: 6, prompt_tokens: 60k, checked_by: tests}}",
    "options: {a: {model: m, quality: {default: [0.8, 0.9], docs: 1}, token_multiplier: .5}}",
    "contracts: {anthropic: {discount: 10%, commitment: 100_000, on: plan}}",
    "policy: {min_quality: 85%, deny: {hosted_in: CN, makers: [a, b]}, whole: true}",
    "policy: {min_quality: {default: 80%, docs: 60%}, max_vendor_share: 0.7}",
    "limits: {annual_spend: 80_000, increase: {at_most: 10%}, exhaustion_date: 2027-12-31}",
    "limits: [{limit: annual_spend, at_most: 250_000, on: all}, {that: quality, at_least: 0.9}]",
    "profiles: ours.yaml",
    "profiles: [ours.yaml, theirs.yaml]",
]


@pytest.mark.parametrize("line", SHORT)
def test_every_way_to_write_a_thing_is_valid(line: str) -> None:
    """Short forms, ranges, schedules and suffixes are all known to an editor."""
    assert complaints("workload", parse_yaml(f"developers: 40\n{line}\n", "team.yaml").data) == []


WRONG = [
    "developer: 40",
    "budget: much",
    "budget: -1",
    "budget: 90,000",
    "start: January",
    "start: 2027-13",
    "months: a year",
    "adoption: 47",
    "adoption: {January: 47%}",
    "growth: fast",
    "growth: 6",
    "currency: EUR",
    "hour: 0",
    "usage_spread: {p50: 7}",
    "billed: [{vendor: anthropic, month: October, cost: 8_400}]",
    "billed: [{vendor: anthropic, cost: 8_400}]",
    "billed: {vendor: anthropic, month: 2026-10, costs: 8_400}",
    "mix: {default: [a, b, c]}",
    "tasks: {docs: {per_developer_month: 6, by_hand: an hour}}",
    "tasks: {docs: {per_developer_month: 6, checked_by: people}}",
    "options: {a: {harness: codex}}",
    "options: {a: {model: m, billing: weekly}}",
    "options: {a: {model: m, quality: {low: 1, high: 2, mid: 1}, token_multiplier: [1]}}",
    "options: {a: {model: m, hosted_in: china}}",
    "working_hours: {timezone: Europe/Berlin, from: nine, to: 18}",
    "limits: {anual_spend: 80_000}",
    "limits: {annual_spend: {at_mots: 80_000}}",
    "limits: [{at_most: 80_000}]",
    "policy: {max_vendor_share: 70}",
]


@pytest.mark.parametrize("line", WRONG)
def test_a_slip_is_underlined(line: str) -> None:
    """What `compare` would refuse for one value alone, an editor refuses too."""
    assert complaints("workload", parse_yaml(f"developers: 40\n{line}\n", "team.yaml").data) != []


@pytest.mark.parametrize("text", ["name: x\n", "developers: 40\nteams: {a: {developers: 4}}\n"])
def test_developers_are_said_once(text: str) -> None:
    """A team file has `developers` or `teams`, and not both."""
    assert complaints("workload", parse_yaml(text, "team.yaml").data) != []


PRICE = (
    "vendor: v\nname: V\nmodels:\n  m:\n    name: M\n    prices:\n"
    "      - {effective_from: DATE, input: 1, output: 2, source: {url: u, checked_on: CHECKED}}\n"
)


@pytest.mark.parametrize("date", ["2026-08-16", "2026-08-16T16:00Z", "2026-08-16T16:00:00+08:00"])
def test_a_price_begins_at_a_day_or_an_instant(date: str) -> None:
    """Both ways to write when a price begins are known to an editor."""
    text = PRICE.replace("DATE", date).replace("CHECKED", "2026-11-12")

    assert complaints("pricing", parse_yaml(text, "v.yaml").data) == []


@pytest.mark.parametrize(
    ("date", "checked"),
    [
        ("August 2026", "2026-11-12"),
        ("2026-08", "2026-11-12"),
        ("2026-08-16", "yesterday"),
        ("2026-08-16", "2026-02-30"),
        ("2026-08-16", "12.11.2026"),
    ],
)
def test_a_date_that_is_none_is_underlined(date: str, checked: str) -> None:
    """A price's day and the day it was checked are dates, not any text."""
    text = PRICE.replace("DATE", date).replace("CHECKED", checked)

    assert complaints("pricing", parse_yaml(text, "v.yaml").data) != []


def faults_of(line: str) -> list[str]:
    """Return what the advisor has against a line of a team file."""
    document = parse_yaml(f"developers: 40\n{line}\n", "team.yaml")
    return [str(fault) for fault in validate(document, Workload)[1]]


@pytest.mark.parametrize("line", SHORT)
def test_what_an_editor_takes_the_advisor_reads(line: str) -> None:
    """The forms above are those of the model, not of the schema alone."""
    assert faults_of(line) == []


@pytest.mark.parametrize("line", WRONG)
def test_what_an_editor_refuses_the_advisor_refuses(line: str) -> None:
    """Nothing is underlined that would have been read."""
    assert faults_of(line) != []
