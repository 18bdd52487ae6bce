"""Luck of a design: which points share their random numbers, and which share of the variance of a run luck makes.

Points of one *block* (a base point of Sobol with what is made of it, a trajectory of Morris, all points of a factorial
or one-at-a-time design) share their luck, so that what differs within a block is due to parameters; blocks have luck
of their own, so that more of them average luck out and an interval over blocks holds it. In all other designs each
point is a block. The dummy has luck of its own: where it moves, luck is drawn anew.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable

import numpy as np
import pandas
import scipy
from scipy.special import expit, logit

from plnsim.studies.experiment.design import DUMMY, Design
from plnsim.studies.experiment.even_points import even_points, resampled_means
from plnsim.studies.experiment.task import Row

CERTAIN = 1e-9
FEWEST_BLOCKS = 8
"""From fewer blocks nothing is known of how large luck's share is: its interval is all that it can be."""
LUCK = ("blocks", "points")
"""Luck of its own for each block of points, or for each point."""


def luck_numbers(design: Design) -> np.ndarray:
    """The number of the luck of each point (integers, in the order of the points); equal numbers, equal luck.

    A larger Sobol design begins with the numbers of a smaller one.
    """
    points = np.arange(len(design.unit_sample))
    if design.luck == "points" or design.block == 1:
        return np.asarray(points)
    block, row = np.divmod(points, design.block)
    own = _draws_within_block(design, row)
    return np.asarray(block * design.lucks_a_block + own)


def _draws_within_block(design: Design, row: np.ndarray) -> np.ndarray:
    """Which of the lucks of its block a point has, by its row in the block: 0 but where the dummy moves."""
    place = np.zeros(len(row), dtype=np.int64)
    dummy = design.factors.index(DUMMY) if DUMMY in design.factors else None
    if design.method == "sobol":  # rows: A, A with a factor of B, B with a factor of A, B
        factors = len(design.factors)
        place[row > factors] = 1  # B has luck of its own, so that a product with what A differs by holds none
        if dummy is not None:
            place[row == 1 + dummy] = 2
            place[(row == 1 + factors + dummy) & (row < design.block - 1)] = 3
        return place
    if dummy is None:
        return place
    if design.method == "morris":
        share = design.unit_sample[:, design.names.index(DUMMY)]
        return np.asarray(share != share[np.arange(len(row)) - row], dtype=np.int64)
    if design.method == "one-at-a-time":
        level = row - (1 + dummy * design.size)
        return np.where((level >= 0) & (level < design.size), level + 1, 0)
    return place


def variance_split(
    design: Design, cube: np.ndarray, outcomes: list[str], resamples: int, seed: int
) -> pandas.DataFrame:
    """The variance of a single run, and the shares of it that parameters and luck make, with a 95 % interval.

    ``cube``: points x replicates x outcomes, at least two replicates. The variance of the mean over luck is that of
    the points' means less what luck adds to them. The interval is on the scale of log-odds, from a bootstrap over
    blocks: over what Sobol's points leave to chance, over the curves of each parameter (eFAST). On a grid, whose points
    are given, replicates are left out in turn, from three on. Where all points are one block it is from the chi-squared
    distribution of a variance of so many replicates, which is too wide where luck differs from point to point.
    """
    points, replicates, _ = cube.shape
    block = design.size if design.method == "efast" else design.block
    blocks = points // block
    of_block = _of_blocks(cube, blocks)
    aleatory, parametric, share = _split([values.mean(axis=0, keepdims=True) for values in of_block])
    if blocks == 1:
        free = replicates - 1
        ends = [free * aleatory[0] / scipy.stats.chi2.ppf(tail, free) for tail in (0.975, 0.025)]
        with np.errstate(invalid="ignore"):  # of outcomes without any variance
            low, high = (end / (end + np.maximum(parametric[0], 0.0)) for end in ends)
    elif blocks < FEWEST_BLOCKS:
        low, high = np.zeros(len(outcomes)), np.ones(len(outcomes))
    else:
        if design.method == "grid" and replicates > 2:
            width = jackknife(lambda part: _log_odds(_split(_of_blocks(part, 1))[2][0]), cube)[1]
        else:
            width = _width_over_blocks(design, of_block, resamples, seed)
        low, high = (expit(_log_odds(share[0]) + sign * width) for sign in (-1.0, 1.0))
    rows: list[Row] = []
    for index, name in enumerate(outcomes):
        luck, parameters = float(aleatory[0, index]), max(0.0, float(parametric[0, index]))
        rows.append(
            {
                "outcome": name,
                "variance": luck + parameters,
                "aleatory": luck,
                "parametric": parameters,
                "aleatory_share": luck / (luck + parameters) if luck + parameters > 0.0 else float("nan"),
                "aleatory_share_low": float(low[index]),
                "aleatory_share_high": float(high[index]),
            }
        )
    return pandas.DataFrame(rows)


