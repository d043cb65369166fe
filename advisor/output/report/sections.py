"""All sections in the order of the page; each can be asked for by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from advisor.output.report.basis import assumptions_section, prices_section
from advisor.output.report.headline import words_section
from advisor.output.report.mix import frontier_section, routes_section, vendors_section
from advisor.output.report.movement import change_section, limits_section, variance_section
from advisor.output.report.people import pilot_section, seats_section
from advisor.output.report.risks import stories_section, tornado_section
from advisor.output.report.section import Section
from advisor.output.report.spending import options_section, sums_section
from advisor.tables.report import Report

SECTIONS: Mapping[str, Callable[[Report], Section | None]] = {
    "options": options_section,
    "sums": sums_section,
    "words": words_section,
    "routes": routes_section,
    "frontier": frontier_section,
    "vendors": vendors_section,
    "change": change_section,
    "variance": variance_section,
    "limits": limits_section,
    "tornado": tornado_section,
    "stories": stories_section,
    "seats": seats_section,
    "pilot": pilot_section,
    "prices": prices_section,
    "assumptions": assumptions_section,
}
"""What makes each section, by its address on the page."""

_ABSENT = {
    "recommend": "The best mix",
    "routes": "The best mix",
    "check": "Limits",
    "diff": "What changed",
    "variance": "From plan to actual, by cause",
    "stress": "Stories",
    "seats": "Seats against tokens",
    "pilot": "Own trials",
}


def sections_of(report: Report) -> Sequence[Section]:
    """Make every section that the report has anything for."""
    made = (make(report) for make in SECTIONS.values())
    return [section for section in made if section is not None]


def not_in_here(report: Report) -> list[str]:
    """Say which parts are not there, and why."""
    return [f"{_ABSENT.get(part, part)}: {why}" for part, why in report.absent.items()]
