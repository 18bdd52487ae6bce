"""When an outcome counts as reached: ``sustained_scale_up >= 0.5``, perhaps joined by ``and``; read by hand, nothing is evaluated as code."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas

from plnsim.common.errors import BadInput, suggestion, told

COMPARED = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
ONE = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(>=|<=|>|<)\s*(\S+)\s*")


@dataclass(frozen=True)
class Comparison:
    """An outcome against a number."""

    outcome: str
    sign: str
    value: float


@dataclass(frozen=True)
class Condition:
    """Comparisons that must all hold."""

    text: str
    comparisons: tuple[Comparison, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.outcome for one in self.comparisons))

    def holds(self, table: pandas.DataFrame) -> np.ndarray:
        """In which rows of a table of outcomes it holds, as booleans."""
        return np.logical_and.reduce([COMPARED[one.sign](table[one.outcome].to_numpy(), one.value) for one in self.comparisons])


def condition_of(text: str, outcomes: Iterable[str]) -> Condition:
    """Reads a condition on some of the outcomes; raises ``BadInput`` naming what is wrong with it."""
    known = list(outcomes)
    return Condition(text.strip(), tuple(_comparison(part, text, known) for part in re.split(r"\s+and\s+", text.strip())))


def _comparison(part: str, text: str, known: list[str]) -> Comparison:
    place = f"--when {told(text)}"
    found = ONE.fullmatch(part)
    if not found:
        raise BadInput(f"{told(part)} is no condition", place=place, right='OUTCOME >= NUMBER (or >, <=, <), for instance "deep_use >= 0.3"')
    outcome, sign, number = found.groups()
    if outcome not in known:
        raise BadInput(f"the experiment has no outcome {told(outcome)}", place=place, right=suggestion(outcome, known))
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInput(f"{told(number)} is no number", place=place, right=f"a number, for instance {outcome} {sign} 0.5")
    return Comparison(outcome, sign, value)
