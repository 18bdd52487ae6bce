"""The experiments of the headline study, performed one after the other into one folder; each resumes where it was
interrupted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas

from plnsim.common.files import atomic_write
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.save import to_toml
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.experiment.design import DUMMY, Design
from plnsim.studies.experiment.execute import Progress
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.factorial import Factor
from plnsim.studies.experiment.run import experiment_of, run_experiment
from plnsim.studies.experiment.sensitivity import Analysis
from plnsim.studies.experiment.store import Store, check_results_folder, read_manifest
from plnsim.studies.experiment.task import Task
from plnsim.studies.headline.plans import CostedPlan, ending_with_support, plans_of_equal_cost

CONDITIONS = {"time": ("time",), "leadership": ("vision", "support", "distributed"), "focus": ("focus",)}
"""The conditions, and the levers of the experiment ``crossing`` that they bundle."""
LEVERS = tuple(lever for levers in CONDITIONS.values() for lever in levers)
AS_IT_IS, LUCKS = "-as-it-is", {"crossing": 10, "lifts": 30, "equal-cost": 60}
"""Added to the name of an experiment that is asked again of the model as it is, without its other structures or away
from its ranges, and how often.
"""
QUICK = {
    "crossing": (1, 2),
    "crossing-as-it-is": (1, 2),
    "lifts": (1, 2),
    "lifts-as-it-is": (1, 2),
    "time-and-leadership": (1, 2),
    "programmes": (2, 1),
    "equal-cost": (24, 1),
    "equal-cost-as-it-is": (4, 1),
    "conditions": (8, 2),
    "groups": (8, 2),
    "regimes": (80, 1),
}
"""The experiments in their order, with sizes and replicates that show in a minute or two what the study looks like;
nothing may be concluded from them.
"""
PLANS = "plans"
"""The folder of the scenarios that the study makes."""


@dataclass(frozen=True)
class HeadlineExperiment:
    """One experiment of the study: what was asked, the analysis of each variant, and the folder of their stores."""

    experiment: Experiment
    analyses: dict[str, Analysis]
    folder: Path
    plans: tuple[CostedPlan, ...] = ()

    __repr__ = short_repr

    @property
    def scenario(self) -> str:
        """The variant as it is, of the first scenario."""
        return next(iter(self.analyses))

    @cached_property
    def tables(self) -> dict[str, pandas.DataFrame]:
        """For each variant its runs, a row a run, in the order of their numbers; without values where one failed."""
        return {
            variant: Store(path, read_manifest(path)).read().sort_values("run")
            for variant in self.analyses
            for path in (self.folder / variant,)
        }

    def cube(self, variant: str, outcome: str, axes: int) -> np.ndarray:
        """An outcome of a factorial design: an axis for each of the first so many factors, one for the combinations of
        the others, and one for replicates.
        """
        shape = [len(factor.levels) for factor in self.experiment.factors.values()][:axes]
        values = self.tables[variant][outcome].to_numpy(dtype=np.float64)
        return np.reshape(values, (*shape, -1, self.experiment.replicates))

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
    check_results_folder(folder, [*QUICK, PLANS])
    for name in QUICK:
        experiment = experiment_of(name.removesuffix(AS_IT_IS))
        if name.endswith(AS_IT_IS):
            experiment = _as_it_is(experiment, LUCKS[experiment.name])
        if quick:
            experiment = _sketch(experiment, *QUICK[name])
        plain = Scenario.of(experiment.scenarios[0]).with_values(experiment.values)
        plans: tuple[CostedPlan, ...] = ()
        if name.startswith("lifts"):
            ending = _keep(folder / PLANS, {"ending-with-support": ending_with_support(plain)})
            experiment = replace(experiment, scenarios=(*experiment.scenarios, *ending))
        elif name.startswith("equal-cost"):
            plans = tuple(plans_of_equal_cost(plain))
            experiment = replace(
                experiment, scenarios=_keep(folder / PLANS, {plan.name: plan.scenario for plan in plans})
            )
        path = folder / name
        analyses = run_experiment(
            experiment,
            path,
            workers=workers,
            executor=executor,
            concurrency=concurrency,
            progress=progress,
            note=note,
        )
        results[name] = HeadlineExperiment(experiment, analyses, path, plans)
    return results


def _keep(folder: Path, scenarios: dict[str, Scenario]) -> tuple[str, ...]:
    """Writes scenarios into a folder; their files."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, scenario in scenarios.items():
        atomic_write(folder / f"{name}.toml", partial(_write, to_toml(scenario)))
    return tuple(str((folder / f"{name}.toml").resolve()) for name in scenarios)


def _write(text: str, file: BinaryIO) -> None:
    file.write(text.encode())


def _as_it_is(experiment: Experiment, lucks: int) -> Experiment:
    """The same asked of the model as it is: a factorial design without structures, plans at the defaults."""
    if experiment.factors:
        return replace(_without(experiment, structures_of(experiment)), replicates=lucks)
    return replace(experiment, names=(DUMMY,), size=lucks, replicates=1)


def structures_of(experiment: Experiment) -> list[str]:
    """The factors that are neither a condition nor a lever."""
    return [name for name in experiment.factors if name not in (*LEVERS, *CONDITIONS)]


def _without(experiment: Experiment, left: list[str]) -> Experiment:
    names = tuple(name for name in experiment.names if name not in left)
    return replace(experiment, names=names, factors={name: experiment.factors[name] for name in names})


def _sketch(experiment: Experiment, size: int, replicates: int) -> Experiment:
    """A small experiment of the same kind: a programme or two, one of the crossed structures, and of many levels the
    first, the middle and the last.
    """
    small = _without(experiment, structures_of(experiment)[1:]) if experiment.factors else experiment
    return replace(
        small,
        size=size,
        replicates=replicates,
        resamples=100,
        scenarios=experiment.scenarios[:2] if experiment.lift else experiment.scenarios[:1],
        factors={
            name: Factor({level: factor.levels[level] for level in _ends(list(factor.levels))})
            for name, factor in small.factors.items()
        },
    )


def _ends(levels: list[str]) -> Iterable[str]:
    return dict.fromkeys((levels[0], levels[len(levels) // 2], levels[-1]))
