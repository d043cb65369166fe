"""Hold a FOCUS CSV against the FinOps Foundation's validator: `check_focus.py PYTHON FILE`.

What a reader would get wrong: the validator ends with 0 even where rules fail, so its report is
read line by line; and one of two rules that contradict each other always fails (FOCUS_Spec 2394).
PYTHON is one that has the validator. Nothing is downloaded: the rules of 1.2 come with it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

CONTRADICTING = {"InvoiceId-C-004-C", "InvoiceId-C-005-C"}
LEAST_RULES = 200
APPLIES = (
    "ACCOUNT_NAMING", "USAGE_MEASUREMENT", "UNIT_PRICING", "PUBLIC_PRICE_LIST", "SUB_ACCOUNT",
    "MULTIPLE_SUB_ACCOUNT_TYPES", "MULTIPLE_BILLING_ACCOUNT_TYPES", "MULTIPLE_PRICING_CATEGORIES",
    "TAGGING", "NEGOTIATED_PRICING", "PRICING_BILLING_CURRENCY_DIFFERENCES",
)  # fmt: skip
_RULE = re.compile(r"^\S+ (\S+): (PASS|FAIL|SKIPPED)", re.MULTILINE)
_FOLDER = (
    "import focus_validator, pathlib; print(pathlib.Path(focus_validator.__file__).parents[1])"
)


def judged(python: str, file: Path) -> tuple[bool, str]:
    """Run the validator; return whether all is well, and what to say."""
    # It reads its list of currencies relative to the folder that it is installed in.
    found = subprocess.run([python, "-c", _FOLDER], capture_output=True, text=True, check=True)
    criteria = ",".join(f"{one}_SUPPORTED" for one in APPLIES)
    ended = subprocess.run(
        [python, "-m", "focus_validator.main", "--data-file", str(file.resolve()),
         "--validate-version", "1.2.0.1", "--block-download", "--applicability-criteria", criteria],
        cwd=found.stdout.strip(), env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    rules = dict(_RULE.findall(ended.stdout))
    counted = Counter(rules.values())
    broken = sorted({rule for rule, state in rules.items() if state == "FAIL"} - CONTRADICTING)
    is_well = not ended.returncode and counted["PASS"] > LEAST_RULES and not broken
    said = f"{dict(counted)}, broken: {', '.join(broken) or 'none'}"
    return is_well, said if rules else ended.stderr[-1_000:]


if __name__ == "__main__":
    ok, words = judged(sys.argv[1], Path(sys.argv[2]))
    print(words)
    sys.exit(not ok)
