"""Reading YAML: the tree, the marks, and one claim for every guard. Columns count from 1."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from advisor.errors import InputError
from advisor.load import yaml_source
from advisor.load.document import Where
from advisor.load.yaml_source import KEY, parse_yaml, read_yaml


def faults_in(text: str | bytes) -> list[str]:
    """Parse text that is wrong, and return its faults without the file's name and the hints."""
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "f")
    return [str(fault).partition("\n")[0].removeprefix("f:") for fault in caught.value.faults]


def hints_in(text: str) -> list[str]:
    """Parse text that is wrong, and return the hints of its faults."""
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "f")
    return [fault.hint for fault in caught.value.faults]


@pytest.mark.parametrize("quoted", ["'5'", '"5"', "|-\n  5", ">-\n  5"])
def test_a_quoted_scalar_is_always_text(quoted: str) -> None:
    """Quotes and block styles keep a number from being read."""
    assert parse_yaml(f"a: {quoted}\n", "f").data == {"a": "5"}


@pytest.mark.parametrize("key", ["2027-01", "400", "true", "null", "NO", "1.5", "'x'", '"~"'])
def test_a_key_is_always_text(key: str) -> None:
    """A month, a number or a word of YAML's is text where it is a key."""
    assert parse_yaml(f"{key}: 1", "f").data == {key.strip("'\""): 1}


ANY_TREE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    # Raw text may not hold control characters; those below U+0020 are escaped by JSON (see keys).
    | st.text(st.characters(exclude_categories=["Cc", "Cf", "Cn", "Cs", "Zl", "Zp"]), max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(max_codepoint=126), max_size=9), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(ANY_TREE)
def test_json_reads_as_itself(tree: object) -> None:
    """JSON is YAML, so whatever is written as JSON comes back as it was."""
    assert parse_yaml(json.dumps(tree, ensure_ascii=False), "f").data == tree


def values_in(tree: object, path: Where = ()) -> Iterator[tuple[Where, object]]:
    """Walk over every value of a tree with its path."""
    yield path, tree
    if isinstance(tree, dict | list):
        for key, item in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from values_in(item, (*path, key))


@given(ANY_TREE)
def test_every_value_is_marked_where_it_is_written(tree: object) -> None:
    """The text at the mark of any value begins with that value."""
    text = json.dumps(tree, indent=1, ensure_ascii=False)

    document = parse_yaml(text, "f")

    lines = text.split("\n")
    at_marks = [
        (path, lines[line - 1][column - 1 :][:1])
        for path, (line, column) in document.marks.items()
        if path[-1:] != (KEY,)
    ]
    starts = [(path, json.dumps(value)[0]) for path, value in values_in(tree)]
    assert sorted(at_marks, key=repr) == sorted(starts, key=repr)


SAMPLE = parse_yaml(
    "options:\n  codex:\n    quality: [0.92, 1.03]\n  opus:\n    - {model: x}\nlast:\n", "f"
)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("options", "codex", "quality"), (3, 14)),
        (("options", "codex", "quality", 1), (3, 21)),
        (("options", "opus", 0, "model"), (5, 15)),
        (("last",), (6, 6)),
        (("options", "codex", "efort", "x"), (3, 5)),  # its nearest parent
        (("nowhere", "at", "all"), (1, 1)),
    ],
)
def test_a_place_is_that_of_the_value_or_its_nearest_parent(
    path: Where, place: tuple[int, int]
) -> None:
    """A path that does not exist is placed at the closest one above it that does."""
    assert SAMPLE.place(path) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("options", "codex", "quality"), (3, 5)),
        (("options", "opus", 0, "model"), (5, 8)),
        (("options", "codex", "quality", 1), (3, 21)),  # an item has no key
    ],
)
def test_the_place_of_a_key_is_known_too(path: Where, place: tuple[int, int]) -> None:
    """Asked for the key, the place is the key's, or the value's where there is none."""
    assert SAMPLE.place(path, key=True) == place


def test_an_emoji_is_one_column() -> None:
    """Columns count characters, not bytes."""
    assert parse_yaml('{"😀é": 1}', "f").place(("😀é",)) == (1, 8)


