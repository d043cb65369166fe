"""A document against a pydantic model: the model, and a fault for everything that is wrong.

Pydantic says where an error is by its own path, which is not the file's: it names the branches of a
union, and what a validator made of the input (a list where one mapping was written). `_follow`
walks that path along the file. An error in a union is an error in every branch of it; only the
branch that was meant, as its shape tells, is reported.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Any, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError

from advisor.errors import MOST_TOLD, Fault
from advisor.load import hints, plain_words
from advisor.load.document import Document, Where

ModelT = TypeVar("ModelT", bound=BaseModel)
Plain: TypeAlias = Any  # dict, list, str, int, Decimal, bool or None

_BOUNDS: dict[str, Callable[[Any, Any], bool]] = {"ge": ge, "gt": gt, "le": le, "lt": lt}


class _Problem(NamedTuple):
    """One error of pydantic's, at its place in the file."""

    path: Where
    value: Plain
    kind: str
    message: str
    ctx: Mapping[str, Any]
    at_key: bool
    branches: tuple[tuple[Where, str], ...]
    """The unions passed on the way, outermost first: where, and into which branch."""

    @property
    def noun(self) -> str:
        """What the value's kind has to be; empty if its kind is right."""
        return "" if self.at_key else plain_words.noun(self.kind, self.ctx, self.message)

    def is_wrong_kind_at(self, path: Where) -> bool:
        """Whether the value at a path is not even of the branch's kind."""
        return self.path == path and self.noun != ""


def validate(
    document: Document, model: type[ModelT], *, context: dict[str, Any] | None = None
) -> tuple[ModelT | None, list[Fault]]:
    """Check a document; return the model and no faults, or every fault in file order.

    Beside faults comes a model built without the values at fault, if there can be one: for a
    caller's further checks, never for use.
    """
    try:
        return model.model_validate(document.data, context=context), []
    except ValidationError as failure:
        errors = failure.errors(include_url=False)
    problems = [_located(dict(error), document.data) for error in errors]
    problems = [exact for one in _own(_meant(problems)) for exact in _narrowed(one)]
    faults = sorted(set(_once(_faults(problems, document, model))))
    pruned = _without(document.data, {problem.path for problem in problems})
    try:
        return model.model_validate(pruned, context=context), faults
    except ValidationError:
        return None, faults


def _located(error: Mapping[str, Any], data: Plain) -> _Problem:
    loc, kind = error["loc"], error["type"]
    path, branches = _follow(loc, kind, data)
    is_unknown = kind == "extra_forbidden" and path[-1:] == loc[-1:]
    at_key = bool(path) and (is_unknown or loc[-1] == "[key]")
    ctx = error.get("ctx", {})
    return _Problem(path, _value_at(data, path), kind, error["msg"], ctx, at_key, branches)


def _follow(loc: Where, kind: str, data: Plain) -> tuple[Where, tuple[tuple[Where, str], ...]]:
    path: Where = ()
    branches = []
    for index, part in enumerate(loc):
        rest = loc[index + 1 :]
        step = _step(part, rest, kind, data)
        if step is not None:
            path, data = (*path, step), _value_at(data, (step,))
        elif part != "[key]":
            branches.append((path, str(part)))
    return path, tuple(branches)


def _step(part: str | int, rest: Where, kind: str, data: Plain) -> str | int | None:
    """Return the key or index that a part of pydantic's path stands for; None if for neither."""
    if isinstance(data, list) or not isinstance(part, int):
        in_data = isinstance(part, int) or (isinstance(data, dict) and part in data)
        return part if in_data or (kind == "missing" and not rest) else None
    if not isinstance(data, dict) or part >= len(data):
        return None
    # A validator read this mapping as a list: of itself alone, or of its entries in turn.
    is_itself = part == 0 and (not rest or rest[0] in data or kind == "missing")
    return None if is_itself else list(data)[part]


def _value_at(data: Plain, path: Where) -> Plain:
    for part in path:
        try:
            data = data[part]
        except (LookupError, TypeError):
            return None
    return data


