"""Which files a name stands for: folders as git lists them, globs, and what is not there."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import run

from advisor.answers.tokens.model_tokens import kind_of
from advisor.api.token_files import count_files
from advisor.errors import InputError
from advisor.load.text_files import find_text_files

TREE = {
    ".gitignore": "*.log\n!keep.log\n/only-here.txt\nbuild/\nsecret?.md\ndocs/**/draft.md\n",
    ".git/info/exclude": "mine.txt\n",
    "a.md": "a", "b.log": "b", "keep.log": "k", "only-here.txt": "o", "mine.txt": "m",
    "secret1.md": "s", "build/out.txt": "x", "build/deep/keep.log": "y",
    "docs/draft.md": "d", "docs/more/draft.md": "d", "docs/more/final.md": "f",
    "sub/.gitignore": "*.txt\n!b.log\n/nothing/\n", "sub/b.log": "b", "sub/c.txt": "c",
    "sub/only-here.txt": "o", "sub/nothing/a.md": "a", "sub/deep/nothing/a.md": "a",
    "sub/deep/.hidden": "h",
}  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the tree and go into it."""
    for name, text in TREE.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(*names: str, with_ignored: bool = False) -> list[str]:
    """Return the names of the files found."""
    return [one.shown for one in find_text_files(names, with_ignored=with_ignored)]


LISTED = [
    ".gitignore", "a.md", "docs/more/final.md", "keep.log", "sub/.gitignore", "sub/b.log",
    "sub/deep/.hidden", "sub/deep/nothing/a.md",
]  # fmt: skip


@pytest.mark.usefixtures("tree")
def test_a_folder_leaves_out_what_gitignore_says() -> None:
    """Patterns, negations and folders of all `.gitignore` files count, deeper ones last."""
    assert sorted(shown(".")) == LISTED


