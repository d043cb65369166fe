"""Which limits a change breaks, and which were broken before it.

Each limit of a plan is looked up among those that the plan held, or did not, by its own bounds
before. What a reader would get wrong: a limit that the change itself adds was not broken before.
"""

from __future__ import annotations

from collections.abc import Sequence

from advisor.answers.check.answer import check
from advisor.answers.check.figures import PROMPT_TOKENS
from advisor.answers.check.held_ways import CheckRequest
from advisor.errors import AdvisorError, NothingToCheckError
from advisor.tables.check import ABSENT, FAIL, UNKNOWN, FileCheck, LimitLine


def told_from_before(now: FileCheck, base: CheckRequest) -> FileCheck:
    """Say of each broken limit what it was in the base; nothing where that can't be held."""
    if not any(line.status in {FAIL, UNKNOWN} for line in now.lines):
        return now
    before = _lines(base)
    if before is None:
        return now
    found = {(line.limit, line.team, line.on): line.status for line in before}
    lines = [
        line
        if line.limit == PROMPT_TOKENS or line.status not in {FAIL, UNKNOWN}
        else line._replace(before=found.get((line.limit, line.team, line.on), ABSENT))
        for line in now.lines
    ]
    return now._replace(lines=lines)


def _lines(base: CheckRequest) -> Sequence[LimitLine] | None:
    """Hold the base by its own limits, but for those on files, which are not as they were."""
    limits = tuple(one for one in base.workload.limits if one.limit != PROMPT_TOKENS)
    try:
        return check(
            base._replace(workload=base.workload.model_copy(update={"limits": limits}))
        ).lines
    except NothingToCheckError:
        return []
    except AdvisorError:
        return None