def test_a_byte_order_mark_is_no_column() -> None:
    """The mark that some editors put first moves nothing."""
    assert parse_yaml(b"\xef\xbb\xbfa: 1", "f").marks[("a", KEY)] == (1, 1)


DEEP_40 = "[" * 40 + "]" * 40


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "1:1: the file is empty"),
        ("# only a comment\n", "2:1: the file is empty"),
        ("---\n", "2:1: the file is empty"),
        ("a: 1\n---\nb: 2\n", "2:1: a second document begins: a file holds one"),
        ("a: 1\nb: [1, *x]", "2:8 b[1]: aliases (*x) are not supported: write the value out"),
        ("*x : 1", "1:1 ?: aliases (*x) are not supported: write the value out"),
        ("a: &x 1", "1:4 a: anchors (&x) are not supported"),
        ("&x a: 1", "1:1 a: anchors (&x) are not supported"),
        ("a: !!str 5", "1:4 a: tags (!!str) are not supported"),
        ("a: !!python/name:os.system x", "1:4 a: tags (!!python/name:os.system) are not supported"),
        ("b: 1\n<<: {a: 1}", "2:1: merge keys (<<) are not supported: write the keys out"),
        ("t:\n  a: 1\n  a: 2", "3:3 t.a: the same key is given at line 2"),
        ("a: 1\n'a': 2", "2:1 a: the same key is given at line 1"),
        ("? [1]\n: 2", "1:3: a key is text, not a list or a mapping"),
        ("a: {{b: 1}: 2}", "1:5 a: a key is text, not a list or a mapping"),
        ("a: 1\n?\n: 2", "2:2: a key is missing before the colon"),
        (f"[{DEEP_40}]", "1:41 [0]: lists and mappings nest at most 40 deep"),
        ("{a: " * 41, "1:161 a: lists and mappings nest at most 40 deep"),
        ("- " * 41, "1:81 [0]: lists and mappings nest at most 40 deep"),
        ("a: 1234567890123456789", "1:4 a: a number has at most 18 digits"),
        ("a: .inf", "1:4 a: a number is finite"),
        ("a: 1\nb: \x07", "2:4: holds the control character U+0007"),
        (b"a: 1\nb: caf\xe9", "2:7: is not UTF-8 text: byte 0xe9"),
        ("a: 1".encode("utf-16"), "1:1: is not UTF-8 text: byte 0xff"),
        ("a: \ud800", "1:4: is not UTF-8 text: byte 0xed"),
        (b"a: 1\n\0\0", "2:1: is not a text file: a NUL byte"),
        ("#" * (2**20 + 1), "is larger than 1 MiB"),
    ],
)
def test_what_is_refused_is_refused_at_its_place(text: str | bytes, fault: str) -> None:
    """One guard, one fault, at its line and column, under the key it concerns."""
    assert [one.removeprefix(" ") for one in faults_in(text)] == [fault]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: b: c", "1:5: is not valid YAML: mapping values are not allowed in this context"),
        (
            "a: 0\nb: [1,\nc: 2\nd: 3\n",
            "4:2: is not valid YAML: did not find expected ',' or ']', "
            "while parsing a flow sequence from line 2, column 4",
        ),
        (
            "a: 0\nb: [1, 2\n\n",
            "2:4: is not valid YAML: did not find expected ',' or ']', "
            "while parsing a flow sequence from line 2, column 4",
        ),
        (
            "a: 1\nb\nc: 2\n",
            "2:1: is not valid YAML: could not find expected ':', "
            "while scanning a simple key from line 2, column 1",
        ),
        (
            "a: 1\nb: 'x\n\n\n",
            "2:4: is not valid YAML: found unexpected end of stream, "
            "while scanning a quoted scalar from line 2, column 4",
        ),
    ],
)
def test_broken_syntax_is_shown_where_it_breaks(text: str, fault: str) -> None:
    """A syntax error is at the spot, or at the quote or bracket that was never closed."""
    assert faults_in(text) == [fault]


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a: b: c", "a key is followed by `: `; text that holds `: ` goes in quotes"),
        ("a:\n\tb: 1", "indent with spaces, not with tabs"),
        ("a: @x", "put text that begins with @ in quotes"),
        ("a: 'x", "the closing quote is missing"),
        ("a: {b: 1", "close the mapping with }"),
        ("a: 1\nb", "a key is followed by a colon and a space"),
        ("a:\n  b: 1\n c: 2", "the keys of one mapping begin in the same column"),
        ("a: [b]]", "this ] closes nothing"),
        ("a: - b", "begin a list on a line of its own"),
        ('a: "\\q"', "in double quotes, \\ is written \\\\; single quotes keep it as it is"),
        ("a: {{ x }}", "put text that begins with { or [ in quotes"),
        ("a: 12345678901234567890", "if it is a name, put it in quotes"),
        ("a: &x 1", "put text that begins with & in quotes"),
        ("a: *x", "put text that begins with * in quotes"),
        ("{a: 1,000,000}", "a comma inside {} separates keys: write 8_400"),
        ("{a: 8,400, b: 1,400}", "a comma inside {} separates keys: write 8_400"),
        ("{a, a}", ""),
        ("{1: 1, 1: 2}", ""),
    ],
)
def test_a_hint_says_what_was_probably_meant(text: str, hint: str) -> None:
    """A slip of YAML's that people make has a hint that repairs it."""
    assert hints_in(text) == [hint]


