"""Experiments: a design over the ranges of parameters, its runs in a store that can be resumed, and what they say.

>>> from pathlib import Path
>>> from plnsim.studies.experiment import Experiment, ExperimentResults, run_experiment
>>> analyses = run_experiment(Experiment.read(Path("my-experiment.toml")), Path("results"))
>>> ExperimentResults.of("results").runs
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plnsim.studies.experiment.design import Design
    from plnsim.studies.experiment.experiment import Experiment
    from plnsim.studies.experiment.results import ExperimentResults
    from plnsim.studies.experiment.run import run_experiment
    from plnsim.studies.experiment.store import Store

__all__ = ["Design", "Experiment", "ExperimentResults", "Store", "run_experiment"]

MODULES = {
    "Design": "design",
    "Experiment": "experiment",
    "ExperimentResults": "results",
    "Store": "store",
    "run_experiment": "run",
}
"""Where each name stands."""


def __getattr__(name: str) -> object:
    """Loads a name when it is asked for, so that no command loads tables and stores in vain."""
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)