def _of_blocks(cube: np.ndarray, blocks: int) -> list[np.ndarray]:
    """Means of blocks: the variance within points, the squares of the points' means less what luck adds to them, and
    the means, about the mean of all.
    """
    means, within = cube.mean(axis=1), cube.var(axis=1, ddof=1)
    deviation = means - means.mean(axis=0)
    parts = (within, deviation**2 - within / cube.shape[1], deviation)
    return [values.reshape(blocks, -1, cube.shape[2]).mean(axis=1) for values in parts]


def _split(parts: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Variance within points, that of the mean over luck, and the share of the first: rows x outcomes."""
    within, crossed, deviation = parts
    between = np.maximum(crossed - deviation**2, 0.0)
    with np.errstate(invalid="ignore"):
        return within, between, within / (within + between)


def _log_odds(share: np.ndarray) -> np.ndarray:
    return np.asarray(logit(np.clip(share, CERTAIN, 1.0 - CERTAIN)))


def _width_over_blocks(design: Design, of_block: list[np.ndarray], resamples: int, seed: int) -> np.ndarray:
    """The half-width of luck's share, in log-odds, from blocks that are drawn again."""
    blocks, strata = len(of_block[0]), len(design.factors) if design.method == "efast" else 1
    alike = blocks // strata  # the curves of one parameter, which are drawn again among themselves
    drawn = [bootstrap_weights(alike, resamples, seed + stratum) for stratum in range(strata)]
    weights = np.stack(drawn, axis=2).reshape(-1, blocks) / strata
    even = even_points(design)
    free = blocks - strata if even is None else even.free
    share = _log_odds(_split([resampled_means(values, weights, even) for values in of_block])[2])
    off = 0.0 if even is None else share[0] - share[1]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about outcomes without any variance
        spread = np.nanstd(share[-resamples:], axis=0, ddof=1) * np.sqrt(alike / (alike - 1))
    return np.asarray(scipy.stats.t.ppf(0.975, free) * np.hypot(spread, off))


def jackknife(statistic: Callable[[np.ndarray], np.ndarray], cube: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A statistic of a cube, and the half-width of its interval by leaving out one replicate at a time."""
    whole, replicates = statistic(cube), cube.shape[1]
    if replicates < 2:
        return whole, np.full_like(whole, np.nan)
    without = np.array([statistic(np.delete(cube, replicate, axis=1)) for replicate in range(replicates)])
    variance = (replicates - 1) / replicates * ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    return whole, scipy.stats.t.ppf(0.975, replicates - 1) * np.sqrt(variance)


def bootstrap_weights(blocks: int, resamples: int, seed: int) -> np.ndarray:
    """Weights of blocks, each row with a sum of 1: first equal ones, then those of resamples drawn with replacement.

    The resamples are those that SALib draws for the same seed.
    """
    picks = np.random.default_rng(seed or 1).integers(blocks, size=(blocks, resamples))
    weights = np.ones((resamples + 1, blocks))
    for resample in range(resamples):
        weights[resample + 1] = np.bincount(picks[:, resample], minlength=blocks)
    return weights / blocks
