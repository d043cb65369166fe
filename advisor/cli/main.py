"""The table of commands and the program itself.

A command is imported when it is called: `--help` needs the table alone, and must not wait for numpy
or pydantic models.
"""

import atexit
import gc
import os
import sys
import threading
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

from advisor.cli import exits
from advisor.cli.streams import take_over


class Command(NamedTuple):
    """Where a command stands in the help, the module whose `app` it is, and what it does."""

    group: str
    module: str
    help: str


COMMANDS = {
    "init": Command("Start", "advisor.cli.init", "Write a first file from about nine questions."),
    "compare": Command(
        "Start", "advisor.cli.compare", "What every option costs and delivers in the coming year."
    ),
    "recommend": Command(
        "Start", "advisor.cli.recommend", "The best mix under budget and policy, and what flips it."
    ),
    "report": Command(
        "Start", "advisor.cli.report", "One page: ranges, budget, best mix, risks, assumptions."
    ),
    "check": Command(
        "Run", "advisor.cli.check", "Every limit held or broken, for people and for CI."
    ),
    "usage": Command(
        "Run",
        "advisor.cli.usage",
        "What was really used, and what it was worth, from agents' logs.",
    ),
    "forecast": Command(
        "Run", "advisor.cli.forecast", "Where the year ends, why it is off, whose use runs away."
    ),
    "diff": Command("Run", "advisor.cli.diff", "Why the budget moved, by cause."),
    "export": Command(
        "Run", "advisor.cli.export", "The plan row by row: workbook, CSV, Parquet, FOCUS."
    ),
    "stress": Command(
        "Ask why", "advisor.cli.stress", "What the stories do to a mix, and what it hangs on."
    ),
    "seats": Command(
        "Ask why", "advisor.cli.seats", "Who is cheapest on which seat, who by the token; caps."
    ),
    "prices": Command(
        "Ask why", "advisor.cli.prices", "List, show and check the price tables and their history."
    ),
    "tokens": Command(
        "Ask why", "advisor.cli.tokens", "Tokens of files and prompts, and what they cost."
    ),
    "pilot": Command(
        "Ask why", "advisor.cli.pilot", "Quality and cost from one's own trials; what to try next."
    ),
    "learn": Command("More", "advisor.cli.learn", "A commented team file from real use."),
    "backtest": Command(
        "More",
        "advisor.cli.backtest",
        "Proof of the advice: chosen on some tasks, judged on others.",
    ),
    "serve": Command(
        "More", "advisor.cli.serve", "The plan on a page that follows what you move ([web])."
    ),
    "schema": Command(
        "More", "advisor.cli.schema", "Print the JSON Schema of a file, or of the answers."
    ),
}


_MOST_FREED = (32 << 20) - (16 << 10)
"""Bytes just below the most that glibc learns from. Nothing of them is ever touched."""

DIRECT = {"compare": "advisor.cli.compare_run", "usage": "advisor.cli.usage_direct"}
"""Commands that run without what parses all others, where their words are plain: each module's
`answered` returns None where they are not. Decision 21 says why."""
BEFORE_ALL = ("ADVISOR_DEBUG", "_ADVISOR_COMPLETE")
"""Variables that the parser reads before it knows the command."""


def main() -> None:
    """Run the program and exit with its code."""
    # One thread, so that sums come out the same on every machine; before numpy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Nobody's plugin has a say in what a file may hold, and to look for one takes every package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    # glibc hands freed arrays back to the system, which clears every page of them anew: drawing
    # years took twice as long. It keeps what is not larger than what it has seen freed.
    bytes(_MOST_FREED)
    streams = take_over()
    # A command lives for a second and leaves no cycles worth looking for: a third of its time.
    gc.disable()
    # Nor does Python look at its end, through all that is loaded: a tenth of the rest.
    atexit.register(gc.freeze)
    code = exits.run(lambda: _called(sys.argv[1:]), streams)
    if streams.notes is not None and threading.active_count() > 1:
        # A search that was interrupted and went on: tidying up under it would abort the process.
        os._exit(code)
    sys.exit(code)


def _called(words: Sequence[str]) -> Any:
    """Run a command; what it returns is its exit code, None for 0."""
    if words and words[0] in DIRECT and not any(map(os.environ.get, BEFORE_ALL)):
        code = import_module(DIRECT[words[0]]).answered(words[1:])
        if code is not None:
            return code
    return import_module("advisor.cli.program").call()
