"""Everything this package raises on purpose, and the two ends of a command that are no error.

AdvisorError
    InputError          what was given is wrong; every fault found, at once        exit 2
    NothingToCheckError no budget, policy or limit to hold a plan against          exit 2
    MissingError        the answer needs something that is not there               exit 3
        PriceGapError   no price in force for a model in a month of the plan       exit 3
    PricesMovedError    the tables are not the ones that were locked               exit 1
    InfeasibleError     no mix keeps every limit                                   exit 4

A broken budget is not here: it is an answer. Any other exception is a bug in the advisor,
and the command line says so and exits with 70.
"""

from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import NamedTuple, Self

from advisor.safe_text import on_one_line, steerless

MOST_TOLD = 100
"""How many faults an error's text names; `faults` holds them all."""


DONE, BROKEN = 0, 1
"""What a command ends with that says what it was asked: nothing is wrong, or a limit is broken."""


class Fault(NamedTuple):
    """One thing that is wrong in one place of one file. Line and column count from 1."""

    file: str
    line: int
    column: int
    key: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        """Print as `file:line:column key: message`, with the hint on a line of its own."""
        where = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        what = ": ".join(filter(None, [f"{where} {self.key}".strip(), self.message]))
        hint = f"\n  hint: {steerless(self.hint)}" if self.hint else ""
        return on_one_line(what) + hint


def _told(faults: Sequence[Fault]) -> str:
    """Write faults below each other: the first of many, and how many more there are."""
    lines = [str(fault) for fault in faults[:MOST_TOLD]]
    if len(faults) > MOST_TOLD:
        lines.append(f"and {len(faults) - MOST_TOLD:,} more faults")
    return "\n".join(lines)


class AdvisorError(Exception):
    """Anything the advisor refuses to do, with the exit code that says why.

    `faults` holds every reason with its place. A fault that was found while calculating has a key
    but no line yet; the command line, which has read the file, finds the line.
    """

    exit_code = 70
    faults: Sequence[Fault] = ()

    @classmethod
    def at(cls, faults: Iterable[Fault]) -> Self:
        """Raise several at once, in file order, each once."""
        gathered = tuple(sorted(set(faults)))
        error = cls(_told(gathered))
        error.faults = gathered
        return error

    @classmethod
    def of(cls, message: str, *, file: str = "", key: str = "", hint: str = "") -> Self:
        """Raise one that has no line, such as a directory where a file was expected."""
        return cls.at([Fault(file, 0, 0, key, message, hint)])


class InputError(AdvisorError):
    """What was given is wrong. Carries every fault that could be found in one run."""

    exit_code = 2

    def __init__(self, faults: Iterable[Fault] | str) -> None:
        """Keep the faults in file order, each once."""
        if isinstance(faults, str):
            super().__init__(faults)
            return
        self.faults = tuple(sorted(set(faults)))
        super().__init__(_told(self.faults))


class NothingToCheckError(AdvisorError):
    """There is no budget, policy or limit in the file."""

    exit_code = 2


class MissingError(AdvisorError):
    """A price, a record or a file that the answer needs is not there."""

    exit_code = 3


class PriceGapError(MissingError):
    """A month of the plan has no price in force for a model that it uses."""


class PricesMovedError(AdvisorError):
    """The price tables are not those of the lock that had to be kept."""

    exit_code = 1


class InfeasibleError(AdvisorError):
    """No mix keeps every limit at once."""

    exit_code = 4


class AdvisorWarning(UserWarning):
    """Something to know that stands in no answer, such as that price tables are old."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a hint naming the closest known name, or an empty text if none is close."""
    difflib = import_module("difflib")  # only a slip of the pen waits for it
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"did you mean `{close[0]}`?" if close else ""
