"""Tables that vendors and clouds export, known by their columns; what plain ones are called.

Columns as seen in exports of 2026; a vendor that adds one changes nothing here. What a reader would
get wrong: GitHub's table is of all its products, and Cursor's has prices of what a plan includes,
which nobody pays.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from advisor.errors import InputError
from advisor.load.table_file import CellTable, Meaning, plain_name
from advisor.model.charge import FEE, OTHER, TAX, USAGE

MEANINGS: Mapping[str, Meaning] = {
    "month": Meaning(("month", "billing_month", "invoice_month"), ("period",)),
    "day": Meaning(("day", "date", "usage_date"), ("start_date",)),
    "end": Meaning(()),
    "biller": Meaning(("biller", "billed_by", "vendor", "invoice_issuer", "supplier"),
                      ("provider",)),
    "model": Meaning(("model", "model_id"), ("model_name",)),
    "cost": Meaning(("cost", "cost_usd", "amount", "amount_usd"), ("total", "spend")),
    "currency": Meaning(("currency", "billing_currency")),
    "record": Meaning(("record",)),
    "kind": Meaning(("charge_category", "chargecategory", "charge_type"), ("kind",)),
    "service": Meaning(("service", "service_name", "servicename")),
    "seller": Meaning(()),
    "details": Meaning(()),
}  # fmt: skip
"""What columns are usually called, by what they hold. `seller` is a second name of who bills."""

FOCUS: Mapping[str, str] = {
    "day": "ChargePeriodStart",
    "end": "ChargePeriodEnd",
    "biller": "InvoiceIssuerName",
    "cost": "BilledCost",
    "currency": "BillingCurrency",
    "record": "x_RecordKind",
}
"""Columns of FOCUS that every reader of it needs."""

KINDS = {
    "usage": USAGE, "usage_based": USAGE, "overage": USAGE, "purchase": FEE, "fee": FEE,
    "seat": FEE, "seats": FEE, "subscription": FEE, "license": FEE, "licence": FEE,
    "commitment": FEE, "tax": TAX, "vat": TAX, "credit": OTHER, "refund": OTHER,
    "adjustment": OTHER, "discount": OTHER,
}  # fmt: skip
"""Kinds of charge as tables write them, FOCUS among them."""


class Rule(NamedTuple):
    """Rows that are kept, or with `drops` left out: those whose column holds one of `values`.

    `*` in a value stands for anything. `why` says in a note what is left out.
    """

    column: str
    values: tuple[str, ...]
    drops: bool = False
    why: str = ""


class TableLayout(NamedTuple):
    """A table that is known: its columns and constants as `--columns` would state them.

    `marks` are columns that only it has, `models` and `kinds` read its cells. `free` are rows that
    cost nothing whatever stands there. A row without an amount costs `empty`: with an empty text it
    is no row, with None a fault.
    """

    name: str
    marks: frozenset[str]
    stated: Mapping[str, str]
    rules: Sequence[Rule] = ()
    kinds: Mapping[str, str] = KINDS
    other_kind: str | None = None
    models: Callable[[str], str] = str.strip
    empty: str | None = None
    free: Rule | None = None
    no_money: str = ""


_SEATS = ("copilot_for_business", "copilot_business", "copilot_enterprise", "copilot_standalone")

LAYOUTS = (
    TableLayout(
        "FOCUS",
        frozenset({"billedcost", "chargeperiodstart"}),
        {
            **FOCUS,
            "biller": "InvoiceIssuerName|ProviderName",
            "seller": "ProviderName|ServiceProviderName|HostProviderName|PublisherName",
            "kind": "ChargeCategory",
            "service": "ServiceName",
            "model": "x_ModelId|x_Model",
            "details": "SkuPriceDetails",
        },
    ),
    TableLayout(
        "GitHub",
        frozenset({"date", "product", "sku", "net_amount"}),
        {
            "day": "date",
            "biller": "=github",
            "cost": "net_amount",
            "currency": "=USD",
            "kind": "sku",
            "model": "model",
        },
        rules=[Rule("product", ("copilot*", "github copilot*"), why="of other products")],
        kinds=dict.fromkeys(_SEATS, FEE),
        other_kind=USAGE,
    ),
    TableLayout(
        "the costs of Anthropic's console",
        frozenset({"usage_date_utc", "cost_usd"}),
        {
            "day": "usage_date_utc",
            "biller": "=anthropic",
            "cost": "cost_usd",
            "currency": "=USD",
            "kind": "=usage",
            "model": "model",
        },
    ),
    TableLayout(
        "the usage of Anthropic's console",
        frozenset({"usage_date_utc", "usage_output_tokens"}),
        {},
        no_money="counts tokens and has no money: export `Cost` from the console instead",
    ),
    TableLayout(
        "the costs of OpenAI's console",
        frozenset({"amount_value", "amount_currency"}),
        {
            "day": "start_time_iso|start_time",
            "end": "end_time_iso|end_time",
            "biller": "=openai",
            "cost": "amount_value",
            "currency": "amount_currency",
            "kind": "=usage",
            "model": "line_item",
        },
        models=lambda text: text.partition(",")[0].strip(),
        empty="",
    ),
    TableLayout(
        "the usage of OpenAI's console",
        frozenset({"num_model_requests", "input_tokens"}),
        {},
        no_money="counts tokens and has no money: export `Cost` from the console instead",
    ),
    TableLayout(
        "Cursor",
        frozenset({"date", "kind", "model", "max_mode", "cost"}),
        {
            "day": "date",
            "biller": "=cursor",
            "cost": "cost",
            "currency": "=USD",
            "kind": "=usage",
            "model": "model",
        },
        free=Rule(
            "kind",
            ("included*", "free*", "errored*", "aborted*", "*no charge*", "*not charged*",
             "user api key*"),
        ),
        empty="0",
    ),
)  # fmt: skip
_LONGEST_HEAD = 100_000
PLAIN = TableLayout("plain", frozenset(), {})


def layout_of(table: CellTable) -> TableLayout:
    """Tell which table it is. Raises InputError for one that is known to have no money."""
    heads = {plain_name(head) for head in table.heads}
    found = next((one for one in LAYOUTS if one.marks <= heads), PLAIN)
    if found.no_money:
        raise InputError.of(found.no_money, file=table.file)
    return found


def stated_in(layout: TableLayout, table: CellTable) -> dict[str, str]:
    """Return what a layout states, those of its columns that the table has."""
    heads = {plain_name(head) for head in table.heads}
    found = {}
    for what, text in layout.stated.items():
        names = [text] if text.startswith("=") else text.split("|")
        name = next((one for one in names if one[0] == "=" or plain_name(one) in heads), None)
        if name is not None:
            found[what] = name
    return found


def is_bill(path: Path) -> bool:
    """Tell whether a file is a table that a vendor bills with, by its first line."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    with path.open(encoding="utf-8", errors="replace") as stream:
        first = stream.readline(_LONGEST_HEAD).removeprefix("\ufeff")
    heads = {plain_name(head) for head in re.split(r"[,;\t]", first)}
    return any(one.marks <= heads and not one.no_money for one in LAYOUTS)
