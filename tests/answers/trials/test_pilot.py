"""`advisor pilot`: what is believed after trials, how sure, what to try next, and the profile."""

from __future__ import annotations

import json
import re
import time
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_line import run
from test_trials import HEADS, drawn, written

from advisor.answers.trials.estimates import estimate
from advisor.answers.trials.intervals import (
    correlation_of_class,
    correlation_over_classes,
    cost_spread,
    success_spread,
)
from advisor.answers.trials.mixes import TrialMenu
from advisor.answers.trials.table import ClassTrials, TrialSet, column_means, lay_out
from advisor.answers.trials.value_of_information import next_trials, worths_at_stake
from advisor.load.profile_book import read_profiles
from advisor.load.trial_file import read_trials

SEEN = (True, True)
WEIGHTS = np.array([0.5, 0.5])


# --- how sure


def test_intervals_cover_the_means_of_further_tasks() -> None:
    """Of 90% intervals 85 to 96% hold the mean of as many further tasks."""
    covered = []
    for seed in range(6):
        trials = drawn(agents=20, tasks=60, seed=seed)
        first, then = (trials.among([np.arange(a, a + 30)] * 2) for a in (0, 30))
        spread = success_spread(first, estimate(first, SEEN))
        came = np.array([column_means(one.resolved, one.tried) for one in then.classes]).T
        covered.append(((spread.p05 <= came) & (came <= spread.p95)).mean())

    assert 0.85 <= np.mean(covered) <= 0.96


def test_intervals_of_costs_cover_the_means_of_further_tasks() -> None:
    """Costs are heavy-tailed, and their intervals hold all the same."""
    covered = []
    for seed in range(6):
        trials = drawn(agents=20, tasks=60, seed=seed)
        first, then = (trials.among([np.arange(a, a + 30)] * 2) for a in (0, 30))
        spread = cost_spread(first, estimate(first, SEEN))
        came = np.array([one.cost.mean(axis=0) for one in then.classes]).T
        covered.append(((spread.p05 <= came) & (came <= spread.p95)).mean())

    assert 0.85 <= np.mean(covered) <= 0.98


def test_the_correlation_of_failures_lies_in_its_interval() -> None:
    """Estimated on a third of the tasks, the interval holds what all tasks show."""
    trials = drawn(agents=15, tasks=600)
    whole = correlation_over_classes([correlation_of_class(one) for one in trials.classes])
    third = trials.among([np.arange(0, 600, 3)] * 2)
    part = correlation_over_classes([correlation_of_class(one) for one in third.classes])

    assert part.p05 < whole.mean < part.p95


def test_classes_that_differ_widen_the_interval() -> None:
    """What differs between classes is not known the better for many tasks in each."""
    alike = correlation_over_classes([(0.5, 0.02), (0.5, 0.02)])
    apart = correlation_over_classes([(0.3, 0.02), (0.7, 0.02)])

    assert apart.mean == pytest.approx(alike.mean)
    assert apart.p95 - apart.p05 > 5 * (alike.p95 - alike.p05)


# --- what to try next


def two_contenders(tasks: int = 20, seed: int = 5) -> TrialSet:
    """Draw two good agents that look alike and four hopeless ones, all at one price."""
    rng = np.random.default_rng(seed)
    chance = np.array([0.7, 0.7, 0.05, 0.05, 0.05, 0.05])
    classes = [
        ClassTrials(
            name,
            (rng.random((tasks, 6)) < chance).astype(float),
            np.exp(rng.normal(0, 0.1, (tasks, 6))),
        )
        for name in ("fix", "tests")
    ]
    return TrialSet(tuple("abcdef"), tuple(classes))


def test_trials_go_to_those_that_may_be_best() -> None:
    """Nobody spends trials on an agent that is out of reach."""
    trials = two_contenders()
    even = estimate(trials, (False, False), as_tried=False)
    plan = next_trials(trials, even, weights=WEIGHTS, worths=[3.0], number=100)

    assert plan
    assert {one.agent for one in plan} <= {0, 1}


