"""Names of models as agents, gateways and clouds write them are those of the price tables."""

from __future__ import annotations

import pytest

from advisor.answers.usage.names import Names, channel_of
from advisor.answers.usage.rates import rates_of
from advisor.load.price_book import read_price_book
from advisor.model.rates import RateBook


@pytest.fixture(scope="module")
def names() -> Names:
    """Take the names of the shipped tables."""
    return Names(RateBook(rates_of(read_price_book())))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("claude-opus-4-8", "anthropic/claude-opus-4-8"),
        ("Claude-Opus-4.8", "anthropic/claude-opus-4-8"),
        ("claude-haiku-4-5-20251001", "anthropic/claude-haiku-4-5"),
        ("claude-opus-4-5@20251101", "anthropic/claude-opus-4-5"),
        ("anthropic/claude-opus-4.8", "anthropic/claude-opus-4-8"),
        ("openrouter/anthropic/claude-opus-4.8:nitro", "anthropic/claude-opus-4-8"),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", "anthropic/claude-opus-4-5"),
        ("claude-opus-4-8[1m]", "anthropic/claude-opus-4-8"),
        ("claude-opus-4-8-thinking", "anthropic/claude-opus-4-8"),
        ("claude-4.8-opus", "anthropic/claude-opus-4-8"),
        ("models/gemini-2.5-pro", "google/gemini-2.5-pro"),
        ("gpt-5.4-high", "openai/gpt-5.4"),
        ("openai/gpt-5.4", "openai/gpt-5.4"),
    ],
)
def test_a_dressed_up_name_is_known(written: str, meant: str, names: Names) -> None:
    """Paths, clouds, days, windows and efforts are taken away until a model is left."""
    found = names.find(written)

    assert found is not None
    assert [name for *_, name in found.models] == [meant]


@pytest.mark.parametrize(
    "written",
    ["", "-", "house-model-1", "claude", "gpt", "<synthetic>", "opus-9", "*", "["],
)
def test_a_name_that_nobody_sells_is_not_guessed(written: str, names: Names) -> None:
    """What is left over has no price, rather than that of something like it."""
    assert names.find(written) is None


def test_a_name_that_passed_on_means_two(names: Names) -> None:
    """`deepseek-v4-flash` is a model until it retires, and its successor's alias from then on."""
    found = names.find("deepseek-v4-flash")

    assert found is not None
    (_, retired, old), (since, _, new) = found.models
    assert (old, new) == ("deepseek/deepseek-v4-flash", "deepseek/deepseek-flash")
    assert retired == since


def test_an_ending_says_how_it_was_served(names: Names) -> None:
    """`-fast` is a way to be served, and `us.` a region."""
    fast, here = names.find("claude-opus-4-8-fast"), names.find("us.anthropic.claude-opus-4-8")

    assert fast is not None
    assert here is not None
    assert (fast.speed, here.is_regional) == ("fast", True)


@pytest.mark.parametrize(
    ("provider", "name", "channel"),
    [
        ("openrouter", "x", "openrouter"),
        ("", "openrouter/x/y", "openrouter"),
        ("amazon-bedrock", "x", "bedrock"),
        ("", "eu.anthropic.claude-opus-4-5", "bedrock"),
        ("vertex_ai", "x", "vertex"),
        ("azure", "gpt-5.4", "foundry"),
        ("anthropic", "claude-opus-4-8", ""),
        ("", "claude-opus-4-8", ""),
    ],
)
def test_who_bills_is_known(provider: str, name: str, channel: str) -> None:
    """A channel is known by its provider's name, or by the form of the model's."""
    assert channel_of(provider, name) == channel
