"""Trials read, laid out and pooled: what is counted, what is drawn towards what."""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from advisor.answers.trials.adjusted_means import success_level
from advisor.answers.trials.estimates import estimate, raw_figures
from advisor.answers.trials.joint_outcomes import Figures, both_fail, count, drawn_ratio, hardness
from advisor.answers.trials.mixes import TrialMenu, hull, promised
from advisor.answers.trials.pair_odds import pair_odds
from advisor.answers.trials.shrinkage import MeasuredTrials, PooledTrials, pool
from advisor.answers.trials.table import ClassTrials, Floats, TrialSet, lay_out
from advisor.errors import InputError
from advisor.load.trial_file import read_trials
from advisor.model.trial import TrialColumns

NAN = math.nan
HEADS = "agent,task_class,instance,resolved,cost_usd\n"


def written(folder: Path, text: str) -> Path:
    """Write a file of trials."""
    path = folder / "trials.csv"
    path.write_text(text, encoding="utf-8")
    return path


def drawn(agents: int = 12, tasks: int = 60, seed: int = 3) -> TrialSet:
    """Draw trials of two classes: agents differ, tasks are hard or easy for all of them."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(0.8, 0.7, agents)
    classes = []
    for name in ("fix", "tests"):
        ease = rng.normal(0, 1.2, (tasks, 1))
        own = skill + rng.normal(0, 0.4, agents)
        solved = rng.random((tasks, agents)) < 1 / (1 + np.exp(-own - ease))
        cost = np.exp(0.8 * skill - 1.5 + rng.normal(0, 0.6, (tasks, agents)))
        classes.append(ClassTrials(name, solved.astype(float), cost))
    return TrialSet(tuple(f"agent-{n:02}" for n in range(agents)), tuple(classes))


# --- reading


def test_columns_are_known_by_either_name(tmp_path: Path) -> None:
    """A benchmark's file and a team's file are read alike."""
    rows = read_trials(
        written(tmp_path, "benchmark,agent,instance,resolved,cost_usd\nfix,a,t1,1,0.5\n")
    )

    assert (rows.task_class, rows.resolved, rows.cost) == (["fix"], [1.0], [0.5])


def test_an_empty_cost_is_not_known(tmp_path: Path) -> None:
    """Nothing recorded is no number, and 0 is one."""
    rows = read_trials(written(tmp_path, HEADS + "a,fix,t1,1,\na,fix,t2,0,0\n"))

    assert math.isnan(rows.cost[0])
    assert rows.cost[1] == 0


def test_tokens_are_read_where_there_are_columns_of_them(tmp_path: Path) -> None:
    """Token classes are optional columns, each cell optional."""
    text = "agent,task_class,instance,resolved,cost_usd,output\na,fix,t1,1,1,900\n"

    assert read_trials(written(tmp_path, text)).tokens == {"output": [900.0]}


def test_excluded_agents_are_left_out(tmp_path: Path) -> None:
    """A pattern is looked for anywhere in the name, and their rows need not even be right."""
    text = HEADS + "x/acp-codex/m,fix,t1,maybe,1\nb,fix,t1,1,1\n"
    rows = read_trials(written(tmp_path, text), exclude=re.compile("acp-codex|acp-gemini"))

    assert rows.agent == ["b"]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a,fix,t1,2,1", "10 resolved: '2' is neither yes nor no"),
        ("a,fix,t1,,1", "10 resolved: '' is neither yes nor no"),
        ("a,fix,t1,1,-1", "12 cost_usd: '-1' is not 0 or more"),
        ("a,fix,t1,1,nan", "12 cost_usd: 'nan' is not an amount"),
        ("a,fix,t1,1,€1", "12 cost_usd: '€1' is not in dollars"),
        ("a,fix,t1,1,2000000", "12 cost_usd: '2000000' is more than any attempt costs"),
        (",fix,t1,1,1", "1 agent: there is no agent"),
        ("a,,t1,1,1", "3 task_class: there is no task_class"),
        ("a,fix,,1,1", "7 instance: there is no instance"),
        ("a,fix", "6 instance: there is no instance"),
        ("a\x1b[31m,fix,t1,1,1", "1 agent: holds the control character U+001B"),
        ("a,::error::x,t1,1,1", "3 task_class: holds a command of a CI's log"),
    ],
)
def test_a_row_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, row: str, told: str
) -> None:
    """Every fault stands with file, line and column."""
    path = written(tmp_path, f"{HEADS}a,fix,t0,1,1\n{row}\n")

    with pytest.raises(InputError) as caught:
        read_trials(path)

    assert f"{path}:3:{told}" in str(caught.value).splitlines()


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    """Whoever mends a file mends it once."""
    with pytest.raises(InputError) as caught:
        read_trials(written(tmp_path, HEADS + "a,fix,t,2,x\n,fix,t,1,1\n"))

    assert len(caught.value.faults) == 3


def test_equal_faults_are_told_once_with_a_count(tmp_path: Path) -> None:
    """A column of another kind is one fault, not thousands."""
    rows = "".join(f"a,fix,t{n},maybe,1\n" for n in range(2000))
    with pytest.raises(InputError) as caught:
        read_trials(written(tmp_path, HEADS + rows))

    assert [one.message for one in caught.value.faults] == [
        "'maybe' is neither yes nor no (and 1,999 more rows)"
    ]


SPREADSHEETS = {
    "commas": "agent,task_class,instance,resolved,cost_usd\na,fix,t1,1,0.393\na,fix,t2,0,1.514\n",
    "semicolons": "Agent;Class;Task;Passed;Cost\na;fix;t1;ja;0,393\na;fix;t2;nein;1,514\n",
    "tabs": "tool\ttype\tticket\tresult\tcost (usd)\na\tfix\tt1\tPASS\t$0.393\n"
    "a\tfix\tt2\tfail\t$1.514\n",
    "quotes": 'model,category,issue,solved,cost\n"a","fix","t1","TRUE","0,393"\n'
    '"a","fix","t2","FALSE","1,514"\n',
}


@pytest.mark.parametrize("text", SPREADSHEETS.values(), ids=SPREADSHEETS)
def test_a_spreadsheet_s_table_is_read_like_a_program_s(tmp_path: Path, text: str) -> None:
    """Separators, decimal commas, words for yes and no, natural heads: one answer."""
    rows = read_trials(written(tmp_path, text))

    assert rows == TrialColumns(
        ["a", "a"], ["fix", "fix"], ["t1", "t2"], [1.0, 0.0], [0.393, 1.514], {}
    )


def test_an_agent_may_stand_in_two_columns(tmp_path: Path) -> None:
    """What it runs in and its model are one agent."""
    text = "tool,model,class,task,passed,cost\ncodex,gpt,fix,t1,yes,1\n"

    assert read_trials(written(tmp_path, text)).agent == ["codex/gpt"]


def test_columns_are_named_where_nothing_says_what_they_are(tmp_path: Path) -> None:
    """And a class that no column has is one for all rows."""
    text = "Wer,Ticket,Geschafft,Preis\na,t1,ja,1\n"
    columns = {"agent": "Wer", "resolved": "Geschafft", "cost": "Preis", "task_class": "=fix"}
    rows = read_trials(written(tmp_path, text), columns=columns)

    assert (rows.agent, rows.task_class, rows.resolved, rows.cost) == (["a"], ["fix"], [1], [1])


def test_a_missing_column_is_named_with_the_way_to_say_it(tmp_path: Path) -> None:
    """The heads that are there are shown too."""
    with pytest.raises(InputError) as caught:
        read_trials(written(tmp_path, "agent,task,passed,cost\na,t1,1,1\n"))

    told = str(caught.value)
    assert "has no column task_class among 'agent', 'task', 'passed', 'cost'" in told
    assert "--columns task_class==NAME" in told


@pytest.mark.parametrize("text", ["", "agent,instance\n", HEADS])
def test_a_file_without_trials_is_refused(tmp_path: Path, text: str) -> None:
    """Missing columns and missing rows are faults."""
    with pytest.raises(InputError, match=r"has no"):
        read_trials(written(tmp_path, text))


# --- laying out


def test_what_was_not_tried_is_no_number() -> None:
    """A task that one agent tried leaves the other's cell empty."""
    trials = lay_out(
        TrialColumns(["b", "a"], ["fix", "fix"], ["t1", "t2"], [1.0, 0.0], [0.5, NAN], {})
    )

    np.testing.assert_array_equal(trials.classes[0].resolved, [[NAN, 1.0], [0.0, NAN]])
    assert trials.agents == ("a", "b")