def test_a_class_without_work_is_not_worth_a_trial() -> None:
    """Where a class has no share of the work to come, and tells nothing, nothing is tried there."""
    trials = two_contenders()
    even = estimate(trials, (False, False), as_tried=False)
    weights = np.array([1.0, 0.0])
    plan = next_trials(trials, even, weights=weights, worths=[3.0], number=40)

    assert max(plan, key=lambda one: one.trials).task_class == 0


def test_no_more_trials_are_planned_than_asked_for() -> None:
    """The plan keeps its number."""
    even = estimate(drawn(), SEEN, as_tried=False)
    plan = next_trials(drawn(), even, weights=WEIGHTS, worths=[3.0], number=100)

    assert sum(one.trials for one in plan) <= 100


def test_more_trials_are_worth_less_each() -> None:
    """What has been learnt is not learnt again: twice the trials gain less than twice."""
    trials = two_contenders()
    even = estimate(trials, SEEN, as_tried=False)
    few, many = (
        sum(one.value for one in next_trials(trials, even, weights=WEIGHTS, worths=[3.0], number=n))
        for n in (100, 200)
    )

    assert few < many < 2 * few


def test_values_are_money() -> None:
    """Where a solved task is worth twice and an attempt costs twice, learning is worth twice."""
    trials = two_contenders()
    dearer = trials._replace(
        classes=tuple(one._replace(cost=2 * one.cost) for one in trials.classes)
    )
    once, twice = (
        next_trials(
            one, estimate(one, SEEN, as_tried=False), weights=WEIGHTS, worths=[worth], number=40
        )[0]
        for one, worth in ((trials, 3.0), (dearer, 6.0))
    )

    assert twice.value == pytest.approx(2 * once.value, rel=1e-6)
    assert twice.cost == pytest.approx(2 * once.cost, rel=1e-6)


def test_the_worth_of_a_task_follows_from_the_frontier() -> None:
    """Unless it is stated, choices are weighed where a larger budget would buy more."""
    worths = worths_at_stake(TrialMenu(estimate(drawn(), SEEN).figures, WEIGHTS))

    assert worths == sorted(worths)
    assert worths[0] > 0


CHANCES = np.array([0.8, 0.7, 0.65, 0.6] + [0.2] * 26)
START, MORE = 6, 200


def contest(rng: np.random.Generator) -> TrialSet:
    """Draw four good agents and 26 poor ones, all at one price."""
    return TrialSet(
        tuple(f"agent-{n:02}" for n in range(len(CHANCES))),
        tuple(
            ClassTrials(
                name,
                (rng.random((300, len(CHANCES))) < CHANCES).astype(float),
                np.exp(rng.normal(0, 0.3, (300, len(CHANCES)))),
            )
            for name in ("fix", "tests")
        ),
    )


def tried_first(truth: TrialSet, numbers: np.ndarray[Any, Any]) -> TrialSet:
    """Return what is seen where each agent tried so many of a class's tasks; (agents, classes)."""
    classes = []
    for one, own in zip(truth.classes, numbers.T, strict=True):
        known = np.arange(one.tasks)[:, None] < own
        classes.append(
            one._replace(
                resolved=np.where(known, one.resolved, np.nan),
                cost=np.where(known, one.cost, np.nan),
            )
        )
    seen = [np.arange(own.max()) for own in numbers.T]
    return TrialSet(truth.agents, tuple(classes)).among(seen)


def lost(trials: TrialSet) -> float:
    """Return how much less the chosen agents solve than the best one."""
    believed = estimate(trials, (False, False), as_tried=False)
    chosen = np.argmax(3 * believed.success - believed.cost, axis=0)
    return float(CHANCES.max() - CHANCES[chosen].mean())


