"""`advisor prices update`: what another table says, as a patch to ours."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.prices.update.age import make_sure as dated
from advisor.answers.prices.update.answer import Proposed, propose
from advisor.answers.prices.update.data_file import PriceTable, read_table
from advisor.answers.prices.update.download import download, is_url, make_sure
from advisor.answers.prices.update.objections import TableDays
from advisor.answers.prices.update.package import PackageFiles, opened, read_given
from advisor.api.days import as_date
from advisor.cli.answers import write_answers
from advisor.cli.exits import PROPOSALS, say
from advisor.cli.here import here
from advisor.cli.screen import Format, Screen, screen
from advisor.cli.whole_files import write_file
from advisor.errors import BROKEN, InputError
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
            metavar="TABLE",
            help="A file, wheel, npm archive, folder or installed package of genai-prices, litellm "
            "or pi-ai; an https address is the only use of a network.",
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option(help="Day from which new prices hold, YYYY-MM-DD; default: today.")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(help="Day of the table, where it does not say one itself, YYYY-MM-DD."),
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
    """Propose appended prices from another public table, as a patch.

    Exit 0: nothing to do; 1: conflicts, for a person; 5: proposals alone, written with --apply (0).
    """
    if source is None:
        raise InputError.of("say which price table to read", key="--from")
    today, day = here().today(), as_date(on, flag="--on")
    where = folder or default_folder("pricing")
    given, stamped = _given(source)
    table = read_table(given)
    stated = as_date(as_of)
    own = dated(table.as_of or stamped, stated, source, today)
    days = TableDays(own, day or _said(own))
    found = propose(where, table, days, source=_cited(source, table), patch_folder=_name(where))
    _show(found.answer, Format.JSON if as_json else format_, output or [])
    if apply:
        _write(found)
    elif found.answer.patch:
        say("nothing was written: review it, then `git apply`, or --apply")
    if found.answer.models(CONFLICT):
        raise typer.Exit(BROKEN)
    if found.answer.patch and not apply:
        raise typer.Exit(PROPOSALS)


def _said(day: date) -> date:
    say(f"new prices are taken to hold from the day of the table, {day}; --on says an earlier one")
    return day


def _given(source: str) -> tuple[PackageFiles, date | None]:
    """Return what was given, and the day that a server says it was last changed."""
    if not is_url(source):
        return read_given(source), None
    make_sure(source)
    say(f"reading {source} over the network")
    content, changed = download(source)
    return opened(content, source), changed


def _cited(source: str, table: PriceTable) -> str:
    """Return what a period names as its source: no folders of this machine, no keys in queries."""
    if is_url(source):
        return source.partition("?")[0].partition("#")[0]
    return table.title if table.version is not None else Path(source).name


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
        say(report(screen()).removesuffix("\n"))
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
        say(f"wrote {path}")
