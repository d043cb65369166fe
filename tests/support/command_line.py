"""Runs of the command line, with exit code, stdout and stderr together.

`run` stays in this process, which saves half a second a run; `run_apart` starts a process of its
own, for claims about start-up, pipes and the environment.
"""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import NamedTuple
from unittest import mock

from conftest import ROOT, TODAY

from advisor.cli.main import main


class Run(NamedTuple):
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str


def run(*arguments: str | Path) -> Run:
    """Run `advisor` in this process, in its current folder and environment, on the day of tests."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    words, day = ["advisor", *map(str, arguments)], os.environ.get("ADVISOR_TODAY", TODAY)
    with (
        mock.patch.object(sys, "argv", words), mock.patch.dict(os.environ, ADVISOR_TODAY=day),
        redirect_stdout(out), redirect_stderr(err),
    ):  # fmt: skip
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
        finally:
            gc.enable()  # which the command line turns off for its short life
    return Run(code, out.getvalue(), err.getvalue())


def run_apart(
    *arguments: str | Path,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    answers: str = "",
) -> Run:
    """Run `python -m advisor` in a process of its own; `answers` are typed at its prompts."""
    given = {"PYTHONPATH": str(ROOT), **(environment or {})}
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-m", "advisor", *map(str, arguments)],
        cwd=folder or ROOT,
        env=own_environment() | given,
        input=answers,
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
