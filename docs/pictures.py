"""Take the pictures of README and docs from the shipped example, with an installed Chromium.

python docs/pictures.py [NAME ...]     all pictures, or some; Playwright is in the `test` extra

Pixels differ from machine to machine with their fonts, so that nothing compares pictures; what they
show is held by tests of the page.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import sync_playwright

from advisor.cli.chromium import find_chromium

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
TEAM = "workloads/team.yaml"
TODAY = "2026-11-30"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


class Shot(NamedTuple):
    """A picture: the colour scheme, the window, and the element to begin at; none for the top.

    `moved` is what stands in the live page's address; None for a picture of the report.
    """

    scheme: str
    width: int
    height: int
    scale: float = 1.5
    part: str = ""
    moved: str | None = None


SHOTS = {
    "report-light": Shot("light", 860, 980),
    "report-dark": Shot("dark", 860, 980),
    "report-sums": Shot("light", 860, 760, part="#sums"),
    "report-mix": Shot("light", 860, 900, part="#routes"),
    "report-phone": Shot("light", 360, 760, 2),
    "live-light": Shot("light", 1280, 900, 1.25, moved="developers=48&tokens.codex=120"),
    "live-dark": Shot("dark", 1280, 900, 1.25, moved="developers=60&beside=developers%3D48"),
}


def write_report(place: Path) -> None:
    """Write the example's report."""
    words = [sys.executable, "-m", "advisor", "report", TEAM, "-o", str(place)]
    environment = {**os.environ, "ADVISOR_TODAY": TODAY}
    subprocess.run(words, cwd=ROOT, check=True, env=environment)  # noqa: S603 - our own command


@contextmanager
def served() -> Iterator[str]:
    """Serve the example; yield the page's address."""
    words = [sys.executable, "-m", "advisor", "serve", TEAM, "--port", "0"]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stderr is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stderr.readline())
        assert found is not None
        try:
            yield found[0]
        finally:
            process.kill()


def take(browser: Any, address: str, shot: Shot, place: Path) -> None:
    """Take one picture."""
    page = browser.new_page(
        viewport={"width": shot.width, "height": shot.height},
        device_scale_factor=shot.scale,
        color_scheme=shot.scheme,
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-US",
    )
    page.goto(address)
    if shot.moved is not None:
        page.locator("#routes").wait_for()
    if shot.part:
        page.locator(shot.part).evaluate("one => scrollTo(0, one.offsetTop - 24)")
    page.screenshot(path=place)
    page.close()


def main() -> None:
    """Take all pictures, or those that are named."""
    wanted = sys.argv[1:] or list(SHOTS)
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, served() as live, sync_playwright() as started:
        page_file = Path(folder, "report.html")
        write_report(page_file)
        browser = started.chromium.launch(executable_path=find_chromium(), args=FLAGS)
        for name in wanted:
            shot = SHOTS[name]
            address = page_file.as_uri() if shot.moved is None else f"{live}?{shot.moved}"
            take(browser, address, shot, PICTURES / f"{name}.png")
            print(f"wrote docs/pictures/{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
