"""The calculation of economics.md, slow and obvious, in exact decimals.

The engine's float64 arrays are held against this to one part in 10^12, so nothing here may
import `advisor`, share a table with it, or be "fixed" to agree with it: where the two differ,
one of them has misread the economics. Inputs are plain Python in the shape of the YAML files
(dict, list, str, int, Decimal; a float is refused). What a reader would get wrong: this is
not a validator (a bad file may give nonsense here); figures are *expected* ones, at the means
of all inputs; and where the economics leave a choice, the docstring says which was taken.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Context, Decimal, localcontext
from functools import wraps
from itertools import pairwise
from typing import Any, ParamSpec, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

P = ParamSpec("P")
R = TypeVar("R")
Map: TypeAlias = Mapping[str, Any]
Number: TypeAlias = Any  # Decimal, int, or text such as "35%", "2.4M", "$8_400"

DIGITS = 50
ZERO, ONE = Decimal(0), Decimal(1)
MILLION = Decimal(1_000_000)
Z90 = Decimal("1.2815515655446004")
PI = Decimal("3.14159265358979323846264338327950288419716939937510582097494459")
SUFFIXES = {"k": 3, "M": 6, "G": 9}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLASSES = ("input", "cache_write", "cache_write_1h", "cache_read", "output")
# What a class costs where its own price is absent (§4); nothing else is ever guessed.
FALLBACK = {"cache_read": "input", "cache_write": "input", "cache_write_1h": "cache_write"}
DEFAULT_SHARES = {"cache_write": "3.9%", "output": "1.3%", "input": "0.5%"}


class OracleError(ValueError):
    """The files ask for something that the economics forbid or do not define."""


def exact(function: Callable[P, R]) -> Callable[P, R]:
    """Run at 50 digits without touching the caller's decimal context."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with localcontext(Context(prec=DIGITS)):
            return function(*args, **kwargs)

    return run


@exact
def dec(value: Number) -> Decimal:
    """Read one number of files.md: a Decimal, an int, `35%`, `2.4M`, `$8_400`."""
    if isinstance(value, Decimal | int):
        return Decimal(value)
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not exact: give a Decimal, an int or text")
    text = value.strip().removeprefix("$").replace("_", "")
    if text.endswith("%"):
        return Decimal(text[:-1]) / 100
    if text[-1:] in SUFFIXES:
        return Decimal(text[:-1]).scaleb(SUFFIXES[text[-1]])
    return Decimal(text)


def is_uncertain_map(value: object) -> bool:
    """Say whether a mapping is a PERT or a lognormal of §2, and not one value per key."""
    return isinstance(value, Mapping) and set(value) in ({"low", "mode", "high"}, {"p50", "p90"})


@exact
def sigma_of(spread: Number | Map | None) -> Decimal:
    """§2, σ of a lognormal: ln(p90/p50) / 1.2815515655446004; a number or nothing has none."""
    if not isinstance(spread, Mapping):
        return ZERO
    return (dec(spread["p90"]) / dec(spread["p50"])).ln() / Z90


@exact
def mean(uncertain: Any) -> Decimal:
    """§2, the mean: itself, (low+high)/2, (low+4·mode+high)/6, p50·e^(σ²/2)."""
    if isinstance(uncertain, Mapping) and "p50" in uncertain:
        return dec(uncertain["p50"]) * (sigma_of(uncertain) ** 2 / 2).exp()
    if isinstance(uncertain, Mapping):
        low, mode, high = (dec(uncertain[key]) for key in ("low", "mode", "high"))
        return (low + 4 * mode + high) / 6
    if isinstance(uncertain, list | tuple):
        low, high = (dec(end) for end in uncertain)
        return (low + high) / 2
    return dec(uncertain)


@exact
def for_class(value: Any, task_class: str) -> Decimal:
    """§1, a multiplier or quality of one class: its own entry, else `default`; at its mean."""
    if isinstance(value, Mapping) and not is_uncertain_map(value):
        value = value.get(task_class, value.get("default"))
    if value is None:
        raise OracleError(f"nothing is stated for {task_class}")
    return mean(value)


@exact
def normal_cdf(x: Number) -> Decimal:
    """Φ(x) to more than 40 significant digits.

    Within 5 of zero by the series of positive terms Φ = ½ + φ(x)·Σ x^(2n+1)/(1·3·…·(2n+1)),
    with spare digits for what 1 − Φ cancels; beyond, by the tail's continued fraction.
    """
    with localcontext(Context(prec=DIGITS + 20)):
        x = dec(x)
        upper = ONE - cdf_series(-x) if -5 < x < 0 else cdf_series(x) if 0 <= x < 5 else None
        if upper is None:
            upper = ONE - tail_fraction(x) if x > 0 else tail_fraction(-x)
    return +upper


def density(x: Decimal) -> Decimal:
    """φ(x), in the precision of the context."""
    return (-x * x / 2).exp() / (2 * PI).sqrt()


def cdf_series(x: Decimal) -> Decimal:
    """Φ(x) for x ≥ 0 by its series, until a term no longer changes the sum."""
    term = total = x
    n = 0
    while True:
        n += 1
        term *= x * x / (2 * n + 1)
        if total + term == total:
            return Decimal("0.5") + density(x) * total
        total += term


def tail_fraction(x: Decimal, terms: int = 400) -> Decimal:
    """1 − Φ(x) for x > 0: φ(x) / (x + 1/(x + 2/(x + 3/(x + …))))."""
    below = x
    for n in range(terms, 0, -1):
        below = x + n / below
    return density(x) / below


def month_index(month: str) -> int:
    """Months since year 0 of a `YYYY-MM`."""
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def add_months(month: str, count: int) -> str:
    """Step from one `YYYY-MM` to another."""
    year, number = divmod(month_index(month) + count, 12)
    return f"{year:04d}-{number + 1:02d}"


def month_span(month: str) -> tuple[datetime, datetime]:
    """First instant of a UTC month, and of the next."""
    return instant(month + "-01"), instant(add_months(month, 1) + "-01")


def seconds(start: datetime, end: datetime) -> Decimal:
    """Whole seconds from start to end, none where end comes first."""
    length = max(end - start, timedelta(0))
    return Decimal(length.days * 86_400 + length.seconds)


def instant(value: str | date) -> datetime:
    """Read a date (its midnight) or a time, UTC: `2026-10-07`, `2026-08-16T16:00Z`."""
    text = value if isinstance(value, str) else value.isoformat()
    parsed = datetime.fromisoformat(text)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


