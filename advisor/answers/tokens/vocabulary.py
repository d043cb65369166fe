"""The vocabulary `o200k_base`, out of the package into a tiktoken encoding; imports tiktoken alone.

tiktoken would fetch the vocabulary from the network on first use. What a reader would get wrong:
the packed file holds the 256 single bytes first and the longer tokens after them, apart by a byte
that none of these has, so that one `split` reads 200,000 tokens; their order is their rank.
"""

from __future__ import annotations

import functools
import zlib
from pathlib import Path

import tiktoken

NAME = "o200k_base"
PACKED = Path(__file__).resolve().parent / f"{NAME}.bin.zlib"
SINGLE_BYTES = 256
SEPARATOR = b"\xff"

PATTERN = "|".join(
    [
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
        r"(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
        r"\p{N}{1,3}",
        r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
        r"\s*[\r\n]+",
        r"\s+(?!\S)",
        r"\s+",
    ]
)
"""How text is cut before its pieces are merged, as tiktoken states it for this vocabulary."""

_WHOLE = r"[\s\S]+"


def unpacked(packed: bytes) -> dict[bytes, int]:
    """Return the tokens with their ranks. Raises zlib.error where the file is damaged."""
    raw = zlib.decompress(packed)
    singles = [raw[place : place + 1] for place in range(SINGLE_BYTES)]
    tokens = [*singles, *raw[SINGLE_BYTES:].split(SEPARATOR)]
    return dict(zip(tokens, range(len(tokens)), strict=True))


@functools.cache
def ranks() -> dict[bytes, int]:
    """Return the tokens of the packaged vocabulary with their ranks."""
    return unpacked(PACKED.read_bytes())


@functools.cache
def encoding() -> tiktoken.Encoding:
    """Return the encoding. It has no special tokens: in a text they are ordinary characters."""
    return tiktoken.Encoding(NAME, pat_str=PATTERN, mergeable_ranks=ranks(), special_tokens={})


@functools.cache
def uncut_encoding() -> tiktoken.Encoding:
    """Return the encoding that takes a whole text for one piece."""
    return tiktoken.Encoding(
        f"{NAME}_uncut", pat_str=_WHOLE, mergeable_ranks=ranks(), special_tokens={}
    )
