"""Today's way, the best option alone and the mix, side by side on the same draws."""

from __future__ import annotations

from collections.abc import Mapping

from advisor.answers.compare.answer import lines_of_ways
from advisor.answers.recommend.limits import (
    BUDGET,
    QUALITY,
    QUALITY_OVERALL,
    TEAM_BUDGET,
    excess,
)
from advisor.answers.recommend.mix import Mix, everywhere, figures, servings
from advisor.answers.recommend.mix_figures import MixFigures
from advisor.answers.recommend.search import FoundMix, Quest, worth
from advisor.case.facts import Case
from advisor.case.ways import with_way
from advisor.tables.compare import NO_SPEND, OptionLine
from advisor.tables.recommend import WayColumn

RECOMMENDED = "recommended"
"""What the way is called that stands for the mix."""


def way_columns(
    case: Case, quest: Quest, found: FoundMix, *, draws: int, seed: int
) -> tuple[WayColumn, WayColumn, WayColumn]:
    """Compute today's way, the best option alone and the mix on the same draws."""
    with_mix = with_way(case, RECOMMENDED, everywhere(servings(quest.menu, found.shares)))
    single = best_single(case, quest)
    alone = next(
        n for n, way in enumerate(case.ways) if way.facts and way.name == case.options[single].name
    )
    ways = [with_mix.today, alone, len(with_mix.ways) - 1]
    lines = lines_of_ways(with_mix, ways, draws=draws, seed=seed)
    denied = {one.name: one.denied for one in case.options if one.denied}
    own_figures = [measured(quest, with_mix, way) for way in ways]
    today, best, mix = (
        _column(line, own, quest, lines[0], denied)
        for line, own in zip(lines, own_figures, strict=True)
    )
    return today, best, mix


def measured(quest: Quest, case: Case, way: int) -> MixFigures:
    """Return what one of a case's ways comes to, by the engine."""
    mix = Mix(case.market, case.ways[way].routes)
    return figures(quest.menu, mix, quest.bounds, quest.tails.years if quest.tails else None)


def _column(
    line: OptionLine,
    own: MixFigures,
    quest: Quest,
    today: OptionLine,
    denied: Mapping[str, str],
) -> WayColumn:
    overhead = own.overhead
    net = None if line.net_value is None else line.net_value - overhead
    return WayColumn(
        option=line.option,
        title=line.title,
        spend=line.spend or NO_SPEND,
        value=line.value if line.net_value is not None else None,
        net_value=net,
        net_value_vs_today=None
        if net is None or today.net_value is None
        else net - today.net_value,
        completed=line.completed or 0.0,
        work_done=line.work_done or 0.0,
        quality=own.quality,
        probability_over_budget=line.probability_over_budget,
        exhaustion_date=line.exhaustion_date,
        vendor_shares=own.shares("vendor"),
        unmet_tasks=line.unmet_tasks or 0.0,
        breaks=[
            *dict.fromkeys(denied[name] for name in own.used if name in denied),
            *(bound.name for bound in quest.bounds if excess(bound, own) > 0),
        ],
    )


_ALONE_KEEPS = {BUDGET, TEAM_BUDGET, QUALITY, QUALITY_OVERALL}


def best_single(case: Case, quest: Quest) -> int:
    """Return the option that is best alone: among those that keep budget and quality, if any do.

    Limits on dependence are left out, since no option alone keeps a limit on one vendor's share.
    """
    allowed = sorted(
        {int(o) for o in quest.menu.strategies.first}, key=lambda o: case.options[o].name
    )
    ranked = []
    for option in allowed:
        way = next(
            n for n, one in enumerate(case.ways)
            if one.facts and one.name == case.options[option].name
        )  # fmt: skip
        own = measured(quest, case, way)
        broken = sum(excess(b, own) > 0 for b in quest.bounds if b.kind in _ALONE_KEEPS)
        ranked.append((broken > 0, -worth(own, quest.aiming.objective), own.spend, option))
    return min(ranked)[-1]
