"""What the command line hands down: this process's environment and clock, and stderr for notes."""

from __future__ import annotations

from advisor.api.surroundings import Surroundings, of_this_process
from advisor.cli.exits import say


def here() -> Surroundings:
    """Return the surroundings of a command."""
    return of_this_process(say)
