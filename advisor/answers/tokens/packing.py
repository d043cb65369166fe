"""Packs tiktoken's vocabulary for the package, and proves that what is packed is tiktoken's.

    python -m advisor.answers.tokens.packing o200k_base.tiktoken    packs a file as tiktoken has it
    python -m advisor.answers.tokens.packing --check                checks what is in the package

The proof: what is packed, written out again in tiktoken's own form, has the SHA-256 that tiktoken
pins for its download. No answer of the advisor needs this module.
"""

from __future__ import annotations

import base64
import hashlib
import sys
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from advisor.answers.tokens.vocabulary import PACKED, SEPARATOR, SINGLE_BYTES, unpacked
from advisor.errors import InputError

PINNED = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"
"""SHA-256 of `o200k_base.tiktoken`, from `tiktoken_ext/openai_public.py`."""


def packed(tokens: Sequence[bytes]) -> bytes:
    """Pack tokens in the order of their ranks.

    Raises InputError where they are not the single bytes first, or a longer one has the separator.
    """
    singles, longer = tokens[:SINGLE_BYTES], tokens[SINGLE_BYTES:]
    if any(len(token) != 1 for token in singles):
        raise InputError.of("the first 256 tokens are not single bytes")
    if any(SEPARATOR in token or not token for token in longer):
        raise InputError.of(f"a token is empty or has the byte 0x{SEPARATOR.hex()}")
    return zlib.compress(b"".join(singles) + SEPARATOR.join(longer), 9)


def tokens_of(text: bytes) -> list[bytes]:
    """Read a file as tiktoken has it: a token in base64 and its rank on each line, in order.

    Raises InputError where ranks are missing or out of order.
    """
    lines = [line.split() for line in text.splitlines() if line]
    if [int(rank) for _, rank in lines] != list(range(len(lines))):
        raise InputError.of("the ranks do not stand in order from 0")
    return [base64.b64decode(token) for token, _ in lines]


def as_tiktoken_has_it(ranks: Mapping[bytes, int]) -> bytes:
    """Write ranks as tiktoken's download has them."""
    return b"".join(base64.b64encode(token) + b" %d\n" % rank for token, rank in ranks.items())


def checked(ranks: Mapping[bytes, int]) -> str:
    """Return the SHA-256 of ranks in tiktoken's form. Raises InputError if it is not the pinned."""
    found = hashlib.sha256(as_tiktoken_has_it(ranks)).hexdigest()
    if found != PINNED:
        raise InputError.of(f"is not tiktoken's: SHA-256 {found}, pinned is {PINNED}")
    return found


def main(arguments: Sequence[str]) -> str:
    """Pack the file named, or check what is packed; return what to say of it."""
    if len(arguments) != 1:
        raise InputError.of("name a .tiktoken file to pack, or say --check")
    if arguments[0] != "--check":
        content = packed(tokens_of(Path(arguments[0]).read_bytes()))
        checked(unpacked(content))
        PACKED.write_bytes(content)
    content = PACKED.read_bytes()
    ranks = unpacked(content)
    return f"{PACKED.name}: {len(ranks):,} tokens, {len(content):,} bytes, SHA-256 {checked(ranks)}"


if __name__ == "__main__":
    try:
        sys.stdout.write(main(sys.argv[1:]) + "\n")
    except (InputError, OSError) as error:
        sys.exit(f"packing: {error}")
