"""Experiments that the tests perform: functions with known indices in the model's place, and a small experiment on the
model itself.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas

from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.store import Store, read_manifest

THREE_PARAMETERS = ("time.hours", "focus.alignment", "turnover.movers")
"""Three parameters of uniform shape, to stand for the inputs of a function with known indices."""

SOBOL_FILE = """
scenario = "baseline"
method = "sobol"
size = {size}
second_order = true
outcomes = ["deep_use"]
replicates = {replicates}
seed = 3
resamples = 200
[vary]
parameters = ["time.hours", "focus.alignment", "turnover.movers"]
"""


def share_of(name: str, value: float) -> float:
    low, high = MODEL_PARAMETERS[name].range
    return (value - low) / (high - low)


def ishigami(task, values, replicate):
    x = [math.pi * (2 * share_of(name, values[name]) - 1) for name in THREE_PARAMETERS]
    return {"deep_use": math.sin(x[0]) + 7 * math.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * math.sin(x[0])}


def sobol_g(task, values, replicate):
    product = 1.0
    for name, a in zip(THREE_PARAMETERS, (0.0, 1.0, 9.0), strict=True):
        product *= (abs(4 * share_of(name, values[name]) - 2) + a) / (1 + a)
    return {"deep_use": product}


def noisy_ishigami(task, values, replicate):
    """Ishigami with independent noise of the same variance as the function (13.84), another for each point and
    replicate.
    """
    plain = ishigami(task, values, replicate)["deep_use"]
    noise = np.random.default_rng(
        [replicate, *(int(1e12 * share_of(name, values[name])) for name in THREE_PARAMETERS)]
    ).normal()
    return {"deep_use": plain + noise * math.sqrt(13.8445)}


def linear(task, values, replicate):
    return {"deep_use": values["ties.department_odds"] + 3 * values["turnover.movers"]}


def experiment_from(folder: Path, text: str) -> Experiment:
    """An experiment whose file has this text; the file stays in the folder."""
    path = folder / "experiment.toml"
    path.write_text(text, encoding="utf-8")
    return Experiment.read(path)


def values_of(table: pandas.DataFrame, index: str, outcome: str = "deep_use") -> dict[str, float]:
    rows = table[(table["index"] == index) & (table["outcome"] == outcome)]
    return dict(zip(rows["factor"], rows["value"], strict=True))


def indices_of(tmp_path, evaluate, size=2048, replicates=1):
    """The analysis of a Sobol experiment on a function in the model's place, through the whole chain."""
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=size, replicates=replicates))
    return run_experiment(experiment, tmp_path / "store", workers=2, evaluate=evaluate)["baseline"]


MODEL_FILE = """
method = "latin"
size = 300
replicates = 2
years = 1
outcomes = ["deep_use", "use", "cost"]
every_weeks = 20
[vary]
parameters = ["time.hours", "programme.delegates", "adoption.threshold"]
[set.population]
schools = 6
secondary_share = 0.0
"""
"""Six hundred runs of the model of a few milliseconds each: three parts."""


def read_runs(folder: Path) -> pandas.DataFrame:
    """All runs of a store."""
    return Store(folder, read_manifest(folder)).read()
