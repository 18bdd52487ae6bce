"""How well a run agrees with what was observed: its deviations, and the density of the observations around it."""

from __future__ import annotations

import numpy as np

from plnsim.studies.calibration.calibration import Calibration
from plnsim.studies.calibration.observations import covariance


def likelihood_of(calibration: Calibration, results: np.ndarray) -> np.ndarray:
    """Log density of the fitted observations around each run; minus infinity where one of them is not defined."""
    fitted = [calibration.observations[index] for index in calibration.fitted]
    apart = results[:, calibration.fitted] - [observation.value for observation in fitted]
    lower = np.linalg.cholesky(covariance(fitted))
    scaled = np.linalg.solve(lower, np.where(np.isfinite(apart), apart, 0.0).T)
    log_likelihood = -0.5 * (scaled**2).sum(axis=0) - np.log(np.diag(lower) * np.sqrt(2.0 * np.pi)).sum()
    return np.where(np.isfinite(apart).all(axis=1), log_likelihood, -np.inf)


def conditional_on_fitted(calibration: Calibration, results: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Where a further observation lies around each run (runs x observations), and with which standard deviations.

    What is held out of a series with correlated deviations leans to the side on which its fitted observations lie. A
    fitted observation is thought of as made anew.
    """
    observations, fitted = calibration.observations, calibration.fitted
    centres, sizes = results.copy(), np.array([observation.standard_deviation for observation in observations])
    if not fitted or not any(observation.correlation for observation in observations):
        return centres, sizes
    whole = covariance(observations)
    others = [index for index, observation in enumerate(observations) if observation.held_out]
    gain = np.linalg.solve(whole[np.ix_(fitted, fitted)], whole[np.ix_(fitted, others)])
    apart = np.array([observations[index].value for index in fitted]) - results[:, fitted]
    centres[:, others] += apart @ gain
    sizes[others] = np.sqrt(np.diag(whole)[others] - (whole[np.ix_(fitted, others)] * gain).sum(axis=0))
    return centres, sizes


def deviations_of(calibration: Calibration, results: np.ndarray) -> np.ndarray:
    """Runs x fitted observations: how far each observation lies from a run, in its standard deviations."""
    fitted = [calibration.observations[index] for index in calibration.fitted]
    apart: np.ndarray = results[:, calibration.fitted] - [observation.value for observation in fitted]
    return np.asarray(apart / np.array([observation.standard_deviation for observation in fitted]))


def distances_of(calibration: Calibration, results: np.ndarray) -> np.ndarray:
    """The largest deviation of each run; infinite where an observation is not defined."""
    largest = np.abs(deviations_of(calibration, results)).max(axis=1)
    return np.where(np.isfinite(largest), largest, np.inf)
