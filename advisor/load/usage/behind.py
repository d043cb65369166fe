"""Runs calls one after the other beside the caller, where most of the time is the disk's."""

from __future__ import annotations

from collections.abc import Callable
from threading import Thread
from types import TracebackType
from typing import Self


class Behind:
    """Calls that run in the order in which they are given; who leaves the block waits for all.

    A call that fails keeps none of the others from running, as the last one may tidy up. The first
    error is raised at the end of the block, unless the block itself failed.
    """

    def __init__(self) -> None:
        """Begin with nothing to do."""
        self._last: Thread | None = None
        self._error: Exception | None = None

    def then(self, call: Callable[[], None]) -> None:
        """Run a call after those before it."""
        self._last = Thread(target=self._run, args=(self._last, call))
        self._last.start()

    def _run(self, before: Thread | None, call: Callable[[], None]) -> None:
        if before is not None:
            before.join()
        try:
            call()
        except Exception as error:  # raised again where the block ends
            self._error = self._error or error

    def __enter__(self) -> Self:
        """Begin the block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Wait for all calls."""
        if self._last is not None:
            self._last.join()
        if kind is None and self._error is not None:
            raise self._error
