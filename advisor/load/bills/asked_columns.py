"""`--columns` of bills: what columns hold, constants, and which rows count.

`month=COLUMN` names a column, `biller==github` says it of all rows, `only=product:copilot` keeps
rows and `not=kind:Included*` leaves some out; `|` stands between values, `&` between columns.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from advisor.errors import InputError, did_you_mean
from advisor.load.bills.layouts import MEANINGS, Rule
from advisor.load.table_file import said_columns

_EXAMPLE = "month=COLUMN,cost=COLUMN, biller==NAME or only=COLUMN:VALUE"
_RULES = {"only": False, "not": True}


class AskedColumns(NamedTuple):
    """What `--columns` says: columns and constants by meaning, and rules for rows."""

    stated: Mapping[str, str]
    rules: Sequence[Rule]


NOTHING_ASKED = AskedColumns({}, ())


def asked_columns(text: str | None) -> AskedColumns:
    """Read the option. Raises InputError for what is none of it."""
    said = said_columns(text, _EXAMPLE)
    unknown = [what for what in said if what not in MEANINGS and what not in _RULES]
    if unknown:
        known = [*MEANINGS, *_RULES]
        message = f"{unknown[0]!r} is not one of {', '.join(known)}"
        raise InputError.of(message, key="--columns", hint=did_you_mean(unknown[0], known))
    rules = [
        _rule(part, drops=drops)
        for what, drops in _RULES.items()
        for part in (said[what].split("&") if what in said else ())
    ]
    return AskedColumns({what: name for what, name in said.items() if what in MEANINGS}, rules)


def _rule(part: str, *, drops: bool) -> Rule:
    column, colon, values = part.partition(":")
    if not colon or not column.strip() or not values.strip():
        message = f"{part!r}: write it as {'not' if drops else 'only'}=COLUMN:VALUE"
        raise InputError.of(message, key="--columns")
    told = tuple(value.strip() for value in values.split("|"))
    return Rule(column.strip(), told, drops, "by --columns")