@pytest.mark.usefixtures("tree")
def test_a_folder_is_listed_as_git_lists_it() -> None:
    """Git itself leaves out the same files."""
    git = shutil.which("git")
    if git is None:
        pytest.skip("git is not here")
    shutil.move(".git/info/exclude", "exclude")
    shutil.rmtree(".git")
    subprocess.run([git, "init", "-q"], check=True)
    shutil.move("exclude", ".git/info/exclude")
    command = [git, "ls-files", "-co", "--exclude-standard"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert sorted(shown(".")) == sorted(listed.split())


@pytest.mark.usefixtures("tree")
def test_rules_above_a_folder_hold_in_it() -> None:
    """What the repository leaves out is left out of a part of it."""
    assert sorted(shown("sub")) == [name for name in LISTED if name.startswith("sub/")]


@pytest.mark.usefixtures("tree")
def test_what_is_named_is_read() -> None:
    """A file or a folder that is named itself is counted whatever `.gitignore` says."""
    assert shown("b.log", "build") == ["b.log", "build/deep/keep.log", "build/out.txt"]


@pytest.mark.usefixtures("tree")
def test_everything_can_be_asked_for() -> None:
    """`--no-ignore` leaves out nothing but `.git`."""
    everything = [name for name in TREE if not name.startswith(".git/")]

    assert sorted(shown(".", with_ignored=True)) == sorted(everything)


@pytest.mark.usefixtures("tree")
def test_a_glob_leaves_out_the_same() -> None:
    """A glob means files of the project, not what it builds."""
    assert shown("**/*.md") == ["a.md", "docs/more/final.md", "sub/deep/nothing/a.md"]


@pytest.mark.usefixtures("tree")
def test_a_file_counts_once() -> None:
    """Two names of one file are one file."""
    assert shown("a.md", "./a.md", "*.md", "docs/../a.md") == ["a.md"]


def test_links_are_not_followed(tree: Path) -> None:
    """A folder that links to its parent does not make the walk endless."""
    (tree / "docs" / "up").symlink_to(tree, target_is_directory=True)

    assert sorted(shown(".")) == LISTED


def test_a_name_that_could_move_the_cursor_is_written_out(tree: Path) -> None:
    """Control characters of a file's name do not reach a terminal."""
    (tree / "a\x1b[2J.md").write_text("a", encoding="utf-8")

    assert "a\\x1b[2J.md" in shown(".")


@pytest.mark.usefixtures("tree")
def test_all_that_is_missing_is_told_at_once() -> None:
    """One error names every path that is not there, with what was probably meant."""
    with pytest.raises(InputError) as caught:
        find_text_files(["a.dm", "a.md", "nowhere/x", "*.nothing"])

    assert str(caught.value).splitlines() == [
        "*.nothing: matches no file",
        "a.dm: there is no such file",
        "  hint: did you mean `a.md`?",
        "nowhere/x: there is no such file",
        "  hint: there is no folder `nowhere`",
    ]


def test_a_file_that_may_not_be_read_is_told(tree: Path) -> None:
    """What cannot be opened is an error, not a file without tokens."""
    (tree / "a.md").chmod(0)
    if os.access(tree / "a.md", os.R_OK):
        pytest.skip("this user may read everything")

    with pytest.raises(InputError, match=r"a\.md: cannot be read: permission denied"):
        count_files(["a.md"])


def test_what_is_no_text_is_skipped_and_told(tree: Path) -> None:
    """Binary files and other encodings are left out, with the reason."""
    (tree / "p.png").write_bytes(b"\x89PNG\0")
    (tree / "l.txt").write_bytes("größe".encode("latin-1"))

    found = count_files(["p.png", "l.txt", "a.md"])

    assert [one.file for one in found.files] == ["a.md"]
    assert found.skipped == [("p.png", "binary"), ("l.txt", "not UTF-8")]


def test_nothing_to_count_is_an_error(tree: Path) -> None:
    """A folder without text does not cost nothing: it is a wrong call."""
    (tree / "empty").mkdir()

    with pytest.raises(InputError, match="there is nothing to count"):
        count_files(["empty"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("README.md", "english"), ("a/b/LICENSE", "english"), ("stdin", "english"),
        ("system.prompt", "english"), ("prompt.md.j2", "english"), ("prompt.jinja", "english"),
        ("x.PY", "code"), ("Makefile", "code"), ("ci.yaml", "code"), (".bashrc", "code"),
        ("x.unheard-of", "code"), ("data.jsonl", "json"), ("tools.JSON", "json"),
        ("tools.json.tmpl", "json"), ("t.csv", "json"),
    ],
)  # fmt: skip
def test_the_kind_of_a_text_is_guessed_by_its_ending(name: str, kind: str) -> None:
    """English, code and JSON are told apart by name; a template is what it is a template of."""
    assert kind_of(name) == kind


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: path.symlink_to("nowhere"), "is a link to nothing"),
        (os.mkfifo, "is a pipe"),
        (lambda path: path.symlink_to("/dev/zero"), "is a socket or a device"),
    ],
)
def test_what_is_no_file_is_named_and_not_waited_for(
    make: Callable[[Path], None],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A dead link, a pipe without a writer and an endless device."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.md").write_text("hello", encoding="utf-8")
    make(tmp_path / "p" / "odd.md")

    with pytest.raises(InputError) as caught:
        find_text_files(["p/odd.md"])

    assert [str(fault) for fault in caught.value.faults] == [f"p/odd.md: {said}"]


def test_a_limit_on_prompts_names_what_is_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`check` ends with 2 and the name, however long a pipe would be waited for."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "p").mkdir()
    os.mkfifo(tmp_path / "p" / "odd.md")
    limit = 'limits: {prompt_tokens: {at_most: 10, on: "p/*.md"}}\n'
    (tmp_path / "team.yaml").write_text("developers: 4\n" + limit, encoding="utf-8")

    ended = run("check", "team.yaml", "--draws", 0)

    assert (ended.code, "p/odd.md (a pipe)" in ended.err) == (2, True)
