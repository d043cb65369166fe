"""`advisor learn`: a commented team file from what was really used."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.usage.days import UTC
from advisor.answers.usage.learn import learned
from advisor.api.usage_asked import AskedUsage
from advisor.api.usage_reading import gathered_from
from advisor.case.build import build_case
from advisor.cli.exits import say
from advisor.cli.here import here
from advisor.cli.usage_options import Homes, NoStore, Since, Store, Timezone, Until
from advisor.cli.whole_files import write_file
from advisor.errors import InputError, MissingError
from advisor.load.kinds_file import read_kinds
from advisor.load.price_book import default_folder, read_price_book
from advisor.load.profile_book import read_profiles
from advisor.load.workload_file import check_workload, read_options
from advisor.load.yaml_source import parse_yaml
from advisor.output.usage.learned_text import workload_text
from advisor.tables.learned import Learned
from advisor.units import Month

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)


@app.command()
def learn(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = Path("team.yaml"),
    source: Annotated[
        list[str] | None,
        typer.Option("--from", help="An export, or an agent's folder; repeatable.", metavar="PATH"),
    ] = None,
    home: Homes = None,
    kinds: Annotated[
        Path | None, typer.Option(help="Rules that sort calls into kinds of work.")
    ] = None,
    since: Since = None,
    until: Until = None,
    timezone: Timezone = UTC,
    start: Annotated[
        str | None, typer.Option(help="First month of the plan; default: the next.")
    ] = None,
    store: Store = None,
    no_store: NoStore = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file.")] = False,
) -> None:
    """Write a team file from real use: its level, tokens, prompts, people, with evidence."""
    if file.exists() and not force:
        raise InputError.of("is there already; --force overwrites it", file=str(file))
    asked = AskedUsage(
        paths=source or (), homes=home or (), since=since, until=until, timezone=timezone,
        store=store, no_store=no_store,
    )  # fmt: skip
    write_learned(file, asked, kinds, start)


def write_learned(
    file: Path, asked: AskedUsage, kinds: Path | None = None, start: str | None = None
) -> None:
    """Write the file. Raises MissingError where no call that has a price was found."""
    found = learned(
        gathered_from(asked, os.environ, by_call=True), read_kinds(kinds) if kinds else {}
    )
    if found is None:
        raise MissingError.of("no call that has a price was found: there is nothing to learn from")
    text = _checked(found, _start(start, found), file)
    write_file(file, text)
    say(f"Wrote {file} ({len(text.splitlines())} lines, comments).")
    say(f"Next: advisor compare {file}")


def _start(given: str | None, found: Learned) -> str:
    if given is None:
        return str(Month.parse(found.last[:7]) + 1)
    try:
        return str(Month.parse(given))
    except ValueError as error:
        raise InputError.of(str(error), key="--start") from None


def _checked(found: Learned, start: str, file: Path) -> str:
    """Write the text; options that no record knows get guesses, until `compare` can answer."""
    tables = default_folder("workloads")
    book = read_price_book(keep_in=here().keep_in)
    shortlist = read_options(tables / "shortlist.yaml")
    profiles = read_profiles([tables / "profiles.yaml"], keep_in=here().keep_in)
    guessed: set[str] = set()
    while True:
        text = workload_text(found, start=start, guessed=guessed)
        read = check_workload(parse_yaml(text, str(file)), book.known_on(None), shortlist)
        try:
            case = build_case(
                read.workload, book.known_on(None), profiles, shortlist, name=file.stem
            )
            unknown = {one.name for one in case.unknown}
        except MissingError as error:
            unknown = {fault.key.removeprefix("options.") for fault in error.faults}
            if not unknown - guessed:
                raise
        if not unknown - guessed:
            return text
        guessed |= unknown