@exact
def schedule(value: Number | Map, month: str | int, start: str = "0000-01") -> Decimal:
    """§3, a number or month → number: linear by month index between two, constant outside.

    `month` is `YYYY-MM`, or a count of months from `start`.
    """
    if not isinstance(value, Mapping):
        return dec(value)
    at = month_index(month) if isinstance(month, str) else month_index(start) + month
    points = sorted((month_index(key), dec(stated)) for key, stated in value.items())
    if at <= points[0][0]:
        return points[0][1]
    for (left, low), (right, high) in pairwise(points):
        if at <= right:
            return low + (high - low) * (at - left) / (right - left)
    return points[-1][1]


def minute_of_day(value: Number) -> int:
    """Read `06:00`, 9 or 9.5 as minutes after midnight."""
    if isinstance(value, str) and ":" in value:
        hours, minutes = value.split(":")
        return int(hours) * 60 + int(minutes)
    return int(dec(value) * 60)


def peak_windows(peak: Map) -> list[tuple[int, int]]:
    """`hours_utc` as half-open minutes of a UTC day; one over midnight counts as two."""
    windows = []
    for text in peak["hours_utc"]:
        first, last = (minute_of_day(end) for end in text.split("-"))
        windows += [(first, last)] if first < last else [(first, 1440), (0, last)]
    return windows


def is_peak_day(peak: Map, day: date, calendars: Map | None = None) -> bool:
    """Whether a UTC date has peak hours: a listed weekday that the calendar does not except.

    A year that the calendar does not list counts its weekdays only.
    """
    if "weekdays" in peak and WEEKDAYS[day.weekday()] not in peak["weekdays"]:
        return False
    years = (calendars or {}).get(peak.get("except", ""), {})
    holidays = years.get(day.year, years.get(str(day.year), ()))
    return day.isoformat() not in {str(holiday) for holiday in holidays}


def is_peak(period: Map, at: str | datetime, calendars: Map | None = None) -> bool:
    """§4, whether an instant pays the peak price of a period. Never, where it has none."""
    peak = period.get("peak")
    moment = instant(at)
    if peak is None or not is_peak_day(peak, moment.date(), calendars):
        return False
    minute = moment.hour * 60 + moment.minute
    return any(first <= minute < last for first, last in peak_windows(peak))


def days_about(month: str) -> Iterator[date]:
    """Every date of a month, and two on either side, which other time zones reach."""
    begin, end = month_span(month)
    for offset in range(-2, (end - begin).days + 2):
        yield begin.date() + timedelta(days=offset)


def working_time(month: str, working_hours: Map) -> Iterator[tuple[datetime, datetime]]:
    """Monday to Friday on the team's own clock, as UTC spans inside the UTC month."""
    begin, end = month_span(month)
    zone = ZoneInfo(working_hours["timezone"])
    for day in days_about(month):
        if day.weekday() < WEEKDAYS.index("sat"):
            midnight = datetime.combine(day, time(), zone)
            first, last = (
                (midnight + timedelta(minutes=minute_of_day(working_hours[key]))).astimezone(UTC)
                for key in ("from", "to")
            )
            if max(first, begin) < min(last, end):
                yield max(first, begin), min(last, end)


def peak_time(month: str, peak: Map, calendars: Map | None) -> Iterator[tuple[datetime, datetime]]:
    """Every peak window about a month, as UTC spans."""
    for day in days_about(month):
        if is_peak_day(peak, day, calendars):
            midnight = datetime.combine(day, time(), UTC)
            for first, last in peak_windows(peak):
                yield midnight + timedelta(minutes=first), midnight + timedelta(minutes=last)


@exact
def off_peak_share_of_working_hours(
    period: Map, month: str, working_hours: Map, calendars: Map | None = None
) -> Decimal:
    """§4, share of Monday-Friday working time in a UTC month that is off-peak.

    Over the whole month, however little of it the period is in force.
    """
    working = list(working_time(month, working_hours))
    peaks = list(peak_time(month, period["peak"], calendars)) if "peak" in period else []
    busy = sum((seconds(max(a, c), min(b, d)) for a, b in working for c, d in peaks), ZERO)
    return ONE - busy / sum((seconds(a, b) for a, b in working), ZERO)


def live_periods(periods: Sequence[Map]) -> list[Map]:
    """Periods that count, oldest first: announced ones do, cancelled ones never."""
    counted = [period for period in periods if period.get("status") != "cancelled"]
    return sorted(counted, key=lambda period: instant(period["effective_from"]))


def in_force(periods: Sequence[Map], at: datetime) -> Map:
    """§4, the last period begun by an instant; the error names the first priced month."""
    live = live_periods(periods)
    begun = [period for period in live if instant(period["effective_from"]) <= at]
    if begun:
        return begun[-1]
    first = instant(live[0]["effective_from"])
    month = f"{first.year:04d}-{first.month:02d}"
    whole = month if month_span(month)[0] == first else add_months(month, 1)
    raise OracleError(f"no price on {at.isoformat()}; the first priced month is {whole}")


def stated(prices: Map, token_class: str | None) -> Decimal | None:
    """§4, the price of a class in one mapping, by its fallbacks inside that mapping."""
    while token_class is not None:
        if prices.get(token_class) is not None:
            return dec(prices[token_class])
        token_class = FALLBACK.get(token_class)
    return None


def base_price(period: Map, token_class: str, *overlays: Map | None) -> Decimal:
    """§4, the price of a class: first inside the tier, then the peak, then the period."""
    for prices in (*overlays, period):
        price = stated(prices, token_class) if prices else None
        if price is not None:
            return price
    raise OracleError(f"no price for {token_class}")


def live_variant(period: Map, mode: str, at: datetime) -> Map:
    """§4, a variant of a period; lacking it, or from its `until` on, is an error."""
    variant: Map | None = period.get("variants", {}).get(mode)
    if variant is None:
        raise OracleError(f"no variant {mode}")
    if variant.get("until") is not None and at >= instant(variant["until"]):
        raise OracleError(f"variant {mode} ended on {variant['until']}")
    return variant


@exact
def variant_price(period: Map, variant: Map, token_class: str) -> Decimal:
    """§4, a variant's base price of a class.

    Its own; or, for a class that only the period prices, that price × variant input ÷ base
    input; or, for one that neither prices, the variant's price of the fallback class.
    """
    if "factor" in variant:
        return base_price(period, token_class) * dec(variant["factor"])
    if variant.get(token_class) is not None:
        return dec(variant[token_class])
    if period.get(token_class) is not None:
        return dec(period[token_class]) * dec(variant["input"]) / dec(period["input"])
    if token_class not in FALLBACK:
        raise OracleError(f"no price for {token_class}")
    return variant_price(period, variant, FALLBACK[token_class])


