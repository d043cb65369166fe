"""Another table's data file: JSON of a bounded size, and which kind it is."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, NoReturn

from advisor.answers.prices.update import genai, litellm
from advisor.answers.prices.update.quotes import Faults, Quotes
from advisor.errors import Fault, InputError
from advisor.load.text_file import near_names

MAX_BYTES = 32 * 1024 * 1024
MAX_FAULTS = 20


def read_bytes(path: Path) -> bytes:
    """Read a file that is not too large. Raises InputError."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        hint = near_names(path)
        raise InputError.of("there is no such file", file=str(path), hint=hint) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise InputError.of(f"cannot be read: {reason}", file=str(path)) from None
    if len(content) > MAX_BYTES:
        raise InputError.of(f"is larger than {MAX_BYTES // 1024**2} MiB", file=str(path))
    return content


def read_quotes(content: bytes, file: str, vendors: Iterable[str], on: date) -> Quotes:
    """Return what a data file quotes on a day for models of these makers.

    Raises InputError for what is no JSON or no price table, and with all faults found in prices.
    """
    data = _plain(content, file)
    faults = Faults(file)
    own = {name: name for name in vendors}
    if genai.looks_so(data):
        quotes = genai.read(data, _makers(own, genai.MAKERS), on, faults)
    elif litellm.looks_so(data):
        quotes = litellm.read(data, _makers(own, litellm.MAKERS), faults)
    else:
        hint = "data.json of genai-prices, or litellm's model_prices_and_context_window.json"
        raise InputError.of("is neither of the price tables that are known", file=file, hint=hint)
    if faults.found:
        raise InputError(faults.found[:MAX_FAULTS])
    return quotes


def _makers(own: Mapping[str, str], named: Mapping[str, str]) -> Mapping[str, str]:
    """Return their names of makers to ours, for makers that we have."""
    return {**own, **{name: ours for name, ours in named.items() if ours in own}}


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
