#!/usr/bin/env bash
# highspy 1.16.0 writes to descriptor 1 when the first Highs() of a process is made.
#
# A good guess: a solver prints while it solves, and `output_flag` off makes it silent.
# Seen: two lines of banner on descriptor 1 at the first construction, before there is an object that
# an option could be set on; redirecting sys.stdout does not catch them, since C writes them; a second
# object prints nothing. highspy 1.15.1 prints nothing. A program whose stdout is JSON is no JSON.
set -euo pipefail
d=$(mktemp -d); trap 'rm -rf "$d"' EXIT
script='
import contextlib, io
with contextlib.redirect_stdout(io.StringIO()):
    import highspy
    for _ in range(2):
        highspy.Highs().setOptionValue("output_flag", False)
'
lines() {
  python3 -m venv "$d/$1"
  "$d/$1/bin/pip" install -q --disable-pip-version-check "$1"
  "$d/$1/bin/python" -c "$script" | wc -l
}
old=$(lines highspy==1.15.1); new=$(lines highspy==1.16.0)
echo "lines on stdout from two silenced solvers: highspy 1.15.1 $old, 1.16.0 $new"
[ "$old" = 0 ] && [ "$new" = 2 ]
