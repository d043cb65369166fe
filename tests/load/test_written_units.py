"""Units that make no sense, signs of other money, and amounts that may be thousands: all faults."""

from __future__ import annotations

from decimal import Decimal

import pytest

from advisor.load.scalars import read_marked
from advisor.load.yaml_source import parse_yaml, validate
from advisor.model.workload import Workload
from advisor.units import InDollars, InPercent

OPTION = "developers: 4\noptions: {o: {model: m, %s}}"
TASK = "developers: 4\ntasks: {t: {%s}}"
BILL = "developers: 4\nbilled: {vendor: v, month: 2026-10, %s}"


def faults_in(text: str) -> list[str]:
    """Return what is wrong with a file, without its hints."""
    _, faults = validate(parse_yaml(text, "f"), Workload)
    return [str(fault).partition("\n")[0] for fault in faults]


@pytest.mark.parametrize(
    "text",
    [
        "developers: 50%",
        "developers: {2027-01: 4, 2027-05: 50%}",
        "teams: {a: {developers: 50%}}",
        "teams: {a: {developers: 5, seats: 300%}}",
        "developers: 4\nmonths: 1200%",
        "developers: 4\nfiscal_year_starts: 400%",
        "developers: 4\nbudget: 50%",
        "developers: 4\nbudget: {total: 50%}",
        "developers: 4\nhours: 10%",
        "developers: 4\nhours: [10%, 20]",
        "developers: 4\nhour: 90%",
        "developers: 4\nswitching_days_per_developer: 50%",
        "developers: 4\nusage_spread: {p50: 50%, p90: 2}",
        "developers: 4\nusage: {cache_read: 50%}",
        "developers: 4\nusage: {cache_read: {p50: 50%, p90: 9}}",
        "developers: 4\ncontracts: {anthropic: {commitment: 50%}}",
        "developers: 4\npolicy: {vendor_overhead: 50%}",
        "developers: 4\npolicy: {max_vendors: 200%}",
        "developers: 4\nlimits: {annual_spend: 50%}",
        "developers: 4\nlimits: {unmet_tasks: 50%}",
        "developers: 4\nlimits: {prices_age_days: 50%}",
        "developers: 4\nlimits: {prompt_tokens: {at_most: 50%, on: x}}",
        "developers: 4\nlimits: [{limit: monthly_spend, at_most: 9_000, warn_at: 90%}]",
        BILL % "cost: 50%",
        BILL % "cost: 9, active_developers: 50%",
        BILL % "cost: 9, seats: 100%",
        BILL % "cost: 9, seat_fees: 50%",
        BILL % "cost: 9, tokens: {input: 50%}",
        OPTION % "cap: 50%",
        OPTION % "seats: 100%",
        OPTION % "prompt_tokens: 50%",
        TASK % "per_developer_month: 50%",
        TASK % "per_month: 50%",
        TASK % "once: {month: 2027-03, tasks: 50%}",
        TASK % "per_month: 9, value: 50%",
        TASK % "per_month: 9, review: 50%",
        TASK % "per_month: 9, rework: 50%",
        TASK % "per_month: 9, check: 50%",
        TASK % "per_month: 9, tokens: {output: 50%}",
    ],
)  # fmt: skip
def test_per_cent_is_no_amount(text: str) -> None:
    """People, months, money, tokens, tasks and hours are not written in per cent."""
    (fault,) = faults_in(text)

    assert fault.startswith("f:")
    assert "%" in fault


@pytest.mark.parametrize(
    "text",
    [
        "developers: $40",
        "developers: 4\nmonths: $12",
        "developers: 4\nadoption: $0.5",
        "developers: 4\ngrowth: $0.05",
        "developers: 4\nintensity: $1.2",
        "developers: 4\nrebound: $1",
        "developers: 4\nlevel_spread: $0.3",
        "developers: 4\nusage: {output: $5}",
        "developers: 4\nbudget: {total: 9, quarters: [$0.25, 0.25, 0.25, 0.25]}",
        "developers: 4\nbudget: {total: 9, confidence: $0.9}",
        "developers: 4\npolicy: {min_quality: $0.9}",
        "developers: 4\npolicy: {max_vendor_share: $0.9}",
        "developers: 4\npolicy: {cost_ratio_on_failure: $1}",
        "developers: 4\ncontracts: {anthropic: {discount: $0.5}}",
        "developers: 4\ncontracts: {anthropic: {price_change: {2027-01: $0.5}}}",
        "developers: 4\nlimits: {quality: $0.9}",
        "developers: 4\nlimits: {value_per_dollar: $3}",
        "developers: 4\nlimits: {unmet_tasks: $3}",
        OPTION % "quality: $0.9",
        OPTION % "token_multiplier: $1.2",
        OPTION % "token_multiplier: {default: 1, t: $1.2}",
        OPTION % "relative_cost: [$0.5, 1]",
        OPTION % "off_peak_share: $0.5",
        TASK % "per_month: 9, success: $0.9",
        TASK % "per_month: 9, detection: $0.9",
        TASK % "per_month: $9",
    ],
)  # fmt: skip
def test_a_dollar_sign_stands_before_money_alone(text: str) -> None:
    """Counts, shares, factors and qualities are not dollars."""
    (fault,) = faults_in(text)

    assert fault.endswith(("not dollars", "not dollars or in per cent"))


