"""What `advisor usage` and `advisor learn` are both told, as typer knows it."""

from __future__ import annotations

from typing import Annotated

import typer

Homes = Annotated[
    list[str] | None,
    typer.Option(help="A home folder, perhaps NAME=DIR; repeatable.", metavar="DIR"),
]
Since = Annotated[str | None, typer.Option(help="From this day on, YYYY-MM-DD.")]
Until = Annotated[str | None, typer.Option(help="Until this day, itself included.")]
Timezone = Annotated[
    str,
    typer.Option(envvar="ADVISOR_TIMEZONE", help="Whose days: Europe/Berlin, local, UTC."),
]
Store = Annotated[
    str | None,
    typer.Option(envvar="ADVISOR_USAGE_STORE", help="The file that keeps what was read."),
]
NoStore = Annotated[
    bool, typer.Option("--no-store", help="Keep nothing, and use nothing that was kept.")
]
