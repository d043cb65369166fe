"""Print the rooms of the package, or every module, with the first sentence each says of itself.

python docs/rooms.py              the table of rooms in docs/architecture.md
python docs/rooms.py --modules    every module, under its room
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent / "advisor"


def says(module: Path) -> str:
    """Return the first paragraph of a module's docstring, on one line, without its full stop."""
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    return " ".join(text.split("\n\n")[0].split()).removesuffix(".")


def rooms() -> list[Path]:
    """Return the folders that hold modules, each before those inside it."""
    return sorted(one.parent for one in PACKAGE.rglob("__init__.py"))


def room_table() -> str:
    """Return a Markdown table of the rooms, and of what stands at the top."""
    lines = ["| room | its job |", "|---|---|"]
    for room in rooms():
        name = room.relative_to(PACKAGE.parent).as_posix()
        lines.append(f"| `{name}/` | {says(room / '__init__.py')} |")
    return "\n".join(lines)


def module_list() -> str:
    """Return every module under its room."""
    lines = []
    for room in rooms():
        lines.append(
            f"{room.relative_to(PACKAGE.parent).as_posix()}/: {says(room / '__init__.py')}"
        )
        modules = [one for one in sorted(room.glob("*.py")) if one.name != "__init__.py"]
        lines += [f"    {one.name}: {says(one)}" for one in modules]
    return "\n".join(lines)


if __name__ == "__main__":
    print(module_list() if "--modules" in sys.argv else room_table())
