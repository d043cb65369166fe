"""`advisor prices update`: what another table says, as a patch to ours."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.prices.update.answer import Proposed, propose
from advisor.answers.prices.update.data_file import read_bytes
from advisor.answers.prices.update.download import download, is_url, make_sure
from advisor.cli.answers import as_date, write_answers, write_file
from advisor.cli.exits import BROKEN
from advisor.cli.screen import Format, Screen, screen
from advisor.errors import InputError
from advisor.load.price_book import default_folder
from advisor.output import csv, markdown
from advisor.output.json import render_table as render_json
from advisor.output.prices.update import render_report, update_table
from advisor.tables.prices_update import CONFLICT, PriceUpdate


def update(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of pricing files; default: the shipped one.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FILE|URL",
            help="Data of genai-prices or litellm; an https address is the only use of a network.",
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="Day from which new prices hold, YYYY-MM-DD; default: today.")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Write the files too.")] = False,
    format_: Annotated[
        Format, typer.Option("--format", envvar="ADVISOR_FORMAT", help="table: the patch itself.")
    ] = Format.TABLE,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    output: Annotated[
        list[Path] | None,
        typer.Option("-o", "--output", help="Write to a file, also .patch; repeatable."),
    ] = None,
) -> None:
    """Propose appended prices from another public table, as a patch. Exit 1 on conflicts."""
    if source is None:
        raise InputError.of("say which data file to read", key="--from")
    day = as_date(on, flag="--on") or _today()
    where = folder or default_folder("pricing")
    content = _content(source)
    found = propose(
        where, content, source=_cited(source), shown_as=source, on=day, patch_folder=_name(where)
    )
    _show(found.answer, Format.JSON if as_json else format_, output or [])
    if apply:
        _write(found)
    elif found.answer.patch:
        typer.echo("nothing was written: review it, then `git apply`, or --apply", err=True)
    if found.answer.models(CONFLICT):
        raise typer.Exit(BROKEN)


def _today() -> date:
    today = datetime.now(UTC).date()
    typer.echo(f"new prices are taken to hold from today, {today}; --on says another day", err=True)
    return today


def _content(source: str) -> bytes:
    if not is_url(source):
        return read_bytes(Path(source))
    make_sure(source)
    typer.echo(f"reading {source} over the network", err=True)
    return download(source)


def _cited(source: str) -> str:
    """Return what a period names as its source: no folders of this machine, no keys in queries."""
    return source.partition("?")[0].partition("#")[0] if is_url(source) else Path(source).name


def _name(folder: Path) -> str:
    """Return a folder's name in a patch: from here if it lies below, else its own."""
    full, here = folder.resolve(), Path.cwd().resolve()
    if full.is_relative_to(here):
        return "" if full == here else full.relative_to(here).as_posix()
    return full.name.lstrip("_")


def _show(answer: PriceUpdate, chosen: Format, files: list[Path]) -> None:
    """Print the patch, the report beside it; the report alone where the patch goes to a file."""

    def report(seen: Screen) -> str:
        return render_report(answer, width=seen.width)

    def patch(_: Screen) -> str:
        return answer.patch

    table = update_table(answer)
    has_file = any(path.suffix in {".patch", ".diff"} for path in files)
    if chosen is not Format.TABLE or not has_file:
        typer.echo(report(screen()), err=True, nl=False)
    write_answers(
        {
            Format.TABLE: report if has_file else patch,
            Format.JSON: lambda _: render_json(table),
            Format.CSV: lambda _: csv.render_table(table),
            Format.MARKDOWN: lambda _: markdown.render_table(table),
        },
        chosen,
        files,
        more={".patch": patch, ".diff": patch, ".txt": report},
    )


def _write(found: Proposed) -> None:
    """Write every changed file, each whole or not at all."""
    for path, text in found.texts.items():
        write_file(path, text)
        typer.echo(f"wrote {path}", err=True)
