"""Two stories on the best mix: a maker leaves Microsoft, and Uber's money for a year.

The shipped files as they stand, with lines changed or added as text. What a reader would get wrong:
figures on the right-hand sides are added up here from rows of `compare`, each of one option that
serves everything; that is exact for what is paid by the token, and copilot, which is paid by the
seat, is left out of it: but in June, whose seats held further credits, they pay in no mix here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from command_line import Run, run
from questions import Plain

from advisor.answers.recommend.answer import quest_of
from advisor.api.inputs import read_inputs
from advisor.api.surroundings import of_this_process
from advisor.load.price_book import default_folder

pytestmark = pytest.mark.usefixtures("plain_screen")

WORKLOADS = default_folder("workloads")
TODAY = ("--as-of", "2026-11-12")


def story(name: str, more: str = "", **changed: str) -> str:
    """Return a story's text with some of its lines changed, and more at its end."""
    text = (WORKLOADS / "stories" / f"{name}-2026.yaml").read_text(encoding="utf-8")
    lines = []
    for line in text.splitlines():
        key, colon, _ = line.partition(":")
        lines.append(f"{key}: {changed[key]}" if colon and key in changed else line)
    return "\n".join([*lines, more])


class Ended(NamedTuple):
    """How a run ended, the answer as its JSON, and the file as it stood then."""

    run: Run
    answer: str
    text: str


@cache
def ended(text: str, *words: str) -> Ended:
    """Run a command on a file of this text; what was run before is not run again."""
    command, *flags = words
    with TemporaryDirectory() as folder:
        file, answer = Path(folder) / "team.yaml", Path(folder) / "answer.json"
        file.write_text(text, encoding="utf-8")
        end = run(command, file, *TODAY, *flags, "-o", answer)
        told_as = answer.read_text(encoding="utf-8") if answer.exists() else ""
        return Ended(end, told_as, file.read_text(encoding="utf-8"))


def told(text: str, *words: str, code: int = 0) -> Plain:
    """Return the answer as its JSON; it has to end with this code."""
    end = ended(text, *words)
    assert end.run.code == code, end.run.err
    answer: Plain = json.loads(end.answer)
    return answer


def best_objective(text: str) -> float:
    """Return what the best mix of a file is worth, as `recommend` finds it first."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "team.yaml"
        file.write_text(text, encoding="utf-8")
        case = read_inputs(
            file, {}, around=of_this_process(print), as_of=date.fromisoformat(TODAY[1])
        ).case
    return quest_of(case, draws=0, seed=1).best().objective


def compared(text: str) -> dict[str, Plain]:
    """Return the rows of `compare` by option."""
    answer = told(text, "compare", "--draws", "0")
    return {row["option"]: row for row in answer["options"]}


# --- Microsoft: 3,000 people on Opus 4.8, and Anthropic is gone after June ------------------------

PEOPLE, HOUR, HOURS_OF_WORK = 3_000, 100, 20
CREDITS = 31
"""Dollars a seat of Copilot Enterprise that held further credits from June to August."""
WORTH_A_MONTH = PEOPLE * HOURS_OF_WORK * HOUR
"""What today's option does in a month is worth 20 hours of each person's work."""
PER_PERSON = {"bug-fix": 14, "tests": 8, "frontend": 5, "greenfield": 1.5}
ALL_WORK = sum(PER_PERSON.values())
GREENFIELD = PER_PERSON["greenfield"] / ALL_WORK

# As the file states it; a range counts with its middle, {5 %, 20 %, 40 %} with (5 + 4·20 + 40) ÷ 6.
QUALITY: dict[str, Sequence[float]] = {
    "opus": (1, 1, 1, 1),
    "codex-claimed": (1, 1, 1, 1),
    "codex-measured": (0.93, 0.99, 0.76, 0.70),
    "deepseek-claimed": (0.85, 0.85, 0.85, 0.85),
    "deepseek-measured": (0.87, 0.81, 0.74, 1.25 / 6),
}
MAKERS = {name: name.partition("-")[0] for name in QUALITY}
NOT_ANTHROPIC = tuple(name for name in QUALITY if name != "opus")


def microsoft(share: str | None = "70%", days: int | None = 2, **changed: str) -> str:
    """Return the story from June on, the first month with a price for Opus 4.8, with values.

    At most a share of the money with one maker; so many days lost by each who moves.
    """
    more = [f"hours: {HOURS_OF_WORK}"]
    if share:
        more.append(f"policy: {{max_vendor_share: {share}}}")
    if days is not None:
        more.append(f"switching_days_per_developer: {days}")
    return story("microsoft", "\n".join([*more, ""]), **{"start": "2026-06", **changed})


class Left(NamedTuple):
    """What `stress` tells: the story's line, the words on who leaves, the year as planned."""

    line: Plain
    leaving: Plain
    planned: Plain