@exact
def class_price(
    period: Map,
    token_class: str,
    *,
    variant: Map | None = None,
    tier: Map | None = None,
    peak: bool = False,
) -> Decimal:
    """§4, USD/Mtok of a class in one tier, at or off peak, in one variant.

    A tier's price stands at all hours. Tier and peak prices of a variant are the standard
    ones × (variant ÷ base) of the class.
    """
    raised = base_price(period, token_class, tier, period["peak"] if peak else None)
    if variant is None:
        return raised
    changed = variant_price(period, variant, token_class)
    standard = base_price(period, token_class)
    return changed if raised == standard else raised * changed / standard


def tiers_of(period: Map, variant: Map | None = None) -> list[Map]:
    """`long_context` as a list, lowest threshold first; none where the variant says none."""
    tiers = period.get("long_context")
    if tiers in (None, "none") or (variant or {}).get("long_context") == "none":
        return []
    return sorted([tiers] if isinstance(tiers, Mapping) else tiers, key=lambda t: dec(t["over"]))


@exact
def share_over(prompt: Any, threshold: Number, token_class: str) -> Decimal:
    """§4, share of a class that is in requests of more than T prompt tokens.

    Prompt classes by tokens, Φ((μ+σ²−ln T)/σ); output by requests, Φ((μ−ln T)/σ); a plain
    number or σ = 0: all or nothing; without `prompt_tokens`: none.
    """
    if prompt is None:
        return ZERO
    sigma, limit = sigma_of(prompt), dec(threshold)
    middle = dec(prompt["p50"] if isinstance(prompt, Mapping) else prompt)
    if sigma == 0 or limit == 0:
        return ONE if middle > limit else ZERO
    shift = ZERO if token_class == "output" else sigma**2  # noqa: S105 - a token class
    return normal_cdf((middle.ln() + shift - limit.ln()) / sigma)


@exact
def tier_shares(tiers: Sequence[Map], prompt: Any, token_class: str) -> list[Decimal]:
    """§4, shares of the base and of each tier, by differences. They add up to 1."""
    over = [ONE, *(share_over(prompt, tier["over"], token_class) for tier in tiers), ZERO]
    return [above - beyond for above, beyond in pairwise(over)]


@exact
def tiered_price(
    period: Map,
    token_class: str,
    at: datetime,
    *,
    mode: str | None = None,
    prompt: Any = None,
    peak: bool = False,
) -> Decimal:
    """§4, USD/Mtok of a class at an instant, its tiers weighted by what they serve."""
    variant = None if mode is None else live_variant(period, mode, at)
    tiers = tiers_of(period, variant)
    shares = tier_shares(tiers, prompt, token_class)
    return sum(
        (
            share * class_price(period, token_class, variant=variant, tier=tier, peak=peak)
            for share, tier in zip(shares, [None, *tiers], strict=True)
            if share != 0
        ),
        ZERO,
    )


@exact
def price_at(
    periods: Sequence[Map],
    at: str | datetime,
    token_class: str,
    mode: str | None = None,
    *,
    prompt: Any = None,
    calendars: Map | None = None,
) -> Decimal:
    """§4, USD/Mtok that one request with `prompt` prompt tokens pays at one instant."""
    moment = instant(at)
    period = in_force(periods, moment)
    peak = is_peak(period, moment, calendars)
    return tiered_price(period, token_class, moment, mode=mode, prompt=prompt, peak=peak)


def cuts(periods: Sequence[Map], mode: str | None, month: str) -> list[datetime]:
    """Instants inside a month between which no price changes, its two ends included."""
    begin, end = month_span(month)
    live = live_periods(periods)
    dates = [period["effective_from"] for period in live]
    dates += [period.get("variants", {}).get(mode, {}).get("until") for period in live]
    changes = {instant(day) for day in dates if day is not None}
    return [begin, *sorted(day for day in changes if begin < day < end), end]


@exact
def month_price(
    model: Map,
    token_class: str,
    month: str,
    *,
    mode: str | None = None,
    prompt_tokens: Any = None,
    off_peak_share: Number | None = None,
    working_hours: Map | None = None,
    calendars: Map | None = None,
) -> Decimal:
    """§4, time integral of the price over a UTC month ÷ its length, to the second.

    Within a stretch P = s·offpeak + (1−s)·peak, where s is the option's share, else what
    follows from the team's working hours, else 0; both stated is a fault.
    """
    if off_peak_share is not None and working_hours is not None:
        raise OracleError("off_peak_share and working_hours are both stated")
    total = ZERO
    stretches = cuts(model["prices"], mode, month)
    for start, end in pairwise(stretches):
        period = in_force(model["prices"], start)
        if "peak" not in period:
            share = ONE
        elif working_hours is not None:
            share = off_peak_share_of_working_hours(period, month, working_hours, calendars)
        else:
            share = dec(off_peak_share or 0)
        for weight, peak in ((share, False), (ONE - share, True)):
            if weight != 0:
                price = tiered_price(
                    period, token_class, start, mode=mode, prompt=prompt_tokens, peak=peak
                )
                total += weight * price * seconds(start, end)
    return total / seconds(stretches[0], stretches[-1])


@exact
def attempt_cost(
    tokens: Map,
    prices: Map,
    *,
    multiplier: Any = 1,
    variant: Number = 1,
    discount: Number = 0,
    price_change: Number = 0,
    channel_fee: Number = 0,
    token_fee: Number = 0,
) -> dict[str, Decimal]:
    """§4, dollars of one attempt by token class; the attempt costs their sum.

    10⁻⁶ · tokens · m · (P · variant · (1 + change) · (1 − discount) · (1 + fee) + token_fee).
    `prices` are month prices, a model's variant already in them; `variant` is a channel's.
    """
    kept = dec(variant) * (1 + dec(price_change)) * (1 - dec(discount)) * (1 + dec(channel_fee))
    return {
        name: mean(count) * mean(multiplier) * (dec(prices[name]) * kept + dec(token_fee)) / MILLION
        for name, count in tokens.items()
        if mean(count) != 0
    }


@exact
def intensity(team: Map, t: int, start: str) -> Decimal:
    """§3, intensity in month t: a schedule, an uncertain scalar, or growth (1+g)^t.

    Before the first month growth has not begun: t < 0 counts as 0.
    """
    if "growth" in team:
        if "intensity" in team:
            raise OracleError("growth and intensity are both stated")
        growth = team["growth"]
        rate = growth.split()[0] if isinstance(growth, str) else growth
        return Decimal((1 + dec(rate)) ** max(t, 0))
    level = team.get("intensity", 1)
    is_schedule = isinstance(level, Mapping) and not is_uncertain_map(level)
    return schedule(level, t, start) if is_schedule else mean(level)


