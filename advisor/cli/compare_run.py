"""`advisor compare` once its words are read, and the reading of the plainest without a parser.

A file and nothing else, or not even that, is what managers type, and scripts add `--json`: that is
answered without loading what parses every other call (decision 21).
"""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from advisor.api.bounds import DEFAULT_DRAWS, check_draws
from advisor.api.comparing import check_by, compared
from advisor.api.days import as_date
from advisor.api.inputs import read_inputs
from advisor.api.locking import LockUse
from advisor.cli.answers import write_answers
from advisor.cli.here import here
from advisor.cli.screen import Format
from advisor.errors import DONE, InputError, MissingError
from advisor.load.scalars import read_marked
from advisor.output import csv
from advisor.output.compare.as_json import render_comparison as render_json
from advisor.output.compare.as_markdown import render_comparison as render_markdown
from advisor.output.compare.flat import comparison_table
from advisor.output.compare.screen import render_comparison as render_screen
from advisor.tables.compare import Comparison

READ_BY_THE_PARSER = (
    "ADVISOR_DRAWS", "ADVISOR_SEED", "ADVISOR_FORMAT", "ADVISOR_LOCKED", "ADVISOR_FROZEN",
)  # fmt: skip
"""Variables of the environment that stand for options."""


class CompareFlags(NamedTuple):
    """What is asked, and how the answer is written. `stated` is what a file would hold, as typed.

    `billed` are invoices, VENDOR=COST, of `month`; `active` is how many people they were for.
    """

    file: Path | None = None
    stated: Mapping[str, str | None] = {}
    billed: Sequence[str] = ()
    month: str | None = None
    active: str | None = None
    by: str = "net_value"
    wide: bool = False
    brief: bool = False
    use: LockUse = LockUse.BESIDE
    as_of: str | None = None
    assume_cancelled: Sequence[str] = ()
    draws: int = DEFAULT_DRAWS
    seed: int = 1
    format: Format = Format.TABLE
    files: Sequence[Path] = ()


def answered(words: Sequence[str]) -> int | None:
    """Answer a file alone, or with `--json`; None for all that wants the parser."""
    files = [Path(word) for word in words if word and not word.startswith("-")]
    flags = [word for word in words if not word or word.startswith("-")]
    if len(files) > 1 or flags not in ([], ["--json"]):
        return None
    if any(os.environ.get(name) for name in READ_BY_THE_PARSER):
        return None
    chosen = Format.JSON if flags else Format.TABLE
    run(CompareFlags(files[0] if files else None, format=chosen))
    return DONE


def run(flags: CompareFlags) -> None:
    """Read, compare and write. Raises MissingError where nothing is known of some option."""
    check_by(flags.by)
    check_draws(flags.draws, flags.seed)
    inputs = read_inputs(
        flags.file,
        _stated(flags),
        around=here(),
        as_of=as_date(flags.as_of),
        assume_cancelled=flags.assume_cancelled,
        use=flags.use,
    )
    answer = compared(inputs, draws=flags.draws, seed=flags.seed, by=flags.by)
    write_answers(
        {
            Format.TABLE: lambda screen: render_screen(
                answer,
                width=screen.width,
                colour=screen.colour,
                wide=flags.wide,
                brief=flags.brief,
                blocks=screen.blocks,
            ),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(comparison_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        flags.format,
        flags.files,
        inputs=inputs.files,
    )
    _fail_if_not_known(answer)


def _stated(flags: CompareFlags) -> dict[str, Any]:
    """Turn flags into what a file would hold; numbers may be written as files write them."""
    found = {key: _typed(key, text) for key, text in flags.stated.items() if text is not None}
    if not flags.billed and (flags.month or flags.active):
        raise InputError.of(
            "`--billed VENDOR=COST` is missing", key="--month" if flags.month else "--active"
        )
    if flags.billed:
        found["billed"] = [_bill(text, flags.month, flags.active) for text in flags.billed]
    return found


def _bill(text: str, month: str | None, active: str | None) -> dict[str, Any]:
    vendor, equals, cost = text.partition("=")
    if not equals:
        raise InputError.of(f"{text!r}: write it as VENDOR=COST", key="--billed")
    if month is None:
        raise InputError.of("say the invoice's `--month`, YYYY-MM", key="--billed")
    bill: dict[str, Any] = {"vendor": vendor, "month": month, "cost": _typed("billed", cost)}
    return bill | ({"active_developers": _typed("active", active)} if active is not None else {})


def _typed(key: str, text: str) -> Any:
    try:
        return read_marked(text)
    except ValueError as error:
        raise InputError.of(f"{text!r}: {error}", key=f"--{key}") from None


def _fail_if_not_known(answer: Comparison) -> None:
    unknown = [line.option for line in answer.options if line.unknown]
    if unknown:
        raise MissingError(f"not known: {', '.join(unknown)} (the reasons stand in the answer)")
