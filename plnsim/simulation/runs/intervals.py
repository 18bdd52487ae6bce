"""Two intervals of an outcome over independent runs, which answer two questions: where its mean lies, and where one
more run would fall (decision 0020).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypedDict

import numpy as np

from plnsim.common.quantities import MONEY

CONFIDENCE, PREDICTION = 0.95, 0.90
"""Nominal coverage of the confidence interval of the mean and of the prediction interval of a new run."""
CONFIDENCE_INTERVAL = f"{round(100 * CONFIDENCE)} % confidence interval"
PREDICTION_INTERVAL = f"{round(100 * PREDICTION)} % prediction interval"
DISTRIBUTION_FREE = round(2.0 / (1.0 - PREDICTION)) - 1
"""Runs from which the range between two of them holds a new run as often as ``PREDICTION`` says, whatever the
distribution: the range of n runs holds it with the probability (n - 1)/(n + 1).
"""
LIMITS = {
    "share": (0.0, 1.0),
    "0 or 1": (0.0, 1.0),
    "ratio": (0.0, math.inf),
    MONEY: (0.0, math.inf),
    "hours": (0.0, math.inf),
    "teachers": (0.0, math.inf),
    "pupils": (0.0, math.inf),
}
"""What an outcome cannot leave, by its unit."""


class Description(TypedDict):
    """The mean of an outcome, its confidence interval, and the prediction interval of a new run, in its unit.

    The intervals are NaN where fewer than two runs define it. Where all runs are alike they say nothing of how far the
    mean may lie from theirs, and its interval is NaN.
    """

    mean: float
    confidence_low: float
    confidence_high: float
    prediction_low: float
    prediction_high: float


class Intervals(Description):
    """The same with the number of runs that define the outcome."""

    defined_in: int


def intervals(values: np.ndarray, unit: str = "") -> Intervals:
    """Gives the mean over runs with its confidence interval and the prediction interval of a new run.

    Parameters
    ----------
    values : numpy.ndarray of shape (replicates,)
        An outcome, or a difference of one in paired runs; what is not finite is left out.
    unit : str, optional
        The outcome's unit, whose limits (0 and 1 for a share) no end passes; a difference has none.

    Returns
    -------
    Intervals
        The 95 % confidence interval of the mean is Student's, that of a share of runs ("0 or 1") Clopper and Pearson's.
        The 90 % prediction interval lies between order statistics from 19 runs on, and is Student's below.
    """
    at_hand = values[np.isfinite(values)].astype(np.float64)
    runs = len(at_hand)
    mean = float(at_hand.mean()) if runs else math.nan
    ends = np.full(4, math.nan)
    if runs > 1:
        ends = np.clip(_confidence(at_hand, unit) + _prediction(at_hand), *LIMITS.get(unit, (-math.inf, math.inf)))
    return {
        "mean": mean,
        "confidence_low": float(ends[0]),
        "confidence_high": float(ends[1]),
        "prediction_low": float(ends[2]),
        "prediction_high": float(ends[3]),
        "defined_in": runs,
    }


def _prediction(values: np.ndarray) -> list[float]:
    runs, tails = len(values), ((1.0 - PREDICTION) / 2.0, (1.0 + PREDICTION) / 2.0)
    if runs >= DISTRIBUTION_FREE:
        return [float(end) for end in np.quantile(values, tails, method="weibull")]
    return _student(values, tails[1], math.sqrt(1.0 + 1.0 / runs))


def _confidence(values: np.ndarray, unit: str) -> list[float]:
    if unit == "0 or 1":
        return _clopper_pearson(int(values.sum()), len(values))
    if values.min() == values.max():
        return [math.nan, math.nan]
    return _student(values, (1.0 + CONFIDENCE) / 2.0, 1.0 / math.sqrt(len(values)))


def _student(values: np.ndarray, quantile: float, factor: float) -> list[float]:
    """Mean, less and more a quantile of Student's t times the standard deviation and a factor."""
    from scipy.special import stdtrit  # a fifth of a second that a single run does not need

    reach = float(stdtrit(len(values) - 1, quantile)) * float(values.std(ddof=1)) * factor
    return [float(values.mean()) - reach, float(values.mean()) + reach]


def _clopper_pearson(count: int, runs: int) -> list[float]:
    """The exact confidence interval of a probability, from how often it came about."""
    from scipy.special import betaincinv

    tail = (1.0 - CONFIDENCE) / 2.0
    low = float(betaincinv(count, runs - count + 1, tail)) if count else 0.0
    return [low, float(betaincinv(count + 1, runs - count, 1.0 - tail)) if count < runs else 1.0]


def ranges(row: Description, formatter: Callable[[float], str]) -> tuple[str, str]:
    """The confidence and the prediction interval from end to end; a run alone has none, and runs that are all alike do
    not tell how far the mean may lie from theirs.
    """
    if math.isnan(row["prediction_low"]):
        return "", ""
    of_mean = (
        "all runs alike"
        if math.isnan(row["confidence_low"])
        else f"{formatter(row['confidence_low'])} to {formatter(row['confidence_high'])}"
    )
    return of_mean, f"{formatter(row['prediction_low'])} to {formatter(row['prediction_high'])}"