def test_planned_trials_choose_better_than_the_same_number_spread_evenly() -> None:
    """Over twenty-four drawn teams, choices after 200 planned trials are regretted less."""
    less = []
    for seed in range(24):
        truth = contest(np.random.default_rng(seed))
        even = np.full((len(CHANCES), 2), START)
        aimed = even.copy()
        even += MORE // even.size
        for _ in range(2):
            trials = tried_first(truth, aimed)
            believed = estimate(trials, (False, False), as_tried=False)
            plan = next_trials(trials, believed, weights=WEIGHTS, worths=[3.0], number=MORE // 2)
            for one in plan:
                aimed[one.agent, one.task_class] += one.trials
        less.append(lost(tried_first(truth, even)) - lost(tried_first(truth, aimed)))

    assert np.mean(less) > 2 * np.std(less) / len(less) ** 0.5


# --- the answer

AGENTS = {
    "claude-code/claude-opus-5-5": (0.85, 2.0),
    "codex/gpt-6.1-sol": (0.8, 1.1),
    "opencode/deepseek-v4-pro": (0.6, 0.2),
}


@cache
def rows() -> str:
    """Draw thirty tasks of two classes, tried by three agents."""
    rng = np.random.default_rng(4)
    lines = []
    for kind in ("bug-fix", "tests"):
        for task in range(30):
            ease = rng.normal(0, 0.2)
            for agent, (chance, cost) in AGENTS.items():
                paid = cost * np.exp(rng.normal(0, 0.5))
                lines.append(
                    f"{agent},{kind},t{task},{int(rng.random() < chance + ease)},{paid:.4f}"
                )
    return HEADS + "\n".join(lines) + "\n"


def answered(folder: Path, *more: str) -> Any:
    """Return the answer on three agents."""
    ended = run("pilot", written(folder, rows()), "--date", "2026-11-20", "--json", *more)
    assert ended.code == 0, ended.err
    return json.loads(ended.out)


def test_every_agent_and_class_has_its_row(tmp_path: Path) -> None:
    """Each with its trials, and a mean between its percentiles."""
    lines = answered(tmp_path)["agents"]
    spans = [(one["success"], one["cost_per_attempt"]) for one in lines]

    assert {(one["agent"], one["task_class"], one["trials"]) for one in lines} == {
        (agent, kind, 30) for agent in AGENTS for kind in ("bug-fix", "tests")
    }
    assert all(s["p05"] < s["mean"] < s["p95"] for span in spans for s in span)


def test_an_agent_that_never_tried_a_class_is_still_told_of(tmp_path: Path) -> None:
    """What is believed of it rests on its other class; nothing raw is known."""
    path = written(tmp_path, rows() + "new,tests,t1,1,0.5\nnew,tests,t2,1,0.5\n")
    lines = json.loads(run("pilot", path, "--json").out)["agents"]
    own = next(one for one in lines if one["agent"] == "new" and one["task_class"] == "bug-fix")

    assert (own["trials"], own["raw_success"], own["cost_per_attempt"]) == (0, None, None)
    assert 0 < own["success_on_all_tasks"] < 1


def test_fewer_tasks_tell_two_agents_apart_where_both_try_the_same(tmp_path: Path) -> None:
    """A paired design needs as much less as failures go together."""
    answer = answered(tmp_path, "--difference", "5%")
    sizes = answer["sample_sizes"][0]
    together = answer["failure_correlation_by_class"][0]["mean"]

    assert sizes["paired"] == pytest.approx(sizes["unpaired"] * (1 - together), abs=1)


def test_more_work_to_come_makes_trials_worth_more(tmp_path: Path) -> None:
    """The value of information grows with the tasks that choices are made for."""
    less, more = (
        answered(tmp_path, "--tasks", tasks, "--worth", "5")["next_trials"][0]["value"]
        for tasks in ("1000", "2000")
    )

    assert more == pytest.approx(2 * less)


def test_nothing_is_worth_dollars_that_nobody_named(tmp_path: Path) -> None:
    """Without a word of worth trials are told by the tasks that they are expected to solve."""
    answer = answered(tmp_path)
    first = answer["next_trials"][0]

    assert (answer["worths"], answer["worth_by_class"]) == ([], {})
    assert (first["value"], first["pays_from_tasks"]) == (None, None)
    assert first["solved_more"] > 0


def test_a_solved_task_is_worth_what_the_flag_says(tmp_path: Path) -> None:
    """Then trials have a value in dollars, and tasks from which they pay."""
    answer = answered(tmp_path, "--worth", "5")
    first = answer["next_trials"][0]

    assert answer["worths"] == [5]
    assert first["value"] == pytest.approx(10_000 / first["pays_from_tasks"] * first["cost"])
    assert first["solved_more"] is None


def test_a_solved_task_is_worth_what_the_team_s_file_says(tmp_path: Path) -> None:
    """Class by class, in dollars; a class that the file doesn't name has the mean of the others."""
    team = tmp_path / "team.yaml"
    team.write_text(
        "start: 2027-01\ndevelopers: 10\ncurrency: {code: EUR, per_usd: 0.5}\n"
        "tasks:\n  bug-fix: {per_month: 10, tokens: {input: 30k}, value: 4}\n"
        "  docs: {per_month: 10, tokens: {input: 30k}, value: 2}\n",
        encoding="utf-8",
    )

    assert answered(tmp_path, "--team", str(team))["worth_by_class"] == {"bug-fix": 8, "tests": 6}


def test_a_class_that_the_team_s_file_does_not_name_is_told(tmp_path: Path) -> None:
    """`tests` is written otherwise there: its worth is the mean, and nobody has to guess that."""
    team = tmp_path / "team.yaml"
    team.write_text(
        "start: 2027-01\ndevelopers: 10\n"
        "tasks:\n  bug-fix: {per_month: 10, tokens: {input: 30k}, value: 4}\n"
        "  test: {per_month: 10, tokens: {input: 30k}, value: 2}\n",
        encoding="utf-8",
    )

    answer = answered(tmp_path, "--team", str(team))

    assert answer["warnings"] == [
        "no kind of work of the team's file: tests; a task there is taken to be worth the mean of "
        "those it has, $3 (did you mean `test`?)"
    ]


@pytest.mark.parametrize("says", ["", "hours: 20\nhour: 100\n"])
def test_a_team_s_file_without_values_has_no_worth(tmp_path: Path, says: str) -> None:
    """It is said, with the keys that would say it; hours are of a month's work, not of a task."""
    team = tmp_path / "team.yaml"
    team.write_text(f"start: 2027-01\ndevelopers: 10\n{says}", encoding="utf-8")
    ended = run("pilot", written(tmp_path, rows()), "--team", team)

    assert ended.code == 2
    assert "says nothing of what a completed task is worth" in ended.err


def test_two_hundred_classes_take_seconds(tmp_path: Path) -> None:
    """Whoever has a class for every repository waits, but not for minutes."""
    rng = np.random.default_rng(2)
    text = "".join(
        f"{agent},class-{kind:03},t{task},{int(rng.random() < 0.6)},{rng.random():.3f}\n"
        for kind in range(200) for task in range(4) for agent in "abcd"
    )  # fmt: skip
    started = time.process_time()
    answer = json.loads(run("pilot", written(tmp_path, HEADS + text), "--json").out)

    assert len(answer["tasks"]) == 200
    assert time.process_time() - started < 20


def test_more_classes_than_can_be_pooled_are_refused(tmp_path: Path) -> None:
    """At once, with a way to ask about fewer."""
    text = "".join(f"a,class-{kind:03},t,1,1\n" for kind in range(501))
    ended = run("pilot", written(tmp_path, HEADS + text))

    assert ended.code == 2
    assert "501 classes of work: at most 500" in ended.err


def test_the_profile_file_is_one(tmp_path: Path) -> None:
    """It reads as a profile, with a record for each agent and class."""
    run("pilot", written(tmp_path, rows()), "-o", tmp_path / "own.yaml", "--date", "2026-11-20")
    book = read_profiles([tmp_path / "own.yaml"])

    assert {(one.model, one.harness) for one in book.records} == {
        tuple(agent.split("/")[::-1]) for agent in AGENTS
    }
    assert len(book.records) == 6


def test_the_profile_has_what_is_believed(tmp_path: Path) -> None:
    """Success and cost of its records are those of the answer, not raw means."""
    lines = answered(tmp_path, "-o", str(tmp_path / "own.yaml"))["agents"]
    book = read_profiles([tmp_path / "own.yaml"])
    told: dict[Any, Any] = {
        (f"{one.harness}/{one.model}", one.task_class): (one.success, one.cost, one.trials)
        for one in book.records
    }

    assert told == {
        (one["agent"], one["task_class"]): (
            pytest.approx(one["success_on_all_tasks"], rel=1e-5),
            pytest.approx(one["cost_on_all_tasks"], rel=1e-5),
            one["certain_as"],
        )
        for one in lines
    }


def team_of(folder: Path) -> Path:
    """Write a team's file that names the profile of its own trials."""
    run("pilot", written(folder, rows()), "-o", folder / "own.yaml", "--date", "2026-11-20")
    team = folder / "team.yaml"
    team.write_text(
        "start: 2027-01\ndevelopers: 40\nprofiles: [own.yaml]\ncurrent: opus\n"
        "tasks: {bug-fix: {per_developer_month: 14, tokens: {cache_read: 2.4M, output: 26k}}}\n"
        "options:\n"
        "  opus: {model: claude-opus-5-5, harness: claude-code}\n"
        "  deepseek: {model: deepseek-v4-pro, harness: opencode}\n",
        encoding="utf-8",
    )
    return team


def test_what_own_trials_say_is_not_called_public(tmp_path: Path) -> None:
    """Figures of one's own trials carry no mark of public benchmarks, and no sentence of them."""
    text = run("compare", team_of(tmp_path), "--draws", "0").out

    assert "public benchmarks" not in text


def test_a_team_file_can_name_the_profile(tmp_path: Path) -> None:
    """Then tokens and quality come from one's own trials, at the prices of their day."""
    team = team_of(tmp_path)
    told = json.loads(run("compare", team, "--draws", "0", "--json").out)["assumptions"]
    sources = {
        (one["option"], one["key"]): one["source"]
        for one in told
        if one["key"] in {"quality", "token_multiplier"}
    }

    assert sources == {
        ("deepseek", "quality"): "Own trials, trials",
        ("deepseek", "token_multiplier"): "Own trials, trials",
    }


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--difference", "2"), "one share between 0 and 1"),
        (("--next", "-1"), "--next: -1: at least 0"),
        (("--next", "99999"), "--next: 99,999: at most 10,000"),
        (("--tasks", "0"), "at least 1"),
        (("--worth", "1e30"), "--worth: 1e+30: at most 1e+09"),
        (("--worth", "1", "--team", "team.yaml"), "and so does --team"),
        (("--columns", "agent=Who"), "has no column 'Who'"),
        (("--worth", "x"), "an amount is above 0"),
        (("--date", "soon"), "is not a date"),
        (("--weights", "fix=1"), "'fix' is not a class of the trials"),
    ],
)
def test_a_wrong_call_is_told(tmp_path: Path, more: tuple[str, ...], told: str) -> None:
    """What is wrong with an option is said."""
    ended = run("pilot", written(tmp_path, rows()), *more)

    assert ended.code == 2
    assert told in ended.err


