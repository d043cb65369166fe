"""`advisor init`: about eight questions that a manager can answer, then a commented file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.init import FirstAnswers, first_file, level_sentence
from advisor.case.bill import published_range
from advisor.cli.exits import say
from advisor.cli.keeping import kept_folder
from advisor.cli.screen import emit
from advisor.cli.whole_files import write_file
from advisor.errors import Fault, InputError
from advisor.load.document import Document
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.scalars import read_marked
from advisor.load.usage.places import places_of
from advisor.load.workload_file import check_workload, read_options
from advisor.load.yaml_source import parse_yaml
from advisor.model.book import PriceBook
from advisor.model.written_units import of_count, of_money
from advisor.units import Month

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def init(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("team.yaml"),
    developers: Annotated[
        str | None, typer.Option(help="How many developers could use it.")
    ] = None,
    active: Annotated[str | None, typer.Option(help="How many did, last month.")] = None,
    billed: Annotated[str | None, typer.Option(help="Last invoice, VENDOR=COST.")] = None,
    seat_fees: Annotated[str | None, typer.Option(help="Of that, seat fees.")] = None,
    month: Annotated[str | None, typer.Option(help="Month of the invoice, YYYY-MM.")] = None,
    model: Annotated[str | None, typer.Option(help="Mostly which model.")] = None,
    budget: Annotated[str | None, typer.Option(help="Budget for the year.")] = None,
    china: Annotated[
        bool | None,
        typer.Option("--china/--no-china", help="May code go to models hosted in China?"),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write a first file from about eight questions, each also a flag."""
    if file.exists() and not force:
        raise InputError.of("is there already; --force overwrites it", file=str(file))
    book = read_price_book(keep_in=kept_folder())
    given = {
        "developers": developers, "active": active, "billed": billed, "seat_fees": seat_fees,
        "month": month, "model": model, "budget": budget,
    }  # fmt: skip
    today = datetime.now(UTC).date()
    answers = _from_flags(given, china, today) if yes else _ask(given, china, book, today)
    text = first_file(answers)
    document = parse_yaml(text, str(file))
    _check(document, book)
    write_file(file, text)
    if answers.vendor is not None and answers.cost is not None:
        emit(level_sentence(answers, published_range(answers.vendor)) + "\n")
    lines = len(text.splitlines())
    emit(f"Wrote {file} ({lines} lines, comments).   Next: advisor compare {file}\n")
    agents = sorted({one.source for one in places_of(str(Path.home())) if Path(one.root).exists()})
    if agents:
        say(
            f"note: logs of {', '.join(agents)} are here: `advisor learn {file} --force` writes "
            "what they show in place of these guesses"
        )


def _check(document: Document, book: PriceBook) -> None:
    shortlist = read_options(default_folder("workloads") / "shortlist.yaml")
    try:
        check_workload(document, book, shortlist)
    except InputError as error:
        # What was answered is what is wrong; the file does not exist, so it has no lines.
        faults = [Fault("", 0, 0, f.key, f.message, f.hint) for f in error.faults]
        raise InputError(faults) from None


def _last_month(today: date) -> Month:
    return Month.of(today) + -1


def _from_flags(given: dict[str, str | None], china: bool | None, today: date) -> FirstAnswers:
    if given["developers"] is None:
        raise InputError.of("say how many: --developers 40", key="--developers")
    vendor, cost = _bill(given["billed"]) if given["billed"] else (None, None)
    return FirstAnswers(
        developers=_number("developers", given["developers"]),
        active=_optional("active", given["active"]),
        vendor=vendor,
        cost=cost,
        seat_fees=_optional("seat-fees", given["seat_fees"]),
        month=_month(given["month"]) if given["month"] else _last_month(today),
        model=given["model"],
        budget=_optional("budget", given["budget"]),
        china=bool(china),
    )


def _ask(
    given: dict[str, str | None], china: bool | None, book: PriceBook, today: date
) -> FirstAnswers:
    developers = _asked("How many developers could use it?", "developers", given, None)
    active = _asked("How many did, last month?", "active", given, developers)
    bill = given["billed"]
    if bill is None:
        bill = typer.prompt(
            "What did you pay, and to whom?  (anthropic 8400; empty if unknown)", default="",
            show_default=False,
        )  # fmt: skip
    vendor, cost = _bill(bill) if bill.strip() else (None, None)
    fees, month, model = None, _last_month(today), None
    if vendor is not None:
        fees = _number("seat-fees", _asked_text("Of that, seat fees?", "seat_fees", given, "0"))
        month = _month(_asked_text("For which month?", "month", given, str(month)))
        model = _asked_text("Mostly which model?", "model", given, _usual_model(vendor, book))
    budget = _asked_text(f"Budget for {month.year + 1}?", "budget", given, "none")
    hosted = china
    if hosted is None:
        hosted = typer.confirm("May code go to models hosted in China?", default=False)
    return FirstAnswers(
        developers=_number("developers", developers),
        active=_number("active", active),
        vendor=vendor,
        cost=cost,
        seat_fees=fees or None,
        month=month,
        model=model or None,
        budget=None if budget in {"none", ""} else _number("budget", budget),
        china=hosted,
    )


def _asked(question: str, key: str, given: dict[str, str | None], default: str | None) -> str:
    return given[key] or str(typer.prompt(question, default=default))


def _asked_text(question: str, key: str, given: dict[str, str | None], default: str) -> str:
    return given[key] or str(typer.prompt(question, default=default, show_default=bool(default)))


def _usual_model(vendor: str, book: PriceBook) -> str:
    """Return the model of the shortlist that a vendor makes, as the answer offered."""
    options = read_options(default_folder("workloads") / "shortlist.yaml")
    for option in options.values():
        offer = book.find(option.model)
        if offer is not None and offer.vendor.vendor == vendor and option.plan is None:
            return offer.id
    return ""


def _bill(text: str) -> tuple[str, float]:
    vendor, _, cost = text.strip().replace("=", " ").partition(" ")
    if not cost.strip():
        raise InputError.of(
            f"{text!r}: write it as VENDOR=COST, such as anthropic=8400", key="--billed"
        )
    return vendor, _number("billed", cost.strip())


def _optional(key: str, text: str | None) -> float | None:
    return None if text is None else _number(key, text)


def _number(key: str, text: str) -> float:
    try:
        value = (of_count if key in {"developers", "active"} else of_money)(read_marked(text))
        if isinstance(value, str | bool) or value is None:
            raise ValueError("is not a number")
        return float(value)
    except ValueError as error:
        raise InputError.of(f"{text!r}: {error}", key=f"--{key}") from None


def _month(text: str) -> Month:
    try:
        return Month.parse(text)
    except ValueError as error:
        raise InputError.of(str(error), key="--month") from None
