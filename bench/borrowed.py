"""How far borrowed figures can be trusted: what boards measured, held against what is said of them.

    python bench/borrowed.py [--fit] [--refit] [--profiles FILE] [FOLDER_OF_THE_DATA]

A part of the records is left out; every ordered pair of models that this part measured on one board
at comparable effort is asked about, and the answer held against what was measured. Beside it stand
answers that need no model. `--fit` also estimates the constants from the records, `--refit` again
without each part. With the data folder, boards that are outside of the records are asked, too.
What a reader would get wrong: over ordered pairs the bias of cost is 0 whatever is answered.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
from outside import outside_boards

from advisor.engine.normal import phi_array
from advisor.evidence.features import Setup, Surveyor
from advisor.evidence.pooled import Evidence, Pooled, gather, pool
from advisor.load.price_book import read_price_book
from advisor.load.profile_book import read_profiles, shipped_profiles
from advisor.model.pooling import Spreads
from advisor.model.profile import Measure
from advisor.model.uncertain import NORMAL_P90

MEASURES: tuple[Measure, ...] = ("tokens", "success")
PENALTY = 10.0
"""2 ÷ the share outside of an 80 % interval: what a miss costs a unit."""
OPENHANDS = "openhands"
SAME_TASKS = {"deepswe-openai": "deepswe"}
"""Boards that go together, because they are of the same tasks."""

Fit = Callable[[Evidence], Spreads]


class Fold(NamedTuple):
    """A part that is left out. `train` and `test` are masks of records, `board` is one of it."""

    name: str
    train: np.ndarray
    test: np.ndarray


class Pairs(NamedTuple):
    """Pairs asked about: indices of records, what was said (a logarithm or log-odds), what came."""

    reference: np.ndarray
    option: np.ndarray
    said: np.ndarray
    spread: np.ndarray
    came: np.ndarray
    fold: np.ndarray


# --- What is left out ----------------------------------------------------------------------------


def by_board(evidence: Evidence) -> list[str]:
    """Name the part of each record where whole boards go: the OpenHands Index is one."""
    return [
        OPENHANDS if r.source == OPENHANDS else SAME_TASKS.get(r.benchmark, r.benchmark)
        for r in evidence.records
    ]


def by_benchmark(evidence: Evidence) -> list[str]:
    """Name the part where one benchmark of the OpenHands Index goes; none of other records."""
    return [r.benchmark if r.source == OPENHANDS else "" for r in evidence.records]


def by_model(evidence: Evidence) -> list[str]:
    """Name the part where a model goes."""
    return [record.model for record in evidence.records]


def folds(evidence: Evidence, name: Callable[[Evidence], list[str]]) -> Iterator[Fold]:
    """Leave out each part in turn, and ask about each board of it apart."""
    parts = np.array(name(evidence))
    boards = np.array([setup.board for setup in evidence.setups])
    for part in sorted(set(parts) - {""}):
        for board in sorted(set(boards[parts == part])):
            yield Fold(part, parts != part, (boards == board))


def comparable(one: Setup, other: Setup, defaults: dict[str, str | None]) -> bool:
    """Tell whether two set-ups are of two models at one effort, or each at its maker's own."""
    if one.traits.model == other.traits.model:
        return False
    if one.effort == other.effort or None in (one.effort, other.effort):
        return True
    return all(defaults[at.traits.model] == at.effort for at in (one, other))


def asked_pairs(surveyor: Surveyor, evidence: Evidence, fold: Fold) -> tuple[np.ndarray, ...]:
    """List the ordered pairs of a board in which something was left out. (reference, option)."""
    places = np.flatnonzero(fold.test)
    defaults = {r.model: surveyor.profiles.effort_of(r.model, None) for r in evidence.records}
    found = [
        (a, b)
        for a in places
        for b in places
        if comparable(evidence.setups[a], evidence.setups[b], defaults)
        and not (fold.train[a] and fold.train[b])
    ]
    return tuple(np.array(found, dtype=int).reshape(-1, 2).T)


