"""What the data tell: marginals and how far they are identified, pairs that trade off, profiles, and the check against
the data.

All of it is told in shares of the prior: a share of 0.3 is the value below which 30 % of the prior lie, so the prior
is flat.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from itertools import combinations

import numpy as np
import pandas
from scipy.special import ndtr
from scipy.stats import beta, rankdata

from plnsim.simulation.runs import RANGE_QUANTILES
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.calibration.fit import RULED_OUT, Posterior
from plnsim.studies.calibration.likelihood import conditional_on_fitted
from plnsim.studies.calibration.observations import is_share
from plnsim.studies.calibration.stages import point_replicate

PRIOR_WIDTH = RANGE_QUANTILES[1] - RANGE_QUANTILES[0]
IDENTIFIABILITY = ((0.35, "told by the data"), (0.7, "partly told"), (0.9, "hardly told"), (math.inf, "not told"))
"""Words for the width of the posterior over that of the prior."""
TRADES_OFF = 0.4
"""Rank correlation from which on a pair is named."""
NEAR = 0.05
"""Share of the weight on both sides of an interval's end, over which the weight of a draw there is averaged."""
BINS = 10
STEPS = 60


def quantile(values: np.ndarray, weights: np.ndarray, level: float) -> float:
    """The value below which a share of the weight lies, between the values on both sides of it."""
    order, reached = _reached(values, weights)
    return float(np.interp(level, reached, values[order]))