@pytest.mark.parametrize(
    "text", [DEEP_40, "a: 1\n...\n", "%YAML 1.2\n---\na: 1", '{"<<": 1, "": 2}']
)
def test_what_is_only_near_a_guard_is_read(text: str) -> None:
    """Forty levels, an explicit end, a directive, and a quoted << are all in order."""
    assert parse_yaml(text, "f").data


def test_the_largest_file_is_read(tmp_path: Path) -> None:
    """A file of exactly 1 MiB is not too large."""
    (tmp_path / "large").write_text("a: 1\n#" + "x" * (2**20 - 6))

    assert read_yaml(tmp_path / "large").data == {"a": 1}


@pytest.mark.parametrize(("values", "refused"), [(199_999, False), (200_000, True)])
def test_the_200_001st_value_is_refused(values: int, refused: bool) -> None:
    """A list and its items count: 200,000 values are read, one more is a fault."""
    text = f"[{','.join(['1'] * values)}]"

    if refused:
        assert faults_in(text) == [
            f"1:400000 [{values - 1}]: the file holds more than 200,000 values"
        ]
        return
    assert len(parse_yaml(text, "f").data) == values


def test_every_fault_of_the_tree_is_reported_at_once() -> None:
    """A fault does not hide the next one, not even a syntax error at the end."""
    text = "a: .inf\na: &x 1\nb: *x\na: !t 3\nc: 1\n? {d: .nan}\n: 2\ne: f: g\n"

    assert [fault.split(":")[0] for fault in faults_in(text)] == list("122344668")


def test_every_duplicate_names_the_first() -> None:
    """The third of three equal keys points to the first, as the second does."""
    text = "a: 1\nb: 2\na: 3\na: 4\n"

    assert faults_in(text) == [
        "3:1 a: the same key is given at line 1",
        "4:1 a: the same key is given at line 1",
    ]


def test_a_file_that_is_all_faults_is_given_up() -> None:
    """After a thousand faults the rest is not looked at."""
    assert len(faults_in("[" + "*a," * 5000 + "]")) == 1000


LAUGHS = "a0: &a0 [ha, ha]\n" + "".join(
    f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 10)
)