@pytest.mark.parametrize(
    "text",
    [
        "developers: 4\nadoption: 50%\nrebound: 20%\nlevel_spread: 30%\ngrowth: 3%",
        "developers: 4\nbudget: {total: $9_000, quarters: [25%, 25%, 25%, 25%], confidence: 90%}",
        "developers: 4\nhour: $95\nhours: 12.5\nintensity: 120%",
        "developers: 1.25\nmonths: 12\ncontracts: {anthropic: {discount: 5%, commitment: $5k}}",
        "developers: 4\ncontracts: {openai: {price_change: {2027-01: +20%, 2027-06: -10%}}}",
        "developers: 4\nlimits: {annual_spend: $50k, quality: 80%, increase: 5%, unmet_tasks: 3}",
        "developers: 4\nusage: {cache_read: 2.125M, output: 1.875}",
        BILL % "cost: $8_400.50, active_developers: 3.5, seat_fees: $40",
        OPTION % "cap: $200, quality: 95%, token_multiplier: 80%, off_peak_share: 30%",
        TASK % "per_developer_month: 1.875, success: 84%, value: $1.25, check: $0.01",
    ],
)  # fmt: skip
def test_units_that_make_sense_are_taken(text: str) -> None:
    """A share in per cent, money in dollars, and numbers without any."""
    assert faults_in(text) == []


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("developers: 4\nbudget: 90.000", "write 90_000 or 90"),
        ("developers: 4\nbudget: $90.000", "write 90_000 or 90"),
        (BILL % "cost: 8.400", "write 8_400 or 8.4"),
        (BILL % "cost: 19.437", "write 19_437 or 19.4370"),
        (BILL % "cost: 900, seat_fees: 1.100", "write 1_100 or 1.1"),
        ("developers: 4\nlimits: {annual_spend: 50.000}", "write 50_000 or 50"),
        ("developers: 1.200", "write 1_200 or 1.2"),
        ("developers: 4\ncontracts: {anthropic: {commitment: 2.500}}", "write 2_500 or 2.5"),
        (TASK % "per_month: 4.000", "write 4_000 or 4"),
    ],
)
def test_what_may_be_thousands_or_thousandths_is_asked_about(text: str, plain: str) -> None:
    """Money typed the continental way is not taken for a thousandth of itself."""
    (fault,) = faults_in(text)

    assert fault.endswith(f" may be thousands or thousandths: {plain}")


@pytest.mark.parametrize("cost", ["€8400", "8400 €", "£8,400", "¥8_400", "'€ 8400'"])
def test_a_sign_of_other_money_is_a_fault(cost: str) -> None:
    """The hint says where a currency is named, and does not just drop the sign."""
    _, faults = validate(parse_yaml(BILL % f"cost: {cost.replace(',', '_')}", "f"), Workload)

    assert [fault.message for fault in faults] == ["must be a number"]
    assert "`currency:`" in faults[0].hint


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("50%", InPercent("0.5")),
        ("$8_400", InDollars(8400)),
        ("-$5", InDollars(-5)),
        ("$1.2k", InDollars(1200)),
        ("2.4", Decimal("2.4")),
        ("8_400", 8400),
        ("text%", "text%"),
        ("$", "$"),
        ("true", True),
    ],
)
def test_a_number_knows_its_unit(text: str, value: object) -> None:
    """It is the same number as without."""
    read = read_marked(text)

    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("20%", "say from when"),
        ("{}", "say from when"),
        ("{2027-13: 20%}", "2027-13"),
        ("{2027-01: 1100%}", "must be from -99% to 1000%"),
        ("{2027-01: -100%}", "must be from -99% to 1000%"),
        ("{2027-01: dear}", "2027-01"),
    ],
)
def test_a_price_change_that_makes_no_sense_is_refused(written: str, said: str) -> None:
    """With the line of the key, and what may stand there."""
    (fault,) = faults_in(f"developers: 4\ncontracts: {{anthropic: {{price_change: {written}}}}}")

    assert fault.startswith("f:2:")
    assert said in fault
