"""Claims about the code itself: who may import whom, how it starts, what the pages promise."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from command_line import own_environment, run
from conftest import ROOT

from advisor import __version__
from advisor.cli.main import COMMANDS

MODULES = sorted((ROOT / "advisor").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("test_*.py"))
README = ROOT / "README.md"
LONGEST_MODULE = 400
LONGEST_FUNCTION = 60


def named(path: Path) -> str:
    """Name a file as people do."""
    return path.relative_to(ROOT).as_posix()


def checked(*command: str) -> str:
    """Run a tool in the checkout; return what it has to say, nothing where it is content."""
    ended = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    return "" if ended.returncode == 0 else ended.stdout + ended.stderr


# --- Tools ---------------------------------------------------------------------------------------


def test_ruff_has_nothing_to_say() -> None:
    """Every rule that pyproject.toml selects is kept."""
    assert checked("ruff", "check", "--no-cache", "--quiet", ".") == ""


def test_the_code_is_formatted() -> None:
    """Nobody argues about blanks."""
    assert checked("ruff", "format", "--no-cache", "--check", "--quiet", ".") == ""


def test_types_are_right() -> None:
    """Package and tests keep to mypy's strictest."""
    assert checked("mypy") == ""


def test_imports_go_one_way() -> None:
    """The contracts of import-linter are kept."""
    ended = import_linter(ROOT)

    assert ended.returncode == 0, ended.stdout
    assert "0 broken" in ended.stdout


