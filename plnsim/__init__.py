"""plnsim simulates how a practice spreads through professional learning networks of teachers.

>>> from plnsim import Scenario, run
>>> scenario = Scenario.of("baseline").with_values({"population.schools": 6}).with_years(2)
>>> result = run(scenario, seed=1, replicates=2)
>>> result.outcomes[["use", "deep_use"]].round(3)
     use  deep_use
0  0.075     0.013
1  0.052     0.007
>>> result.weeks.query("week == 77")["use"].round(3).tolist()
[0.062, 0.07]
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plnsim.common.errors import InputError
    from plnsim.common.package import __version__
    from plnsim.simulation.mesa_backend import PLNModel
    from plnsim.simulation.runs import barriers, run
    from plnsim.simulation.scenario.scenario import Scenario
    from plnsim.studies.calibration.fit import calibrate
    from plnsim.studies.comparison import compare
    from plnsim.studies.experiment.experiment import Experiment
    from plnsim.studies.experiment.own_outcomes import outcome
    from plnsim.studies.experiment.run import run_experiment
    from plnsim.studies.optimisation.front import optimise
    from plnsim.studies.readiness.readiness import readiness

__all__ = [
    "Experiment",
    "InputError",
    "PLNModel",
    "Scenario",
    "__version__",
    "barriers",
    "calibrate",
    "compare",
    "optimise",
    "outcome",
    "readiness",
    "run",
    "run_experiment",
]

MODULES = {
    "Experiment": "studies.experiment.experiment",
    "InputError": "common.errors",
    "PLNModel": "simulation.mesa_backend",
    "Scenario": "simulation.scenario.scenario",
    "__version__": "common.package",
    "barriers": "simulation.runs",
    "calibrate": "studies.calibration.fit",
    "compare": "studies.comparison",
    "optimise": "studies.optimisation.front",
    "outcome": "studies.experiment.own_outcomes",
    "readiness": "studies.readiness.readiness",
    "run": "simulation.runs",
    "run_experiment": "studies.experiment.run",
}
"""Where each name stands."""
RENAMED = {"BadInput": "InputError"}
"""Names of version 0.1."""


def __getattr__(name: str) -> object:
    """Loads a part of the library when it is asked for, so that nothing heavy is imported in vain."""
    if name in RENAMED:
        from plnsim.common.deprecated import warn_renamed

        warn_renamed(f"plnsim.{name}", f"plnsim.{RENAMED[name]}")
        name = RENAMED[name]
    if name not in MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
