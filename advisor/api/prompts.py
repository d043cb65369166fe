"""Prompts that a limit names: the files of a pattern, counted.

What a reader would get wrong: a link to nothing or a pipe among them is a fault, for a limit that
could not look at everything does not hold.
"""

from __future__ import annotations

import glob
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from advisor.answers.check.figures import PROMPT_TOKENS, Prompts
from advisor.errors import InputError
from advisor.model.workload import Workload


def count_prompts(
    workload: Workload, folder: Path
) -> tuple[dict[str, Prompts | str], Sequence[Path]]:
    """Count the files that limits on prompts name: the largest of each pattern, or why none is.

    Beside that come all files that were looked into.
    """
    limits = workload.limits
    patterns = {one.on for one in limits if one.limit == PROMPT_TOKENS and one.on is not None}
    looked = {pattern: _largest(_beside(folder, pattern)) for pattern in sorted(patterns)}
    found = {pattern: largest for pattern, (largest, _) in looked.items()}
    return found, [path for _, paths in looked.values() for path in paths]


def _largest(name: str) -> tuple[Prompts | str, Sequence[Path]]:
    # A tokenizer is loaded for those alone whose files have such a limit.
    counting = import_module("advisor.api.token_files")
    try:
        counted = counting.count_files([name])
    except InputError as error:
        told = (f"{one.file}: {one.message}".removeprefix(": ") for one in error.faults)
        return "; ".join(told), ()
    odd = [f"{one.file} is {one.reason}" for one in counted.odd]
    if odd:
        return "; ".join(odd), counted.paths
    tokens, file = max((one.tokens, one.file) for one in counted.files)
    return Prompts(file, tokens), counted.paths


def _beside(folder: Path, pattern: str) -> str:
    """Return a file, folder or glob that is relative to a folder, as it is typed elsewhere."""
    place = folder / pattern
    if place.exists() or folder == Path():
        return str(place)
    return str(Path(glob.escape(str(folder))) / pattern)