# --- What is said --------------------------------------------------------------------------------


def part_of(evidence: Evidence, mask: np.ndarray) -> Evidence:
    """Return some records."""
    places = np.flatnonzero(mask)
    return Evidence(
        tuple(evidence.records[n] for n in places),
        tuple(evidence.setups[n] for n in places),
        *(array[places] for array in evidence[2:]),
    )


def believed(
    pooled: Pooled, setups: Sequence[Setup], *, own: bool
) -> tuple[np.ndarray, np.ndarray]:
    """Return what is believed of set-ups, on a team's own work or on the board itself."""
    asked = [at._replace(board="own work", is_own=True) for at in setups] if own else setups
    found = pooled.believe(asked)
    return found.mean + pooled.evidence.values.mean(), found.covariance


def say(
    surveyor: Surveyor,
    evidence: Evidence,
    name: Callable[[Evidence], list[str]],
    fit: Fit,
    *,
    own: bool = True,
) -> Pairs:
    """Ask about every pair of every fold. Unless `own`, a side on record is known as measured."""
    found = []
    kept: dict[str, Pooled] = {}
    for fold in folds(evidence, name):
        a, b = asked_pairs(surveyor, evidence, fold)
        if not len(a):
            continue
        if fold.name not in kept:
            train = part_of(evidence, fold.train)
            kept = {fold.name: pool(surveyor, train, fit(train))}
        places = np.flatnonzero(fold.test)
        mean, cov = believed(kept[fold.name], [evidence.setups[n] for n in places], own=own)
        if not own:
            on_record = fold.train[places]
            mean = np.where(on_record, evidence.values[places], mean)
            cov = cov * ~on_record[:, None] * ~on_record[None, :]
        at = {n: i for i, n in enumerate(places)}
        i, j = (np.array([at[n] for n in side]) for side in (a, b))
        spread = np.sqrt(cov[i, i] + cov[j, j] - 2 * cov[i, j])
        came = evidence.values[b] - evidence.values[a]
        found.append(Pairs(a, b, mean[j] - mean[i], spread, came, np.full(len(a), fold.name)))
    return Pairs(*(np.concatenate(side) for side in zip(*found, strict=True)))


def with_common_width(pairs: Pairs) -> Pairs:
    """Give answers without an interval the width that holds 80 % of all other folds."""
    size = np.abs(pairs.said - pairs.came)
    spread = np.zeros(len(size))
    for fold in set(pairs.fold):
        inside = pairs.fold == fold
        rest = size[~inside] if (~inside).any() else size
        spread[inside] = np.quantile(rest, 0.8) / NORMAL_P90
    return pairs._replace(spread=spread)


def equal_tokens(pairs: Pairs, evidence: Evidence) -> np.ndarray:
    """Say that tokens, or success, are those of the reference."""
    return np.zeros(len(pairs.said))


def equal_cost(pairs: Pairs, evidence: Evidence) -> np.ndarray:
    """Say that a task costs what it costs with the reference."""
    price = np.array([at.traits.price for at in evidence.setups])
    return np.asarray(price[pairs.reference] - price[pairs.option])


def geometric_mean(pairs: Pairs, evidence: Evidence, masks: dict[str, np.ndarray]) -> np.ndarray:
    """Say what the model's records on other boards come to, relative to the boards' means."""
    said = np.zeros(len(pairs.said))
    for fold, train in masks.items():
        table = _means_by_model(evidence, train)
        own = pairs.fold == fold
        level = [
            [_nearest(evidence.setups[n], table) for n in side[own]]
            for side in (pairs.option, pairs.reference)
        ]
        said[own] = np.array(level[0]) - np.array(level[1])
    return said


