"""EMA workbench, imported without its warnings, and what differs between its versions; it is an extra."""

from __future__ import annotations

import importlib
import inspect
import warnings
from types import ModuleType

from plnsim.common.errors import InputError

INSTALL = "python -m pip install 'plnsim[discover]'"


def ema(module: str = "") -> ModuleType:
    """EMA workbench, or a module of it; raises ``InputError`` where it is not installed. Its advice on parallel extras
    is not ours to pass on.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(f"ema_workbench.{module}".rstrip("."))
        except ImportError:
            raise InputError("this needs EMA workbench, which is not installed", right=INSTALL) from None


def prim_of(values, reached, **options):
    """PRIM over some samples (``values``: samples x parameters; ``reached``: a boolean each); no threshold ends its
    path early.

    EMA workbench 3 has none; before it, one is needed. Raises ``InputError`` where it is not installed.
    """
    prim = ema("analysis.prim").Prim
    never = {"threshold": 1e-9} if "threshold" in inspect.signature(prim).parameters else {}
    return prim(values, reached.astype(int), **never, **options)
