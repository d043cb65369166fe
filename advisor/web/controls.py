"""What may be moved on the page: each control with its bounds, and where it stands by itself.

What a reader would get wrong: a control that stands at its default changes nothing. What the file
says, ranges and all, is then what counts; moved, a range becomes the one number that was chosen.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from advisor.api.inputs import Inputs
from advisor.case.facts import Case, OptionFacts
from advisor.engine.axes import Candidate, RandomInput
from advisor.engine.draws import percentiles
from advisor.model.contract import Contract
from advisor.model.schedule import Schedule
from advisor.model.workload import Workload

PEOPLE, PRICES, LIMITS, RULES, OPTIONS = (
    "People and money", "Token prices", "Limits", "Not allowed", "Options",
)  # fmt: skip
FOLDED = {PRICES, LIMITS, RULES, OPTIONS}
"""Groups that are open where something in them was moved, or somebody opens them."""

MOST_OPTIONS = 40
"""Options that have controls of their own; the others count as the file has them."""
_OPTIONAL = {"budget", "max_vendor_share", "min_quality", "seats", "cap"}
_LOWEST, _HIGHEST = 0.1, 10.0
_LARGEST = Decimal(10**10)


class Control(NamedTuple):
    """One thing that may be moved.

    `key` is its name in a link, `default` its value as links write it, empty where there is none;
    `low`, `high` and `step` bound numbers. `kind` is `number`, `range` or `check`; what is checked
    is 1, else 0. `unit` stands behind the field, `note` says what the range is. `about` is the
    option, team, maker or country that it belongs to.
    """

    key: str
    group: str
    label: str
    kind: str
    default: str
    low: Decimal = Decimal(0)
    high: Decimal = Decimal(1)
    step: Decimal = Decimal(1)
    unit: str = ""
    note: str = ""
    about: str = ""

    @property
    def is_optional(self) -> bool:
        """Whether nothing at all may stand there."""
        return self.key.partition(".")[0] in _OPTIONAL


def controls_of(inputs: Inputs) -> Mapping[str, Control]:
    """List the controls of a plan in the order of the page, by their keys."""
    found = [
        *_people(inputs.workload, inputs.case),
        *_money(inputs.case, inputs.workload.contracts),
        *_limits(inputs.workload),
        *_rules(inputs.case),
        *_options(inputs),
    ]
    return {one.key: one for one in found}


def written(value: float | Decimal, places: int = 2) -> str:
    """Write a number as links do: no exponent, no zeros that say nothing."""
    text = f"{Decimal(str(value)):.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- People and months ---------------------------------------------------------------------------


def _people(workload: Workload, case: Case) -> Iterator[Control]:
    several = bool(workload.teams)
    for name, schedule in _headcounts(workload):
        key = f"developers.{name}" if several else "developers"
        if len(schedule.points) == 1:
            label = f"Developers of {name}" if several else "Developers"
            yield Control(
                key, PEOPLE, label, "number", written(schedule.points[0][1]),
                high=Decimal(100_000), about=name,
            )  # fmt: skip
        else:
            label = f"Head count of {name}" if several else "Head count"
            yield Control(
                f"people.{name}" if several else "people", PEOPLE, label, "number", "100",
                high=Decimal(1_000), unit="% of the file's", about=name,
            )  # fmt: skip
    if not any(team.adoption for team in workload.teams.values()):
        yield Control(
            "adoption", PEOPLE, "Of them active", "range", written(100 * adoption(case), 1),
            high=Decimal(100), step=Decimal("0.1"), unit="%",
        )  # fmt: skip
    low, high = _months(workload)
    yield Control(
        "months", PEOPLE, "Months", "number", str(workload.months),
        low=Decimal(low), high=Decimal(high),
    )  # fmt: skip


def _months(workload: Workload) -> tuple[int, int]:
    """Return the fewest and the most months; a budget by quarters says how many quarters."""
    budgets = [workload.budget, *(team.budget for team in workload.teams.values())]
    quarters = max((len(one.quarters) for one in budgets if one is not None), default=0)
    if quarters:
        return 3 * quarters - 2, 3 * quarters
    return 1, 36 if workload.months <= 36 else 120


def _headcounts(workload: Workload) -> Iterator[tuple[str, Schedule]]:
    if workload.developers is not None:
        yield "all", workload.developers
    for name, team in workload.teams.items():
        yield name, team.developers


def adoption(case: Case) -> float:
    """Return active ÷ developers of the first month; 1 where there is nobody."""
    work = case.market.work
    developers = float(work.developers[:, 0].sum())
    return float(work.people[:, 0].sum()) / developers if developers else 1.0


# --- Money and limits ----------------------------------------------------------------------------


def _money(case: Case, contracts: Mapping[str, Contract]) -> Iterator[Control]:
    budget = "" if case.budget is None else written(case.budget)
    yield Control(
        "budget", PEOPLE, "Budget", "number", budget, high=_LARGEST, unit=case.currency,
    )  # fmt: skip
    moved = {name for name, terms in contracts.items() if terms.price_change.steps}
    for biller in sorted({one.billed_by for one in case.options if one.plan is None} - moved):
        yield Control(
            f"price.{biller}", PRICES, f"Prices of {biller}", "range", "0",
            low=Decimal(-90), high=Decimal(300), unit="%", note="from the plan's start on",
            about=biller,
        )  # fmt: skip


def _limits(workload: Workload) -> Iterator[Control]:
    policy = workload.policy
    share = policy.max_vendor_share
    yield Control(
        "max_vendor_share", LIMITS, "Most with one maker", "number",
        "" if share is None else written(100 * share), high=Decimal(100), unit="% of spend",
    )  # fmt: skip
    floor = policy.min_quality.default
    yield Control(
        "min_quality", LIMITS, "Work done, at least", "number",
        "" if floor is None else written(100 * floor.expected), high=Decimal(100),
        unit="% of today's",
    )  # fmt: skip


def _rules(case: Case) -> Iterator[Control]:
    """One box for each maker and each country where prompts are processed."""
    for key, title, names in (
        ("deny.makers", "maker", {one.vendor: one.vendor_name for one in case.options}),
        (
            "deny.hosted_in", "hosted in",
            {one.hosted_in: one.hosted_in for one in case.options if one.hosted_in},
        ),
    ):  # fmt: skip
        denied = getattr(case.policy.deny, key.removeprefix("deny."))
        for name in sorted(names):
            default = "1" if name in denied else "0"
            yield Control(f"{key}.{name}", RULES, f"{title} {names[name]}", "check", default,
                          about=name)  # fmt: skip


# --- Options -------------------------------------------------------------------------------------


def _options(inputs: Inputs) -> Iterator[Control]:
    case = inputs.case
    candidates = {one.name: one for one in case.market.candidates}
    today = {
        name for route in case.ways[case.today].routes for name in _names(case, route.strategy)
    }
    for facts in case.options[:MOST_OPTIONS]:
        if facts.unknown:
            continue
        if facts.name not in today:
            yield from _measures(case, facts, candidates[facts.name])
        yield from _seat_terms(inputs, facts)


def _names(case: Case, strategy: tuple[int, ...]) -> list[str]:
    return [case.options[option].name for option in strategy]


def _measures(case: Case, facts: OptionFacts, candidate: Candidate) -> Iterator[Control]:
    """Tokens and work done, relative to what is expected; their ends are P10 and P90."""
    note = "P10 to P90" if facts.borrowed else "the file's own figure"
    for key, label, numbers in (
        ("tokens", "tokens", candidate.multiplier),
        ("quality", "work done", candidate.quality),
    ):
        low, high = _range(numbers)
        if key == "quality":
            high = min(high, _most(case, numbers))
        yield Control(
            f"{key}.{facts.name}", OPTIONS, f"{facts.name}: {label}", "range", "100",
            low=_percent(min(low, 1.0)), high=_percent(max(high, 1.0)),
            unit="%", note=f"of what is expected; {note}", about=facts.name,
        )  # fmt: skip


def _range(numbers: tuple[RandomInput, ...]) -> tuple[float, float]:
    """Return the narrowest P10 and P90 of all classes, relative to the middle; half to double."""
    ends = []
    for one in numbers:
        low, _, high = percentiles(one.number)
        middle = one.number.mode if one.streams else one.number.expected
        if high > low and middle > 0:
            ends.append((low / middle, high / middle))
    if not ends:
        return 0.5, 2.0
    return max(low for low, _ in ends), min(high for _, high in ends)


def _most(case: Case, numbers: tuple[RandomInput, ...]) -> float:
    """Return by how much work done may be raised until all tasks of some class are done."""
    success = [one.central for one in case.market.terms.success]
    reached = [mine.central * today for mine, today in zip(numbers, success, strict=True)]
    return min((1 / one for one in reached if one > 0), default=1.0)


def _percent(share: float) -> Decimal:
    return Decimal(round(100 * min(max(share, _LOWEST), _HIGHEST)))


def _seat_terms(inputs: Inputs, facts: OptionFacts) -> Iterator[Control]:
    option = inputs.options[facts.name]
    if option.plan is not None:
        stated = str(option.seats) if isinstance(option.seats, int) else ""
        yield Control(
            f"seats.{facts.name}", OPTIONS, f"{facts.name}: seats", "number", stated,
            low=Decimal(1), high=Decimal(100_000), unit="bought", note="empty: for its people",
            about=facts.name,
        )  # fmt: skip
    cap = "" if option.cap is None else written(Decimal(str(option.cap)))
    yield Control(
        f"cap.{facts.name}", OPTIONS, f"{facts.name}: cap", "number", cap, low=Decimal("0.01"),
        high=_LARGEST, step=Decimal("0.01"), unit=f"{inputs.case.currency} a person and month",
        note="empty: none", about=facts.name,
    )  # fmt: skip
