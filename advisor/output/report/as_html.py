"""The report as one page: no script, nothing loaded, light and dark, made to be printed too.

What a reader would get wrong: everything in a template is escaped but what goes through `drawn`,
and that is SVG and style that this package has written itself; `prose` escapes by itself.
"""

from __future__ import annotations

import re
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from advisor.output.charts.style import chart_css
from advisor.output.report.headline import conflict, headline
from advisor.output.report.section import Section
from advisor.output.report.sections import not_in_here, sections_of
from advisor.tables.report import Report

_CODE = re.compile(r"`([^`]+)`")


@cache
def templates_of(package: str) -> Environment:
    """Load a package's templates once; a name that a template misspells is an error.

    Everything is escaped but what goes through `drawn`: what this program has written itself.
    """
    found = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=False,
    )
    found.filters |= {"drawn": Markup, "prose": _prose}
    return found


def _prose(sentence: str) -> Markup:
    """Escape a sentence; what stands between two backticks is set as code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(sentence))))  # noqa: S704 - escaped


def _templates() -> Environment:
    return templates_of("advisor.output.report")


def render_html(report: Report) -> str:
    """Write the page."""
    page = _templates().get_template("page.html")
    return page.render(
        top=headline(report),
        conflict=conflict(report),
        sections=sections_of(report),
        absent=not_in_here(report),
        footer=_footer(report),
        style=chart_css(),
    )


def render_section(section: Section) -> str:
    """Write one section as a fragment of a page that has the style of pictures."""
    macros = _templates().get_template("section.html").module
    return str(getattr(macros, "section")(section))  # noqa: B009 - a macro is no attribute to mypy


def page_css() -> str:
    """Return the style sheet of a page's text and tables; that of pictures is `chart_css`."""
    return _templates().get_template("page.css").render()


def _footer(report: Report) -> str:
    drawn = f"{report.draws:,} drawn years, seed {report.seed}" if report.draws else "no draws"
    return f"{report.file} · prices of {report.as_of} · {drawn}"
