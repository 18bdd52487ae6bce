"""EMA workbench, imported without its warnings; it is an extra."""

from __future__ import annotations

import importlib
import warnings
from types import ModuleType

from plnsim.errors import BadInput

INSTALL = "python -m pip install 'plnsim[discover]'"


def ema(module: str = "") -> ModuleType:
    """EMA workbench, or a module of it; raises ``BadInput`` where it is not installed. Its advice on parallel extras is not ours to pass on."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(f"ema_workbench.{module}".rstrip("."))
        except ImportError:
            raise BadInput("this needs EMA workbench, which is not installed", right=INSTALL) from None
