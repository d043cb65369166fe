"""A decided mix put into the text of a workload file, and nothing else changed.

`advisor recommend FILE --write` uses it, so people keep their comments, their order and their line
ends. What a reader would get wrong: text is cut by the spans of values, never by searching for
`mix:`, which may stand in a name or in a comment; and what comes out is read again and compared, so
a file that is written in a way that nobody thought of is refused and never harmed.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from advisor.errors import InputError
from advisor.load.document import Where, written_path
from advisor.load.routing_text import as_name, in_flow, says, written
from advisor.load.yaml_page import Comment, Page
from advisor.load.yaml_source import parse_yaml
from advisor.model.routing import Routing

_BYTE_ORDER_MARK = "\ufeff"
_ABOVE = frozenset({"tasks", "options"})  # a new mix stands above the first of them


class _Edit(NamedTuple):
    """Text for what stands from one offset to another."""

    start: int
    stop: int
    text: str


class _NoPlaceError(Exception):
    """The file is written in a way in which there is no safe place for a mix."""


def with_mix(text: str, mix: Routing, team_mixes: Mapping[str, Routing], *, file: str) -> str:
    """Return a workload's text with `mix` set, and each team's `mix` set or, if not named, gone.

    A mix that is there is replaced where it stands; a new one goes below `current`, else above
    `tasks` or `options`, else to the end, and in a team to its end. It is one option's name, or a
    line for each class; where its surroundings are written in braces, so is it. Shares are those
    of `exact_shares`.

    No comment is lost. One on the line of the key `mix` stays there, one at a class stays with the
    class, all others go directly under the key's line at their own indentation (in braces: above
    the key). Of a mix that a team loses, they stay where it was. All else stays byte for byte.

    Raises InputError for text that is no YAML, a team that is not in the file, an option's name
    that has no place in a mix, and, with the lines to paste, where the result would not read as the
    same file with another mix. Raises ValueError for what is no routing.
    """
    data = parse_yaml(text, file).data
    teams = _teams(data)
    unknown = [name for name in team_mixes if name not in teams]
    if unknown:
        raise InputError.of(f"there is no team {unknown[0]!r}", file=file, key="teams")
    wanted = {**{_team(name): one for name, one in team_mixes.items()}, (): mix}
    refusal = _refusal(mix, team_mixes, [name for name in teams if name not in team_mixes], file)
    content = text.removeprefix(_BYTE_ORDER_MARK)
    try:
        page = Page(content)
        # The file's own is the last: where both end at one offset, a team's lines come first.
        owners = [*map(_team, teams), ()]
        edits = chain.from_iterable(_edits(page, owner, wanted.get(owner)) for owner in owners)
        changed = _edited(content, edits)
        reread = parse_yaml(changed, file).data
    except (InputError, _NoPlaceError):
        raise refusal from None
    if not _differ_only_in_mixes(data, reread, wanted):
        raise refusal
    return text[: len(text) - len(content)] + changed


def _differ_only_in_mixes(before: Any, after: Any, wanted: Mapping[Where, Routing]) -> bool:
    """Tell whether a file reads as it did, but for its mixes, which are those wanted."""
    bare, _ = _apart(before)
    other_bare, mixes = _apart(after)
    if bare != other_bare or set(mixes) != set(wanted):
        return False
    return all(says(mixes[owner], one) for owner, one in wanted.items())


def _team(name: str) -> Where:
    return ("teams", name)


def _teams(data: Any) -> Mapping[str, Any]:
    teams = data.get("teams") if isinstance(data, dict) else None
    return teams if isinstance(teams, dict) else {}


def _apart(data: Any) -> tuple[Any, dict[Where, Any]]:
    """Part a file's data from its mixes, by whose they are."""
    owners = {_team(name): team for name, team in _teams(data).items()} | {(): data}
    mixes = {
        owner: one["mix"] for owner, one in owners.items() if isinstance(one, dict) and "mix" in one
    }
    if not isinstance(data, dict):
        return data, mixes
    bare = {key: value for key, value in data.items() if key != "mix"}
    if _teams(data):
        bare["teams"] = {name: _bare(team) for name, team in _teams(data).items()}
    return bare, mixes


def _bare(team: Any) -> Any:
    if not isinstance(team, dict):
        return team
    return {key: value for key, value in team.items() if key != "mix"}


def _edited(content: str, edits: Iterable[_Edit]) -> str:
    parts, at = [], 0
    for start, stop, new in sorted(edits, key=lambda edit: edit.start):
        parts += [content[at:start], new]
        at = stop
    return "".join(parts) + content[at:]


def _refusal(
    mix: Routing, team_mixes: Mapping[str, Routing], others: Iterable[str], file: str
) -> InputError:
    """Say what to write by hand."""
    lines = _lines("mix", mix)
    if team_mixes:
        lines.append("teams:")
    for name, one in team_mixes.items():
        lines += [f"  {as_name(name)}:", *(f"    {line}" for line in _lines("mix", one))]
    none = "".join(f", none at {written_path(_team(name))}" for name in others)
    hint = "\n".join([f"write it by hand{none}:", *lines])
    return InputError.of("cannot be put into this file safely", file=file, key="mix", hint=hint)


