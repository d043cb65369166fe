"""Everything that a case is built from, so that it can be built again with a part of it changed."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from advisor.case.build import build_case
from advisor.case.facts import Case
from advisor.evidence.borrowing import borrow
from advisor.evidence.query import Borrow
from advisor.model.book import PriceBook
from advisor.model.profile import ProfileBook
from advisor.model.workload import Option, Workload


class Sources(NamedTuple):
    """A file as plain data that has been checked, with the prices and records that it meets.

    `shown` is the file as answers name it. `shortlist` stands in where the file has no options.
    `ask` answers what others' records say of options.
    """

    data: Any
    book: PriceBook
    profiles: ProfileBook
    shortlist: Mapping[str, Option]
    name: str
    shown: str
    ask: Borrow = borrow

    def case(self) -> Case:
        """Build the case. Raises ValidationError where the data are no file, and as `build_case`.

        Of files that were read the first never happens; a file put together from two may be none.
        """
        workload = Workload.model_validate(self.data)
        return build_case(
            workload, self.book, self.profiles, self.shortlist, name=self.name, ask=self.ask
        )
