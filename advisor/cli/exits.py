"""How a command ends; the only place that catches.

0 done · 1 a limit is broken or prices disagree · 2 the input is wrong · 3 something the answer
needs is missing · 4 no mix satisfies the policy · 5 prices are proposed, not written · 70 a bug ·
74 the answer could not be written · 130 interrupted. Never anything else by accident: an uncaught
error must not look like "over budget".
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

from advisor.cli.streams import Streams, UndeliveredError
from advisor.errors import DONE, AdvisorError
from advisor.safe_text import harmless

BUG, UNDELIVERED, INTERRUPTED = 70, 74, 130
USAGE = 2
PROPOSALS = 5


def run(command: Callable[[], int | None], streams: Streams) -> int:
    """Run a command and return its exit code, saying on stderr what went wrong.

    Notes that are lost, as on a full disk, spoil a good end alone: a broken limit stays one.
    """
    try:
        code = _ended(command)
        streams.flush()
    except UndeliveredError as error:
        say(f"the answer could not be written: {error}")
        return UNDELIVERED
    return UNDELIVERED if code == DONE and streams.notes_lost else code


def _ended(command: Callable[[], int | None]) -> int:
    try:
        return command() or DONE
    except AdvisorError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        return _interrupted()
    except UndeliveredError:
        raise
    except Exception as error:
        typer: Any = sys.modules.get("typer")
        return _bug(error) if typer is None else _ended_by_typer(error, typer)


def _ended_by_typer(error: Exception, typer: Any) -> int:
    """End as what parses the command line says; it is not loaded for that."""
    if isinstance(error, typer.Exit):
        return int(error.exit_code)
    if isinstance(error, typer.Abort):
        return _interrupted()
    if isinstance(error, typer.TyperException):
        _show(error)
        return USAGE
    return _bug(error)


def _interrupted() -> int:
    say("interrupted")
    return INTERRUPTED


_WORDS = {
    "Value error, ": "",
    "Input should be a valid integer, unable to parse string as an integer": "not a whole number",
    "Input should be a valid number, unable to parse string as a number": "not a number",
}
"""What parses the command line says of a value, and how it is said here."""


def _show(error: Any) -> None:
    """Print what was wrong with the call, with its usage where the error knows it."""
    message = getattr(error, "message", None)
    if isinstance(message, str):
        for theirs, ours in _WORDS.items():
            message = message.replace(theirs, ours)
        error.message = message
    show = getattr(error, "show", None)
    if show is None:
        say(f"Error: {error.format_message()}")
    else:
        show()


def _bug(error: Exception) -> int:
    if "--debug" in sys.argv or os.environ.get("ADVISOR_DEBUG"):
        import_module("traceback").print_exc()
    say(
        f"a bug in advisor, not in your input: {type(error).__name__}: {error}\n"
        "please open an issue with what `--debug` before the command prints"
    )
    return BUG


def say(line: str) -> None:
    """Write a line to stderr: it steers no terminal and gives no CI service a command."""
    sys.stderr.write(f"{harmless(line)}\n")
