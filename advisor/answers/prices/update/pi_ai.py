"""The price tables of pi-ai, an npm package of coding agents: a JSON file for each provider.

Prices are per million tokens. What a reader would get wrong: a price of 0 stands for one that is
not known; where a maker's price hangs on the hour, the busy one stands there; and the manifest
beside the files says on which day they were made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from advisor.answers.prices.update.quotes import Faults, Figures, Quote, Quotes, popularity, stated

KIND = "pi-ai"
FOLDER = "providers/data/"
MANIFEST = ".manifest.json"
MAKERS = MappingProxyType({"moonshotai": "moonshot", "mistral": "mistral", "meta": "meta",
                           "xiaomi": "xiaomi"})  # fmt: skip
"""Their names of makers, where ours are others or are not there yet."""
TOOLS = frozenset({"github-copilot", "openai-codex", "opencode", "opencode-go", "kimi-coding"})
"""Providers that are coding tools: what they offer is what coding teams use."""

_CLASSES = {
    "input": "input", "cache_write": "cacheWrite", "cache_read": "cacheRead", "output": "output",
}  # fmt: skip
_PER = Decimal(1)


def read(data: Mapping[str, Any], makers: Mapping[str, str], faults: Faults) -> Quotes:
    """Return what the makers' own files say. `data` maps a provider to its file."""
    quotes: list[Quote] = []
    listed: list[tuple[str, str]] = []
    elsewhere = 0
    for provider, apis in data.items():
        for name, entry in _models(apis, provider, faults):
            listed.append((provider, name))
            if provider in makers:
                quotes += _quotes(entry, f"{provider}.{name}", name, makers[provider], faults)
            else:
                elsewhere += 1
    return Quotes(KIND, quotes, elsewhere, *popularity(listed, TOOLS))


def _models(apis: Any, provider: str, faults: Faults) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for api, models in faults.mapping(apis, provider).items():
        for key, entry in faults.mapping(models, f"{provider}.{api}").items():
            one = faults.mapping(entry, f"{provider}.{key}")
            if one.get("type", "chat") == "chat" and "cost" in one:
                yield faults.text(one.get("id"), f"{provider}.{key}.id"), one


def _quotes(
    entry: Mapping[str, Any], key: str, name: str, vendor: str, faults: Faults
) -> Iterator[Quote]:
    cost = faults.mapping(entry["cost"], f"{key}.cost")
    prices = _figures(cost, f"{key}.cost", faults)
    tiers = {}
    for number, tier in enumerate(faults.items(cost.get("tiers", []), f"{key}.cost.tiers")):
        here = f"{key}.cost.tiers[{number}]"
        one = faults.mapping(tier, here)
        start = faults.count(one.get("inputTokensAbove"), f"{here}.inputTokensAbove")
        tiers[start] = _figures(one, here, faults)
    if prices.get("input") and prices.get("output"):
        yield Quote(vendor, name, prices, dict(sorted(tiers.items())))


def _figures(data: Mapping[str, Any], key: str, faults: Faults) -> Figures:
    read = {
        token_class: faults.price(data[name], f"{key}.{name}", _PER)
        for token_class, name in _CLASSES.items()
        if data.get(name) is not None
    }
    return stated({c: price for c, price in read.items() if price is not None})
