"""The files that come along, each with what reads it, and what became of a text in its place."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from conftest import ROOT
from mutations import Taken

from advisor.answers.compare.answer import compare as compare_options
from advisor.case.build import build_case
from advisor.errors import AdvisorError, InputError
from advisor.load.known_names import check_names
from advisor.load.price_book import read_price_book
from advisor.load.profile_book import read_profiles
from advisor.load.workload_file import OptionsFile, check_workload, read_options
from advisor.load.yaml_source import parse_yaml, validate
from advisor.model.book import PriceBook, PricingFile
from advisor.model.profile import ProfileBook, ProfileFile
from advisor.model.tokenizer import TokenizerFile
from advisor.output.compare.as_json import render_comparison as render_json

REFUSED, SAME, OTHER, BUG = "refused", "same", "other", "bug"

EVERYTHING = """\
name: Platform
start: 2027-01
months: 12
teams:
  a: {developers: {2027-01: 25, 2027-06: 40}, adoption: 80%, growth: 3% a month, mix: codex,
      seats: 30}
  b: {developers: 10, intensity: 1.2, cost_center: CC-7, budget: 40_000,
      working_hours: {timezone: Europe/Berlin, from: 9, to: 17:30}}
rebound: 0.2
level_spread: 25%
switching_days_per_developer: 2
fiscal_year_starts: 4
hour: 95
budget: {total: 200_000, quarters: [20%, 25%, 25%, 30%], confidence: 90%}
usage_spread: {p50: 6, p90: 28}
billed:
  - {vendor: anthropic, month: 2026-10, cost: 600, active_developers: 31, model: claude-opus-5-5}
current: opus
mix: {default: {codex: 60%, opus: 40%}, docs: [codex, opus]}
tasks:
  fix: {per_developer_month: 14, tokens: {input: 60k, cache_read: 2M, output: [15k, 30k]},
        success: 80%, by_hand: 50min, checked_by: tests, like: bug-fix}
  docs: {per_month: 400, tokens: {input: 30k, output: 3k}, success: 95%, value: 20, review: 2,
         rework: 5, detection: 60%, check: 0.1}
  java: {once: {month: 2027-03, tasks: 1_200}, tokens: {cache_read: {p50: 2M, p90: 9M}},
         success: {low: 60%, mode: 70%, high: 75%}, value: 60, like: migration}
options:
  opus: {model: claude-opus-5-5, harness: claude-code, effort: medium}
  codex: {model: gpt-6.1-sol, harness: codex, token_multiplier: {default: 0.8, docs: 1.1},
          quality: 0.9, because: measured}
  cheap: {model: deepseek-v4-pro, cap: 150, prompt_tokens: {p50: 90k, p90: 300k}}
contracts: {anthropic: {discount: 8%, commitment: 40_000}}
policy:
  min_quality: {default: 85%, docs: 70%}
  max_vendor_share: 90%
  min_vendors: 1
  min_share: 5%
  vendor_overhead: 1_500
  deny: {makers: [zai], hosted_in: [CN]}
  allow: {countries: [US, CN]}
limits:
  monthly_spend: 30_000
  quality: {at_least: 80%, warn_at: 85%}
  exhaustion_date: {at_least: 2027-11-01, warn_at: 2027-12-01}
  top_vendor_share: {at_most: 80%, warn_at: 70%}
  annual_spend: {at_most: 300_000, team: b, on: opus}
"""
"""A workload with nearly every key that there is."""


class Reading(NamedTuple):
    """A file and what reads a text in its place; `read` returns what two texts may differ in.

    `apart` takes it apart into what has mutations. In a file that `may_pass` slips there is much
    that nobody reads.
    """

    name: str
    content: str
    read: Callable[[str], Any]
    apart: Callable[[str], Any] = Taken.apart
    may_pass: bool = False


class Verdict(NamedTuple):
    """Refused, read as the same, read as something else, or a bug, with its words."""

    kind: str
    words: str


def whole_files() -> list[Reading]:
    """Return every shipped file, and a workload that has about every key."""
    pricing = [Reading(f"pricing/{p.name}", p.read_text("utf-8"), _pricing)
               for p in sorted((ROOT / "pricing").glob("*.yaml"))]  # fmt: skip
    folder = ROOT / "workloads"
    teams = [folder / "team.yaml", *sorted((folder / "stories").glob("*.yaml"))]
    records = {"profiles": _profiles, "shortlist": _options, "tokenizers": _tokenizers}
    return [
        Reading("everything", EVERYTHING, as_a_workload),
        *(Reading(f"workloads/{p.name}", p.read_text("utf-8"), as_a_workload) for p in teams),
        *(Reading(f"workloads/{name}", (folder / f"{name}.yaml").read_text("utf-8"), read)
          for name, read in records.items()),
        *pricing,
    ]  # fmt: skip


def verdict_on(reading: Reading, text: str) -> Verdict:
    """Read a text in the place of a shipped file."""
    try:
        found = reading.read(text)
    except AdvisorError as error:
        return Verdict(REFUSED if error.faults or str(error) else BUG, str(error))
    except Exception as error:
        return Verdict(BUG, f"{type(error).__name__}: {error}")
    return Verdict(SAME if found == _as_it_stands(reading) else OTHER, "")


@cache
def _as_it_stands(reading: Reading) -> Any:
    return reading.read(reading.content)


@cache
def _book() -> PriceBook:
    return read_price_book(ROOT / "pricing")


@cache
def _profile_book() -> ProfileBook:
    return read_profiles([ROOT / "workloads" / "profiles.yaml"])


def as_a_workload(text: str) -> Any:
    """Read, build and answer as `advisor compare` does; what was read is compared."""
    shortlist = read_options(ROOT / "workloads" / "shortlist.yaml")
    document = parse_yaml(text, "team.yaml")
    book = _book().known_on(None)
    workload = check_workload(document, book, shortlist).workload
    check_names(workload, document, book, _profile_book(), workload.options or shortlist)
    case = build_case(workload, book, _profile_book(), shortlist, name="team")
    render_json(compare_options(case, file="team.yaml", draws=0, seed=1))
    return workload


def _pricing(text: str) -> Any:
    return _valid(text, PricingFile)


def _options(text: str) -> Any:
    return _valid(text, OptionsFile)


def _tokenizers(text: str) -> Any:
    return _valid(text, TokenizerFile)


def _profiles(text: str) -> Any:
    return _valid(text, ProfileFile)


def _valid(text: str, model: Any) -> Any:
    parsed, faults = validate(parse_yaml(text, "file.yaml"), model)
    if parsed is None or faults:
        raise InputError(faults)
    return parsed
