"""The data file of litellm: an object of models, prices per token, thresholds in names of keys.

What a reader would get wrong: the same model stands there once for each reseller; only entries of
the maker's own API are its list price. A tier is for the whole request.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from advisor.answers.prices.update.quotes import Faults, Figures, Quote, Quotes, popularity, stated

KIND = "litellm"
MAKERS = MappingProxyType({"gemini": "google", "dashscope": "alibaba", "mistral": "mistral",
                           "meta": "meta", "xiaomi_mimo": "xiaomi"})  # fmt: skip
"""Their names of makers' own platforms, where ours are others or are not there yet."""
TOOLS = frozenset({"github_copilot", "chatgpt", "opencode_go"})
VARIANTS = MappingProxyType({"batch": "_batches", "flex": "_flex", "fast": "_priority"})
"""The endings of keys that price other ways to be served, by our names of these."""

_KEYS = {
    "input_cost_per_token": "input",
    "cache_creation_input_token_cost": "cache_write",
    "cache_creation_input_token_cost_above_1hr": "cache_write_1h",
    "cache_creation_input_token_cost_above_12hr": "cache_write_1h",
    "cache_read_input_token_cost": "cache_read",
    "output_cost_per_token": "output",
}
_TIER = re.compile(rf"({'|'.join(_KEYS)})_above_([0-9]{{1,6}})k_tokens")
_ABOVE = re.compile(r".*_above_\d+k_tokens")
_LONGEST_KEY = 80
_MODES = frozenset({"chat", "responses", "completion"})
_PER = Decimal(1_000_000)


def looks_so(data: Any) -> bool:
    """Tell whether a file is one of these."""
    return isinstance(data, dict) and any(
        isinstance(one, dict) and "litellm_provider" in one for one in data.values()
    )


def read(data: Any, makers: Mapping[str, str], faults: Faults) -> Quotes:
    """Return what the makers' own entries say; the file knows no days, one price a model."""
    quotes: list[Quote] = []
    listed: list[tuple[str, str]] = []
    elsewhere = 0
    for name, entry in data.items():
        one = faults.mapping(entry, name)
        provider = str(one.get("litellm_provider"))
        listed.append((provider, name))
        if provider not in makers or name == "sample_spec":
            elsewhere += 1
        elif str(one.get("mode", "chat")) in _MODES and not name.startswith("ft:"):
            quotes += _quotes(name, one, makers[provider], faults)
    return Quotes(KIND, quotes, elsewhere, *popularity(listed, TOOLS))


def _quotes(name: str, data: Mapping[str, Any], vendor: str, faults: Faults) -> Iterator[Quote]:
    ranges = data.get("tiered_pricing")
    if ranges:
        prices, tiers = _ranges(ranges, name, faults)
    else:
        prices, tiers = _figures(data, name, faults), _tiers(data, name, faults)
    if not {"input", "output"} <= set(prices):
        return
    quiet = data.get("off_peak_pricing")
    busy = []
    if quiet:
        here = f"{name}.off_peak_pricing"
        busy = [prices]
        prices = {**prices, **_figures(faults.mapping(quiet, here), here, faults)}
    ends = data.get("deprecation_date")
    yield Quote(
        vendor,
        name.rpartition("/")[2],
        prices,
        dict(sorted(tiers.items())),
        busy=busy,
        variants={
            variant: figures
            for variant, ending in VARIANTS.items()
            if (figures := _figures(data, name, faults, ending))
        },
        retires=None if ends is None else faults.day(ends, f"{name}.deprecation_date"),
    )


def _figures(
    data: Mapping[str, Any], name: str, faults: Faults, ending: str = ""
) -> dict[str, Decimal]:
    read = {
        token_class: faults.price(data[key + ending], f"{name}.{key}{ending}", _PER)
        for key, token_class in _KEYS.items()
        if data.get(key + ending) is not None
    }
    return stated({c: price for c, price in read.items() if price is not None})


def _tiers(data: Mapping[str, Any], name: str, faults: Faults) -> dict[int, dict[str, Decimal]]:
    found: dict[int, dict[str, Decimal]] = {}
    for key, value in data.items():
        match = _TIER.fullmatch(key)
        if match is None and len(key) > _LONGEST_KEY and _ABOVE.fullmatch(key):
            faults.add(f"{name}.{key[:_LONGEST_KEY]}…", "is above no number of tokens")
        price = faults.price(value, f"{name}.{key}", _PER) if match and value is not None else None
        if match and price is not None:
            found.setdefault(int(match[2]) * 1000, {})[_KEYS[match[1]]] = price
    return found


def _ranges(data: Any, name: str, faults: Faults) -> tuple[Figures, dict[int, dict[str, Decimal]]]:
    """Read prices that stand by range of the prompt's length."""
    found: dict[int, dict[str, Decimal]] = {}
    for number, entry in enumerate(faults.items(data, f"{name}.tiered_pricing")):
        here = f"{name}.tiered_pricing[{number}]"
        one = faults.mapping(entry, here)
        span = faults.items(one.get("range"), f"{here}.range")
        found[faults.count(next(iter(span), None), f"{here}.range")] = _figures(one, here, faults)
    first = min(found, default=0)
    return found.pop(first, {}), found
