"""The forecast in the columns of FOCUS, the FinOps cost and usage specification, 1.2 and 1.4.

What a reader would get wrong: this is an estimate in FOCUS column form, not billing data. FOCUS has
no forecast records, so every row says `x_RecordKind` Forecast and belongs to no invoice.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from advisor.output.export.columns import CellText, Column, FloatArray, lines_of, pieces, pointed
from advisor.output.export.rows_csv import cell
from advisor.tables.export import (
    CHECK,
    COMMITMENT,
    FORECAST,
    OVERAGE,
    SEAT,
    USAGE,
    Coded,
    Detail,
)
from advisor.units import TOKENS_PER_PRICE_UNIT, Month

VERSIONS = ("1.2", "1.4")
NOT_INVOICED = "Not invoiced"
"""Who is paid for checks that a file prices: nobody known."""

EMPTY = (
    "AvailabilityZone", "CapacityReservationId", "CapacityReservationStatus", "ChargeClass",
    "CommitmentDiscountCategory", "CommitmentDiscountId", "CommitmentDiscountName",
    "CommitmentDiscountQuantity", "CommitmentDiscountStatus", "CommitmentDiscountType",
    "CommitmentDiscountUnit", "InvoiceId", "RegionId", "RegionName", "ResourceId", "ResourceName",
    "ResourceType",
)  # fmt: skip
"""Columns of which nothing is known, neither of a forecast nor of logs."""
METERS = {
    "input": ("Input Tokens", "Input", "Uncached"),
    "cache_write": ("Cache Write Input Tokens", "Input", "Write"),
    "cache_write_1h": ("Cache Write Input Tokens, 1 Hour", "Input", "Write"),
    "cache_read": ("Cache Read Input Tokens", "Input", "Read"),
    "output": ("Output Tokens", "Output", None),
}
"""What a token class is called: its meter, its direction, what it does to a cache."""


class _ChargeKind(NamedTuple):
    """What FOCUS calls a kind of charge."""

    category: str
    frequency: str
    meter: str
    unit: str | None


# A seat is paid for the month in which it is used, so it is use that recurs: a purchase would have
# to cover later charges, and its effective cost would be nothing.
_KINDS = {
    USAGE: _ChargeKind("Usage", "Usage-Based", "", f"{TOKENS_PER_PRICE_UNIT} Tokens"),
    SEAT: _ChargeKind("Usage", "Recurring", "Seats", "Seats"),
    OVERAGE: _ChargeKind("Usage", "Usage-Based", "Use Beyond Seats", None),
    COMMITMENT: _ChargeKind("Adjustment", "One-Time", "Commitment Shortfall", None),
    CHECK: _ChargeKind("Usage", "Usage-Based", "Checks", "Checks"),
}


def focus_pieces(detail: Detail, version: str) -> Iterator[str]:
    """Write the forecast as FOCUS CSV, a header and then some rows at a time."""
    kept = np.flatnonzero(detail.where("record", FORECAST))
    columns = focus_columns(_rows(detail, kept), version)
    cells = [CellText(column, cell, pointed) for column in columns.values()]
    yield ",".join(columns) + "\n"
    for rows in pieces(len(kept)):
        yield lines_of(cells, rows, delimiter=",", end="\n")


def _rows(detail: Detail, kept: np.ndarray) -> Detail:
    columns: dict[str, Column] = {}
    for name, column in detail.columns.items():
        if isinstance(column, Coded):
            columns[name] = Coded(column.codes[kept], column.names)
        else:
            columns[name] = column[kept]
    return detail._replace(columns=columns)


def focus_columns(detail: Detail, version: str) -> dict[str, Column]:
    """Return the columns of FOCUS in alphabetical order."""
    columns = {
        **{name: _constant(detail, None) for name in EMPTY},
        **_accounts(detail),
        **_periods(detail),
        **_charges(detail),
        **_money(detail),
        **_skus(detail),
        **_providers(detail, version),
    }
    return dict(sorted(columns.items()))


def _constant(detail: Detail, name: str | None) -> Coded:
    return Coded(np.zeros(detail.size, dtype=np.int32), (name,))


def _named(column: Coded, name: Callable[[str | None], str | None]) -> Coded:
    """Rename what stands in a column."""
    return Coded(column.codes, tuple(name(one) for one in column.names))


def _together(
    detail: Detail, names: tuple[str, ...], made: Callable[[Mapping[str, str | None]], str | None]
) -> Coded:
    """Make a column of several: `made` is asked once for each way in which they occur together."""
    parts = [detail.text(name) for name in names]
    mixed = np.zeros(detail.size, dtype=np.int64)
    for part in parts:
        mixed = mixed * len(part.names) + part.codes
    _, first, codes = np.unique(mixed, return_index=True, return_inverse=True)
    texts = tuple(
        made({name: p.names[p.codes[row]] for name, p in zip(names, parts, strict=True)})
        for row in first.tolist()
    )
    return Coded(codes.astype(np.int32), texts)


def _accounts(detail: Detail) -> dict[str, Column]:
    about = detail.about
    team = detail.text("team")
    tags = _together(detail, ("team", "cost_center", "task_class"), _tags)
    return {
        "BillingAccountId": _constant(detail, f"estimate: {about.workload}"),
        "BillingAccountName": _constant(detail, about.workload),
        "BillingAccountType": _constant(detail, "Organization"),
        "SubAccountId": team,
        "SubAccountName": team,
        "SubAccountType": _constant(detail, "Team"),
        "Tags": tags,
        "x_CostCenter": detail.text("cost_center"),
        "x_EstimateId": _constant(detail, f"{about.file} {about.as_of}"),
        "x_Option": detail.text("option")
        if "option" in detail.columns
        else _constant(detail, about.options[0]),
        "x_RecordKind": _constant(detail, "Forecast"),
        "x_Statistic": _constant(detail, "Expected"),
    }


def _tags(row: Mapping[str, str | None]) -> str:
    tags = {name: text for name, text in row.items() if text is not None}
    return json.dumps({**tags, "x_estimate": "true"}, sort_keys=True, ensure_ascii=False)


def _periods(detail: Detail) -> dict[str, Column]:
    month = detail.text("month")
    begins = _named(month, lambda text: _instant(Month.parse(text or "")))
    ends = _named(month, lambda text: _instant(Month.parse(text or "") + 1))
    return {
        "BillingPeriodStart": begins,
        "BillingPeriodEnd": ends,
        "ChargePeriodStart": begins,
        "ChargePeriodEnd": ends,
    }


def _instant(month: Month) -> str:
    return f"{month}-01T00:00:00Z"


def _charges(detail: Detail) -> dict[str, Column]:
    charge = detail.text("charge")
    unit = _named(charge, lambda one: _kind(one).unit or detail.about.currency)
    consumed = _named(charge, lambda one: _consumed_unit(one, detail.about.currency))
    quantity = detail.numbers("quantity")
    per_row = np.where(detail.where("charge", USAGE), TOKENS_PER_PRICE_UNIT, 1.0)
    used = np.where(detail.where("charge", COMMITMENT), np.nan, quantity * per_row)
    return {
        "ChargeCategory": _named(charge, lambda one: _kind(one).category),
        "ChargeDescription": _together(detail, ("charge", "token_class", "model"), _described),
        "ChargeFrequency": _named(charge, lambda one: _kind(one).frequency),
        "ConsumedQuantity": used,
        "ConsumedUnit": consumed,
        "PricingCategory": _constant(detail, "Standard"),
        "PricingQuantity": quantity,
        "PricingUnit": unit,
    }


def _kind(charge: str | None) -> _ChargeKind:
    return _KINDS[charge or USAGE]


def _consumed_unit(charge: str | None, currency: str) -> str | None:
    if charge == COMMITMENT:
        return None
    return "Tokens" if charge == USAGE else _kind(charge).unit or currency


def _meter(row: Mapping[str, str | None]) -> str:
    return _kind(row["charge"]).meter or METERS[row["token_class"] or "input"][0]


def _described(row: Mapping[str, str | None]) -> str:
    model = row["model"]
    return f"Estimate: {_meter(row)}" + (f" for {model}" if model else "")


def _money(detail: Detail) -> dict[str, Column]:
    """Give what is paid, and what it would be at list prices, without a contract's discount."""
    price, cost = detail.numbers("unit_price"), detail.numbers("cost")
    off = _discounts(detail)
    currency = _constant(detail, detail.about.currency)
    paid = {"BilledCost": cost, "ContractedCost": cost, "EffectiveCost": cost}
    return {
        **paid,
        "BillingCurrency": currency,
        "ContractedUnitPrice": price,
        "ListCost": cost / off,
        "ListUnitPrice": price / off,
        "PricingCurrency": currency,
        "PricingCurrencyContractedUnitPrice": price,
        "PricingCurrencyEffectiveCost": cost,
        "PricingCurrencyListUnitPrice": price / off,
    }


