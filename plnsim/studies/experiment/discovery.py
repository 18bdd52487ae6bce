"""Scenario discovery: rules that a person can say aloud for where an outcome is reached.

PRIM (patient rule induction, Friedman and Fisher 1999; for scenarios Bryant and Lempert 2010) as EMA workbench has it
finds boxes. Their limits are rounded so that they can be said, and those are dropped that do not count. ``RULE`` says
which box is taken. How often each limit comes again in resamples, and what the box is worth on samples that it was not
found with, stand beside it; so does a tree.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas

from plnsim.common.errors import InputError
from plnsim.common.short_repr import short_repr
from plnsim.simulation.runs import ProgressCallback
from plnsim.studies.experiment.box import SIGNIFICANT, Box, Limit, Ranges, at_least, at_most, box_of, one_of, prune
from plnsim.studies.experiment.criterion import Criterion, parse_criterion
from plnsim.studies.experiment.design import HYPERCUBES
from plnsim.studies.experiment.ema import make_prim
from plnsim.studies.experiment.fresh import FRESH, Judgement, judge
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.task import Evaluate, evaluate_model
from plnsim.studies.experiment.tree import Tree, grow_tree

NOT_INDEPENDENT = {
    "sobol": "its rows come in blocks that share the values of all parameters but one (Saltelli)",
    "morris": "its rows are paths on which one parameter changes at a time, on a few levels",
    "efast": "its rows follow curves through the ranges",
    "grid": "its rows stand on a few levels",
    "factorial": "its rows are combinations of levels",
    "one-at-a-time": "it moves one parameter at a time and never two together",
}
RESAMPLES = 20
MIN_SAMPLES = 40
MAX_PARAMETERS = 4
TOLERANCE = 0.02
MASS, PEEL = 0.05, 0.05
RULE = (
    f"Of all boxes on PRIM's path, with limits rounded, those limits dropped whose quasi-p-value is {SIGNIFICANT} or "
    f"more and at most {MAX_PARAMETERS} parameters limited, the one with the fewest parameters whose harmonic mean of "
    f"coverage and density is within {TOLERANCE} of the best."
)


@dataclass(frozen=True)
class Discovery:
    """What was found: the box (none where no limit counts), its limits and the trade-off as tables, what resamples
    say, and a tree.

    ``samples`` are points of the design, ``reached`` those whose mean over replicates meets the condition;
    ``undefined`` were left out, as an outcome is not defined in one of their runs. ``out_of_sample``: coverage and
    density of the resamples' boxes on samples left out of them, means. ``fresh``: what points and luck say that the
    box was not found with; nothing where another version of the model made the store.
    """

    results: ExperimentResults
    criterion: Criterion
    samples: int
    reached: int
    undefined: int
    box: Box | None
    limits: pandas.DataFrame
    tradeoff: pandas.DataFrame
    resamples: int
    out_of_sample: tuple[float, float]
    tree: Tree
    seed: int
    fresh: Judgement | None

    __repr__ = short_repr


def discover(
    experiment: ExperimentResults | Path | str,
    when: str,
    *,
    resamples: int = RESAMPLES,
    seed: int = 1,
    fresh: int = FRESH,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
    evaluate: Evaluate = evaluate_model,
) -> Discovery:
    """Finds where a condition on outcomes holds, from a stored experiment (or the folder that holds it).

    ``when``: for instance ``"sustained_scale_up >= 0.5"``; it is asked of the mean over the replicates of each point.
    Rule and tree are judged on so many ``fresh`` points, simulated by ``workers`` threads with luck of their own;
    ``evaluate`` takes the place of the model, as in ``run_experiment``. Raises ``InputError``.
    """
    results = ExperimentResults.of(experiment)
    if results.method not in HYPERCUBES:
        raise InputError(
            f"rules cannot be found from a design of method {results.method}: {NOT_INDEPENDENT[results.method]}, so "
            "its rows are no independent samples and shares of them mean nothing",
            place=str(results.folder),
            right='the same experiment with method = "latin" and a size of 500 or more',
        )
    for name, distribution in results.distributions.items():
        if distribution.when:
            raise InputError(
                f"{name} varies only where {' and '.join(distribution.when)} has some value, and a limit on it would "
                "say nothing elsewhere",
                place=str(results.folder),
                right=f"an experiment for each value, or one in which {name} varies always",
            )
    criterion = parse_criterion(when, results.outcomes)
    values, reached, undefined = _samples(results, criterion)
    candidates, path = _boxes(values, reached, results.ranges)
    box = _choose_box(candidates)
    tree = grow_tree(values, reached, results.ranges, seed)
    bootstrap_boxes, out_of_sample = _bootstrap(values, reached, results.ranges, resamples, seed, progress)
    return Discovery(
        results,
        criterion,
        len(values),
        int(reached.sum()),
        undefined,
        box,
        _limits(box, bootstrap_boxes),
        _tradeoff(candidates, path, box),
        resamples,
        out_of_sample,
        tree,
        seed,
        judge(
            results,
            criterion,
            box,
            evaluate,
            leaves=tree.leaves,
            fresh=fresh,
            seed=seed,
            workers=workers,
            progress=progress,
        ),
    )


def _samples(results: ExperimentResults, criterion: Criterion) -> tuple[pandas.DataFrame, np.ndarray, int]:
    """Values of the points that are finished and defined, in which of them the condition holds, and how many are not
    defined.
    """
    means = results.means(criterion.outcomes)
    defined = means[np.isfinite(means).all(axis=1)]
    reached = criterion.holds(defined)
    if len(defined) < MIN_SAMPLES:
        raise InputError(
            f"{len(defined)} samples are too few to find rules in",
            place=str(results.folder),
            right=f"{MIN_SAMPLES} or more; 500 serve well",
        )
    if reached.all() or not reached.any():
        often = "every" if reached.all() else "no"
        low, high = defined[criterion.outcomes[0]].min(), defined[criterion.outcomes[0]].max()
        raise InputError(
            f"{criterion.text} holds in {often} sample, so there is nothing to tell apart",
            place="--when",
            right=f"{criterion.outcomes[0]} runs from {low:.3g} to {high:.3g} here",
        )
    return results.values.loc[defined.index].reset_index(drop=True), reached, len(means) - len(defined)


def _boxes(values: pandas.DataFrame, reached: np.ndarray, ranges: Ranges) -> tuple[list[Box], list[Box]]:
    """Boxes that can be said, and those of PRIM's path as it went."""
    candidates: dict[tuple[Limit, ...], Box] = {}
    path: list[Box] = []
    for limits in _path(values, reached, ranges):
        path.append(box_of(limits, values, reached))
        for box in prune(limits, values, reached, MAX_PARAMETERS):
            candidates[box.limits] = box
    return list(candidates.values()), path