@exact
def tasks(
    task: Map,
    t: int,
    start: str,
    *,
    developers: Number,
    adoption: Number = 1,
    intensity: Number = 1,
) -> Decimal:
    """§3, tasks of a class in month t.

    developers × adoption × per_developer_month × intensity; or `per_month`, a schedule; or
    `once` in its month. The last two scale with neither headcount nor intensity.
    """
    forms = [key for key in ("per_developer_month", "per_month", "once") if key in task]
    if len(forms) != 1:
        raise OracleError("exactly one of per_developer_month, per_month, once")
    if forms == ["per_month"]:
        return schedule(task["per_month"], t, start)
    if forms == ["once"]:
        due = add_months(start, t) == task["once"]["month"]
        return dec(task["once"]["tasks"]) if due else ZERO
    return dec(developers) * dec(adoption) * mean(task["per_developer_month"]) * dec(intensity)


@exact
def rebound(count: Number, cost: Number, reference_cost: Number, elasticity: Number) -> Decimal:
    """§3, tasks once a change of cost has moved demand: n·(c/c₀)^(−e)."""
    return dec(count) * (dec(cost) / dec(reference_cost)) ** -dec(elasticity)


@exact
def success(reference_success: Any, quality: Any) -> Decimal:
    """§5, p = min(1, success × q), one attempt per task."""
    return min(ONE, mean(reference_success) * mean(quality))


@exact
def both_fail(first: Number, second: Number, correlation: Number = "0.64") -> Decimal:
    """§6, P(A fails, B fails), clipped to what two probabilities allow."""
    a, b = dec(first), dec(second)
    joint = (1 - a) * (1 - b) + dec(correlation) * (a * (1 - a) * b * (1 - b)).sqrt()
    return min(max(joint, ZERO, 1 - a - b), 1 - a, 1 - b)


@exact
def detection_of(task: Map) -> Decimal:
    """§6, chance that a failure is seen: as stated, else 0.9 where tests check it, else 0."""
    tested = "0.9" if task.get("checked_by") == "tests" else 0
    return dec(task.get("detection", tested))


@exact
def cascade_success(
    first: Number, second: Number, detection: Number, correlation: Number = "0.64"
) -> Decimal:
    """§6, p_A + d·(P(A fails) − P(A fails, B fails))."""
    rescued = 1 - dec(first) - both_fail(first, second, correlation)
    return dec(first) + dec(detection) * rescued


@exact
def cascade_cost(
    first_cost: Number,
    second_cost: Number,
    first_success: Number,
    detection: Number,
    *,
    check: Number = 0,
    cost_ratio_on_failure: Number = "1.31",
) -> Decimal:
    """§6, a_A + v + d·(1−p_A)·h·a_B, with h at most 1 ÷ (1−p_A)."""
    failing = 1 - dec(first_success)
    ratio = dec(cost_ratio_on_failure)
    if failing > 0:
        ratio = min(ratio, 1 / failing)
    return dec(first_cost) + dec(check) + dec(detection) * failing * ratio * dec(second_cost)


@dataclass(frozen=True)
class Served:
    """Attempted tasks of one class, and what each is worth and costs people.

    `reference` is the reference's success; `value` is None where the file states none; `asked` are
    the tasks that there were, as many as attempted where None.
    """

    attempted: Decimal
    success: Decimal
    reference: Decimal
    value: Decimal | None
    review: Decimal = ZERO
    rework: Decimal = ZERO
    asked: Decimal | None = None


@exact
def completed(served: Iterable[Served]) -> Decimal:
    """§5, Σ n·p."""
    return sum((row.attempted * row.success for row in served), ZERO)


@exact
def value_of(served: Sequence[Served]) -> Decimal:
    """§5, Σ n·p·value; without values the completed tasks. Some classes only is a fault."""
    if len({row.value is None for row in served}) > 1:
        raise OracleError("values on some classes only")
    rates = (ONE if row.value is None else row.value for row in served)
    return sum(
        (row.attempted * row.success * rate for row, rate in zip(served, rates, strict=True)), ZERO
    )


@exact
def review_of(served: Iterable[Served]) -> Decimal:
    """§5, paid for every task attempted."""
    return sum((row.attempted * row.review for row in served), ZERO)


@exact
def rework_of(served: Iterable[Served]) -> Decimal:
    """§5, paid for every attempt that failed: Σ n·(1−p)·rework."""
    return sum((row.attempted * (1 - row.success) * row.rework for row in served), ZERO)


@exact
def quality_of(served: Sequence[Served]) -> Decimal | None:
    """§5, Σ done ÷ Σ n·success of the reference: what is left undone is not done."""
    expected = sum(
        ((row.attempted if row.asked is None else row.asked) * row.reference for row in served),
        ZERO,
    )
    return ratio(completed(served), expected)


@exact
def ratio(above: Decimal, below: Decimal) -> Decimal | None:
    """§5, a ratio; over 0 it is null."""
    return None if below == 0 else above / below


@exact
def is_worth_it(
    more_spend: Number, more_success: Number, value: Number, rework: Number = 0
) -> bool:
    """§5, the dearer option pays while Δspend per task < Δp × (value + rework)."""
    return dec(more_spend) < dec(more_success) * (dec(value) + dec(rework))


@exact
def seats(needed: Number, *, min_seats: Number = 0, earlier: int = 0) -> int:
    """§7, ⌈people − 10⁻⁹⌉, at least `min_seats`; `earlier` is what annual billing keeps."""
    counted = math.ceil(dec(needed) - Decimal("1e-9"))
    return max(counted, int(dec(min_seats)), earlier)


@exact
def excess_per_person(usage: Number, allowance: Number, sigma: Number = 0) -> Decimal:
    """§7, expected use beyond A of a person whose mean use is M.

    M·Φ(d₁) − A·Φ(d₁−σ), d₁ = (ln(M/A)+σ²/2)/σ; σ = 0: max(0, M−A); A = 0: M.
    """
    m, a, s = dec(usage), dec(allowance), dec(sigma)
    if m == 0 or a == 0:
        return m
    if s == 0:
        return max(ZERO, m - a)
    d1 = ((m / a).ln() + s**2 / 2) / s
    return m * normal_cdf(d1) - a * normal_cdf(d1 - s)


@exact
def excess(usage: Number, people: Number, allowance: Number, sigma: Number = 0) -> Decimal:
    """§7, the same for all people; use by nobody (agents in CI) has no allowance."""
    if dec(people) == 0:
        return dec(usage)
    return dec(people) * excess_per_person(dec(usage) / dec(people), allowance, sigma)


@exact
def pooled_excess(usage: Number, seat_count: int, allowance: Number) -> Decimal:
    """§7, max(0, usage − seats·A)."""
    return max(ZERO, dec(usage) - seat_count * dec(allowance))


