"""Emulators: Gaussian processes that say what the model would give at points where it was not run, and how sure that
is.
"""

from __future__ import annotations

import math
import warnings
from typing import TYPE_CHECKING

import numpy as np

from plnsim.common.errors import InputError
from plnsim.common.package import INSTALL_ALL
from plnsim.studies.calibration.calibration import Calibration
from plnsim.studies.calibration.observations import covariance as covariance_of
from plnsim.studies.calibration.stages import StageRuns

if TYPE_CHECKING:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.neighbors import KNeighborsRegressor

NEIGHBOURS = 15
"""Points around a point whose runs tell how large the noise is there."""
MIN_DEFINED = 10
"""Points at which an observation must be defined to be emulated."""
MAX_BATCH = 8192


def check_installed() -> None:
    """Raises ``InputError`` when the optional library is not there."""
    try:
        import sklearn  # noqa: F401
    except ImportError:
        raise InputError(
            "history matching needs scikit-learn, which is not installed",
            right=f'{INSTALL_ALL}; or method = "prior-sampling"',
        ) from None


class Emulator:
    """Learns means and noise of the fitted observations from the points of all waves so far.

    ``predict`` gives, for points of the unit cube, means, the emulator's own variances and the variances that chance
    makes in a single run: each points x fitted observations.
    """

    def __init__(self, calibration: Calibration, waves: list[StageRuns]):
        from threadpoolctl import threadpool_limits

        self.calibration = calibration
        self.observations = [calibration.observations[index] for index in calibration.fitted]
        self.target = np.array([observation.value for observation in self.observations])
        self.deviations = covariance_of(self.observations)
        self.tolerance = np.diag(self.deviations)
        self.unit_sample = np.concatenate([wave.unit_sample for wave in waves])
        runs = np.concatenate([wave.results for wave in waves])[:, :, calibration.fitted]
        means = np.concatenate([wave.means for wave in waves])[:, calibration.fitted]
        self._check_defined(means)
        self.centre, size = np.nanmean(means, axis=0), np.nanstd(means, axis=0)
        self.scale = np.where(size > 0, size, 1.0)
        with threadpool_limits(1):  # the bits of a solution must not depend on how many cores there are
            self.processes = [self._process(means[:, index], index) for index in range(len(self.observations))]
            self.noise_variance = [self._fit_noise(runs[:, :, index]) for index in range(len(self.observations))]
        self.noise_correlation = self._noise_correlation(runs)

    def _check_defined(self, means: np.ndarray) -> None:
        for observation, defined in zip(self.observations, np.isfinite(means).sum(axis=0), strict=True):
            if defined < MIN_DEFINED:
                raise InputError(
                    f"{observation.outcome} ({observation.when}) is defined at {defined} of {len(means)} points tried",
                    place=self.calibration.name,
                    right="an outcome that is defined where these parameters lie, or other parameters",
                )

    def _process(self, values: np.ndarray, index: int) -> GaussianProcessRegressor:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.gaussian_process import GaussianProcessRegressor
        from sklearn.gaussian_process.kernels import ConstantKernel, Matern, WhiteKernel

        defined = np.isfinite(values)
        values = (values - self.centre[index]) / self.scale[index]
        kernel = ConstantKernel(1.0, (1e-3, 1e3)) * Matern(
            [1.0] * self.unit_sample.shape[1], (0.05, 50.0), nu=2.5
        ) + WhiteKernel(0.1, (1e-8, 10.0))
        process = GaussianProcessRegressor(kernel, n_restarts_optimizer=1, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            return process.fit(self.unit_sample[defined], values[defined])

    def _fit_noise(self, runs: np.ndarray) -> KNeighborsRegressor | None:
        """The variance between runs of one point, averaged over its neighbours."""
        from sklearn.neighbors import KNeighborsRegressor

        defined = np.isfinite(runs).sum(axis=1) >= 2
        if not defined.any():
            return None
        variance = np.nanvar(runs[defined], axis=1, ddof=1)
        return KNeighborsRegressor(min(NEIGHBOURS, len(variance))).fit(self.unit_sample[defined], variance)

    @staticmethod
    def _noise_correlation(runs: np.ndarray) -> np.ndarray:
        """How chance moves the observations of a run together: their correlation within points, drawn a little towards
        none.
        """
        defined = np.isfinite(runs)
        middle = np.where(defined, runs, 0.0).sum(axis=1, keepdims=True) / np.maximum(
            defined.sum(axis=1, keepdims=True), 1
        )
        residual = np.where(defined, runs - middle, 0.0).reshape(-1, runs.shape[2])
        size = np.sqrt((residual**2).mean(axis=0))
        scaled = residual / np.where(size > 0, size, 1.0)
        return 0.9 * (scaled.T @ scaled) / len(scaled) * (1 - np.eye(len(size))) + np.eye(len(size))

    def predict(self, unit_sample: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        from threadpoolctl import threadpool_limits

        with threadpool_limits(1):
            parts = [
                self._predict_batch(unit_sample[first : first + MAX_BATCH])
                for first in range(0, len(unit_sample), MAX_BATCH)
            ]
        mean, own, noise_variance = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return mean, own, noise_variance

    def _predict_batch(self, unit_sample: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        both = [process.predict(unit_sample, return_std=True) for process in self.processes]
        noise_variance = [
            np.zeros(len(unit_sample)) if neighbours is None else neighbours.predict(unit_sample)
            for neighbours in self.noise_variance
        ]
        noise = [process.kernel_.k2.noise_level for process in self.processes]
        own = np.stack([np.maximum(std**2 - less, 0.0) for (_, std), less in zip(both, noise, strict=True)], axis=1)
        return (
            self.centre + self.scale * np.stack([mean for mean, _ in both], axis=1),
            self.scale**2 * own,
            np.stack(noise_variance, axis=1),
        )

    def implausibility(self, unit_sample: np.ndarray) -> np.ndarray:
        """How far the observations lie from what a point would give, in standard deviations of all that may set them
        apart; the largest of them.
        """
        mean, own, noise_variance = self.predict(unit_sample)
        distances: np.ndarray = np.abs(self.target - mean) / np.sqrt(own + noise_variance + self.tolerance)
        return np.asarray(distances.max(axis=1))

    def log_likelihood(self, unit_sample: np.ndarray) -> np.ndarray:
        """Log density of the observations at points, up to a constant; chance moves the observations of one run
        together.
        """
        mean, own, noise_variance = self.predict(unit_sample)
        size = np.sqrt(noise_variance)
        covariance = size[:, :, None] * self.noise_correlation * size[:, None, :]
        index = np.arange(len(self.target))
        covariance += self.deviations
        covariance[:, index, index] += own
        residual = self.target - mean
        _, log_size = np.linalg.slogdet(covariance)
        misfit = np.einsum("ij,ij->i", residual, np.linalg.solve(covariance, residual[:, :, None])[:, :, 0])
        return np.asarray(-0.5 * (misfit + log_size))


def emulator_validation(emulator: Emulator, wave: StageRuns, replicates: int) -> float:
    """How the emulator does at points that it has not seen: the share of their means within two standard deviations of
    its prediction.
    """
    mean, own, noise_variance = emulator.predict(wave.unit_sample)
    seen = wave.means[:, emulator.calibration.fitted]
    inside = np.abs(seen - mean) <= 2.0 * np.sqrt(own + noise_variance / replicates)
    defined = np.isfinite(seen)
    return float(inside[defined].mean()) if defined.any() else math.nan