def test_attempts_of_one_agent_at_one_task_are_one_trial() -> None:
    """They count with their mean, of what is known."""
    trials = lay_out(TrialColumns(["a"] * 2, ["fix"] * 2, ["t"] * 2, [1.0, 0.0], [3.0, NAN], {}))

    assert trials.classes[0].resolved.tolist() == [[0.5]]
    assert trials.classes[0].cost.tolist() == [[3.0]]


# --- pooling


def pooled_costs(log_cost: Floats, noise: Floats) -> PooledTrials:
    """Pool log costs of agents that all solved half of very many tasks."""
    shape = log_cost.shape
    return pool(MeasuredTrials(np.full(shape, 0.5), np.full(shape, 1e4), log_cost, noise))


def test_a_noisy_measurement_is_drawn_to_the_others() -> None:
    """Of two agents that look alike, the one that is less known ends nearer to the centre."""
    measured = np.array([[2.0], [2.0], [-1.0], [0.0], [0.3], [-0.6]])
    noise = np.array([[0.01], [1.0], [0.01], [0.01], [0.01], [0.01]])
    mean = pooled_costs(measured, noise).mean[:, 1]

    assert 0 < mean[1] < mean[0] < 2.0


def test_few_tasks_all_solved_are_not_taken_for_certainty() -> None:
    """Three of three is drawn in, three hundred of three hundred is believed."""
    share = np.array([[1.0], [1.0], [0.5], [0.6], [0.4], [0.5]])
    trials = np.array([[3.0], [300.0], [300.0], [300.0], [300.0], [300.0]])
    odds = pool(MeasuredTrials(share, trials, np.zeros((6, 1)), np.full((6, 1), 0.01))).mean[:, 0]
    few, many, *_ = 1 / (1 + np.exp(-odds))

    assert few < 0.85
    assert many > 0.97


