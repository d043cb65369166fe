"""Pin what is installed: `python3 .pins/refresh.py`, with the index of packages in reach.

Reads what pyproject.toml asks for and writes the four pins beside this file, for all platforms and
Pythons, with the hash of every file; and the versions of run.txt into the hooks, since pre-commit
takes no hashes beside a folder. What is pinned stays where pyproject.toml still allows it:
`--upgrade` takes the newest of everything, `--upgrade-package NAME` of one.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

PINS = Path(__file__).resolve().parent
CHECKOUT = PINS.parent
HOOKS = CHECKOUT / ".pre-commit-hooks.yaml"
HEADER = "# Written by .pins/refresh.py from pyproject.toml. For: {purpose}.\n"
_HOOK_PINS = re.compile(r"(?<=additional_dependencies: &tested\n)(?:    - .*\n)*")
_PIN = re.compile(r"^([\w.-]+==\S+)(?: ; (.*?))?(?: \\)?$", re.MULTILINE)


class Asked(NamedTuple):
    """What a set of pins has to hold."""

    purpose: str
    requirements: Sequence[str]
    oldest_python: str


def asked_for(pyproject: dict[str, Any]) -> dict[str, Asked]:
    """Return each set by the name of its file, the largest first: run.txt keeps to test.txt."""
    project, groups = pyproject["project"], pyproject["dependency-groups"]
    oldest = project["requires-python"].removeprefix(">=")
    run = [*project["dependencies"], *pyproject["build-system"]["requires"]]
    test = [*run, *project["optional-dependencies"]["test"]]
    return {
        "test": Asked("using, building and testing", test, oldest),
        "run": Asked("using and building", run, oldest),
        "focus": Asked("the FOCUS validator", groups["focus"], "3.12"),
        "uv": Asked("pinning, and trying other versions", groups["uv"], oldest),
    }


def pin(uv: Path, name: str, asked: Asked, options: Sequence[str]) -> None:
    """Write a set of pins. It names files by what they hold, not by where they were read."""
    file = PINS / f"{name}.txt"
    kept = ["--constraint", str(PINS / "test.txt")] if name == "run" else []
    subprocess.run(
        [uv, "pip", "compile", "--quiet", "--no-config", "--universal", "--generate-hashes",
         "--no-header", "--no-annotate", "--python-version", asked.oldest_python,
         "--output-file", file, *kept, *options, "-"],
        input="\n".join(asked.requirements), text=True, check=True,
    )  # fmt: skip
    text = HEADER.format(purpose=asked.purpose) + file.read_text(encoding="utf-8")
    file.write_text(text, encoding="utf-8")


def with_pins(hooks: str, pins: str) -> str:
    """Put the versions of run.txt into the hooks' text, as pip takes them on its command line."""
    found = ("; ".join(filter(None, one)) for one in _PIN.findall(pins))
    lines = "".join(f'    - "{one}"\n' for one in found)
    return _HOOK_PINS.sub(lambda _: lines, hooks)


def main() -> None:
    """Write all pins anew."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--upgrade", action="store_true", help="the newest of everything")
    parser.add_argument("--upgrade-package", action="append", default=[], metavar="NAME")
    given = parser.parse_args()
    options = ["--upgrade"] if given.upgrade else []
    options += [f"--upgrade-package={name}" for name in given.upgrade_package]
    pyproject = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["bash", PINS / "install", "uv", f"{folder}/uv"], check=True)
        for name, asked in asked_for(pyproject).items():
            pin(Path(folder, "uv", "bin", "uv"), name, asked, options)
    pins = (PINS / "run.txt").read_text(encoding="utf-8")
    HOOKS.write_text(with_pins(HOOKS.read_text(encoding="utf-8"), pins), encoding="utf-8")


if __name__ == "__main__":
    main()
