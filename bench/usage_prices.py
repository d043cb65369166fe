"""Pricing calls in DuckDB: the product's expression against a join by row, in one run.

    python bench/usage_prices.py [--calls 10000000]

The rival is the usual form: a left join of every call with the price row that holds at its moment,
for its prompt, in or out of busy hours; its cost a call, summed as decimals. Both see the same
calls: every model of the tables that has a price, moments over a year, prompts on both sides of
every tier. A sample is priced call by call by genai-prices, and by litellm where it is installed.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import ibis
import numpy as np
import pyarrow as pa
from genai_prices import Usage as TheirUsage
from genai_prices import calc_price

from advisor.answers.usage.bands import RATE_COLUMNS, bands_of
from advisor.answers.usage.expression import (
    WHOLE,
    PricedTables,
    border_table,
    priced,
    rate_table,
)
from advisor.answers.usage.rates import rates_of
from advisor.answers.usage.tariffs import Segment, Selector, Tariffs
from advisor.load.price_book import read_price_book
from advisor.model.rates import RateBook
from advisor.token_classes import PROMPT_CLASSES, TOKEN_CLASSES

RUNS = 5
SAMPLE = 2_000
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
Relation = Any


def micro(moment: datetime) -> int:
    """Return microseconds since 1970."""
    return int(moment.timestamp()) * 1_000_000


def drawn(number: int, tariffs: int, seed: int) -> pa.Table:
    """Draw calls."""
    draw = np.random.default_rng(seed)
    columns = {name: (10 ** draw.uniform(0, 5.3, number)).astype(np.int64)
               for name in TOKEN_CLASSES}  # fmt: skip
    columns |= {
        "tariff": draw.integers(0, tariffs, number),
        "ts": draw.integers(micro(FIRST), micro(LAST), number).astype("datetime64[us]"),
        "context": np.sum([columns[name] for name in PROMPT_CLASSES], axis=0),
        "calls": np.ones(number, np.int64),
    }
    return pa.table(columns)


def without_holidays(segments: list[Segment]) -> list[Segment]:
    """Drop holidays, which the rival's price rows can't say."""
    return [
        one._replace(peak=one.peak and one.peak._replace(holidays=frozenset())) for one in segments
    ]


def price_rows(tariffs: list[list[Segment]], peaks: list[tuple[int, ...]]) -> pa.Table:
    """Return a row for each price: its tariff, span of time, span of prompts, busy or not.

    `peak` is -1, or twice the number of the kind of busy hours, and 1 more inside them.
    """
    far = micro(LAST) * 2
    rows = []
    for number, segments in enumerate(tariffs):
        for one in segments:
            span = (number, max(one.begins, 0), min(one.ends, far))
            for band, rates in enumerate(one.bands):
                if band > len(one.tiers):
                    break
                begins = one.tiers[band - 1] + 1 if band else 0
                ends = one.tiers[band] + 1 if band < len(one.tiers) else 1 << 50
                if band or one.busy is None or one.peak is None:
                    rows.append((*span, begins, ends, -1, *rates))
                else:
                    kind = 2 * peaks.index(tuple(one.peak.weekdays))
                    rows.append((*span, begins, ends, kind, *rates))
                    rows.append((*span, begins, ends, kind + 1, *one.busy))
    names = ["of", "begins", "ends", "prompt_from", "prompt_to", "peak", *RATE_COLUMNS]
    columns = [pa.array(one, pa.int64()) for one in zip(*rows, strict=True)]
    for place in (1, 2):
        columns[place] = columns[place].cast(pa.timestamp("us"))
    return pa.table(columns, names=names)


def by_row(calls: Relation, rows: Relation, peaks: Any) -> Relation:
    """Join every call with its price, price it, and add up."""
    ts = calls.ts
    hour, weekday = ts.hour(), ts.day_of_week.index()
    flags = {}
    for number, peak in enumerate(peaks):
        hours = ibis.literal(False)
        for begin, end in peak.minutes:
            hours |= (hour >= begin // 60) & (hour < end // 60)
        busy = hours & (weekday < len(peak.weekdays))
        flags[f"peak_{number}"] = ibis.ifelse(busy, 1, 0).cast("int64") + 2 * number
    calls = calls.mutate(**flags)
    fits = rows.peak == -1
    for name in flags:
        fits |= rows.peak == calls[name]
    joined = calls.left_join(
        rows,
        [
            calls.tariff == rows["of"], calls.ts >= rows.begins, calls.ts < rows.ends,
            calls.context >= rows.prompt_from, calls.context < rows.prompt_to,
            fits,
        ],
    )  # fmt: skip
    cost = sum(joined[name] * joined[rate]
               for name, rate in zip(TOKEN_CLASSES, RATE_COLUMNS, strict=True))  # fmt: skip
    one = joined.select("tariff", "calls", cost=cost.cast(WHOLE))
    return one.group_by("tariff").agg(calls=one.calls.sum(), cost=one.cost.sum())


def timed(ask: Callable[..., Any], *given: object) -> tuple[float, Any]:
    """Return seconds and the answer."""
    begin = time.perf_counter()
    found = ask(*given)
    return time.perf_counter() - begin, found


def total(table: pa.Table) -> int:
    """Add up femto-dollars."""
    return sum(int(one) for one in table["cost"].to_pylist() if one is not None)


def by_genai_prices(row: dict[str, Any], vendor: str, model: str) -> None:
    """Price a call with genai-prices. Raises for what it doesn't know."""
    usage = TheirUsage(
        input_tokens=row["context"], cache_read_tokens=row["cache_read"],
        cache_write_tokens=row["cache_write"], output_tokens=row["output"],
    )  # fmt: skip
    at = row["ts"].replace(tzinfo=UTC)
    calc_price(usage, model_ref=model, provider_id=vendor, genai_request_timestamp=at)


