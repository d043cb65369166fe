"""Which records count: classes of work, stand-ins, third models, vendors' own figures."""

from __future__ import annotations

from datetime import date

import pytest
from small_books import (
    CHAIN,
    EFFORTS,
    FACTOR,
    MIXED,
    NARROW,
    STEPS,
    TWO,
    WIDE,
    book,
    multiplier,
    prices,
    quality_of,
    subject,
)

from advisor.evidence.lookup import token_multiplier
from advisor.model.uncertain import Uncertain


def test_records_of_mixed_work_serve_every_class() -> None:
    """Level 4: a class without records of its own takes those of class `any`."""
    found = multiplier(book(MIXED), subject("new", task_class="greenfield"))

    assert (found.value.mode, found.level) == (2.0, 4)


def test_mixed_work_without_records_spans_the_classes_it_is_made_of() -> None:
    """Four times the tokens on tests and once on fixes are somewhere between, most likely twice."""
    rows = [
        {"model": "new", "cost": 4, "class": "tests"},
        {"model": "rival", "cost": 1, "class": "tests"},
        {"model": "new", "cost": 1},
        {"model": "rival", "cost": 1},
    ]

    found = multiplier(book(rows, any_of=["tests", "bug-fix"]), subject("new", task_class="work"))

    assert found.value == Uncertain.pert(1.0, 2.0, 4.0)


def test_a_class_that_is_only_like_another_counts_mixed_work_too() -> None:
    """Reviews are like fixes (4 times the tokens), but mixed work (once) is as good a guess."""
    rows = [{"model": "new", "cost": 4}, TWO[1], *({**row, "cost": 1} for row in MIXED)]
    synonyms = {"review": {"like": "bug-fix", "because": "both read code"}}

    found = multiplier(book(rows, classes=synonyms), subject("new", task_class="review"))

    assert found.value == Uncertain.pert(1.0, 2.0, 4.0)


def test_a_predecessor_stands_in_for_a_model_without_records() -> None:
    """Level 5: the figure is the predecessor's, its range a step wider."""
    known = book([{"model": "old", "cost": 2}, TWO[1]], stand_ins=CHAIN, stand_in_steps=STEPS)

    found = multiplier(known, subject("new"))

    value = found.value
    assert (value.low, value.mode, value.high) == pytest.approx((1.8, 2.0, 2.2))
    assert (found.level, found.origin) == (5, "stand-in: fixes old ÷ rival")


def test_each_stand_in_widens_the_range() -> None:
    """Two steps back is less certain than one."""
    one = book([{"model": "old", "cost": 2}, TWO[1]], stand_ins=CHAIN, stand_in_steps=STEPS)
    two = book([{"model": "older", "cost": 2}, TWO[1]], stand_ins=CHAIN, stand_in_steps=STEPS)

    near, far = (multiplier(known, subject("new")).value for known in (one, two))

    assert far.low < near.low < near.high < far.high


def test_the_nearest_stand_in_counts() -> None:
    """A predecessor's record leaves the one before it out."""
    rows = [{"model": "old", "cost": 2}, {"model": "older", "cost": 9}, TWO[1]]
    known = book(rows, stand_ins=CHAIN, stand_in_steps=STEPS)

    assert multiplier(known, subject("new")).value.mode == 2.0


def test_an_option_may_name_its_own_stand_in() -> None:
    """`stands_in_for` serves a model that no profile has heard of."""
    known = book([{"model": "old", "cost": 2}, TWO[1]], stand_in_steps=STEPS)

    assert multiplier(known, subject("unheard", stands_in_for="old")).value.mode == 2.0


def test_a_stand_in_without_a_stated_range_is_no_answer() -> None:
    """There is no silent 1 for a successor."""
    known = book([{"model": "old", "cost": 2}, TWO[1]], stand_ins=CHAIN)

    assert token_multiplier(known, prices(), subject("new"), subject("rival")) is None


def test_an_old_record_of_the_class_and_a_new_one_of_mixed_work_are_both_given() -> None:
    """The range covers both (0.45 to 4.4) and is most likely at their geometric mean."""
    rows = [{"model": "old", "cost": 4}, TWO[1], *({**row, "cost": 1} for row in MIXED)]
    known = book(rows, stand_ins=CHAIN, stand_in_steps=STEPS)

    value = multiplier(known, subject("new")).value

    assert (value.low, value.mode, value.high) == pytest.approx((1.0, 2.0, 4.4))


def test_a_record_of_the_class_alone_answers_where_it_is_as_near() -> None:
    """Mixed work is left out where the class itself was measured without stand-ins."""
    rows = [*TWO, *({**row, "cost": 9} for row in MIXED[:1]), MIXED[1]]

    assert multiplier(book(rows), subject("new")).value.mode == 2.0


def test_a_third_model_bridges_two_benchmarks() -> None:
    """Twice a third model on one board, which is thrice the rival on another: six times."""
    known = book(BRIDGE, widening={"third_model": NARROW})

    found = multiplier(known, subject("new"))

    assert (round(found.value.mode, 9), found.confidence) == (6.0, "low")


def test_the_reference_itself_is_exactly_one() -> None:
    """It needs no record, and an effort written out is the same as the default it is."""
    known = book(TWO, default_efforts={"old": "medium"})

    found = multiplier(known, subject("old", effort="medium"), subject("old"))

    assert (found.value, found.level) == (Uncertain.constant(1.0), 0)


def test_one_model_in_two_tools_differs_by_their_factor_alone() -> None:
    """Whatever stands in for the model is the same on both sides."""
    known = book(TWO, harness_factors={"default": FACTOR})

    found = multiplier(known, subject("old", harness="desk"), subject("old"))

    assert (found.value, found.level) == (Uncertain.pert(1.0, 2.0, 4.0), 2)


