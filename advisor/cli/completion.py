"""What a shell offers after an option: names of figures, of models, of options of the file.

A shell asks while somebody types: what cannot be read offers nothing, and is told of by the command
itself once it is run.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import typer

from advisor.answers.compare.answer import RANKED_BY
from advisor.api.inputs import find_file
from advisor.errors import InputError
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.workload_file import read_options
from advisor.load.yaml_source import read_yaml

_RECOMMENDED = "recommended"


def ranked_by(incomplete: str) -> list[str]:
    """Complete what options are ranked by."""
    return beginning(RANKED_BY, incomplete)


def models(incomplete: str) -> list[str]:
    """Complete the id of a model."""
    return beginning(read_price_book().names(), incomplete)


def options(ctx: typer.Context, incomplete: str) -> list[str]:
    """Complete an option of the file that is typed already, else of the one that would be read."""
    # An option without its value ends the parsing, and what is not parsed lies in `args`.
    typed = [one for one in ctx.args if Path(one).is_file()]
    return beginning([*_options_of(typed[-1] if typed else ""), _RECOMMENDED], incomplete)


def _options_of(file: str) -> Iterable[str]:
    path = find_file(Path(file) if file else None)
    try:
        data = read_yaml(path).data if path is not None else {}
    except InputError:
        return []
    own = data.get("options") if isinstance(data, dict) else None
    if isinstance(own, dict):
        return own
    return read_options(default_folder("workloads") / "shortlist.yaml")


def beginning(names: Iterable[str], incomplete: str) -> list[str]:
    """Return the names that begin as what is typed does."""
    return [name for name in names if name.startswith(incomplete)]
