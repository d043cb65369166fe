"""The way that is held, as money by biller and month, and the one that was paid for before it."""

from __future__ import annotations

from dataclasses import replace

from advisor.answers.compare.simulation import draw_ways
from advisor.answers.forecast.planned import Planned, planned_of
from advisor.answers.recommend.mix import Mix
from advisor.answers.recommend.selection import Chosen
from advisor.case.facts import Case, Way
from advisor.engine.draws import Years


def planned_way(case: Case, way: Way, draws: int, seed: int) -> Planned:
    """Return what a way comes to; drawn years only where draws are asked for."""
    alone = replace(case, ways=(way,), today=0, mix=None)
    drawn = draw_ways(alone, Years(draws, seed))[0].spend if draws else None
    mix = Mix(case.market, way.routes)
    return planned_of(mix, [case.options[option].name for option in mix.used], drawn)


def ran_before(decided: Chosen, way: Way) -> Planned | None:
    """Return the decided way, which the bills are of; None where it is the way that is held."""
    case, ran = decided.case, decided.case.ways[decided.ways[0]].routes
    return None if ran == way.routes else planned_of(Mix(case.market, ran), (), None)
