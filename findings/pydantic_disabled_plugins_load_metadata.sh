#!/usr/bin/env bash
# pydantic 2.14.4: with `PYDANTIC_DISABLE_PLUGINS=__all__` no plugin is looked for, yet the first model
# that gets its validator imports `importlib.metadata`, and with it `email`, `zipfile`, `csv` and
# `socket`, for nothing.
#
# Behaviour: the module that looks for plugins imports the function that lists installed packages at
# its top, and is itself imported before the variable is read. Until then, with `defer_build`, models
# are defined without it: it is the validator that brings it.
# Seen: 12 to 20 ms of a start of 400 ms; without validators (models made by `model_construct`) none
# of these modules is there, after the first `model_validate` all are.
# Needs: bash, python3.11 or later with pip. Seconds. Exit 0: still so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/env"
"$folder/env/bin/python" -m pip install --quiet --disable-pip-version-check pydantic==2.14.4 2>"$folder/pip.log"
cd "$folder"
PYDANTIC_DISABLE_PLUGINS=__all__ env/bin/python -I - <<'P'
import sys
from pydantic import VERSION, BaseModel, ConfigDict

LOADED = {"importlib.metadata", "email.message", "zipfile", "csv", "socket"}


class Price(BaseModel):
    model_config = ConfigDict(defer_build=True)
    dollars: float


Price.model_construct(dollars=1.0)
before = LOADED & set(sys.modules)
Price.model_validate({"dollars": 1.0})
after = LOADED & set(sys.modules)
print(VERSION, sorted(before), sorted(after))
assert before == set(), before
assert after == LOADED, after
P
echo "Still so: plugins are off, and what lists packages is loaded all the same."
