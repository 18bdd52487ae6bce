"""Simulation-based calibration: does a posterior hold truths as often as it says (Talts et al. 2018)?

Truths are drawn from the prior. Each has data of its own: one run of the model, and errors as large as the calibration
states them. The posterior of each is a weighted sample of runs, as in a fit, but all truths share the runs: blocks
drawn from the prior, and where these give a truth too few effective draws, blocks drawn where its weights point, as a
fit goes on. Each truth takes them in order until it has the effective draws at which a fit ends.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas
from scipy.stats import binom

from plnsim.common.files import content_hash
from plnsim.common.short_repr import short_repr
from plnsim.simulation.runs import RANGE_QUANTILES
from plnsim.studies.calibration.calibration import BLOCK, Calibration
from plnsim.studies.calibration.fit import TARGET_EFFECTIVE
from plnsim.studies.calibration.likelihood import likelihood_of
from plnsim.studies.calibration.observations import covariance
from plnsim.studies.calibration.posterior import interval
from plnsim.studies.calibration.proposal import CENTRES, Proposal, effective_sample_size, normalise
from plnsim.studies.calibration.stages import StageRunner
from plnsim.studies.experiment.execute import Progress
from plnsim.studies.experiment.task import Evaluate

LIKELIHOOD = "log likelihood"
"""The test quantity that shows whether the data are used at all: that of the truth's own run, among those of the draws
(Modrák et al. 2023). Ranks of parameters alone are even for a posterior that is the prior.
"""
BAND = 0.95
"""How often all ranks of right posteriors lie within the bands, those of all quantities together."""
BAND_SAMPLES = 4000
NINETY = RANGE_QUANTILES[1] - RANGE_QUANTILES[0]
AS_SAID = (0.87, 0.93)
"""Shares of truths, over all parameters, between which 90 % intervals count as holding what they say."""


@dataclass(frozen=True, eq=False)
class SimulationBased:
    """What simulation-based calibration found.

    Attributes
    ----------
    calibration : Calibration
        What was asked.
    values : pandas.DataFrame
        The truths, a column a parameter.
    ranks : pandas.DataFrame
        The share of each posterior's weight that lies below the truth, a column a quantity: the parameters, and the log
        likelihood.
    inside : pandas.DataFrame
        Whether the 90 % interval holds the truth, a column a parameter.
    effective : numpy.ndarray of shape (truths,)
        Effective draws of each posterior.
    runs : int
        Runs in all.
    undefined : int
        Truths in whose run something fitted is not defined; they are left out of all else.
    """

    calibration: Calibration
    values: pandas.DataFrame
    ranks: pandas.DataFrame
    inside: pandas.DataFrame
    effective: np.ndarray
    runs: int
    undefined: int

    __repr__ = short_repr

    @property
    def full(self) -> np.ndarray:
        """Which posteriors have the effective draws at which a fit ends."""
        return np.asarray(self.effective >= TARGET_EFFECTIVE)

    @property
    def coverage(self) -> float:
        """Share of the truths that the 90 % intervals of all parameters hold."""
        return float(self.inside.to_numpy().mean())

    @property
    def rough(self) -> bool:
        """Whether 90 % intervals hold clearly more or less than they say, or ranks of a quantity are not even."""
        return not AS_SAID[0] <= self.coverage <= AS_SAID[1] or not summary(self)["even"].all()


def simulation_based_calibration(
    calibration: Calibration,
    truths: int,
    folder: Path,
    *,
    workers: int | None = None,
    executor: Executor | None = None,
    concurrency: Callable[[], int] | None = None,
    progress: Callable[[str], Progress | None] = lambda stage: None,
    evaluate: Evaluate | None = None,
    note: Callable[[str], None] = lambda text: None,
) -> SimulationBased:
    """Checks the posteriors of ``truths`` drawn from the prior, or goes on with it where it was stopped.

    All truths share as many runs as the budget of the calibration, half of them drawn from the prior. They are kept in
    ``folder``. The other parameters are those of ``calibrate``. Raises ``InputError``.
    """
    stages = StageRunner(calibration, folder, workers, executor, concurrency, progress, evaluate, note)
    rng = np.random.default_rng(int(content_hash([calibration.seed, "truths", truths])[:12], 16))
    planned = rng.random((truths, len(calibration.names)))
    made = stages.run_stage(f"truths-{truths}", partial(np.asarray, planned), 1)
    errors = rng.standard_normal((truths, len(calibration.observations)))
    data = made.results[:, 0] + errors @ np.linalg.cholesky(covariance(calibration.observations)).T
    defined = np.flatnonzero(np.isfinite(data[:, calibration.fitted]).all(axis=1))
    shared = _SharedRuns(stages, truths)
    names = list(calibration.names)
    ranks, inside, effective = [], [], []
    for truth in defined:
        point, observed = made.unit_sample[truth], _observing(calibration, data[truth])
        weights, density = shared.posterior(observed)
        own = likelihood_of(observed, made.results[truth])[0]
        sample = shared.unit_sample[: len(weights)]
        ranks.append([*(weights @ (sample < point)), weights @ (density < own)])
        ends = [interval(sample[:, column], weights) for column in range(len(names))]
        inside.append([low <= value <= high for (low, _, high), value in zip(ends, point, strict=True)])
        effective.append(effective_sample_size(weights))
    values = [calibration.values(made.unit_sample[truth]) for truth in defined]
    return SimulationBased(
        calibration,
        pandas.DataFrame(values, columns=names),
        pandas.DataFrame(ranks, columns=[*names, LIKELIHOOD], dtype=np.float64).clip(upper=1.0),  # sums of weights
        pandas.DataFrame(inside, columns=names, dtype=bool),
        np.array(effective),
        len(shared.unit_sample) + truths,
        truths - len(defined),
    )


def _observing(calibration: Calibration, values: np.ndarray) -> Calibration:
    """The calibration with other values observed."""
    observed = zip(calibration.observations, values, strict=True)
    return replace(calibration, observations=tuple(replace(one, value=float(value)) for one, value in observed))


class _SharedRuns:
    """Runs that all truths share: half of a budget's blocks from the prior, the rest where truths lack them."""

    def __init__(self, stages: StageRunner, truths: int):
        self.stages, self.parameters = stages, len(stages.calibration.names)
        self.from_prior = max(1, stages.calibration.budget // BLOCK // 2)
        self.most = stages.calibration.budget // BLOCK
        self.label = f"targeted-{truths}-{self.from_prior}"
        self.proposals: list[Proposal] = []
        self.unit_sample = np.empty((0, self.parameters))
        self.results = np.empty((0, len(stages.calibration.observations)))
        self.log_densities: list[np.ndarray] = []
        self.mixtures: list[np.ndarray] = []
        for number in range(1, self.from_prior + 1):
            self._add(f"prior-{number}", Proposal.prior(self.parameters))

    def _add(self, stage: str, proposal: Proposal) -> None:
        """Runs a block of a proposal; from then on it belongs to the mixture from which all are drawn."""
        uniforms = self.stages.uniforms(stage, BLOCK, self.parameters + 1)
        block = self.stages.run_stage(stage, partial(proposal.sample, uniforms), 1)
        self.log_densities = [
            np.concatenate([density, each.log_density(block.unit_sample)])
            for density, each in zip(self.log_densities, self.proposals, strict=True)
        ]
        self.unit_sample = np.concatenate([self.unit_sample, block.unit_sample])
        self.results = np.concatenate([self.results, block.results[:, 0]])
        self.proposals.append(proposal)
        self.log_densities.append(proposal.log_density(self.unit_sample))
        self.mixtures.append(np.logaddexp.reduce(self.log_densities, axis=0) - np.log(len(self.proposals)))

    def posterior(self, observed: Calibration) -> tuple[np.ndarray, np.ndarray]:
        """Weights and log likelihoods of the first blocks that give the effective draws at which a fit ends.

        Where none do, more are drawn until the budget is spent.
        """
        while True:
            density = likelihood_of(observed, self.results)
            for mixture in self.mixtures:
                log_weights = density[: len(mixture)] - mixture
                weights = normalise(log_weights)
                if effective_sample_size(weights) >= TARGET_EFFECTIVE:
                    return weights, density[: len(mixture)]
            if len(self.proposals) >= self.most or not np.isfinite(log_weights).any():
                return weights, density
            stage = f"{self.label}-{len(self.proposals) - self.from_prior + 1}"
            centres = self.stages.uniforms(f"{stage} centres", CENTRES, 1)[:, 0]
            self._add(stage, Proposal.kernel_mixture(self.unit_sample, log_weights, centres))


def band(count: int, at: np.ndarray, level: float = BAND) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest share of ``count`` even ranks up to each place ``at``, all places together with chance
    ``level``.

    The simultaneous band of Säilynoja, Bürkner and Vehtari (2022): the pointwise binomial quantiles, at the level at
    which so many simulated samples of even ranks lie inside everywhere.
    """
    samples = np.random.default_rng(2022).random((BAND_SAMPLES, count))
    below = np.stack([(samples <= place).sum(axis=1) for place in at], axis=1)
    tails = np.minimum(binom.cdf(below, count, at), binom.sf(below - 1, count, at))
    outside = float(np.quantile(tails.min(axis=1), 1.0 - level))
    return binom.ppf(outside, count, at) / count, binom.isf(outside, count, at) / count


def places(count: int) -> np.ndarray:
    """The ranks at which their distribution is looked at: no more of them than truths."""
    steps = min(count, 100)
    return np.arange(1, steps) / steps


def quantity_level(quantities: int) -> float:
    """The level at which each of so many quantities is judged, for all of them together at ``BAND`` (Bonferroni)."""
    return 1.0 - (1.0 - BAND) / quantities


def summary(found: SimulationBased) -> pandas.DataFrame:
    """A row a quantity: how many truths its 90 % intervals hold, how many where the posterior has enough effective
    draws, the mean and the standard deviation of its ranks, and whether they are even; log likelihoods have no
    interval.
    """
    count = len(found.ranks)
    at = places(count)
    low, high = band(count, at, quantity_level(found.ranks.shape[1]))
    rows = []
    for name in found.ranks:
        ranks = found.ranks[name].to_numpy()
        reached = (ranks[:, None] <= at).mean(axis=0)
        held = found.inside.get(name)
        rows.append(
            {
                "quantity": name,
                "inside_90": np.nan if held is None else float(held.mean()),
                "inside_90_full": np.nan if held is None or not found.full.any() else float(held[found.full].mean()),
                "mean_rank": float(ranks.mean()),
                "sd_rank": float(ranks.std()),
                "even": bool(((low <= reached) & (reached <= high)).all()),
            }
        )
    return pandas.DataFrame(rows)