@exact
def unmet_share(lost: Decimal, usage: Decimal) -> Decimal:
    """§7, u: the use that a cap or an allowance without overage refuses, of all use."""
    return ZERO if usage == 0 else lost / usage


@exact
def shortfall(commitment: Number, billed: Number) -> Decimal:
    """§7, max(C, billed) − billed: what a biller's commitment adds, in the last month."""
    return max(dec(commitment), dec(billed)) - dec(billed)


Unmet = Mapping[tuple[int, str], Decimal]
"""The share of a team's work that is not served in a month."""


@dataclass(frozen=True)
class MonthBill:
    """What a month costs beside metered tokens: u, and dollars of overage and seats."""

    unmet: Decimal
    overage: Decimal = ZERO
    seats: Decimal = ZERO


@exact
def plan_overage(
    usage: Decimal,
    people: Decimal,
    seat_count: int,
    terms: Map,
    *,
    cap: Decimal | None = None,
    sigma: Number = 0,
    rate: Number = 1,
) -> MonthBill | None:
    """§7, unmet share and overage of a month on a plan; None if its allowance is unpublished.

    A cap acts first: on a pool it lowers what reaches the pool; per seat it cuts each
    person's use at C, so that beyond A stays E(X−A)⁺ − E(X−C)⁺. `rate` turns the plan's
    dollars into the file's currency.
    """
    includes, overage = terms["includes"], terms["overage"]
    if includes == "unpublished":
        return None
    allowance = ZERO if includes == "none" else dec(includes["usd"]) * dec(rate)
    lost = ZERO if cap is None else excess(usage, people, cap, sigma)
    if includes != "none" and includes.get("pooled", False):
        beyond = pooled_excess(usage - lost, seat_count, allowance)
    else:
        beyond = max(ZERO, excess(usage, people, allowance, sigma) - lost)
    if overage == "none":
        return MonthBill(unmet_share(lost + beyond, usage))
    return MonthBill(unmet_share(lost, usage), dec(overage["factor"]) * beyond)


@exact
def exhaustion_date(spend_by_month: Sequence[Decimal], start: str, budget: Number) -> date | None:
    """§8, first day on which cumulative spend > budget·(1+10⁻¹²), months spread evenly."""
    limit = dec(budget) * (1 + Decimal("1e-9"))
    before = ZERO
    for t, spend in enumerate(spend_by_month):
        begin, end = month_span(add_months(start, t))
        length = (end - begin).days
        for day in range(1, length + 1):
            if before + spend * day / length > limit:
                return begin.date() + timedelta(days=day - 1)
        before += spend
    return None


