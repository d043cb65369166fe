"""How a command ends; the only place that catches.

0 done · 1 a limit is broken or prices disagree · 2 the input is wrong · 3 something the answer
needs is missing · 4 no mix satisfies the policy · 5 prices are proposed, not written · 70 a bug ·
74 the answer could not be written · 130 interrupted. Never anything else by accident: an uncaught
error must not look like "over budget".
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable

import typer

from advisor.cli.streams import Streams, UndeliveredError
from advisor.errors import AdvisorError

DONE, BROKEN, BUG, UNDELIVERED, INTERRUPTED = 0, 1, 70, 74, 130
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
        typer.echo(f"the answer could not be written: {error}", err=True)
        return UNDELIVERED
    return UNDELIVERED if code == DONE and streams.notes_lost else code


def _ended(command: Callable[[], int | None]) -> int:
    try:
        return command() or DONE
    except AdvisorError as error:
        typer.echo(str(error), err=True)
        return error.exit_code
    except typer.Exit as ended:
        return ended.exit_code
    except typer.TyperException as error:
        _show(error)
        return USAGE
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return INTERRUPTED
    except UndeliveredError:
        raise
    except Exception as error:
        return _bug(error)


def _show(error: typer.TyperException) -> None:
    """Print what was wrong with the call, with its usage where the error knows it."""
    show = getattr(error, "show", None)
    if show is None:
        typer.echo(f"Error: {error.format_message()}", err=True)
    else:
        show()


def _bug(error: Exception) -> int:
    if "--debug" in sys.argv or os.environ.get("ADVISOR_DEBUG"):
        traceback.print_exc()
    typer.echo(
        f"a bug in advisor, not in your input: {type(error).__name__}: {error}\n"
        "please open an issue with what `--debug` before the command prints",
        err=True,
    )
    return BUG
