"""Who and what a bill means, by names as bills write them, with the shipped price tables."""

from __future__ import annotations

import pytest
from questions import Question, maker

from advisor.answers.forecast.billed_names import Billers, model_finder
from advisor.load.price_book import read_price_book
from advisor.model.charge import NO_SERVICE

BOOK = read_price_book()
ASKED = Question(
    workload={
        "developers": 10,
        "tasks": {"fix": {"per_developer_month": 1, "tokens": {"input": 1}}},
        "options": {"own": {"model": "big", "harness": "shell"}},
    },
    files=[maker("acme", big={"input": 1, "output": 1})],
)
BILLERS = Billers(ASKED.case(), BOOK)
FIND = model_finder(BOOK)


@pytest.mark.parametrize(
    ("name", "biller"),
    [
        ("Anthropic", "anthropic"),
        ("Anthropic, PBC", "anthropic"),
        ("OpenAI OpCo, LLC", "openai"),
        ("GitHub, Inc.", "github"),
        ("Anysphere, Inc.", "cursor"),
        ("OpenRouter, Inc.", "openrouter"),
        ("AWS", "bedrock"),
        ("Amazon Web Services, Inc.", "bedrock"),
        ("Amazon Bedrock", "bedrock"),
        ("Google Cloud", "vertex"),
        ("Google Vertex AI", "vertex"),
        ("Microsoft", "foundry"),
        ("Azure OpenAI", "foundry"),
        ("Moonshot AI", "moonshot"),
        ("Anthropology Ltd", "Anthropology Ltd"),
    ],
)
def test_billers_are_known_by_their_usual_names(name: str, biller: str) -> None:
    """Names of the tables and those that invoices use."""
    assert BILLERS.known_as(name) == biller


@pytest.mark.parametrize(
    ("billed_by", "service", "provider", "biller"),
    [
        ("Amazon Web Services, Inc.", "Amazon Bedrock", "AWS", "bedrock"),
        ("AWS", "Claude Sonnet 4.5 (Amazon Bedrock Edition)", "AWS", "bedrock"),
        ("AWS", "Amazon Elastic Compute Cloud", "AWS", None),
        ("A reseller", "Amazon Elastic Compute Cloud", "AWS", None),
        ("A reseller", "Amazon Bedrock", "AWS", "bedrock"),
        ("Microsoft", "Azure OpenAI Service", "Microsoft", "foundry"),
        ("Microsoft", "Virtual Machines", "Microsoft", None),
        ("Microsoft", "GitHub", "Microsoft", "github"),
        ("Google Cloud", "Vertex AI", "Google Cloud", "vertex"),
        ("Google Cloud", "Compute Engine", "Google Cloud", None),
        ("Anthropic", "Claude API", "Anthropic", "anthropic"),
        ("AWS", "", "AWS", "bedrock"),
        ("AWS", NO_SERVICE, "AWS", None),
        ("Amazon Bedrock", NO_SERVICE, "", "bedrock"),
        ("Anthropic", NO_SERVICE, "", "anthropic"),
    ],
)
def test_of_a_clouds_bill_the_services_count_that_sell_models(
    billed_by: str, service: str, provider: str, biller: str | None
) -> None:
    """None is for nothing of ours."""
    assert BILLERS.of_row(billed_by, service, provider) == biller


@pytest.mark.parametrize(
    "name",
    [
        "claude-sonnet-5-5",
        "anthropic/claude-sonnet-5-5",
        "anthropic/claude-sonnet-5.5",
        "Claude Sonnet 5.5",
        "claude-5.5-sonnet-thinking",
        "claude-sonnet-5-5@20260930",
        "us.anthropic.claude-sonnet-5-5-v1:0",
        "us.anthropic.claude-sonnet-5-5-20260930-v1:0",
        "anthropic/claude-sonnet-5.5:thinking",
        "Claude Sonnet 5.5 (Amazon Bedrock Edition)",
    ],
)
def test_a_model_is_known_by_every_way_of_writing_it(name: str) -> None:
    """Ids, names, other people's prefixes, versions and dates."""
    found = FIND(name)

    assert found is not None
    assert found.full_name == "anthropic/claude-sonnet-5-5"


@pytest.mark.parametrize(
    "name", ["claude-sonnet-55", "claude-sonnet", "sonnet", "gpt-99", "", "5.5"]
)
def test_a_name_that_is_no_models_stays_unknown(name: str) -> None:
    """Near is not the same."""
    assert FIND(name) is None


def test_every_model_of_the_tables_is_found_by_its_own_name() -> None:
    """But for one whose name an alias has taken over."""
    lost = [
        one.id for one in BOOK.offers if (found := FIND(one.model.name)) is None or found != one
    ]

    assert lost == ["deepseek-v4-flash"]


def test_digits_keep_their_order() -> None:
    """4.5 is not 5.4, whatever the order of the other words."""
    four, five = FIND("claude-4.5-opus"), FIND("opus claude 4.6")

    assert (four and four.id, five and five.id) == ("claude-opus-4-5", "claude-opus-4-6")
