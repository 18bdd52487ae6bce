"""Stages of a calibration: each a design of points that goes through the store of experiments, so that it can be
resumed.

Every point has random numbers of its own, made from its values: the posterior is then one over all chance, not over
that of a few replicates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas

from plnsim.common.files import content_hash
from plnsim.common.short_repr import short_repr
from plnsim.simulation.model_version import model_version
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario.save import to_toml
from plnsim.studies.calibration.calibration import Calibration
from plnsim.studies.calibration.observations import Observation
from plnsim.studies.experiment.design import sample_design
from plnsim.studies.experiment.execute import Progress, execute
from plnsim.studies.experiment.store import DESIGN, MANIFEST, Store
from plnsim.studies.experiment.task import Evaluate, Task, Values

RUNS = "runs"
"""The folder of the stores, below that of a calibration."""
DIGITS = 9
"""Digits of a share: what a stage learns from earlier ones may differ in its last bits from machine to machine, its
points should not.
"""


def point_replicate(values: Values, replicate: int) -> int:
    """The number by which a point's replicate has its random numbers: the same for the same values, another for any
    other.
    """
    text = repr(sorted(values.items())).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=6).digest(), "big") + replicate


@dataclass(frozen=True)
class ModelEvaluator:
    """Turns a point's values into what would be observed in one run of the model."""

    observations: tuple[Observation, ...]

    __repr__ = short_repr

    def __call__(self, task: Task, values: Values, replicate: int) -> dict[str, float]:
        run_counts = simulate_run(task.scenario.with_values(values), task.seed, point_replicate(values, replicate))
        return {observation.column: observation.value_in(run_counts) for observation in self.observations}


@dataclass(frozen=True)
class StageRuns:
    """The points of a stage and their runs.

    ``unit_sample``: points x parameters, in the unit cube; ``results``: points x replicates x observations, NaN where
    not defined or failed.
    """

    unit_sample: np.ndarray
    results: np.ndarray
    failed: tuple[str, ...] = ()

    __repr__ = short_repr

    @property
    def means(self) -> np.ndarray:
        """Points x observations: means over the replicates in which an observation is defined."""
        defined = np.isfinite(self.results)
        count = defined.sum(axis=1)
        return np.where(count > 0, np.where(defined, self.results, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


@dataclass(frozen=True)
class StageRunner:
    """Where the stages of a calibration are kept and who computes them."""

    calibration: Calibration
    folder: Path
    workers: int | None = None
    executor: Executor | None = None
    concurrency: Callable[[], int] | None = None
    progress: Callable[[str], Progress | None] = lambda stage: None
    evaluate: Evaluate | None = None
    note: Callable[[str], None] = lambda text: None

    __repr__ = short_repr

    @property
    def manifest(self) -> dict[str, object]:
        """What the calibration is, without its budget: a larger one goes on from what is there."""
        calibration = self.calibration
        return {
            "scenario": to_toml(calibration.scenario),
            "names": calibration.names,
            "priors": {name: prior.table for name, prior in calibration.priors.items()},
            "observations": [asdict(observation) for observation in calibration.observations],
            "method": calibration.method,
            "waves": calibration.waves,
            "replicates": calibration.replicates,
            "seed": calibration.seed,
        }

    def uniforms(self, stage: str, rows: int, columns: int) -> np.ndarray:
        """A Latin hypercube that belongs to a stage: rows x columns, in the unit cube."""
        seed = int(content_hash([self.calibration.seed, stage])[:8], 16) % (1 << 31)
        return sample_design("latin", tuple(map(str, range(columns))), rows, seed).unit_sample

    def run_stage(self, stage: str, design: Callable[[], np.ndarray], replicates: int) -> StageRuns:
        """Simulates a stage, or what is missing of it; the design of a stage that was begun is taken from its store."""
        calibration, folder = self.calibration, self.folder / RUNS / stage
        names, version = list(calibration.names), model_version()
        manifest = {
            "experiment": content_hash([self.manifest, stage, replicates]),
            "model": version,
            "stage": stage,
            "replicates": replicates,
            "asked": self.manifest,
        }
        exists = (folder / MANIFEST).exists() and (folder / DESIGN).exists()
        unit_sample = np.ascontiguousarray(
            Store(folder, manifest).design()[names].to_numpy() if exists else design().round(DIGITS)
        )
        store = Store.open(folder, manifest, pandas.DataFrame(unit_sample, columns=names))
        columns = tuple(observation.column for observation in calibration.observations)
        task = Task(
            calibration.scenario,
            calibration.names,
            unit_sample,
            columns,
            replicates,
            calibration.seed,
            placed=calibration.priors,
            evaluate=self.evaluate or ModelEvaluator(calibration.observations),
            model=version,
        )
        execute(
            task,
            store,
            workers=self.workers,
            executor=self.executor,
            concurrency=self.concurrency,
            progress=self.progress(stage),
        )
        for sentence in store.damage_notes():
            self.note(sentence)
        runs = store.read()
        results = runs[list(columns)].to_numpy(dtype=np.float64).reshape(len(unit_sample), replicates, len(columns))
        return StageRuns(
            unit_sample,
            np.where(np.isfinite(results), results, np.nan),
            tuple(runs.loc[runs["status"] == "failed", "error"]),
        )
