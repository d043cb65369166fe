"""A page printed by the Chromium that is installed: offline, with nothing kept.

What a reader would get wrong: the browser gets a profile of its own that is deleted with it, so
that one that is open is left alone; and it finds no host, whatever a page should ask for.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from advisor.errors import InputError, MissingError

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge",
    "microsoft-edge",
)  # fmt: skip
"""What the browser may be called on the PATH."""
_PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
_SECONDS = 120
_FLAGS = (
    "--headless=new", "--disable-gpu", "--no-first-run", "--no-default-browser-check",
    "--disable-extensions", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-default-apps", "--disable-dev-shm-usage", "--no-pdf-header-footer",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)  # fmt: skip


def find_chromium() -> str:
    """Return the browser to print with. Raises MissingError where none is installed."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    found = found or next((place for place in _PLACES if Path(place).is_file()), None)
    if found is None:
        raise MissingError.of(
            "a PDF is printed by Chromium or Chrome, and none is on the PATH",
            key="-o",
            hint="write .html and print it from any browser, or install chromium",
        )
    return found


def print_pdf(page: str, place: Path, browser: str) -> None:
    """Print a page to a PDF. Raises InputError with what the browser said where it did not."""
    with tempfile.TemporaryDirectory(prefix="advisor-", ignore_cleanup_errors=True) as folder:
        source, target = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(page, encoding="utf-8", errors="replace")
        said = _run([browser, *_flags(folder), f"--print-to-pdf={target}", source.as_uri()])
        if not target.is_file() or not target.read_bytes().startswith(b"%PDF"):
            raise InputError.of(f"{Path(browser).name} printed no PDF: {said}", key="-o")
        shutil.copyfile(target, place)


def _flags(folder: str) -> Sequence[str]:
    # Root has no user namespace to shut a browser in; the page is ours and runs no script.
    is_root = sys.platform != "win32" and os.geteuid() == 0
    own = ["--no-sandbox"] if is_root else []
    return [*_FLAGS, *own, f"--user-data-dir={Path(folder, 'profile')}"]


def _run(command: Sequence[str]) -> str:
    """Run the browser; return the last line of what it had to say."""
    try:
        ended = subprocess.run(  # noqa: S603 - a browser from the PATH and arguments of our own
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return f"it took more than {_SECONDS} seconds"
    except OSError as error:
        return error.strerror or str(error)
    said = ended.stderr.decode("utf-8", "replace").strip().splitlines()
    return said[-1] if said else f"it ended with {ended.returncode}"