def left(text: str, *flags: str, who: str = "anthropic") -> Left:
    """Let somebody go at the end of June."""
    answer = told(text, "stress", "--exit", f"{who}@2026-06-30", *flags)
    (line,) = [one for one in answer["scenarios"] if one["scenario"] == "vendor-exit"]
    (leaving,) = answer["exits"]
    return Left(line, leaving, answer["expected"])


class Plan(NamedTuple):
    """One option for each class, and what it comes to."""

    options: tuple[str, ...]
    spend: float
    net_value: float
    by_maker: Mapping[str, float]

    def second_share(self) -> float:
        """Return the share of the money that goes to makers other than the first."""
        return 1 - max(self.by_maker.values()) / self.spend


def plans(names: Sequence[str], start: str, months: int) -> list[Plan]:
    """Add up every plan of whole routes paid by the token, from the rows of `compare`."""
    rows = compared(microsoft(None, start=f"{start}\nmonths: {months}"))
    spends = {name: rows[name]["spend_by_class"] for name in names}
    found = []
    for options in product(names, repeat=len(PER_PERSON)):
        by_maker = dict.fromkeys(MAKERS.values(), 0.0)
        value = 0.0
        for n, (task_class, tasks) in enumerate(PER_PERSON.items()):
            by_maker[MAKERS[options[n]]] += spends[options[n]][task_class]
            value += months * WORTH_A_MONTH * tasks / ALL_WORK * QUALITY[options[n]][n]
        spend = sum(by_maker.values())
        found.append(Plan(options, spend, value - spend, by_maker))
    return found


def best(all_plans: Sequence[Plan], keeps: Callable[[Plan], bool] = lambda _: True) -> Plan:
    """Return the plan worth most of those that keep something."""
    return max(filter(keeps, all_plans), key=lambda plan: plan.net_value)


def test_moving_costs_everybody_s_days() -> None:
    """All 3,000 work with Opus, so 2 days of 8 hours at $100 each: $4.8 million."""
    leaving = left(microsoft()).leaving

    assert (leaving["days"], leaving["moving"]) == pytest.approx((PEOPLE * 2, 4_800_000))


def test_moving_is_taken_off_worth_and_is_no_spend() -> None:
    """With and without days the year costs vendors the same, and is worth $4.8 million less."""
    with_days, without = (left(microsoft(days=days)).line["today"] for days in (2, None))

    assert with_days["spend"] == pytest.approx(without["spend"])
    assert without["net_value"] - with_days["net_value"] == pytest.approx(PEOPLE * 2 * 8 * HOUR)


def test_who_states_no_days_is_told_what_one_costs() -> None:
    """$2.4 million a day, and no total."""
    leaving = left(microsoft(days=None)).leaving

    assert (leaving["moving"], leaving["cost_of_a_day"]) == (None, pytest.approx(2_400_000))


def test_the_best_mix_has_less_to_move() -> None:
    """Opus has greenfield alone in it: 1.5 of each person's 28.5 tasks."""
    leaving = left(microsoft(), "--recommended").leaving

    assert leaving["days"] == pytest.approx(PEOPLE * 2 * GREENFIELD)


def test_work_moves_to_the_best_that_is_left() -> None:
    """Of all plans of July to May without Anthropic, at most 70 % with one maker."""
    leaving = left(microsoft()).leaving

    after = best(plans(NOT_ANTHROPIC, "2026-07", 11), lambda one: one.second_share() >= 0.3)
    moved = {task_class: strategy for _, task_class, strategy in leaving["moves_to"]}
    assert moved == {name: [one] for name, one in zip(PER_PERSON, after.options, strict=True)}


def test_the_year_is_a_month_of_opus_and_what_was_left() -> None:
    """3,000 people at $200 in June, then eleven months of the plan that is best without it."""
    today = left(microsoft()).line["today"]

    after = best(plans(NOT_ANTHROPIC, "2026-07", 11), lambda one: one.second_share() >= 0.3)
    june = PEOPLE * 200
    assert today["spend"] == pytest.approx(june + after.spend)
    assert today["net_value"] == pytest.approx(
        WORTH_A_MONTH - june + after.net_value - PEOPLE * 2 * 8 * HOUR
    )


