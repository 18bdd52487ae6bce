"""Sobol indices of many outcomes at once, with bootstrap intervals from one matrix product.

The estimators are SALib's (Saltelli 2010 for first order, Jansen for total, Saltelli 2002 for second order, on
outcomes standardised over the whole design), and so are the resamples for the same seed. What is new: all outcomes and
all resamples are computed together, which is hundreds of times as fast with second order; the indices are those of the
mean over luck, not of the mean of a few replicates; and intervals know how even the points are. So from every square is
taken what luck adds to it, by the variance within points. Where replicates do not differ, the indices are SALib's, and
so are the intervals where nothing is said of the points.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
import scipy

from plnsim.common.short_repr import short_repr
from plnsim.studies.experiment.even_points import EvenPoints, resampled_means
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
    cube: np.ndarray,
    factors: int,
    *,
    second_order: bool,
    resamples: int = 1000,
    seed: int = 1,
    even: EvenPoints | None = None,
) -> Indices:
    """Indices of outcomes with bootstrap intervals over base points, each of which has luck of its own.

    ``cube``: points x replicates x outcomes, the points in SALib's order of a Sobol design. A resample in which an
    outcome does not vary says nothing and is left out of its interval. With one replicate luck cannot be taken from
    squares: total indices then hold it. With ``even`` points (``even_points``) intervals are as narrow as the points
    are even; without, they are SALib's. Raises ``ValueError`` when an outcome is not finite (SALib would turn all its
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
    estimates = _estimates(blocks, bootstrap_weights(len(blocks), resamples, seed), factors, second_order, even)
    z = (
        scipy.stats.norm.ppf(0.5 + CONFIDENCE / 2)
        if even is None
        else scipy.stats.t.ppf(0.5 + CONFIDENCE / 2, even.free)
    )
    off = [0.0 if even is None else part[0] - part[1] for part in estimates]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about outcomes whose variance luck hides in all resamples
        width = [z * np.hypot(_deviation(part, resamples), shift) for part, shift in zip(estimates, off, strict=True)]
    first, total, *second = (np.moveaxis(part[0], -1, 0) for part in estimates)
    first_conf, total_conf, *second_conf = (np.moveaxis(part, -1, 0) for part in width)
    return Indices(first, first_conf, total, total_conf, *second, *second_conf)


def total_indices(cube: np.ndarray, factors: int, *, second_order: bool) -> np.ndarray:
    """Total indices of outcomes (outcomes x factors) without intervals; the design may hold second-order points."""
    step = 2 * factors + 2 if second_order else factors + 2
    blocks = _standardised(cube, step)
    once = np.full((1, len(blocks)), 1.0 / len(blocks))
    return np.asarray(np.moveaxis(_estimates(blocks, once, factors, second_order=False)[1][0], -1, 0))


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
    blocks: np.ndarray, weights: np.ndarray, factors: int, second_order: bool, even: EvenPoints | None = None
) -> list[np.ndarray]:
    """Estimates of first, total and second order, each with a row a row of ``resampled_means``, factors and outcomes.

    ``blocks``: base points x points of each x replicates x outcomes.
    """

    def mean_of(values: np.ndarray) -> np.ndarray:
        return resampled_means(values, weights, even)

    means = blocks.mean(axis=2)
    a, b, ab = means[:, 0], means[:, -1], means[:, 1 : factors + 1]
    mean = 0.5 * (mean_of(a) + mean_of(b))
    squares = crossed_square(blocks[:, [0, -1]], axis=2)
    variance = mean_of(0.5 * (squares[:, 0] + squares[:, 1])) - mean * mean
    variance = np.where(variance > LEAST_VARIANCE, variance, np.nan)
    first = mean_of(b[:, None] * (ab - a[:, None])) / variance[:, None]
    apart = crossed_square(blocks[:, :1] - blocks[:, 1 : factors + 1], axis=2)
    total = 0.5 * mean_of(apart) / variance[:, None]
    parts = [first, total]
    if second_order:
        ba = means[:, factors + 1 : 2 * factors + 1]
        together = np.full((len(variance), factors, factors, a.shape[1]), np.nan)
        product = mean_of(a * b)
        for first_factor in range(factors):
            for second_factor in range(first_factor + 1, factors):
                joint = (mean_of(ba[:, first_factor] * ab[:, second_factor]) - product) / variance
                together[:, first_factor, second_factor] = joint - first[:, first_factor] - first[:, second_factor]
        parts.append(together)
    return parts


def _deviation(part: np.ndarray, resamples: int) -> np.ndarray:
    """The standard deviation over the resamples, which are the last rows."""
    return np.asarray((np.nanstd if np.isnan(part).any() else np.std)(part[-resamples:], axis=0, ddof=1))
