"""Growing a design until its widest interval is as narrow as asked for, or the runs or the time are spent.

Each step doubles the runs: the points, or the replicates of all points, whichever narrows the widest interval more. A
step is a stretch of runs in the store, so what is finished is kept. What a step does follows from the runs before it
alone, not from when it stops: so the same experiment goes on from its store, with other limits as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np
import pandas

from plnsim.common.short_repr import short_repr
from plnsim.studies.experiment.execute import Progress
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.sensitivity import Analysis
from plnsim.studies.experiment.task import Row, Task
from plnsim.studies.experiment.verdict import REPLICATES

LUCKS_APART = 1 << 20
"""Between the numbers of two lucks there is room for so many replicates."""


@dataclass(frozen=True)
class Step:
    """A design of so many points and replicates, and where the runs begin that it adds to those before."""

    points: int
    replicates: int
    first_point: int = 0
    first_replicate: int = 0
    first_run: int = 0

    __repr__ = short_repr

    @property
    def runs(self) -> int:
        """All runs, those of the steps before among them."""
        return self.points * self.replicates

    def doubled(self, what: str) -> Step:
        """The next step: twice the points, or twice the replicates."""
        if what == REPLICATES:
            return Step(self.points, 2 * self.replicates, 0, self.replicates, self.runs)
        return Step(2 * self.points, self.replicates, self.points, 0, self.runs)

    def part_of(self, task: Task) -> Task:
        """What this step adds of a task that has all its points and replicates."""
        return replace(
            task,
            unit_sample=task.unit_sample[self.first_point :],
            luck=None if task.luck is None else task.luck[self.first_point :],
            replicates=self.replicates - self.first_replicate,
            first_point=self.first_point,
            first_replicate=self.first_replicate,
            first_run=self.first_run,
            lucks_apart=LUCKS_APART,
        )


class TimeIsUp(Exception):
    """The time is spent; what is finished is in the store."""


def deadline_of(seconds: float | None) -> float:
    """When so many seconds are over, by the monotonic clock; without a limit never."""
    return math.inf if seconds is None else monotonic() + seconds


def until(deadline: float, progress: Progress | None) -> Progress:
    """What is called after each batch: raises ``TimeIsUp`` once the deadline has passed and runs are missing."""

    def told(done: int, of: int, rows: Sequence[Row]) -> None:
        if progress:
            progress(done, of, rows)
        if done < of and monotonic() > deadline:
            raise TimeIsUp

    return told


def grow(
    experiment: Experiment, step: Step, analysis: Analysis, compute: Callable[[Step], Analysis | None], deadline: float
) -> Analysis:
    """Takes step after step from a first one; gives the analysis of the last that was finished, whose verdict begins
    with what was reached.

    ``compute`` runs what is missing of a step, or raises ``TimeIsUp``, and analyses all.
    """
    assert experiment.half_width is not None
    while True:
        width = f"{analysis.widest:.3f} to either side" if math.isfinite(analysis.widest) else "not known yet"
        asked = (
            f"the widest 95 % interval is {width}, {experiment.half_width:g} is asked for ({step.runs:,} runs: "
            f"{step.points:,} points, {step.replicates} replicates)"
        )
        if analysis.widest <= experiment.half_width:
            return replace(analysis, verdict=f"reached: {asked}; {analysis.verdict}")
        following = step.doubled(analysis.short)
        spent = ""
        if experiment.runs is not None and following.runs > experiment.runs:
            spent = f"of {experiment.runs:,} runs allowed the next step would take {following.runs:,}"
        try:
            further = None if spent or monotonic() > deadline else compute(following)
        except TimeIsUp:
            further = None
        if further is None:
            spent = spent or "the time is spent, and the same command goes on from there"
            return replace(analysis, verdict=f"not reached: {asked}; {spent}; {analysis.verdict}")
        step, analysis = following, further


def in_order(runs: pandas.DataFrame, step: Step) -> pandas.DataFrame:
    """The runs of a step and those before it, as those of one design: by point and replicate, numbered anew."""
    some = runs[runs["run"] < step.runs].sort_values(["point", "replicate"], ignore_index=True)
    return some.assign(run=np.arange(len(some)))


def whole_replicates(runs: pandas.DataFrame) -> int:
    """How many replicates all points have whose first is there."""
    by_replicate = runs.groupby("replicate").size()
    return int((by_replicate == by_replicate.max()).sum())
