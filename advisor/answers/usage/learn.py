"""What real usage says of a team: its options, its work, its people, with what each figure is from.

A class is a kind of work on one option, so that its tokens are what they were; where a price has
tiers, calls of each tier are a class of their own, since a lognormal through two percentiles would
move money between tiers.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from operator import mul
from typing import NamedTuple

from advisor.answers.usage.answer import Gathered, days_over, number_of, usage_answer
from advisor.answers.usage.kinds import kind_of_work
from advisor.answers.usage.names import channel_of
from advisor.answers.usage.percentiles import percentile
from advisor.answers.usage.statistics import between_people, growth_of
from advisor.answers.usage.sums import selector_of
from advisor.answers.usage.tariffs import Segment, Selector, Tariffs, day_of, regions_of, way_of
from advisor.model.kinds import KindRule
from advisor.model.rates import NEVER
from advisor.model.usage import Kind
from advisor.tables.learned import Learned, LearnedClass, LearnedOption
from advisor.tables.usage import FEMTO, UsageAnswer
from advisor.token_classes import TOKEN_CLASSES

DAYS_A_MONTH = 365.25 / 12
SMALL, FEW = 0.005, 12
"""The share of all cost that options may have together and still be left out, where there are more
than so many."""
_AGENTS = frozenset(
    {"claude-code", "codex", "gemini-cli", "opencode", "copilot-cli", "qwen-code", "kimi-code",
     "pi", "aider", "cline", "vibe"}
)  # fmt: skip
_WORKDAYS, _FROM, _TO = 5, 9, 18
_HOUR = 3_600_000_000


class _Option(NamedTuple):
    """What tells options apart."""

    model: str
    harness: str
    channel: str
    mode: str


class _Work:
    """Calls of one class: a kind of work, an option, a tier."""

    def __init__(self) -> None:
        self.sessions: set[tuple[str, int]] = set()
        self.people: set[str] = set()
        self.prompts = array("q")
        self.tokens = [0] * len(TOKEN_CLASSES)
        self.calls = self.cost = self.quiet = self.busy = self.met = 0


class _Learning:
    """Looks at every call once."""

    def __init__(self, gathered: Gathered, rules: Mapping[str, KindRule]) -> None:
        self.gathered = gathered
        self.tariffs = Tariffs(gathered.book)
        calls = gathered.usage.calls
        self.days = days_over(calls, gathered.asked.zone)
        self.calls = calls
        self.columns = [calls.tokens[name] for name in TOKEN_CLASSES]
        self.works: dict[tuple[str, _Option, int], _Work] = {}
        self.tiers: dict[_Option, Sequence[int]] = {}
        self.by_day: dict[int, int] = {}
        self.by_person: dict[str, int] = {}
        self.starts: dict[int, int] = {}
        self.busy_tokens = self.timed_tokens = 0
        self.names = [kind_of_work(kind, rules) for kind in calls.kinds]
        self.segments = [self.tariffs.of(self._selector(kind)) for kind in calls.kinds]

    def _selector(self, kind: Kind) -> Selector:
        return selector_of(kind, self.gathered.asked.plan_of(kind))

    def look(self) -> None:
        """Add up every call that was asked about and has a price."""
        window = self.gathered.window
        options: dict[tuple[int, str], _Option] = {}
        last = max(self.calls.ts, default=0)
        for row, (place, moment) in enumerate(zip(self.calls.kind, self.calls.ts, strict=True)):
            if window and not window.begins <= moment < window.ends:
                continue
            segment = _at(self.segments[place], moment)
            rates = segment.rates(moment, self.calls.context[row])
            if rates is None:
                continue
            name = (place, segment.model)
            if name not in options:
                options[name] = self._option(self.calls.kinds[place], segment.model)
                at_last = _at(self.segments[place], last)
                self.tiers[options[name]] = at_last.tiers
            cost = sum(map(mul, self._tokens(row), rates))
            self._add(row, options[name], segment, cost)

    def _tokens(self, row: int) -> list[int]:
        return [column[row] for column in self.columns]

    def _option(self, kind: Kind, model: str) -> _Option:
        selector = selector_of(kind)
        named = self.tariffs.names.find(kind.model)
        assert named is not None
        way = way_of(selector, named, model.partition("/")[0])
        known = self.gathered.book.priced(model).periods[-1].modes
        regions = [one for one in regions_of(selector, named) if one in known]
        return _Option(
            model=model,
            harness=kind.source if kind.source in _AGENTS else "",
            channel=channel_of(kind.provider, kind.model),
            mode=way or (regions[0] if regions else ""),
        )

    def _add(self, row: int, option: _Option, segment: Segment, cost: int) -> None:
        calls, prompt = self.calls, self.calls.context[row]
        kind = calls.kinds[calls.kind[row]]
        band = sum(prompt > over for over in self.tiers[option])
        work = self.works.setdefault((self.names[calls.kind[row]], option, band), _Work())
        tokens = self._tokens(row)
        moment = calls.ts[row]
        if calls.sessions[calls.session[row]]:
            work.sessions.add((kind.home, calls.session[row]))
        work.people.add(kind.person)
        work.calls += calls.calls[row]
        work.cost += cost
        work.tokens = [old + new for old, new in zip(work.tokens, tokens, strict=True)]
        if prompt:
            work.prompts.append(prompt)
        if segment.busy is not None and not band:
            work.quiet += sum(map(mul, tokens, segment.bands[0]))
            work.busy += sum(map(mul, tokens, segment.busy))
            work.met += cost
        day = self.days.of(moment)
        self.by_day[day] = self.by_day.get(day, 0) + cost
        self.by_person[kind.person] = self.by_person.get(kind.person, 0) + cost
        if day not in self.starts:
            self.starts[day] = self.days.start(day)
        if kind.granularity == "call":
            hour = (moment - self.starts[day]) // _HOUR
            self.timed_tokens += sum(tokens)
            if (day + 3) % 7 < _WORKDAYS and _FROM <= hour < _TO:
                self.busy_tokens += sum(tokens)


def _at(segments: Sequence[Segment], moment: int) -> Segment:
    return next(one for one in segments if one.begins <= moment < one.ends)


def learned(gathered: Gathered, rules: Mapping[str, KindRule]) -> Learned | None:
    """Learn from calls that have a price; None where none has."""
    learning = _Learning(gathered, rules)
    learning.look()
    if not sum(work.cost for work in learning.works.values()):
        return None
    answer = usage_answer(gathered, ("source",))
    first = number_of(answer.since or answer.first or "")
    last = number_of(answer.until or answer.last or "")
    months = (last - first + 1) / DAYS_A_MONTH
    costs = _costs(learning)
    small = _small(costs)
    names = _named(costs)
    options = list(_options(learning, names, small))
    classes = list(_classes(learning, names, small))
    tokens = [sum(one.tokens[place] for one in classes) for place in range(len(TOKEN_CLASSES))]
    people = max(1, len({person for work in learning.works.values() for person in work.people}))
    return Learned(
        first=answer.since or answer.first or "",
        last=answer.until or answer.last or "",
        zone=answer.zone,
        months=months,
        people=people,
        calls=sum(one.calls for one in classes),
        cost=sum(one.cost for one in classes),
        prices_as_of=answer.prices_as_of,
        options=options,
        classes=classes,
        reference=options[0].name,
        cached=tokens[3] / max(1, sum(tokens[:4])),
        busy_share=learning.busy_tokens / learning.timed_tokens if learning.timed_tokens else None,
        between=between_people([one / FEMTO / months for one in learning.by_person.values()]),
        growth=growth_of(list(_weeks(learning.by_day, first, last))),
        left_out=sorted(((names[one], costs[one]) for one in small), key=lambda one: -one[1]),
        unpriced=_unpriced(answer),
        unlogged_tokens=sum(sum(one.tokens) for one in answer.unlogged),
        partial_calls=len(answer.partial),
    )


def _unpriced(answer: UsageAnswer) -> list[tuple[str, int, int]]:
    """Add up calls and tokens without a price by model."""
    found: dict[str, tuple[int, int]] = {}
    for one in answer.unpriced:
        calls, tokens = found.get(one.model or one.source, (0, 0))
        found[one.model or one.source] = calls + one.calls, tokens + sum(one.tokens)
    return [(name, *numbers) for name, numbers in found.items()]


def _costs(learning: _Learning) -> dict[_Option, int]:
    """Return what each option cost, the dearest first."""
    costs: dict[_Option, int] = {}
    for (_, option, _), work in learning.works.items():
        costs[option] = costs.get(option, 0) + work.cost
    return dict(sorted(costs.items(), key=lambda one: (-one[1], one[0])))


def _small(costs: Mapping[_Option, int]) -> list[_Option]:
    """Return the cheapest of many options that together are next to nothing."""
    left, found = SMALL * sum(costs.values()), []
    for option, cost in reversed(list(costs.items())[FEW:]):
        left -= cost
        if left < 0:
            break
        found.append(option)
    return found


def _named(costs: Mapping[_Option, int]) -> dict[_Option, str]:
    """Name options as short as they stay apart."""
    long = {
        option: "-".join(
            filter(None, [option.harness, option.channel, _id(option), option.mode])
        )
        for option in costs
    }  # fmt: skip
    short = [(_id(option), option.mode) for option in costs]
    return {
        option: "-".join(filter(None, [_id(option), option.mode]))
        if short.count((_id(option), option.mode)) == 1
        else long[option]
        for option in costs
    }


def _id(option: _Option) -> str:
    return option.model.partition("/")[2]


def _options(
    learning: _Learning, names: Mapping[_Option, str], small: Sequence[_Option]
) -> Iterator[LearnedOption]:
    for option, name in names.items():
        if option in small:
            continue
        works = [work for (_, of, _), work in learning.works.items() if of == option]
        quiet, busy = sum(work.quiet for work in works), sum(work.busy for work in works)
        met = sum(work.met for work in works)
        yield LearnedOption(
            name, option.model, option.harness, option.channel, option.mode,
            (busy - met) / (busy - quiet) if busy > quiet else None,
            sum(work.cost for work in works), _end_of(learning, option),
        )  # fmt: skip


def _end_of(learning: _Learning, option: _Option) -> str:
    """Return the day on which a model's way to be served ends, where that is known."""
    mode = learning.gathered.book.priced(option.model).periods[-1].modes.get(option.mode)
    return day_of(mode.until) if option.mode and mode and mode.until < NEVER else ""


