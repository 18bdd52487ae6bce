"""Where the sample is drawn: a mixture of kernels in the unit cube and of the prior, with a density that is known
everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from plnsim.common.short_repr import short_repr

PRIOR_SHARE = 0.1
"""Share of the prior in every mixture: no setting is out of reach, and no weight can run away."""
MIN_WIDTH = 0.004
CENTRES = 512
MIN_EFFECTIVE_DRAWS = 60
"""Effective draws below which a target is flattened before a mixture is made from it."""


@dataclass(frozen=True)
class Proposal:
    """A mixture of normal kernels cut at the walls of the cube; without centres it is the prior.

    ``centres``: kernels x parameters; ``widths``: one a parameter.
    """

    centres: np.ndarray
    widths: np.ndarray

    __repr__ = short_repr

    @classmethod
    def prior(cls, parameters: int) -> Proposal:
        return cls(np.zeros((0, parameters)), np.ones(parameters))

    @classmethod
    def kernel_mixture(cls, points: np.ndarray, log_weights: np.ndarray, uniforms: np.ndarray) -> Proposal:
        """A mixture that covers weighted points; where very few of them carry all the weight, the weights are
        flattened first.
        """
        weights = flatten_weights(log_weights)
        middle = weights @ points
        standard_deviation = np.sqrt(weights @ (points - middle) ** 2)
        factor = effective_sample_size(weights) ** (-1.0 / (points.shape[1] + 4))
        places = np.minimum(np.searchsorted(np.cumsum(weights), uniforms), len(points) - 1)
        return cls(points[places], np.maximum(standard_deviation * factor, MIN_WIDTH))

    def sample(self, uniforms: np.ndarray) -> np.ndarray:
        """Points from uniform numbers: points x (parameters + 1); the last column chooses the kernel."""
        if not len(self.centres):
            return uniforms[:, :-1]
        choice = (uniforms[:, -1] - PRIOR_SHARE) / (1.0 - PRIOR_SHARE)
        centres = self.centres[np.clip((choice * len(self.centres)).astype(int), 0, len(self.centres) - 1)]
        low, high = ndtr(-centres / self.widths), ndtr((1.0 - centres) / self.widths)
        kernel = centres + self.widths * ndtri(low + uniforms[:, :-1] * (high - low))
        return np.clip(np.where(choice[:, None] < 0.0, uniforms[:, :-1], kernel), 0.0, 1.0)

    def log_density(self, points: np.ndarray) -> np.ndarray:
        if not len(self.centres):
            return np.zeros(len(points))
        mass = ndtr((1.0 - self.centres) / self.widths) - ndtr(-self.centres / self.widths)
        height = -np.log(self.widths * np.sqrt(2.0 * np.pi) * mass).sum(axis=1)
        density = np.empty(len(points))
        for first in range(0, len(points), 256):
            apart = (points[first : first + 256, None, :] - self.centres) / self.widths
            density[first : first + 256] = np.exp(height - 0.5 * (apart**2).sum(axis=2)).mean(axis=1)
        return np.asarray(np.log(PRIOR_SHARE + (1.0 - PRIOR_SHARE) * density))


def normalise(log_weights: np.ndarray) -> np.ndarray:
    """Weights that sum to 1; all 0 where every one of them vanishes."""
    top = log_weights.max(initial=-np.inf)
    if not np.isfinite(top):
        return np.zeros(len(log_weights))
    weights: np.ndarray = np.exp(log_weights - top)
    return np.asarray(weights / weights.sum())


def effective_sample_size(weights: np.ndarray) -> float:
    """Effective number of draws (Kish)."""
    total = float((weights**2).sum())
    return float(weights.sum()) ** 2 / total if total > 0 else 0.0


def flatten_weights(log_weights: np.ndarray, least: float = MIN_EFFECTIVE_DRAWS) -> np.ndarray:
    """The weights to the highest power up to 1 at which at least so many draws are effective."""
    least = min(least, np.isfinite(log_weights).sum() / 2)
    if effective_sample_size(normalise(log_weights)) >= least:
        return normalise(log_weights)
    low, high = 0.0, 1.0
    for _ in range(40):
        power = (low + high) / 2
        low, high = (
            (power, high) if effective_sample_size(normalise(_temper(log_weights, power))) >= least else (low, power)
        )
    return normalise(_temper(log_weights, low))


def _temper(log_weights: np.ndarray, power: float) -> np.ndarray:
    return np.where(np.isfinite(log_weights), power * np.where(np.isfinite(log_weights), log_weights, 0.0), -np.inf)


def fit_proposal(
    target: Callable[[np.ndarray], np.ndarray],
    parameters: int,
    uniforms: Callable[[str, int, int], np.ndarray],
    *,
    rounds: int = 4,
    points: int = 2048,
) -> Proposal:
    """A mixture that covers a cheap log density, found in rounds from the prior on."""
    proposal = Proposal.prior(parameters)
    for number in range(rounds):
        sample = proposal.sample(uniforms(f"round {number}", points, parameters + 1))
        log_weights = target(sample) - proposal.log_density(sample)
        proposal = Proposal.kernel_mixture(sample, log_weights, uniforms(f"centres {number}", CENTRES, 1)[:, 0])
    return proposal
