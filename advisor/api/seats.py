"""Seats against tokens along the spread of a team's users, and where a cap may stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from advisor.answers.seats.answer import choose_seats
from advisor.api.answer import Forms, PythonAnswer
from advisor.api.asking import in_python, number, whole
from advisor.api.bounds import DEFAULT_DRAWS, check_draws
from advisor.api.inputs import Inputs, placed
from advisor.api.teams import Beside, Day, Team, inputs_from
from advisor.case.resolved import lay_out
from advisor.errors import InputError, MissingError
from advisor.output.seats.formats import flat, render_json, render_seats
from advisor.tables.seats import SeatsAnswer

USUAL_CHANCE = 0.01


class SeatChoiceAnswer(PythonAnswer, SeatsAnswer):
    """Who is cheapest on which seat, who by the token; `.to_pandas()` has a row a way of buying."""

    __slots__ = ()
    forms = Forms(
        json=render_json,
        text=render_seats,
        brief=lambda answer: render_seats(answer, brief=True),
        tables={"ways": flat},
    )


def seated(inputs: Inputs, *, block_chance: float, draws: int, seed: int) -> SeatChoiceAnswer:
    """Return the answer for inputs. Raises InputError and MissingError at the key's place."""
    if not 0 < block_chance < 1:
        message = f"{block_chance:g}: write a share between 0% and 100%, such as 1%"
        raise InputError.of(message, key="--block-chance")
    check_draws(draws, seed)
    sources = inputs.sources
    setting = lay_out(
        inputs.workload, inputs.book, sources.profiles, sources.shortlist, sources.ask
    )
    try:
        told = choose_seats(
            inputs.case,
            setting,
            file=inputs.shown,
            block_chance=block_chance,
            draws=draws,
            seed=seed,
        )
    except MissingError as error:
        raise placed(error, inputs.document) from None
    return SeatChoiceAnswer._make(told)


@in_python
def seats(
    team: Team = None,
    *,
    changes: Mapping[str, Any] | None = None,
    headcount: Any = None,
    block_chance: float = USUAL_CHANCE,
    as_of: Day = None,
    draws: int = DEFAULT_DRAWS,
    seed: int = 1,
) -> SeatChoiceAnswer:
    """Return who is cheapest on which seat, who by the token, what that saves; where a cap stands.

    `team`, `changes` and `headcount` are as for `compare`. `block_chance` is the share of
    people-months that a cap may block at most. Raises InputError with every fault, MissingError
    where something is missing.
    """
    chance = number(block_chance, key="block_chance")
    draws, seed = whole(draws, key="draws"), whole(seed, key="seed")
    inputs = inputs_from(team, Beside(changes, headcount, as_of))
    return seated(inputs, block_chance=chance, draws=draws, seed=seed)