def test_an_agent_far_from_all_others_is_left_where_its_trials_put_it() -> None:
    """What is drawn from a bell with heavy tails may be far out: a tenth is taken off, not more."""
    rng = np.random.default_rng(4)
    measured = rng.normal(0, 0.2, (20, 1))
    measured[0] = 3.0
    mean = pooled_costs(measured, np.full((20, 1), 0.04)).mean[:, 1]

    assert mean[0] > 2.7


def test_an_agent_s_other_class_informs_the_one_where_little_is_known() -> None:
    """Where classes go together, who is good in one is believed to be good in the other."""
    rng = np.random.default_rng(1)
    skill = rng.normal(0, 1, 30)
    measured = np.column_stack([skill, skill + rng.normal(0, 0.1, 30)])
    measured[0] = [2.0, np.nan]
    mean = pooled_costs(measured, np.full(measured.shape, 0.01)).mean

    assert mean[0, 3] > 1.0


def alike(seed: int) -> Floats:
    """Return how success in a class of five tasks goes with that in three others of hundreds."""
    rng = np.random.default_rng(seed)
    skill = rng.normal(0, 1, (25, 1))
    share = 1 / (1 + np.exp(-skill - rng.normal(0, 0.3, (25, 4))))
    trials = np.tile([200.0, 200.0, 200.0, 5.0], (25, 1))
    seen = rng.binomial(trials.astype(int), share) / trials
    log_cost = rng.normal(0, 1, (25, 4))
    spread = pool(MeasuredTrials(seen, trials, log_cost, np.full((25, 4), 0.01))).spread
    deviation = np.sqrt(np.diag(spread))
    together: Floats = spread[3, :3] / (deviation[3] * deviation[:3])
    return together


def test_five_tasks_do_not_tell_which_class_they_go_with() -> None:
    """What luck makes of a small class's likeness to each of the others is not believed."""
    differ = [np.ptp(alike(seed)) for seed in range(8)]

    assert np.mean(differ) < 0.03


def test_pooled_success_is_nearer_to_the_truth_than_raw_means() -> None:
    """Over drawn agents, what is believed after 12 tasks misses the rest by less than raw means."""
    trials = drawn(agents=25, tasks=400)
    few = trials.among([np.arange(12)] * 2)
    truth = np.array([one.resolved[12:].mean(axis=0) for one in trials.classes]).T
    raw = np.array([one.resolved.mean(axis=0) for one in few.classes]).T
    pooled = estimate(few, [True, True]).success

    assert np.mean((pooled - truth) ** 2) < 0.8 * np.mean((raw - truth) ** 2)


