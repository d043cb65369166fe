"""Options that several commands have, each said once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from advisor.cli.screen import Format

FileArgument = Annotated[Path | None, typer.Argument(help="The team's file.", show_default=False)]
AsOf = Annotated[str | None, typer.Option(help="Prices as they were known on a day, YYYY-MM-DD.")]
Today = Annotated[
    str | None,
    typer.Option(help="Count the age of prices to this day.", envvar="ADVISOR_TODAY"),
]
Actuals = Annotated[
    list[Path] | None,
    typer.Option(help="Tables or folders of what was paid this year, or usage; repeatable."),
]
SearchSeconds = Annotated[
    float, typer.Option(envvar="ADVISOR_TIME_LIMIT", help="Seconds to search a mix at most.")
]
AssumeCancelled = Annotated[
    list[str] | None, typer.Option(help="Leave out an announced price, MODEL@DATE.")
]
Draws = Annotated[int, typer.Option(envvar="ADVISOR_DRAWS", help="Simulated years; 0 for none.")]
Seed = Annotated[int, typer.Option(envvar="ADVISOR_SEED", help="Seed of the draws.")]
FormatOption = Annotated[
    Format, typer.Option("--format", envvar="ADVISOR_FORMAT", help="How to print the answer.")
]
AsJson = Annotated[bool, typer.Option("--json", help="The same as --format json.")]
LockedOption = Annotated[
    bool,
    typer.Option(
        "--locked", envvar="ADVISOR_LOCKED", help="Fail (1) if prices moved since advisor.lock."
    ),
]
FrozenOption = Annotated[
    bool,
    typer.Option(
        "--frozen", envvar="ADVISOR_FROZEN", help="Use advisor.lock as it was approved, silently."
    ),
]
Output = Annotated[
    list[Path] | None,
    typer.Option("-o", "--output", help="Write to a file, its kind by its ending; repeatable."),
]
