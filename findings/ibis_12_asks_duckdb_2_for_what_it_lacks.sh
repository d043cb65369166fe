#!/usr/bin/env bash
# ibis-framework 12.0.0 with DuckDB 2.0.1: `con.sql(query)` fails unless it is told the schema.
#
# A good guess: versions that ibis' own extra allows work together, the more so as tables, queries
# through expressions and to_pyarrow() all do.
# Seen: finding out what a query gives asks DuckDB's connection for fetch_arrow_table, which 2.0.1 no
# longer has: AttributeError. With `schema=` the same query answers.
set -euo pipefail
d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
python3 -m venv "$d/v"
"$d/v/bin/pip" install -q --disable-pip-version-check 'ibis-framework[duckdb]==12.0.0' duckdb==2.0.1 sqlglot==30.17.0
seen=$("$d/v/bin/python" -W ignore -c '
import ibis
con = ibis.duckdb.connect()
try:
    con.sql("select 1 as a")
    first = "answers"
except AttributeError as error:
    first = "fetch_arrow_table" in str(error) and "lacks fetch_arrow_table"
told = ibis.duckdb.connect().sql("select 1 as a", schema={"a": "int32"}).to_pyarrow()["a"][0].as_py()
print(first, "/", told)
')
echo "without a schema / with one: $seen"
[ "$seen" = "lacks fetch_arrow_table / 1" ]
