"""Where the data of the program lies: in an installed wheel, or beside the package in a checkout.

Paths are text here, and nothing else is loaded: commands that can't wait ask this module.
"""

from __future__ import annotations

import os

_PACKAGE = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def shipped_folder(name: str) -> str:
    """Return the shipped folder `pricing` or `workloads`."""
    inside_wheel = os.path.join(_PACKAGE, f"_{name}")
    beside = os.path.join(os.path.dirname(_PACKAGE), name)
    return inside_wheel if os.path.isdir(inside_wheel) else beside


def shipped_file(name: str) -> str:
    """Return a file that lies in the package itself."""
    return os.path.join(_PACKAGE, name)
