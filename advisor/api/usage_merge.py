"""`advisor usage --merge`: stores of many machines, whose folders or names say whose they are."""

from __future__ import annotations

import os

from advisor.api.usage_asked import AskedUsage
from advisor.errors import Fault, InputError, MissingError
from advisor.load.usage.merging import MachineStore, merge, stores_in
from advisor.model.usage import Usage


def merged(asked: AskedUsage) -> Usage:
    """Read every store that was named.

    Raises InputError for a path that isn't there or words that go without it, MissingError where no
    store can be used.
    """
    others = {"PATH": asked.paths, "--home": asked.homes, "--store": asked.store,
              **{f"--{name}": [path] for name, path in asked.agents}}  # fmt: skip
    for name, given in others.items():
        if given:
            raise InputError.of(f"goes without {name}: stores alone are read", key="--merge")
    stores, faults = [], []
    for text in asked.merge:
        person, path = _named(text)
        if os.path.lexists(path):
            stores += stores_in(path, person)
        else:
            faults.append(Fault(path, 0, 0, "--merge", "there is no such file or folder"))
    if faults:
        raise InputError(faults)
    return _usable(stores, asked)


def _named(text: str) -> tuple[str, str]:
    """Read `NAME=FILE`, or a path."""
    name, mark, path = text.partition("=")
    if not mark or os.sep in name or os.path.lexists(os.path.expanduser(text)):
        return "", os.path.expanduser(text)
    return name, os.path.expanduser(path)


def _usable(stores: list[MachineStore], asked: AskedUsage) -> Usage:
    named = list({_place(one.path): one for one in stores}.values())
    usage = merge(named)
    if len(usage.warnings) == len(named):
        why = "; ".join(usage.warnings) or "no file there ends in .db"
        raise MissingError.of(f"there is no store in {', '.join(asked.merge)}: {why}")
    return usage


def _place(path: str) -> str:
    """Return where a store lies; a link is a place of its own, so that it replaces no store."""
    folder, name = os.path.split(path)
    return os.path.join(os.path.realpath(folder), name)
