"""`advisor export`: the plan row by row, for spreadsheets, data tools and FinOps tools."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.export.ranges import ranges_of
from advisor.answers.export.rows import rows_of
from advisor.answers.export.workbook import workbook_of
from advisor.answers.recommend.answer import Wish
from advisor.answers.recommend.selection import Chosen, choose
from advisor.answers.recommend.solver import Effort
from advisor.api.bounds import DEFAULT_DRAWS, DEFAULT_SECONDS, check_seconds, check_seed
from advisor.api.days import as_date
from advisor.api.inputs import Inputs, read_inputs
from advisor.api.locking import use_of
from advisor.cli.completion import options
from advisor.cli.exits import say
from advisor.cli.here import here
from advisor.cli.options import (
    AsOf,
    AssumeCancelled,
    FileArgument,
    FrozenOption,
    LockedOption,
    SearchSeconds,
    Seed,
)
from advisor.cli.screen import emit
from advisor.cli.whole_files import check_places, whole_file
from advisor.errors import InputError
from advisor.output.export.focus import VERSIONS, focus_pieces
from advisor.output.export.parquet import write_detail, write_ranges
from advisor.output.export.rows_csv import DIALECTS, detail_pieces, ranges_csv
from advisor.output.export.workbook.book import write_workbook
from advisor.output.export.workbook.rows import MOST_ROWS
from advisor.tables.export import Detail, Ranges
from advisor.tables.export_workbook import Workbook

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

ENDINGS = (".focus.csv", ".ranges.csv", ".ranges.parquet", ".csv", ".parquet", ".xlsx")
"""What a file may be called; the first that fits says what is written."""


class CsvDialect(StrEnum):
    """Whom a CSV is for."""

    PLAIN = "plain"
    EXCEL = "excel"
    EXCEL_EU = "excel-eu"


class FocusVersion(StrEnum):
    """Which FOCUS. The old one is what the official validator can check, and most tools read."""

    OLD = VERSIONS[0]
    NEW = VERSIONS[1]


class ExportTables:
    """What is exported, each table computed when a file asks for it first."""

    def __init__(self, inputs: Inputs, chosen: Chosen, draws: int, seed: int) -> None:
        """Hold what tables are made of."""
        self.inputs, self.chosen, self.draws, self.seed = inputs, chosen, draws, seed

    @cached_property
    def detail(self) -> Detail:
        """The rows."""
        inputs = self.inputs
        return rows_of(self.chosen, inputs.workload, inputs.book, file=inputs.shown)

    @cached_property
    def workbook(self) -> Workbook:
        """The workbook's sheets."""
        inputs, chosen = self.inputs, self.chosen
        return workbook_of(
            chosen, inputs.workload, inputs.book, inputs.options, self.ranges, file=inputs.shown
        )

    @cached_property
    def ranges(self) -> Ranges:
        """The likely ranges."""
        return ranges_of(
            self.chosen,
            file=self.inputs.shown,
            draws=self.draws,
            seed=self.seed,
            starts=self.inputs.workload.fiscal_year_starts or 1,
        )


@app.command()
def export(
    file: FileArgument = None,
    output: Annotated[
        list[Path] | None,
        typer.Option(
            "-o",
            "--output",
            help="Where to, its kind by its ending: .xlsx, .csv, .parquet, .focus.csv, "
            ".ranges.csv, .ranges.parquet; repeatable. Without it CSV goes to stdout.",
        ),
    ] = None,
    option: Annotated[
        str | None,
        typer.Option(
            help="NAME of an option, all, or recommended; default: the decided mix.",
            autocompletion=options,
        ),
    ] = None,
    csv_dialect: Annotated[
        CsvDialect, typer.Option(envvar="ADVISOR_CSV_DIALECT", help="Whom CSV files are for.")
    ] = CsvDialect.PLAIN,
    focus_version: Annotated[
        FocusVersion, typer.Option(help="Version of the FOCUS columns.")
    ] = FocusVersion.OLD,
    locked: LockedOption = False,
    frozen: FrozenOption = False,
    as_of: AsOf = None,
    assume_cancelled: AssumeCancelled = None,
    draws: Annotated[
        int, typer.Option(envvar="ADVISOR_DRAWS", help="Simulated years for ranges; 0 for none.")
    ] = DEFAULT_DRAWS,
    seed: Seed = 1,
    time_limit: SearchSeconds = DEFAULT_SECONDS,
) -> None:
    """The plan row by row: a workbook, CSV, Parquet, or FOCUS for FinOps tools."""
    files = [(path, _ending(path)) for path in output or ()]
    _check(draws, seed, time_limit, [ending for _, ending in files])
    inputs = read_inputs(
        file,
        {},
        around=here(),
        as_of=as_date(as_of),
        assume_cancelled=assume_cancelled or (),
        use=use_of(locked=locked, frozen=frozen),
    )
    check_places([path for path, _ in files], inputs.files)
    wish = Wish(effort=Effort(seconds=time_limit))
    answers = ExportTables(inputs, choose(inputs.case, option, wish), draws, seed)
    say(answers.detail.about.sentence)
    for name in inputs.case.unknown if option == "all" else ():
        say(f"note: {name.name} is left out: not known: {name.unknown}")
    for warning in answers.chosen.case.warnings:
        say(f"note: {warning}")
    writers = _writers(answers, csv_dialect, focus_version)
    for path, ending in files:
        with whole_file(path) as part:
            writers[ending](part)
        say(f"wrote {path}")
    if not files:
        for piece in detail_pieces(answers.detail, DIALECTS[csv_dialect]):
            emit(piece)


def _check(draws: int, seed: int, seconds: float, endings: Iterable[str]) -> None:
    if not 0 <= draws <= 1_000_000:
        raise InputError.of(f"{draws:,}: from 0 to 1,000,000", key="--draws")
    if not draws and any(ending.startswith(".ranges") for ending in endings):
        raise InputError.of("0: ranges are of drawn years, so at least 1", key="--draws")
    check_seed(seed)
    check_seconds(seconds)


def _ending(path: Path) -> str:
    for ending in ENDINGS:
        if path.name.endswith(ending):
            return ending
    raise InputError.of(f"can't tell the format of {path}: use {', '.join(ENDINGS)}", key="-o")


def _writers(
    answers: ExportTables, dialect: CsvDialect, version: FocusVersion
) -> dict[str, Callable[[Path], None]]:
    """Return what writes a file of each ending."""
    chosen = DIALECTS[dialect]
    return {
        ".csv": lambda part: _write(part, detail_pieces(answers.detail, chosen)),
        ".focus.csv": lambda part: _write(part, focus_pieces(answers.detail, version)),
        ".ranges.csv": lambda part: _write(part, [ranges_csv(answers.ranges, chosen)]),
        ".parquet": lambda part: write_detail(answers.detail, part),
        ".ranges.parquet": lambda part: write_ranges(answers.ranges, part),
        ".xlsx": partial(_workbook, answers),
    }


def _workbook(answers: ExportTables, part: Path) -> None:
    if len(answers.chosen.ways) > 1:
        message = "a workbook shows one way of working: say which, or write .csv or .parquet"
        raise InputError.of(message, key="--option")
    if answers.detail.size > MOST_ROWS:
        message = (
            f"{answers.detail.size:,} rows are more than a sheet holds: write .csv or .parquet"
        )
        raise InputError.of(message, key="-o")
    write_workbook(answers.workbook, part)


def _write(part: Path, pieces: Iterable[str]) -> None:
    with part.open("w", encoding="utf-8", errors="replace", newline="") as stream:
        for piece in pieces:
            stream.write(piece)