def _discounts(detail: Detail) -> FloatArray:
    """Return which part of the list price is paid, by row: discounts are on tokens alone."""
    billers = detail.text("billed_by")
    kept = np.array([1 - detail.discounts.get(name or "", 0.0) for name in billers.names])
    by_row = np.where(detail.where("charge", USAGE), kept[billers.codes], 1.0)
    return np.where(by_row > 0, by_row, 1.0)


def _skus(detail: Detail) -> dict[str, Column]:
    parts = ("charge", "token_class", "model", "billed_by", "price_from")
    identity = ("charge", "token_class", "maker", "model")
    return {
        "ServiceCategory": _constant(detail, "AI and Machine Learning"),
        "ServiceName": _together(detail, ("tool", "billed_by"), _service),
        "ServiceSubcategory": _constant(detail, "Generative AI"),
        "SkuId": _together(detail, parts[:4], _sku),
        "SkuMeter": _together(detail, parts[:2], _meter),
        "SkuPriceDetails": _together(detail, identity, _details),
        "SkuPriceId": _together(detail, parts, _sku),
    }


def _service(row: Mapping[str, str | None]) -> str:
    return " ".join(filter(None, [row["billed_by"] or NOT_INVOICED, row["tool"]]))


def _sku(row: Mapping[str, str | None]) -> str:
    """Name what is bought; with the day since when its price holds, the price."""
    names = [row["billed_by"] or NOT_INVOICED, row["model"], row["token_class"] or row["charge"]]
    return "/".join(name for name in [*names, row.get("price_from")] if name)


def _details(row: Mapping[str, str | None]) -> str:
    """Write a model's identity under the names that FOCUS 1.5 is going to have, as custom ones."""
    found = {"x_ModelDeveloper": row["maker"], "x_ModelId": row["model"]}
    if row["token_class"] is not None:
        _, direction, cache = METERS[row["token_class"]]
        found |= {"x_TokenDirection": direction, "x_TokenCacheAction": cache}
    kept = {name: text for name, text in found.items() if text is not None}
    return json.dumps(kept, sort_keys=True) if kept else json.dumps({"x_Charge": row["charge"]})


def _providers(detail: Detail, version: str) -> dict[str, Column]:
    biller = _named(detail.text("billed_by"), lambda name: name or NOT_INVOICED)
    maker = _together(
        detail, ("maker", "billed_by"), lambda row: row["maker"] or row["billed_by"] or NOT_INVOICED
    )
    names = ("ProviderName", "PublisherName") if version == "1.2" else (
        "ServiceProviderName", "HostProviderName"
    )  # fmt: skip
    return {"InvoiceIssuerName": biller, names[0]: biller, names[1]: maker}
