"""The engine's float64 arrays against the oracle's exact decimals, on the public path.

One part in 10^12 of a figure, or of the money or the tasks that it was taken from: a difference of
two large sums (what lies beyond an allowance, net value) has no more digits than they have.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import oracle
from drawn import BILLED, COUNT, drawn
from questions import Plain, Question
from strategies import questions

PRECISION = Decimal("1e-12")
COUNTS = ("tasks", "unmet_tasks", "completed")
RATIOS = ("quality", "value_per_dollar", "cost_per_completed")
MANY = 60
ZERO, ONE, DUST = Decimal(0), Decimal(1), Decimal("1e-20")


def expected(question: Question) -> dict[str, Plain | None]:
    """Ask the oracle.

    It takes a discount `on: plan` off the usage. The advisor takes it off what is paid beyond the
    seats, which is the same as a smaller factor there.
    """
    workload, files = question.workload, list(question.files)
    if "billed" in workload:
        workload = oracle.calibrate(
            workload, files, channels=question.channels, calendars=question.calendars
        )
    agreed = workload["contracts"]
    on_plans = {who: terms for who, terms in agreed.items() if terms.get("on") == "plan"}
    plain = {who: {k: v for k, v in terms.items() if k != "on"} for who, terms in agreed.items()}
    for place, file in enumerate(files):
        kept = 1 - on_plans.get(file["vendor"], {}).get("discount", 0)
        plans = {id_: _cheaper(plan, kept) for id_, plan in file.get("plans", {}).items()}
        files[place] = {**file, "plans": plans}
    return oracle.compare(
        {**workload, "contracts": plain},
        files,
        channels=question.channels,
        calendars=question.calendars,
    )


def _cheaper(plan: Plain, kept: Decimal) -> Plain:
    """Return a plan whose overage costs only the part that a discount leaves."""
    periods = []
    for terms in plan["periods"]:
        overage = terms["overage"]
        if overage != "none":
            overage = {"factor": overage["factor"] * kept}
        periods.append({**terms, "overage": overage})
    return {"periods": periods}


def disagreements(row: Plain, exact: Plain | None) -> list[str]:
    """Name every figure of an option that is not the oracle's."""
    if exact is None:
        known = [key for key in ("spend", "tasks", "value") if row[key] is not None]
        return known if row["unknown"] else ["unknown"]
    row = {**row, "spend": row["spend"]["expected"]}
    scales = _scales(exact)
    return [
        f"{where}: {actual} is not {float(wanted) if isinstance(wanted, Decimal) else wanted}"
        for key in exact.keys() & row.keys() & scales.keys()
        for where, actual, wanted in _leaves(key, row[key], exact[key])
        if not _agrees(actual, wanted, scales[key])
    ]


def _scales(exact: Plain) -> dict[str, Decimal]:
    """Return what each figure was taken from, in its unit: 1 part in 10^12 of that is rounding.

    Where a cap refuses most of the work, the rest is what is left of a large sum. Where it refuses
    all of it but dust, what hangs on the dust has no digits left, and is not here at all.
    """
    tasks, money = exact["tasks"], exact["value"] + exact["total_cost"]
    share = (tasks - exact["unmet_tasks"]) / tasks if tasks else ONE
    served = max(share, PRECISION)
    scales = dict.fromkeys(exact, max(money, DUST) / served) | dict.fromkeys(COUNTS, tasks)
    own = [key for key in exact if key.startswith(("spend_per", "budget")) or key in RATIOS]
    scales |= {key: (exact[key] or ZERO) / served for key in own}
    scales["tokens"] = sum(exact["tokens"].values(), ZERO) / served
    gone = {"tokens", *RATIOS} if share < PRECISION else set()
    return {key: scale for key, scale in scales.items() if key not in gone}


def _leaves(where: str, actual: Any, wanted: Any) -> list[tuple[str, Any, Any]]:
    """Pair every number of a figure with the oracle's, under a dotted name."""
    if isinstance(wanted, dict):
        extra = [(f"{where}.{key}", actual[key], None) for key in actual.keys() - wanted.keys()]
        return extra + [
            leaf
            for key, part in wanted.items()
            for leaf in _leaves(f"{where}.{key}", actual.get(key), part)
        ]
    if isinstance(wanted, list):
        pairs = zip(actual, wanted, strict=True)
        return [leaf for n, (a, w) in enumerate(pairs) for leaf in _leaves(f"{where}[{n}]", a, w)]
    return [(where, actual, wanted)]


def _agrees(actual: Any, wanted: Any, scale: Decimal) -> bool:
    """Tell whether a number is the oracle's to one part in 10^12, or a name or null the same."""
    if not isinstance(wanted, Decimal | int):
        return bool(actual == (wanted.isoformat() if isinstance(wanted, date) else wanted))
    if actual is None:
        return False
    return abs(Decimal(actual) - wanted) <= PRECISION * max(abs(Decimal(wanted)), scale)


@drawn(questions()).asked(MANY)
def test_every_figure_is_the_oracles(question: Question) -> None:
    """Whatever is for sale and whatever is asked, both calculations give the same year."""
    rows = question.rows()

    exact = expected(question)

    assert {name: disagreements(rows[name], year) for name, year in exact.items()} == {
        name: [] for name in exact
    }


@BILLED.asked(COUNT)
def test_a_billed_year_is_the_oracles(question: Question) -> None:
    """Whatever was billed, both make the same tokens of it, with tasks and without."""
    rows = question.rows()

    exact = expected(question)

    assert {name: disagreements(rows[name], year) for name, year in exact.items()} == {
        name: [] for name in exact
    }
