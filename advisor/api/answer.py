"""What a finished answer can do in Python, beside being the finished table that it is.

An answer is a subclass of its table, made by `_make`, so that renderers take it as it is. What a
reader would get wrong: nothing is rounded or computed here; frames are the flat tables of the CSV,
JSON is the very text of the command line.
"""

import copyreg
import json
from collections.abc import Callable, Mapping
from importlib import import_module
from textwrap import shorten
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from advisor.api.notebook import page_of
from advisor.errors import InputError, did_you_mean
from advisor.output.report.section import Picture
from advisor.tables.flat import Table

if TYPE_CHECKING:
    import pandas as pd

_LINE = 200


def _no_picture(_answer: object) -> Picture | None:
    """Draw nothing: there is no picture of this answer."""
    return None


class Forms(NamedTuple):
    """How an answer is written: as JSON, as text in full and in brief, and as flat tables.

    The first of `tables` is the one of the CSV; `picture` is the chart of the report, if any.
    """

    json: Callable[[Any], str]
    text: Callable[[Any], str]
    brief: Callable[[Any], str]
    tables: Mapping[str, Callable[[Any], Table]]
    picture: Callable[[Any], Picture | None] = _no_picture


class PythonAnswer:
    """A finished answer: typed fields, frames, JSON, and a page of its own in a notebook."""

    __slots__ = ()
    forms: ClassVar[Forms]

    def to_json(self) -> str:
        """Return the JSON of the command line: unrounded figures, null for what is not known."""
        return self.forms.json(self)

    def to_dict(self) -> dict[str, Any]:
        """Return what the JSON says, as plain Python values; days and months are text."""
        said: dict[str, Any] = json.loads(self.to_json())
        return said

    def to_pandas(self, part: str | None = None) -> "pd.DataFrame":
        """Return a tidy frame, by default the rows of the CSV; docs/python.md lists the columns.

        Units stand in `frame.attrs["units"]`. Raises InputError for a part that it doesn't have.
        """
        frames: Any = import_module("advisor.api.frames")  # pandas is loaded for frames alone
        frame: pd.DataFrame = frames.frame_of(self._table(part))
        return frame

    def _table(self, part: str | None) -> Table:
        tables = self.forms.tables
        name = next(iter(tables)) if part is None else part
        if name not in tables:
            hint = did_you_mean(name, tables)
            raise InputError.of(
                f"{name!r} is not one of {', '.join(tables)}", key="part", hint=hint
            )
        return tables[name](self)

    def _repr_html_(self) -> str:
        return page_of(self.forms.brief(self), self._table(None), self.forms.picture(self))

    def __str__(self) -> str:
        """Write the answer as the command line shows it."""
        return self.forms.text(self)

    def __repr__(self) -> str:
        """Say in a line what came out."""
        said = shorten(self.forms.brief(self), _LINE, placeholder=" …")
        return f"<{type(self).__name__}: {said}>"


def _as_mapping(proxy: MappingProxyType[Any, Any]) -> tuple[Any, ...]:
    return MappingProxyType, (dict(proxy),)


# Tables hold empty mappings that nobody can write to; Python itself can't pickle or copy those.
copyreg.pickle(MappingProxyType, _as_mapping)
