"""What enters from outside of an answer: the day, the environment, and who is told of what.

Whoever asks hands it down; nothing else in this layer looks at the clock or the environment.
"""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from advisor.api.days import as_date
from advisor.api.keeping import kept_folder


class Surroundings(NamedTuple):
    """Environment variables, a clock in UTC, and who hears what is said beside an answer."""

    environment: Mapping[str, str]
    clock: Callable[[], date]
    tell: Callable[[str], None]

    def today(self) -> date:
        """Return the day that ADVISOR_TODAY says, else the clock's; InputError for no day."""
        stated = as_date(self.environment.get("ADVISOR_TODAY") or None, flag="ADVISOR_TODAY")
        return stated or self.clock()

    @property
    def keep_in(self) -> Path | None:
        """The folder for tables that were read once; None where nothing is kept."""
        return kept_folder(self.environment)


def of_this_process(tell: Callable[[str], None]) -> Surroundings:
    """Return the process's own environment and clock."""
    return Surroundings(os.environ, lambda: datetime.now(UTC).date(), tell)
