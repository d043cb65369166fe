"""The data file of genai-prices: a list of providers, or an object that holds one.

Prices are per million tokens. The last price whose condition holds counts, so later entries win;
a tier holds from more than `start` tokens, for the whole request.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from advisor.answers.prices.update.quotes import Faults, Figures, Quote, Quotes, stated

KIND = "genai-prices"
MAKERS = MappingProxyType({"moonshotai": "moonshot", "x-ai": "xai"})
"""Their names of makers, where ours are others."""

_CLASSES = {
    "input": ("input_mtok",),
    "cache_write": ("cache_write_5m_mtok", "cache_write_mtok"),
    "cache_write_1h": ("cache_write_1h_mtok",),
    "cache_read": ("cache_read_mtok",),
    "output": ("output_mtok",),
}
_PER = Decimal(1)


class _Price(NamedTuple):
    """One entry of a model: its figures, and when they hold."""

    begins: date | None
    at_hours: bool
    prices: Figures
    tiers: Mapping[int, Figures]


def looks_so(data: Any) -> bool:
    """Tell whether a file is one of these."""
    providers = _providers(data)
    return isinstance(providers, list) and any(
        isinstance(one, dict) and "models" in one for one in providers
    )


def _providers(data: Any) -> Any:
    return data.get("providers") if isinstance(data, dict) else data


def read(data: Any, makers: Mapping[str, str], on: date, faults: Faults) -> Quotes:
    """Return what the makers' own entries say on a day; `makers` maps their names to ours."""
    quotes: list[Quote] = []
    elsewhere = 0
    for number, one in enumerate(_providers(data)):
        provider = faults.mapping(one, f"[{number}]")
        name = str(provider.get("id", ""))
        models = faults.items(provider.get("models", []), f"{name}.models")
        if name not in makers:
            elsewhere += len(models)
            continue
        for place, model in enumerate(models):
            quotes += _quotes(faults.mapping(model, f"{name}[{place}]"), name, makers, on, faults)
    return Quotes(KIND, quotes, elsewhere)


def _quotes(
    model: Mapping[str, Any], provider: str, makers: Mapping[str, str], on: date, faults: Faults
) -> Iterator[Quote]:
    name = faults.text(model.get("id"), f"{provider}.models.id")
    entries = [*_entries(model.get("prices"), f"{provider}.{name}.prices", faults)]
    steady = [one for one in entries if not one.at_hours and {"input", "output"} <= set(one.prices)]
    begun = [one for one in steady if one.begins is None or one.begins <= on]
    if not begun:
        return
    later = [(one.begins, one.prices) for one in steady if one.begins and one.begins > on]
    yield Quote(
        vendor=makers[provider],
        name=name,
        prices=begun[-1].prices,
        tiers=begun[-1].tiers,
        since=begun[-1].begins,
        busy=[one.prices for one in entries if one.at_hours],
        later=later,
    )


def _entries(data: Any, key: str, faults: Faults) -> Iterator[_Price]:
    """Yield the prices of a model with their conditions: one price may stand for a list of one."""
    if isinstance(data, dict):
        data = [{"prices": data}]
    for number, entry in enumerate(faults.items(data, key)):
        here = f"{key}[{number}]"
        one = faults.mapping(entry, here)
        when = faults.mapping(one.get("constraint") or {}, f"{here}.constraint")
        begins = when.get("start_date")
        day = None if begins is None else faults.day(begins, f"{here}.constraint.start_date")
        figures = faults.mapping(one.get("prices"), f"{here}.prices")
        yield _Price(day, bool(when) and begins is None, *_figures(figures, here, faults))


def _figures(
    data: Mapping[str, Any], key: str, faults: Faults
) -> tuple[Figures, Mapping[int, Figures]]:
    """Return the base price of each class, and the prices past each threshold."""
    base: dict[str, Decimal] = {}
    tiered: dict[str, dict[int, Decimal]] = {}
    for token_class, names in _CLASSES.items():
        name = next((one for one in names if data.get(one) is not None), None)
        if name is None:
            continue
        here, value = f"{key}.{name}", data[name]
        if isinstance(value, dict):
            tiered[token_class] = _tiers(value, here, faults)
            value = value.get("base")
        price = faults.price(value, here, _PER)
        if price is not None:
            base[token_class] = price
    base = stated(base)
    starts = sorted({start for tiers in tiered.values() for start in tiers})
    return base, {
        start: {
            token_class: max(
                (at, price) for at, price in [(-1, own), *tiered.get(token_class, {}).items()]
                if at <= start
            )[1]
            for token_class, own in base.items()
        }
        for start in starts
    }  # fmt: skip


def _tiers(data: Mapping[str, Any], key: str, faults: Faults) -> dict[int, Decimal]:
    found = {}
    for number, tier in enumerate(faults.items(data.get("tiers", []), f"{key}.tiers")):
        here = f"{key}.tiers[{number}]"
        one = faults.mapping(tier, here)
        price = faults.price(one.get("price"), f"{here}.price", _PER)
        start = faults.count(one.get("start"), f"{here}.start")
        if price is not None:
            found[start] = price
    return found