def _path(values: pandas.DataFrame, reached: np.ndarray, ranges: Ranges) -> list[list[Limit]]:
    """The limits of each box that PRIM peels and pastes; whole numbers serve as plain ones, for it cannot paste them
    back otherwise.
    """
    frame = values.astype({name: np.float64 for name in values.select_dtypes(np.number).columns})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        prim = make_prim(frame, reached, peel_alpha=PEEL, paste_alpha=PEEL, mass_min=MASS)
        return [_limits_of(lims, prim.box_init, ranges) for lims in prim.find_box().box_lims[1:]]


def _limits_of(lims: pandas.DataFrame, initial: pandas.DataFrame, ranges: Ranges) -> list[Limit]:
    limits: list[Limit] = []
    for name in lims.columns:
        (low, high), (least, most) = lims[name], initial[name]
        if isinstance(low, set):
            limits += [one_of(name, low)] if low != least else []
        else:
            limits += [at_least(name, low, ranges[name])] if low > least else []
            limits += [at_most(name, high, ranges[name])] if high < most else []
    return limits


def _choose_box(candidates: list[Box]) -> Box | None:
    """The box that ``RULE`` takes."""
    best = max((box.harmonic_mean for box in candidates), default=0.0)
    good = [box for box in candidates if box.harmonic_mean >= best - TOLERANCE]
    return min(good, key=lambda box: (box.parameters, -box.harmonic_mean), default=None)


