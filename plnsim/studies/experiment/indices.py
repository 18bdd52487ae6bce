"""Sobol indices of many outcomes at once, with bootstrap intervals from one matrix product.

The estimators are SALib's (Saltelli 2010 for first order, Jansen for total, Saltelli 2002 for second order, on
outcomes standardised over the whole design), and so are the resamples for the same seed. What is new: all outcomes and
all resamples are computed together, which is hundreds of times as fast with second order; and the indices are those of
the mean over luck, not of the mean of a few replicates. So from every square is taken what luck adds to it, by the
variance within points; where replicates do not differ, the numbers are SALib's.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from plnsim.common.short_repr import short_repr
from plnsim.studies.experiment.luck import bootstrap_weights

CONFIDENCE = 0.95
LEAST_VARIANCE = 1e-12
"""Of a standardised outcome: what is below is rounding."""


@dataclass(frozen=True)
class Indices:
    """Indices of one design for several outcomes; half-widths of intervals carry the name ``..._conf``.

    ``first``, ``total``: outcomes x factors; ``second``: outcomes x factors x factors (NaN where not estimated).
    """

    first: np.ndarray
    first_conf: np.ndarray
    total: np.ndarray
    total_conf: np.ndarray
    second: np.ndarray | None = None
    second_conf: np.ndarray | None = None

    __repr__ = short_repr


def sobol_indices(
    cube: np.ndarray, factors: int, *, second_order: bool, resamples: int = 1000, seed: int = 1
) -> Indices:
    """Indices of outcomes with bootstrap intervals over base points, each of which has luck of its own.

    ``cube``: points x replicates x outcomes, the points in SALib's order of a Sobol design. A resample in which an
    outcome does not vary says nothing and is left out of its interval. With one replicate luck cannot be taken from
    squares: total indices then hold it. Raises ``ValueError`` when an outcome is not finite (SALib would turn all its
    indices into 0) or the same at all base points.
    """
    if not np.isfinite(cube).all():
        raise ValueError(
            f"{int((~np.isfinite(cube)).any(axis=(1, 2)).sum())} points have an outcome that is not a finite number"
        )
    step = 2 * factors + 2 if second_order else factors + 2
    if len(cube) % step:
        raise ValueError(f"{len(cube)} points are no Sobol design of {factors} factors")
    constant = ~varies_at_base_points(cube, step)
    if constant.any():
        raise ValueError(f"outcome {int(np.flatnonzero(constant)[0])} is constant")
    blocks = _standardised(cube, step)
    point, spread_of = _estimates(blocks, bootstrap_weights(len(blocks), resamples, seed), factors, second_order)
    z = norm.ppf(0.5 + CONFIDENCE / 2)
    second = (point[2], z * spread_of[2]) if second_order else (None, None)
    return Indices(point[0], z * spread_of[0], point[1], z * spread_of[1], *second)


def total_indices(cube: np.ndarray, factors: int, *, second_order: bool) -> np.ndarray:
    """Total indices of outcomes (outcomes x factors) without intervals; the design may hold second-order points."""
    step = 2 * factors + 2 if second_order else factors + 2
    blocks = _standardised(cube, step)
    once = np.full((1, len(blocks)), 1.0 / len(blocks))
    return np.asarray(_estimates(blocks, once, factors, second_order=False)[0][1])


def _standardised(cube: np.ndarray, step: int) -> np.ndarray:
    """Outcomes by the standard deviation of the points' means, as base points x points of each x replicates x
    outcomes.
    """
    means = cube.mean(axis=1)
    return np.asarray(((cube - means.mean(axis=0)) / means.std(axis=0)).reshape(-1, step, *cube.shape[1:]))


def varies_at_base_points(cube: np.ndarray, step: int) -> np.ndarray:
    """Which outcomes (points x replicates x outcomes) vary among the base points, from which an index takes its
    variance; ``step`` points belong to one.
    """
    means = cube.mean(axis=1).reshape(-1, step, cube.shape[2])
    return np.asarray(np.ptp(means[:, [0, -1]], axis=(0, 1)) > 0.0)


def crossed_square(values: np.ndarray, axis: int) -> np.ndarray:
    """The square of a mean over luck: that of the replicates' mean, less what luck adds to it.

    With two replicates it is their product; with one nothing is known of luck, and the square stays.
    """
    replicates = values.shape[axis]
    square = values.mean(axis=axis) ** 2
    return np.asarray(square if replicates < 2 else square - values.var(axis=axis, ddof=1) / replicates)


def _estimates(
    blocks: np.ndarray, weights: np.ndarray, factors: int, second_order: bool
) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Estimates of the design (first row of weights), and their standard deviation over the resamples.

    ``blocks``: base points x points of each x replicates x outcomes.
    """
    means = blocks.mean(axis=2)
    a, b, ab = means[:, 0], means[:, -1], means[:, 1 : factors + 1]
    mean = 0.5 * (_weighted(a, weights) + _weighted(b, weights))
    squares = crossed_square(blocks[:, [0, -1]], axis=2)
    variance = _weighted(0.5 * (squares[:, 0] + squares[:, 1]), weights) - mean * mean
    variance = np.where(variance > LEAST_VARIANCE, variance, np.nan)
    first = _weighted(b[:, None] * (ab - a[:, None]), weights) / variance[:, None]
    apart = crossed_square(blocks[:, :1] - blocks[:, 1 : factors + 1], axis=2)
    total = 0.5 * _weighted(apart, weights) / variance[:, None]
    parts = [first, total]
    if second_order:
        ba = means[:, factors + 1 : 2 * factors + 1]
        together = np.full((len(weights), factors, factors, a.shape[1]), np.nan)
        product = _weighted(a * b, weights)
        for first_factor in range(factors):
            for second_factor in range(first_factor + 1, factors):
                joint = (_weighted(ba[:, first_factor] * ab[:, second_factor], weights) - product) / variance
                together[:, first_factor, second_factor] = joint - first[:, first_factor] - first[:, second_factor]
        parts.append(together)
    point = [np.moveaxis(part[0], -1, 0) for part in parts]
    if len(weights) == 1:
        return point, []
    deviation = np.nanstd if np.isnan(variance).any() else np.std
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about outcomes whose variance luck hides in all resamples
        return point, [np.moveaxis(deviation(part[1:], axis=0, ddof=1), -1, 0) for part in parts]


def _weighted(products: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Means of products over base points, for every row of weights, in one matrix product."""
    means: np.ndarray = weights @ products.reshape(len(products), -1)
    return means.reshape(len(weights), *products.shape[1:])
