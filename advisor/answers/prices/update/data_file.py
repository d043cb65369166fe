"""Another price table: which kind it is, of which day, and what it quotes."""

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, NamedTuple, NoReturn

from advisor.answers.prices.update import genai, genai_module, litellm, pi_ai
from advisor.answers.prices.update.age import day_of
from advisor.answers.prices.update.package import PackageFiles
from advisor.answers.prices.update.quotes import Faults, Quotes
from advisor.errors import Fault, InputError

MAX_FAULTS = 20
_VERSION = re.compile(r"^Version: (\S+)", re.MULTILINE)


class PriceTable(NamedTuple):
    """What was given, read: its kind, its data, the version of its package and its day if said."""

    shown: str
    kind: str
    data: Any
    version: str | None
    as_of: date | None

    @property
    def title(self) -> str:
        """What a period names as its source: `litellm 1.110.2`, else the kind alone."""
        return f"{self.kind} {self.version}" if self.version else self.kind


def read_table(given: PackageFiles) -> PriceTable:
    """Tell which kind of table was given, and of which day. Raises InputError where it is none."""
    files, shown = given.files, given.shown
    by_provider = {
        PurePosixPath(name).stem: content
        for name, content in files.items()
        if _is_of_pi_ai(name, files) and not name.endswith(pi_ai.MANIFEST)
    }
    if by_provider:
        kind, data = pi_ai.KIND, {n: _plain(c, f"{n}.json") for n, c in by_provider.items()}
    else:
        kind, data = _single(files, shown)
    return PriceTable(shown, kind, data, _version(files), day_of(given, data))


def _is_of_pi_ai(name: str, files: Mapping[str, bytes]) -> bool:
    folder = name.rpartition("/")[0]
    return name.endswith(".json") and (
        pi_ai.FOLDER in name or f"{folder}/{pi_ai.MANIFEST}" in files
    )


def _single(files: Mapping[str, bytes], shown: str) -> tuple[str, Any]:
    """Return kind and data of a table that is one file."""
    modules = [content for name, content in files.items() if name.endswith(".py")]
    if modules:
        return genai.KIND, genai_module.providers_of(modules[0], shown)
    about = ("package.json", pi_ai.MANIFEST)
    tables = [
        content
        for name, content in files.items()
        if not name.endswith(about) and ".dist-info/" not in name
    ]
    data = _plain(tables[0], shown) if len(tables) == 1 else None
    if genai.looks_so(data):
        return genai.KIND, data
    if litellm.looks_so(data):
        return litellm.KIND, data
    hint = (
        "a file of genai-prices or litellm, or one of their packages or pi-ai's: "
        "wheel, npm archive, folder, or the name of an installed one"
    )
    raise InputError.of("is none of the price tables that are known", file=shown, hint=hint)


def _version(files: Mapping[str, bytes]) -> str | None:
    """Return the version that a package's own metadata state."""
    for name, content in files.items():
        if name.endswith("METADATA"):
            match = _VERSION.search(content.decode("utf-8", "replace"))
            return match[1][:40] if match else None
        if name.endswith("package.json"):
            stated = _plain(content, name)
            version = stated.get("version") if isinstance(stated, dict) else None
            return version[:40] if isinstance(version, str) and version.isprintable() else None
    return None


def quotes_of(table: PriceTable, vendors: Iterable[str], on: date) -> Quotes:
    """Return what a table quotes on a day for models of these makers, and of makers we lack.

    Raises InputError with all faults found in prices.
    """
    faults = Faults(table.shown)
    own = {name: name for name in vendors}
    if table.kind == genai.KIND:
        quotes = genai.read(table.data, {**own, **genai.MAKERS}, on, faults)
    elif table.kind == litellm.KIND:
        quotes = litellm.read(table.data, {**own, **litellm.MAKERS}, faults)
    else:
        quotes = pi_ai.read(table.data, {**own, **pi_ai.MAKERS}, faults)
    if faults.found:
        raise InputError(faults.found[:MAX_FAULTS])
    return quotes


def _plain(content: bytes, file: str) -> Any:
    try:
        return json.loads(content, parse_float=Decimal, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        message = f"is not valid JSON: {error.msg.lower()}"
        raise InputError([Fault(file, error.lineno, error.colno, "", message)]) from None
    except RecursionError:
        raise InputError.of("is not valid JSON: nested too deep", file=file) from None
    except ValueError as error:  # not UTF-8, endless digits, NaN
        raise InputError.of(f"is not valid JSON: {error}", file=file) from None


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a number")
