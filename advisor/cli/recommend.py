"""`advisor recommend`: the best mix under budget and policy, and what would change it."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Annotated

import typer

from advisor.answers.recommend.answer import recommend
from advisor.answers.recommend.menu import OBJECTIVES
from advisor.answers.recommend.solution import USUAL_GAP
from advisor.answers.recommend.solver import INFEASIBLE, UNKNOWN, Effort
from advisor.api.bounds import DEFAULT_DRAWS, DEFAULT_SECONDS, check_draws
from advisor.api.days import as_date
from advisor.api.inputs import find_file, read_inputs
from advisor.api.locking import use_of
from advisor.api.recommend import check_values, mixes, wish_of, with_lines
from advisor.cli.answers import write_answers
from advisor.cli.completion import beginning
from advisor.cli.exits import say
from advisor.cli.here import here
from advisor.cli.options import (
    AsJson,
    AsOf,
    AssumeCancelled,
    Draws,
    FileArgument,
    FormatOption,
    FrozenOption,
    LockedOption,
    Output,
    Seed,
)
from advisor.cli.screen import Format
from advisor.cli.whole_files import write_file
from advisor.errors import InfeasibleError, InputError, MissingError
from advisor.load.mix_text import with_mix
from advisor.load.text_file import bytes_of
from advisor.output import csv
from advisor.output.recommend.formats import (
    render_json,
    render_markdown,
    render_text,
    route_table,
)
from advisor.tables.recommend import Recommendation

app = typer.Typer(rich_markup_mode=None, pretty_exceptions_enable=False, add_completion=False)

_BEYOND = 1e30
_QUIET_SECONDS = 5.0


def _objectives(incomplete: str) -> list[str]:
    """Complete what a mix is chosen by."""
    return beginning(OBJECTIVES, incomplete)


@app.command(name="recommend")
def command(
    file: FileArgument = None,
    objective: Annotated[
        str | None,
        typer.Option(
            help=f"What to make the most of: {', '.join(OBJECTIVES)}.", autocompletion=_objectives
        ),
    ] = None,
    shares: Annotated[
        bool | None,
        typer.Option("--shares/--whole", help="Share work out, or one route per kind of work."),
    ] = None,
    robust: Annotated[
        bool, typer.Option("--robust", help="The mix that loses least over the draws.")
    ] = False,
    bad_years: Annotated[
        str | None,
        typer.Option(help="With --robust: look at so large a share of the worst years, as 10%."),
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Put the mix into the file as `mix`.")
    ] = False,
    time_limit: Annotated[
        float, typer.Option(envvar="ADVISOR_TIME_LIMIT", help="Seconds to search at the most.")
    ] = DEFAULT_SECONDS,
    gap: Annotated[
        float, typer.Option(help="Stop where at most this share more is possible.")
    ] = USUAL_GAP,
    wide: Annotated[bool, typer.Option("--wide", help="All teams and columns.")] = False,
    brief: Annotated[bool, typer.Option("--brief", help="The last sentence alone.")] = False,
    locked: LockedOption = False,
    frozen: FrozenOption = False,
    as_of: AsOf = None,
    assume_cancelled: AssumeCancelled = None,
    draws: Draws = DEFAULT_DRAWS,
    seed: Seed = 1,
    format_: FormatOption = Format.TABLE,
    as_json: AsJson = False,
    output: Output = None,
) -> None:
    """The best mix: which work should go to which model, under your budget and policy."""
    check_draws(draws, seed)
    progress = Progress()
    wish = wish_of(
        objective=objective,
        shares=shares,
        robust=robust,
        bad_years=_share(bad_years),
        effort=Effort(gap, time_limit, progress=progress.hear),
    )._replace(tell=progress.tell)
    inputs = read_inputs(
        file,
        {},
        around=here(),
        as_of=as_date(as_of),
        assume_cancelled=assume_cancelled or (),
        use=use_of(locked=locked, frozen=frozen),
    )
    check_values(inputs, objective)
    try:
        answer = recommend(inputs.case, file=inputs.shown, draws=draws, seed=seed, wish=wish)
    finally:
        progress.done()
    answer = with_lines(answer, inputs.lines)
    write_answers(
        {
            Format.TABLE: lambda screen: render_text(
                answer, width=screen.width, brief=brief, wide=wide
            ),
            Format.JSON: lambda _: render_json(answer),
            Format.CSV: lambda _: csv.render_table(route_table(answer)),
            Format.MARKDOWN: lambda _: render_markdown(answer),
        },
        Format.JSON if as_json else format_,
        output or [],
        inputs=inputs.files,
    )
    _end(answer)
    if write:
        write_mix(file, answer)


def _end(answer: Recommendation) -> None:
    if answer.status == INFEASIBLE:
        raise InfeasibleError("no mix keeps all limits")
    if answer.status == UNKNOWN:
        raise MissingError("no mix was found in the time given: try a longer --time-limit")


def _share(text: str | None) -> float | None:
    """Read a share of years: `10%`, or 0.1."""
    if text is None:
        return None
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise InputError.of(f"{text!r} is not a share such as 10%", key="--bad-years") from None


class Progress:
    """Tells on stderr how a long search is getting on, not more often than people read."""

    def __init__(self) -> None:
        """Nothing is said yet."""
        self._began = self._said = time.monotonic()
        self._timer: threading.Timer | None = None

    def hear(self, _: float, best: float, bound: float) -> None:
        """Hear of the search; speak if it has been a while."""
        now = time.monotonic()
        if now - self._said < _QUIET_SECONDS:
            return
        self._said = now
        found = "none so far"
        if best > -_BEYOND:
            found = f"best so far {best:,.0f}"
        most = f", at most {bound:,.0f}" if bound < _BEYOND else ""
        told = f"searching for {now - self._began:.0f} s: {found}{most}"
        say(f"{told} (Ctrl-C keeps the best)")

    def tell(self, what: str) -> None:
        """Say what is done next, once it has taken long to come so far."""
        self.done()
        told = f"{what} (Ctrl-C leaves it out)"
        left = self._began + _QUIET_SECONDS - time.monotonic()
        self._timer = threading.Timer(max(0.0, left), say, (told,))
        self._timer.daemon = True
        self._timer.start()

    def done(self) -> None:
        """Leave unsaid what has not been said yet."""
        if self._timer is not None:
            self._timer.cancel()


def write_mix(given: Path | None, answer: Recommendation) -> None:
    """Put the mix into the file that was read, comments and all else kept."""
    path = find_file(given)
    if path is None:
        raise InputError.of("there is no file to write the mix into", key="--write")
    mix, own = mixes(answer.routes, answer.classes)
    text = bytes_of(path, str(path)).decode("utf-8")
    write_file(path, with_mix(text, mix, own, file=str(path)))
    say(f"wrote the mix into {path}: `advisor compare` shows it beside today")
