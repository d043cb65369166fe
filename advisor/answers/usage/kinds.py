"""Which kind of work a call was: rules that people write, the first that fits wins."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from advisor.model.kinds import KindRule
from advisor.model.usage import Kind

REST = "work"
"""What is no rule's."""


def kind_of_work(kind: Kind, rules: Mapping[str, KindRule]) -> str:
    """Return the name of the first rule all of whose patterns fit."""
    for name, rule in rules.items():
        said = {
            "agent": kind.source, "model": kind.model, "project": kind.project,
            "person": kind.person,
        }  # fmt: skip
        patterns = {key: getattr(rule, key) for key in said}
        if all(fnmatchcase(said[key], glob) for key, glob in patterns.items() if glob):
            return name
    return REST
