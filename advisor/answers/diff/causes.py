"""Which key of a file belongs to which cause, and a file with some causes old and others new.

The table below is the only place that says so. What a reader would get wrong: causes are blended on
the plain file, key by key, so what a file leaves to a default follows the keys that it hangs on; a
team, a kind of work or an option that only one file has stands in both, without people or work.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

Plain: TypeAlias = Any  # dict, list, str, int, Decimal, bool or None
Path: TypeAlias = tuple[str, ...]

PRICE, HEADCOUNT, ADOPTION, VOLUME = "price", "headcount", "adoption", "volume"
TOKENS, MIX, PLAN_TERMS = "tokens_per_task", "mix", "plan_terms"
WORTH, MONTHS = "worth", "months"
CAUSES = (PRICE, HEADCOUNT, ADOPTION, VOLUME, TOKENS, MIX, PLAN_TERMS, WORTH, MONTHS)

EACH = "*"
_OF_KEYS: Mapping[str, tuple[str, ...]] = {
    PRICE: ("currency", "working_hours", "teams.*.working_hours", "options.*.off_peak_share"),
    HEADCOUNT: ("developers", "teams.*.developers"),
    ADOPTION: ("adoption", "teams.*.adoption"),
    VOLUME: (
        "billed", "usage", "growth", "intensity", "level_spread", "rebound", "teams.*.growth",
        "teams.*.intensity", "tasks.*.per_developer_month", "tasks.*.per_month", "tasks.*.once",
    ),
    TOKENS: (
        "profiles", "tasks.*.tokens", "tasks.*.prompt_tokens", "tasks.*.like",
        "options.*.token_multiplier", "options.*.relative_cost", "options.*.prompt_tokens",
        "options.*.stands_in_for", "options.*.because",
    ),
    MIX: (
        "budget", "teams.*.budget", "current", "mix", "reference", "teams.*.mix",
        "options.*.model", "options.*.effort", "options.*.harness", "options.*.channel",
        "options.*.mode", "options.*.hosted_in",
    ),
    PLAN_TERMS: (
        "contracts", "usage_spread", "teams.*.seats", "options.*.plan", "options.*.billing",
        "options.*.seats", "options.*.cap",
    ),
    WORTH: (
        "hours", "hour", "policy", "tasks.*.success", "tasks.*.value", "tasks.*.by_hand",
        "tasks.*.review", "tasks.*.rework", "tasks.*.checked_by", "tasks.*.detection",
        "tasks.*.check", "options.*.quality",
    ),
    MONTHS: ("start", "months"),
}  # fmt: skip
_OF_BLOCKS = {"teams": HEADCOUNT, "tasks": VOLUME, "options": MIX}
"""Where a whole block or a whole entry of it came or went."""
CAUSE_OF = _OF_BLOCKS | {key: cause for cause, keys in _OF_KEYS.items() for key in keys}
_NAMED = ("teams", "tasks", "options")
"""Blocks whose entries are blended key by key."""
_WITHOUT_WORK: Mapping[str, dict[str, Plain]] = {
    "teams": {"developers": 0},
    "tasks": {"per_month": 0},
    "options": {},
}


class Change(NamedTuple):
    """A key that differs: its path as it is written, and both values, None where it is absent."""

    key: str
    old: Plain
    new: Plain


def blended(old: Plain, new: Plain, taken: Collection[str]) -> Plain:
    """Return the file with the causes that are taken as in `new`, all others as in `old`."""
    old, new = in_one_form(old, new)
    result: dict[str, Plain] = {}
    for key in _keys(old, new):
        if key in _NAMED and _is_map(old.get(key)) and _is_map(new.get(key)):
            # The first option may be today's, so that their order belongs to the mix.
            order = (new[key], old[key]) if _OF_BLOCKS[key] in taken else (old[key], new[key])
            result[key] = {
                name: _blended_entry(key, old[key].get(name), new[key].get(name), taken)
                for name in _keys(*order)
            }
        elif (source := new if CAUSE_OF.get(key) in taken else old).get(key) is not None:
            result[key] = source[key]
    return result


def _blended_entry(block: str, old: Plain, new: Plain, taken: Collection[str]) -> Plain:
    """Blend one team, kind of work or option; what one file lacks is there without any work."""
    if old is None or new is None:
        entry, is_new = (new, True) if old is None else (old, False)
        appears = HEADCOUNT if block == "teams" else VOLUME
        if block == "options" or (appears in taken) == is_new:
            return entry
        dropped = {k for k in entry if CAUSE_OF.get(f"{block}.{EACH}.{k}") == appears}
        return {k: v for k, v in entry.items() if k not in dropped} | _WITHOUT_WORK[block]
    blend = {}
    for key in _keys(old, new):
        source = new if CAUSE_OF.get(f"{block}.{EACH}.{key}") in taken else old
        if source.get(key) is not None:
            blend[key] = source[key]
    return blend


def in_one_form(old: Plain, new: Plain) -> tuple[Plain, Plain]:
    """Write two files alike: people by team in both or in neither, likewise options.

    People without teams become a team of their own where the other file has teams. Work that one
    file counts in tasks and the other by the developer-month has no common form; it moves at once.
    """
    if bool(old.get("teams")) != bool(new.get("teams")):
        old, new = _in_teams(old), _in_teams(new)
    return old, new


ALL_TEAMS = "all"


def _in_teams(file: Plain) -> Plain:
    if file.get("teams"):
        return file
    # What a file says of everybody stays there, and holds for teams too.
    people = file.get("developers", 0)
    rest = {key: value for key, value in file.items() if key != "developers"}
    return rest | {"teams": {ALL_TEAMS: {"developers": people}}}


def changes(old: Plain, new: Plain, *, with_limits: bool = False) -> dict[str, list[Change]]:
    """List the keys that differ, by cause; keys that move no figure are left out.

    `with_limits` also lists budgets, which move a mix that is chosen under them.
    """
    found: dict[str, list[Change]] = {}
    for path, before, after in _differences(old, new):
        cause = _cause_of(path)
        if cause is not None and (with_limits or path[-1] != "budget"):
            found.setdefault(cause, []).append(Change(".".join(path), before, after))
    first, last = (next(iter(one.get("options") or [None])) for one in (old, new))
    if first != last and None not in (first, last) and MIX not in found:
        found[MIX] = [Change("options", first, last)]
    return found


def _cause_of(path: Path) -> str | None:
    """Return the cause of a key; a whole entry that came or went is people, work or a choice."""
    if path[0] in _NAMED:
        if len(path) < 3:
            return _OF_BLOCKS[path[0]]
        return CAUSE_OF.get(f"{path[0]}.{EACH}.{path[2]}")
    return CAUSE_OF.get(path[0])


def _differences(old: Plain, new: Plain) -> Iterator[tuple[Path, Plain, Plain]]:
    for key in _keys(old, new):
        before, after = old.get(key), new.get(key)
        if key in _NAMED and _is_map(before) and _is_map(after):
            for name in _keys(before, after):
                yield from _of_entry((key, name), before.get(name), after.get(name))
        elif before != after:
            yield (key,), before, after


def _of_entry(path: Path, old: Plain, new: Plain) -> Iterator[tuple[Path, Plain, Plain]]:
    if not _is_map(old) or not _is_map(new):
        if old != new:
            yield path, old, new
        return
    for key in _keys(old, new):
        if old.get(key) != new.get(key):
            yield (*path, key), old.get(key), new.get(key)


def _keys(old: Mapping[str, Plain], new: Mapping[str, Plain]) -> list[str]:
    return [*old, *(key for key in new if key not in old)]


def _is_map(value: Plain) -> bool:
    return isinstance(value, dict)
