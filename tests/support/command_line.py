"""Runs of the command line, with exit code, stdout and stderr together.

`run` stays in this process, which saves half a second a run, and `ask` remembers what was said;
`run_apart` starts a process of its own, for claims about processes.
"""

from __future__ import annotations

import gc
import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest import mock

import pytest
from conftest import ROOT, TODAY

from advisor.cli.main import main


class Run(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


def run(
    *arguments: str | Path | int,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    answers: str = "",
) -> Run:
    """Run `advisor` in this process, in its current folder and environment or in another.

    The clock is at the day of tests. `answers` are typed at its prompts, or piped in.
    """
    out, err, code = io.StringIO(), io.StringIO(), 0
    day = os.environ.get("ADVISOR_TODAY", TODAY)
    typed = io.TextIOWrapper(io.BytesIO(answers.encode()), encoding="utf-8")
    with (
        mock.patch.object(sys, "argv", ["advisor", *map(str, arguments)]),
        mock.patch.object(sys, "stdin", typed),
        mock.patch.dict(os.environ, {"ADVISOR_TODAY": day, **(environment or {})}),
        chdir(folder or Path.cwd()),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        finally:
            gc.enable()  # which the command line turns off for its short life
    return Run(code, out.getvalue(), err.getvalue())


_ANSWERS: dict[tuple[object, ...], Run] = {}
_MATTERS = ("ADVISOR_", "GITHUB_", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR")


def ask(*arguments: str | Path) -> Run:
    """Return what a call that only reads has to say; on the same files it is made once."""
    files = sorted((str(path), path.read_bytes()) for path in Path().iterdir() if path.is_file())
    settings = sorted(pair for pair in os.environ.items() if pair[0].startswith(_MATTERS))
    call = (arguments, tuple(files), tuple(settings))
    if call not in _ANSWERS:
        _ANSWERS[call] = run(*arguments)
    return _ANSWERS[call]


def once(patch: pytest.MonkeyPatch, module: ModuleType, name: str) -> None:
    """Let a command work an answer out once for all forms in which it is asked for.

    `module` is the command's, `name` that of its calculation, which takes a case of ./team.yaml.
    """
    calculate = getattr(module, name)

    def remembered(case: Any, **given: Any) -> Any:
        text = Path("team.yaml").read_text(encoding="utf-8")
        wish = re.sub(r"<[^<>]*>", "", repr(given))  # but for who hears of the progress
        call = (module.__name__, name, text, repr(case.as_of), wish)
        if call not in _CALCULATED:
            _CALCULATED[call] = calculate(case, **given)
        return _CALCULATED[call]

    patch.setattr(module, name, remembered)


_CALCULATED: dict[tuple[str, ...], Any] = {}


def run_apart(
    *arguments: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Run:
    """Run `python -m advisor` in a process of its own."""
    given = {"PYTHONPATH": str(ROOT), **(environment or {})}
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "advisor", *map(str, arguments)],
        cwd=folder or ROOT,
        env=own_environment() | given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    return Run(ended.returncode, ended.stdout, ended.stderr)


def own_environment() -> dict[str, str]:
    """Return this process's environment without what changes an answer."""
    changing = ("ADVISOR_", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "PYTHONPATH", "COVERAGE")
    kept = {name: text for name, text in os.environ.items() if not name.startswith(changing)}
    return kept | {"ADVISOR_TODAY": TODAY}