def test_had_one_known_the_limit_would_have_been_kept() -> None:
    """Best is the best June of all, then the best eleven months without: 70 % holds in both.

    In June seats hold further credits, of which some work makes use.
    """
    line = left(microsoft()).line

    june, after = (
        best(plans(names, start, months), lambda one: one.second_share() >= 0.3)
        for names, start, months in (
            (tuple(QUALITY), "2026-06", 1),
            (NOT_ANTHROPIC, "2026-07", 11),
        )
    )
    by_the_token = june.net_value + after.net_value
    assert by_the_token <= line["best"]["net_value"] <= by_the_token + PEOPLE * CREDITS


def test_regret_is_the_distance_to_that() -> None:
    """What the best of the story is worth less what today's way is worth in it."""
    line = left(microsoft()).line

    distance = line["best"]["net_value"] - line["today"]["net_value"]
    assert line["today"]["regret"] == pytest.approx(distance)


@pytest.mark.parametrize("share", ["95%", "70%", "55%"])
def test_the_premium_is_what_a_second_maker_costs(share: str) -> None:
    """The best of all 625 plans, less the best with that much money left for other makers."""
    leaving = left(microsoft(share)).leaving

    all_plans = plans(tuple(QUALITY), "2026-06", 12)
    least = 1 - float(share.removesuffix("%")) / 100
    insured = best(
        all_plans,
        lambda plan: sum(money >= least * plan.spend for money in plan.by_maker.values()) >= 2,
    )
    assert leaving["premium"] == pytest.approx(best(all_plans).net_value - insured.net_value)


def test_without_a_limit_a_twentieth_is_enough_of_a_second_maker() -> None:
    """The least share of a maker that counts is 5 %, unless a file says otherwise."""
    unlimited, stated = (left(microsoft(share)).leaving for share in (None, "95%"))

    assert unlimited["premium"] == pytest.approx(stated["premium"])


def test_the_premium_is_what_recommend_says_of_both() -> None:
    """Two answers of `recommend`: without limits, and with two makers of at least 30 % each."""
    insured = microsoft().replace("{max_vendor_share: 70%}", "{min_vendors: 2, min_share: 30%}")

    alone, both = (best_objective(text) for text in (microsoft(None), insured))
    assert left(microsoft()).leaving["premium"] == pytest.approx(alone - both)


def test_the_premium_is_less_than_what_the_exit_takes() -> None:
    """Insurance of $0.8 million against $4.8 million for moving alone."""
    leaving = left(microsoft()).leaving

    assert 0 < leaving["premium"] < leaving["moving"] / 5


def test_what_was_decided_loses_its_maker_as_well() -> None:
    """Copilot has Claude in it: with Anthropic gone, both ways differ by June's credits."""
    line = left(microsoft()).line

    without = line["mix"]["net_value"] - PEOPLE * CREDITS
    assert line["today"]["net_value"] == pytest.approx(without)


def test_a_tool_that_leaves_takes_no_maker_with_it() -> None:
    """As it was in 2026: Claude Code goes, and whoever stays with Copilot moves nothing."""
    line, leaving, _ = left(microsoft(), who="claude-code")

    assert (leaving["kind"], leaving["moves_to"]) == ("tool", [])
    assert (line["today"]["moving"], line["mix"]["moving"]) == pytest.approx((4_800_000, 0))


def test_the_sums_are_told_in_a_sentence() -> None:
    """Days, what they are worth, and the insurance."""
    words = ended(microsoft(), "stress", "--exit", "anthropic@2026-06-30").run.out.split()

    sentence = " ".join(words)
    assert "Moving takes 6,000 days of work, worth $4.80M." in sentence
    assert "holding a second maker from the start costs $804,000." in sentence


# --- Uber: a year on 2.34 million -----------------------------------------------------------------

BUDGET = 2_340_000
# What was sold in January 2026 and has records to compare; Opus and its cap are the story's own.
OF_JANUARY = """\
  sonnet: {model: claude-sonnet-4-5, harness: claude-code}
  codex: {model: gpt-5.2, harness: codex}
  flash: {model: gemini-3-flash-preview, harness: gemini-cli}
  deepseek: {model: deepseek-chat, harness: opencode}
  kimi: {model: kimi-k2-thinking, harness: opencode}
  glm: {model: glm-4.7, harness: opencode}
"""


def shortlist() -> str:
    """Return the options of the shipped shortlist as lines, its Opus under another name."""
    text = (WORKLOADS / "shortlist.yaml").read_text(encoding="utf-8")
    return text.partition("options:\n")[2].replace("  opus:", "  opus-now:")


