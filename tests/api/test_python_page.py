"""The pages on Python: their examples run, their tables are those of the program."""

from __future__ import annotations

import inspect
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from conftest import ROOT
from frame_columns import column_tables
from nbclient import NotebookClient
from typer.main import get_command

import advisor
from advisor.cli.main import COMMANDS
from advisor.cli.program import app as program

PAGE = ROOT / "docs" / "python.md"
NOTEBOOK = ROOT / "docs" / "sweep.ipynb"
HEADING = "## The columns\n"
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WRITING = {"wide", "brief", "format_", "as_json", "output", "write", "annotate", "exit_zero",
           "forget", "files_only", "file", "files"}  # fmt: skip
"""Options that say how to print, what to write, or which file, which is the first argument."""
FUNCTIONS = [name for name in COMMANDS if name in advisor.__all__ and name != "prices"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a folder with a team's file."""
    shutil.copy(ROOT / "workloads" / "team.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", [PAGE, ROOT / "README.md"], ids=lambda page: page.stem)
@pytest.mark.usefixtures("folder")
def test_the_examples_of_a_page_run(page: Path) -> None:
    """One after the other, in one namespace, beside a team's file."""
    blocks = PYTHON.findall(page.read_text(encoding="utf-8"))
    assert blocks
    exec(compile("\n".join(blocks), page.name, "exec"), {})  # noqa: S102 - our own pages


def test_the_columns_are_those_of_the_frames(request: pytest.FixtureRequest) -> None:
    """Every column with its dtype and unit; `--update-golden` puts them there."""
    words, _, found = PAGE.read_text(encoding="utf-8").partition(HEADING)
    said, _, _ = found.partition("\n### ")
    wanted = f"{words}{HEADING}{said.rstrip()}\n\n{column_tables()}"
    if request.config.getoption("--update-golden"):
        PAGE.write_text(wanted, encoding="utf-8")

    assert PAGE.read_text(encoding="utf-8") == wanted


def test_every_function_stands_on_the_page() -> None:
    """And every answer and error, under its name."""
    text = PAGE.read_text(encoding="utf-8")
    missing = [name for name in advisor.__all__ if not re.search(rf"\b{name}\b", text)]

    assert missing == ["__version__"]


# --- Arguments and flags -------------------------------------------------------------------------


def arguments(name: str) -> set[str]:
    """Return the names of a function's keyword-only arguments."""
    parameters = inspect.signature(getattr(advisor, name)).parameters.values()
    return {one.name for one in parameters if one.kind is one.KEYWORD_ONLY}


def flags(name: str) -> set[str]:
    """Return the options of a command, as arguments are called."""
    command: Any = get_command(program).get_command(None, name)  # type: ignore[attr-defined]
    named = {one.name: max(one.opts, key=len) for one in command.params if one.opts}
    return {
        flag.removeprefix("--").replace("-", "_")
        for own, flag in named.items()
        if own not in WRITING and flag.startswith("--")
    }


@pytest.mark.parametrize("name", FUNCTIONS)
def test_an_option_is_called_as_its_flag(name: str) -> None:
    """Every flag that is no matter of printing is an argument of the same name."""
    agents = {"claude_code", "codex", "gemini_cli", "opencode", "copilot_cli", "qwen_code",
              "kimi_code", "pi", "aider", "cline", "vibe"}  # fmt: skip
    missing = flags(name) - arguments(name) - {"help"}
    elsewhere = {
        "stress": {"from"}, "usage": agents | {"from"}, "forecast": {"team"},
        "backtest": {"budget_per_task"},
    }  # fmt: skip

    assert missing == elsewhere.get(name, set())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_described_and_typed(name: str) -> None:
    """Every argument has a type, and the docstring says what is raised."""
    function = getattr(advisor, name)
    signature = inspect.signature(function)

    assert "InputError" in (inspect.getdoc(function) or "")
    assert all(one.annotation is not one.empty for one in signature.parameters.values())
    assert signature.return_annotation is not signature.empty


# --- The notebook --------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
def test_the_notebook_runs() -> None:
    """Every cell, from an empty kernel, and its last cell has the sweep's table."""
    notebook: Any = nbformat.reads(NOTEBOOK.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
    client = NotebookClient(notebook, timeout=120, kernel_name="python3")
    client.execute()
    shown = [one for cell in notebook.cells for one in cell.get("outputs", ())]

    assert [one for one in shown if one.output_type == "error"] == []
    assert any("advisor-answer" in one.data.get("text/html", "") for one in shown if "data" in one)


def test_the_notebook_is_kept_without_outputs() -> None:
    """What it shows is what it shows when it is run: a diff has no pictures in it."""
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]

    assert {(len(cell["outputs"]), cell["execution_count"]) for cell in code} == {(0, None)}
