"""Polynomial chaos: indices from an emulator that is fitted to a Latin hypercube, with intervals that hold luck and
what the emulator does not foretell.

The emulator is a sum of products of Legendre polynomials, one for each input's place in its distribution. Which of them
it needs is found by least angle regression (scikit-learn) and the extended Bayesian information criterion; how large
they are by least squares (sparse polynomial chaos, Blatman and Sudret 2011). Sobol indices and Shapley effects are
quadratic forms of the coefficients; what chance adds to their squares is taken off (by the coefficients' covariance,
HC3). What the emulator does not foretell is the variance of the residuals less that of luck; it may belong to any
index. Decision 0024 has what else was tried.
"""

from __future__ import annotations

import itertools
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import scipy
from numpy.polynomial import legendre

from plnsim.common.package import missing_library
from plnsim.common.short_repr import short_repr
from plnsim.model.survival import NORMAL_QUANTILE
from plnsim.studies.experiment.design import Design
from plnsim.studies.experiment.distribution import copula
from plnsim.studies.experiment.luck import bootstrap_weights
from plnsim.studies.experiment.shapley import shapley_forms

DEGREE, HYPERBOLIC, MOST_CANDIDATES = 8, 0.6, 3000
"""Of a product of degrees d1, d2, ... the norm (sum of d^q)^(1/q) is at most the degree, with q below 1 (Blatman and
Sudret); products of three are left out where there were too many.
"""
GAMMA = 0.5
"""How much the criterion asks for the number of candidates (Chen and Chen 2008)."""
POINTS_A_TERM = 4
FOLDS = 10
RESAMPLES_AT_ONCE = 50
LEAST_VARIANCE = 1e-12
"""As a share of the outcome's variance: a resample with less holds one value, or luck hides what varies in it."""


@dataclass(frozen=True)
class Fit:
    """An emulator of one outcome: the polynomials' degrees (terms x inputs), and the share of the variance of the mean
    over luck that it foretells at points which it has not seen.
    """

    terms: np.ndarray
    coefficients: np.ndarray
    r2: float

    __repr__ = short_repr

    def predict(self, unit_sample: np.ndarray) -> np.ndarray:
        """The mean over luck that is foretold at points of the unit cube."""
        return np.asarray(_with_constant(basis(unit_sample, self.terms)) @ self.coefficients)


@lru_cache(maxsize=16)
def candidate_terms(inputs: int) -> np.ndarray:
    """The degrees of all polynomials among which some are chosen: terms x inputs, without the constant."""
    found: list[np.ndarray] = []
    for order in range(1, inputs + 1):
        degrees = [
            some
            for some in itertools.product(range(1, DEGREE + 1), repeat=order)
            if sum(degree**HYPERBOLIC for degree in some) ** (1.0 / HYPERBOLIC) <= DEGREE + 1e-9
        ]
        number = len(degrees) * math.comb(inputs, order)
        if not degrees or (order > 2 and len(found) + number > MOST_CANDIDATES):
            break
        for chosen in itertools.combinations(range(inputs), order):
            for some in degrees:
                term = np.zeros(inputs, dtype=np.int64)
                term[list(chosen)] = some
                found.append(term)
    return np.array(found)


def basis(unit_sample: np.ndarray, terms: np.ndarray) -> np.ndarray:
    """Products of Legendre polynomials, of mean 0 and variance 1 over the unit cube: points x terms."""
    degree = int(terms.max(initial=0))
    values = legendre.legvander(2.0 * unit_sample - 1.0, degree) * np.sqrt(2.0 * np.arange(degree + 1) + 1.0)
    product = np.ones((len(unit_sample), len(terms)))
    for column in range(terms.shape[1]):
        used = np.flatnonzero(terms[:, column])
        product[:, used] *= values[:, column, terms[used, column]]
    return product


def _with_constant(values: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(values)), values])