def _classes(
    learning: _Learning, names: Mapping[_Option, str], small: Sequence[_Option]
) -> Iterator[LearnedClass]:
    """Yield classes, those of the dearest option first, then by tier."""
    order = list(names)
    works = sorted(learning.works.items(), key=lambda one: (order.index(one[0][1]), one[0]))
    for (kind, option, band), work in works:
        if option in small or not any(work.tokens):
            continue
        tiers = learning.tiers[option]
        over = tiers[band - 1] if band else None
        upto = tiers[band] if band < len(tiers) else None
        prompts = sorted(work.prompts)
        p50, p90, p99 = (round(percentile(prompts or [0], share)) for share in (0.5, 0.9, 0.99))
        name = f"{kind} on {names[option]}" + (f" over {over}" if over is not None else "")
        yield LearnedClass(
            name, kind, names[option], over, upto, len(work.sessions), len(work.people),
            work.calls, work.tokens, p50, p90, p99, work.cost,
        )  # fmt: skip


def _weeks(by_day: Mapping[int, int], first: int, last: int) -> Iterator[float]:
    """Yield what whole weeks cost, from the first day on."""
    for begin in range(first, last - 5, 7):
        yield sum(by_day.get(day, 0) for day in range(begin, begin + 7)) / FEMTO
