"""Tables with one thing wrong: a cell of another kind, a column or row gone, twice or misnamed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple, Self

from mutations import DOUBLED, DROPPED, MISSPELT, RETYPED, REUNITED, Mutation

from advisor.load.document import Where

_OTHER_CELLS = ("", "some words", "-", "NaN", "inf", "=1+1", "2027-02-30", "7\n8", "\u202e7", "[7]")
_OTHER_AMOUNTS = ("-1", "50%", "8.400", "8.400,50", "€3", "3 EUR", "1e400", "1e18", "(9)", "0x10")
_TIMES = {DROPPED: 0, DOUBLED: 2}

Row = Sequence[str]


class TakenTable(NamedTuple):
    """A table taken apart; `columns` are those that say what is paid, when and to whom."""

    rows: Sequence[Row]
    columns: Sequence[str]

    @classmethod
    def apart(cls, content: str, columns: Sequence[str]) -> Self:
        """Take a table of commas apart."""
        return cls(list(csv.reader(io.StringIO(content))), columns)

    def again(self, *mutations: Mutation) -> str:
        """Put the table together again with something wrong, or with nothing."""
        instead = {one.path: one for one in mutations}
        written = io.StringIO()
        csv.writer(written, lineterminator="\n").writerows(self._rows(instead))
        return written.getvalue()

    def _rows(self, instead: Mapping[Where, Mutation]) -> Iterator[Row]:
        gone = {path[1] for path in instead if path[0] == "column"}
        for number, row in enumerate(self.rows):
            cells = [
                instead[number, place].entry if (number, place) in instead else cell
                for place, cell in enumerate(row)
                if place not in gone
            ]
            told = instead.get(("row", number))
            yield from [cells] * (1 if told is None else _TIMES[told.kind])

    def mutations(self) -> Iterator[Mutation]:
        """Yield every mutation, column by column and row by row, always in the same order."""
        for place, head in enumerate(self.rows[0]):
            if head not in self.columns:
                continue
            yield Mutation(DROPPED, ("column", place), head)
            yield from (Mutation(MISSPELT, (0, place), one) for one in (f"{head}x", head[:-2], ""))
            for number, row in enumerate(self.rows[1:], start=1):
                for kind, others in ((RETYPED, _OTHER_CELLS), (REUNITED, _OTHER_AMOUNTS)):
                    for other in others:
                        if other != row[place]:
                            yield Mutation(kind, (number, place), other)
        for number in range(1, len(self.rows)):
            yield Mutation(DROPPED, ("row", number), "")
            yield Mutation(DOUBLED, ("row", number), "")
