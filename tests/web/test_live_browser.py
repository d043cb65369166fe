"""Claims about the live page in a real browser against a served process on loopback.

They need Chromium on the PATH, and Playwright, axe and the [web] extra beside the tests; else they
are skipped.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsers import found_by_axe, launched, needs_browser
from command_line import run
from conftest import ROOT

pytest.importorskip("uvicorn", reason="the [web] extra is not installed")
pytestmark = needs_browser

SECONDS = 60_000


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the shipped team in a process of its own, at any free port."""
    words = [sys.executable, "-m", "advisor", "serve", "workloads/team.yaml", "--port", "0"]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as served:
        assert served.stderr is not None
        said = served.stderr.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found, said
        yield found[0]
        served.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start the installed browser."""
    with launched() as started:
        yield started


@pytest.fixture
def opened(browser: Any, address: str) -> Iterator[Any]:
    """Open the page, and return how: by query, window and scheme."""
    pages = []

    def open_(query: str = "", *, width: int = 1440, scheme: str = "light") -> Any:
        window = {"width": width, "height": 900}
        page = browser.new_page(viewport=window, color_scheme=scheme)
        page.set_default_timeout(SECONDS)
        page.goto(address + query)
        pages.append(page)
        return page

    yield open_
    for page in pages:
        page.close()


def figures_for(page: Any, developers: int) -> float:
    """Wait until the figures are those of a head count; return the first of them."""
    page.locator("#figures .about", has_text=f"{developers} developers").wait_for()
    page.wait_for_url(f"**developers={developers}*")
    return expected_of_today(page)


def expected_of_today(page: Any) -> float:
    """Return the figure of the first tile, unrounded."""
    return float(page.locator(".tiles data").first.get_attribute("value"))


def test_a_head_count_is_moved_by_the_keyboard_and_saved(opened: Any, tmp_path: Path) -> None:
    """Tab, arrow, and the total is that of `advisor compare` on the YAML that is saved."""
    page = opened()
    page.keyboard.press("Tab")
    while page.evaluate("() => document.activeElement.name") != "developers":
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowUp")
    seen = figures_for(page, 41)
    with page.expect_download() as saved:
        page.get_by_role("link", name="YAML").click()
    place = tmp_path / "plan.yaml"
    saved.value.save_as(place)

    told = json.loads(run("compare", place, "--draws", "0", "--json").out)
    today = next(one["spend"]["expected"] for one in told["options"] if one["today"])
    assert seen == today
    assert today == pytest.approx(100_800 / 40 * 41)


def test_a_budget_is_lowered_until_the_mix_changes_and_until_nothing_fits(opened: Any) -> None:
    """The routes follow; where no mix is left the page says which limits contradict each other."""
    page = opened()
    routes = page.locator("#routes table").first
    routes.wait_for()
    first = routes.inner_text()
    page.get_by_label("Budget, USD").fill("50000")
    page.locator("#mix tr", has_text="deepseek").first.wait_for()
    second = routes.inner_text()
    page.get_by_label("Budget, USD").fill("20000")
    conflict = page.locator("#mix .conflict")
    conflict.wait_for()

    assert first != second
    assert re.search(r"budget\s+20,000\s+would have to be", conflict.inner_text())


def test_nothing_but_this_page_is_asked_and_nothing_is_broken(opened: Any, address: str) -> None:
    """No request leaves the machine, no error is logged, while things are moved."""
    page = opened("?developers=44")
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: asked.append(one.text))
    page.on("pageerror", lambda one: asked.append(str(one)))
    page.get_by_label("Developers").fill("50")
    figures_for(page, 50)
    page.locator("#routes").wait_for()

    assert len(asked) > 1
    assert [one for one in asked if not one.startswith(address)] == []


def test_a_link_opens_what_was_moved(opened: Any) -> None:
    """Another tab shows the same figures, and its controls stand where they stood."""
    page = opened()
    page.get_by_label("Developers").fill("63")
    figures_for(page, 63)
    other = opened(page.url.partition("?")[2] and f"?{page.url.partition('?')[2]}")

    assert other.get_by_label("Developers").input_value() == "63"
    assert expected_of_today(other) == expected_of_today(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_and_nothing_sticks_out(opened: Any, width: int, scheme: str) -> None:
    """On a phone and on a desk, light and dark, with a state beside it and all groups open."""
    page = opened(
        "?developers=44&tokens.codex=140&beside=budget%3D80000", width=width, scheme=scheme
    )
    page.locator("#routes").wait_for()
    for group in page.locator("details:not([open]) > summary").all()[:3]:
        group.click()
    found = found_by_axe(page)
    wide = page.evaluate("() => document.documentElement.scrollWidth")

    assert found == []
    assert wide <= width
