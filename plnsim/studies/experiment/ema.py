"""EMA workbench, imported without its warnings, and what differs between its versions; it is an extra."""

from __future__ import annotations

import importlib
import inspect
import warnings
from types import ModuleType
from typing import Protocol

import numpy as np
import pandas

from plnsim.common.package import missing_library


class PrimBox(Protocol):
    """A box of PRIM with those on its way: the limits of each, a column a parameter."""

    box_lims: list[pandas.DataFrame]


class Prim(Protocol):
    """What is used of EMA workbench's PRIM."""

    box_init: pandas.DataFrame

    def find_box(self) -> PrimBox: ...


def ema(module: str = "") -> ModuleType:
    """EMA workbench, or a module of it; raises ``InputError`` where it is not installed. Its advice on parallel extras
    is not ours to pass on.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return importlib.import_module(f"ema_workbench.{module}".rstrip("."))
        except ImportError:
            raise missing_library("this", "EMA workbench") from None


def make_prim(values: pandas.DataFrame, reached: np.ndarray, **options: float) -> Prim:
    """PRIM over some samples (``values``: samples x parameters; ``reached``: a boolean each); no threshold ends its
    path early.

    EMA workbench 3 has none; before it, one is needed. Raises ``InputError`` where it is not installed.
    """
    prim_class = ema("analysis.prim").Prim
    never = {"threshold": 1e-9} if "threshold" in inspect.signature(prim_class).parameters else {}
    prim: Prim = prim_class(values, reached.astype(int), **never, **options)
    return prim