@pytest.mark.parametrize(
    "text",
    [LAUGHS, "[" * 20_000, "{a: " * 20_000, "- " * 20_000, "? " * 20_000],
    ids=["billion laughs", "brackets", "braces", "dashes", "question marks"],
)
def test_a_bomb_is_refused_at_once(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is expanded and nothing recurses: of 20,000 parts 200 at most are looked at."""
    loader: Any = yaml_source._LOADER
    looked_at = 0

    def get_event(self: Any) -> Any:
        nonlocal looked_at
        looked_at += 1
        return loader.get_event(self)

    counting = type("Counting", (loader,), {"get_event": get_event})
    monkeypatch.setattr(yaml_source, "_LOADER", counting)

    with pytest.raises(InputError):
        parse_yaml(text, "f")

    assert 0 < looked_at <= 200


def test_without_libyaml_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML's own parser gives the same tree and the same marks, only later."""
    text = "# x\na: [1, {b: 60k}, 'c']\nd:\n- |\n  e\n- \"😀\":\n"
    fast = parse_yaml(text, "f")
    monkeypatch.setattr(yaml_source, "_LOADER", yaml.SafeLoader)

    slow = parse_yaml(text, "f")

    assert slow == fast


def test_a_file_is_read_under_the_name_it_is_shown_as(tmp_path: Path) -> None:
    """Faults name the file as the caller says, not as it lies on the disk."""
    (tmp_path / "team.yaml").write_text("a: .inf")

    with pytest.raises(InputError, match=r"^workloads/team\.yaml:1:4 a: a number is finite"):
        read_yaml(tmp_path / "team.yaml", shown_as="workloads/team.yaml")


def test_a_file_is_named_by_its_path_otherwise(tmp_path: Path) -> None:
    """Without a name to show, the document has the path."""
    path = tmp_path / "team.yaml"
    path.write_text("a: 1")

    assert read_yaml(path).file == str(path)


def test_a_missing_file_has_its_neighbours_name_for_a_hint(tmp_path: Path) -> None:
    """A name that is nearly right is answered with the right one."""
    (tmp_path / "team.yaml").write_text("a: 1")

    with pytest.raises(InputError) as caught:
        read_yaml(tmp_path / "taem.yml", shown_as="taem.yml")

    assert str(caught.value) == "taem.yml: there is no such file\n  hint: did you mean `team.yaml`?"


def test_a_missing_folder_is_a_hint(tmp_path: Path) -> None:
    """Where not even the folder exists, that is said."""
    with pytest.raises(InputError, match=f"there is no folder `{tmp_path}/work`"):
        read_yaml(tmp_path / "work" / "team.yaml")


def test_a_directory_is_not_a_file(tmp_path: Path) -> None:
    """A directory is named as one."""
    with pytest.raises(InputError, match=r"^here: is a directory, not a file$"):
        read_yaml(tmp_path, shown_as="here")


def test_a_file_without_permission_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the system refuses is given in its words; faked, since root may read anything."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)

    with pytest.raises(InputError, match=r"^team: cannot be read: permission denied$"):
        read_yaml(tmp_path / "team.yaml", shown_as="team")


@pytest.mark.parametrize("name", ["a\0b", "a" * 300])
def test_a_name_that_no_file_can_have_is_a_fault(tmp_path: Path, name: str) -> None:
    """A NUL in a name or a name too long is a fault of the input, not of the advisor."""
    with pytest.raises(InputError, match="cannot be read"):
        read_yaml(tmp_path / name)


def test_a_large_file_is_refused_unread(tmp_path: Path) -> None:
    """The size is looked at first: a sparse file of a terabyte costs nothing."""
    with (tmp_path / "large.yaml").open("wb") as stream:
        stream.truncate(2**40)

    with pytest.raises(InputError, match=r"^large: is larger than 1 MiB$"):
        read_yaml(tmp_path / "large.yaml", shown_as="large")


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs an endless device")
def test_an_endless_file_is_refused() -> None:
    """What has no size is read only up to the limit."""
    with pytest.raises(InputError, match="is larger than 1 MiB"):
        read_yaml(Path("/dev/zero"))


def test_a_pipe_can_be_read() -> None:
    """`<(generate)` works: a pipe is as good as a file."""
    out, into = os.pipe()
    os.write(into, b"a: 1")
    os.close(into)

    document = read_yaml(Path(f"/dev/fd/{out}"))
    os.close(out)

    assert document.data == {"a": 1}
