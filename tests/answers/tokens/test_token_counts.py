"""Token counts: the packed vocabulary is tiktoken's, and so is every count.

`their_encoding` is the encoding as tiktoken itself defines it (its pattern, its special tokens),
made from the packed ranks, since its own download needs the network.
"""

from __future__ import annotations

import itertools
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import tiktoken
import tiktoken_ext.openai_public as openai  # type: ignore[import-untyped]
from command_line import own_environment, run
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from advisor.answers.tokens import packing
from advisor.answers.tokens.counting import count_tokens
from advisor.answers.tokens.vocabulary import PACKED, PATTERN, encoding, ranks, unpacked
from advisor.api.token_files import count_files
from advisor.errors import InputError
from advisor.load.text_files import NotTextError, text_blocks


@cache
def definition() -> tuple[dict[str, Any], str]:
    """Return tiktoken's definition of the encoding with our ranks in it, and the pinned hash."""
    asked: dict[str, str] = {}

    def ours(url: str, expected_hash: str) -> dict[bytes, int]:
        asked[url] = expected_hash
        return ranks()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openai, "load_tiktoken_bpe", ours)
        found = openai.o200k_base()
    return found, next(iter(asked.values()))


@cache
def their_encoding() -> tiktoken.Encoding:
    """Make the encoding of that."""
    return tiktoken.Encoding(**definition()[0])


def theirs(text: str) -> int:
    """Count as tiktoken does."""
    return len(their_encoding().encode_ordinary(text))


# --- the vocabulary


def test_the_packed_vocabulary_is_tiktokens() -> None:
    """Written out again in tiktoken's form, it has the hash that tiktoken pins."""
    assert packing.checked(ranks()) == definition()[1]


def test_the_pinned_hash_is_tiktokens() -> None:
    """The packing script holds files against the hash in tiktoken's own source."""
    assert definition()[1] == packing.PINNED


def test_the_pattern_is_tiktokens() -> None:
    """Texts are cut into pieces as tiktoken says."""
    assert definition()[0]["pat_str"] == PATTERN


def test_what_is_packed_can_be_packed_again() -> None:
    """A file in tiktoken's form is packed into what is in the package."""
    text = packing.as_tiktoken_has_it(ranks())

    assert unpacked(packing.packed(packing.tokens_of(text))) == ranks()


def test_another_vocabulary_is_refused() -> None:
    """One token less is no longer tiktoken's vocabulary."""
    fewer = dict(list(ranks().items())[:-1])

    with pytest.raises(InputError, match="is not tiktoken's"):
        packing.checked(fewer)


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        ([bytes([n]) for n in range(255)] + [b"ab"], "not single bytes"),
        ([bytes([n]) for n in range(256)] + [b"a\xff"], "has the byte 0xff"),
        ([bytes([n]) for n in range(256)] + [b""], "is empty"),
    ],
    ids=["no single byte", "the separator", "nothing"],
)
def test_what_cannot_be_told_apart_is_not_packed(tokens: list[bytes], message: str) -> None:
    """Tokens that would come out as others are refused."""
    with pytest.raises(InputError, match=message):
        packing.packed(tokens)


def test_ranks_out_of_order_are_refused() -> None:
    """The order of tokens is their rank: a file with a gap is not read."""
    with pytest.raises(InputError, match="order"):
        packing.tokens_of(b"YQ== 0\nYg== 2\n")


def test_the_check_says_what_is_packed() -> None:
    """`--check` names the file, its tokens and its hash."""
    said = packing.main(["--check"])

    assert said.startswith(f"{PACKED.name}: 199,998 tokens, ")
    assert said.endswith(definition()[1])


def test_the_packing_script_packs_no_other_vocabulary(tmp_path: Path) -> None:
    """A file that is not tiktoken's leaves what is in the package as it is."""
    other = tmp_path / "other.tiktoken"
    before = PACKED.read_bytes()
    other.write_bytes(packing.as_tiktoken_has_it(dict(list(ranks().items())[:300])))

    with pytest.raises(InputError, match="is not tiktoken's"):
        packing.main([str(other)])
    assert PACKED.read_bytes() == before


# --- counts


def test_counts_of_the_projects_own_files_are_tiktokens() -> None:
    """Every source, page, price file and test of this project has as many tokens as it says."""
    folders = ["advisor", "docs", "pricing", "workloads", "tests", "README.md"]
    names = [str(ROOT / folder) for folder in folders]
    found = {one.file: one.tokens for one in count_files(names).files}

    assert len(found) > 200
    assert found == {name: theirs(Path(name).read_bytes().decode("utf-8")) for name in found}


def test_special_tokens_in_a_text_are_ordinary_text() -> None:
    """A prompt that says `<|endoftext|>` has the tokens of these characters."""
    text = "a<|endoftext|>b<|endofprompt|>"

    assert count_tokens([text]) == theirs(text) > 10


