"""Files that users bring, beside those of `shipped_files`: bills, logs, what `learn` wrote."""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import copytree
from typing import Any

from conftest import ROOT
from mutated_tables import TakenTable
from shipped_files import Reading, as_a_workload

from advisor.answers.usage.answer import AskedDays, gather
from advisor.answers.usage.learn import learned
from advisor.answers.usage.rates import rates_of
from advisor.load.bills.reading import read_actuals
from advisor.load.kinds_file import read_kinds
from advisor.load.price_book import read_price_book
from advisor.load.usage.places import places_of
from advisor.load.usage.reading import read_usage
from advisor.model.rates import RateBook
from advisor.output.usage.learned_text import workload_text

TABLES = {
    "plain": (
        "month,vendor,model,cost,currency,charge_category\n"
        "2027-01,anthropic,claude-opus-5-5,812.50,USD,usage\n"
        "2027-02,openai,gpt-6.1-sol,75.25,USD,purchase\n",
        "month vendor model cost currency charge_category",
    ),
    "github": (
        "date,username,product,sku,model,quantity,net_amount,organization\n"
        "2027-01-31,dev,copilot,copilot_for_business,,10,190.5,acme\n"
        "2027-01-31,dev,copilot,copilot_ai_credit,Claude Sonnet 5.5,9,25.5,acme\n",
        "date product model net_amount",
    ),
    "anthropic": (
        "usage_date_utc,model,workspace,token_type,cost_usd,list_price_usd\n"
        "2027-01-04,Claude Opus 5.5,Default,output,4.25,4.25\n"
        "2027-01-05,Claude Opus 5.5,Default,input,2.25,2.25\n",
        "usage_date_utc model cost_usd",
    ),
    "openai": (
        "start_time_iso,end_time_iso,amount_value,amount_currency,line_item\n"
        '2027-01-01T00:00:00+00:00,2027-01-02T00:00:00+00:00,3.875,usd,"gpt-6.1-sol, input"\n',
        "start_time_iso amount_value amount_currency line_item",
    ),
    "cursor": (
        "Date,User,Kind,Model,Max Mode,Total Tokens,Cost\n"
        "2027-01-04T10:00:00.000Z,a@b,On-Demand,claude-4.5-sonnet,No,4,$1.25\n",
        "Date Model Cost",
    ),
    "focus": (
        "BilledCost,BillingCurrency,ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,"
        "ProviderName,ServiceName,ChargeCategory\n"
        "8400.5,USD,2027-01-01T00:00:00Z,2027-02-01T00:00:00Z,AWS,AWS,Amazon Bedrock,Usage\n"
        "-20.5,USD,2027-01-01T00:00:00Z,2027-02-01T00:00:00Z,AWS,AWS,Amazon Bedrock,Credit\n",
        "BilledCost BillingCurrency ChargePeriodStart ServiceName ChargeCategory",
    ),
}
"""Bills by whose they are, with the columns that matter. Made for this, in the vendors' shapes."""

KINDS = """\
kinds:
  docs: {project: "*/docs*", person: anna}
  review: {agent: codex, model: "gpt-*"}
"""
LOGS = ROOT / "tests" / "data" / "agent_logs"
LONGEST = 8_000


def other_files() -> list[Reading]:
    """Return bills of every shape, a line of logs of every agent, and what `learn` writes."""
    tables = [
        Reading(f"bills/{name}", text, _bill, partial(TakenTable.apart, columns=columns.split(" ")))
        for name, (text, columns) in TABLES.items()
    ]
    learned_team = Reading("learned", _learned(), as_a_workload)
    return [*tables, *_logs(), learned_team, Reading("kinds", KINDS, _kinds)]


def _in_a_file(text: str, name: str, read: Callable[[Path], Any]) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_text(text, encoding="utf-8", errors="surrogatepass")
        return read(path)


def _bill(text: str) -> Any:
    def read(path: Path) -> Any:
        rows = read_actuals([path]).rows
        odd = [row.cost for row in rows if not math.isfinite(row.cost)]
        if odd:
            raise ArithmeticError(f"{odd} was read as money")
        return [row._replace(file="", line=0) for row in rows]

    return _in_a_file(text, "bill.csv", read)


def _kinds(text: str) -> Any:
    return _in_a_file(text, "kinds.yaml", read_kinds)


def _logs() -> list[Reading]:
    """Return the line of each agent's logs that says most of tokens, read in its place."""
    found = []
    for home in sorted(LOGS.glob("*/home")):
        lines = [
            (path, number, line)
            for path in sorted(home.rglob("*.jsonl"))
            for number, line in enumerate(path.read_text("utf-8").splitlines())
            if "oken" in line and len(line) < LONGEST
        ]
        if lines:
            path, number, line = max(lines, key=lambda one: (one[2].count("oken"), one[2]))
            read = partial(_log, home, path.relative_to(home), number)
            found.append(Reading(f"logs/{home.parent.name}", line, read, may_pass=True))
    return found


def _log(home: Path, path: Path, number: int, text: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        own = copytree(home, Path(folder, "home"))
        lines = (own / path).read_text("utf-8").splitlines()
        lines[number] = text.replace("\n", " ").strip()
        (own / path).write_text("\n".join(lines) + "\n", encoding="utf-8", errors="surrogatepass")
        usage = read_usage(places_of(str(own)))
        counted = {name: list(cells) for name, cells in usage.calls.tokens.items()}
        if any(one < 0 for cells in counted.values() for one in cells):
            raise ArithmeticError("tokens below nothing were counted")
        priced = gather(usage, RateBook(rates_of(read_price_book())), AskedDays())
        return counted, list(usage.calls.ts), str(priced.usage.counters)


def _learned() -> str:
    usage = read_usage(places_of(str(LOGS / "codex-0.171.0" / "home")))
    gathered = gather(usage, RateBook(rates_of(read_price_book())), AskedDays())
    found = learned(gathered, {})
    assert found is not None
    return workload_text(found, start="2026-12", guessed=set())