def _edits(page: Page, owner: Where, mix: Routing | None) -> Iterable[_Edit]:
    """Return what has to change for a file, or a team, to have a mix or none."""
    path = (*owner, "mix")
    is_there, is_flow = path in page.spans, page.is_flow(owner)
    if mix is None:
        remove = _removed_in_flow if is_flow else _removed
        return remove(page, path) if is_there else ()
    if is_there:
        return _set_in_flow(page, path, mix) if is_flow else _set(page, path, mix)
    if owner not in page.children:
        raise _NoPlaceError
    if is_flow:
        return _added_in_flow(page, owner, mix)
    return _added_to_team(page, owner, mix) if owner else _added_to_file(page, mix)


# --- Line by line ---------------------------------------------------------------------------------


def _lines(key: str, mix: Routing, *, step: int = 2) -> list[str]:
    """Write a mix under its key, with a line for each class if there are several."""
    entries = written(mix)
    if isinstance(entries, str):
        return [f"{key}: {entries}"]
    return [f"{key}:", *(" " * step + entry for entry in entries.values())]


def _indented(page: Page, owner: Where, mix: Routing) -> list[str]:
    column = page.column(page.spans[owner][0])
    return [" " * column + line for line in _lines("mix", mix, step=page.step)]


def _added_to_team(page: Page, owner: Where, mix: Routing) -> Iterator[_Edit]:
    """Put a mix below the last entry of a team."""
    yield _below(page, page.last_line_end((*owner, page.children[owner][-1])), owner, mix)


def _below(page: Page, at: int, owner: Where, mix: Routing) -> _Edit:
    lines = _indented(page, owner, mix)
    return _Edit(at, at, "".join(f"{page.line_break}{line}" for line in lines))


def _added_to_file(page: Page, mix: Routing) -> Iterator[_Edit]:
    """Put a mix below `current`, above what it decides about, or last."""
    keys = page.children[()]
    above = next((key for key in keys if key in _ABOVE), None)
    if "current" in keys:
        yield _below(page, page.last_line_end(("current",)), (), mix)
    elif above is None:
        yield _below(page, page.end_of_text(), (), mix)
    else:
        at = page.first_line_start((above,))
        lines = _indented(page, (), mix)
        if at and not page.before(page.end_above(at)).strip():
            lines.append("")  # its neighbours are set apart, so it is too
        yield _Edit(at, at, "".join(f"{line}{page.line_break}" for line in lines))


def _set(page: Page, path: Where, mix: Routing) -> Iterator[_Edit]:
    """Replace a mix, from its key to the end of its last line."""
    start, key_end = page.key(path)
    stop = page.line_end(page.end(path))
    entries = written(mix)
    by_class = {} if isinstance(entries, str) else entries
    homes = _homes(page, path, page.comments(key_end, stop), by_class)
    inner = " " * _inner_column(page, path)
    head = page.before(key_end) + (f": {entries}" if isinstance(entries, str) else ":")
    lines = [_beside(page, head, homes.at_key)]
    lines += [_alone(page, one, inner) for one in homes.below]
    for name, entry in by_class.items():
        beside = [one for one in homes.by_class[name] if not one.is_alone][:1]
        lines += [_alone(page, one, inner) for one in homes.by_class[name] if one not in beside]
        lines.append(_beside(page, inner + entry, beside))
    yield _Edit(page.line_start(start), stop, page.line_break.join(lines))


def _inner_column(page: Page, path: Where) -> int:
    """Return where the lines of classes begin: where they did, or one step in from the key."""
    if page.is_block_map(path):
        return page.column(page.spans[path][0])
    return page.column(page.key(path)[0]) + page.step


class _Homes(NamedTuple):
    """Where the comments of a mix go when it is replaced."""

    at_key: list[Comment]
    below: list[Comment]
    by_class: dict[str, list[Comment]]


def _homes(page: Page, path: Where, comments: Iterable[Comment], classes: Iterable[str]) -> _Homes:
    """Find a comment's home: the key's line, its class if that is still there, else the top."""
    homes = _Homes([], [], {name: [] for name in classes})
    for comment in comments:
        if page.line_start(comment.start) == page.line_start(page.key(path)[0]):
            homes.at_key.append(comment)
        else:
            home = homes.by_class.get(_class_of(page, path, comment), homes.below)
            home.append(comment)
    return homes


def _class_of(page: Page, path: Where, comment: Comment) -> str:
    """Return the class that a comment is in, beside or directly above."""
    name = ""
    for child in page.children.get(path, ()):
        if page.key((*path, child))[0] > comment.start:
            return child if comment.is_alone else name
        if comment.start < page.end((*path, child)):
            return child
        name = child
    return "" if comment.is_alone else name


