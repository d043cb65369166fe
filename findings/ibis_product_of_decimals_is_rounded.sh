#!/usr/bin/env bash
# ibis 12.0.0: what is fetched of a product of decimals has the scale of one factor.
#
# A good guess: decimal(18,6) × decimal(18,6) has twelve decimals, as DuckDB's result has.
# Seen: ibis declares the product decimal(18,6). `execute()` rounds what DuckDB 2.0.1 computed right to
# that, without a word: 0.000001 × 0.5 is 0. `to_pyarrow()` of the same expression raises. Summed inside
# the engine it is right: only what is declared at the outermost level is rounded.
set -euo pipefail
d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
python3 -m venv "$d/v"
"$d/v/bin/pip" install -q --disable-pip-version-check 'ibis-framework[duckdb]==12.0.0' duckdb==2.0.1 sqlglot==30.17.0
seen=$("$d/v/bin/python" -W ignore -c '
import ibis
con = ibis.duckdb.connect()
con.con.execute("create table t as select 0.000001::decimal(18,6) a, 0.5::decimal(18,6) b").fetchall()
t = con.table("t")
own = con.con.execute("select a * b from t").fetchall()[0][0]
try:
    arrow = str((t.a * t.b).to_pyarrow()[0])
except Exception as error:
    arrow = type(error).__name__
print(own == type(own)("0.0000005"), (t.a * t.b).execute()[0] == 0, arrow)
')
echo "DuckDB has 0.0000005, execute() has 0, to_pyarrow() raises: $seen"
[ "$seen" = "True True ArrowInvalid" ]
