"""What a call waits for before it answers: no library that it does not use.

All calls are made in one process, the lightest first, so that each is held to what it and those
before it have loaded. `tokens`, which alone may load a tokenizer, has a process of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from command_line import own_environment
from conftest import ROOT

from advisor.cli.main import COMMANDS

Call = tuple[str, ...]

HELP: Call = ("--help",)
LIST: Call = ("prices", "list")
COMPARE: Call = ("compare", "workloads/team.yaml", "--draws", "0", "--brief")
ALONE: Call = ("compare", "workloads/team.yaml")
EXPORT: Call = ("export", "workloads/team.yaml")
TOKENS: Call = ("tokens", "LICENSE")
HELP_OF = {name: (name, "--help") for name in COMMANDS if name != "tokens"}
PROCESSES: tuple[tuple[Call, ...], ...] = (
    (HELP, LIST, COMPARE, EXPORT, *HELP_OF.values()),
    (ALONE,),
    (TOKENS,),
)
HEAVY = {"numpy", "pandas", "duckdb", "highspy", "tiktoken", "yaml", "scipy", "rich"}
OWN = {"advisor.model", "advisor.engine", "advisor.load", "advisor.case"}
SEARCH = {"highspy", "advisor.answers.recommend"}

SCRIPT = """\
import contextlib, io, json, sys
from advisor.cli.main import main

for words in json.loads(sys.argv[1]):
    sys.argv = ["advisor", *words]
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            main()
        except SystemExit as ended:
            print("ENDED", ended.code or 0, *sys.modules, file=sys.stderr)
"""


@pytest.fixture(scope="module")
def loaded() -> dict[Call, set[str]]:
    """Return the modules that were loaded when a call had ended, all of them well."""
    found: dict[Call, set[str]] = {}
    for calls in PROCESSES:
        ended = subprocess.run(
            [sys.executable, "-c", SCRIPT, json.dumps(calls)],
            cwd=ROOT, env=own_environment(), capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        lines = [one.split() for one in ended.stderr.splitlines() if one.startswith("ENDED ")]
        if any(code != "0" for _, code, *_ in lines):
            pytest.fail(ended.stderr)
        modules = ({*names} for _, _, *names in lines)
        found |= dict(zip(calls, modules, strict=True))
    return found


def test_help_loads_nothing_heavy(loaded: dict[Call, set[str]]) -> None:
    """`advisor --help` answers before anything that takes 50 ms has been loaded."""
    assert (HEAVY | OWN) & loaded[HELP] == set()


def test_a_comparison_loads_only_what_it_needs(loaded: dict[Call, set[str]]) -> None:
    """`advisor compare` waits for no library that it does not use."""
    assert HEAVY & loaded[COMPARE] == {"numpy", "yaml"}


def test_a_file_alone_is_compared_without_the_parser(loaded: dict[Call, set[str]]) -> None:
    """`advisor compare FILE` waits neither for typer nor for what Python and reports use."""
    own = {"advisor.api.notebook", "advisor.tables.report"}
    assert (HEAVY | own | {"typer"}) & loaded[ALONE] == {"numpy", "yaml"}


@pytest.mark.parametrize("call", [HELP, LIST, COMPARE], ids=" ".join)
def test_what_looks_for_nothing_does_not_load_the_solver(
    call: Call, loaded: dict[Call, set[str]]
) -> None:
    """Neither highspy nor the search are imported by other commands: they are slow to load."""
    assert SEARCH & loaded[call] == set()


def test_an_export_loads_no_library_that_it_does_not_use(loaded: dict[Call, set[str]]) -> None:
    """CSV waits for neither pyarrow nor XlsxWriter nor pandas."""
    assert {"pandas", "pyarrow", "xlsxwriter", "numpy"} & loaded[EXPORT] == {"numpy"}


@pytest.mark.parametrize("name", HELP_OF)
def test_only_tokens_loads_a_tokenizer(name: str, loaded: dict[Call, set[str]]) -> None:
    """No other command waits for tiktoken, nor for what reads `.gitignore`."""
    assert {"tiktoken", "pathspec"} & loaded[HELP_OF[name]] == set()


def test_tokens_waits_for_no_library_that_it_does_not_use(loaded: dict[Call, set[str]]) -> None:
    """Neither the engine nor the solver is loaded to count."""
    assert {"numpy", "highspy", "requests", "tiktoken"} & loaded[TOKENS] == {"tiktoken"}
