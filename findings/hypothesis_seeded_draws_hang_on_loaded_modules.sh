#!/usr/bin/env bash
# Hypothesis 6.170.17 (PyPI): with a fixed seed, no database and derandomize, what is drawn hangs on
# which modules of the project happen to be imported at that moment.
#
# Behaviour: constants that stand in the source of loaded local modules are among what integers,
# floats and texts are drawn from, and the list is made anew when more modules are loaded. So a test
# is asked other things alone than after a test that imported one module more, or on another worker.
# Seen: 200 integers drawn twice with seed 1 are equal; after a module with three constants was
# imported, which the test does not use, they differ, and those constants are among them.
# Needs: bash, python3 with venv. Seconds. Exit 0: still so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv env
env/bin/python -m pip install --quiet --disable-pip-version-check hypothesis==6.170.17 >pip.log 2>&1
mkdir project
echo 'LIMITS = (7_654_321, 8_765_432, 9_876_543)' >project/constants_of_ours.py
cat >project/draw.py <<'P'
import sys

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st


def drawn():
    found = []

    @seed(1)
    @settings(max_examples=200, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 10_000_000))
    def take(one):
        found.append(one)

    take()
    return found


before, again = drawn(), drawn()
import constants_of_ours  # noqa: E402

after = drawn()
ours = set(constants_of_ours.LIMITS)
print("twice the same:", before == again)
print("after one more import:", before == after, "- of its constants:", len(ours & set(after)))
sys.exit(not (before == again and before != after and ours & set(after) and not ours & set(before)))
P
(cd project && ../env/bin/python draw.py)
echo "Still so: one more import, other draws from the same seed."
