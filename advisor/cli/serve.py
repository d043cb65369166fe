"""`advisor serve`: the plan on a page of this machine, its figures following what is moved."""

from __future__ import annotations

import importlib
import socket
from typing import Annotated, Any

import typer

from advisor.api.days import as_date
from advisor.api.inputs import read_inputs
from advisor.api.locking import use_of
from advisor.cli.exits import say
from advisor.cli.here import here
from advisor.cli.options import AsOf, AssumeCancelled, FileArgument, FrozenOption, LockedOption
from advisor.errors import InputError, MissingError
from advisor.load.price_book import default_folder
from advisor.load.yaml_source import read_yaml

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

HOST = "127.0.0.1"
PORT = 8722
_HIGHEST_PORT = 65_535


@app.command()
def serve(
    file: FileArgument = None,
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 for any that is free.")] = PORT,
    locked: LockedOption = False,
    frozen: FrozenOption = False,
    as_of: AsOf = None,
    assume_cancelled: AssumeCancelled = None,
) -> None:
    """Show the plan on a page of this machine: move head counts, budgets, tokens, prices, rules."""
    web = _web()
    if not 0 <= port <= _HIGHEST_PORT:
        raise InputError.of(f"{port}: from 0 to {_HIGHEST_PORT}", key="--port")
    inputs = read_inputs(
        file,
        {},
        around=here(),
        as_of=as_date(as_of),
        assume_cancelled=assume_cancelled or (),
        use=use_of(locked=locked, frozen=frozen),
    )
    shortlist = read_yaml(default_folder("workloads") / "shortlist.yaml").data["options"]
    application = web.app.live_app(web.plan.live_plan(inputs, shortlist))
    with _listening(port) as listener:
        say(f"{inputs.shown}: http://{HOST}:{listener.getsockname()[1]}/   Ctrl-C ends it")
        config = web.uvicorn.Config(
            application, log_level="error", access_log=False, server_header=False,
            timeout_keep_alive=30, timeout_graceful_shutdown=2, limit_concurrency=200,
            h11_max_incomplete_event_size=32_768,
        )  # fmt: skip
        web.uvicorn.Server(config).run(sockets=[listener])


class _Web:
    """What the `[web]` extra brings, loaded when it is needed."""

    def __init__(self) -> None:
        self.uvicorn: Any = importlib.import_module("uvicorn")
        self.app: Any = importlib.import_module("advisor.web.app")
        self.plan: Any = importlib.import_module("advisor.web.plan")


def _web() -> _Web:
    try:
        return _Web()
    except ModuleNotFoundError as error:
        message = f"the page needs {error.name}: install ai-spend-advisor[web]"
        raise MissingError(message) from None


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
        listener.listen()  # before the address is told: who opens it at once is let in
    except OSError as error:
        listener.close()
        message = f"{port} can't be listened on: {error.strerror}"
        raise InputError.of(message, key="--port", hint="`--port 0` takes any") from None
    return listener
