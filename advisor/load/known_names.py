"""Names in a workload that prices and profiles have to know: who names nobody rules nothing.

`deny: {makers: [DeepSeek]}` would deny nobody where the maker is called `deepseek`, and nothing in
an answer would show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from advisor.errors import Fault, InputError, did_you_mean
from advisor.load.document import Document, Where
from advisor.model.book import PriceBook
from advisor.model.policy import Deny
from advisor.model.profile import ANY_CLASS, ProfileBook
from advisor.model.workload import Option, Workload

_NOBODY = {
    "makers": "no maker in the price tables",
    "channels": "nobody who bills in the price tables",
    "harnesses": "no harness of an option, a plan or a record",
    "countries": "the country of no maker in the price tables",
    "hosted_in": "a country where no option and nobody in the price tables runs models",
}
_MOST_NAMES = 12


def check_names(
    workload: Workload,
    document: Document,
    book: PriceBook,
    profiles: ProfileBook,
    options: Mapping[str, Option],
) -> None:
    """See that rules, kinds of work and stand-ins name what there is.

    `options` are those of the file, else of the shortlist. Raises InputError with every name that
    stands for nothing.
    """
    ruled = _ruled(book.whole, profiles, options.values())
    faults = [
        *_rules(workload, document, ruled),
        *_likes(workload, document, profiles),
        *_stand_ins(workload, document, profiles),
    ]
    if faults:
        raise InputError(faults)


def _ruled(
    book: PriceBook, profiles: ProfileBook, options: Iterable[Option]
) -> Mapping[str, set[str]]:
    """Return the names that a rule of the policy may have, by what it is about."""
    makers = {offer.vendor for offer in book.offers}
    countries = {maker.country for maker in makers if maker.country is not None}
    tools = {sold.plan.tool for sold in book.plans.values() if sold.plan.tool != "any"}
    used = {record.harness for record in profiles.records}
    own = list(options)
    hosts = {
        country
        for channel in book.channels.values()
        if channel.hosted_in != "unknown"
        for country in channel.hosted_in
    }
    return {
        "makers": {maker.vendor for maker in makers},
        "channels": set(book.vendors),
        "harnesses": {one for one in (*tools, *used, *(o.harness for o in own)) if one},
        "countries": countries,
        "hosted_in": countries | hosts | {one.hosted_in for one in own if one.hosted_in},
    }


def _rules(
    workload: Workload, document: Document, ruled: Mapping[str, set[str]]
) -> Iterator[Fault]:
    for way in ("deny", "allow"):
        stated: Deny = getattr(workload.policy, way)
        for about, known in ruled.items():
            names: Sequence[str] = getattr(stated, about)
            for place, name in enumerate(names):
                if name not in known:
                    yield _fault(
                        document, ("policy", way, about), place, name, _NOBODY[about], known
                    )


def _fault(
    document: Document, rule: Where, place: int, name: str, nobody: str, known: set[str]
) -> Fault:
    path = (*rule, place) if (*rule, place) in document.marks else rule
    hint = did_you_mean(name.lower(), known) or did_you_mean(name, known)
    if not hint and len(known) <= _MOST_NAMES:
        hint = f"known are {', '.join(sorted(known))}"
    return document.fault(path, f"{name!r} is {nobody}: the rule would rule nothing", hint)


def _likes(workload: Workload, document: Document, profiles: ProfileBook) -> Iterator[Fault]:
    measured = {record.task_class for record in profiles.records} - {ANY_CLASS}
    known = sorted({*measured, *profiles.classes})
    for name, task in workload.tasks.items():
        if task.like is not None and task.like not in known:
            hint = did_you_mean(task.like, known) or f"known are {', '.join(known)}"
            message = f"{task.like!r} is no kind of work that profiles know"
            yield document.fault(("tasks", name, "like"), message, hint)


def _stand_ins(workload: Workload, document: Document, profiles: ProfileBook) -> Iterator[Fault]:
    known = {*(record.model for record in profiles.records), *profiles.stand_ins}
    for name, option in workload.options.items():
        if option.stands_in_for is not None and option.stands_in_for not in known:
            message = f"profiles have no records of {option.stands_in_for!r}"
            hint = did_you_mean(option.stands_in_for, known)
            yield document.fault(("options", name, "stands_in_for"), message, hint)