@exact
def released_budget(total: Number, shares: Sequence[Number], months: int) -> list[Decimal]:
    """§8, cumulative budget of each month when quarters of three release it; unspent carries."""
    parts = [dec(share) for share in shares]
    if sum(parts, ZERO) != 1 or len(parts) * 3 != months:
        raise OracleError("quarters are three months each and add up to 1")
    return [dec(total) * sum(parts[: t // 3 + 1], ZERO) for t in range(months)]


@exact
def dollars_per_active(bill: Map) -> Decimal:
    """§11.1, u = (cost − seat_fees) ÷ active_developers."""
    paid = dec(bill["cost"]) - dec(bill.get("seat_fees", 0))
    return paid / dec(bill["active_developers"])


@exact
def token_shares(counted: Map | None = None) -> dict[str, Decimal]:
    """§11.2, shares of all tokens: as counted; else the published ones, the rest cache reads."""
    if counted is not None:
        total = sum((dec(count) for count in counted.values()), ZERO)
        return {name: dec(count) / total for name, count in counted.items()}
    shares = {name: dec(share) for name, share in DEFAULT_SHARES.items()}
    return {**shares, "cache_read": 1 - sum(shares.values(), ZERO)}


@exact
def tokens_from_bill(
    per_active: Number, rates: Map, counted: Map | None = None
) -> dict[str, Decimal]:
    """§11.2, tokens by class of an active developer-month: T = u ÷ Σ share·rate.

    A rate is what a Mtok cost in the bill's month: its price after discount and fees. The
    level comes from the dollars even where the bill's tokens are `counted`.
    """
    parts = token_shares(counted)
    blended = sum((share * dec(rates[name]) for name, share in parts.items()), ZERO)
    return {name: dec(per_active) / blended * share * MILLION for name, share in parts.items()}


@exact
def bill_factor(bill: Map, modelled: Number) -> Decimal:
    """§11.3, what scales all tokens so that the tasks cost the bill; a fault outside ⅒–10."""
    factor = (dec(bill["cost"]) - dec(bill.get("seat_fees", 0))) / dec(modelled)
    if not Decimal("0.1") <= factor <= 10:
        raise OracleError(f"tasks and bill differ by a factor of {factor:.4g}")
    return factor


@dataclass(frozen=True)
class World:
    """A workload and the files it is read against."""

    workload: Map
    files: Sequence[Map]
    channels: Map
    calendars: Map

    @property
    def start(self) -> str:
        """First month, `YYYY-MM`."""
        return str(self.workload["start"])

    @property
    def months(self) -> int:
        """Months of the year's plan."""
        return int(self.workload.get("months", 12))

    @property
    def rate(self) -> Decimal:
        """Units of the file's currency per dollar."""
        currency = self.workload.get("currency", "USD")
        return ONE if isinstance(currency, str) else dec(currency["per_usd"])

    def find(self, kind: str, name: str) -> tuple[str, Map]:
        """Maker or vendor, and the model or plan named by its id or by `vendor/id`."""
        found = [
            (str(file["vendor"]), entry)
            for file in self.files
            for key, entry in (file.get(kind) or {}).items()
            if name in (key, f"{file['vendor']}/{key}")
        ]
        if len(found) != 1:
            raise OracleError(f"{len(found)} {kind} are called {name}")
        return found[0]

    def teams(self) -> dict[str, Map]:
        """Teams with what the file says for all of them; without `teams`, one."""
        keys = ("developers", "adoption", "intensity", "growth", "working_hours")
        common = {key: self.workload[key] for key in keys if key in self.workload}
        return {
            name: {**common, **team} for name, team in self.workload.get("teams", {"": {}}).items()
        }

    def tasks(self) -> dict[str, Map]:
        """Task classes; `usage` is one called `work`, per active developer-month."""
        if "usage" in self.workload:
            prompt = {k: v for k, v in self.workload["usage"].items() if k not in CLASSES}
            tokens = {k: v for k, v in self.workload["usage"].items() if k in CLASSES}
            return {"work": {"per_developer_month": 1, "tokens": tokens, **prompt}}
        return dict(self.workload["tasks"])

    def headcount(self, t: int) -> dict[str, Decimal]:
        """§3, developers of each team in month t."""
        return {g: schedule(team["developers"], t, self.start) for g, team in self.teams().items()}

    def active(self, t: int) -> dict[str, Decimal]:
        """§3, developers × adoption of each team in month t."""
        people = self.headcount(t)
        return {
            g: people[g] * schedule(team.get("adoption", 1), t, self.start)
            for g, team in self.teams().items()
        }


@exact
def demand(world: World, team: str, task: Map, t: int) -> Decimal:
    """§3, tasks of a team. Teams share `per_month` and `once` by their active people."""
    active = world.active(t)
    if "per_developer_month" in task:
        level = intensity(world.teams()[team], t, world.start)
        return tasks(task, t, world.start, developers=active[team], intensity=level)
    everyone = sum(active.values(), ZERO)
    share = ONE / len(active) if everyone == 0 else active[team] / everyone
    return share * tasks(task, t, world.start, developers=0)


@dataclass(frozen=True)
class Route:
    """An option with the files that it names."""

    option: Map
    maker: str
    model: Map
    plan: Map | None
    billed_by: str
    channel: Map | None
    discount: Decimal
    price_changes: Map

    def price_change(self, month: str) -> Number:
        """§4, by how much the list price has moved: the last change that has begun."""
        begun = [since for since in self.price_changes if since <= month]
        return self.price_changes[max(begun)] if begun else 0


def route(world: World, option: Map) -> Route:
    """§1, who makes, serves and bills an option: channel, else plan's vendor, else maker.

    §4: the biller's discount leaves a plan's usage alone unless the contract says `on: plan`.
    """
    maker, model = world.find("models", option["model"])
    vendor, plan = world.find("plans", option["plan"]) if "plan" in option else (None, None)
    billed_by = option.get("channel") or vendor or maker
    contract = world.workload.get("contracts", {}).get(billed_by, {})
    counts = plan is None or contract.get("on") == "plan"
    return Route(
        option=option,
        maker=maker,
        model=model,
        plan=plan,
        billed_by=billed_by,
        channel=world.channels[option["channel"]] if "channel" in option else None,
        discount=dec(contract.get("discount", 0)) if counts else ZERO,
        price_changes=contract.get("price_change", {}) if plan is None else {},
    )


def first_of(month: str, entry: Map | None) -> Map:
    """§7, terms in force on the first of a month; none of a plan or channel not named."""
    return {} if entry is None else in_force(entry["periods"], month_span(month)[0])


def priced_model(chosen: Route, terms: Map) -> Map:
    """Price a model as a plan sells it: an override of the plan is a whole period."""
    override = (terms.get("prices") or {}).get(chosen.option["model"])
    if override is None:
        return chosen.model
    return {"prices": [{"effective_from": terms["effective_from"], **override}]}


@exact
def attempt(
    world: World, chosen: Route, *, task_class: str, task: Map, team: Map, month: str
) -> dict[str, Decimal]:
    """§4, what one attempt costs on an option, by token class, in the file's currency.

    Terms of a plan and of a channel are those of the first of the month. A mode that the
    channel lists is the channel's; any other is the model's.
    """
    option = chosen.option
    terms, channel = first_of(month, chosen.plan), first_of(month, chosen.channel)
    mode = option.get("mode")
    own = mode in channel.get("variants", {})
    model = priced_model(chosen, terms)
    tokens = {name: count for name, count in task["tokens"].items() if mean(count) != 0}
    prices = {
        name: month_price(
            model,
            name,
            month,
            mode=None if own else mode,
            prompt_tokens=option.get("prompt_tokens", task.get("prompt_tokens")),
            off_peak_share=option.get("off_peak_share"),
            working_hours=team.get("working_hours"),
            calendars=world.calendars,
        )
        for name in tokens
    }
    costs = attempt_cost(
        tokens,
        prices,
        multiplier=for_class(option.get("token_multiplier"), task_class),
        variant=channel["variants"][mode]["factor"] if own else 1,
        discount=chosen.discount,
        price_change=chosen.price_change(month),
        channel_fee=channel.get("fee", 0),
        token_fee=terms.get("token_fee", 0),
    )
    return {name: cost * world.rate for name, cost in costs.items()}


@dataclass(frozen=True)
class Work:
    """What one team asks of one class in one month, and one attempt's tokens and cost."""

    t: int
    team: str
    task_class: str
    asked: Decimal
    tokens: Map
    cost: Map

    @property
    def usage(self) -> Decimal:
        """What all of it would cost at metered rates."""
        return self.asked * sum(self.cost.values(), ZERO)


@exact
def work_of(world: World, chosen: Route) -> list[Work]:
    """§3 and §4, everything asked of one option over the months."""
    rows = []
    for t in range(world.months):
        for name, team in world.teams().items():
            for task_class, task in world.tasks().items():
                m = for_class(chosen.option.get("token_multiplier"), task_class)
                tokens = {key: mean(count) * m for key, count in task["tokens"].items()}
                month = add_months(world.start, t)
                cost = attempt(
                    world, chosen, task_class=task_class, task=task, team=team, month=month
                )
                asked = demand(world, name, task, t)
                rows.append(Work(t, name, task_class, asked, tokens, cost))
    return rows


def works(work: Sequence[Work]) -> set[str]:
    """Name the teams that have any work: they are on what serves it, and nobody else is."""
    return {row.team for row in work if row.asked > 0}


@exact
def seated(world: World, chosen: Route, work: Sequence[Work], t: int) -> dict[str, Decimal]:
    """§7, who uses an option in a month, by team: no more than the seats that somebody states."""
    people = {g: n if g in works(work) else ZERO for g, n in world.active(t).items()}
    stated = chosen.option.get("seats")
    if isinstance(stated, int):
        total = sum(people.values(), ZERO)
        part = min(ONE, stated / total) if total else ONE
        return {g: n * part for g, n in people.items()}
    if chosen.plan is None:
        return people
    return {g: min(n, dec(world.teams()[g].get("seats") or n)) for g, n in people.items()}


@exact
def seat_counts(world: World, chosen: Route, work: Sequence[Work]) -> list[int]:
    """§7, seats of each month on a plan; never fewer than before with annual billing."""
    counts: list[int] = []
    stated = chosen.option.get("seats")
    for t in range(world.months):
        terms = first_of(add_months(world.start, t), chosen.plan)
        people = world.headcount(t) if stated == "all" else world.active(t)
        needed = sum(
            (
                dec(world.teams()[g].get("seats") or n)
                for g, n in people.items()
                if g in works(work)
            ),
            ZERO,
        )
        if isinstance(stated, int):
            needed = dec(stated)
        kept = counts[-1] if counts and chosen.option.get("billing") == "annual" else 0
        least = terms.get("min_seats") or 0
        counts.append(seats(needed, min_seats=least, earlier=kept))
    return counts


@exact
def bills(
    world: World, chosen: Route, work: Sequence[Work]
) -> tuple[list[MonthBill], dict[tuple[int, str], Decimal]] | None:
    """§7, overage and seat fees of each month, and the unmet share of each team's month.

    Use spreads within a team, teams differ as the file says: allowances and caps of each person
    are met by every team's own mean, a pool by all together. None if a term is unpublished.
    """
    sigma = sigma_of(world.workload.get("usage_spread", {"p50": 7, "p90": 30}))
    cap = dec(chosen.option["cap"]) if "cap" in chosen.option else None
    annual = chosen.option.get("billing") == "annual"
    months: list[MonthBill] = []
    unmet: dict[tuple[int, str], Decimal] = {}
    counts = seat_counts(world, chosen, work) if chosen.plan else [0] * world.months
    for t, count in enumerate(counts):
        people, active = seated(world, chosen, work, t), world.active(t)
        usage = {
            g: sum((row.usage for row in work if (row.t, row.team) == (t, g)), ZERO)
            for g in world.teams()
        }
        kept = {
            g: usage[g] * (people[g] / active[g] if active[g] and g in works(work) else ONE)
            for g in usage
        }
        terms = first_of(add_months(world.start, t), chosen.plan)
        if chosen.plan is None:
            served = {
                g: kept[g] - (ZERO if cap is None else excess(kept[g], people[g], cap, sigma))
                for g in kept
            }
            months.append(MonthBill(ZERO))
        else:
            fee = terms.get("seat_month_annual" if annual else "seat_month")
            found = plan_month(kept, people, count, terms, cap=cap, sigma=sigma, rate=world.rate)
            if found is None or fee is None:
                return None
            served, overage = found
            months.append(MonthBill(ZERO, overage, count * dec(fee) * world.rate))
        unmet |= {(t, g): unmet_share(usage[g] - served[g], usage[g]) for g in usage}
    return months, unmet


@exact
def plan_month(
    usage: Mapping[str, Decimal],
    people: Mapping[str, Decimal],
    seat_count: int,
    terms: Map,
    *,
    cap: Decimal | None,
    sigma: Number,
    rate: Number,
) -> tuple[dict[str, Decimal], Decimal] | None:
    """§7, what is served of each team's use, and the overage; None if terms are unpublished."""
    includes, overage = terms["includes"], terms["overage"]
    if includes == "unpublished":
        return None
    allowance = ZERO if includes == "none" else dec(includes["usd"]) * dec(rate)
    lost = {g: ZERO if cap is None else excess(usage[g], people[g], cap, sigma) for g in usage}
    served = {g: usage[g] - lost[g] for g in usage}
    factor = ZERO if overage == "none" else dec(overage["factor"])
    if includes != "none" and includes.get("pooled", False):
        whole = sum(served.values(), ZERO)
        beyond = pooled_excess(whole, seat_count, allowance)
        if overage == "none" and whole:
            served = {g: own * (1 - beyond / whole) for g, own in served.items()}
        return served, factor * beyond
    each = {g: max(ZERO, excess(usage[g], people[g], allowance, sigma) - lost[g]) for g in usage}
    if overage == "none":
        served = {g: served[g] - each[g] for g in usage}
    return served, factor * sum(each.values(), ZERO)


@exact
def commitments(world: World, billed_by: str, billed: Decimal) -> Decimal:
    """§7, shortfalls of all contracts: an option bears those of other billers whole."""
    contracts = world.workload.get("contracts", {})
    return sum(
        (
            shortfall(contract.get("commitment", 0), billed if biller == billed_by else 0)
            for biller, contract in contracts.items()
        ),
        ZERO,
    )


@exact
def money(value: Number, hour: Number | None) -> Decimal:
    """§5, dollars; or time such as `50min` or `1.5h` at what an `hour` costs."""
    units = {"min": 60, "h": 1}
    unit = next((u for u in units if isinstance(value, str) and value.endswith(u)), None)
    if unit is None:
        return mean(value)
    if hour is None:
        raise OracleError("time needs an `hour` to be money")
    return dec(value.removesuffix(unit)) / units[unit] * dec(hour)


@exact
def value_per_task(world: World, task: Map) -> Decimal | None:
    """§5, dollars of a completed task: `value`, `by_hand`, or from `hours` for all.

    `hours` a developer-month × `hour` is spread evenly over the tasks that the reference
    completes in a developer-month.
    """
    hour = world.workload.get("hour")
    if "value" in task or "by_hand" in task:
        return money(task.get("value", task.get("by_hand")), hour)
    if "hours" not in world.workload or hour is None:
        return None
    counts = [
        mean(other["per_developer_month"]) * mean(other.get("success", 1))
        for other in world.tasks().values()
    ]
    return dec(world.workload["hours"]) * dec(hour) / sum(counts, ZERO)


@exact
def served_by(world: World, option: Map, work: Sequence[Work], unmet: Unmet) -> list[Served]:
    """§5 and §7, what is attempted of each class: Σ n·(1−u)."""
    rows = []
    for task_class, task in world.tasks().items():
        own = [row for row in work if row.task_class == task_class]
        reference = task.get("success", 1)
        rows.append(
            Served(
                attempted=sum((row.asked * (1 - unmet[row.t, row.team]) for row in own), ZERO),
                asked=sum((row.asked for row in own), ZERO),
                success=success(reference, for_class(option.get("quality"), task_class)),
                reference=success(reference, 1),
                value=value_per_task(world, task),
                review=money(task.get("review", 0), world.workload.get("hour")),
                rework=money(task.get("rework", 0), world.workload.get("hour")),
            )
        )
    return rows


@exact
def spending(
    world: World,
    chosen: Route,
    work: Sequence[Work],
    months: Sequence[MonthBill],
    unmet: Unmet,
) -> dict[str, Any]:
    """§5 and §7, what vendors are paid: by month, by task class, by token class.

    On a plan, usage is not paid for but as `overage`; the commitment's shortfall falls in
    the last month.
    """
    paid = {place: ZERO if chosen.plan else 1 - share for place, share in unmet.items()}
    metered = sum((row.usage * paid[row.t, row.team] for row in work), ZERO)
    overage = sum((bill.overage for bill in months), ZERO)
    owed = commitments(world, chosen.billed_by, metered + overage)
    beside = {
        "seats": sum((bill.seats for bill in months), ZERO),
        "overage": overage,
        "commitment": owed,
    }
    by_class = dict.fromkeys(world.tasks(), ZERO)
    by_token = dict.fromkeys(CLASSES, ZERO)
    by_month = [bill.seats + bill.overage for bill in months]
    by_month[-1] += owed
    for row in work:
        by_class[row.task_class] += row.usage * paid[row.t, row.team]
        by_month[row.t] += row.usage * paid[row.t, row.team]
        for name, cost in row.cost.items():
            by_token[name] += row.asked * cost * paid[row.t, row.team]
    return {
        "spend": sum(by_month, ZERO),
        "spend_by_month": by_month,
        "spend_by_class": {**by_class, **beside},
        "spend_by_token_class": {**by_token, **beside},
    }


@exact
def tokens_used(work: Iterable[Work], unmet: Unmet) -> dict[str, Decimal]:
    """Count the expected tokens of attempted tasks, by token class."""
    used = dict.fromkeys(CLASSES, ZERO)
    for row in work:
        for name, count in row.tokens.items():
            used[name] += row.asked * (1 - unmet[row.t, row.team]) * count
    return used


@exact
def worth(served: Sequence[Served], spend: Decimal) -> dict[str, Decimal | None]:
    """§5, what the spend bought. Without values, value = completed and net_value is null."""
    done, value = completed(served), value_of(served)
    total = spend + review_of(served) + rework_of(served)
    valued = bool(served) and served[0].value is not None
    return {
        "completed": done,
        "quality": quality_of(served),
        "value": value,
        "review": review_of(served),
        "rework": rework_of(served),
        "total_cost": total,
        "net_value": value - total if valued else None,
        "value_per_dollar": ratio(value, spend),
        "cost_per_completed": ratio(spend, done),
    }


@exact
def against_budget(world: World, spend_by_month: Sequence[Decimal]) -> dict[str, Any]:
    """§8, share of the budget used, and the day it is gone. No budget: null."""
    budget = world.workload.get("budget")
    total = budget["total"] if isinstance(budget, Mapping) else budget
    if total is None:
        return {"budget_used": None, "exhaustion_date": None}
    return {
        "budget_used": ratio(sum(spend_by_month, ZERO), dec(total)),
        "exhaustion_date": exhaustion_date(spend_by_month, world.start, total),
    }


def with_reference(world: World, name: str, option: Map) -> Map:
    """§1, an option; the reference's multiplier and quality are 1 unless restated."""
    reference = world.workload.get("reference", world.workload.get("current"))
    return {"token_multiplier": 1, "quality": 1, **option} if name == reference else option


@exact
def year_of(world: World, option: Map) -> dict[str, Any] | None:
    """Every expected figure of one option; None where a plan's terms are unpublished."""
    chosen = route(world, option)
    work = work_of(world, chosen)
    found = bills(world, chosen, work)
    if found is None:
        return None
    months, unmet = found
    served = served_by(world, option, work, unmet)
    spent = spending(world, chosen, work, months, unmet)
    span = range(world.months)
    people = sum((sum(world.headcount(t).values(), ZERO) for t in span), ZERO)
    active = sum((sum(world.active(t).values(), ZERO) for t in span), ZERO)
    return {
        "vendor": chosen.maker,
        "billed_by": chosen.billed_by,
        **spent,
        "tokens": tokens_used(work, unmet),
        "tasks": sum((row.asked for row in work), ZERO),
        "unmet_tasks": sum((row.asked * unmet[row.t, row.team] for row in work), ZERO),
        **worth(served, spent["spend"]),
        "spend_per_developer_month": ratio(spent["spend"], people),
        "spend_per_active_month": ratio(spent["spend"], active),
        **against_budget(world, spent["spend_by_month"]),
    }


@exact
def compare(
    workload: Map,
    prices: Sequence[Map],
    plans: Sequence[Map] = (),
    *,
    channels: Map | None = None,
    calendars: Map | None = None,
) -> dict[str, dict[str, Any] | None]:
    """Option → its expected figures, under the keys of `compare` in files.md.

    `prices` and `plans` are vendor files (both may hold models and plans); `channels` and
    `calendars` are what stands under those keys. Options must state `token_multiplier` and
    `quality`, the reference excepted; a bill must have gone through `calibrate`.
    """
    if "billed" in workload:
        raise OracleError("calibrate first")
    world = World(workload, [*prices, *plans], channels or {}, calendars or {})
    return {
        name: year_of(world, with_reference(world, name, option))
        for name, option in workload["options"].items()
    }


@exact
def calibrate(
    workload: Map,
    prices: Sequence[Map],
    *,
    channels: Map | None = None,
    calendars: Map | None = None,
) -> dict[str, Any]:
    """§11, the workload with its one metered bill turned into tokens.

    Without tasks the unit is one developer-month, `usage`; with them every token count is
    scaled by one factor. Adoption not stated is the bill's active ÷ developers.
    """
    (bill,) = workload["billed"]
    current = workload["current"]
    month = bill["month"]
    plain = {key: value for key, value in workload.items() if key != "billed"}
    plain.setdefault("start", f"{int(month[:4]) + 1}-01")
    world = World(plain, list(prices), channels or {}, calendars or {})
    option = with_reference(world, current, workload["options"][current])
    chosen = route(world, option)
    if chosen.plan is not None:
        raise OracleError("a bill on a plan is not worked out here")
    if "adoption" not in plain and "teams" not in plain:
        staff = schedule(plain["developers"], month)
        plain["adoption"] = dec(bill["active_developers"]) / staff
    team = next(iter(world.teams().values()))
    if "tasks" in plain or "usage" in plain:
        return scaled(plain, world, chosen, bill, team)
    one_million = {"tokens": dict.fromkeys(token_shares(bill.get("tokens")), 1_000_000)}
    rates = attempt(world, chosen, task_class="work", task=one_million, team=team, month=month)
    return {**plain, "usage": tokens_from_bill(dollars_per_active(bill), rates, bill.get("tokens"))}


@exact
def scaled(plain: Map, world: World, chosen: Route, bill: Map, team: Map) -> dict[str, Any]:
    """§11.3, tokens × (bill ÷ what the tasks cost in the bill's month at its headcount)."""
    t = month_index(bill["month"]) - month_index(world.start)
    level = intensity(team, t, world.start)
    modelled = ZERO
    for name, task in world.tasks().items():
        count = tasks(task, t, world.start, developers=bill["active_developers"], intensity=level)
        cost = attempt(world, chosen, task_class=name, task=task, team=team, month=bill["month"])
        modelled += count * sum(cost.values(), ZERO)
    factor = bill_factor(bill, modelled)
    rescaled = {
        name: {**task, "tokens": {key: mean(n) * factor for key, n in task["tokens"].items()}}
        for name, task in world.tasks().items()
    }
    return {**{k: v for k, v in plain.items() if k != "usage"}, "tasks": rescaled}
