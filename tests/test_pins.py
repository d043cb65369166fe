"""Claims about what is installed: the pins, and what installs them.

Nothing here uses a network. `.pins/install` is run for real, on a checkout of a few lines and on
wheels of a few bytes.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import sys
import tomllib
import venv
import zipfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from conftest import ROOT
from packaging.markers import default_environment
from packaging.requirements import Requirement
from test_ci import bash, program, step

PINS = ROOT / ".pins"
HOOKS = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINE = re.compile(
    r"# Written by \.pins/refresh\.py from pyproject\.toml\. For: [\w ,.]+\."
    r"|(?P<pin>[\w.-]+==[\w.]+(?: ; [\w.'<>=! ()]+)?) \\"
    r"|    --hash=sha256:[0-9a-f]{64}(?: \\)?"
)
MACHINES = [("linux", "Linux"), ("darwin", "Darwin"), ("win32", "Windows")]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]


def script(path: Path) -> ModuleType:
    """Load a script of a hidden folder."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = loaded
    spec.loader.exec_module(loaded)
    return loaded


REFRESH = script(PINS / "refresh.py")
SETS = REFRESH.asked_for(PROJECT)


# --- the pins


def pins(text: str) -> list[Requirement]:
    """Read pins as what pip would be told."""
    found = (LINE.fullmatch(line) for line in text.splitlines())
    return [Requirement(match["pin"]) for match in found if match and match["pin"]]


def odd_lines(text: str) -> list[str]:
    """List the lines that are neither a pin, nor a hash, nor the line on top."""
    return [line for line in text.splitlines() if not LINE.fullmatch(line)]


def faults(asked: Sequence[str], text: str, machine: Mapping[str, str]) -> list[str]:
    """Say where pins are not what is asked for on a machine: one version each, which is allowed."""
    taken = [one for one in pins(text) if one.marker is None or one.marker.evaluate({**machine})]
    versions = {one.name: str(one.specifier).removeprefix("==") for one in taken}
    counted = Counter(one.name for one in taken)
    found = [f"{name} twice" for name, times in counted.items() if times > 1]
    for one in map(Requirement, asked):
        if one.marker is None or one.marker.evaluate({**machine}):
            version = versions.get(one.name)
            if version is None or version not in one.specifier:
                found.append(f"{one}, not {version}")
    return found


def machine(python: str, system: tuple[str, str]) -> dict[str, str]:
    """Describe a machine as markers ask for it."""
    own = {"python_version": python, "python_full_version": f"{python}.1"}
    named = {"sys_platform": system[0], "platform_system": system[1]}
    return {name: str(value) for name, value in {**default_environment(), **own, **named}.items()}


def text_of(name: str) -> str:
    """Read a set of pins."""
    return (PINS / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("system", MACHINES, ids=lambda system: system[1])
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("name", SETS)
def test_the_pins_are_what_the_project_allows(
    name: str, python: str, system: tuple[str, str]
) -> None:
    """On each machine every requirement has one version, which pyproject.toml allows."""
    assert faults(SETS[name].requirements, text_of(name), machine(python, system)) == []


@pytest.mark.parametrize(
    ("asked", "text", "said"),
    [
        ("one>=2", "one==1 \\", ["one>=2, not 1"]),
        ("other", "one==1 \\", ["other, not None"]),
        ("one", "one==1 ; python_version < '3.12' \\", ["one, not None"]),
        ("one", "one==1 \\\none==2 ; sys_platform == 'linux' \\", ["one twice"]),
    ],
)
def test_a_pin_that_is_off_is_found(asked: str, text: str, said: list[str]) -> None:
    """A version that is not allowed, none, none for this Python, and two are each said."""
    assert faults([asked], text, machine("3.13", MACHINES[0])) == said


@pytest.mark.parametrize("name", SETS)
def test_pins_hold_versions_and_hashes_alone(name: str) -> None:
    """No index, no folder and no note stands in them."""
    assert odd_lines(text_of(name)) == []


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://example.org/simple", "    # via numpy", "one==1", "one>=1 \\",
        "one @ file:///tmp/one.whl \\", "# Written by /opt/uv from pyproject.toml. For: using.",
    ],
)  # fmt: skip
def test_a_line_that_does_not_belong_is_found(line: str) -> None:
    """A host, a note, a pin without a hash, a bound, a path: each is named."""
    assert odd_lines(f"{line}\n") == [line]


