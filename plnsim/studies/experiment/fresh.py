"""A rule judged anew: points and luck that it was not found with, for chance helped to choose it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas
import scipy

from plnsim.common.checks import validate_workers
from plnsim.common.short_repr import short_repr
from plnsim.simulation.model_version import model_version
from plnsim.simulation.runs import ProgressCallback, map_ordered
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.experiment.box import Box, box_of
from plnsim.studies.experiment.criterion import Criterion
from plnsim.studies.experiment.design import sample_design
from plnsim.studies.experiment.distribution import correlate
from plnsim.studies.experiment.formula import names_in
from plnsim.studies.experiment.own_outcomes import OwnOutcomes
from plnsim.studies.experiment.quantile import quantiles_in_place
from plnsim.studies.experiment.results import ExperimentResults, values_at
from plnsim.studies.experiment.task import WEEK_PREFIX, Evaluate, Row, Task, compute_batch

FRESH = 400
FIRST_LUCK = 2**40
"""The number of the first luck of fresh points; no store has so many points."""
SEEDS_APART = 7_919


@dataclass(frozen=True)
class Share:
    """A share of some samples, with the ends of its 95 % interval (Wilson); nothing is known of a share of none."""

    held: int
    of: int

    __repr__ = short_repr

    @property
    def value(self) -> float:
        return self.held / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        if not self.of:
            return math.nan, math.nan
        low, high = scipy.stats.binomtest(self.held, self.of).proportion_ci(method="wilson")
        return float(low), float(high)


@dataclass(frozen=True)
class Judgement:
    """What fresh samples say: how often the outcome is reached in all of them (``base_rate``) and inside the box
    (``density``), and which share of those in which it is lies inside (``coverage``).
    """

    base_rate: Share
    density: Share
    coverage: Share
    leaves: tuple[Share, ...] = ()
    """The same as density of each leaf of a tree, in their order."""

    __repr__ = short_repr


def judge(
    results: ExperimentResults,
    criterion: Criterion,
    box: Box | None,
    evaluate: Evaluate,
    *,
    leaves: Sequence[Box] = (),
    fresh: int = FRESH,
    seed: int = 1,
    workers: int | None = None,
    progress: ProgressCallback | None = None,
) -> Judgement | None:
    """Simulates another Latin hypercube with luck that the experiment never had, and counts.

    Nothing is simulated where another version of the model made the store, or the criterion rests on a file of
    functions, which no store holds: there is nothing then.
    """
    settings = results.settings
    weekly = [name for name in results.outcomes if name not in settings["outcomes"]]
    computable = set(settings["outcomes"]) - set(results.functions)
    computable -= {name for name, text in results.formulas.items() if names_in(text) & set(results.functions)}
    if results.manifest["model"] != model_version() or not set(criterion.outcomes) <= {*computable, *weekly}:
        return None
    design = sample_design("latin", results.names, fresh, settings["seed"] + SEEDS_APART * (seed + 1))
    unit_sample = correlate(design.unit_sample, design.names, results.correlations)
    task = Task(
        Scenario.from_text(settings["scenario"], results.manifest["variant"]),
        results.names,
        unit_sample,
        tuple(name for name in settings["outcomes"] if name in computable),
        results.replicates,
        settings["seed"],
        tuple(int(name.removeprefix(WEEK_PREFIX)) for name in results.outcomes if name.startswith(WEEK_PREFIX)),
        settings.get("lift", 0.0),
        results.placed,
        evaluate=evaluate,
        own=OwnOutcomes(results.formulas),
        luck=FIRST_LUCK + fresh * seed + np.arange(fresh),
    )
    batches = task.batches(range(task.runs))

    def compute(batch: range) -> list[Row]:
        return compute_batch(task.for_batch(batch), batch)

    rows = [row for rows in map_ordered(compute, batches, validate_workers(workers), progress) for row in rows]
    runs = pandas.DataFrame(rows)
    names = list(criterion.outcomes)
    cube = runs[names].to_numpy(dtype=np.float64).reshape(fresh, results.replicates, len(names))
    cube = quantiles_in_place(cube, names, task.own.quantiles)
    means = pandas.DataFrame(cube.mean(axis=1), columns=names)
    defined = np.isfinite(means).all(axis=1).to_numpy()
    reached = criterion.holds(means[defined])
    values = values_at(results.names, results.placed, pandas.DataFrame(unit_sample, columns=list(results.names)))
    found, *inside = (
        box_of(limits, values[defined], reached)
        for limits in (box.limits if box else (), *(leaf.limits for leaf in leaves))
    )
    return Judgement(
        Share(int(reached.sum()), len(reached)),
        Share(found.reached, found.samples),
        Share(found.reached, int(reached.sum())),
        tuple(Share(leaf.reached, leaf.samples) for leaf in inside),
    )
