"""States and answers in, HTML out: the page, and the parts of it that follow what is moved.

What a reader would get wrong: everything in a template is escaped but what goes through `drawn`,
and that is what `output.report` has rendered, escaping all texts itself.
"""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from advisor.errors import AdvisorError
from advisor.output.charts.style import chart_css
from advisor.output.report.as_html import page_css, render_section, templates_of
from advisor.output.report.headline import conflict, headline
from advisor.output.report.mix import frontier_section, routes_section, vendors_section
from advisor.output.report.spending import options_section, sums_section
from advisor.tables.report import Report
from advisor.web.beside import beside_section
from advisor.web.controls import FOLDED, OPTIONS, Control
from advisor.web.state import State


class Standing(NamedTuple):
    """A control and where it stands; `place` among all of them is what the page calls it by."""

    control: Control
    value: str
    place: int

    @property
    def is_moved(self) -> bool:
        """Whether it stands elsewhere than in the file."""
        return self.value != self.control.default


class ControlGroup(NamedTuple):
    """Controls under one heading; `is_open` where one of them was moved."""

    title: str
    standings: Sequence[Standing]
    is_folded: bool
    is_open: bool


def _render(template: str, **values: object) -> str:
    return templates_of("advisor.web").get_template(template).render(**values)


class Look(NamedTuple):
    """What is looked at: a state and its answer, beside one that was kept, if any."""

    state: State
    report: Report
    kept: State | None = None
    before: Report | None = None


def render_page(look: Look, controls: Mapping[str, Control]) -> str:
    """Write the whole page, its figures in it, so that it works without a script too."""
    return _render(
        "page.html",
        top=headline(look.report),
        groups=groups_of(look.state, controls),
        figures=render_figures(look),
        kept=None if look.kept is None else look.kept.query,
    )


def render_figures(look: Look) -> str:
    """Write what every option costs, after the state that was kept where one was."""
    sections = [options_section(look.report), sums_section(look.report)]
    if look.before is not None:
        sections = [beside_section(look.before, look.report), *sections]
    return _render(
        "figures.html",
        top=headline(look.report),
        sections=[render_section(one) for one in sections if one is not None],
        state=look.state,
        is_beside=look.kept is not None,
    )


def render_mix(report: Report) -> str:
    """Write the best mix, what money buys and who gets it; or which limits contradict."""
    found = [routes_section(report), frontier_section(report), vendors_section(report)]
    return _render(
        "mix.html",
        sections=[render_section(one) for one in found if one is not None],
        conflict=conflict(report),
    )


def render_faults(error: AdvisorError) -> str:
    """Write what is wrong with a state, all of it."""
    faults = [
        f"{fault.key}: {fault.message}" if fault.key else fault.message for fault in error.faults
    ]
    return _render("faults.html", faults=faults or [str(error)])


def style() -> str:
    """Return the style sheet of the page: the report's, the pictures', and its own."""
    own = templates_of("advisor.web").get_template("live.css").render()
    return f"{chart_css()}{page_css()}{own}"


def groups_of(state: State, controls: Mapping[str, Control]) -> list[ControlGroup]:
    """Lay the controls out under their headings; each option has a heading of its own."""
    groups = []
    places = {key: place for place, key in enumerate(controls)}
    for (title, about), found in groupby(
        controls.values(), key=lambda one: (one.group, one.about if one.group == OPTIONS else "")
    ):
        standings = [Standing(one, state.of(one), places[one.key]) for one in found]
        moved = any(one.is_moved for one in standings)
        groups.append(ControlGroup(about or title, standings, title in FOLDED, moved))
    return groups
