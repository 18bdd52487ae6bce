"""Quantiles over the runs of a point: one number a point, and how much of it is luck.

The estimator is that of Harrell and Davis (1982): a mean of all runs in their order, weighted by a beta distribution,
so it moves smoothly as a run is left out. So the jackknife's pseudo-values (Tukey), moved so that their mean is the
quantile, stand in the place of the replicates: their variance by their number is what luck adds to it. Whatever is made
of replicates' means and variances serves quantiles so, indices and intervals alike. Over 4,000 times 10 normal draws
that variance was 9, 7 and 8 % larger than the true one at .1, .25 and .5; unmoved, the mean of the pseudo-values was
-1.49 at .1, where the truth is -1.28 and Harrell and Davis come to -1.27.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import scipy

from plnsim.common.errors import InputError

LEAST_REPLICATES = 4


def least_replicates(share: float) -> int:
    """The fewest runs a point from which a quantile is told: one run is expected to lie beyond it."""
    return max(LEAST_REPLICATES, math.ceil(1.0 / min(share, 1.0 - share) - 1e-9))


def check_replicates(quantiles: Mapping[str, float], outcomes: Sequence[str], replicates: int) -> None:
    """Raises ``InputError`` where a quantile that is asked for takes more runs a point."""
    for name, share in quantiles.items():
        if name in outcomes and replicates < (least := least_replicates(share)):
            raise InputError(
                f"{replicates} replicates do not tell a quantile of {share:g} ({name}): hardly a run lies beyond it",
                place="replicates",
                right=f"replicates = {least} or more",
            )


def harrell_davis(ordered: np.ndarray, share: float) -> np.ndarray:
    """The quantile of values that are in order along the last axis."""
    number = ordered.shape[-1]
    ends = scipy.stats.beta.cdf(np.arange(number + 1) / number, (number + 1) * share, (number + 1) * (1.0 - share))
    return np.asarray(ordered @ np.diff(ends))


def pseudo_values(values: np.ndarray, share: float) -> np.ndarray:
    """Pseudo-values of a quantile over the last axis, in the shape of ``values``: the first is that which leaving out
    the first replicate gives, and their mean is the quantile.
    """
    number = values.shape[-1]
    order = np.argsort(values, axis=-1, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-1)
    whole = harrell_davis(ordered, share)
    without = np.stack([harrell_davis(np.delete(ordered, place, axis=-1), share) for place in range(number)], axis=-1)
    pseudo = np.empty_like(ordered)
    away = (number - 1) * (without.mean(axis=-1, keepdims=True) - without)
    np.put_along_axis(pseudo, order, whole[..., None] + away, axis=-1)
    return pseudo


def quantiles_in_place(cube: np.ndarray, names: list[str], quantiles: Mapping[str, float]) -> np.ndarray:
    """A cube (points x replicates x outcomes) in which the runs of each outcome that is a quantile are its
    pseudo-values.
    """
    if not any(name in quantiles for name in names):
        return cube
    cube = cube.copy()
    for index, name in enumerate(names):
        if name in quantiles:
            cube[:, :, index] = pseudo_values(cube[:, :, index], quantiles[name])
    return cube