def _meant(problems: list[_Problem]) -> list[_Problem]:
    """Keep, of every union, the problems of the branch whose kind was written."""
    unions: dict[Where, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, problem in enumerate(problems):
        for where, branch in dict(reversed(problem.branches)).items():
            unions[where][branch].append(number)
    dropped: set[int] = set()
    for where in sorted(unions, key=len):
        left = [[n for n in all_ if n not in dropped] for all_ in unions[where].values()]
        right = [all_ for all_ in left if not _is_wrong_kind((problems[n] for n in all_), where)]
        if right:
            kept = min(right, key=len)
            dropped.update(n for all_ in left if all_ is not kept for n in all_)
    return [problem for number, problem in enumerate(problems) if number not in dropped]


def _is_wrong_kind(problems: Iterable[_Problem], where: Where) -> bool:
    return all(problem.is_wrong_kind_at(where) for problem in problems)


def _own(problems: list[_Problem]) -> Iterator[_Problem]:
    """Leave out lists that are only too short because pydantic does not count faulty items."""
    for problem in problems:
        if problem.kind != "too_short" or not _has_faulty_items(problem, problems):
            yield problem


def _has_faulty_items(problem: _Problem, problems: Iterable[_Problem]) -> bool:
    if isinstance(problem.value, list) and len(problem.value) < problem.ctx["min_length"]:
        return False
    depth = len(problem.path)
    return any(len(one.path) > depth and one.path[:depth] == problem.path for one in problems)


def _narrowed(problem: _Problem) -> Iterator[_Problem]:
    """Move a problem of a whole list or mapping to the items that are at fault, if they show."""
    if isinstance(problem.value, dict | list):
        items = list(_outside(problem.value, problem.ctx))
        for path, value in items:
            yield problem._replace(path=problem.path + path, value=value)
        if items:
            return
    if problem.kind == "value_error":
        yield _named(problem)
        return
    yield problem


def _outside(value: Plain, ctx: Mapping[str, Any], path: Where = ()) -> Iterator[tuple[Where, Any]]:
    """Find the numbers inside a value that break the bound of an error's `ctx`."""
    if isinstance(value, dict | list):
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in entries:
            yield from _outside(item, ctx, (*path, key))
    elif isinstance(value, int | Decimal) and not isinstance(value, bool):
        bounds = [(keeps, ctx[name]) for name, keeps in _BOUNDS.items() if name in ctx]
        if not all(keeps(value, bound) for keeps, bound in bounds):
            yield path, value


def _named(problem: _Problem) -> _Problem:
    """Follow a validator of ours that says `docs: must be ...` to the entry `docs`."""
    message = problem.message.removeprefix("Value error, ")
    name, colon, rest = message.partition(": ")
    while colon and isinstance(problem.value, dict) and name in problem.value:
        message = rest
        path, value = (*problem.path, name), problem.value[name]
        problem = problem._replace(path=path, value=value, message=message)
        name, colon, rest = message.partition(": ")
    return problem


def _faults(
    problems: Iterable[_Problem], document: Document, model: type[BaseModel]
) -> Iterator[Fault]:
    wrong_kind: dict[Where, list[_Problem]] = defaultdict(list)
    said: list[tuple[_Problem, str]] = []
    for problem in problems:
        if problem.noun:
            wrong_kind[problem.path].append(problem)
            continue
        message = plain_words.sentence(problem.kind, problem.ctx, problem.message)
        if problem.at_key and problem.kind in {"literal_error", "enum"}:
            message = plain_words.sentence("extra_forbidden", {}, "")
        said.append((problem, message))
    for alike in wrong_kind.values():
        nouns = [problem.noun for problem in alike]
        said.append((alike[0], plain_words.must_be(nouns, given=alike[0].value)))
    if len(said) > MOST_TOLD:  # the rest is counted alone: a hint takes longer than its fault
        said.sort(key=lambda one: document.place(one[0].path, key=one[0].at_key))
    for number, (problem, message) in enumerate(said):
        hint = _hint(problem, message, document, model) if number < MOST_TOLD else ""
        yield document.fault(problem.path, message, hint, key=problem.at_key)


def _once(faults: Iterable[Fault]) -> Iterator[Fault]:
    """Leave out that a key is missing where an unknown key is it, misspelt."""
    told = list(faults)
    meant = {_sibling(one.key, one.hint.split("`")[1]) for one in told if "mean `" in one.hint}
    missing = plain_words.sentence("missing", {}, "")
    yield from (one for one in told if one.message != missing or one.key not in meant)


def _sibling(key: str, name: str) -> str:
    parent, dot, _ = key.rpartition(".")
    return f"{parent}{dot}{name}"


def _hint(problem: _Problem, message: str, document: Document, model: type[BaseModel]) -> str:
    hint = hints.for_comma(problem.path, document.data)
    if not hint and problem.at_key:
        hint = hints.for_key(problem.path, document.data, model, problem.ctx)
    elif not hint and not problem.path and problem.noun:
        hint = "a file is made of lines `key: value`"
    elif not hint:
        hint = hints.for_value(problem.value, message)
    return hint


def _without(value: Plain, doomed: set[Where], path: Where = ()) -> Plain:
    """Copy a tree, leaving out what lies at the doomed paths."""
    if isinstance(value, dict):
        kept = {key: (*path, key) for key in value if (*path, key) not in doomed}
        return {key: _without(value[key], doomed, here) for key, here in kept.items()}
    if isinstance(value, list):
        places = [(item, (*path, index)) for index, item in enumerate(value)]
        return [_without(item, doomed, here) for item, here in places if here not in doomed]
    return value
