"""`advisor init`: about nine questions that a manager can answer, then a commented file."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from advisor.answers.init import FirstAnswers, first_file, level_sentence
from advisor.api.usage_asked import AskedUsage
from advisor.case.bill import published_range
from advisor.cli.completion import models
from advisor.cli.exits import say
from advisor.cli.first_questions import GivenFlags, KnownNames, answers_of
from advisor.cli.here import here
from advisor.cli.screen import emit
from advisor.cli.whole_files import write_file
from advisor.errors import Fault, InputError, MissingError
from advisor.load.document import Document
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.usage.places import places_of
from advisor.load.workload_file import check_workload, read_options
from advisor.load.yaml_source import parse_yaml
from advisor.model.book import PriceBook
from advisor.model.workload import Option
from advisor.units import Month

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("team.yaml"),
    developers: Annotated[
        str | None,
        typer.Option(help="How many developers could use it; '63, 80 from 2027-02' if they grow."),
    ] = None,
    active: Annotated[str | None, typer.Option(help="How many did, last month.")] = None,
    billed: Annotated[
        list[str] | None,
        typer.Option(help="Last invoice, VENDOR=COST; may be repeated, may say 'for 25 seats'."),
    ] = None,
    seat_fees: Annotated[
        str | None, typer.Option(help="Of that, seat fees; of several invoices VENDOR=FEES.")
    ] = None,
    month: Annotated[str | None, typer.Option(help="Month of the invoice, YYYY-MM.")] = None,
    model: Annotated[
        str | None, typer.Option(help="Mostly which model.", autocompletion=models)
    ] = None,
    year_starts: Annotated[
        str | None, typer.Option(help="First month of your fiscal year, 1 to 12 or a name.")
    ] = None,
    budget: Annotated[str | None, typer.Option(help="Budget for the year.")] = None,
    china: Annotated[
        bool | None,
        typer.Option("--china/--no-china", help="May code go to models hosted in China?"),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults.")
    ] = False,
    from_usage: Annotated[
        bool | None,
        typer.Option(
            "--from-usage/--no-usage", help="Start from agents' logs, as `advisor learn` does."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write a first file from about nine questions, each also a flag; or from agents' logs."""
    if file.exists() and not force:
        raise InputError.of("is there already; --force overwrites it", file=str(file))
    given = GivenFlags(
        developers=developers,
        active=active,
        billed=None if billed is None else "; ".join(billed),
        seat_fees=seat_fees,
        month=month,
        model=model,
        year_starts=year_starts,
        budget=budget,
        china=china,
    )
    is_answered = any(one is not None for one in given)
    if from_usage and is_answered:
        raise InputError.of("says what the other flags say: leave those out", key="--from-usage")
    agents = _agents_here()
    is_offered = from_usage is None and not yes and not is_answered and bool(agents)
    if (from_usage or (is_offered and _accepted(agents))) and _learnt(file, is_asked=is_offered):
        return
    book = read_price_book(keep_in=here().keep_in)
    shortlist = read_options(default_folder("workloads") / "shortlist.yaml")
    answers = answers_of(given, _known(book, shortlist), asks=not yes)
    text = first_file(answers)
    _check(parse_yaml(text, str(file)), book, shortlist)
    write_file(file, text)
    _say_levels(answers)
    lines = len(text.splitlines())
    emit(f"Wrote {file} ({lines} lines, comments).   Next: advisor compare {file}\n")
    if agents and not is_offered:
        say(
            f"note: logs of {', '.join(agents)} are here: `advisor learn {file} --force` writes "
            "what they show in place of these guesses"
        )


def _agents_here() -> list[str]:
    """Name the agents whose logs are in one's home."""
    return sorted({one.source for one in places_of(str(Path.home())) if Path(one.root).exists()})


def _accepted(agents: list[str]) -> bool:
    """Offer to begin with what is known instead of with guesses."""
    question = f"Logs of {', '.join(agents)} are here. Start from what they show?"
    return typer.confirm(question, default=True, prompt_suffix=" ")


def _learnt(file: Path, *, is_asked: bool) -> bool:
    """Write the file from logs; where that was only offered, one without a call is no error."""
    learning: Any = import_module("advisor.cli.learn")  # most first files are made without it
    try:
        learning.write_learned(file, AskedUsage())
    except MissingError as error:
        if not is_asked:
            raise
        say(f"note: {error.faults[0].message}; so here are the questions")
        return False
    return True


def _known(book: PriceBook, shortlist: dict[str, Option]) -> KnownNames:
    """Gather what answers are held against: vendors, models, each vendor's usual one."""
    usual: dict[str, str] = {}
    for option in shortlist.values():
        offer = book.find(option.model)
        if offer is not None and option.plan is None:
            usual.setdefault(offer.vendor.vendor, offer.id)
    last_month = Month.of(datetime.now(UTC).date()) + -1
    return KnownNames(sorted(book.vendors), book.biller_hint, list(book.names()), usual, last_month)


def _check(document: Document, book: PriceBook, shortlist: dict[str, Option]) -> None:
    try:
        check_workload(document, book, shortlist)
    except InputError as error:
        # What was answered is what is wrong; the file does not exist, so it has no lines.
        faults = [Fault("", 0, 0, f.key, f.message, f.hint) for f in error.faults]
        raise InputError(faults) from None


def _say_levels(answers: FirstAnswers) -> None:
    for bill in answers.bills:
        people = bill.active or bill.seats or answers.active or answers.developers
        emit(level_sentence(bill, people, published_range(bill.vendor)) + "\n")
