"""A team's file in, a checked workload out: names that exist, statements that agree.

What one value can be is checked by the model; here is what two values together can't be, and every
name that has to be found elsewhere. All faults of both kinds are reported in one run.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.document import Document, Where
from advisor.load.kept import keep, recall
from advisor.load.yaml_source import read_yaml, validate
from advisor.model.book import PriceBook
from advisor.model.routing import Routing
from advisor.model.scalars import Frozen, Text
from advisor.model.workload import Option, PerClass, Workload
from advisor.units import InDollars

_ALL_WORK = "work"
"""What a file without `tasks` calls all of its work."""
_IN_DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "BRL", "ARS", "CLP", "COP"}
"""Money that people write with a dollar sign."""


class OptionsFile(Frozen):
    """A file of options alone, such as the shortlist."""

    options: dict[Text, Option]


class WorkloadFile(NamedTuple):
    """A workload with the document that it was read from, which knows the lines."""

    workload: Workload
    document: Document


def read_options(path: Path) -> dict[str, Option]:
    """Read a file that holds `options` and nothing else."""
    document = read_yaml(path)
    parsed, faults = validate(document, OptionsFile)
    if parsed is None or faults:
        raise InputError(faults)
    return dict(parsed.options)


def check_workload(
    document: Document,
    book: PriceBook,
    shortlist: Mapping[str, Option],
    keep_in: Path | None = None,
) -> WorkloadFile:
    """Check a document, which may come from a file or from flags.

    What it says by itself is kept in a folder, if one is given; names are looked up each time.
    """
    workload, faults = _read(document, keep_in)
    if workload is not None:
        check = _Check(workload, book, document, dict(workload.options or shortlist))
        faults = [*faults, *check.faults()]
    if workload is None or faults:
        raise InputError(faults)
    return WorkloadFile(workload, document)


def _read(document: Document, keep_in: Path | None) -> tuple[Workload | None, list[Fault]]:
    """Check what a document says by itself, or recall that it was checked."""
    if keep_in is None:
        return validate(document, Workload)
    content = _as_written(document.data)
    known = recall(keep_in, content, Workload)
    if known is not None:
        return known, []
    workload, faults = validate(document, Workload)
    if workload is not None and not faults:
        keep(keep_in, content, workload)
    return workload, faults


def _as_written(data: Any) -> bytes:
    """Tell data from all other: 5 from 5.0, and 40% from 0.4, which are the same number."""
    return json.dumps(data, default=lambda one: [type(one).__name__, str(one)]).encode()


class _Check(NamedTuple):
    """The checks of one file, each a sentence that may be false."""

    workload: Workload
    book: PriceBook
    document: Document
    options: Mapping[str, Option]

    def faults(self) -> Iterator[Fault]:
        """Yield all faults, in no particular order."""
        yield from self._every_option_is_for_sale()
        yield from self._every_route_uses_known_names()
        yield from self._every_biller_is_known()
        yield from self._the_reference_is_one()
        yield from self._values_are_on_all_classes_or_none()
        yield from self._tokens_are_on_all_classes_or_none()
        yield from self._classes_of_options_exist()
        yield from self._the_time_of_day_is_said_once()
        yield from self._bills_fit_the_team()
        yield from self._quarters_fit_the_months()
        yield from self._dollars_are_the_money_of_the_file(self.document.data, ())

    def _fault(self, path: Where, message: str, hint: str = "", *, key: bool = False) -> Fault:
        return self.document.fault(path, message, hint, key=key)

    def _named(self, path: Where, what: str, name: str, known: Iterable[str]) -> Iterator[Fault]:
        if name not in (names := list(known)):
            yield self._fault(path, f"{name!r} is not {what}", did_you_mean(name, names))

    def _every_option_is_for_sale(self) -> Iterator[Fault]:
        for name, option in self.workload.options.items():
            where: Where = ("options", name)
            yield from self._model_faults((*where, "model"), option.model)
            if option.channel is not None:
                channels = self.book.channels
                yield from self._named((*where, "channel"), "a channel", option.channel, channels)
                yield from self._channel_faults(where, option)
            if option.plan is not None:
                yield from self._plan_faults(where, option)
            if option.mode is not None:
                yield from self._mode_faults((*where, "mode"), option, option.mode)

    def _model_faults(self, path: Where, name: str) -> Iterator[Fault]:
        if self.book.find(name) is None:
            hint = did_you_mean(name, self.book.names()) or "`advisor prices list` names them all"
            yield self._fault(path, f"{name!r} is not a model in the price tables", hint)

    def _mode_faults(self, path: Where, option: Option, mode: str) -> Iterator[Fault]:
        offer = self.book.find(option.model)
        if offer is None or not offer.model.prices:
            return
        channel = self.book.channels.get(option.channel or "")
        own = {name for period in offer.model.prices for name in period.variants}
        added = {name for period in channel.periods for name in period.variants} if channel else {}
        known = sorted(own.union(added))
        if mode not in known:
            has = f"it has {', '.join(known)}" if known else "it has none"
            message = f"{mode!r} is not a variant of {offer.model.name}: {has}"
            yield self._fault(path, message, did_you_mean(mode, known))

    def _channel_faults(self, where: Where, option: Option) -> Iterator[Fault]:
        channel, offer = self.book.channels.get(option.channel or ""), self.book.find(option.model)
        if channel is None or offer is None or channel.of == "any":
            return
        if offer.vendor.vendor not in channel.of:
            message = f"{channel.name} does not sell {offer.model.name} at its maker's prices"
            yield self._fault((*where, "channel"), message)

    def _plan_faults(self, where: Where, option: Option) -> Iterator[Fault]:
        sold = self.book.plans.get(option.plan or "")
        if sold is None:  # or sold, but nobody knew of it by the day that is asked about
            plans = self.book.whole.plans
            yield from self._named((*where, "plan"), "a plan", option.plan or "", plans)
            return
        offer = self.book.find(option.model)
        if offer is not None and not sold.ever_served(offer.id):
            message = f"{sold.plan.name} does not offer {offer.model.name}"
            yield self._fault((*where, "plan"), message)
        if option.channel is not None:
            yield self._fault(
                (*where, "channel"), "a plan is billed by its vendor: drop one of them"
            )

    def _every_route_uses_known_names(self) -> Iterator[Fault]:
        routings: dict[Where, Routing | None] = {
            ("current",): self.workload.current,
            ("mix",): self.workload.mix,
        }
        routings |= {("teams", name, "mix"): t.mix for name, t in self.workload.teams.items()}
        for path, routing in routings.items():
            for task_class, strategies in (routing or {}).items():
                where = (*path, task_class) if self._has((*path, task_class)) else path
                if task_class != "default" and task_class not in self.workload.tasks:
                    yield from self._named(where, "a task class", task_class, self.workload.tasks)
                for option in {one for strategy in strategies for one in strategy}:
                    yield from self._named(where, "an option", option, self.options)
                if not self.workload.policy.cascades and any(len(one) > 1 for one in strategies):
                    yield self._fault(where, "a second try, though the policy says cascades: false")
            # What a team's own mix leaves out is the file's mix, or today's.
            if routing and "default" not in routing and len(path) == 1:
                for missing in set(self.workload.tasks) - set(routing):
                    yield self._fault(path, f"nothing serves {missing!r}: name it, or a `default`")
        if self.workload.reference is not None:
            where = ("reference",)
            yield from self._named(where, "an option", self.workload.reference, self.options)

    def _has(self, path: Where) -> bool:
        return path in self.document.marks

    def _every_biller_is_known(self) -> Iterator[Fault]:
        known = sorted(self.book.vendors)
        for name in self.workload.contracts:
            if name not in known:
                message = f"nobody called {name!r} bills for anything in the price tables"
                hint = self.book.biller_hint(name)
                yield self._fault(("contracts", name), message, hint, key=True)
        for index, bill in enumerate(self.workload.billed):
            if bill.vendor not in known:
                message = f"{bill.vendor!r} is not a vendor in the price tables"
                hint = self.book.biller_hint(bill.vendor)
                yield self._fault(("billed", index, "vendor"), message, hint)
            if bill.model is not None:
                yield from self._model_faults(("billed", index, "model"), bill.model)

    def _the_reference_is_one(self) -> Iterator[Fault]:
        name = self._reference()
        option = self.workload.options.get(name) if name else None
        if option is None:
            return
        for key in ("token_multiplier", "relative_cost", "quality"):
            stated: PerClass | None = getattr(option, key)
            numbers = [] if stated is None else [stated.default, *stated.by_class.values()]
            if any(
                number is not None and (number.low, number.high) != (1, 1) for number in numbers
            ):
                message = "tokens are stated on the reference, so its own is 1"
                hint = f"{name} is the reference; name another with `reference:` or drop this"
                yield self._fault(("options", name or "", key), message, hint)

    def _reference(self) -> str | None:
        if self.workload.reference is not None or self.workload.current is None:
            return self.workload.reference
        current = self.workload.current
        main = current.get("default") or next(iter(current.values()), None)
        return max(main, key=lambda strategy: main[strategy])[0] if main else None

    def _values_are_on_all_classes_or_none(self) -> Iterator[Fault]:
        tasks = self.workload.tasks
        valued = {name for name, task in tasks.items() if task.value or task.by_hand}
        if self.workload.hours is not None:
            for name in valued:
                message = "`hours` values all work: drop it, or the values of the task classes"
                yield self._fault(("tasks", name), message, key=True)
            for name, task in tasks.items():
                if task.per_developer_month is None:
                    message = (
                        "`hours` are per developer and month, and this class is not: use `value`"
                    )
                    yield self._fault(("tasks", name), message, key=True)
            return
        for name in set(tasks) - valued if valued else ():
            message = "has neither `value` nor `by_hand`, though other classes do"
            yield self._fault(
                ("tasks", name), message, "values on all classes or on none", key=True
            )

    def _tokens_are_on_all_classes_or_none(self) -> Iterator[Fault]:
        tasks = self.workload.tasks
        counted = {name for name, task in tasks.items() if task.tokens is not None}
        for name in set(tasks) - counted if counted else ():
            message = "has no `tokens`, though other classes do"
            hint = "tokens on all classes, or on none and a bill tells how many they are"
            yield self._fault(("tasks", name), message, hint, key=True)

    def _classes_of_options_exist(self) -> Iterator[Fault]:
        known = list(self.workload.tasks) or [_ALL_WORK]
        for name, option in self.workload.options.items():
            for key in ("token_multiplier", "relative_cost", "quality"):
                stated: PerClass | None = getattr(option, key)
                for task_class in stated.by_class if stated else ():
                    where: Where = ("options", name, key, task_class)
                    yield from self._named(where, "a task class", task_class, known)
        for task_class in self.workload.policy.min_quality.by_class:
            where = ("policy", "min_quality", task_class)
            yield from self._named(where, "a task class", task_class, known)

    def _the_time_of_day_is_said_once(self) -> Iterator[Fault]:
        teams = self.workload.teams.values()
        if self.workload.working_hours is None and not any(team.working_hours for team in teams):
            return
        for name, option in self.workload.options.items():
            if option.off_peak_share is not None:
                message = "working_hours already say how much use is off-peak: keep one of them"
                yield self._fault(("options", name, "off_peak_share"), message)

    def _bills_fit_the_team(self) -> Iterator[Fault]:
        workload = self.workload
        for index, bill in enumerate(workload.billed):
            where: Where = ("billed", index)
            schedules = [team.developers for team in workload.teams.values()]
            schedules = schedules or ([workload.developers] if workload.developers else [])
            developers = sum(schedule.at(bill.month) for schedule in schedules)
            if schedules and bill.active_developers and bill.active_developers > developers:
                message = f"{bill.active_developers:g} active developers of {developers:g}"
                yield self._fault((*where, "active_developers"), message)
            if bill.seat_fees is not None and float(bill.seat_fees) > bill.cost:
                message = f"seat fees of {bill.seat_fees:,} in a bill of {bill.cost:,.0f}"
                yield self._fault((*where, "seat_fees"), message)

    def _dollars_are_the_money_of_the_file(self, value: object, path: Where) -> Iterator[Fault]:
        code = self.workload.currency.code
        if code in _IN_DOLLARS:
            return
        if isinstance(value, InDollars):
            message = f"is in dollars, and the file's money is {code}: write it without the sign"
            yield self._fault(path, message)
        elif isinstance(value, dict | list):
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            for key, inner in entries:
                yield from self._dollars_are_the_money_of_the_file(inner, (*path, key))

    def _quarters_fit_the_months(self) -> Iterator[Fault]:
        owners = {(): self.workload.budget} | {
            ("teams", name): team.budget for name, team in self.workload.teams.items()
        }
        for where, budget in owners.items():
            needed = -(-self.workload.months // 3)
            if budget is not None and budget.quarters and len(budget.quarters) != needed:
                stated = len(budget.quarters)
                message = f"{self.workload.months} months have {needed} quarters, not {stated}"
                yield self._fault((*where, "budget", "quarters"), message)