@pytest.mark.parametrize("name", ["table", "json", "csv", "markdown"])
def test_every_format_names_every_agent(tmp_path: Path, name: str) -> None:
    """Text, JSON, CSV and Markdown have the same rows."""
    path = written(tmp_path, rows())
    shown = run("pilot", path, "--format", name, "--date", "2026-11-20").out

    assert [agent for agent in AGENTS if agent not in shown] == []


def test_without_costs_success_is_told_all_the_same(tmp_path: Path) -> None:
    """No cost is known, so no choice hangs on anything and nothing more is planned."""
    path = written(tmp_path, HEADS + "".join(f"a,fix,t{n},{n % 2},\n" for n in range(10)))
    answer = json.loads(run("pilot", path, "--json").out)

    assert answer["agents"][0]["cost_per_attempt"] is None
    assert answer["next_trials"] == []


# --- on public results


def test_intervals_hold_on_public_results(data_folder: Path) -> None:
    """Pooled on half of the tasks, 85 to 95% of intervals hold the other half's class means."""
    file = data_folder / "openhands" / "instances.csv"
    trials = lay_out(read_trials(file, exclude=re.compile("acp-codex|acp-gemini")))
    inside = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        dealt = [rng.permutation(one.tasks) % 2 for one in trials.classes]
        half, rest = (
            trials.among([np.flatnonzero(one == part) for one in dealt]) for part in (0, 1)
        )
        spread = success_spread(half, estimate(half, [True] * len(trials.classes)))
        came = np.array([column_means(one.resolved, one.tried) for one in rest.classes]).T
        known = np.isfinite(came) & np.isfinite(spread.mean)
        inside.append(((spread.p05 <= came) & (came <= spread.p95))[known].mean())

    assert 0.85 <= np.mean(inside) <= 0.95
