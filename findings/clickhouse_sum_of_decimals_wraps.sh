#!/usr/bin/env bash
# ClickHouse (chdb 4.4.0): a sum of decimals that is too large is a wrong number, checks or no checks.
#
# A good guess: `decimal_check_overflow`, which is on unless somebody turns it off, makes what leaves
# 38 digits an error, as the same setting does for products that are far too large.
# Seen: two values of 38 nines add up to a number below 0, with the setting at 1; so does a product that
# needs 39 digits. DuckDB, PostgreSQL and Spark raise. Money is safe only while sums stay far below.
set -euo pipefail
d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
python3 -m venv "$d/v"
"$d/v/bin/pip" install -q --disable-pip-version-check chdb==4.4.0 2>/dev/null
seen=$("$d/v/bin/python" -W ignore -c '
import chdb
def ask(what):
    return int(str(chdb.query(f"select {what} settings decimal_check_overflow = 1", "CSV")).strip())
nines = "9" * 38
two = f"select arrayJoin([toDecimal128(\x27{nines}\x27, 0), toDecimal128(\x27{nines}\x27, 0)]) as x"
total = int(str(chdb.query(f"select sum(x) from ({two}) settings decimal_check_overflow = 1", "CSV")).strip())
product = ask("toDecimal128(\x279999999999999999999\x27, 0) * toDecimal128(\x2719999999999999999999\x27, 0)")
print(total < 0, product < 0)
')
echo "a sum and a product of positive decimals below 0, with decimal_check_overflow = 1: $seen"
[ "$seen" = "True True" ]
