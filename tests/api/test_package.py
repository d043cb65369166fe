"""`import advisor`: what is there, what is loaded for it, and what is not."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from command_line import own_environment
from conftest import ROOT

import advisor
from advisor import errors

HEAVY = {"pandas", "numpy", "pydantic", "yaml", "highspy", "tiktoken", "pyarrow", "typer"}
FRAMES = {"pandas", "pyarrow"}
TEAM = str(ROOT / "workloads" / "team.yaml")


def loaded(*lines: str) -> set[str]:
    """Return the heavy modules that a process of its own has loaded after some lines."""
    script = "\n".join([*lines, "import json, sys", "print(json.dumps(sorted(sys.modules)))"])
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=ROOT, env=own_environment(), capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return HEAVY & set(json.loads(ended.stdout.splitlines()[-1]))


def test_import_loads_nothing() -> None:
    """Neither the package nor its layer of answers waits for a library."""
    assert loaded("import advisor", "import advisor.api", "dir(advisor)") == set()


def test_an_error_is_named_without_an_engine() -> None:
    """Who only catches waits for nothing either."""
    assert loaded("import advisor", "advisor.InputError") == set()


def test_an_answer_without_a_frame_loads_no_pandas() -> None:
    """Pandas is for those who ask for a frame; JSON and a notebook's page do not."""
    asked = f"answer = advisor.compare({TEAM!r}, draws=0)"
    shown = "answer._repr_html_(), answer.to_dict(), repr(answer)"

    assert FRAMES & loaded("import advisor", asked, shown) == set()
    assert "pandas" in loaded("import advisor", asked, "answer.to_pandas()")


def test_nothing_is_printed() -> None:
    """Stdout is the asker's own, whatever a solver likes to say."""
    script = f"import advisor; advisor.recommend({TEAM!r}, draws=0)"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT, env=own_environment(), capture_output=True, text=True, check=True, timeout=300,
    )  # fmt: skip

    assert (ended.stdout, ended.stderr) == ("", "")


@pytest.mark.parametrize("name", advisor.__all__)
def test_everything_that_is_named_is_there(name: str) -> None:
    """And listed, for who completes a name."""
    assert getattr(advisor, name) is not None
    assert name in dir(advisor)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    """As of any other module, so that `hasattr` works."""
    assert not hasattr(advisor, "forecasts")


def test_every_error_is_public() -> None:
    """Whatever is raised on purpose can be caught by its name."""
    own = {name for name, one in vars(errors).items() if isinstance(one, type)
           and issubclass(one, errors.AdvisorError)}  # fmt: skip

    assert own <= set(advisor.__all__)