def test_one_model_measured_in_two_tools_needs_no_factor() -> None:
    """Records of both tools come before the factor."""
    rows = [{"model": "new", "cost": 5, "harness": "desk"}, TWO[0]]
    known = book(rows, harness_factors={"default": FACTOR})

    found = multiplier(known, subject("new", harness="desk"), subject("new"))

    assert (found.value.mode, found.level) == (2.5, 1)


def test_a_model_without_a_record_is_not_known() -> None:
    """None is returned, not a guess."""
    assert token_multiplier(book(TWO), prices(), subject("third"), subject("rival")) is None


def test_what_a_vendor_reports_is_widened_and_said() -> None:
    """Its success is taken for a little less, and the origin says who reports it."""
    rows = [
        {"model": "new", "success": 0.8, "reported_by": "vendor"},
        {"model": "rival", "success": 0.8},
    ]
    known = book(rows, widening={"vendor_reported": FACTOR})

    found = quality_of(known, subject("new"))

    assert round(found.value.mode, 9) == 0.9
    assert found.origin == "measured: fixes new ÷ rival; vendor-reported"


def test_an_independent_record_comes_before_a_vendor_s() -> None:
    """Of two records of the same thing the independent one counts."""
    rows = [{"model": "new", "cost": 9, "reported_by": "vendor"}, *TWO]
    known = book(rows, widening={"vendor_reported": NARROW})

    assert multiplier(known, subject("new")).value.mode == 2.0


def test_a_measured_effort_comes_before_a_measured_tool() -> None:
    """The tool is the level before the effort, so its factor is the one that is used."""
    rows = [
        {"model": "new", "cost": 9, "effort": "medium"},
        {"model": "new", "cost": 2, "effort": "high", "harness": "desk"},
        TWO[1],
    ]
    known = book(rows, effort_factors=EFFORTS, harness_factors={"default": NARROW})

    assert multiplier(known, subject("new", effort="high")).value.mode == 2.0


def test_the_newer_of_two_equal_records_counts() -> None:
    """A date only decides between records that are alike in all else."""
    older = {"model": "new", "cost": 9, "date": "2026-02-01"}

    assert multiplier(book([older, *TWO]), subject("new")).value.mode == 2.0


def test_an_answer_is_as_old_as_its_oldest_record() -> None:
    """A ratio is of both its days."""
    rows = [TWO[0], {**TWO[1], "date": "2026-03-01"}]

    assert multiplier(book(rows), subject("new")).date == date(2026, 3, 1)


def test_quality_has_the_bound_of_a_file_s_own() -> None:
    """A ratio above 10 is cut there."""
    rows = [{"model": "new", "success": 0.9}, {"model": "rival", "success": 0.01}]

    found = quality_of(book(rows), subject("new"))

    assert found.value == Uncertain.constant(10.0)


def test_no_successor_solves_more_than_everything() -> None:
    """A predecessor's 0.9 is never carried beyond 1."""
    rows = [{"model": "old", "success": 0.9}, {"model": "rival", "success": 1.0}]
    known = book(rows, stand_ins=CHAIN, stand_in_steps=[WIDE])

    found = quality_of(known, subject("new"))

    assert found.value.high == pytest.approx(1.0)


def test_a_stand_in_for_both_sides_leaves_only_their_distance_from_it() -> None:
    """A record against itself is 1, without its own error: what is left is one step either way."""
    known = book(
        [{"model": "old", "cost": 2, "trials": 4}],
        stand_ins={name: {"model": "old", "because": "successor"} for name in ("new", "rival")},
        stand_in_steps=[NARROW],
        widening={"rerun": WIDE, "cost_variation": 1},
    )

    value = multiplier(known, subject("new")).value

    assert value.mode == 1.0
    assert value.high < 1.1**2


BRIDGE = [
    {"model": "new", "cost": 2},
    {"model": "third", "cost": 1},
    {"model": "third", "cost": 3, "benchmark": "other"},
    {"model": "rival", "cost": 1, "benchmark": "other"},
]


@pytest.mark.parametrize("differs", [{"effort": "high"}, {"harness": "desk"}])
def test_a_third_model_is_the_same_on_both_benchmarks(differs: dict[str, str]) -> None:
    """At another effort or in another tool there it bridges nothing."""
    rows = [*BRIDGE[:2], {**BRIDGE[2], **differs}, BRIDGE[3]]
    known = book(rows, widening={"third_model": NARROW}, default_efforts={"third": "medium"})

    assert token_multiplier(known, prices(), subject("new"), subject("rival")) is None


def test_an_answer_is_as_sure_as_its_least_sure_record() -> None:
    """High with low is low."""
    rows = [{**TWO[0], "confidence": "low"}, {**TWO[1], "confidence": "high"}]

    assert multiplier(book(rows), subject("new")).confidence == "low"


def test_four_stand_ins_make_the_best_records_uncertain() -> None:
    """Two steps on either side are of low confidence."""
    rows = [{**row, "confidence": "high", "model": f"{row['model']}-2"} for row in TWO]
    links = {
        f"{name}{here}": {"model": f"{name}-{there}", "because": "successor"}
        for name in ("new", "rival")
        for here, there in (("", 1), ("-1", 2))
    }
    at = {"input": 1, "output": 1}
    known = book([{**row, "at": at} for row in rows], stand_ins=links, stand_in_steps=STEPS)

    assert multiplier(known, subject("new")).confidence == "low"
