"""What is known of options: measured records, and the constants by which they are pooled.

A record says how often a model at an effort in a harness solved the tasks of a benchmark, and what
an attempt cost. Dollars only compare at the prices they were paid at, so a record names them: `at`
(its own prices), or `prices_on` (the list prices of that day; the record's date if absent).
What was not measured is told from what was (`advisor.evidence`).

A profile file may be read alone or on top of others; what a later file says of a name wins, and its
records are added.
"""

import fnmatch
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, NamedTuple, Self, TypeVar

from pydantic import Field, model_validator

from advisor.model.pooling import Pooling
from advisor.model.price import UnitPrices
from advisor.model.scalars import Day, Frozen, NonNegative, Positive, Share, Text, Whole
from advisor.model.source import Confidence

T = TypeVar("T")

ANY_CLASS = "any"
"""The class of records that mix kinds of work."""
VENDOR_DEFAULT = "default"
"""An effort written out where the vendor's own default is meant."""
DEFAULT_TOKEN_SHARES: Mapping[str, float] = {
    "input": 0.005,
    "cache_write": 0.039,
    "cache_write_1h": 0.0,
    "cache_read": 0.943,
    "output": 0.013,
}
"""Shares of all tokens where a split is not known (economics §11, the remainder in cache reads)."""

ReportedBy = Literal["independent", "vendor", "own"]
Measure = Literal["tokens", "success"]


class ProfileSource(Frozen):
    """Where records come from. Its date, confidence and reporter are theirs unless they differ."""

    title: Text
    url: Text
    date: Day | None = None
    licence: Text | None = None
    confidence: Confidence = "medium"
    reported_by: ReportedBy = "independent"
    note: Text | None = None


class RecordTokens(Frozen):
    """Tokens of one attempt: by class, or `prompt` and `output` in all.

    Of those the dollars tell how much of the prompt was read from the cache.
    """

    prompt: NonNegative | None = None
    input: NonNegative | None = None
    cache_write: NonNegative | None = None
    cache_write_1h: NonNegative | None = None
    cache_read: NonNegative | None = None
    output: NonNegative | None = None

    def of(self, token_class: str) -> float:
        """Return the tokens of a class; one that is absent was not used."""
        count: float | None = getattr(self, token_class)
        return count or 0.0


class Stated(Frozen):
    """Everything a record may say; a group says it once for all its rows."""

    effort: Text | None = None
    harness: Text | None = None
    benchmark: Text | None = None
    task_class: Text | None = Field(default=None, alias="class")
    success: Share | None = None
    trials: Whole | None = Field(default=None, ge=1)
    cost: Positive | None = None
    tokens: RecordTokens | None = None
    prices_on: Day | None = None
    at: UnitPrices | None = None
    source: Text | None = None
    date: Day | None = None
    confidence: Confidence | None = None
    reported_by: ReportedBy | None = None
    note: Text | None = None


class Row(Stated):
    """One record of a group: what differs from the group, and the model."""

    model: Text


