"""The experiments of the headline study, performed one after the other into one folder; each resumes where it was
interrupted.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas

from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.studies.experiment.design import Design
from plnsim.studies.experiment.execute import Progress
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.run import experiment_of, run_experiment
from plnsim.studies.experiment.sensitivity import Analysis
from plnsim.studies.experiment.store import Store, check_results_folder, read_manifest
from plnsim.studies.experiment.task import Task

EXPERIMENTS = ("screening", "conditions", "groups", "crossing", "crossing-posterior", "named-and-actual", "regimes")
QUICK = {
    "screening": (2, 1),
    "conditions": (32, 2),
    "groups": (32, 2),
    "crossing": (1, 3),
    "crossing-posterior": (1, 2),
    "named-and-actual": (8, 1),
    "regimes": (80, 1),
}
"""Sizes and replicates that show in a minute or two what the study looks like; nothing may be concluded from them."""


@dataclass(frozen=True)
class HeadlineExperiment:
    """One experiment of the study: what was asked, the analysis of each variant, and the folder of their stores."""

    experiment: Experiment
    analyses: dict[str, Analysis]
    folder: Path

    __repr__ = short_repr

    @property
    def scenario(self) -> str:
        """The variant as it is, of the first scenario."""
        return next(iter(self.analyses))

    @cached_property
    def points(self) -> dict[str, pandas.DataFrame]:
        """For each variant the means over the replicates of each point, a row a point."""
        points = {}
        for variant in self.analyses:
            path = self.folder / variant
            runs = Store(path, read_manifest(path)).read()
            points[variant] = (
                runs[runs["status"] == "done"]
                .drop(columns=["run", "replicate", "status", "error"])
                .groupby("point")
                .mean()
            )
        return points

    @property
    def runs(self) -> int:
        """Simulations that it took, those with a condition lifted as well."""
        points = len(self.experiment.design().unit_sample) * len(self.analyses) * self.experiment.replicates
        return points * (4 if self.experiment.lift > 0.0 else 1)


def run_headline(
    folder: Path,
    *,
    quick: bool = False,
    workers: int | None = None,
    executor: Executor | None = None,
    concurrency: Callable[[], int] | None = None,
    progress: Callable[[str, Task, Design], Progress | None] = lambda *_: None,
    note: Callable[[str], None] = lambda text: None,
) -> dict[str, HeadlineExperiment]:
    """Performs what is missing of the study and analyses it, by the name of the experiment; raises ``InputError``.

    ``note`` is told of damage that was mended.
    """
    results = {}
    check_results_folder(folder, EXPERIMENTS)
    for name in EXPERIMENTS:
        experiment = experiment_of(name)
        if quick:
            size, replicates = QUICK[name]
            experiment = replace(
                experiment,
                size=size,
                replicates=replicates,
                resamples=100,
                scenarios=experiment.scenarios[:2],
                alternatives=_first_and_last(experiment.alternatives),
            )
        path = folder / name
        results[name] = HeadlineExperiment(
            experiment,
            run_experiment(
                experiment,
                path,
                workers=workers,
                executor=executor,
                concurrency=concurrency,
                progress=progress,
                note=note,
            ),
            path,
        )
    return results


def _first_and_last(alternatives: dict[str, dict[str, Value]]) -> dict[str, dict[str, Value]]:
    """The first alternative and the last, which is the negative control where there is one."""
    names = list(alternatives)
    return {name: alternatives[name] for name in names[:1] + names[1:][-1:]}
