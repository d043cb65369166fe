"""The pooled answer a second time, from its definition: loops, sums and elimination, no arrays.

Shares no code with `advisor.evidence`. A record or a question is a plain mapping of what it is of.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

At = Mapping[str, Any]


def steps_between(one: At, other: At) -> float | None:
    """Count the steps over the nearest model that both descend from; None of strangers."""
    for up, model in enumerate(one["line"]):
        if model in other["line"]:
            return up + list(other["line"]).index(model)
    return None


def alikeness(spreads: Mapping[str, float], one: At, other: At) -> float:
    """Return how far what is peculiar to one board holds on the other."""
    house = spreads["house"] if one["own"] and other["own"] else 0.0
    whole = spreads["alike"] if one["class"] == other["class"] else 0.0
    rest = 1 - spreads["alike"] - (spreads["house"] if one["own"] else 0.0)
    return whole + house + (rest if one["board"] == other["board"] else 0.0)


def covariance(spreads: Mapping[str, float], one: At, other: At) -> float:
    """Add up what two set-ups share."""

    def same(*keys: str) -> float:
        return float(all(one[key] == other[key] for key in keys))

    steps = steps_between(one, other)
    price, place = one["price"] * other["price"], one["place"] * other["place"]
    everywhere = {
        "board": same("board"), "effort": same("effort"), "price": price,
        "open_weights": float(one["open"] and other["open"]), "year": one["year"] * other["year"],
        "maker": same("maker"), "price_by_maker": same("maker") * price,
        "model": 0.0 if steps is None else spreads["line"] ** steps,
        "tool": same("tool"), "tool_by_maker": same("tool", "maker"),
        "tool_by_model": same("tool", "model"), "effort_by_model": same("model") * place,
        "effort_by_maker": same("maker") * place,
    }  # fmt: skip
    of_board = {
        "board_by_model": same("model"), "board_by_maker": same("maker"),
        "board_by_tool": same("tool"), "board_by_open": everywhere["open_weights"],
        "effort_by_board": place,
    }  # fmt: skip
    alike = alikeness(spreads, one, other)
    total = sum(spreads[name] ** 2 * part for name, part in everywhere.items())
    total += sum(spreads[name] ** 2 * part * alike for name, part in of_board.items())
    is_one_run = one is other or bool(
        one["own"] and other["own"] and same("model", "effort", "tool", "board")
    )
    return float(total + (spreads["rerun"] ** 2 if is_one_run else 0.0))


def solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Solve by elimination; the matrix is positive definite, so no pivot is needed."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for n in range(size):
        for m in range(n + 1, size):
            factor = rows[m][n] / rows[n][n]
            rows[m] = [a - factor * b for a, b in zip(rows[m], rows[n], strict=True)]
    answer = [0.0] * size
    for n in reversed(range(size)):
        known = sum(rows[n][m] * answer[m] for m in range(n + 1, size))
        answer[n] = (rows[n][size] - known) / rows[n][n]
    return answer


def step(
    spreads: Mapping[str, float], records: Sequence[At], option: At, reference: At
) -> tuple[float, float]:
    """Return the mean of a difference and its standard deviation.

    Each record has a `value` and a `variance` of its own beside what it is of.
    """
    middle = sum(one["value"] for one in records) / len(records)
    table = [
        [covariance(spreads, a, b) + (a["variance"] if a is b else 0.0) for b in records]
        for a in records
    ]
    across = [
        covariance(spreads, option, one) - covariance(spreads, reference, one) for one in records
    ]
    weights = solved(table, across)
    mean = sum(
        weight * (one["value"] - middle) for weight, one in zip(weights, records, strict=True)
    )
    before = (
        covariance(spreads, option, option)
        + covariance(spreads, reference, reference)
        - 2 * covariance(spreads, option, reference)
    )
    told = sum(weight * one for weight, one in zip(weights, across, strict=True))
    return mean, math.sqrt(before - told)