def _beside(page: Page, line: str, comments: Iterable[Comment]) -> str:
    """Put a comment behind a line, in its old column if there is room."""
    for comment in comments:
        before = page.before(comment.start)
        gap = len(before) - len(before.rstrip())
        line = line.ljust(max(len(before), len(line) + min(max(gap, 1), 2))) + comment.text
    return line


def _alone(page: Page, comment: Comment, indentation: str) -> str:
    return (page.before(comment.start) if comment.is_alone else indentation) + comment.text


def _removed(page: Page, path: Where) -> Iterator[_Edit]:
    """Take out the lines of a mix, but for its comments."""
    start, key_end = page.key(path)
    stop = page.line_end(page.end(path))
    kept = [_alone(page, one, page.before(start)) for one in page.comments(key_end, stop)]
    yield _Edit(page.end_above(start), stop, "".join(f"{page.line_break}{line}" for line in kept))


# --- In braces ------------------------------------------------------------------------------------


def _in_flow(page: Page, owner: Where, key: str, mix: Routing) -> str:
    return f"{key}: {in_flow(mix, as_json=_is_json(page, owner))}"


def _is_json(page: Page, owner: Where) -> bool:
    """Tell whether a mapping's keys are quoted: what is JSON stays JSON."""
    return page.content[page.key((*owner, page.children[owner][0]))[0]] == '"'


def _set_in_flow(page: Page, path: Where, mix: Routing) -> Iterator[_Edit]:
    """Replace a mix inside braces; comments in it move above its key."""
    start, key_end = page.key(path)
    stop = page.end(path)
    new = _in_flow(page, path[:-1], page.content[start:key_end], mix)
    yield _Edit(start, stop, _kept_above(page, path) + new)


def _kept_above(page: Page, path: Where) -> str:
    start, key_end = page.key(path)
    pad = page.line_break + " " * page.column(start)
    kept = "".join(one.text + pad for one in page.comments(key_end, page.end(path)))
    return _blank_before(page, start) + kept if kept else ""


def _blank_before(page: Page, at: int) -> str:
    """Return the blank that a comment at an offset needs before it."""
    return "" if page.before(at)[-1:] in {"", " ", "\t"} else " "


def _added_in_flow(page: Page, owner: Where, mix: Routing) -> Iterator[_Edit]:
    """Put a mix behind the last entry in braces, on a line of its own if that has one."""
    path = (*owner, page.children[owner][-1])
    start, end, brace = page.key(path)[0], page.end(path), page.spans[owner][1] - 1
    comma = page.find(",", end, brace)
    new = _in_flow(page, owner, '"mix"' if _is_json(page, owner) else "mix", mix)
    if comma < 0:
        yield _Edit(end, end, " ," if page.content[end - 1] == ":" else ",")
    at = end if comma < 0 else comma + 1
    rest = "" if comma < 0 else ","
    if not page.before(start).strip() and page.line_end(at) < brace:
        at = page.line_end(at)
        yield _Edit(at, at, page.line_break + page.before(start) + new + rest)
    else:
        yield _Edit(at, at, f" {new}{rest}")


def _removed_in_flow(page: Page, path: Where) -> Iterator[_Edit]:
    """Take a mix and one comma out of braces, and its lines if nothing else stands on them."""
    owner = path[:-1]
    keys = page.children[owner]
    index = keys.index("mix")
    (start, _), end, brace = page.key(path), page.end(path), page.spans[owner][1] - 1
    kept = _kept_above(page, path)
    before = page.end((*owner, keys[index - 1])) if index else start
    comma_before = page.find(",", before, start)
    gap = page.content[comma_before + 1 : start]
    is_bare = not (kept or gap.strip() or gap.count(page.line_break) > 1)
    if comma_before >= 0 and is_bare and "#" not in page.after(end):
        yield _Edit(comma_before, end, "")
        return
    after = page.key((*owner, keys[index + 1]))[0] if keys[index + 1 :] else brace
    comma = page.find(",", end, after)
    if comma >= 0:
        yield from _removed_with_comma(page, path, comma)
        return
    if comma_before >= 0:
        yield _Edit(comma_before, comma_before + 1, "")
    yield _Edit(start, end, kept)


def _removed_with_comma(page: Page, path: Where, comma: int) -> Iterator[_Edit]:
    (start, _), stop = page.key(path), page.end(path)
    if page.line_end(stop) < comma:
        yield _Edit(comma, comma + 1, "")
    else:
        stop = comma + 1
    kept, before, rest = _kept_above(page, path), page.before(start), page.after(stop)
    left = rest.lstrip()
    if left:
        blank = _blank_before(page, start) if left.startswith("#") and not kept else ""
        yield _Edit(start, stop + len(rest) - len(left), kept + blank)
    elif kept:
        yield _Edit(start, stop, kept.removesuffix(page.line_break + " " * len(before)))
    elif before.strip():
        yield _Edit(start - len(before) + len(before.rstrip()), stop, "")
    else:
        yield _Edit(page.end_above(start), page.line_end(stop), "")
