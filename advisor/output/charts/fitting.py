"""How wide a text comes out, and the part of it that fits; fonts are not known here.

Widths are those of common sans-serif faces in thousandths of the size, taken on the wide side.
"""

from __future__ import annotations

import unicodedata

LABEL, SMALL = 12, 11
"""Sizes of the two kinds of text in a picture, in pixels."""

_NARROW, _WIDE = "iljtfrI.,:;'|!()[] -–·/", "mwMWABCDEGHKNOPQRUVXYZ@%…+×▸"
_SHARES = {"narrow": 0.36, "usual": 0.60, "wide": 0.80, "full": 1.05}


def width_of(text: str, size: float = LABEL) -> float:
    """Estimate how many pixels a text takes, rather too many than too few."""
    return size * sum(_share(character) for character in text)


def _share(character: str) -> float:
    if character in _NARROW:
        return _SHARES["narrow"]
    if character in _WIDE:
        return _SHARES["wide"]
    if unicodedata.east_asian_width(character) in "WF":
        return _SHARES["full"]
    return 0.0 if unicodedata.combining(character) else _SHARES["usual"]


def fitted(text: str, room: float, size: float = LABEL) -> str:
    """Return as much of a text as fits, its end an ellipsis where something is left out."""
    if width_of(text, size) <= room:
        return text
    kept = text
    while kept and width_of(f"{kept}…", size) > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if kept else ""