def import_linter(folder: Path) -> subprocess.CompletedProcess[str]:
    """Hold the package that lies in a folder against the contracts that lie beside it."""
    return subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=folder, env=own_environment(), capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        pytest.param("case/build.py", "import advisor.load.lock", "one way", id="sideways"),
        pytest.param(
            "answers/diff/answer.py",
            "import advisor.answers.check.answer",
            "fewer answers",
            id="between answers",
        ),
        pytest.param(
            "output/compare/flat.py", "import pandas", "frames know pandas", id="a library"
        ),
        pytest.param(
            "answers/seats/answer.py",
            "import advisor.answers.tokens.answer",
            "that stand alone",
            id="alone",
        ),
    ],
)
def test_a_forbidden_import_is_found(module: str, line: str, contract: str, tmp_path: Path) -> None:
    """Rooms on one line do not know each other: a planted import breaks the contract."""
    shutil.copytree(ROOT / "advisor", tmp_path / "advisor", ignore=shutil.ignore_patterns("*.pyc"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / "advisor" / module
    planted.write_text(f"{planted.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")

    ended = import_linter(tmp_path)

    assert ended.returncode == 1
    assert re.search(rf"{contract} BROKEN", ended.stdout)


# --- Modules -------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_fits_a_head(module: Path) -> None:
    """No module of the package is longer than 400 lines."""
    assert len(module.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_function_fits_a_screen(module: Path) -> None:
    """No function is longer than 60 lines, but for the options of a command."""
    functions = [
        node.name
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.FunctionDef)
        and not node.decorator_list
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]

    assert functions == []


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_a_module_imports_its_own_kind_at_the_top(module: Path) -> None:
    """What a module needs of the package shows in its first lines, never inside a function."""
    inside = [
        ast.unparse(node)
        for function in ast.walk(parsed(module))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom) and "advisor" in ast.unparse(node)
    ]

    assert inside == []


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_fields_are_annotated_with_types(module: Path) -> None:
    """A module of records keeps no annotations as text: each start would compile them anew."""
    bases = {
        ast.unparse(base)
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
    }
    from_future = {
        name.name
        for node in parsed(module).body
        if isinstance(node, ast.ImportFrom) and node.module == "__future__"
        for name in node.names
    }

    assert not (bases & {"NamedTuple", "Frozen"} and "annotations" in from_future)


@pytest.mark.parametrize("module", [one for one in MODULES if one.name != "__main__.py"], ids=named)
def test_everything_public_is_described(module: Path) -> None:
    """Modules, classes and functions without an underscore say what they are."""
    undescribed = [
        getattr(node, "name", "the module")
        for node in [parsed(module), *public(parsed(module))]
        if not ast.get_docstring(node)
    ]

    assert undescribed == []


@cache
def parsed(path: Path) -> ast.Module:
    """Read a module's tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def public(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.ClassDef]:
    """Yield the public functions and classes of a module, and public methods."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node
            if isinstance(node, ast.ClassDef):
                methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
                yield from (one for one in methods if not one.name.startswith("_"))


# --- Tests ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", TESTS, ids=named)
def test_every_test_says_its_claim(module: Path) -> None:
    """The docstring of a test is a sentence that may be false, in the present tense."""
    silent = [
        node.name
        for node in ast.walk(parsed(module))
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not is_claim(ast.get_docstring(node) or "")
    ]

    assert silent == []


def is_claim(docstring: str) -> bool:
    """Tell whether a docstring is a sentence about how things are."""
    first = docstring.split("\n\n", maxsplit=1)[0]
    hedged = re.search(r"\bshould\b|^(?:tests? that|checks? that|verif|ensure|make)", first, re.I)
    return first.endswith((".", "…", "?")) and hedged is None


@pytest.mark.parametrize("module", TESTS, ids=named)
def test_no_test_asserts_in_a_loop(module: Path) -> None:
    """Cases are parameters, so that the one that fails is named."""
    loops = [
        f"{module.name}:{node.lineno}"
        for loop in ast.walk(parsed(module))
        if isinstance(loop, ast.For | ast.While)
        for node in ast.walk(loop)
        if isinstance(node, ast.Assert)
    ]

    assert loops == []


# --- Commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_help(name: str) -> None:
    """A command that is imported when it is called can be called."""
    ended = run(name, "--help")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: advisor {name} ")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_line_in_the_help(name: str) -> None:
    """`advisor --help` lists each command under its group, with what it does."""
    lines = " ".join(run("--help").out.split())

    assert f"{COMMANDS[name].group}: " in lines
    assert f"{name} {COMMANDS[name].help}" in lines


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_stands_in_the_readme(name: str) -> None:
    """Whoever reads only the README knows of each command."""
    assert f"| `advisor {name}" in README.read_text(encoding="utf-8")


def test_every_command_of_the_readme_exists() -> None:
    """The README names no command that is still to come."""
    text = README.read_text(encoding="utf-8")
    called = set(re.findall(r"(?:\$|`|/)\s?advisor ([a-z]+)", text))

    assert called <= set(COMMANDS)


# --- Pages ---------------------------------------------------------------------------------------

CONSOLE = re.compile(r"^```console\n\$ advisor (?P<call>[^\n]+)\n(?P<shown>.*?)^```$", re.M | re.S)
TEST = "bash .pins/install test && .venv/bin/python -m pytest -q -n auto"


def blocks() -> list[re.Match[str]]:
    """Return the README's console blocks."""
    return list(CONSOLE.finditer(README.read_text(encoding="utf-8")))


@pytest.mark.parametrize("number", range(len(blocks())))
def test_the_readme_shows_what_is_printed(number: int, request: pytest.FixtureRequest) -> None:
    """A call in the README prints what stands below it; `--update-golden` puts it there."""
    block = blocks()[number]
    ended = run(*block["call"].split(), folder=ROOT)

    if request.config.getoption("--update-golden"):
        text = README.read_text(encoding="utf-8")
        README.write_text(text.replace(block["shown"], ended.out), encoding="utf-8")

    assert blocks()[number]["shown"] == ended.out


def test_the_readme_shows_a_run() -> None:
    """There is at least one call with its answer."""
    assert blocks()


@pytest.mark.parametrize("page", [README, ROOT / ".ci" / "run"], ids=named)
def test_there_is_one_test_command(page: Path) -> None:
    """What the README says passes the tests is what the build runs."""
    assert TEST in page.read_text(encoding="utf-8").splitlines()


def test_the_build_runs_the_one_check() -> None:
    """The workflow calls `.ci/run` and installs nothing by itself."""
    workflow = (ROOT / ".github" / "workflows" / "check.yml").read_text(encoding="utf-8")

    assert "run: bash .ci/run" in workflow
    assert "pip install" not in workflow


def test_all_pages_install_in_one_way() -> None:
    """Commands install by the pins; pip alone for what is allowed, a bench, and large engines."""
    pages = [README, *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")]
    build = [ROOT / "action.yml", *(path for path in (ROOT / ".ci").iterdir() if path.is_file())]
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*pages, *build])
    pinned = {path.stem for path in (ROOT / ".pins").glob("*.txt")}

    assert set(re.findall(r"pip install ([\w.'-]+)", text)) == {".", "cvxpy", "pyspark", "scipy"}
    assert set(re.findall(r"\.pins/install\"? ([a-z]+)", text)) <= pinned


def test_the_version_is_one() -> None:
    """The package, its metadata and the changelog agree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "docs" / "changelog.md").read_text(encoding="utf-8")

    assert project["version"] == __version__
    assert __version__ in changes


def tracked() -> list[Path]:
    """Return the files under version control, or skip where there is none."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a checkout")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in files if path.is_file()]


def test_nothing_speaks_of_where_it_was_written() -> None:
    """No tracked file names a folder of the machine that it was made on."""
    folders = re.compile(rb"(?<![\w.~-])/(?:work|tmp/v|home/\w+|root|Users/\w+)/")
    telling = [named(path) for path in tracked() if folders.search(path.read_bytes())]

    assert telling in ([], [named(Path(__file__))])


def test_no_class_has_another_s_name() -> None:
    """One word, one meaning: but for readers of usage, which are all called the same."""
    named: dict[str, list[str]] = {}
    for path in sorted((ROOT / "advisor").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named.setdefault(node.name, []).append(path.name)
    del named["Reader"]

    assert {name: files for name, files in named.items() if len(files) > 1} == {}
