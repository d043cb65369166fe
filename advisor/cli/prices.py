"""`advisor prices`: what the tables hold, where it is from, and whether it is in order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from advisor import __version__
from advisor.answers.prices.agenda import ODD, agenda_of
from advisor.answers.prices.listing import history_of, list_of, plan_history_of, plans_of
from advisor.answers.prices.sheet import show_of, show_plan
from advisor.api.days import as_date
from advisor.api.inputs import find_file, own_profiles, read_inputs
from advisor.api.locking import LockUse, shipped_tables
from advisor.cli.answers import write_answers
from advisor.cli.exits import say
from advisor.cli.here import here
from advisor.cli.options import AsJson, AsOf, FormatOption, Output
from advisor.cli.price_update import update
from advisor.cli.screen import Format, emit
from advisor.cli.whole_files import check_places, write_file
from advisor.errors import BROKEN, InputError, did_you_mean
from advisor.load.lock import LOCK_NAME, taken, written
from advisor.load.price_book import read_price_book
from advisor.model.book import Offer, PriceBook, SoldPlan
from advisor.output import csv, markdown
from advisor.output.grid import render_table as render_text
from advisor.output.json import render_table as render_json
from advisor.output.prices.agenda import render_agenda
from advisor.tables.flat import Table

MOST_DAYS = 3_660

app = typer.Typer(
    rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False,
    no_args_is_help=True, help="List, show and check the price tables and their history.",
)  # fmt: skip


def _names(incomplete: str) -> list[str]:
    """Complete the name of a model or of a plan."""
    book = read_price_book(keep_in=here().keep_in)
    return sorted(one for one in (*book.names(), *book.plans) if one.startswith(incomplete))


def _vendors(incomplete: str) -> list[str]:
    """Complete the name of a maker or seller."""
    book = read_price_book(keep_in=here().keep_in)
    return sorted(one for one in book.vendors - set(book.channels) if one.startswith(incomplete))


OnOption = Annotated[str | None, typer.Option(help="Prices in force on a day; default: today.")]
NameArgument = Annotated[
    str,
    typer.Argument(help="A model's id, an alias, vendor/id, or a plan.", autocompletion=_names),
]


@app.command("list")
def list_(
    vendor: Annotated[
        str | None, typer.Argument(help="Only one maker's models.", autocompletion=_vendors)
    ] = None,
    plans: Annotated[bool, typer.Option("--plans", help="Seats instead of models.")] = False,
    on: OnOption = None,
    as_of: AsOf = None,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """List every model with its prices in force, or every plan."""
    book = read_price_book(keep_in=here().keep_in).known_on(as_date(as_of))
    known = sorted(book.vendors - set(book.channels))
    if vendor is not None and vendor not in known:
        hint = book.biller_hint(vendor)
        raise InputError.of(f"{vendor!r} is not a vendor in the price tables", hint=hint)
    moment = _moment(on, as_of)
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
    inputs = read_inputs(path, {}, around=here(), use=LockUse.NONE)
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
    check_places([place], inputs.files)
    write_file(place, written(held))
    emit(
        f"locked {len(held.files)} files as of {held.as_of} in {place} ({held.digest[:12]}); "
        "answers about a file beside it use them from now on\n"
    )


@app.command()
def show(
    name: NameArgument,
    on: OnOption = None,
    as_of: AsOf = None,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Show what a model or plan costs and all that is known of it: end, disputes, sources."""
    book = read_price_book(keep_in=here().keep_in).known_on(as_date(as_of))
    found, moment = _found(book, name), _moment(on, as_of)
    table = show_of(found, moment) if isinstance(found, Offer) else show_plan(found, moment)
    _write(table, Format.JSON if as_json else format_, output)


@app.command()
def history(
    name: NameArgument,
    as_of: AsOf = None,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Show every price that a model or plan had, has, and is announced to have."""
    found = _found(read_price_book(keep_in=here().keep_in).known_on(as_date(as_of)), name)
    table = history_of(found) if isinstance(found, Offer) else plan_history_of(found)
    _write(table, Format.JSON if as_json else format_, output)


@app.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of pricing files; default: the shipped one.")
    ] = None,
    on: Annotated[str | None, typer.Option(help="Day to look from; default: today.")] = None,
    days: Annotated[int, typer.Option(help="How many days to look ahead.")] = 60,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """Check the tables: what ends, begins or is old, and plausibility. Exit 1 for odd figures."""
    if not 0 <= days <= MOST_DAYS:
        raise InputError.of(f"{days:,}: from 0 to {MOST_DAYS:,}", key="--days")
    table = agenda_of(read_price_book(folder), _day(on, None), days)
    _write(
        table,
        Format.JSON if as_json else format_,
        output,
        text=lambda width: render_agenda(table, width=width, days=days),
    )
    if any(row[0] == ODD for row in table.rows):
        raise typer.Exit(BROKEN)


app.command()(update)


def _found(book: PriceBook, name: str) -> Offer | SoldPlan:
    """Find a model, else a plan, by what it is called."""
    offer = book.find(name)
    found = offer or book.plans.get(name)
    if found is None:
        hint = did_you_mean(name, [*book.names(), *book.plans])
        raise InputError.of(f"{name!r} is neither a model nor a plan of the tables", hint=hint)
    return found


def _day(on: str | None, as_of: str | None) -> date:
    """Return the day that was asked about, else the day of the knowledge, else today; say which."""
    stated = as_date(on, flag="--on") or as_date(as_of)
    if stated is None:
        stated = here().today()
        say(f"on today, {stated}; --on says another day")
    return stated


def _moment(on: str | None, as_of: str | None) -> datetime:
    """Return the end of a day: what began on it is in force."""
    day = _day(on, as_of)
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=UTC)


def _write(
    table: Table,
    chosen: Format,
    output: list[Path] | None,
    *,
    text: Callable[[int], str] | None = None,
) -> None:
    def laid_out(width: int) -> str:
        return render_text(table, width) if text is None else text(width)

    write_answers(
        {
            Format.TABLE: lambda seen: laid_out(seen.width),
            Format.JSON: lambda _: render_json(table),
            Format.CSV: lambda _: csv.render_table(table),
            Format.MARKDOWN: lambda _: markdown.render_table(table),
        },
        chosen,
        output or [],
    )
