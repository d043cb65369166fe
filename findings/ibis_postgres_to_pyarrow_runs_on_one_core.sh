#!/usr/bin/env bash
# ibis 12.0.0 on PostgreSQL: what `to_pyarrow()` asks is never split among workers.
#
# A good guess: the same SQL is planned alike, whether psql or ibis sends it; a sum over a large table
# gets PostgreSQL's parallel workers.
# Seen with PostgreSQL 15 and psycopg 3.3.9: ibis declares a cursor for it, and PostgreSQL plans nothing
# parallel under a cursor: EXPLAIN of the query has a Gather, EXPLAIN of DECLARE … CURSOR FOR the same
# query has none. 5 million calls: 40 s as EXPLAIN ANALYZE, 76 s through to_pyarrow(), on two busy cores.
# Needs Debian's PostgreSQL; ends with 0 and a word where it is not installed.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed: nothing was seen"; exit 0; }
d=$(mktemp -d)
as=(); if [ "$(id -u)" = 0 ]; then chown postgres "$d"; as=(setpriv --reuid=postgres --regid=postgres --clear-groups); fi
stop() { "${as[@]}" "$bin/pg_ctl" -D "$d/data" -m immediate -w stop >/dev/null 2>&1 || true; rm -rf "$d"; }
trap stop EXIT
cd "$d"
"${as[@]}" "$bin/initdb" -D "$d/data" -U postgres -A trust --no-sync >/dev/null
"${as[@]}" "$bin/pg_ctl" -D "$d/data" -w -l "$d/data/log" \
  -o "-h '' -k $d -c log_statement=all -c fsync=off" start >/dev/null
python3 -m venv "$d/v"
"$d/v/bin/pip" install -q --disable-pip-version-check 'ibis-framework[postgres]==12.0.0' packaging 'psycopg[binary]==3.3.9' sqlglot==30.17.0
seen=$(PGHOST=$d "$d/v/bin/python" -W ignore -c '
import ibis
con = ibis.postgres.connect(user="postgres", database="postgres", autocommit=True)
def told(query):
    with con.con.cursor() as cursor:
        cursor.execute(query)
        return str(cursor.fetchall()) if cursor.description else ""
told("create table t as select i % 7 as k, i as v from generate_series(1, 3000000) i")
told("analyze t")
asked = con.table("t").group_by("k").agg(v=lambda t: t.v.sum())
query = con.compile(asked)
asked.to_pyarrow()
print("Gather" in told(f"explain {query}"), "Gather" in told(f"explain declare c cursor for {query}"))
')
declared=$(grep -c 'DECLARE "' "$d/data/log" || true)
echo "workers for the query, for the same under a cursor: $seen; cursors that to_pyarrow() declared: $declared"
[ "$seen" = "True False" ] && [ "$declared" -ge 1 ]
