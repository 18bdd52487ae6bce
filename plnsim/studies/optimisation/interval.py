"""How well a mean over draws is known, where draws are few and skewed: most do nothing, a few do much."""

from __future__ import annotations

import math

import numpy as np

RESAMPLES = 2000


def standard_error(values: np.ndarray) -> float:
    """The standard error of the mean of independent values; of one value there is none."""
    return float(values.std(ddof=1) / math.sqrt(len(values))) if len(values) > 1 else math.nan


def mean_interval(values: np.ndarray) -> tuple[float, float]:
    """The ends of the 95 % interval of the mean of independent values, by the studentised bootstrap (Hall 1988).

    Student's t holds in 84 of 100 where draws are as skewed as those of sustained deep use and 40 in number; this
    holds in 94 (decision 0019). No end lies beyond the least or the largest value: where all draws but one or two are
    equal, resamples without those have next to no spread, and dividing by it would give an end of any size.
    """
    mean, error = float(values.mean()), standard_error(values)
    if not error > 0.0:
        return (mean, mean) if error == 0.0 else (math.nan, math.nan)
    drawn = np.random.default_rng(1).choice(values, (RESAMPLES, len(values)))
    errors = drawn.std(axis=1, ddof=1) / math.sqrt(len(values))
    studentised = (drawn.mean(axis=1) - mean)[errors > 0.0] / errors[errors > 0.0]
    low, high = np.quantile(studentised, [0.025, 0.975])
    ends = np.clip([mean - float(high) * error, mean - float(low) * error], values.min(), values.max())
    return float(ends[0]), float(ends[1])
