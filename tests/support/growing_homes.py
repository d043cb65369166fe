"""Homes that grow from run to run, by lines, files and whole sessions; some logs go again."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

_LONG_AGO = 1_700_000_000


def growing(whole: Path, home: Path, seed: int, steps: int, often: float = 0.1) -> Iterator[int]:
    """Bring a home's files over by whole lines, and yield after every step; then all is there.

    A file changes as `often` in a step; many begin in the first.
    """
    draw = random.Random(seed)  # noqa: S311
    files = sorted(one.relative_to(whole) for one in whole.rglob("*") if one.is_file())
    for step in range(steps):
        for name in files:
            if draw.random() < (often if step else 0.7):
                _brought(whole / name, home / name, draw.random(), step)
        if draw.random() < 0.3:
            there = [one for one in files if (home / one).exists()]
            (home / draw.choice(there or files)).unlink(missing_ok=True)
        yield step
    for name in files:
        _brought(whole / name, home / name, 1, steps)
    yield steps


def _brought(source: Path, target: Path, share: float, step: int) -> None:
    """Copy a file, a log perhaps but for its end; what is there never gets shorter."""
    target.parent.mkdir(parents=True, exist_ok=True)
    body = source.read_bytes()
    if source.suffix != ".jsonl":
        shutil.copyfile(source, target)
    elif not target.exists() or target.stat().st_size < len(body):
        have = target.stat().st_size if target.exists() else 0
        upto = max(have, body.rfind(b"\n", 0, int(len(body) * share)) + 1)
        upto = len(body) if share == 1 else upto
        with target.open("ab") as log:
            log.write(body[have:upto])
    os.utime(target, (_LONG_AGO + step, _LONG_AGO + step))
