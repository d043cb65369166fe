"""Claims about pictures: well formed, harmless, the same each time, inside their frame."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from advisor.output.charts.fan import FanChart, cumulative_fan
from advisor.output.charts.fitting import fitted, width_of
from advisor.output.charts.hatch import KINDS, hatched
from advisor.output.charts.intervals import IntervalChart, IntervalRow, interval_bars
from advisor.output.charts.scale import Scale, scale_of, steps, tick_labels
from advisor.output.charts.scatter import (
    DIAMOND,
    SQUARE,
    TRIANGLE,
    ScatterChart,
    ScatterMark,
    scatter,
)
from advisor.output.charts.shares import Part, ShareRow, shares
from advisor.output.charts.steps import StepBand, StepChart, steps_of_use
from advisor.output.charts.style import DARK, LIGHT, MARKS, TEXTS, chart_css
from advisor.output.charts.svg import NARROW, WIDE, Words
from advisor.output.charts.tornado import TornadoChart, TornadoRow, tornado
from advisor.output.charts.waterfall import WaterfallChart, WaterfallStep, waterfall

SVG = "{http://www.w3.org/2000/svg}"
NAN = math.nan

Drawer = Callable[[str, float, int], str]
"""Draws a picture from a name, a size of its figures and a width."""


def _words(key: str = "it") -> Words:
    return Words(key, "A title", "What it shows.")


def _intervals(name: str, size: float, width: int) -> str:
    rows = [
        IntervalRow(name, size, size / 2, 2 * size, "100", is_on=True),
        IntervalRow(name, size, NAN, NAN, "100"),
        IntervalRow(name, NAN, NAN, NAN, "not known"),
    ]
    chart = IntervalChart(rows, "$", 1.5 * size, name)
    return interval_bars(chart, _words(), width=width)


def _fan(name: str, size: float, width: int) -> str:
    sums = [size / 3, size / 2, size]
    chart = FanChart(
        ["Jan", "Feb", "Mar"], sums, [0.5 * one for one in sums], [2 * one for one in sums],
        "$", name, 0.9 * size, name, 2.8, name, 1.5, name,
    )  # fmt: skip
    return cumulative_fan(chart, _words(), width=width)


def _scatter(name: str, size: float, width: int) -> str:
    marks = [
        ScatterMark(size, size, name, SQUARE, "s2", is_on=True),
        ScatterMark(size, size, name, DIAMOND),
        ScatterMark(0.0, -size, name, TRIANGLE),
        ScatterMark(size / 2, 0.0, name),
    ]
    chart = ScatterChart([(0.0, 0.0), (size, size)], marks, "$", "%", name, name, size / 2, name)
    return scatter(chart, _words(), width=width)


def _waterfall(name: str, size: float, width: int) -> str:
    changes = [WaterfallStep(name, size / 3, "+1"), WaterfallStep(name, -size / 2, "-1")]
    first, last = WaterfallStep(name, size, "1"), WaterfallStep(name, size * 5 / 6, "2")
    return waterfall(WaterfallChart(first, changes, last, "$"), _words(), width=width)


def _tornado(name: str, size: float, width: int) -> str:
    rows = [TornadoRow(name, 0.0, 2 * size, "94%"), TornadoRow(name, size, size, "<1%")]
    return tornado(TornadoChart(rows, size, "$", name, name), _words(), width=width)


def _shares(name: str, size: float, width: int) -> str:
    parts = [Part(f"{name}{n}", size, "9%") for n in range(9)]
    rows = [ShareRow(name, parts), ShareRow(name, [Part(name, 0.0, "0%")])]
    return shares(rows, _words(), width=width)


def _steps(name: str, size: float, width: int) -> str:
    bands = [StepBand(n + 1, size, 2 * size, name) for n in range(30)]
    return steps_of_use(StepChart(bands, "$", name, name), _words(), width=width)


KINDS_OF_CHART = [_intervals, _fan, _scatter, _waterfall, _tornado, _shares, _steps]
names = st.text(max_size=40)
sizes = st.floats(1e-6, 1e12)


@pytest.mark.parametrize("draw", KINDS_OF_CHART)
@pytest.mark.parametrize("width", [WIDE, NARROW])
@given(name=names, size=sizes)
@example(name="\ufffe and \uffff are no characters", size=1.0)
def test_a_picture_is_well_formed_whatever_names_hold(
    draw: Drawer, width: int, name: str, size: float
) -> None:
    """Any name and any size of figures make one SVG of the width asked for."""
    root = ET.fromstring(draw(name, size, width))  # noqa: S314 - it is our own

    assert root.tag == f"{SVG}svg"
    assert root.get("width") == str(width)


@pytest.mark.parametrize("draw", KINDS_OF_CHART)
@pytest.mark.parametrize("width", [WIDE, NARROW])
@given(size=sizes)
def test_marks_lie_inside_the_frame(draw: Drawer, width: int, size: float) -> None:
    """No figure is drawn outside the picture."""
    root = ET.fromstring(draw("name", size, width))  # noqa: S314 - it is our own
    height = float(root.get("height") or 0)
    places = [
        (float(one.get("x") or 0) + float(one.get("width") or 0), float(one.get("y") or 0))
        for one in root.iter(f"{SVG}rect")
    ]
    places += [
        (float(one.get("cx") or 0), float(one.get("cy") or 0)) for one in root.iter(f"{SVG}circle")
    ]

    assert all(-0.1 <= x <= width + 0.1 and -0.1 <= y <= height + 0.1 for x, y in places)


@pytest.mark.parametrize("draw", KINDS_OF_CHART)
def test_a_picture_says_what_it_shows(draw: Drawer) -> None:
    """Title and description are there, and the picture names them by their ids."""
    root = ET.fromstring(draw("name", 10.0, WIDE))  # noqa: S314 - it is our own
    by_id = {one.get("id"): one.text for one in root.iter() if one.get("id")}

    assert root.get("role") == "img"
    assert [by_id[key] for key in (root.get("aria-labelledby") or "").split()] == [
        "A title",
        "What it shows.",
    ]


@pytest.mark.parametrize("draw", KINDS_OF_CHART)
def test_a_name_starts_nothing(draw: Drawer) -> None:
    """A name that looks like a script, or an address, is text."""
    drawn = draw('<script src="//evil.example">alert(1)</script>', 10.0, WIDE)

    assert "<script" not in drawn
    assert not re.search(r"\s(?:href|src|style|on\w+)=|url\(", re.sub(r">[^<]*<", "><", drawn))


@pytest.mark.parametrize("draw", KINDS_OF_CHART)
def test_the_same_figures_make_the_same_bytes(draw: Drawer) -> None:
    """Nothing in a picture is by chance."""
    assert draw("name", 12.5, WIDE) == draw("name", 12.5, WIDE)


# --- Axes ----------------------------------------------------------------------------------------


@given(low=st.floats(-1e12, 1e12), span=st.floats(1e-3, 1e12), most=st.integers(3, 12))
def test_round_figures_enclose_what_is_shown(low: float, span: float, most: int) -> None:
    """The first round figure is not above what is shown, the last not below, and they are few."""
    found = steps(low, low + span, most)

    assert found[0] <= low + 1e-6 * span
    assert found[-1] >= low + span - 1e-6 * span
    assert len(found) <= most


def test_figures_that_differ_by_rounding_alone_are_one() -> None:
    """What two ways of adding up make of one sum has an axis like one figure, with its labels."""
    rounded = scale_of([4642.514879999999, 4642.51488], 0, 100)

    assert rounded.labels == scale_of([4642.51488], 0, 100).labels


@pytest.mark.parametrize(
    ("ticks", "labels"),
    [
        ([0, 20_000, 40_000], ["0", "20k", "40k"]),
        ([0, 2_000, 4_000], ["0", "2,000", "4,000"]),
        ([0, 500_000, 1_000_000], ["0", "0.5M", "1.0M"]),
        ([-0.5, 0, 0.5], ["-0.5", "0", "0.5"]),
        ([0, 50, 100], ["0", "50", "100"]),
        ([-2e9, 0, 2e9], ["-2B", "0", "2B"]),
    ],
)
def test_round_figures_are_written_alike_and_lose_nothing(
    ticks: list[float], labels: list[str]
) -> None:
    """Thousands and millions are short, and no two figures read the same."""
    assert tick_labels(ticks) == labels


def test_a_figure_beyond_the_scale_lies_at_its_edge() -> None:
    """What lies outside is drawn at the edge, never outside the picture."""
    scale = Scale(0, 10, 100, 200)

    assert [scale(-5), scale(5), scale(50)] == [100, 150, 200]


# --- Texts, colours ------------------------------------------------------------------------------


@given(words=names, room=st.floats(0, 300))
def test_a_name_that_is_cut_fits(words: str, room: float) -> None:
    """What is left of a name is no wider than its room, and ends in an ellipsis."""
    shown = fitted(words, room)

    assert shown == words or (width_of(shown) <= room and shown.endswith("…")) or shown == ""


@pytest.mark.parametrize("kind", range(1, KINDS))
def test_hatches_keep_inside_their_area(kind: int) -> None:
    """Each hatch has lines, and starts none of them outside its rectangle."""
    drawn = hatched(10, 20, 40, 30, kind)
    starts = [tuple(map(float, pair)) for pair in re.findall(r"M([\d.]+) ([\d.]+)", drawn)]

    assert starts
    assert all(10 <= x <= 50 and 20 <= y <= 50 for x, y in starts)


def _contrast(one: str, other: str) -> float:
    """Return the contrast of two colours as WCAG 2.2 defines it."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("kinds", "least"), [(TEXTS, 4.5), (MARKS, 3.0)], ids=["text", "marks"])
def test_colours_stand_out(scheme: dict[str, str], kinds: tuple[str, ...], least: float) -> None:
    """Text keeps 4.5:1 to the paper and marks 3:1, in both schemes."""
    weak = [kind for kind in kinds if _contrast(scheme[kind], scheme["paper"]) < least]

    assert weak == []


def test_the_style_sheet_loads_nothing() -> None:
    """The colours of pictures need no other file."""
    assert not re.search(r"url\(|@import|@font-face|http", chart_css())
