"""What is installed: the wheel holds the data, and a run from anywhere reads that data."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
from command_line import own_environment
from conftest import ROOT
from packaging.requirements import Requirement

PARTS = ("advisor", "pricing", "workloads", "docs", "bench", "tests")
ALONE = ("pyproject.toml", "README.md", "LICENSE", ".gitignore")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what is under version control, so that building leaves nothing in the checkout."""
    folder = tmp_path_factory.mktemp("checkout")
    leave_out = shutil.ignore_patterns("__pycache__", "golden", ".*")
    for part in PARTS:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=leave_out)
    for name in ALONE:
        shutil.copy(ROOT / name, folder / name)
    return folder


def built(copy: Path, kind: str) -> Path:
    """Build a wheel or an sdist without the network; return the file."""
    folder = copy.parent / f"built-{copy.name}-{kind}"
    ended = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)],
        cwd=copy, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def wheel(copy: Path) -> Path:
    """Build the wheel."""
    return built(copy, "wheel")


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel alone into a folder; its dependencies are those of the tests."""
    folder = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "-q"]
    offline = ["--no-index", "--no-deps", "--no-compile", "--target", str(folder)]
    ended = subprocess.run(
        [*pip, *offline, str(wheel)], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    return folder


def run_installed(
    installed: Path, elsewhere: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run Python in another folder with nothing but the installed package on its path."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=elsewhere,
        env=own_environment() | {"PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("folder", ["pricing", "workloads"])
def test_the_wheel_holds_every_data_file(wheel: Path, folder: str) -> None:
    """Prices, profiles, the shortlist, the example and the stories come along, byte for byte."""
    with zipfile.ZipFile(wheel) as archive:
        inside = {
            name.removeprefix(f"advisor/_{folder}/"): archive.read(name)
            for name in archive.namelist()
            if name.startswith(f"advisor/_{folder}/")
        }

    assert inside == {
        path.relative_to(ROOT / folder).as_posix(): path.read_bytes()
        for path in (ROOT / folder).rglob("*.yaml")
    }


def test_the_wheel_holds_the_schemas(wheel: Path) -> None:
    """All schemas of files and answers are installed."""
    with zipfile.ZipFile(wheel) as archive:
        inside = [name for name in archive.namelist() if name.startswith("advisor/schemas/")]

    assert sorted(inside) == sorted(
        f"advisor/schemas/{p.name}" for p in (ROOT / "advisor" / "schemas").iterdir()
    )


def test_the_wheel_holds_no_tests(wheel: Path) -> None:
    """Nothing but the package, its data and its metadata is installed."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0].partition("-")[0] for name in archive.namelist()}

    assert tops == {"advisor", "ai_spend_advisor"}


def test_the_wheel_is_typed_and_licensed(wheel: Path) -> None:
    """Others may check against its types, and its licence comes along."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    assert "advisor/py.typed" in names
    assert [name for name in names if name.endswith("licenses/LICENSE")]


def test_the_wheel_holds_the_vocabulary_and_its_licence(wheel: Path) -> None:
    """Tokens can be counted from an install, and tiktoken's licence travels along, twice."""
    room = "advisor/answers/tokens"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        packed = archive.read(f"{room}/o200k_base.bin.zlib")
        licence = archive.read(f"{room}/o200k_base.LICENSE").decode()

    assert packed == (ROOT / room / "o200k_base.bin.zlib").read_bytes()
    assert "Copyright (c) 2022 OpenAI, Shantanu Jain" in licence
    assert [name for name in names if name.endswith(f"licenses/{room}/o200k_base.LICENSE")]


def test_an_installed_run_counts_tokens(installed: Path, tmp_path: Path) -> None:
    """In a folder that has nothing but a prompt, its tokens are counted and priced."""
    (tmp_path / "prompt.md").write_text("hello world", encoding="utf-8")

    ended = run_installed(installed, tmp_path, "-m", "advisor", "tokens", "prompt.md")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("prompt.md (English) · 2 tokens by o200k_base · 11 bytes · USD")


def test_the_wheel_has_the_command(wheel: Path) -> None:
    """`advisor` is what is called after an install."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith("entry_points.txt"))
        entries = archive.read(name).decode()

    assert "advisor = advisor.cli.main:main" in entries


def test_an_installed_run_answers_from_anywhere(installed: Path, tmp_path: Path) -> None:
    """In a folder that has nothing, the example of the wheel is compared."""
    example = installed / "advisor" / "_workloads" / "team.yaml"

    ended = run_installed(
        installed, tmp_path, "-m", "advisor", "compare", str(example), "--draws", "0"
    )

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("Payments platform (")


def test_an_installed_run_reads_its_own_data(installed: Path, tmp_path: Path) -> None:
    """Package and prices are those of the wheel, not of a checkout that happens to be near."""
    script = (
        "import advisor\n"
        "from advisor.load.price_book import default_folder\n"
        "print(advisor.__file__, default_folder('pricing'), default_folder('workloads'))\n"
    )

    ended = run_installed(installed, tmp_path, "-c", script)

    assert ended.stdout.split() == [
        str(installed / "advisor" / name) for name in ("__init__.py", "_pricing", "_workloads")
    ]


def test_a_price_of_the_wheel_is_what_counts(installed: Path, tmp_path: Path) -> None:
    """Were a price in the wheel another one, the list would show it."""
    other = tmp_path / "other"
    shutil.copytree(installed, other)
    prices = other / "advisor" / "_pricing" / "moonshot.yaml"
    prices.write_text(
        prices.read_text(encoding="utf-8").replace("name: Kimi K3.1 Pro", "name: Kimi")
    )

    ended = run_installed(other, tmp_path, "-c", PRINT_NAME)

    assert ended.stdout.split() == ["Kimi"]


PRINT_NAME = (
    "from advisor.load.price_book import read_price_book\n"
    "print(read_price_book().find('kimi-k3.1-pro').model.name)\n"
)


def test_the_sdist_holds_what_builds_and_tests(copy: Path) -> None:
    """Whoever packs it from source has the data, the documents and the tests."""
    with tarfile.open(built(copy, "sdist")) as archive:
        names = {Path(name).as_posix().partition("/")[2] for name in archive.getnames()}

    assert {
        "pyproject.toml", "README.md", "LICENSE", "pricing/anthropic.yaml",
        "workloads/team.yaml", "advisor/cli/main.py", "tests/support/oracle.py",
        "docs/economics.md",
    } <= names  # fmt: skip


def test_the_wheel_asks_for_what_the_project_states(wheel: Path) -> None:
    """Its dependencies are those of pyproject.toml, and few."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    with zipfile.ZipFile(wheel) as archive:
        name = next(one for one in archive.namelist() if one.endswith("METADATA"))
        metadata = archive.read(name).decode()
    asked = [
        Requirement(line.removeprefix("Requires-Dist: "))
        for line in metadata.splitlines()
        if line.startswith("Requires-Dist: ") and "extra ==" not in line
    ]

    assert set(asked) == {Requirement(one) for one in project["dependencies"]}