def _means_by_model(evidence: Evidence, train: np.ndarray) -> dict[str, float]:
    boards = np.array([at.board for at in evidence.setups])
    models = np.array([at.traits.model for at in evidence.setups])
    rest = evidence.values.copy()
    for board in set(boards[train]):
        own = boards == board
        rest[own] -= evidence.values[own & train].mean()
    return {model: float(rest[train & (models == model)].mean()) for model in set(models[train])}


def _nearest(setup: Setup, table: dict[str, float]) -> float:
    return next((table[model] for model in setup.traits.line if model in table), 0.0)


# --- How good it was -----------------------------------------------------------------------------


class Ends(NamedTuple):
    """Answers as logarithms of a ratio: the middle, both ends, and what came."""

    middle: np.ndarray
    low: np.ndarray
    high: np.ndarray
    came: np.ndarray


def ends(measure: Measure, evidence: Evidence, pairs: Pairs, scale: float = 1.0) -> Ends:
    """Read answers as ratios: of tokens, or of success where the reference's own is known."""
    half = NORMAL_P90 * scale * pairs.spread
    steps = (pairs.said, pairs.said - half, pairs.said + half, pairs.came)
    if measure == "tokens":
        return Ends(*steps)
    base = evidence.values[pairs.reference]
    return Ends(*(_log_share(base + step) - _log_share(base) for step in steps))


def _log_share(odds: np.ndarray) -> np.ndarray:
    return np.asarray(-np.log1p(np.exp(-odds)))


def row(measure: Measure, evidence: Evidence, pairs: Pairs, scale: float = 1.0) -> str:
    """Write one line of the table: n, bias, frontier to open, error, ×2, inside, width, score."""
    found = ends(measure, evidence, pairs, scale)
    error = found.middle - found.came
    inside = (found.low <= found.came) & (found.came <= found.high)
    width = found.high - found.low
    missed = np.maximum(found.low - found.came, 0) + np.maximum(found.came - found.high, 0)
    is_open = np.array([at.traits.is_open for at in evidence.setups])
    directed = is_open[pairs.option] & ~is_open[pairs.reference]
    open_bias = f"{error[directed].mean():+.2f}" if directed.any() else "-"
    return (
        f"{len(error):6,} | {error.mean():+.2f} | {open_bias} | "
        f"{np.abs(error).mean():.3f} | {np.mean(np.abs(error) > np.log(2)):4.0%} | "
        f"{inside.mean():4.0%} | {np.exp(np.median(width)):5.1f} | "
        f"{np.mean(width + PENALTY * missed):.2f}"
    )


def tenths(pairs: Pairs) -> str:
    """Write how often what came lies in each tenth of what was said; flat is calibrated."""
    place = phi_array((pairs.came - pairs.said) / pairs.spread)
    shares = np.histogram(place, 10, (0, 1))[0] / len(place)
    return " ".join(f"{share:.2f}".lstrip("0") for share in shares)


# --- Printing ------------------------------------------------------------------------------------

KINDS = (
    ("board", by_board, True),
    ("bench", by_benchmark, True),
    ("model", by_model, False),
    ("model, own work", by_model, True),
)


def leave_one_out(
    surveyor: Surveyor, measure: Measure, evidence: Evidence, spreads: Spreads, *, refit: bool
) -> None:
    """Print the table of one measure."""
    print(f"\n{measure}: {len(evidence.records)} records")
    print("left out | who | n | bias | frontier → open | |err| | ×2 | in 80 % | P90÷P10 | score")
    line = partial(row, measure, evidence)
    for kind, name, own in KINDS:
        pairs = say(surveyor, evidence, name, lambda _: spreads, own=own)
        print(f"{kind:16s} | pooled        | {line(pairs)}")
        print(f"{'':16s} | sd × {surveyor.pooling.own_work:<7g} | "
              f"{line(pairs, surveyor.pooling.own_work)}")  # fmt: skip
        if refit:
            again = say(surveyor, evidence, name, partial(_refitted, start=spreads), own=own)
            print(f"{'':16s} | refitted      | {line(again)}")
        for who, said in _naive(measure, surveyor, evidence, pairs, name):
            answer = with_common_width(pairs._replace(said=said))
            print(f"{'':16s} | {who:13s} | {line(answer)}")
        print(f"{'':16s} | tenths        | {tenths(pairs)}")


