"""When an outcome counts as reached: ``sustained_scale_up >= 0.5``, perhaps joined by ``and``; read by hand, nothing
is evaluated as code.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas

from plnsim.common.errors import InputError, quote_value, suggestion

OPERATORS = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}
INEQUALITY = re.compile(r"\s*([A-Za-z_][\w.]*)\s*(>=|<=|>|<)\s*(\S+)\s*")


@dataclass(frozen=True)
class Inequality:
    """An outcome against a number."""

    outcome: str
    sign: str
    value: float


@dataclass(frozen=True)
class Criterion:
    """Inequalities that must all hold."""

    text: str
    inequalities: tuple[Inequality, ...]

    @property
    def outcomes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(inequality.outcome for inequality in self.inequalities))

    def holds(self, table: pandas.DataFrame) -> np.ndarray:
        """In which rows of a table of outcomes it holds, as booleans."""
        return np.asarray(
            np.logical_and.reduce(
                [
                    OPERATORS[inequality.sign](table[inequality.outcome].to_numpy(), inequality.value)
                    for inequality in self.inequalities
                ]
            )
        )


def parse_criterion(text: str, outcomes: Iterable[str]) -> Criterion:
    """Parses a condition on some of the outcomes; raises ``InputError`` naming what is wrong with it."""
    known = list(outcomes)
    return Criterion(
        text.strip(), tuple(_parse_inequality(part, text, known) for part in re.split(r"\s+and\s+", text.strip()))
    )


def _parse_inequality(part: str, text: str, known: list[str]) -> Inequality:
    place = f"--when {quote_value(text)}"
    match = INEQUALITY.fullmatch(part)
    if not match:
        raise InputError(
            f"{quote_value(part)} is no condition",
            place=place,
            right='OUTCOME >= NUMBER (or >, <=, <), for instance "deep_use >= 0.3"',
        )
    outcome, sign, number = match.groups()
    if outcome not in known:
        raise InputError(f"there is no outcome {quote_value(outcome)}", place=place, right=suggestion(outcome, known))
    try:
        value = float(number)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InputError(
            f"{quote_value(number)} is no number", place=place, right=f"a number, for instance {outcome} {sign} 0.5"
        )
    return Inequality(outcome, sign, value)
