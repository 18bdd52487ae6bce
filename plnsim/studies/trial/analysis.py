"""The analysis of a cluster trial on school means: the adjusted difference of two arms, its test and its power.

The school is what is allocated, so the school is the unit: a regression of school means on the arm and the covariates
(analysis of covariance), with Student's t on schools less coefficients. With as many answers in each school this is
exactly what a mixed model with a random intercept of schools gives, and it holds its level with few schools, where
cluster-robust standard errors do not (Donner & Klar 2000; Hayes & Moulton 2017).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import stdtr, stdtrit

POWER = 0.8
"""The power at which the minimum detectable effect is told."""


class Estimate(NamedTuple):
    """What a trial estimates: the effect with its standard error, two-sided p value and degrees of freedom; NaN where
    too few schools are left.
    """

    effect: float
    standard_error: float
    p_value: float
    degrees: int


NO_ESTIMATE = Estimate(math.nan, math.nan, math.nan, 0)


def adjusted_difference(means: np.ndarray, treated: np.ndarray, covariates: np.ndarray) -> Estimate:
    """The difference of the school means of two arms, adjusted for covariates.

    ``means`` of shape (schools,), NaN where a school gave nothing; ``treated`` true or false, of the same shape;
    ``covariates`` of shape (covariates, schools). A covariate that does not vary, or is not known of a school, is left
    out or given its mean.
    """
    known = np.isfinite(means)
    arm = treated[known].astype(np.float64)
    columns = [np.ones(len(arm)), arm]
    for covariate in covariates[:, known]:
        there = np.isfinite(covariate)
        if there.any() and np.ptp(covariate[there]) > 0.0:
            columns.append(np.where(there, covariate, covariate[there].mean()))
    design, outcome = np.column_stack(columns), means[known]
    degrees = len(outcome) - design.shape[1]
    if degrees < 1 or not 0 < arm.sum() < len(arm):
        return NO_ESTIMATE
    coefficients, _, rank, _ = np.linalg.lstsq(design, outcome, rcond=None)
    if rank < design.shape[1]:
        return NO_ESTIMATE
    residual = outcome - design @ coefficients
    variance = float(residual @ residual) / degrees
    effect = float(coefficients[1])
    error = math.sqrt(variance * float(np.linalg.inv(design.T @ design)[1, 1]))
    if error < 1e-12:  # all schools of an arm alike: nothing that chance could have done
        return Estimate(effect, 0.0, 0.0 if abs(effect) > 1e-12 else 1.0, degrees)
    return Estimate(effect, error, float(2.0 * stdtr(degrees, -abs(effect) / error)), degrees)


def minimum_detectable_effect(standard_error: np.ndarray, degrees: np.ndarray, alpha: float) -> np.ndarray:
    """The effect that a two-sided test finds in four of five trials (Bloom 1995), by their standard errors."""
    least: np.ndarray = (stdtrit(degrees, 1.0 - alpha / 2.0) + stdtrit(degrees, POWER)) * standard_error
    return least


def power_of(effect: float, standard_error: np.ndarray, degrees: np.ndarray, alpha: float) -> np.ndarray:
    """The chance that a two-sided test finds an effect, by standard error and degrees of freedom (noncentral t)."""
    from scipy.stats import nct

    noncentrality = effect / standard_error
    critical = stdtrit(degrees, 1.0 - alpha / 2.0)
    found: np.ndarray = nct.sf(critical, degrees, noncentrality) + nct.cdf(-critical, degrees, noncentrality)
    return found