def _reached(values: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The order of the values, and the share of the weight up to the middle of each of them in that order."""
    order = np.argsort(values, kind="stable")
    return order, (np.cumsum(weights[order]) - 0.5 * weights[order]) / weights.sum()


def interval(values: np.ndarray, weights: np.ndarray, mass: float = PRIOR_WIDTH) -> tuple[float, float, float]:
    """The ends of the central interval that holds a share ``mass`` of a weighted sample's distribution, the median
    between them.

    A further draw falls between the quantiles of few draws too seldom: they lie half a draw too far in. So each end
    is moved outward by half the weight that a draw has there. Of equal weights these are Hyndman and Fan's quantiles of
    the sixth kind, between which a further draw falls with the chance that is asked for.
    """
    order, reached = _reached(values, weights)
    sorted_weights = weights[order] / weights.sum()
    ends = []
    for level in (0.5 - mass / 2.0, 0.5, 0.5 + mass / 2.0):
        near = sorted_weights[np.abs(reached - level) <= NEAR]
        draw = float((near**2).sum() / near.sum()) if near.sum() > 0.0 else float(sorted_weights.max())
        ends.append(float(np.interp(level + (level - 0.5) * draw, reached, values[order])))
    return ends[0], ends[1], ends[2]


def marginals(posterior: Posterior) -> pandas.DataFrame:
    """A row a parameter: prior and posterior quantiles, the width of the posterior over that of the prior, and what
    that means.
    """
    rows = []
    for column, name in enumerate(posterior.calibration.names):
        unit_sample = posterior.unit_sample[:, column]
        low, middle, high = interval(unit_sample, posterior.weights)
        ratio = (high - low) / PRIOR_WIDTH
        ppf = partial(posterior.calibration.ppf, name)
        rows.append(
            {
                "parameter": name,
                "unit": MODEL_PARAMETERS[name].unit,
                "prior_05": ppf(RANGE_QUANTILES[0]),
                "prior_50": ppf(0.5),
                "prior_95": ppf(RANGE_QUANTILES[1]),
                "posterior_05": ppf(low),
                "posterior_50": ppf(middle),
                "posterior_95": ppf(high),
                "width_ratio": ratio,
                "told": next(word for below, word in IDENTIFIABILITY if ratio < below),
            }
        )
    return pandas.DataFrame(rows)


def pairs(posterior: Posterior) -> pandas.DataFrame:
    """A row a pair of parameters: rank correlation in the posterior, the strongest first, and whether it stands out of
    the sampling error.
    """
    ranks = np.apply_along_axis(rankdata, 0, posterior.unit_sample) / len(posterior.unit_sample)
    apart = ranks - posterior.weights @ ranks
    covariance = (posterior.weights[:, None] * apart).T @ apart
    size = np.sqrt(np.diag(covariance))
    least = max(TRADES_OFF, 2.6 / math.sqrt(max(1.0, posterior.effective_sample_size)))
    rows = []
    for first, second in combinations(range(len(posterior.calibration.names)), 2):
        both = size[first] * size[second]
        correlation = float(covariance[first, second] / both) if both > 0 else 0.0
        rows.append(
            {
                "parameter": posterior.calibration.names[first],
                "with": posterior.calibration.names[second],
                "rank_correlation": correlation,
                "stands_out": abs(correlation) >= least,
            }
        )
    columns = ["parameter", "with", "rank_correlation", "stands_out"]
    return pandas.DataFrame(rows, columns=columns).sort_values(
        "rank_correlation", key=abs, ascending=False, ignore_index=True
    )


def profile(posterior: Posterior) -> pandas.DataFrame:
    """How well the best run does in each tenth of a parameter's prior, whatever the other parameters are: what cannot
    be told is flat.
    """
    unit_sample, distances = posterior.evaluated_points
    rows = []
    for column, name in enumerate(posterior.calibration.names):
        bins = np.minimum((unit_sample[:, column] * BINS).astype(int), BINS - 1)
        for bin_ in range(BINS):
            inside = distances[bins == bin_]
            closest = float(inside.min()) if len(inside) else math.nan
            rows.append(
                {
                    "parameter": name,
                    "from": posterior.calibration.ppf(name, bin_ / BINS),
                    "to": posterior.calibration.ppf(name, (bin_ + 1) / BINS),
                    "runs": len(inside),
                    "closest": closest,
                    "matches": closest < RULED_OUT,
                }
            )
    return pandas.DataFrame(rows)


def check(posterior: Posterior) -> pandas.DataFrame:
    """A row an observation: what the prior and the posterior predict for it, its error included, and where in that it
    lies.
    """
    fitted, rows = set(posterior.calibration.fitted), []
    first = posterior.prior.results.reshape(-1, posterior.results.shape[1])
    flat = np.full(len(first), 1.0 / len(first))
    centres, sizes = conditional_on_fitted(posterior.calibration, posterior.results)
    for index, observation in enumerate(posterior.calibration.observations):
        size, bounds = observation.standard_deviation, (-math.inf, math.inf)
        if is_share(observation.outcome, observation.week is not None):
            bounds = min(0.0, observation.value), max(1.0, observation.value)
        before = _predictive_quantiles(first[:, index], flat, size, bounds)
        after = _predictive_quantiles(centres[:, index], posterior.weights, sizes[index], bounds)
        low, middle, high = (after(level) for level in (RANGE_QUANTILES[0], 0.5, RANGE_QUANTILES[1]))
        defined = np.isfinite(posterior.results[:, index]) & (posterior.weights > 0)
        share = (
            posterior.weights[defined]
            @ ndtr((observation.value - centres[defined, index]) / sizes[index])
            / max(1e-300, posterior.weights[defined].sum())
        )
        rows.append(
            {
                "outcome": observation.outcome,
                "years": observation.years,
                "observed": observation.value,
                "standard_error": observation.error,
                "discrepancy": observation.discrepancy,
                "held_out": index not in fitted,
                "prior_05": before(RANGE_QUANTILES[0]),
                "prior_50": before(0.5),
                "prior_95": before(RANGE_QUANTILES[1]),
                "posterior_05": low,
                "posterior_50": middle,
                "posterior_95": high,
                "share_below": float(share),
                "inside_90": bool(low <= observation.value <= high),
            }
        )
    return pandas.DataFrame(rows)


def _predictive_quantiles(
    values: np.ndarray, weights: np.ndarray, standard_deviation: float, bounds: tuple[float, float]
) -> Callable[[float], float]:
    """The quantiles of an observation by weighted runs, each with the observation's error around it, within bounds."""
    used = np.isfinite(values) & (weights > 0)
    if not used.any():
        return lambda level: math.nan
    values, weights, (least, most) = values[used], weights[used] / weights[used].sum(), bounds

    def at(level: float) -> float:
        low, high = values.min() - 6.0 * standard_deviation, values.max() + 6.0 * standard_deviation
        for _ in range(STEPS):
            middle = (low + high) / 2.0
            low, high = (
                (middle, high) if weights @ ndtr((middle - values) / standard_deviation) < level else (low, middle)
            )
        return float(min(most, max(least, (low + high) / 2.0)))

    return at


def coverage(table: pandas.DataFrame) -> tuple[int, int, float, float]:
    """How many of some checked observations lie in their 90 % interval, of how many, and the coverages in the long run
    that would go with it.

    The last two are the ends of an exact 90 % interval (Clopper and Pearson): few points say little.
    """
    inside, of = int(table["inside_90"].sum()), len(table)
    low = float(beta.ppf(0.05, inside, of - inside + 1)) if inside > 0 else 0.0
    high = float(beta.ppf(0.95, inside + 1, of - inside)) if inside < of else 1.0
    return inside, of, low, high


def mean_absolute_errors(posterior: Posterior, table: pandas.DataFrame) -> tuple[float, float] | None:
    """Mean absolute errors over the held-out points of a series: of the posterior median, and of the last fitted value
    carried forward.
    """
    ours, theirs = [], []
    for _, row in table[table["held_out"]].iterrows():
        before = table[~table["held_out"] & (table["outcome"] == row["outcome"]) & (table["years"] < row["years"])]
        if len(before):
            ours.append(abs(row["observed"] - row["posterior_50"]))
            theirs.append(abs(row["observed"] - before.sort_values("years")["observed"].iloc[-1]))
    return (float(np.mean(ours)), float(np.mean(theirs))) if ours else None


def draws(posterior: Posterior) -> pandas.DataFrame:
    """The weighted sample: a row a draw with its weight, its values and replicate, and what its run gave for each
    observation.
    """
    values = [posterior.calibration.values(point) for point in posterior.unit_sample]
    draws = pandas.DataFrame(
        {
            "draw": np.arange(len(values)),
            "weight": posterior.weights,
            "log_likelihood": posterior.log_likelihood,
            "replicate": [point_replicate(point, 0) for point in values],
        }
    )
    runs = pandas.DataFrame(
        posterior.results, columns=[observation.column for observation in posterior.calibration.observations]
    )
    return pandas.concat([draws, pandas.DataFrame(values), runs], axis=1)