def choose_terms(values: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    """Which candidates (points x candidates) an outcome needs, as their places."""
    from sklearn.linear_model import lars_path

    points, candidates = values.shape
    centred, about = values - values.mean(axis=0), outcome - outcome.mean()
    if not about.any():  # as in nine tenths of the points of an outcome that rarely happens
        return np.zeros(0, dtype=np.int64)
    size = np.sqrt((centred**2).sum(axis=0))
    most = min(points // POINTS_A_TERM, candidates)
    _, order, _ = lars_path(centred / np.where(size > 0.0, size, 1.0), about, method="lar", max_iter=most)
    order = np.array(order, dtype=np.int64)[:most]
    orthogonal, _ = np.linalg.qr(centred[:, order])
    left = (about**2).sum() - np.cumsum(np.r_[0.0, (orthogonal.T @ about) ** 2])
    number = np.arange(len(order) + 1)
    misfit = points * np.log(np.maximum(left, 1e-12 * left[0]) / points)
    criterion = misfit + number * (math.log(points) + 2.0 * GAMMA * math.log(candidates))
    return np.sort(order[: int(criterion.argmin())])


def _least_squares(values: np.ndarray, outcome: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.lstsq(_with_constant(values), outcome, rcond=None)[0])


def fit(unit_sample: np.ndarray, runs: np.ndarray, seed: int = 1) -> Fit:
    """Fits an emulator to the runs (points x replicates) of a hypercube; R2 is by cross-validation, in which terms are
    chosen anew. Raises ``InputError`` where scikit-learn is not installed.
    """
    check_installed()
    terms, outcome = candidate_terms(unit_sample.shape[1]), runs.mean(axis=1)
    candidates = basis(unit_sample, terms)
    chosen = choose_terms(candidates, outcome)
    fold = np.random.default_rng(seed).permutation(len(outcome)) % FOLDS
    foretold = np.empty(len(outcome))
    for number in range(FOLDS):
        rest, these = fold != number, fold == number
        some = candidates[:, choose_terms(candidates[rest], outcome[rest])]
        foretold[these] = _with_constant(some[these]) @ _least_squares(some[rest], outcome[rest])
    luck = float(_variance_of_luck(runs).mean())
    variance, error = float(outcome.var()) - luck, float(((outcome - foretold) ** 2).mean()) - luck
    r2 = min(1.0, 1.0 - error / variance) if variance > 0.0 else 0.0
    coefficients = _least_squares(candidates[:, chosen], outcome)
    return Fit(terms[chosen], coefficients, r2)


def check_installed() -> None:
    """Raises ``InputError`` when the optional library is not there."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise missing_library("polynomial-chaos", "scikit-learn") from None


def _variance_of_luck(runs: np.ndarray) -> np.ndarray:
    """What luck adds to the variance of the points' means, point by point; unknown, and 0, with one replicate."""
    replicates = runs.shape[1]
    return np.asarray(runs.var(axis=1, ddof=1) / replicates if replicates > 1 else np.zeros(len(runs)))


def indices_of_fit(
    design: Design, runs: np.ndarray, resamples: int, seed: int
) -> tuple[Fit, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """An emulator, and by its name each kind of index with half-widths of 95 % intervals, by the inputs' order.

    ``runs``: points x replicates. Independent inputs have first-order, total and Shapley indices, correlated ones
    Shapley effects. Half-widths join the bootstrap over points, each with its luck, and the share that is not foretold;
    of an input in no term it is that at points which the emulator has not seen. Resamples in which nothing varies do
    not count.
    """
    emulator = fit(design.unit_sample, runs, seed)
    terms, outcome = emulator.terms, runs.mean(axis=1)
    forms, variance = _forms(design, terms, seed)
    values = _with_constant(basis(design.unit_sample, terms))
    points, number = values.shape
    free = points / max(1, points - number)
    inverse = np.linalg.inv(values.T @ values)
    leverage = ((values @ inverse) * values).sum(axis=1)
    residual = (outcome - values @ emulator.coefficients) / np.maximum(1.0 - leverage, 1e-6)
    covariance = (inverse @ ((values * residual[:, None] ** 2).T @ values) @ inverse)[1:, 1:]
    luck = _variance_of_luck(runs)
    weights = bootstrap_weights(points, resamples, seed)
    drawn: dict[str, list[np.ndarray]] = {kind: [] for kind in forms}
    unexplained = 0.0
    for first in range(0, len(weights), RESAMPLES_AT_ONCE):
        some = weights[first : first + RESAMPLES_AT_ONCE]
        coefficients = _refitted(values, outcome, some)
        misfit = free * (some * (outcome - coefficients @ values.T) ** 2).sum(axis=1) - some @ luck
        sizes = coefficients[:, 1:]
        whole = _quadratic(sizes, variance, covariance) + misfit
        whole = np.where(whole > LEAST_VARIANCE * outcome.var(), whole, np.nan)
        for kind, matrices in forms.items():
            drawn[kind].append(
                np.stack([_quadratic(sizes, form, covariance) for form in matrices], axis=1) / whole[:, None]
            )
        unexplained = max(0.0, float(misfit[0] / whole[0])) if first == 0 else unexplained
    found = {}
    for kind, parts in drawn.items():
        shares = np.concatenate(parts)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about outcomes whose variance luck hides in all resamples
            spread = NORMAL_QUANTILE * np.nanstd(shares[1:], axis=0, ddof=1) * math.sqrt(free)
        unseen = np.where(spread == 0.0, max(unexplained, 1.0 - emulator.r2), unexplained)
        found[kind] = shares[0], np.hypot(spread, unseen)
    return emulator, found


def _forms(design: Design, terms: np.ndarray, seed: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """The matrix of each kind of index for each input (inputs x terms x terms), and that of the variance: what
    coefficients are multiplied with from both sides.
    """
    if design.correlations:
        matrix = copula(design.names, design.correlations)
        effects = shapley_forms(lambda normal: basis(scipy.stats.norm.cdf(normal), terms), matrix, seed)
        return {"shapley": effects}, effects.sum(axis=0)
    moved = terms > 0
    alone = moved & (moved.sum(axis=1, keepdims=True) == 1)
    shared = moved / np.maximum(moved.sum(axis=1, keepdims=True), 1)
    kinds = {"first": alone, "total": moved, "shapley": shared}
    diagonal: Callable[[np.ndarray], np.ndarray] = np.diag
    forms = {
        kind: np.array([diagonal(column.astype(np.float64)) for column in share.T]) for kind, share in kinds.items()
    }
    return forms, np.eye(len(terms))


def _refitted(values: np.ndarray, outcome: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Coefficients by weighted least squares: rows of weights x terms."""
    points, number = values.shape
    squares = (weights @ (values[:, :, None] * values[:, None, :]).reshape(points, -1)).reshape(-1, number, number)
    squares += 1e-9 * np.eye(number)
    return np.asarray(np.linalg.solve(squares, ((weights * outcome) @ values)[:, :, None])[:, :, 0])


def _quadratic(sizes: np.ndarray, form: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """A quadratic form of coefficients, row by row, less what chance adds to it."""
    return np.asarray(((sizes @ form) * sizes).sum(axis=1) - (form * covariance).sum())
