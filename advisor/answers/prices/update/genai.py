"""The data file of genai-prices: a list of providers, or an object that holds one.

Prices are per million tokens. The last price whose condition holds counts, so later entries win;
a tier holds from more than `start` tokens, for the whole request.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from advisor.answers.prices.update.quotes import Faults, Figures, Quote, Quotes, popularity, stated

KIND = "genai-prices"
MAKERS = MappingProxyType({"moonshotai": "moonshot", "x-ai": "xai", "mistral": "mistral",
                           "meta": "meta", "xiaomi": "xiaomi"})  # fmt: skip
"""Their names of makers, where ours are others or are not there yet."""
TOOLS = frozenset({"github-copilot", "cursor", "opencode", "opencode-zen"})
_VARIANTS = MappingProxyType({
    ("processing", "batch"): "batch", ("service_tier", "batch"): "batch",
    ("service_tier", "flex"): "flex", ("service_tier", "priority"): "fast",
    ("speed", "fast"): "fast",
})  # fmt: skip
"""Our names of the ways to be served, by the context that asks for them."""

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
    listed: list[tuple[str, str]] = []
    elsewhere = 0
    for number, one in enumerate(_providers(data)):
        provider = faults.mapping(one, f"[{number}]")
        name = str(provider.get("id", ""))
        models = faults.items(provider.get("models", []), f"{name}.models")
        listed += [(name, str(one.get("id"))) for one in models if isinstance(one, dict)]
        if name not in makers:
            elsewhere += len(models)
            continue
        for place, model in enumerate(models):
            quotes += _quotes(faults.mapping(model, f"{name}[{place}]"), name, makers, on, faults)
    return Quotes(KIND, quotes, elsewhere, *popularity(listed, TOOLS))


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
        variants=_variants(model.get("price_variants") or [], f"{provider}.{name}", on, faults),
    )


def _variants(data: Any, key: str, on: date, faults: Faults) -> Mapping[str, Figures]:
    """Return the prices of other ways to be served that hold on a day, by our names of these."""
    found: dict[str, Figures] = {}
    for number, entry in enumerate(faults.items(data, f"{key}.price_variants")):
        here = f"{key}.price_variants[{number}]"
        one = faults.mapping(entry, here)
        asked = [*faults.mapping(one.get("when"), f"{here}.when").items()]
        name = _VARIANTS.get((asked[0][0], str(asked[0][1]))) if len(asked) == 1 else None
        for price in _entries([{**one, "when": None}], here, faults) if name else ():
            if not price.at_hours and (price.begins is None or price.begins <= on):
                found[str(name)] = {**price.prices, **found.get(str(name), {})}
    return found


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