def next_year() -> str:
    """Return the story a year later, when the whole shortlist has prices."""
    ramp = "{2027-01: 47%, 2027-02: 63%, 2027-03: 84%, 2027-04: 95%}"
    return story("uber", shortlist(), start="2027-01", adoption=ramp)


LATER = pytest.mark.parametrize(
    ("text", "lasting"),
    [(story("uber", OF_JANUARY), "codex"), (next_year(), "codex")],
    ids=["sold in January 2026", "the shortlist in 2027"],
)


def test_no_mix_of_uber_s_own_options_lasts_the_year() -> None:
    """The answer is 4, and the budget is what is too little."""
    answer = told(story("uber"), "recommend", code=4)

    assert (answer["status"], [one["limit"] for one in answer["conflicts"]]) == (
        "infeasible",
        ["budget"],
    )


def test_the_money_it_takes_is_the_cheapest_option_s() -> None:
    """One kind of work, nobody sees failures: what `compare` says of the capped way, 10.1M."""
    (conflict,) = told(story("uber"), "recommend", code=4)["conflicts"]

    rows = compared(story("uber"))
    least = min(row["spend"]["expected"] for row in rows.values())
    assert conflict["least_relaxation"] == pytest.approx(least)
    assert least == pytest.approx(10_100_000, rel=0.01)


def test_with_that_much_money_there_is_a_mix() -> None:
    """And with a thousandth less there is none."""
    (conflict,) = told(story("uber"), "recommend", code=4)["conflicts"]

    least = conflict["least_relaxation"]
    codes = [
        ended(story("uber", budget=f"{least * part:.2f}"), "recommend", "--draws", "0").run.code
        for part in (1.000001, 0.999)
    ]
    assert codes == [0, 4]


def test_the_shortlist_was_not_on_sale() -> None:
    """None of the eight had a price in January 2026: the file is refused, all faults at once."""
    end = ended(story("uber", shortlist()), "recommend").run

    assert end.code == 3
    assert end.err.count("has no price at the start of 2026-01") == 8


@LATER
def test_one_option_alone_lasts_the_year(text: str, lasting: str) -> None:
    """Codex' whole route lasts, and does most of those that do."""
    (route,) = told(text, "recommend", "--draws", "0", "--whole")["routes"]

    rows = compared(text)
    within = [name for name, row in rows.items() if row["exhaustion_date"] is None]
    most = max(within, key=lambda name: rows[name]["completed"])
    assert [route["strategy"], most] == [[lasting], lasting]


@LATER
def test_the_mix_that_was_kept_lasts_the_year(text: str, lasting: str) -> None:
    """Written into the file, it is inside the budget by `compare`, and the money is never gone."""
    kept = ended(text, "recommend", "--draws", "0", "--whole", "--write").text

    row = compared(kept)[lasting]
    assert f"mix: {lasting}" in kept
    assert (row["spend"]["expected"] < BUDGET, row["exhaustion_date"]) == (True, None)


def test_shares_use_the_money_up_and_do_more() -> None:
    """One kind of work is shared out: a part on a better option uses what Codex leaves over."""
    text = story("uber", OF_JANUARY)
    kept = ended(text, "recommend", "--draws", "0", "--write").text

    rows = compared(kept)
    assert rows["mix"]["spend"]["expected"] == pytest.approx(BUDGET, rel=1e-8)
    assert rows["mix"]["completed"] > rows["codex"]["completed"]


def test_shares_of_what_does_everything_are_the_whole() -> None:
    """A year later Codex does all tasks with money left over, so nothing takes a part of them."""
    (route,) = told(next_year(), "recommend", "--draws", "0", "--shares")["routes"]

    assert (route["strategy"], route["share"], route["success"]) == (["codex"], 1.0, 1.0)


@LATER
def test_shares_lie_on_the_line_between_two_options(text: str, lasting: str) -> None:
    """No other pair that just spends the budget does more: worked out from the rows alone."""
    answer = told(text, "recommend", "--draws", "0", "--shares")

    points = [(r["spend"]["expected"], r["completed"]) for r in compared(text).values()]
    cheap = [point for point in points if point[0] <= BUDGET]
    dear = [point for point in points if point[0] > BUDGET]
    most = max(
        done + (more - done) * (BUDGET - spend) / (dearer - spend)
        for (spend, done), (dearer, more) in product(cheap, dear)
    )
    assert answer["completed"] == pytest.approx(most)
    assert lasting in {name for route in answer["routes"] for name in route["strategy"]}