@pytest.mark.parametrize("name", SETS)
def test_every_pin_has_hashes(name: str) -> None:
    """A pin is followed by a hash, a last hash by a pin: pip takes nothing that is not listed."""
    lines = text_of(name).splitlines()[1:]
    after = [below for line, below in zip(lines, [*lines[1:], ""], strict=True) if line[:1].strip()]

    assert [line for line in after if "--hash" not in line] == []


def test_what_is_tested_is_what_is_used() -> None:
    """Every version of run.txt stands in test.txt, file by file."""
    entry = re.compile(r"^([\w.-]+==\S+).*\\\n((?:    --hash=\S+(?: \\)?\n)+)", re.MULTILINE)
    tested, used = (
        {version: sorted(re.findall(r"sha256:\w+", hashes)) for version, hashes in found}
        for found in (entry.findall(text_of("test")), entry.findall(text_of("run")))
    )

    assert used.items() <= tested.items()
    assert used


@pytest.mark.parametrize("hook", yaml.safe_load(HOOKS), ids=lambda hook: hook["id"])
def test_hooks_install_what_was_tested(hook: dict[str, Any]) -> None:
    """A hook asks for exactly the versions of run.txt."""
    asked = list(map(Requirement, hook["additional_dependencies"]))

    assert asked == pins(text_of("run"))


def test_a_new_pin_reaches_every_hook() -> None:
    """What pins the versions writes them into the hooks, and nothing else."""
    newer = re.sub(r"^numpy==[\d.]+", "numpy==9", text_of("run"), flags=re.MULTILINE)
    before, after = HOOKS, REFRESH.with_pins(HOOKS, newer)

    assert REFRESH.with_pins(before, text_of("run")) == before
    assert re.sub(r"numpy==[\d.]+", "numpy==9", before) == after != before


@pytest.mark.parametrize("asked", PROJECT["project"]["dependencies"])
def test_a_dependency_has_bounds(asked: str) -> None:
    """Whoever installs without the pins gets no release that nobody has tried; data has no end."""
    operators = {one.operator for one in Requirement(asked).specifier}

    assert operators == ({">="} if asked.startswith("tzdata") else {">=", "<"})


# --- what installs them

OWN_WHEEL = "ai_spend_advisor-1-py3-none-any.whl"
BACKEND = f"""\
import shutil
def build_wheel(folder, config_settings=None, metadata_directory=None):
    shutil.copy("{OWN_WHEEL}", folder)
    return "{OWN_WHEEL}"
"""
BUILD = '[build-system]\nrequires = ["absent"]\nbuild-backend = "backend"\nbackend-path = ["."]\n'
NAMES = ["python3", *(f"python3.{minor}" for minor in range(11, 15))]
OLD = f"""\
#!/bin/sh
exec "{sys.executable}" -c 'import platform, sys
sys.version_info, platform.python_version = (3, 10, 4), lambda: "3.10.4"
exec(sys.argv[1])' "$2"
"""
ABSENT = "#!/bin/sh\nexit 127\n"
THIS = f"""\
#!/bin/sh
if [ "$2" = venv ]; then exec cp -R "$EMPTY" "$4"; fi
exec "{sys.executable}" "$@"
"""


