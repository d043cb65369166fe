"""The plan's rows and ranges as Parquet: the same columns as the CSV, figures in full.

Text columns are dictionaries, so a reader that keeps them (pandas, DuckDB, polars) needs little
memory. What the file is about stands in its metadata: `advisor.schema` and `advisor.about`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from advisor.output.export.columns import Column
from advisor.output.export.rows_csv import ranges_table
from advisor.tables.export import RANGES_SCHEMA, SCHEMA, Coded, Detail, Ranges

Array = Any
"""An array of pyarrow, which is loaded only where Parquet is written."""


def write_detail(detail: Detail, path: Path) -> None:
    """Write the rows."""
    arrays = {name: _array(column) for name, column in detail.columns.items()}
    about = {"advisor.schema": SCHEMA, "advisor.about": detail.about.sentence}
    _write(arrays, about, path)


def write_ranges(ranges: Ranges, path: Path) -> None:
    """Write the ranges."""
    table = ranges_table(ranges)
    columns = zip(*table.rows, strict=True) if table.rows else [() for _ in table.columns]
    pa = _pyarrow()
    arrays = {
        one.name: pa.array(list(values)) for one, values in zip(table.columns, columns, strict=True)
    }
    about = {"advisor.schema": RANGES_SCHEMA, "advisor.about": ranges.about.sentence}
    _write(arrays, about, path)


def _write(arrays: Mapping[str, Array], about: Mapping[str, str], path: Path) -> None:
    pa, pq = _pyarrow(), import_module("pyarrow.parquet")
    table = pa.table(dict(arrays)).replace_schema_metadata(dict(about))
    numbers = [name for name, one in arrays.items() if pa.types.is_floating(one.type)]
    pq.write_table(
        table,
        path,
        compression="zstd",
        # Figures hardly repeat: a dictionary of them is built for nothing.
        use_dictionary=[name for name in arrays if name not in numbers],
    )


def _pyarrow() -> Any:
    return import_module("pyarrow")


def _array(column: Column) -> Array:
    pa = _pyarrow()
    if not isinstance(column, Coded):
        absent = np.isnan(column)
        return pa.array(column, mask=absent if absent.any() else None)
    # Names may repeat, which those of a dictionary may not.
    names = list(dict.fromkeys(one for one in column.names if one is not None))
    place = {name: n for n, name in enumerate(names)}
    # Two bytes hold most names, and move in a fifth of the time of four.
    kind = np.int16 if len(column.names) < 2**15 else np.int32
    codes = np.array([-1 if one is None else place[one] for one in column.names], dtype=kind)
    indices: NDArray[Any] = codes.take(column.codes.astype(kind))
    absent = indices < 0
    return pa.DictionaryArray.from_arrays(
        pa.array(indices, mask=absent if absent.any() else None), pa.array(names, pa.string())
    )
