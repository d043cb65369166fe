"""Claims about the page: every number is the JSON's, nothing is loaded, no name starts anything."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from drawn import ANYTHING, BILLED
from questions import Plain, Question
from reported import Page, Plainly, numbers_of, report_of

from advisor.output.report.as_html import render_html, render_section
from advisor.output.report.as_json import render_json
from advisor.output.report.as_markdown import render_markdown
from advisor.output.report.section import MOST_ROWS, Section, TableHead, table, word
from advisor.output.report.sections import SECTIONS, sections_of
from advisor.tables.forecast import Variance, VariancePart
from advisor.tables.report import Report
from advisor.units import Month

FEW = 6
SVG = re.compile(r"<svg.*?</svg>", re.DOTALL)
SPACE = 'xmlns="http://www.w3.org/2000/svg"'
EVIL = '"><script src=//evil.example></script><b onload=x> ::error::&lt; \u202e'


_MADE: dict[str, Report] = {}


def of(question: Question) -> Report:
    """Return a question's report, made once."""
    written = repr((question.workload, question.files))
    if written not in _MADE:
        _MADE[written] = report_of(question)
    return _MADE[written]


def one() -> Report:
    """Return any report that has a mix."""
    number = ANYTHING.fitting(0, lambda question: _has_mix(of(question)))
    return of(ANYTHING[number])


def _has_mix(answer: Report) -> bool:
    return answer.recommend is not None and answer.recommend.mix is not None


# --- Numbers -------------------------------------------------------------------------------------


@ANYTHING.asked(FEW)
def test_every_figure_of_a_cell_is_the_json_s(question: Question) -> None:
    """What a cell carries is a figure of the JSON, to the last digit, and is written as such."""
    plain, page = Plainly(of(question)), Page(render_html(of(question)))
    wrong = [
        figure
        for figure in page.figures
        if figure.value not in plain.figures
        or not numbers_of(figure.text)
        <= {n for f in plain.forms(figure.value) for n in numbers_of(f)}
    ]

    assert page.figures
    assert wrong == []


@BILLED.asked(FEW)
def test_every_number_in_words_is_the_json_s(question: Question) -> None:
    """What sentences, tables and captions say is a rounding of the JSON's, or stands there."""
    page, sayable = Page(render_html(of(question))), Plainly(of(question)).sayable()
    said = {number for text in page.words for number in numbers_of(text)}

    assert said - sayable == set()


@ANYTHING.asked(FEW)
def test_every_number_in_a_picture_is_the_json_s(question: Question) -> None:
    """What pictures say beside their axes is a rounding of the JSON's."""
    page, sayable = Page(render_html(of(question))), Plainly(of(question)).sayable()
    said = {number for text in page.drawn for number in numbers_of(text)}

    assert said - sayable == set()


@ANYTHING.asked(FEW)
def test_the_document_says_what_the_page_says(question: Question) -> None:
    """Every figure of the page's tables stands in the Markdown too."""
    document = render_markdown(of(question)).replace("\\", "")
    page = Page(render_html(of(question)))

    assert [figure for figure in page.figures if figure.text not in document] == []


# --- Pictures ------------------------------------------------------------------------------------


def _pictures(answer: Report) -> list[ET.Element]:
    return [ET.fromstring(found) for found in SVG.findall(render_html(answer))]  # noqa: S314


@ANYTHING.asked(FEW)
def test_pictures_are_well_formed_and_named(question: Question) -> None:
    """Each picture is SVG with a title and a description, under ids that no other one has."""
    pictures = _pictures(of(question))
    ids = [one.get("id") or "" for picture in pictures for one in picture.iter()]
    ids = [name for name in ids if name]
    named = [name for one in pictures for name in (one.get("aria-labelledby") or "").split()]

    assert pictures
    assert len(ids) == len(set(ids))
    assert sorted(named) == sorted(ids)


def test_every_picture_is_drawn_for_a_desk_and_for_a_phone() -> None:
    """Two widths of each, of which a page shows one."""
    widths = [int(float(one.get("width") or 0)) for one in _pictures(one())]

    assert widths.count(720) == widths.count(340) == len(widths) / 2


# --- Harmless ------------------------------------------------------------------------------------


