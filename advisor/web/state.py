"""What was moved: a link's query in, checked values out, and back again.

A state holds only what differs from the file, so that a link is as short as what it says.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import NamedTuple

from advisor.errors import Fault, InputError, did_you_mean
from advisor.safe_text import on_one_line
from advisor.web.controls import Control, written
from advisor.web.query import put_together

_LONGEST = 24
"""Characters of a value: no number that makes sense has more."""
_SHOWN = 40
_NUMBER = re.compile(r"[+-]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)(\.[0-9]*)?([eE][+]?[0-9]{1,2})?")


class State(NamedTuple):
    """What was moved, by the key of its control, in the order of the page."""

    values: Mapping[str, str]

    @property
    def query(self) -> str:
        """The state as a link holds it; empty where nothing was moved."""
        return put_together(list(self.values.items()))

    def of(self, control: Control) -> str:
        """Return where a control stands."""
        return self.values.get(control.key, control.default)


def read_state(pairs: Sequence[tuple[str, str]], controls: Mapping[str, Control]) -> State:
    """Read a query. Raises InputError with every part that can't be read.

    Of a key that is there twice the last one counts: a box that is not checked sends its 0 alone.
    """
    last = dict(pairs)
    faults: list[Fault] = []
    found: dict[str, str] = {}
    for key, text in last.items():
        control = controls.get(key)
        if control is None:
            name = on_one_line(key)[:_SHOWN]
            hint = did_you_mean(key[:_SHOWN], controls)
            faults.append(Fault("", 0, 0, name, "nothing here is called that", hint))
            continue
        try:
            found[key] = _read(control, text.strip())
        except ValueError as error:
            faults.append(Fault("", 0, 0, key, str(error)))
    if faults:
        raise InputError(faults)
    return State(dict(_moved(found, controls)))


def _moved(found: Mapping[str, str], controls: Mapping[str, Control]) -> Iterator[tuple[str, str]]:
    for key, control in controls.items():
        if key in found and found[key] != control.default:
            yield key, found[key]


def _read(control: Control, text: str) -> str:
    """Return a value as links write it. Raises ValueError for what is none."""
    if control.kind == "check":
        if text not in {"0", "1"}:
            raise ValueError("is 1 or 0")
        return text
    if not text:
        if control.is_optional:
            return ""
        raise ValueError("is a number")
    if len(text) > _LONGEST:
        raise ValueError("is longer than any number here")
    if not _NUMBER.fullmatch(text):
        raise ValueError("is a number")
    value = Decimal(text.replace(",", ""))
    if not control.low <= value <= control.high:
        raise ValueError(f"is from {control.low:,f} to {control.high:,f}")
    return written(value + 0)  # of two zeros there is one
