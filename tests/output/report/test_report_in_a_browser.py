"""Claims about the page in a real browser: nothing is asked for or sticks out, axe is content.

They need Chromium on the PATH, and Playwright and axe beside the tests; else they are skipped.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import found_by_axe, launched, needs_browser
from command_line import run
from conftest import ROOT

pytestmark = needs_browser

SIZES = [(360, 800), (1440, 900)]
SCHEMES = ["light", "dark"]


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the report of the shipped team."""
    place = tmp_path_factory.mktemp("report") / "report.html"
    ended = run("report", ROOT / "workloads" / "team.yaml", "--draws", 500, "-o", place)
    assert ended.code == 0, ended.err
    return place


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start the installed browser."""
    with launched() as started:
        yield started


@pytest.fixture(params=SCHEMES)
def scheme(request: pytest.FixtureRequest) -> str:
    """Name a colour scheme that a reader may prefer."""
    return str(request.param)


@pytest.fixture(params=SIZES, ids=["phone", "desk"])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Name the size of a window."""
    width, height = request.param
    return width, height


@pytest.fixture
def shown(
    browser: Any, page_file: Path, scheme: str, size: tuple[int, int]
) -> Iterator[tuple[Any, list[str]]]:
    """Open the page; the list fills with what it asks for."""
    asked: list[str] = []
    window = {"width": size[0], "height": size[1]}
    page = browser.new_page(viewport=window, color_scheme=scheme)
    page.on("request", lambda one: asked.append(one.url))
    page.goto(page_file.as_uri())
    yield page, asked
    page.close()


def test_axe_finds_nothing(shown: tuple[Any, list[str]]) -> None:
    """No rule of axe is broken, colours included, light and dark, on a phone and on a desk."""
    page, _ = shown
    found = found_by_axe(page)

    assert found == []


def test_no_request_leaves_the_machine(shown: tuple[Any, list[str]], page_file: Path) -> None:
    """The browser asks for the page itself and for nothing else."""
    assert shown[1] == [page_file.as_uri()]


def test_nothing_sticks_out(shown: tuple[Any, list[str]], size: tuple[int, int]) -> None:
    """The page is as wide as the window: wide tables scroll in their own place."""
    page, _ = shown

    assert page.evaluate("document.documentElement.scrollWidth") == size[0]


def test_one_width_of_each_picture_is_seen(
    shown: tuple[Any, list[str]], size: tuple[int, int]
) -> None:
    """A phone sees the narrow pictures, a desk the wide ones."""
    page, _ = shown
    seen = page.evaluate(
        "[...document.querySelectorAll('svg')].filter(one => one.getClientRects().length)"
        ".map(one => one.getAttribute('width'))"
    )

    assert set(seen) == {"340" if size[0] < 641 else "720"}


def test_letters_of_pictures_lie_inside_them(shown: tuple[Any, list[str]]) -> None:
    """No word of a picture is cut off at its edge, by more than a few pixels."""
    page, _ = shown
    cut = page.evaluate(
        """[...document.querySelectorAll('svg')].filter(one => one.getClientRects().length)
        .flatMap(svg => [...svg.querySelectorAll('text')].filter(text => {
          const word = text.getBoundingClientRect(), frame = svg.getBoundingClientRect();
          return word.left < frame.left - 4 || word.right > frame.right + 4
            || word.top < frame.top - 4 || word.bottom > frame.bottom + 4;
        }).map(text => text.textContent))"""
    )

    assert cut == []


def test_dark_paper_is_dark(shown: tuple[Any, list[str]], scheme: str) -> None:
    """The page follows what the reader prefers."""
    page, _ = shown
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert paper == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[scheme]


def test_a_pdf_is_printed(tmp_path: Path) -> None:
    """The installed browser prints the page, and leaves nothing but the file."""
    place = tmp_path / "report.pdf"
    ended = run(
        "report", ROOT / "workloads" / "team.yaml", "--draws", 16, "--without", "stress",
        "--without", "seats", "-o", place,
    )  # fmt: skip

    assert ended.code == 0, ended.err
    assert place.read_bytes().startswith(b"%PDF")
    assert list(tmp_path.iterdir()) == [place]
