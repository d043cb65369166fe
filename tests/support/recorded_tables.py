"""Price tables of others as their packages ship them, cut down to what is read of them.

The folders of `tests/data/tables` have the layout of the packages, which are too large to keep: of
litellm (MIT) the entries of models that the price tables here know, of pi-ai (MIT) all of makers
and coding tools, both without what is no price. To record another release, unpack it and run

    python -m tests.support.recorded_tables FOLDER
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from advisor.answers.prices.update import litellm, pi_ai
from advisor.load.price_book import read_price_book

TABLES = Path(__file__).resolve().parent.parent / "data" / "tables"
AUGUST = TABLES / "litellm-1.98.0"
AUGUST_DAY = "2026-08-22"
"""Of the day on which its wheel was built; nothing inside the package says so."""
NEWEST_LITELLM = TABLES / "litellm-1.110.2"
NEWEST_PI_AI = TABLES / "pi-ai-1.6.0"

_LITELLM = "litellm/model_prices_and_context_window_backup.json"
_ABOUT = {"litellm_provider", "mode", "deprecation_date", "tiered_pricing", "off_peak_pricing"}
_PRICE = re.compile(
    r"(input_cost_per_token|output_cost_per_token|cache_creation_input_token_cost"
    r"|cache_read_input_token_cost)(_above_(1hr|12hr))?(_above_\d+k_tokens)?"
    r"(_batches|_flex|_priority)?"
)


def record(package: Path) -> Path:
    """Write what is read of an unpacked package beside the others; return the folder."""
    if (package / _LITELLM).is_file():
        version = next(package.glob("litellm-*.dist-info")).name.split("-")[1].removesuffix(".dist")
        return _written(TABLES / f"litellm-{version}", _of_litellm(package, version))
    about = json.loads((package / "package.json").read_bytes())
    return _written(TABLES / f"pi-ai-{about['version']}", _of_pi_ai(package, about))


def _written(folder: Path, files: Iterator[tuple[str, str]]) -> Path:
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _of_litellm(package: Path, version: str) -> Iterator[tuple[str, str]]:
    book = read_price_book()
    makers = {offer.vendor.vendor for offer in book.made} | set(litellm.MAKERS)
    kept = {}
    for name, entry in json.loads((package / _LITELLM).read_bytes()).items():
        provider, model = entry.get("litellm_provider"), name.rpartition("/")[2]
        if provider in litellm.TOOLS:
            kept[name] = {"litellm_provider": provider}
        elif provider in makers and (book.find(model) or name in {"gpt-4o", "gpt-5.4-pro"}):
            kept[name] = {k: v for k, v in entry.items() if k in _ABOUT or _PRICE.fullmatch(k)}
    yield _LITELLM, _lines(kept)
    about = f"litellm-{version}.dist-info"
    yield f"{about}/METADATA", f"Metadata-Version: 2.4\nName: litellm\nVersion: {version}\n"
    for path in sorted((package / about / "sboms").glob("*.json")):
        stamp = json.loads(path.read_bytes())["metadata"]["timestamp"]
        yield f"{about}/sboms/{path.name}", _lines({"metadata": {"timestamp": stamp}})


def _of_pi_ai(package: Path, about: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    makers = {offer.vendor.vendor for offer in read_price_book().made}
    folder = package / "dist" / pi_ai.FOLDER
    for name in sorted(makers | set(pi_ai.MAKERS) | pi_ai.TOOLS):
        path = folder / f"{name}.json"
        if path.is_file():
            apis = json.loads(path.read_bytes())
            kept = {api: {n: _priced(e) for n, e in of.items()} for api, of in apis.items()}
            yield f"dist/{pi_ai.FOLDER}{name}.json", _lines(kept)
    stamp = json.loads((folder / pi_ai.MANIFEST).read_bytes())["generatedAt"]
    yield f"dist/{pi_ai.FOLDER}{pi_ai.MANIFEST}", _lines({"generatedAt": stamp})
    yield "package.json", _lines({key: about[key] for key in ("name", "version", "license")})


def _priced(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in ("id", "type", "cost") if key in entry}


def _lines(data: Mapping[str, Any]) -> str:
    """Write an object with one line for each of its members."""
    members = (f"{json.dumps(key)}: {json.dumps(one)}" for key, one in data.items())
    return "{\n" + ",\n".join(members) + "\n}\n"


if __name__ == "__main__":
    for folder in sys.argv[1:]:
        sys.stdout.write(f"{record(Path(folder))}\n")
