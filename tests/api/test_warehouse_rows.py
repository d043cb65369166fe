"""Which rows of a usage table in a warehouse are given: none that an engine gets wrong."""

from __future__ import annotations

import pytest

import advisor
from advisor.errors import InputError

URL = "clickhouse://reader@127.0.0.1:1/logs"


@pytest.mark.parametrize("by", ["person", "project", "home", "person,month,priced_as"])
def test_clickhouse_gives_no_rows_by_people_projects_or_homes(by: str) -> None:
    """They are refused by one clear fault before anything is asked of a server."""
    with pytest.raises(InputError, match="did not add up when tried on clickhouse") as found:
        advisor.usage(warehouse=URL, by=by, no_store=True)
    (fault,) = found.value.faults
    assert fault.key == "from"
    assert "priced_as" in str(fault.hint)
