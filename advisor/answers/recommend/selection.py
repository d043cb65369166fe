"""Which way of working is looked at: as asked, else as decided, else as today.

What a reader would get wrong: where the file has no `mix`, what is held or exported is today's way,
and the words that come back say so.
"""

from typing import NamedTuple

from advisor.answers.recommend.answer import Wish, quest_of
from advisor.answers.recommend.columns import RECOMMENDED
from advisor.answers.recommend.mix import everywhere, servings
from advisor.case.facts import Case
from advisor.case.ways import with_way
from advisor.errors import InfeasibleError, InputError, MissingError, did_you_mean

ALL = "all"


class Chosen(NamedTuple):
    """A case with the ways of it that are looked at, by index, and which these are in words."""

    case: Case
    ways: tuple[int, ...]
    words: str

    @property
    def names(self) -> tuple[str, ...]:
        """The ways by name."""
        return tuple(self.case.ways[index].name for index in self.ways)


def choose(case: Case, wanted: str | None, wish: Wish) -> Chosen:
    """Find the ways to look at.

    Raises InputError for a name that is no option, MissingError for an option without figures,
    InfeasibleError where a recommended mix is asked for and none keeps all limits.
    """
    if wanted is None:
        return _decided(case)
    if wanted == ALL:
        ways = tuple(range(len(case.ways)))
        return Chosen(case, ways, f"all {len(ways)} ways of working")
    if wanted == RECOMMENDED:
        return _recommended(case, wish)
    for index, way in enumerate(case.ways):
        if way.name == wanted:
            return Chosen(case, (index,), f"as asked: {wanted}")
    raise _not_there(case, wanted)


def _decided(case: Case) -> Chosen:
    if case.mix is not None:
        name = case.ways[case.mix].name
        words = "the decided mix" if case.ways[case.mix].facts is None else f"as decided: {name}"
        return Chosen(case, (case.mix,), words)
    way = case.ways[case.today]
    words = "as today, for no mix is decided"
    return Chosen(case, (case.today,), words if way.facts is None else f"{words}: {way.name}")


def _recommended(case: Case, wish: Wish) -> Chosen:
    quest = quest_of(case, draws=0, seed=1, wish=wish)
    found = quest.best()
    if found.mix is None:
        raise InfeasibleError(
            "no mix keeps all limits, so that none is recommended: see `advisor recommend`"
        )
    added = with_way(case, RECOMMENDED, everywhere(servings(quest.menu, found.shares)))
    return Chosen(added, (len(added.ways) - 1,), "the recommended mix")


def _not_there(case: Case, wanted: str) -> InputError | MissingError:
    for one in case.unknown:
        if one.name == wanted:
            return MissingError.of(f"not known: {one.unknown}", key=f"options.{wanted}")
    known = [way.name for way in case.ways]
    hint = did_you_mean(wanted, [*known, ALL, RECOMMENDED])
    names = ", ".join(known)
    message = f"{wanted!r} is not one of {names}, {ALL}, {RECOMMENDED}"
    return InputError.of(message, key="--option", hint=hint)
