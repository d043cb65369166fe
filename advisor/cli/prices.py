"""`advisor prices`: what the tables hold, where it is from, and whether it is in order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from advisor import __version__
from advisor.answers.prices.listing import book_faults, history_of, list_of, plans_of, show_of
from advisor.cli.answers import Format, as_date, emit, screen, write_answers, write_file
from advisor.cli.inputs import find_file, own_profiles, read_inputs
from advisor.cli.keeping import kept_folder
from advisor.cli.locking import LockUse, shipped_tables
from advisor.cli.options import AsJson, AsOf, FormatOption, Output
from advisor.cli.price_update import update
from advisor.errors import InputError, did_you_mean
from advisor.load.lock import LOCK_NAME, taken, written
from advisor.load.price_book import read_price_book
from advisor.model.book import Offer, PriceBook
from advisor.output import csv, markdown
from advisor.output.grid import render_table as render_text
from advisor.output.json import render_table as render_json
from advisor.tables.flat import Table

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False,
    no_args_is_help=True, help="List, show and check the price tables and their history.",
)  # fmt: skip

OnOption = Annotated[
    str | None, typer.Option(help="Prices in force on a day; default: the day they were checked.")
]
ModelArgument = Annotated[str, typer.Argument(help="A model's id, an alias, or vendor/id.")]


@app.command("list")
def list_(
    vendor: Annotated[str | None, typer.Argument(help="Only one maker's models.")] = None,
    plans: Annotated[bool, typer.Option("--plans", help="Seats instead of models.")] = False,
    on: OnOption = None,
    as_of: AsOf = None,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """List every model with its prices in force, or every plan."""
    book = read_price_book(keep_in=kept_folder()).known_on(as_date(as_of))
    known = sorted(book.vendors - set(book.channels))
    if vendor is not None and vendor not in known:
        hint = did_you_mean(vendor, known)
        raise InputError.of(f"{vendor!r} is not a vendor in the price tables", hint=hint)
    moment = _moment(on, book)
    sells_seats_alone = vendor is not None and all(o.vendor.vendor != vendor for o in book.offers)
    seats = plans or sells_seats_alone
    table = plans_of(book, moment, vendor) if seats else list_of(book, moment, vendor)
    _write(table, Format.JSON if as_json else format_, output)


@app.command()
def lock(
    file: Annotated[
        Path | None, typer.Argument(help="The team's file; the lock is written beside it.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Where to; default: advisor.lock beside.")
    ] = None,
) -> None:
    """Lock the tables that an answer is made with, so that it comes out the same later."""
    path = find_file(file)
    if path is None:
        raise InputError.of("no file: say whose tables are locked")
    inputs = read_inputs(path, {}, use=LockUse.NONE)
    tables = shipped_tables()
    held = taken(
        tables.pricing,
        tables.workloads,
        own_profiles(inputs.workload, path),
        version=__version__,
        as_of=inputs.book.as_of,
        name=path.name,
    )
    place = output or path.parent / LOCK_NAME
    write_file(place, written(held))
    emit(
        f"locked {len(held.files)} files as of {held.as_of} in {place} ({held.digest[:12]}); "
        "answers about a file beside it use them from now on\n"
    )


@app.command()
def show(
    model: ModelArgument,
    on: OnOption = None,
    as_of: AsOf = None,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Show what a model costs: classes, tiers, busy hours, variants, and where that is from."""
    book = read_price_book(keep_in=kept_folder()).known_on(as_date(as_of))
    table = show_of(_offer(book, model), _moment(on, book))
    _write(table, Format.JSON if as_json else format_, output)


@app.command()
def history(
    model: ModelArgument,
    as_of: AsOf = None,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Show every price a model had, has, and is announced to have."""
    book = read_price_book(keep_in=kept_folder()).known_on(as_date(as_of))
    _write(history_of(_offer(book, model)), Format.JSON if as_json else format_, output)


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of pricing files; default: the shipped one.")
    ] = None,
) -> None:
    """Check the tables: order, sources, plausibility. Exit 1 where they disagree."""
    book = read_price_book(folder)
    faults = book_faults(book)
    for fault in faults:
        typer.echo(fault)
    makers = len({offer.vendor.vendor for offer in book.offers})
    periods = sum(len(offer.model.prices) for offer in book.offers)
    typer.echo(
        f"{len(book.offers)} models of {makers} makers, {periods} price periods, "
        f"{len(book.plans)} plans; last checked on {book.as_of}: "
        + (f"{len(faults)} to look at" if faults else "in order")
    )
    if faults:
        raise typer.Exit(1)


app.command()(update)


def _offer(book: PriceBook, name: str) -> Offer:
    offer = book.find(name)
    if offer is None:
        hint = did_you_mean(name, book.names())
        raise InputError.of(f"{name!r} is not a model in the price tables", hint=hint)
    return offer


def _moment(on: str | None, book: PriceBook) -> datetime:
    """Return the end of a day: what began on it is in force."""
    day = as_date(on, flag="--on") or book.as_of
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)


def _write(table: Table, chosen: Format, output: list[Path] | None) -> None:
    write_answers(
        {
            Format.TABLE: lambda _: render_text(table, screen().width),
            Format.JSON: lambda _: render_json(table),
            Format.CSV: lambda _: csv.render_table(table),
            Format.MARKDOWN: lambda _: markdown.render_table(table),
        },
        chosen,
        output or [],
    )