class RecordGroup(Stated):
    """Records that share a benchmark, a class or a source."""

    rows: tuple[Row, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        for row in self.rows:
            for name, key in _REQUIRED.items():
                if getattr(row, name) is None and getattr(self, name) is None:
                    raise ValueError(f"{row.model} has no `{key}`: say it here or in its row")
            if row.success is None and row.cost is None and row.tokens is None:
                raise ValueError(f"{row.model} has neither `success` nor `cost`")
        return self


_REQUIRED = {"benchmark": "benchmark", "task_class": "class", "source": "source"}


class Record(NamedTuple):
    """One measurement, with everything its group and its source say of it.

    `cost` is dollars per attempt, `success` the share of attempts that succeeded, `trials` their
    number. `effort` None is the vendor's own default, `harness` None is not known.
    """

    model: str
    effort: str | None
    harness: str | None
    benchmark: str
    task_class: str
    success: float | None
    trials: int | None
    cost: float | None
    tokens: RecordTokens | None
    prices_on: date | None
    at: UnitPrices | None
    source: str
    date: date | None
    confidence: Confidence
    reported_by: ReportedBy


class StandIn(Frozen):
    """The model whose records serve where one has none of its own."""

    model: Text
    because: Text


class ClassLike(Frozen):
    """The class whose records serve for a class that nobody measures."""

    like: Text
    because: Text


class ProfileFile(Frozen):
    """One profile file, as written."""

    sources: dict[Text, ProfileSource] = Field(default_factory=dict)
    default_efforts: dict[Text, Text] = Field(default_factory=dict)
    classes: dict[Text, ClassLike] = Field(default_factory=dict)
    stand_ins: dict[Text, StandIn] = Field(default_factory=dict)
    pooling: Pooling | None = None
    records: tuple[RecordGroup, ...] = ()


@dataclass(frozen=True, eq=False)
class ProfileBook:
    """All profile files, read; a book is equal to itself alone.

    Keys of `default_efforts` may be globs. `digest` tells the files that it is of, if it is.
    """

    sources: Mapping[str, ProfileSource]
    default_efforts: Mapping[str, str]
    classes: Mapping[str, ClassLike]
    stand_ins: Mapping[str, StandIn]
    pooling: Pooling | None
    records: Sequence[Record]
    digest: str = field(default="", init=False)
    _defaults: dict[str, str | None] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def of(cls, files: Iterable[ProfileFile]) -> Self:
        """Put files together, later ones over earlier ones. Every source has to be among them."""
        told = list(files)
        sources = _merged(file.sources for file in told)
        records = tuple(one for file in told for one in _records_of(file, sources))
        return cls(
            sources=sources,
            default_efforts=_merged(file.default_efforts for file in told),
            classes=_merged(file.classes for file in told),
            stand_ins=_merged(file.stand_ins for file in told),
            pooling=_last(file.pooling for file in told),
            records=records,
        )

    def effort_of(self, model: str, effort: str | None) -> str | None:
        """Return the effort that is meant: the stated one, else the vendor's default, if known."""
        if effort is not None and effort != VENDOR_DEFAULT:
            return effort
        if model not in self._defaults:
            self._defaults[model] = next(_matching(self.default_efforts, model), None)
        return self._defaults[model]

    def like(self, task_class: str) -> str:
        """Return the class whose records count for a class."""
        synonym = self.classes.get(task_class)
        return synonym.like if synonym else task_class

    def chain(self, model: str, first: str | None = None) -> Iterator[str]:
        """Yield a model and the ones that stand in for it, nearest first, each once.

        `first` is a stand-in that an option names for itself; the chain goes on from there.
        """
        seen: set[str] = set()
        following: str | None = model
        while following is not None and following not in seen:
            yield following
            seen.add(following)
            stand_in = self.stand_ins.get(following)
            following = stand_in.model if stand_in else None
            if first is not None:
                following, first = first, None


def _last(values: Iterable[T | None]) -> T | None:
    found = None
    for value in values:
        found = found if value is None else value
    return found


def _merged(tables: Iterable[Mapping[str, T]]) -> dict[str, T]:
    return {key: value for table in tables for key, value in table.items()}


def _matching(table: Mapping[str, T], model: str) -> Iterator[T]:
    """Yield what is said of a model: under its own name, then under globs in their order."""
    if model in table:
        yield table[model]
    yield from (one for key, one in table.items() if _is_glob_for(key, model))


def _is_glob_for(key: str, model: str) -> bool:
    return key != model and fnmatch.fnmatchcase(model, key)


def _records_of(file: ProfileFile, sources: Mapping[str, ProfileSource]) -> Iterator[Record]:
    return (_record(row, group, sources) for group in file.records for row in group.rows)


def _record(row: Row, group: RecordGroup, sources: Mapping[str, ProfileSource]) -> Record:
    def said(name: str) -> Any:
        stated = getattr(row, name)
        return getattr(group, name) if stated is None else stated

    source = sources[said("source")]
    measured_on = said("date") or source.date
    return Record(
        model=row.model,
        effort=said("effort"),
        harness=said("harness"),
        benchmark=said("benchmark"),
        task_class=said("task_class"),
        success=said("success"),
        trials=said("trials"),
        cost=said("cost"),
        tokens=said("tokens"),
        prices_on=said("prices_on") or measured_on,
        at=said("at"),
        source=said("source"),
        date=measured_on,
        confidence=said("confidence") or source.confidence,
        reported_by=said("reported_by") or source.reported_by,
    )
