"""Questions that do not hang on each other, asked on as many cores as there are once they are slow.

The solver lets other threads run while it searches, and that is where the time goes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

MOST_AT_ONCE = 4
"""Questions asked at the same time: each may hold a large problem in memory."""
_QUICK = 0.3
"""Answers that take no more seconds are arithmetic, which would wait for itself on other cores."""


def side_by_side(questions: Sequence[Callable[[], T]]) -> list[T]:
    """Return the answers in the order of the questions; what the first raises is raised.

    Quick ones are asked one after another. Where one fails, or somebody interrupts, those that have
    not begun are never asked.
    """
    answers: list[T] = []
    while len(answers) < len(questions):
        began = time.thread_time()
        answers.append(questions[len(answers)]())
        if time.thread_time() - began > _QUICK:
            break
    return [*answers, *_at_once(questions[len(answers) :])]


def _at_once(questions: Sequence[Callable[[], T]]) -> list[T]:
    at_once = min(os.cpu_count() or 1, MOST_AT_ONCE, len(questions))
    if at_once < 2:
        return [ask() for ask in questions]
    pool = ThreadPoolExecutor(max_workers=at_once)
    try:
        return [asked.result() for asked in [pool.submit(ask) for ask in questions]]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
