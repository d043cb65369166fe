"""Options that several commands have, each said once; and the bounds that all of them share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from advisor.cli.screen import Format
from advisor.errors import InputError

DEFAULT_DRAWS = 20_000
MOST_DRAWS = 10_000_000

FileArgument = Annotated[Path | None, typer.Argument(help="The team's file.", show_default=False)]
AsOf = Annotated[str | None, typer.Option(help="Prices as they were known on a day, YYYY-MM-DD.")]
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


def check_draws(draws: int, seed: int) -> None:
    """Raise InputError for draws or a seed out of bounds."""
    if not 0 <= draws <= MOST_DRAWS:
        raise InputError.of(f"{draws:,}: from 0 to {MOST_DRAWS:,}", key="--draws")
    check_seed(seed)


def check_seed(seed: int) -> None:
    """Raise InputError for a seed out of bounds."""
    if seed < 0:
        raise InputError.of(f"{seed}: a seed is not negative", key="--seed")
