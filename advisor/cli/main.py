"""The table of commands and the program itself.

A command is imported when it is called: `--help` needs the table alone, and must not wait for numpy
or pydantic models.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_command as typer_command

from advisor import __version__
from advisor.cli import exits
from advisor.cli.streams import take_over
from advisor.errors import did_you_mean


class Command(NamedTuple):
    """Where a command stands in the help, the module whose `app` it is, and what it does."""

    group: str
    module: str
    help: str


COMMANDS = {
    "init": Command("Start", "advisor.cli.init", "Write a first file from about eight questions."),
    "compare": Command(
        "Start", "advisor.cli.compare", "What every option costs and delivers in the coming year."
    ),
    "recommend": Command(
        "Start", "advisor.cli.recommend", "The best mix under budget and policy, and what flips it."
    ),
    "check": Command(
        "Run", "advisor.cli.check", "Every limit held or broken, for people and for CI."
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
    "backtest": Command(
        "More",
        "advisor.cli.backtest",
        "Proof of the advice: chosen on some tasks, judged on others.",
    ),
    "schema": Command(
        "More", "advisor.cli.schema", "Print the JSON Schema of a file, or of the answers."
    ),
}


class LazyGroup(TyperGroup):
    """A group whose commands are imported when they are called, and listed by their groups."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Name every command of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import a command; None for a name that is not one."""
        if cmd_name not in COMMANDS:
            return None
        command = typer_command(import_module(COMMANDS[cmd_name].module).app)
        command.name = cmd_name
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command, with a hint where its name was nearly right."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            hint = did_you_mean(name, COMMANDS)
            ctx.fail(f"there is no command {name!r}" + (f": {hint}" if hint else ""))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """List the commands under their groups, from the table alone."""
        for group in dict.fromkeys(command.group for command in COMMANDS.values()):
            rows = [(name, c.help) for name, c in COMMANDS.items() if c.group == group]
            with formatter.section(group):
                formatter.write_dl(rows)


app = typer.Typer(
    cls=LazyGroup,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"advisor {__version__}")
        raise typer.Exit


@app.callback()
def advisor(
    version: bool = typer.Option(
        False, "--version", callback=_print_version, is_eager=True, help="Print the version."
    ),
    debug: bool = typer.Option(
        False, "--debug", envvar="ADVISOR_DEBUG", help="Show the traceback of a bug."
    ),
) -> None:
    """What AI coding work should run on, what it will cost in a year, inside which budget.

    FILE may be left out: ./team.yaml is taken, or the only file in ./workloads. The answer goes to
    stdout, everything else to stderr. Exit codes: 0 done, 1 a limit is broken, 2 the input is
    wrong, 3 something is missing that the answer needs, 4 no mix satisfies the policy, 70 a bug,
    74 the answer could not be written.
    """


def main() -> None:
    """Run the program and exit with its code."""
    # One thread, so that sums come out the same on every machine; before numpy is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Nobody's plugin has a say in what a file may hold, and to look for one takes every package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    streams = take_over()
    # A command lives for a second and leaves no cycles worth looking for: a third of its time.
    gc.disable()
    # Nor does Python look at its end, through all that is loaded: a tenth of the rest.
    atexit.register(gc.freeze)
    group = typer_command(app)
    sys.exit(exits.run(lambda: group.main(prog_name="advisor", standalone_mode=False), streams))