def test_many_trials_are_believed() -> None:
    """With hundreds of tasks nothing is drawn by more than two points."""
    trials = drawn(tasks=900)
    raw = np.array([one.resolved.mean(axis=0) for one in trials.classes]).T

    assert np.abs(estimate(trials, [True, True]).success - raw).max() < 0.02


def test_a_cost_of_nothing_stays_nothing() -> None:
    """An agent that never cost anything is taken as free, as stated."""
    trials = drawn()
    trials.classes[0].cost[:, 0] = trials.classes[1].cost[:, 0] = 0.0

    assert estimate(trials, [True, True]).cost[0].tolist() == [0.0, 0.0]


def test_an_agent_that_costs_elsewhere_is_not_free_for_a_few_receipts_of_nothing() -> None:
    """Four zeros are four fifths of the way to nothing, not all of it."""
    trials = drawn()
    few = TrialSet(trials.agents, (trials.classes[0].among(np.arange(4)), trials.classes[1]))
    few.classes[0].cost[:, 0] = 0.0
    cost = estimate(few, [True, True]).cost

    assert 0.05 < cost[0, 0] / cost[0, 1] < 0.6


# --- tasks that only some tried


def test_an_agent_that_tried_only_easy_tasks_is_not_taken_for_good() -> None:
    """As if all had tried all tasks, it is level with its twin that tried them all."""
    rng = np.random.default_rng(2)
    ease = np.repeat([0.95, 0.25], 100)
    solved = (rng.random((200, 20)) < ease[:, None]).astype(float)
    solved[100:, 0] = np.nan
    level = success_level(ClassTrials("fix", solved, np.ones_like(solved)), together=0.5)

    assert level.tried[0] > 0.9
    assert level.even[0] == pytest.approx(0.6, abs=0.06)


def test_nothing_is_moved_where_all_tried_the_same() -> None:
    """Then an agent's level is its mean."""
    one = drawn().classes[0]

    np.testing.assert_allclose(success_level(one, 0.5).even, one.resolved.mean(axis=0), atol=1e-12)


# --- pairs


def test_failures_of_a_pair_are_counted_on_tasks_that_both_tried() -> None:
    """The correlation is that of the two columns; other tasks are none of its business."""
    solved = np.array([[1.0, 1], [1, 0], [0, 0], [0, 0], [NAN, 1], [1, 1]])
    counted = count(ClassTrials("fix", solved, np.ones_like(solved)))
    both = solved[[0, 1, 2, 3, 5]]

    assert counted.correlation[0, 1] == pytest.approx(np.corrcoef(both.T)[0, 1])
    assert counted.common[0, 1] == 5


@pytest.mark.parametrize("ratio", [0.5, 1.0, 20.0])
def test_both_fail_as_often_as_their_odds_say(ratio: float) -> None:
    """The table made from two shares and an odds ratio has that odds ratio."""
    first, second = np.array([0.3]), np.array([0.6])
    both = both_fail(first, second, np.log(np.array([ratio])))
    odds = both * (1 - first - second + both) / ((first - both) * (second - both))

    assert odds == pytest.approx(ratio, rel=1e-4)


def families(tasks: int, seed: int = 8) -> ClassTrials:
    """Draw two families of six: equally good, each failing mostly where its own members do."""
    rng = np.random.default_rng(seed)
    taste = np.repeat(rng.normal(0, 2.0, (tasks, 2)), 6, axis=1)
    solved = rng.normal(0, 1, (tasks, 12)) + taste + rng.normal(0, 1, (tasks, 1)) > -0.5
    return ClassTrials("fix", solved.astype(float), np.ones((tasks, 12)))


def test_agents_that_fail_on_different_tasks_are_seen_to() -> None:
    """From a hundred tasks the odds within a family are told from those between families."""
    odds = pair_odds([count(families(100))])[0]
    own = np.kron(np.eye(2), np.ones((6, 6))).astype(bool) & ~np.eye(12, dtype=bool)
    other = ~own & ~np.eye(12, dtype=bool)

    assert odds[own].mean() > odds[other].mean() + 1.5


