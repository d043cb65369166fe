"""Token classes in axis order, alone in a module, as reading logs can't wait for more imports.

The five classes are disjoint: a cached token is never counted again as input. Arrays over token
classes always have them in the order of `TOKEN_CLASSES`.
"""

from __future__ import annotations

TOKEN_CLASSES = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
PROMPT_CLASSES = TOKEN_CLASSES[:4]
