"""A file of rules that sort real calls into kinds of work."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from advisor.errors import InputError
from advisor.load.yaml_source import read_yaml, validate
from advisor.model.kinds import KindRule, KindsFile


def read_kinds(path: Path) -> Mapping[str, KindRule]:
    """Read the rules in order. Raises InputError with every fault at its line."""
    found, faults = validate(read_yaml(path), KindsFile)
    if found is None or faults:
        raise InputError(faults)
    return found.kinds
