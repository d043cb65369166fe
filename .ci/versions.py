"""The suite on other versions than the pinned ones: `python3 .ci/versions.py newest` or `lowest`.

Installs the newest or the lowest versions that pyproject.toml allows for this Python into
`.venv-newest` or `.venv-lowest`, runs the tests there, and where some fail finds the packages that
break them: they are put back to their pinned versions by halves, and what then passes is theirs.
Ends with 0 where all passes, with 1 where not. Only wheels are taken, so that `lowest` is the
oldest release that this Python has a wheel of; and types are a claim about the tested versions,
since older numpy and HiGHS have other ones or none.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
INSTALL = CHECKOUT / ".pins" / "install"
RESOLUTION = {"newest": "highest", "lowest": "lowest-direct"}
LEFT_OUT = {"newest": [], "lowest": ["tests/test_architecture.py::test_types_are_right"]}
EVERY_TEST = "tests"
Versions = Mapping[str, str]
Passing = Callable[[Sequence[str], Sequence[str]], set[str]]
"""Packages that are put back and tests to run: the tests that pass."""


class Environment:
    """One virtual environment, whose versions can be exchanged."""

    def __init__(self, folder: Path, uv: Path, left_out: Sequence[str]) -> None:
        """Make it anew, with the pinned versions and the checkout."""
        installing = {**os.environ, "PYTHON": sys.executable}
        subprocess.run(["bash", INSTALL, "test", folder], env=installing, check=True)
        self._python, self._uv, self._cache = folder / "bin" / "python", uv, folder / "pytest"
        self._options = [f"--deselect={one}" for one in left_out]
        self.pinned = self.versions()

    def versions(self) -> Versions:
        """Return what is installed."""
        listed = self._ask("pip", "list", "--format", "json", "--python", str(self._python))
        return {one["name"]: one["version"] for one in json.loads(listed) if one["name"] != "pip"}

    def resolve(self, requirements: Sequence[str], resolution: str) -> Versions:
        """Return the versions that would be taken for requirements."""
        lines = self._ask(
            "pip", "compile", "--no-config", "--python", str(self._python), "--resolution",
            resolution, "--only-binary", ":all:", "--no-header", "--no-annotate", "-",
            given="\n".join(requirements),
        )  # fmt: skip
        return dict(line.split("==") for line in lines.splitlines())

    def take(self, versions: Versions, *options: str) -> None:
        """Install exactly these versions. Warnings are errors in tests, so bytecode is compiled."""
        words = [f"{name}=={version}" for name, version in versions.items()]
        self._ask(
            "pip", "install", "--python", str(self._python), "--compile-bytecode", *options, *words
        )

    def failing(self, tests: Sequence[str]) -> set[str]:
        """Run tests; return those that fail, or all of them where pytest can't even start."""
        last = self._cache / "v" / "cache" / "lastfailed"
        last.unlink(missing_ok=True)
        ended = subprocess.run(
            [self._python, "-m", "pytest", "-q", "-n", "auto", "--tb=line",
             "--continue-on-collection-errors", "-o", f"cache_dir={self._cache}",
             *self._options, *tests], cwd=CHECKOUT, check=False,
        )  # fmt: skip
        if ended.returncode == 1:
            return set(json.loads(last.read_text(encoding="utf-8")))
        return set(tests) if ended.returncode else set()

    def _ask(self, *words: str, given: str | None = None) -> str:
        return subprocess.run(
            [self._uv, *words, "--quiet"], input=given, cwd=CHECKOUT, stdout=subprocess.PIPE,
            text=True, check=True,
        ).stdout  # fmt: skip


def breaking(
    tests: Sequence[str], packages: Sequence[str], passing: Passing
) -> dict[tuple[str, ...], list[str]]:
    """Share tests out to the packages that break them; all of them pass with all put back.

    Halves are put back, and halves of those. What neither half mends needs several at once and
    is laid at the door of both.
    """
    if not tests or len(packages) <= 1:
        return {tuple(packages): list(tests)} if tests else {}
    middle = len(packages) // 2
    found: dict[tuple[str, ...], list[str]] = {}
    left = tests
    for half in (packages[:middle], packages[middle:]):
        mended = passing(half, left) if left else set()
        left = [test for test in left if test not in mended]
        found |= breaking(sorted(mended), half, passing)
    return found | ({tuple(packages): left} if left else {})


def table(changed: Sequence[str], tried: Versions, pinned: Versions) -> str:
    """Lay out which versions were tried in place of which."""
    rows = [("package", "tried", "pinned")]
    rows += [(name, tried[name], pinned.get(name, "-")) for name in changed]
    wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join("  ".join(map(str.ljust, row, wide)).rstrip() for row in rows)


def verdict(environment: Environment, tried: Versions, changed: Sequence[str]) -> str:
    """Run the suite on what was tried; say which package breaks what, or nothing."""

    def passing(back: Sequence[str], tests: Sequence[str]) -> set[str]:
        print(f"\nat the pins again: {', '.join(back) or 'nothing'}", flush=True)
        environment.take(tried, "--no-deps")
        if back:  # with what they need at a version of its own
            environment.take({name: environment.pinned[name] for name in back})
        failed = environment.failing(tests)
        # A file that can't be read stands for its tests.
        return {test for test in tests if not {test, test.partition("::")[0]} & failed}

    environment.take(tried, "--no-deps")
    failed = sorted(environment.failing([EVERY_TEST]))
    if not failed:
        return ""
    by_chance = passing([], failed)
    broken = [test for test in failed if test not in by_chance]
    known = [name for name in changed if name in environment.pinned]
    mended = passing(known, broken) if broken else set()
    found = breaking(sorted(mended), known, passing)
    blocks = {" and ".join(names): tests for names, tests in found.items()} | {
        "no package: at the pins they fail too": [one for one in broken if one not in mended],
        "chance: asked again they pass": sorted(by_chance),
    }
    return "\n".join("\n  ".join([name, *tests]) for name, tests in blocks.items() if tests)


def beyond(environment: Environment, requirements: Sequence[str], tried: Versions) -> str:
    """Name the releases that pyproject.toml does not allow yet."""
    names = [re.split(r"[^\w.-]", one)[0] for one in requirements]
    newest = environment.resolve(names, "highest")
    found = [f"{name} {newest[name]}" for name in names if newest[name] != tried[name]]
    return ", ".join(found) or "none"


def main(which: str) -> int:
    """Try the newest or the lowest versions; print what was found."""
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["bash", INSTALL, "uv", f"{folder}/uv"], check=True)
        uv, own = Path(folder, "uv", "bin", "uv"), CHECKOUT / f".venv-{which}"
        environment = Environment(own, uv, LEFT_OUT[which])
        tried = environment.resolve(asked, RESOLUTION[which])
        changed = sorted(name for name in tried if tried[name] != environment.pinned.get(name))
        found = verdict(environment, tried, changed)
        outside = beyond(environment, asked, tried) if which == "newest" else ""
    print(f"\nThe {which} versions on Python {sys.version.split()[0]}\n")
    print(table(changed, tried, environment.pinned))
    if outside:
        print(f"\nOut, and not allowed yet: {outside}")
    print(f"\nBroken by\n{found}" if found else "\nAll tests pass.")
    return bool(found)


if __name__ == "__main__":
    if sys.argv[1:] not in (["newest"], ["lowest"]):
        sys.exit("say newest or lowest")
    sys.exit(main(sys.argv[1]))
