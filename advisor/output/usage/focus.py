"""Real usage in the columns of FOCUS, the FinOps cost and usage specification.

What a reader would get wrong: these are logged tokens at list prices, not an invoice; every row
says `x_RecordKind` Actual and `x_Basis`, and has no InvoiceId. What has no price is in no row. A
row is a UTC day, what was called, by whom, and one token class; its price is the day's average.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from advisor.output import csv
from advisor.output.export.focus import EMPTY, METERS, VERSIONS
from advisor.output.usage.amounts import exact
from advisor.tables.flat import Column, Table
from advisor.tables.usage import UsageAnswer, UsageRow
from advisor.token_classes import TOKEN_CLASSES
from advisor.units import TOKENS_PER_PRICE_UNIT, Month

DIMENSIONS = (
    "day", "source", "vendor", "priced_as", "model", "speed", "person", "project", "no_price",
)  # fmt: skip
"""What the rows of the answer have to be grouped by."""
BASIS = "logged tokens at list prices"
Cells = dict[str, Any]


def render_focus(answer: UsageAnswer, version: str = VERSIONS[0]) -> str:
    """Write FOCUS CSV, given an answer by `DIMENSIONS` and UTC days."""
    rows = [cells for row in answer.rows for cells in _cells(row, answer.currency, version)]
    names = sorted(rows[0]) if rows else []
    columns = [Column(name) for name in names]
    return csv.render_table(Table("focus", columns, [[one[n] for n in names] for one in rows]))


def _cells(row: UsageRow, currency: str, version: str) -> Iterator[Cells]:
    """Yield a row for every token class that was used and priced."""
    said = dict(zip(DIMENSIONS, row.names, strict=True))
    if said["no_price"]:
        return
    for name, tokens, cost in zip(TOKEN_CLASSES, row.tokens, row.costs, strict=True):
        if tokens:
            amount = exact(cost) or Decimal(0)
            yield {
                **dict.fromkeys(EMPTY),
                **_accounts(said),
                **_periods(said["day"]),
                **_charge(said, name, tokens),
                **_money(amount, amount * TOKENS_PER_PRICE_UNIT / tokens, currency),
                **_sku(said, name, amount * TOKENS_PER_PRICE_UNIT / tokens),
                **_providers(said["vendor"], version),
            }


def _accounts(said: dict[str, str]) -> Cells:
    tags = {"agent": said["source"], "person": said["person"], "project": said["project"]}
    person = said["person"] or None
    return {
        "BillingAccountId": "logs",
        "BillingAccountName": "logs of agents",
        "BillingAccountType": "Organization",
        "SubAccountId": person,
        "SubAccountName": person,
        "SubAccountType": "Person" if person else None,
        "Tags": json.dumps({k: v for k, v in tags.items() if v}, ensure_ascii=False),
        "x_Basis": BASIS,
        "x_RecordKind": "Actual",
    }


def _periods(day: str) -> Cells:
    month = Month.parse(day[:7])
    return {
        "BillingPeriodStart": f"{month}-01T00:00:00Z",
        "BillingPeriodEnd": f"{month + 1}-01T00:00:00Z",
        "ChargePeriodStart": f"{day}T00:00:00Z",
        "ChargePeriodEnd": f"{_next(day)}T00:00:00Z",
    }


def _next(day: str) -> str:
    """Return the day after."""
    month, of_month = Month.parse(day[:7]), int(day[8:])
    if of_month < month.days:
        return f"{month}-{of_month + 1:02d}"
    return f"{month + 1}-01"


def _charge(said: dict[str, str], name: str, tokens: int) -> Cells:
    return {
        "ChargeCategory": "Usage",
        "ChargeDescription": f"{METERS[name][0]} for {said['model']}",
        "ChargeFrequency": "Usage-Based",
        "ConsumedQuantity": tokens,
        "ConsumedUnit": "Tokens",
        "PricingCategory": "Standard",
        "PricingQuantity": Decimal(tokens) / TOKENS_PER_PRICE_UNIT,
        "PricingUnit": f"{TOKENS_PER_PRICE_UNIT} Tokens",
    }


def _money(cost: Decimal, price: Decimal, currency: str) -> Cells:
    costs = dict.fromkeys(("BilledCost", "ContractedCost", "EffectiveCost", "ListCost"), cost)
    prices = ("ContractedUnitPrice", "ListUnitPrice", "PricingCurrencyContractedUnitPrice",
              "PricingCurrencyListUnitPrice")  # fmt: skip
    return {
        **costs,
        **dict.fromkeys(prices, price),
        "BillingCurrency": currency,
        "PricingCurrency": currency,
        "PricingCurrencyEffectiveCost": cost,
    }


def _sku(said: dict[str, str], name: str, price: Decimal) -> Cells:
    meter, direction, cache = METERS[name]
    sku = "/".join([said["priced_as"], said["speed"], name])
    details = {
        "x_ModelDeveloper": said["vendor"], "x_ModelId": said["priced_as"].partition("/")[2],
        "x_TokenDirection": direction, "x_TokenCacheAction": cache,
    }  # fmt: skip
    return {
        "ServiceCategory": "AI and Machine Learning",
        "ServiceName": f"{said['vendor']} {said['source']}",
        "ServiceSubcategory": "Generative AI",
        "SkuId": sku,
        "SkuMeter": meter,
        "SkuPriceDetails": json.dumps({k: v for k, v in details.items() if v}, sort_keys=True),
        "SkuPriceId": f"{sku}/{price.normalize():f}",
    }


def _providers(vendor: str, version: str) -> Cells:
    names = ("ProviderName", "PublisherName") if version == VERSIONS[0] else (
        "ServiceProviderName", "HostProviderName"
    )  # fmt: skip
    return {"InvoiceIssuerName": vendor, names[0]: vendor, names[1]: vendor}
