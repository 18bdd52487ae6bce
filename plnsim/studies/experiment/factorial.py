"""Factorial designs: factors of named levels, each level a set of values, and what moving from the first to the last
level does.

A factor joins what belongs together (vision, support and distributed leadership as *leadership*), so its effect is
that of the condition, not of one parameter. Every point has the same replicates, so each effect is a difference within
a replicate.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import scipy

from plnsim.common.parameter import Value

LARGEST_ORDER = 3
"""Interactions of more factors than these are not reported."""


@dataclass(frozen=True)
class Factor:
    """The levels of a factor in their order, each with its values by dotted name."""

    levels: Mapping[str, Mapping[str, Value]]

    def level(self, share: float) -> str:
        """The name of the level that a share of the way from the first to the last stands for."""
        return list(self.levels)[round(share * (len(self.levels) - 1))]

    def ppf(self, share: float) -> Mapping[str, Value]:
        """The values of that level."""
        return self.levels[self.level(share)]


def full_factorial(sizes: tuple[int, ...]) -> np.ndarray:
    """Every combination of so many levels a factor, as shares: combinations x factors, the last factor moving
    fastest.
    """
    levels = [np.linspace(0.0, 1.0, size) if size > 1 else np.zeros(1) for size in sizes]
    return np.array(list(itertools.product(*levels))).reshape(-1, len(sizes))


def effects(
    unit_sample: np.ndarray, factors: tuple[str, ...], values: np.ndarray
) -> list[tuple[str, str, float, float]]:
    """Main effects and interactions: (factor, with which others, effect, half-width of its 95 % interval over
    replicates).

    ``values``: combinations x replicates. A main effect is the mean at a factor's last level minus that at its first,
    over all combinations of the others' first and last levels. An interaction of two is half the difference of one's
    effect between the other's levels, and so on (the usual contrasts of a two-level factorial). The half-width is not
    a number with a single replicate.
    """
    ends = ((unit_sample == 0.0) | (unit_sample == 1.0)).all(axis=1)
    signs, values = np.where(unit_sample[ends] == 1.0, 1.0, -1.0), values[ends]
    rows = []
    for order in range(1, min(LARGEST_ORDER, len(factors)) + 1):
        for chosen in itertools.combinations(range(len(factors)), order):
            contrast = signs[:, chosen].prod(axis=1)
            per_replicate = 2.0 * (contrast[:, None] * values).mean(axis=0)
            rows.append(
                (
                    factors[chosen[0]],
                    " x ".join(factors[factor] for factor in chosen[1:]),
                    float(per_replicate.mean()),
                    half_width(per_replicate),
                )
            )
    return rows


def half_width(values: np.ndarray) -> float:
    """Half the width of the 95 % interval of the mean of independent values, by Student's t; of one value there is
    none.
    """
    if len(values) < 2:
        return float("nan")
    return float(scipy.stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values)))
