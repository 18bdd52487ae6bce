"""plnsim simulates how a practice spreads through professional learning networks of teachers.

>>> from plnsim import Scenario, run
>>> done = run("baseline", seed=1, replicates=20)
>>> done.outcomes["deep_use"].mean()
"""

from importlib.metadata import PackageNotFoundError, version

__all__ = ["BadInput", "PLNModel", "Scenario", "barriers", "run"]

try:
    __version__ = version("plnsim")
except PackageNotFoundError:
    __version__ = "0+unknown"


def __getattr__(name: str):
    """Loads a part of the library when it is asked for, so that nothing heavy is imported in vain."""
    if name == "Scenario":
        from plnsim.scenario import Scenario as found
    elif name == "run":
        from plnsim.runs import run as found
    elif name == "barriers":
        from plnsim.runs import barriers as found
    elif name == "PLNModel":
        from plnsim.engine.mesa_reading import PLNModel as found
    elif name == "BadInput":
        from plnsim.errors import BadInput as found
    else:
        raise AttributeError(f"module 'plnsim' has no attribute {name!r}")
    return found
