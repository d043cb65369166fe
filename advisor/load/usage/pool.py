"""Runs jobs, in two processes where there is much to read and the system can fork."""

from __future__ import annotations

import marshal
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from advisor.load.usage.job import Job, Read, read

WORTH = 20_000_000
"""Bytes from which on a second process pays."""
_NUMBER = 4
_FULL = 60_000
"""Bytes that a pipe surely takes without anybody reading from it."""


def run(jobs: Sequence[Job], sizes: Sequence[int]) -> Iterator[Read]:
    """Yield what each job's file gave, in any order."""
    if sum(sizes) < WORTH or len(jobs) < 2 or len(jobs) * _NUMBER > _FULL or not _can_fork():
        yield from map(read, jobs)
        return
    ordered = sorted(range(len(jobs)), key=sizes.__getitem__, reverse=True)
    yield from _shared(jobs, ordered)


def _can_fork() -> bool:
    if not hasattr(os, "fork") or sys.platform == "darwin" or (os.cpu_count() or 1) < 2:
        return False
    threads = sys.modules.get("threading")
    return threads is None or threads.active_count() == 1


def _shared(jobs: Sequence[Job], ordered: Sequence[int]) -> Iterator[Read]:
    """Share jobs through a pipe: who is free takes the next number, the largest files first."""
    queue_out, queue_in = os.pipe()
    os.write(queue_in, b"".join(number.to_bytes(_NUMBER, "big") for number in ordered))
    os.close(queue_in)
    result_out, result_in = os.pipe()
    child = os.fork()
    if child == 0:
        _work(jobs, queue_out, result_out, result_in)
    os.close(result_in)
    done: set[int] = set()
    with os.fdopen(queue_out, "rb", buffering=0), os.fdopen(result_out, "rb") as results:
        try:
            for number in _taken(queue_out):
                done.add(number)
                yield read(jobs[number])
            for result in _received(results.read()):
                done.add(result[0])
                yield Read(jobs[result[0]].number, *result[1:])
        finally:
            results.close()
            os.waitpid(child, 0)
    for number in ordered:
        if number not in done:
            yield read(jobs[number])


def _taken(queue: int) -> Iterator[int]:
    while number := os.read(queue, _NUMBER):
        yield int.from_bytes(number, "big")


def _work(jobs: Sequence[Job], queue: int, result_out: int, result_in: int) -> None:
    """Be the second process: hand over everything at the end, then leave without a trace."""
    status = 1
    try:
        os.close(result_out)
        results = [(number, *read(jobs[number])[1:]) for number in _taken(queue)]
        with os.fdopen(result_in, "wb") as handed:
            marshal.dump(results, handed)
        status = 0
    finally:
        os._exit(status)


def _received(handed: bytes) -> list[Any]:
    """Read what the other process handed over; nothing where it ended early."""
    try:
        return marshal.loads(handed)  # type: ignore[no-any-return]  # noqa: S302
    except (EOFError, ValueError, TypeError):
        return []
