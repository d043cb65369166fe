"""The columns of a usage table are found by name or map, and held against their types."""

from __future__ import annotations

import pytest

from advisor.errors import InputError
from advisor.load.warehouse.columns import check_names, columns_in

WHOLE = {"ts": "moment", "model": "text", "input": "number", "output": "number"}


def test_names_are_found_in_any_case() -> None:
    """Snowflake's capitals are the same columns; an id counts only where it is asked for."""
    kinds = {"TS": "moment", "MODEL": "text", "INPUT": "number", "OUTPUT": "number", "id": "text"}

    assert columns_in(kinds, (), "t") == {
        "ts": "TS", "model": "MODEL", "input": "INPUT", "output": "OUTPUT"
    }  # fmt: skip


def test_a_map_comes_first() -> None:
    """What `--columns` says wins over a column that is called so."""
    kinds = WHOLE | {"prompt": "number", "uuid": "text"}
    found = columns_in(kinds, (("input", "prompt"), ("id", "uuid")), "t")

    assert (found["input"], found["id"]) == ("prompt", "uuid")


@pytest.mark.parametrize(
    ("kinds", "asked", "said"),
    [
        (
            {"model": "text", "input": "number"},
            (),
            ["has no column 'ts'", "has no column 'output'"],
        ),
        (WHOLE | {"ts": "text"}, (), ["'ts' is text: ts takes a time stamp or a date"]),
        (WHOLE | {"input": "float64"}, (), ["'input' is float64: input takes a whole number"]),
        (WHOLE, (("person", "persn"),), ["has no column 'persn'"]),
    ],
)
def test_every_fault_is_said_at_once(
    kinds: dict[str, str], asked: tuple[tuple[str, str], ...], said: list[str]
) -> None:
    """A table is told all that it lacks in one run."""
    with pytest.raises(InputError) as raised:
        columns_in(kinds, asked, "calls")

    assert [one for one in said if one not in str(raised.value)] == []
    assert len(raised.value.faults) == len(said)


def test_an_unknown_meaning_is_named_before_anything_is_asked() -> None:
    """A slip of the pen in `--columns` needs no engine to be found."""
    with pytest.raises(InputError, match="did you mean `model`"):
        check_names([("modl", "name")])
