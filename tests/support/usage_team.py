"""A team whose use is known: people, sessions, prompts, caches, tiers, busy hours, growth.

It is written as Claude Code's logs, one home a person, so that a whole run can be held against what
the team was made of. Money comes from `usage_oracle`, which shares no code with the product.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import exp, log
from pathlib import Path
from typing import Any, NamedTuple

import usage_oracle as oracle
from conftest import ROOT
from usage_logs import answer, claude_home

FIRST = datetime(2026, 9, 14, tzinfo=UTC)
DAYS = 84
CALLS = 6
"""Calls of a session."""


class Model(NamedTuple):
    """How a model is used: its share of sessions, and prompts as a lognormal of p50 and p90."""

    share: float
    p50: float
    p90: float
    cached: float


MODELS = {
    "claude-opus-4-8": Model(0.5, 40_000, 120_000, 0.9),
    "gemini-3.1-pro-preview": Model(0.2, 120_000, 320_000, 0.8),
    "claude-haiku-4-5": Model(0.2, 20_000, 60_000, 0.7),
    "deepseek-flash": Model(0.2, 300_000, 700_000, 0.9),
}


class Team(NamedTuple):
    """What a team is made of, and what came of it."""

    people: int
    sessions: int
    growth: float
    homes: list[Path]
    months: float
    cost: Fraction
    by_person: list[Fraction]
    tokens: dict[str, int]


def drawn_team(folder: Path, *, people: int = 6, sessions: int = 60, growth: float = 0.2,
               seed: int = 5) -> Team:  # fmt: skip
    """Draw a team and write its logs; each person uses a half more than the one before."""
    draw = random.Random(seed)  # noqa: S311
    prices = oracle.tables(ROOT / "pricing")
    by_id = {model.id: model for model in prices.models}
    team = Team(people, sessions, growth, [], DAYS / (365.25 / 12), Fraction(0), [], {})
    total, by_person = Fraction(0), []
    for person in range(people):
        lines: dict[str, list[Any]] = {}
        cost = Fraction(0)
        for session in range(round(sessions * 1.5**person / 1.5 ** (people / 2))):
            name = f"p{person}s{session}"
            lines[name] = []
            for line, used, at in _session(draw, name, growth):
                lines[name].append(line)
                model = by_id[line["message"]["model"]]
                prompt = sum(used.values()) - used["output"]
                cost += oracle.call_cost(prices, model, at, prompt, used, ()) or 0
                for key, count in used.items():
                    team.tokens[key] = team.tokens.get(key, 0) + count
        team.homes.append(claude_home(folder / f"dev{person}", lines))
        by_person.append(cost)
        total += cost
    return team._replace(cost=total, by_person=by_person)


def _session(
    draw: random.Random, name: str, growth: float
) -> Iterator[tuple[dict[str, Any], dict[str, int], datetime]]:
    model = draw.choices(list(MODELS), [one.share for one in MODELS.values()])[0]
    how = MODELS[model]
    begins = FIRST + timedelta(days=_day(draw, growth), hours=draw.randrange(24))
    for call in range(CALLS):
        prompt = int(draw.lognormvariate(log(how.p50), log(how.p90 / how.p50) / 1.2815515655))
        prompt = max(100, prompt)
        read = int(prompt * how.cached)
        write = (prompt - read) // 2
        used = {
            "input": prompt - read - write, "cache_write": write, "cache_write_1h": 0,
            "cache_read": read, "output": draw.randrange(200, 4000),
        }  # fmt: skip
        at = begins + timedelta(minutes=7 * call, seconds=draw.randrange(60))
        yield _line(name, call, model, used, at), used, at


def _day(draw: random.Random, growth: float) -> int:
    """Draw a day, later ones as likelier as use grows; the first and the last are not left out."""
    days = range(DAYS)
    return draw.choices(days, [exp(log(1 + growth) * day / (365.25 / 12)) for day in days])[0]


def _line(
    name: str, call: int, model: str, used: dict[str, int], at: datetime
) -> dict[str, Any]:  # fmt: skip
    split = {
        "ephemeral_5m_input_tokens": used["cache_write"], "ephemeral_1h_input_tokens": 0,
    }  # fmt: skip
    return answer(
        f"{name}c{call}", request=f"r{name}c{call}", session=name, model=model,
        fresh=used["input"], read=used["cache_read"], write=used["cache_write"],
        output=used["output"], split=split, ts=f"{at:%Y-%m-%dT%H:%M:%S}.000Z",
    )  # fmt: skip
