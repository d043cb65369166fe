"""What was learnt as a commented team file: every figure with what it is from beside it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date

from advisor.output import figures
from advisor.output.usage.amounts import cents
from advisor.tables.learned import Learned, LearnedClass, LearnedOption
from advisor.tables.usage import FEMTO
from advisor.token_classes import TOKEN_CLASSES

_PLAIN = re.compile(r"[A-Za-z][\w.+/-]*(?: [\w.+/-]+)*")
_WORDS = frozenset({"default", "no", "yes", "true", "false", "null", "on", "off"})
_NOTE_AT = 44
MOST_NAMED = 6
GUESSED_TOKENS, GUESSED_QUALITY = "[0.5, 4]", "[0.3, 1]"
"""What stands in for records that nobody has: cautious, so that no advice hangs on it."""


def workload_text(found: Learned, *, start: str, guessed: Collection[str] = ()) -> str:
    """Write the file. `guessed` are options without any record, which get wide ranges."""
    parts = [
        list(_head(found)),
        list(_people(found, start)),
        list(_today(found)),
        list(_tasks(found)),
        list(_options(found, guessed)),
        list(_tail(found)),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _noted(line: str, note: str) -> str:
    return f"{line:<{_NOTE_AT}}# {note}"


def _days(found: Learned) -> str:
    first, last = date.fromisoformat(found.first), date.fromisoformat(found.last)
    number = (last - first).days + 1
    span = f"{figures.day(first, year=True)} to {figures.day(last, year=True)}"
    return f"{span}, {_counted(number, 'day')}"


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def _head(found: Learned) -> Iterator[str]:
    month = round(found.cost / found.months)
    people = "1 person" if found.people == 1 else f"{found.people:,} people"
    calls = _counted(found.calls, "call")
    yield f"# Learnt from real use: {_days(found)} ({found.zone}), of {people}."
    yield (
        f"# {calls} cost ${cents(found.cost)}, ${cents(month)} a month, at the list "
        f"prices of their minutes"
    )
    yield f"# (tables of {found.prices_as_of})."
    yield f"# {figures.share(found.cached)} of what went in came from a cache."
    yield "# Every figure is measured unless its line says otherwise. Next: advisor compare FILE"


def _people(found: Learned, start: str) -> Iterator[str]:
    yield "# --- Who, and when"
    yield _noted(f"developers: {found.people}", "who had calls; if more could, say adoption")
    yield _noted(f"start: {start}", "the month after the last call")
    between = found.between
    if between is None:
        yield _noted("# usage_spread: {p50: 7, p90: 30}", "too few people to measure it")
    else:
        spread = f"usage_spread: {{p50: {between.p50:.4g}, p90: {between.p90:.4g}}}"
        yield _noted(spread, f"dollars a month of {between.people:,} people: middle, one of ten")
    yield _growth(found)
    if found.busy_share is not None:
        yield (
            f"# working hours: {figures.share(found.busy_share)} of tokens were used on workdays "
            f"from 9 to 18 ({found.zone})"
        )


def _growth(found: Learned) -> str:
    growth = found.growth
    if growth is None:
        return _noted("# growth: 6% a month", "too few whole weeks to measure it")
    rate, doubt = 100 * growth.rate, 100 * growth.doubt
    measured = f"{rate:+.1f}% a month, ±{doubt:.1f}, over {growth.weeks} weeks"
    if abs(rate) <= doubt:
        return _noted("# growth: 0% a month", f"none that is sure: {measured}")
    return _noted(f"# growth: {rate:.1f}% a month", f"{measured}; take the # away to expect it")


def _today(found: Learned) -> Iterator[str]:
    yield "# --- What runs today: which option does which work"
    yield _noted(f"reference: {_key(found.reference)}", "the most money went to it")
    yield "current:"
    for one in found.classes:
        yield f"  {_key(one.name)}: {_key(one.option)}"


def _tasks(found: Learned) -> Iterator[str]:
    yield "# --- The work: a task is a session with a model, tokens are those of one"
    yield "tasks:"
    for one in found.classes:
        yield f"  {_key(one.name)}:"
        yield from (f"    # {line}" for line in _evidence(one, found))
        rate = float(f"{one.sessions / found.people / found.months:.4g}") or 1.0
        yield f"    per_developer_month: {rate:.10g}"
        tasks = rate * found.people * found.months
        tokens = ", ".join(
            f"{name}: {_number(count / tasks)}"
            for name, count in zip(TOKEN_CLASSES, one.tokens, strict=True)
            if count
        )
        yield f"    tokens: {{{tokens}}}"
        prompt = _prompt(one)
        if prompt:
            yield f"    prompt_tokens: {prompt}"


def _evidence(one: LearnedClass, found: Learned) -> Iterator[str]:
    calls, sessions = _counted(one.calls, "call"), _counted(one.sessions, "session")
    if not one.sessions:
        sessions = "no session that is named (so a task is all use of a month)"
    share = figures.share(one.cost / found.cost)
    prompt = sum(one.tokens[:4])
    cached = figures.share(one.tokens[3] / prompt) if prompt else "-"
    yield (
        f"{calls} in {sessions} of {_people_in(one)}: ${cents(one.cost)}, {share}; {cached} cached"
    )
    if one.p50:
        sizes = ", ".join(figures.tokens(size) for size in (one.p50, one.p90, one.p99))
        yield f"prompts: {sizes} tokens (half are below the first, 9 of 10, 99 of 100)"
    if one.has_tiers and not one.p50:
        yield "the price hangs on the prompt, which nothing says: the lowest tier is taken"
    elif one.has_tiers:
        yield f"the price hangs on the prompt: these are {_tier(one)}, so one size stands for them"


def _people_in(one: LearnedClass) -> str:
    return "1 person" if one.people == 1 else f"{one.people:,} people"


def _tier(one: LearnedClass) -> str:
    over = f"over {one.over:,}" if one.over is not None else ""
    upto = f"up to {one.upto:,}" if one.upto is not None else ""
    return " and ".join(filter(None, [over, upto])) + " tokens"


def _prompt(one: LearnedClass) -> str:
    """Write the size of prompts: their spread, or where the price has tiers one size inside."""
    if not one.p50:
        return ""
    if one.has_tiers:
        size = max(one.p50, (one.over or 0) + 1)
        return _number(size if one.upto is None else min(size, one.upto))
    return f"{{p50: {_number(one.p50)}, p90: {_number(min(max(one.p90, one.p50), 999 * one.p50))}}}"


def _options(found: Learned, guessed: Collection[str]) -> Iterator[str]:
    yield "# --- What can be chosen: today's options; add others"
    yield "# A 1 is measured: its own work took these tokens. Other work goes by public records."
    yield "options:"
    for option in found.options:
        yield f"  {_key(option.name)}:"
        if option.name in guessed:
            yield "    # no public record has this model: its `default` is a cautious guess"
        yield from (f"    {line}" for line in _facts(option))
        if option.name != found.reference:
            own = ", ".join(_key(c.name) + ": 1" for c in found.classes if c.option == option.name)
            rest = option.name in guessed
            tokens = f", default: {GUESSED_TOKENS}" if rest else ""
            quality = f", default: {GUESSED_QUALITY}" if rest else ""
            yield f"    token_multiplier: {{{own}{tokens}}}"
            yield f"    quality: {{{own}{quality}}}"


def _facts(option: LearnedOption) -> Iterator[str]:
    said = {"model": option.model, "harness": option.harness, "channel": option.channel,
            "mode": "" if option.ends else option.mode}  # fmt: skip
    yield from (f"{name}: {text}" for name, text in said.items() if text)
    if option.ends:
        yield f"# {option.mode} until {option.ends}, when that ends: priced without it from then on"
    if option.off_peak is not None:
        yield _noted(f"off_peak_share: {option.off_peak:.6f}", "the hours at which it was called")


def _tail(found: Learned) -> Iterator[str]:
    yield "# --- Limits"
    yield _noted(f"# budget: {_number(12 * found.cost / found.months / FEMTO)}", "a year like this")
    if found.left_out:
        cost = sum(cost for _, cost in found.left_out)
        named = ", ".join(name for name, _ in found.left_out[:MOST_NAMED])
        more = " …" if len(found.left_out) > MOST_NAMED else ""
        yield f"# Left out as too small, ${cents(cost)} together: {named}{more}"
    for model, calls, tokens in found.unpriced[:MOST_NAMED]:
        size = figures.tokens(tokens)
        yield f"# No price, so not in here: {model}: {calls:,} calls, {size} tokens"
    if found.partial_calls:
        cut = _counted(found.partial_calls, "cut call")
        yield f"# the answers of {cut} are not known: not in here"
    if found.unlogged_tokens:
        yield f"# {found.unlogged_tokens:,} tokens of background work have no day: not in here"


def _number(value: float) -> str:
    """Write a number as files do, in four digits or whole."""
    return f"{value:_.0f}" if value >= 1000 else f"{float(f'{value:.4g}'):.10g}"


def _key(name: str) -> str:
    """Write a name so that YAML reads it back."""
    if _PLAIN.fullmatch(name) and name.lower() not in _WORDS:
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