def test_pairs_are_nearer_to_the_truth_than_counts() -> None:
    """How often both fail, from thirty tasks, misses what thousands show by less than counts do."""
    truth = 1 - raw_figures(families(6000), seen=True).success
    few = TrialSet(tuple("abcdefghijkl"), (families(6000).among(np.arange(30)),))
    counted = 1 - raw_figures(few.classes[0], seen=True).success
    drawn_in = 1 - estimate(few, [True]).figures[0].success
    pairs = ~np.eye(12, dtype=bool)

    assert np.mean((drawn_in - truth)[pairs] ** 2) < 0.8 * np.mean((counted - truth)[pairs] ** 2)


def dearer_if_hard(tasks: int) -> ClassTrials:
    """Draw nine agents, from mostly to seldom failing; hard tasks are dear for all of them."""
    rng = np.random.default_rng(2)
    difficulty = rng.logistic(size=(tasks, 1))
    solved = np.linspace(-2.5, 2.5, 9) - difficulty > 0
    cost = np.exp(0.3 * difficulty + rng.normal(0, 0.8, (tasks, 9)))
    return ClassTrials("fix", solved.astype(float), cost)


def test_the_seldomer_the_first_fails_the_dearer_is_what_it_leaves() -> None:
    """From forty tasks it is seen that what the best leave is dearer than what the weak leave."""
    trials = dearer_if_hard(4000)
    few = count(trials.among(np.arange(40)))
    ratio = drawn_ratio(few, trials.resolved.mean(axis=0), 1.0)
    by_first = np.where(np.eye(9, dtype=bool), 0.0, np.log(ratio)).sum(axis=1) / 8

    assert by_first[8] - by_first[0] > 0.4


def test_tasks_that_everyone_fails_are_the_usual_ones() -> None:
    """The harder the tasks that are left, the fewer they are; all of them are of usual hardness."""
    harder = hardness(np.array([0.05, 0.3, 0.7, 1.0]))

    assert np.all(np.diff(harder) < 0)
    assert harder[-1] == pytest.approx(0, abs=0.02)


def test_one_agent_alone_has_no_pairs() -> None:
    """With a single agent everything is answered all the same."""
    one = drawn().classes[0]
    lone = TrialSet(("a",), (ClassTrials("fix", one.resolved[:, :1], one.cost[:, :1]),))

    assert np.isfinite(estimate(lone, [True]).figures[0].success).all()


def test_a_cascade_does_no_more_than_both_together_can() -> None:
    """Its success is between the better of the two and their sum, whatever is believed of them."""
    figures = estimate(drawn(), [True, True]).figures[0]
    own = np.diag(figures.success)

    assert (figures.success >= np.maximum.outer(own, own) - 1e-9).all()
    assert (figures.success <= np.minimum(np.add.outer(own, own), 1) + 1e-9).all()


def test_no_cascade_is_offered_where_nobody_sees_a_failure() -> None:
    """Only agents alone have figures there."""
    success = estimate(drawn(), [False, True]).figures[0].success

    assert np.isnan(success[~np.eye(len(success), dtype=bool)]).all()


# --- mixes


def test_the_best_mix_is_as_good_as_duality_allows() -> None:
    """No shares of any strategies do more for the money: the bound of the dual is met."""
    figures = estimate(drawn(), [True, True]).figures
    weights = np.array([0.6, 0.4])
    budget = 0.5
    mix = TrialMenu(figures, weights).mix(budget)
    done, paid = weights @ promised(mix, figures)
    prices = np.linspace(0, 20, 4001)
    bound = min(
        price * budget
        + sum(
            w * np.nanmax(f.success - price * f.cost) for w, f in zip(weights, figures, strict=True)
        )
        for price in prices
    )

    assert paid == pytest.approx(budget)
    assert done == pytest.approx(bound, abs=1e-4)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 60)), min_size=1, max_size=12))
def test_no_strategy_lies_above_the_hull(points: list[tuple[int, int]]) -> None:
    """Every strategy does at most what the hull does for its money."""
    success, cost = np.array(points, dtype=float).T / 50
    kept = hull(success, cost)
    reached = np.interp(cost, cost[kept], success[kept], left=-np.inf)
    inside = cost >= cost[kept[0]]

    assert (success[inside] <= reached[inside] + 1e-9).all()


def test_a_budget_below_the_cheapest_mix_gives_the_cheapest_mix() -> None:
    """Nothing cheaper is offered."""
    figures = [Figures(np.array([[0.5]]), np.array([[1.0]]))]

    assert TrialMenu(figures, np.array([1.0])).mix(0.2) == (((0, 0, 1.0),),)