def wheel(folder: Path, name: str, version: str, needs: str = "") -> Path:
    """Write a wheel that holds one empty module."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += f"Requires-Dist: {needs}\n" if needs else ""
    file = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{module}.py", "")
        archive.writestr(f"{info}/METADATA", metadata)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return file


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a checkout that pins `tested` to 1, where 2 is out, and releases 7 and 8 of its own."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / ".pins").mkdir()
    (folder / "shelf").mkdir()
    tested = wheel(folder / "shelf", "tested", "1")
    wheel(folder / "shelf", "tested", "2")
    wheel(folder / "shelf", "ai-spend-advisor", "7", "tested>=1")
    wheel(folder / "shelf", "ai-spend-advisor", "8", "tested>=2")
    wheel(folder, "ai-spend-advisor", "1", "tested>=2")
    digest = hashlib.sha256(tested.read_bytes()).hexdigest()
    hashed = "tested==1 \\\n    --hash=sha256:{}\n"
    pinned = {"run": hashed.format(digest), "test": hashed.format("0" * 64), "bare": "tested==1\n"}
    for name, text in pinned.items():
        (folder / ".pins" / f"{name}.txt").write_text(text, encoding="utf-8")
    (folder / ".pins" / "install").write_bytes((PINS / "install").read_bytes())
    (folder / "pyproject.toml").write_text(BUILD, encoding="utf-8")
    (folder / "backend.py").write_text(BACKEND, encoding="utf-8")
    venv.create(folder / "empty", with_pip=True)  # which takes seconds, and is copied
    return folder


def installing(checkout: Path, folder: Path, words: str, **given: str) -> tuple[int, str]:
    """Run a step of a job that installs; `python3` and its like are what is given, or absent."""
    for name in NAMES:
        program(folder / "bin", name, given.pop(name.replace(".", "_"), ABSENT))
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    offline = {"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull}
    folders = {
        "GITHUB_ACTION_PATH": checkout, "RUNNER_TEMP": folder, "EMPTY": checkout / "empty",
        "PIP_FIND_LINKS": checkout / "shelf",
    }  # fmt: skip
    named = {name: str(where) for name, where in folders.items()}
    return bash(words, checkout, {"PATH": path, **offline, **named, **given})


def versions(folder: Path) -> dict[str, str]:
    """List what is installed in an environment, but for pip."""
    found = (one.stem.split("-") for one in folder.glob("lib/*/site-packages/*.dist-info"))
    return {name: version for name, version in found if name not in {"pip", "setuptools"}}


def test_the_action_installs_what_was_tested(checkout: Path, tmp_path: Path) -> None:
    """The pinned version, not a newer one, and its code, on the first Python that will do."""
    code, said = installing(
        checkout, tmp_path, step("Install"), RELEASE="", python3=OLD, python3_12=THIS
    )

    assert (code, said) == (0, "")
    assert versions(tmp_path / "advisor") == {"tested": "1", "ai_spend_advisor": "1"}


@pytest.mark.parametrize(
    ("pins", "words"), [("test", "DO NOT MATCH THE HASHES"), ("bare", "Hashes are required")]
)
def test_a_file_that_is_not_pinned_is_refused(
    checkout: Path, tmp_path: Path, pins: str, words: str
) -> None:
    """A file whose hash is another, or not said, is not installed, nor is anything after it."""
    call = f'bash .pins/install {pins} "$RUNNER_TEMP/own"'
    code, said = installing(checkout, tmp_path, call, python3=THIS)

    assert code == 1
    assert words in said
    assert versions(tmp_path / "own") == {}


@pytest.mark.parametrize(
    ("release", "tested", "words"),
    [("7", "1", []), ("8", "2", ["release 8 can't be had at the tested versions"])],
)
def test_a_release_comes_with_the_tested_versions(
    checkout: Path, tmp_path: Path, release: str, tested: str, words: list[str]
) -> None:
    """`version` is taken at the pins or, with a word, as its own bounds say."""
    code, said = installing(checkout, tmp_path, step("Install"), RELEASE=release, python3=THIS)

    assert code == 0
    assert versions(tmp_path / "advisor") == {"tested": tested, "ai_spend_advisor": release}
    assert re.findall(r"release \d .* versions", said) == words


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"python3": OLD}, "Python 3.11 or newer is needed; python3 is 3.10.4\n"),
        ({}, "Python 3.11 or newer is needed; python3 is not there\n"),
        ({"python3": THIS, "PYTHON": "python3.13"},
         "Python 3.11 or newer is needed; python3.13 is not there\n"),
    ],
    ids=["old", "none", "named"],
)  # fmt: skip
def test_a_python_that_is_missing_is_said(
    checkout: Path, tmp_path: Path, given: dict[str, str], said: str
) -> None:
    """Too old, none, or not the one that was named: one line, 3, and nothing is made."""
    words = 'bash .pins/install run "$RUNNER_TEMP/own"'

    assert installing(checkout, tmp_path, words, **given) == (3, said)
    assert not (tmp_path / "own").exists()


def test_a_folder_of_somebody_else_is_left_alone(checkout: Path, tmp_path: Path) -> None:
    """What is no virtual environment is not emptied."""
    kept = tmp_path / "own" / "kept"
    kept.parent.mkdir()
    kept.touch()

    code, said = installing(
        checkout, tmp_path, f"bash .pins/install run {kept.parent}", python3=THIS
    )

    assert (code, said) == (
        3, f"{kept.parent} is no virtual environment: remove it, or name another folder\n",
    )  # fmt: skip
    assert kept.exists()


def test_pins_that_do_not_exist_are_said(checkout: Path, tmp_path: Path) -> None:
    """A slip in the name of the pins is told what there is."""
    code, said = installing(checkout, tmp_path, "bash .pins/install tests", python3=THIS)

    assert (code, said) == (3, "no pins are called tests: say run or test\n")
