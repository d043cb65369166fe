"""The report as JSON: the answers that it is made of, each under its own keys.

`said` is what the page says in sentences, section by section.
"""

from __future__ import annotations

from typing import Any

from advisor.output import json
from advisor.output.check.formats import plain_check
from advisor.output.compare.as_json import plain_comparison
from advisor.output.diff.formats import plain_difference
from advisor.output.recommend.formats import ONLY_WORDS
from advisor.output.recommend.route_lines import merged
from advisor.output.report.headline import headline
from advisor.output.report.sections import sections_of
from advisor.output.stress.formats import ONLY_WORDS as STRESS_WORDS
from advisor.tables.check import Check
from advisor.tables.report import Report

SCHEMA = "advisor.report/1"
AS_THEY_ARE = (
    "workload", "file", "currency", "start", "months", "as_of", "on", "draws", "seed", "budget",
    "sums", "prices", "variance",
)  # fmt: skip
"""Fields that are keys as they stand."""


def render_json(report: Report) -> str:
    """Write the report as `advisor.report/1`."""
    top = headline(report)
    fields = json.plain(report)
    mix = report.recommend
    return json.dump(
        {"schema": SCHEMA}
        | {key: fields[key] for key in AS_THEY_ARE}
        | {
            "developers": report.compare.developers,
            "question": top.question,
            "answer": top.answer,
            "said": {one.key: [*one.lead, *one.notes] for one in sections_of(report)},
            "compare": plain_comparison(report.compare),
            "recommend": None if mix is None else json.plain(mix, without=ONLY_WORDS),
            "routes": [] if mix is None else [json.plain(one) for one in merged(mix.routes)],
            "diff": None if report.diff is None else plain_difference(report.diff),
            "check": _checked(report),
            "stress": None
            if report.stress is None
            else json.plain(report.stress, without=STRESS_WORDS),
            "seats": None if report.seats is None else json.plain(report.seats),
            "pilot": None if report.pilot is None else json.plain(report.pilot),
            "absent": dict(report.absent),
        }
    )


def _checked(report: Report) -> dict[str, Any] | None:
    return None if report.check is None else plain_check(Check([report.check]))
