#!/usr/bin/env bash
# ibis 12.0.0: the epoch of a moment with a zone hangs on the session's zone in DuckDB.
#
# A good guess: seconds since 1970 of a zoned moment are the same in every zone; DuckDB's own epoch()
# says so, and ibis shows the column as timestamp('UTC').
# Seen with DuckDB 2.0.1: `epoch_seconds()` first casts the zone away, in the session's zone, so that
# with Asia/Shanghai it is 28,800 s later than epoch() of the same value. DuckDB's zone is the
# machine's unless somebody sets it: the same program gives other numbers on another laptop.
set -euo pipefail
d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
python3 -m venv "$d/v"
"$d/v/bin/pip" install -q --disable-pip-version-check 'ibis-framework[duckdb]==12.0.0' duckdb==2.0.1 sqlglot==30.17.0
off=$("$d/v/bin/python" -W ignore -c '
import ibis
con = ibis.duckdb.connect()
con.con.execute("set timezone = \"Asia/Shanghai\"").fetchall()
con.con.execute("create table t as select to_timestamp(1772380800) as ts").fetchall()
own = con.con.execute("select epoch(ts)::bigint from t").fetchall()[0][0]
print(con.table("t").ts.epoch_seconds().to_pyarrow()[0].as_py() - own)
')
echo "ibis' epoch less DuckDB's, of one zoned moment, with the session in Asia/Shanghai: $off s"
[ "$off" = 28800 ]