@ANYTHING.asked(FEW)
def test_nothing_is_loaded_and_nothing_runs(question: Question) -> None:
    """No script, no address, no file: links lead to places of the page itself."""
    page = render_html(of(question))
    read = Page(page)
    attributes = [(name, value) for _, given in read.tags for name, value in given.items()]

    assert not re.search(r"https?:|url\(|@import|@font-face", page.replace(SPACE, ""))
    assert not {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe", "object", "form"}
    assert not [name for name, _ in attributes if name in {"src", "style"} or name.startswith("on")]
    assert all(value.startswith("#") for name, value in attributes if name == "href")


def _evil(answer: Report) -> Report:
    """Give everything that has a name one that tries to be more than a text."""
    options = [
        line._replace(option=f"{line.option}{EVIL}", title=EVIL) for line in answer.compare.options
    ]
    mix = answer.recommend
    if mix is not None:
        routes = [route._replace(team=EVIL, task_class=EVIL) for route in mix.routes]
        mix = mix._replace(routes=routes, makers=dict.fromkeys(mix.makers, EVIL))
    return answer._replace(
        workload=EVIL,
        file=EVIL,
        compare=answer.compare._replace(workload=EVIL, options=options, warnings=[EVIL]),
        recommend=mix,
        prices=[line._replace(name=EVIL, source=EVIL, doubts=[EVIL]) for line in answer.prices],
        sums=[line._replace(title=EVIL, way=EVIL) for line in answer.sums],
    )


def test_names_are_text() -> None:
    """A name that looks like a tag is shown, and starts nothing; the page stays as it was."""
    plain, evil = Page(render_html(one())), Page(render_html(_evil(one())))

    assert any("<script src=//evil.example>" in text for text in evil.words)
    assert {tag for tag, _ in evil.tags} <= {tag for tag, _ in plain.tags} | {"title"}
    assert not [given for _, given in evil.tags if "onload" in given or "src" in given]


def test_names_are_text_in_markdown() -> None:
    """A name begins no tag there either."""
    assert "<script" not in render_markdown(_evil(one())).replace("\\<", "")


def test_the_same_report_is_the_same_bytes() -> None:
    """Nothing on the page is by chance."""
    assert render_html(one()) == render_html(one())
    assert render_json(one()) == render_json(one())


# --- Sections ------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", SECTIONS)
def test_a_section_stands_alone(key: str) -> None:
    """Any section that there is anything for is a fragment with its own heading."""
    section = SECTIONS[key](_with_variance(one()))
    if section is None:
        assert key in {"change", "limits", "tornado", "stories", "seats", "pilot", "frontier"}
        return
    fragment = render_section(section)

    assert fragment.startswith(f'<section class="part" id="{key}"')
    assert fragment.endswith("</section>")
    assert section.title in fragment


def _with_variance(answer: Report) -> Report:
    parts = [VariancePart("use_per_person", 40.0, {}), VariancePart("price", -10.0, {})]
    months = [Month(2027, 1), Month(2027, 2)]
    return answer._replace(
        variance=Variance("plan", months, 100.0, 130.0, parts, ["tokens a task"])
    )


def test_plan_and_actual_are_told_by_cause() -> None:
    """A record of causes becomes a picture and a table, whoever made it."""
    section = SECTIONS["variance"](_with_variance(one()))
    assert section is not None
    shown = [[cell.text for cell in row] for row in section.tables[0].rows]

    assert shown == [
        ["planned", "100"],
        ["use a person", "+40"],
        ["price", "-10"],
        ["paid", "130"],
    ]
    assert "use a person" in section.pictures[0].wide


def test_a_long_table_is_folded_and_says_so() -> None:
    """Rows beyond so many are counted, and the reader is told where they are."""
    rows = [[word(str(n))] for n in range(MOST_ROWS + 7)]
    section = Section("long", "Long", tables=[table("rows", [TableHead("n")], rows)])
    fragment = render_section(section)

    assert fragment.count("<tr") == MOST_ROWS + 1
    assert "and 7 more rows: the JSON has all." in fragment


def test_what_is_not_there_is_said_with_its_reason() -> None:
    """A report without trials says that none were named, and how to name them."""
    page = " ".join(Page(render_html(one())).words)

    assert "Own trials: no trials were named: --trials TABLE" in page


def test_sections_stand_in_the_order_of_their_list() -> None:
    """The page is read from what it costs to what it stands on."""
    found = [section.key for section in sections_of(one())]

    assert found == [key for key in SECTIONS if key in found]


POOR: Plain = {"budget": 1, "policy": {"min_quality": {"default": 1}}}


def test_where_no_mix_keeps_the_limits_the_page_says_which() -> None:
    """The conflict stands at the top, and no route is shown."""
    number = ANYTHING.fitting(0, lambda asked: _has_mix(of(asked)))
    answer = report_of(ANYTHING[number].but(**POOR))
    page = " ".join(Page(render_html(answer)).words)

    assert "no mix keeps all limits of the file" in page
    assert "No mix keeps" in page
    assert SECTIONS["routes"](answer) is None