ODD = "/ \t\n\r\x0b\x1c\x85\xa0\u2003\u2028\u3000'sSlL.,;!({=_aBzZéß中の\u0301١19😀"
TEXTS = st.lists(
    st.text(alphabet=ODD, max_size=12)
    | st.text(max_size=5)
    | st.sampled_from(["'ll", "\r\n", "//"])
).map("".join)


@given(TEXTS, st.integers(1, 8), st.integers(1, 8), st.integers(1, 8))
def test_parts_add_up(text: str, block: int, part: int, long_run: int) -> None:
    """However a text comes and is cut, its tokens are those of the whole."""
    blocks = [text[n : n + block] for n in range(0, len(text), block)]

    assert count_tokens(blocks, part=part, long_run=long_run) == theirs(text)


@pytest.mark.parametrize("length", [1, 2, 3, 4, 5])
def test_parts_of_all_short_texts_add_up(length: int) -> None:
    """Cut wherever it may be cut, no text of a letter, a digit, blanks and marks counts wrong."""
    texts = ("".join(one) for one in itertools.product("a1 \n/;'\r", repeat=length))
    wrong = [text for text in texts if count_tokens(text, part=1, long_run=2) != theirs(text)]

    assert wrong == []


@pytest.mark.parametrize("after", ["", "x", "\n", "\nx", "5"], ids=repr)
@pytest.mark.parametrize("blank", [" ", "\t", "\u3000"], ids=ascii)
def test_a_long_run_of_blanks_is_counted_apart_and_exactly(blank: str, after: str) -> None:
    """Beyond the length from which runs are counted apart, the count is still tiktoken's."""
    text = "a" + blank * 120_000 + after

    assert count_tokens([text]) == theirs(text)


def test_a_million_blanks_are_counted() -> None:
    """A run that overflows tiktoken's own stack has a count: 128 blanks are one token."""
    assert count_tokens([" " * 1_024_000]) == 8_000


def test_where_tiktoken_gives_up_the_command_has_a_bug() -> None:
    """A panic of tiktoken's, which is no Exception, becomes one: it must not look like "over"."""
    try:
        count_tokens([" " * 1_000_000], long_run=10**9)
    except RuntimeError as error:
        assert "tiktoken gave up" in str(error)  # noqa: PT017, other versions may not give up
    else:
        pytest.skip("this tiktoken does not give up")


def test_an_empty_text_has_no_tokens() -> None:
    """Nothing is nothing."""
    assert count_tokens([]) == count_tokens([""]) == 0


def test_the_encoding_is_built_once() -> None:
    """The second file does not wait for the vocabulary again."""
    assert encoding() is encoding()


# --- bytes to text


class Dripping:
    """A stream that gives three bytes at a time, whatever is asked for."""

    def __init__(self, content: bytes) -> None:
        self._rest = content

    def read(self, _size: int, /) -> bytes:
        """Give the next three bytes."""
        given, self._rest = self._rest[:3], self._rest[3:]
        return given


def test_characters_may_be_split_between_blocks() -> None:
    """UTF-8 that ends in the middle of a character goes on in the next block."""
    text = "añ中😀\ufeffz" * 7

    assert "".join(text_blocks(Dripping(text.encode()))) == text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"abc\0def", "binary"),
        (b"abcdef\xff", "not UTF-8"),
        ("abcd中".encode()[:-1], "not UTF-8"),
        ("text".encode("utf-16"), "not UTF-8"),
    ],
    ids=["NUL", "Latin-1", "cut off", "UTF-16"],
)
def test_what_is_no_text_is_told(content: bytes, reason: str) -> None:
    """Bytes that are not UTF-8 text end the reading, and say why."""
    with pytest.raises(NotTextError, match=reason):
        list(text_blocks(Dripping(content)))


# --- no network


def test_counting_needs_no_network(tmp_path: Path) -> None:
    """In a network namespace without a network, and with no cache, a count is the same."""
    alone = ["unshare", "-rn"]
    try:
        permitted = subprocess.run([*alone, "true"], check=False, capture_output=True).returncode
    except FileNotFoundError:
        pytest.skip("there is no unshare here")
    if permitted:
        pytest.skip("a network namespace of one's own is not permitted here")
    call = [sys.executable, "-m", "advisor", "tokens", str(ROOT / "README.md"), "--json"]
    caches = {"TIKTOKEN_CACHE_DIR": str(tmp_path), "DATA_GYM_CACHE_DIR": str(tmp_path)}
    environment = own_environment() | {"PYTHONPATH": str(ROOT)} | caches

    inside = subprocess.run(
        [*alone, *call], env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    outside = run("tokens", str(ROOT / "README.md"), "--json")

    assert inside.returncode == 0, inside.stderr
    assert inside.stdout == outside.out != ""
    assert list(tmp_path.iterdir()) == []


def test_nothing_asks_for_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counting with a vocabulary that is read anew opens no socket."""
    opened: list[object] = []
    monkeypatch.setattr(socket.socket, "connect", lambda *words: opened.append(words))
    ranks.cache_clear()
    encoding.cache_clear()

    assert count_tokens(["hello world"]) == 2
    assert opened == []
