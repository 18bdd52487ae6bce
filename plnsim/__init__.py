"""plnsim simulates how a practice spreads through professional learning networks of teachers.

>>> from plnsim import Scenario, run
>>> done = run("baseline", seed=1, replicates=20)
>>> done.outcomes["deep_use"].mean()
"""

from plnsim.common.package import __version__

__all__ = ["InputError", "PLNModel", "Scenario", "__version__", "barriers", "run"]


def __getattr__(name: str):
    """Loads a part of the library when it is asked for, so that nothing heavy is imported in vain."""
    if name == "Scenario":
        from plnsim.simulation.scenario import Scenario as found
    elif name == "run":
        from plnsim.simulation.runs import run as found
    elif name == "barriers":
        from plnsim.simulation.runs import barriers as found
    elif name == "PLNModel":
        from plnsim.simulation.mesa_backend import PLNModel as found
    elif name == "InputError":
        from plnsim.common.errors import InputError as found
    else:
        raise AttributeError(f"module 'plnsim' has no attribute {name!r}")
    return found
