"""Boxes: limits on parameters that can be said aloud, and how well all of them together tell where an outcome is
reached.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas
import scipy

from plnsim.common.parameter import Choice
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import DUMMY

AT_LEAST, AT_MOST, ABOVE, ONE_OF = "at least", "at most", "above", "one of"
Ranges = Mapping[str, tuple[float, float]]
"""The range in which each number varied, by which its limits are rounded."""
SIGNIFICANT = 0.05
"""A limit whose quasi-p-value is not below this is dropped."""


@dataclass(frozen=True)
class Limit:
    """One limit on one parameter; ``value`` is a number, or for ``one of`` the names of options."""

    name: str
    side: str
    value: float | tuple[str, ...]

    __repr__ = short_repr

    def holds(self, values: pandas.DataFrame) -> np.ndarray:
        column = values[self.name]
        if self.side == ONE_OF:
            return np.asarray(column.isin(self.value))
        numbers = column.to_numpy(dtype=np.float64)
        compare = {AT_LEAST: np.greater_equal, AT_MOST: np.less_equal, ABOVE: np.greater}[self.side]
        return np.asarray(compare(numbers, self.value))


@dataclass(frozen=True)
class Box:
    """Limits, with how many samples lie inside (``samples``), in how many of these the outcome is reached
    (``reached``), and in all (``of``).

    ``quasi_p``: for each limit the chance of as many reached inside were it without effect, the other limits given
    (Bryant and Lempert 2010).
    """

    limits: tuple[Limit, ...]
    samples: int
    reached: int
    of: int
    quasi_p: tuple[float, ...]

    __repr__ = short_repr

    @property
    def density(self) -> float:
        """Share of the samples inside in which the outcome is reached."""
        return self.reached / self.samples if self.samples else math.nan

    @property
    def coverage(self) -> float:
        """Share of the samples in which it is reached that lie inside."""
        return self.reached / self.of if self.of else math.nan

    @property
    def harmonic_mean(self) -> float:
        """That of coverage and density."""
        return 2 * self.reached / (self.samples + self.of) if self.samples + self.of else 0.0

    @property
    def parameters(self) -> int:
        return len({limit.name for limit in self.limits})


def box_of(limits: Iterable[Limit], values: pandas.DataFrame, reached: np.ndarray) -> Box:
    """Counts what a box holds of some samples (``values``: samples x parameters; ``reached``: a boolean each)."""
    limits = tuple(limits)
    inside = np.array([limit.holds(values) for limit in limits], dtype=bool).reshape(len(limits), len(values))
    failed = (~inside).sum(axis=0)
    within = failed == 0
    samples, hits = int(within.sum()), int(reached[within].sum())
    without = within | ((failed == 1) & ~inside)
    n, k = without.sum(axis=1), (without & reached).sum(axis=1)
    with np.errstate(invalid="ignore"):
        quasi_p = scipy.stats.binom.sf(hits - 1, samples, np.clip(k / n, 0.0, 1.0)) if samples else np.ones(len(limits))
    return Box(limits, samples, hits, int(reached.sum()), tuple(map(float, quasi_p)))


def prune(limits: Iterable[Limit], values: pandas.DataFrame, reached: np.ndarray, at_most: int) -> Iterator[Box]:
    """Drops the limit with the largest quasi-p-value, again and again; gives each box on the way whose limits all
    count and can be said.

    That is, all are below ``SIGNIFICANT`` and they limit no more than ``at_most`` parameters.
    """
    left = list(limits)
    while left:
        box = box_of(left, values, reached)
        if max(box.quasi_p) < SIGNIFICANT and box.parameters <= at_most:
            yield box
        del left[int(np.argmax(box.quasi_p))]


def round_to_readable(value: float, span: tuple[float, float]) -> float:
    """A limit's number in round steps (1, 2 or 5 times a power of ten), of which the range that varied (``span``) has
    25 to 63.
    """
    finest = (span[1] - span[0]) / 25.0
    if finest <= 0.0:
        return value
    ten = 10.0 ** math.floor(math.log10(finest))
    step = max(factor * ten for factor in (1, 2, 5) if factor * ten <= finest * (1 + 1e-9))
    return float(f"{round(value / step) * step:.10g}")


def at_least(name: str, value: float, span: tuple[float, float]) -> Limit:
    return Limit(name, AT_LEAST, float(math.ceil(value)) if _is_integer(name) else round_to_readable(value, span))


def at_most(name: str, value: float, span: tuple[float, float]) -> Limit:
    return Limit(name, AT_MOST, float(math.floor(value)) if _is_integer(name) else round_to_readable(value, span))


def _is_integer(name: str) -> bool:
    return name != DUMMY and MODEL_PARAMETERS[name].integer


def one_of(name: str, options: Iterable[str]) -> Limit:
    """A limit to some of a switch's options, in the order of their declaration."""
    kept = set(options)
    declared = MODEL_PARAMETERS[name]
    assert isinstance(declared, Choice), name
    return Limit(name, ONE_OF, tuple(option for option in declared.options if option in kept))
