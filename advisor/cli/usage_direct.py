"""`advisor usage` without what parses all other commands, where its words are plain."""

from __future__ import annotations

import os
from collections.abc import Sequence

from advisor.cli.usage_flags import plainly_read
from advisor.cli.usage_run import run
from advisor.errors import DONE


def answered(words: Sequence[str]) -> int | None:
    """Answer and return the exit code; None for words that want a parser, such as `--help`."""
    flags = plainly_read(words, os.environ)
    if flags is None:
        return None
    run(flags, os.environ)
    return DONE
