"""The program as typer sees it: the group of commands, imported when they are called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup
from typer.main import get_command as typer_command

from advisor import __version__
from advisor.cli.main import COMMANDS
from advisor.errors import did_you_mean


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


def call() -> Any:
    """Parse the command line, run the command, and return what it returns."""
    return typer_command(app).main(prog_name="advisor", standalone_mode=False)
