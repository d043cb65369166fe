"""Costs that others published, from their token counts and the prices of the day.

Three benchmarks printed both what they spent and how many tokens it took, so the product's own
engine can be held to the totals: prices out of a price table, tokens in, dollars out. Runs of 2025
at prices that the shipped tables do not hold have them in `prices_of_2025.yaml` beside this file.

What a reader would get wrong: agreement proves the price and the arithmetic only where the price
was found elsewhere. Two of Aider's rows stand on prices that were inferred from their totals.
Aider counts prompt and completion tokens but not which of them came from a cache, so some totals
lie below ours, and Terminal-Bench's own costs ignore its caches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from advisor.engine.cost import BillingTerms, token_rates
from advisor.engine.prices import Service, price_at
from advisor.load.price_book import read_price_book
from advisor.load.yaml_source import read_yaml, validate
from advisor.model.book import Offer, PricingFile, Vendor
from advisor.model.scalars import parse_instant
from advisor.units import TOKEN_CLASSES

CENT = 0.01
BOOK = read_price_book()

# Aider's row -> the model whose price it paid. Ten are met to the cent.
EXACT = {
    "claude-opus-4-20250514 (no think)": "claude-opus-4-20250514",
    "claude-opus-4-20250514 (32k thinking)": "claude-opus-4-20250514",
    "gemini-2.5-flash-preview-05-20 (no think)": "gemini-2.5-flash-preview-05-20",
    "gemini-2.5-pro-preview-06-05 (32k think)": "gemini-2.5-pro-preview-06-05",
    "o3-pro (high)": "o3-pro",
    "grok-4 (high)": "grok-4",
    "DeepSeek-V3.2-Exp (Reasoner)": "deepseek-chat",  # in the shipped tables, with its history
    "DeepSeek-V3.2-Exp (Chat)": "deepseek-chat",
}
INFERRED = {"Kimi K2": "kimi-k2", "gpt-oss-120b (high)": "gpt-oss-120b"}
# Part of the prompt came from a cache, and the rows do not say how much: 11 % to 31 % would
# explain all of them but one.
CACHED = {
    "claude-sonnet-4-20250514 (no thinking)": "claude-sonnet-4-20250514",
    "claude-sonnet-4-20250514 (32k thinking)": "claude-sonnet-4-20250514",
    "gemini-2.5-pro-preview-06-05 (default think)": "gemini-2.5-pro-preview-06-05",  # not explained
    "o3 (high)": "o3",
    "o3": "o3",
    "gpt-5 (high)": "gpt-5",
    "gpt-5 (medium)": "gpt-5",
    "gpt-5 (low)": "gpt-5",
}
UNLIKE = {
    # 63 % of the prompt read from the cache at 0.14.
    "DeepSeek R1 (0528)": "deepseek-r1-0528",
    # Reasoning cost 3.50 and text 0.60, and the row does not split its output.
    "gemini-2.5-flash-preview-05-20 (24k think)": "gemini-2.5-flash-preview-05-20-thinking",
    # The editor's cost is in the total and its tokens are not.
    "o3 (high) + gpt-4.1": "o3",
}


def offers_of_2025() -> dict[str, Offer]:
    """Read the prices that only these tests need."""
    document = read_yaml(Path(__file__).with_name("prices_of_2025.yaml"))
    parsed, faults = validate(document, PricingFile)
    assert parsed is not None, faults
    vendor = Vendor(parsed.vendor or "", parsed.name or "", parsed.country)
    return {id_: Offer(id_, vendor, model) for id_, model in parsed.models.items()}


OF_2025 = offers_of_2025()


@dataclass(frozen=True)
class Run:
    """What a benchmark published of a run: when, its tokens by class, and dollars."""

    day: str
    tokens: Mapping[str, float]
    published: float


def cost(model: str, run: Run) -> float:
    """Let the engine price a run at the list prices of its day."""
    offer = OF_2025.get(model) or BOOK.find(model)
    assert offer is not None, model
    prices = price_at(Service(offer), parse_instant(run.day), BOOK.calendars)
    tokens = np.array([run.tokens.get(token_class, 0.0) for token_class in TOKEN_CLASSES])
    return float(tokens @ token_rates(prices, BillingTerms()))


@pytest.fixture(scope="module")
def aider(data_folder: Path) -> dict[str, Run]:
    """Read Aider's polyglot leaderboard: totals over 225 cases."""
    table = pd.read_csv(data_folder / "aider" / "aider_cost_check.csv")
    return {
        row.model: Run(
            row.date,
            {"input": row.prompt_tokens, "output": row.completion_tokens},
            row.total_cost,
        )
        for row in table.itertuples()
    }


