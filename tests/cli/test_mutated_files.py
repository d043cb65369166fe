"""Every file that is read with one thing wrong: refused in words, or it changes what is read.

No mutation ends in anything but an answer or a fault: no bug, no traceback. What is accepted says
something else than the file did: a key that is doubled or misspelt, or a value of another kind or
unit, never passes without a trace. A seeded sample is tried always, `-m slow` tries 250 of
each file, and `bench/mutated.py` counts.
"""

from __future__ import annotations

import os
import random

import pytest
from mutations import DROPPED, Mutation
from other_files import other_files
from shipped_files import BUG, SAME, Reading, Verdict, verdict_on, whole_files

SAMPLE = int(os.environ.get("ADVISOR_MUTATIONS", "25"))
MANY = 250
SEED = int(os.environ.get("ADVISOR_MUTATION_SEED", "1"))
LOGS_SAMPLE = 8
"""A log is read with its whole home, which takes a while."""
FILES = [*whole_files(), *other_files()]


def wrong(reading: Reading, most: int) -> list[tuple[Mutation, Verdict]]:
    """Return mutations that end as a bug, or that pass without a trace, of a seeded sample."""
    whole = reading.apart(reading.content)
    found = list(whole.mutations())
    seeded = random.Random(f"{SEED} {reading.name}")  # noqa: S311 - nothing secret
    tried = seeded.sample(found, min(most, len(found)))
    told = [(one, verdict_on(reading, whole.again(one))) for one in tried]
    return [
        (one, verdict)
        for one, verdict in told
        if verdict.kind == BUG
        or (verdict.kind == SAME and one.kind != DROPPED and not reading.may_pass)
    ]


@pytest.mark.parametrize("reading", FILES, ids=[one.name for one in FILES])
def test_a_file_put_together_again_says_the_same(reading: Reading) -> None:
    """The mutations are of the file: with nothing wrong it reads as it did."""
    assert verdict_on(reading, reading.apart(reading.content).again()) == Verdict(SAME, "")


@pytest.mark.parametrize("reading", FILES, ids=[one.name for one in FILES])
def test_a_sample_of_slips_is_refused_or_read_as_something_else(reading: Reading) -> None:
    """Each of a seeded sample ends in a fault, or in another model than the file's."""
    assert wrong(reading, min(SAMPLE, LOGS_SAMPLE) if reading.may_pass else SAMPLE) == []


@pytest.mark.slow
@pytest.mark.parametrize("reading", FILES, ids=[one.name for one in FILES])
def test_many_slips_are_refused_or_read_as_something_else(reading: Reading) -> None:
    """Up to 250 of each file, which takes minutes."""
    assert wrong(reading, MANY) == []
