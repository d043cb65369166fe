"""False alarms a month and runaways found, on made teams whose days are known to be plain or not.

    python bench/anomalies.py

A team is 40 people for three months: each has a level of its own (lognormal between people), works
on most weekdays, is away for a week, some join late. Days are lognormal around the level, or of
heavier tails as named. In half of the teams one person has three days at a factor of the usual.
"""

from __future__ import annotations

import numpy as np

from advisor.answers.usage.anomalies import unusual
from advisor.tables.anomalies import PERSON

PEOPLE, DAYS, TEAMS = 40, 91, 60
FIRST = 20_454  # 2026-01-01
TAILS = ("lognormal, 0.5", "lognormal, 0.8", "one day in 20 at 4 times", "Student t of 5")


def team(random: np.random.Generator, tail: str) -> dict[str, dict[int, float]]:
    """Make a team without anything unusual."""
    found = {}
    for person in range(PEOPLE):
        level = np.log(8) + random.normal(0, 0.9)
        begins = 0 if person % 8 else int(random.integers(0, 70))
        away = int(random.integers(0, DAYS - 7))
        days = {}
        for day in range(begins, DAYS):
            weekday = (FIRST + day + 3) % 7
            works = random.random() < (0.85 if weekday < 5 else 0.08)
            if works and not away <= day < away + 7:
                quiet = -0.7 if weekday >= 5 else 0.0
                days[FIRST + day] = float(np.exp(level + quiet + _noise(random, tail)))
        if days:
            found[f"p{person}"] = days
    return found


def _noise(random: np.random.Generator, tail: str) -> float:
    if tail == "lognormal, 0.5":
        return float(random.normal(0, 0.5))
    if tail == "lognormal, 0.8":
        return float(random.normal(0, 0.8))
    if tail == "Student t of 5":
        return float(0.6 * random.standard_t(5))
    return float(random.normal(0, 0.6) + (np.log(4) if random.random() < 0.05 else 0))


def main() -> None:
    """Measure and print."""
    print("| days of people | false alarms a month | found at 10 × | at 20 × | at 50 × |")
    print("|---|--:|--:|--:|--:|")
    for tail in TAILS:
        random = np.random.default_rng(11)
        alarms, seen = 0, dict.fromkeys((10, 20, 50), 0)
        for _ in range(TEAMS):
            days = team(random, tail)
            alarms += len(unusual(PERSON, days))
            for factor in seen:
                runs = {name: dict(own) for name, own in days.items()}
                name = f"p{int(random.integers(1, 8))}"
                usual = float(np.median(list(runs[name].values())))
                for day in sorted(runs[name])[-3:]:
                    runs[name][day] = factor * usual
                seen[factor] += any(one.name == name for one in unusual(PERSON, runs))
        a_month = alarms / TEAMS / (DAYS / 30.44)
        cells = " | ".join(f"{count / TEAMS:.0%}" for count in seen.values())
        print(f"| {tail} | {a_month:.2f} | {cells} |")


if __name__ == "__main__":
    main()