def by_litellm(row: dict[str, Any], vendor: str, model: str) -> None:
    """Price a call with litellm, at the prices that it has. Raises for what it doesn't know."""
    os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # it would look for a newer one
    litellm: Any = import_module("litellm")
    litellm.suppress_debug_info = True
    litellm.cost_per_token(
        model=model, custom_llm_provider={"google": "gemini"}.get(vendor, vendor),
        prompt_tokens=row["context"], completion_tokens=row["output"],
        cache_creation_input_tokens=row["cache_write"], cache_read_input_tokens=row["cache_read"],
    )  # fmt: skip


RIVALS = {"genai_prices": by_genai_prices, "litellm": by_litellm}


def one_by_one(table: pa.Table, names: list[str], ours: float) -> None:
    """Price a sample with each of the others that is installed; only calls that it knows count."""
    rows = table.slice(0, SAMPLE).to_pylist()
    for package, price in RIVALS.items():
        if find_spec(package) is None:
            print(f"{package} is not installed")
            continue

        def known(row: dict[str, Any], price: Callable[..., None] = price) -> bool:
            vendor, _, model = names[row["tariff"]].partition("/")
            try:
                price(row, vendor, model)
            except Exception:  # each raises a kind of its own for a model
                return False
            return True

        wanted = [row for row in rows if known(row)]
        if not wanted:
            print(f"{package} knows none of the sample")
            continue
        seconds, _ = timed(list, map(known, wanted))
        theirs = len(wanted) / seconds
        print(f"{package}: {theirs:,.0f} calls a second ({len(wanted)} of {SAMPLE} known); "
              f"ours are {ours / theirs:,.0f} times as fast")  # fmt: skip


def main() -> None:
    """Measure both forms in turn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000_000)
    number = parser.parse_args().calls
    book = RateBook(rates_of(read_price_book()))
    priced_names = Tariffs(book)
    names = list(book.full_names)
    tariffs = [list(priced_names.of(Selector(model=name))) for name in names]
    known = [place for place, one in enumerate(tariffs) if any(s.bands for s in one)]
    names, tariffs = [names[p] for p in known], [without_holidays(tariffs[p]) for p in known]
    table = drawn(number, len(tariffs), seed=1)
    bands = bands_of(tariffs, micro(FIRST), micro(LAST))
    engine = ibis.duckdb.connect()
    calls = engine.create_table("calls", table)
    rates = engine.create_table("rates", rate_table(bands))
    tables = PricedTables(engine.create_table("borders", border_table(bands)), rates)
    kinds = [tuple(peak.weekdays) for peak in bands.peaks]
    rows = engine.create_table("prices", price_rows(tariffs, kinds))
    print(f"Python {platform.python_version()}, {number:,} calls, {len(tariffs)} models, "
          f"{bands.changes} changes and {bands.thresholds} thresholds at most, "
          f"{len(bands.rows):,} rows of bands, {rows.count().execute():,} of prices\n")  # fmt: skip
    ours = priced(calls, tables, bands, ["tariff"])
    theirs = by_row(calls, rows, bands.peaks)
    pairs = []
    for _ in range(RUNS):
        first, by_band = timed(ours.to_pyarrow)
        second, row_form = timed(theirs.to_pyarrow)
        pairs.append((first, second))
    speed = [number / statistics.median(pair[n] for pair in pairs) / 1e6 for n in (0, 1)]
    ratio = statistics.median(second / first for first, second in pairs)
    same = "the same" if total(by_band) == total(row_form) else "DIFFERENT"
    print(f"bands: {speed[0]:.1f}M calls a second; by row: {speed[1]:.1f}M; "
          f"{ratio:.2f} times as fast; totals {same}")  # fmt: skip
    one_by_one(table, names, speed[0] * 1e6)


if __name__ == "__main__":
    main()
