"""The data of genai-prices as its package ships them: a Python module, read and never run.

The module is one long literal, written as calls of its classes. Its syntax tree is turned into the
mappings and lists of the published data file; anything that is not a plain value is refused.
"""

from __future__ import annotations

import ast
from datetime import date, time
from decimal import Decimal, InvalidOperation
from typing import Any

from advisor.errors import Fault, InputError

NAME = "genai_prices/data.py"
_VARIABLE = "providers"


def providers_of(content: bytes, file: str) -> list[Any]:
    """Return the providers of a module as the data file has them. Raises InputError."""
    try:
        tree = ast.parse(content)
        for node in tree.body:
            value = _assigned(node)
            if value is not None:
                found = _plain(value)
                if isinstance(found, list):
                    return found
    except SyntaxError as error:
        place = Fault(file, error.lineno or 0, error.offset or 0, "", f"is no Python: {error.msg}")
        raise InputError([place]) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise InputError.of(f"is no table of prices: {error}", file=file) from None
    raise InputError.of(f"has no list `{_VARIABLE}`", file=file)


def _assigned(node: ast.stmt) -> ast.expr | None:
    """Return what a statement assigns to the variable."""
    if isinstance(node, ast.AnnAssign):
        targets: list[ast.expr] = [node.target]
    elif isinstance(node, ast.Assign):
        targets = node.targets
    else:
        return None
    named = any(isinstance(one, ast.Name) and one.id == _VARIABLE for one in targets)
    return node.value if named else None


def _plain(node: ast.expr) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return [_plain(one) for one in node.elts]
    if isinstance(node, ast.Dict):
        return {_key(key): _plain(one) for key, one in zip(node.keys, node.values, strict=True)}
    if isinstance(node, ast.Call):
        return _called(node)
    if isinstance(node, ast.Attribute):
        return node.attr  # datetime.UTC
    raise ValueError(f"line {node.lineno} is not a plain value")


def _key(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError("a key is not text")


def _called(node: ast.Call) -> Any:
    """Return a number or a day, or the named arguments of a class."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    given = [_plain(one) for one in node.args]
    if name == "Decimal" and len(given) == 1:
        try:
            return Decimal(str(given[0]))
        except InvalidOperation:
            raise ValueError(f"line {node.lineno}: {given[0]!r} is not a number") from None
    if name == "date":
        return date(*given).isoformat()
    if name == "time":
        return time(*given[:3]).isoformat()
    return {_argument(one): _plain(one.value) for one in node.keywords}


def _argument(one: ast.keyword) -> str:
    if one.arg is None:
        raise ValueError("arguments are not spelt out")
    return one.arg.removesuffix("_")