def _naive(
    measure: Measure,
    surveyor: Surveyor,
    evidence: Evidence,
    pairs: Pairs,
    name: Callable[[Evidence], list[str]],
) -> Iterator[tuple[str, np.ndarray]]:
    masks = {fold.name: fold.train for fold in folds(evidence, name)}
    mean = geometric_mean(pairs, evidence, masks)
    if measure == "success":
        yield "equal quality", equal_tokens(pairs, evidence)
        yield "mean log-odds", mean
    else:
        yield "equal tokens", equal_tokens(pairs, evidence)
        yield "equal cost", equal_cost(pairs, evidence)
        yield "geometric mean", mean


def _refitted(train: Evidence, start: Spreads) -> Spreads:
    from reml import fitted

    return start.model_copy(update=fitted(train, start)[0])


def _print_fit(measure: Measure, evidence: Evidence, spreads: Spreads) -> None:
    from reml import fitted

    values, likelihood = fitted(evidence, spreads)
    print(f"\n{measure}, REML over {len(evidence.records)} records, ln L = {likelihood:.2f}")
    print("  " + ", ".join(f"{name}: {value:.2f}" for name, value in values.items()))


def _ask_outside(folder: Path, surveyor: Surveyor) -> None:
    for board in outside_boards(folder, surveyor):
        for measure in MEASURES:
            spreads: Spreads = getattr(surveyor.pooling, measure)
            known = gather(surveyor, measure, spreads)
            kept = np.array([r.source not in board.same_as for r in known.records])
            asked = board.evidence(measure)
            if not len(asked.records):
                continue
            both = Evidence(
                known.records + asked.records,
                known.setups + asked.setups,
                *(np.concatenate(pair) for pair in zip(known[2:], asked[2:], strict=True)),
            )
            test = np.arange(len(both.records)) >= len(known.records)
            train = np.concatenate([kept, np.zeros(len(asked.records), dtype=bool)])
            print(f"{board.name}, {measure}: {_outside_row(surveyor, measure, both, train, test)}")


def _outside_row(
    surveyor: Surveyor, measure: Measure, both: Evidence, train: np.ndarray, test: np.ndarray
) -> str:
    a, b = asked_pairs(surveyor, both, Fold("outside", train, test))
    if not len(a):
        return "no pair"
    spreads: Spreads = getattr(surveyor.pooling, measure)
    pooled = pool(surveyor, part_of(both, train), spreads)
    first = int(np.flatnonzero(test)[0])
    mean, cov = believed(pooled, both.setups[first:], own=True)
    i, j = a - first, b - first
    spread = np.sqrt(cov[i, i] + cov[j, j] - 2 * cov[i, j])
    came = both.values[b] - both.values[a]
    pairs = Pairs(a, b, mean[j] - mean[i], spread, came, np.zeros(len(a)))
    return f"{row(measure, both, pairs)} | × 1.2: {row(measure, both, pairs, 1.2)}"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path)
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--refit", action="store_true")
    parser.add_argument("--profiles", type=Path, default=shipped_profiles())
    told = parser.parse_args()
    profiles, prices = read_profiles([told.profiles]), read_price_book()
    assert profiles.pooling is not None
    surveyor = Surveyor(profiles, prices, profiles.pooling)
    for measure in MEASURES:
        spreads: Spreads = getattr(profiles.pooling, measure)
        evidence = gather(surveyor, measure, spreads)
        if told.fit:
            _print_fit(measure, evidence, spreads)
        leave_one_out(surveyor, measure, evidence, spreads, refit=told.refit)
    if told.data is not None:
        _ask_outside(told.data, surveyor)


if __name__ == "__main__":
    main()