@pytest.fixture(scope="module")
def deepswe(data_folder: Path) -> dict[str, Run]:
    """Read the two configurations of DeepSWE that are printed whole: means over the attempts."""
    table = pd.read_csv(data_folder / "deepswe" / "deepswe_v1.1_full_rows_2026-09-14.csv")
    table = table.rename(columns=lambda name: name.removeprefix("mean_")).fillna(0)
    return {
        row.model: Run(
            "2026-09-14",
            {
                "input": row.input_tokens - row.cache_read_tokens - row.cache_write_tokens,
                "cache_write": row.cache_write_tokens,
                "cache_read": row.cache_read_tokens,
                "output": row.output_tokens,  # reasoning is part of it
            },
            row.cost_usd,
        )
        for row in table.itertuples()
    }


@pytest.fixture(scope="module")
def terminal_bench(data_folder: Path) -> dict[tuple[str, str], Run]:
    """Read the five rows of Terminal-Bench 2.0 at full precision: sums over 89 tasks."""
    table = pd.read_csv(data_folder / "terminal_bench" / "tb2.0_hero_full_precision_top5.csv")
    return {
        (row.agent, row.model): Run(
            "2025-11-04",
            {
                "input": row.input_tokens_sum_over_89_tasks,
                "output": row.output_tokens_sum_over_89_tasks,
            },
            row.cost_usd_list_no_cache,
        )
        for row in table.itertuples()
    }


def test_every_row_of_aider_has_its_place(aider: dict[str, Run]) -> None:
    """The 21 rows with tokens and dollars are all below, none twice."""
    placed = [*EXACT, *INFERRED, *CACHED, *UNLIKE]

    assert sorted(placed) == sorted(aider)


@pytest.mark.parametrize(("row", "model"), EXACT.items())
def test_the_published_total_is_met_to_the_cent(
    aider: dict[str, Run], row: str, model: str
) -> None:
    """Prompt and completion tokens at the price of the day give what Aider paid."""
    assert cost(model, aider[row]) == pytest.approx(aider[row].published, abs=CENT / 2, rel=0)


@pytest.mark.parametrize(("row", "model"), INFERRED.items())
def test_an_inferred_price_gives_its_total_back(
    aider: dict[str, Run], row: str, model: str
) -> None:
    """Two prices at OpenRouter were found from these totals: this checks arithmetic, no price."""
    assert cost(model, aider[row]) == pytest.approx(aider[row].published, abs=CENT / 2, rel=0)


@pytest.mark.parametrize(("row", "model"), [*EXACT.items(), *INFERRED.items(), *CACHED.items()])
def test_the_published_total_is_met_within_a_tenth(
    aider: dict[str, Run], row: str, model: str
) -> None:
    """With caches that nobody counted, 18 of 21 totals still lie within 10 % of ours."""
    assert cost(model, aider[row]) == pytest.approx(aider[row].published, rel=0.10)


@pytest.mark.parametrize(("row", "model"), UNLIKE.items())
def test_three_totals_cannot_be_met_from_what_is_published(
    aider: dict[str, Run], row: str, model: str
) -> None:
    """They are off by more than a tenth, each for a known reason: so they stay out of the claim."""
    assert cost(model, aider[row]) != pytest.approx(aider[row].published, rel=0.10)


def test_astra_costs_what_the_board_shows(deepswe: dict[str, Run]) -> None:
    """At 10, 12.50, 1 and 50 its mean tokens cost the $4.43 of the board, caches and all."""
    assert f"{cost('gpt-6-astra', deepswe['gpt-6-astra']):.2f}" == "4.43"


def test_flash_costs_what_the_board_shows(deepswe: dict[str, Run]) -> None:
    """Gemini 3.8 Flash, of whose prompts 99 % came from a cache, is within half a percent."""
    run = deepswe["gemini-3.8-flash"]

    assert cost("gemini-3.8-flash", run) == pytest.approx(run.published, rel=0.005)


@pytest.mark.parametrize(
    ("agent", "model"),
    [
        ("codex", "gpt-5"),
        ("codex", "gpt-5-codex"),
        ("terminus-2", "gpt-5-codex"),
        ("openhands", "gpt-5"),
        ("terminus-2", "claude-sonnet-4-5-20250929"),  # found by its alias
    ],
)
def test_terminal_bench_is_met_exactly(
    terminal_bench: dict[tuple[str, str], Run], agent: str, model: str
) -> None:
    """List prices without any caching give the published sums to all six digits printed."""
    run = terminal_bench[(agent, model)]

    assert cost(model, run) == pytest.approx(run.published, abs=1e-6, rel=0)