def _bootstrap(
    values: pandas.DataFrame,
    reached: np.ndarray,
    ranges: Ranges,
    resamples: int,
    seed: int,
    progress: ProgressCallback | None,
) -> tuple[list[Box], tuple[float, float]]:
    """The boxes of samples drawn with replacement, and their mean coverage and density on the samples that were not
    drawn.
    """
    rng = np.random.default_rng(seed)
    boxes: list[Box] = []
    out_of_sample: list[tuple[float, float]] = []
    for number in range(resamples):
        if progress:
            progress(number, resamples)
        rows = rng.integers(0, len(values), len(values))
        left = np.setdiff1d(np.arange(len(values)), rows)
        if reached[rows].all() or not reached[rows].any():
            continue
        box = _choose_box(_boxes(values.iloc[rows].reset_index(drop=True), reached[rows], ranges)[0])
        if box:
            boxes.append(box)
            there = box_of(box.limits, values.iloc[left], reached[left])
            out_of_sample.append((there.coverage, there.density))
    if not out_of_sample:
        return boxes, (np.nan, np.nan)
    coverage, density = np.nanmean(out_of_sample, axis=0)
    return boxes, (coverage, density)


def _limits(box: Box | None, bootstrap_boxes: list[Box]) -> pandas.DataFrame:
    """A row for each limit of the box or of a resample's: its value, quasi-p-value, and in how many resamples it came,
    from where to where.
    """
    mine: dict[tuple[str, str], tuple[Limit, float]] = {}
    if box:
        mine = {(limit.name, limit.side): (limit, p) for limit, p in zip(box.limits, box.quasi_p, strict=True)}
    seen: dict[tuple[str, str], list[float | tuple[str, ...]]] = {key: [] for key in mine}
    for other in bootstrap_boxes:
        for limit in other.limits:
            seen.setdefault((limit.name, limit.side), []).append(limit.value)
    rows = []
    for (name, side), values in sorted(seen.items(), key=lambda item: (item[0] not in mine, -len(item[1]))):
        numbers = [value for value in values if not isinstance(value, tuple)]
        low, high = np.quantile(numbers, [0.05, 0.95]) if numbers else (np.nan, np.nan)
        value: str | float = ""
        p = np.nan
        if (name, side) in mine:
            limit, p = mine[name, side]
            value = ", ".join(limit.value) if isinstance(limit.value, tuple) else limit.value
        rows.append(
            {
                "parameter": name,
                "side": side,
                "value": value,
                "quasi_p": p,
                "resamples": len(values),
                "quantile_05": low,
                "quantile_95": high,
            }
        )
    return pandas.DataFrame(
        rows, columns=["parameter", "side", "value", "quasi_p", "resamples", "quantile_05", "quantile_95"]
    )


def _tradeoff(candidates: list[Box], path: list[Box], chosen: Box | None) -> pandas.DataFrame:
    """Coverage against density: PRIM's path as it went, and of the boxes that can be said those that no other beats in
    both.
    """
    kept = [
        box
        for box in candidates
        if not any(
            rival.coverage >= box.coverage
            and rival.density >= box.density
            and (rival.coverage, rival.density) != (box.coverage, box.density)
            for rival in candidates
        )
    ]
    points = [("path", box) for box in path] + [
        ("can be said", box) for box in sorted(kept, key=lambda box: (-box.coverage, box.parameters))
    ]
    if chosen and chosen not in kept:
        points.append(("can be said", chosen))
    return pandas.DataFrame(
        [
            {
                "kind": kind,
                "chosen": box is chosen,
                "coverage": box.coverage,
                "density": box.density,
                "samples": box.samples,
                "reached": box.reached,
                "parameters": box.parameters,
            }
            for kind, box in points
        ]
    )
