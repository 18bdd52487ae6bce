"""The fit: waves of history matching rule out what cannot be, then a sample of runs is weighted by the likelihood of
the data.

Emulators decide where to look and nothing else. What a draw counts is decided by its own run: the density of the
observations around it, given their error and the model's discrepancy, over the density with which it was drawn. With
such weights the approximate Bayesian computation is exact for the error that is stated (Wilkinson 2013). See decision
0007.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from os import PathLike
from pathlib import Path

import numpy as np

from plnsim.common.short_repr import short_repr
from plnsim.studies.calibration.calibration import BLOCK, MATCHING, Calibration
from plnsim.studies.calibration.emulator import Emulator, check_installed, emulator_validation
from plnsim.studies.calibration.likelihood import distances_of, likelihood_of
from plnsim.studies.calibration.proposal import CENTRES, Proposal, effective_sample_size, fit_proposal, normalise
from plnsim.studies.calibration.shipped import calibration_of, results_folder
from plnsim.studies.calibration.stages import StageRunner, StageRuns
from plnsim.studies.experiment.execute import Progress
from plnsim.studies.experiment.task import Evaluate

RULED_OUT = 3.0
"""Standard deviations from which on a setting counts as ruled out (Pukelsheim's three-sigma rule)."""
TARGET_EFFECTIVE = 400
"""Effective draws at which the sample ends, whatever is left of the budget."""
MIN_EFFECTIVE = 50
"""Effective draws below which nothing is said about the parameters."""
CANDIDATES = 8192
MATCHES, UNSETTLED, NO_MATCH = "matches", "unsettled", "no match"


@dataclass(frozen=True)
class Wave:
    """A wave of history matching.

    Attributes
    ----------
    simulated : StageRuns
        Its points and their runs.
    left : float
        Share of the prior that its emulators do not rule out.
    emulator_validation : float
        How the emulators of the waves before did at points they had not seen; NaN for the first wave.
    """

    simulated: StageRuns
    left: float
    emulator_validation: float

    __repr__ = short_repr


@dataclass(frozen=True, eq=False)
class Posterior:
    """What a fit found: a weighted sample of runs.

    ``plnsim.studies.calibration.posterior`` makes tables of it: ``marginals``, ``pairs``, ``profile``, ``check``,
    ``draws``.

    Attributes
    ----------
    calibration : Calibration
        What was asked.
    waves : tuple of Wave
        The waves of history matching; empty for prior sampling.
    prior : StageRuns
        Runs at points of the prior.
    unit_sample : numpy.ndarray of shape (draws, parameters)
        Points of the draws in the unit cube, in which the prior is flat.
    results : numpy.ndarray of shape (draws, observations)
        What was observed in the run of each draw, in the units of the outcomes.
    weights : numpy.ndarray of shape (draws,)
        They sum to 1, or are all 0 where no draw has any likelihood.
    log_likelihood : numpy.ndarray of shape (draws,)
        Log density of the fitted observations around each run.
    closest : float
        Distance of the best run: the largest of its deviations from the fitted observations, in standard deviations.
    closest_shares : numpy.ndarray of shape (parameters,)
        Point of the best run in the unit cube.
    closest_results : numpy.ndarray of shape (observations,)
        What was observed in the best run.
    evaluated_points : tuple of numpy.ndarray
        Every point that was run, waves included, of shape (runs, parameters), and its distance, of shape (runs,).
    failed : tuple of str
        Errors of runs that failed.
    """

    calibration: Calibration
    waves: tuple[Wave, ...]
    prior: StageRuns
    unit_sample: np.ndarray
    results: np.ndarray
    weights: np.ndarray
    log_likelihood: np.ndarray
    closest: float
    closest_shares: np.ndarray
    closest_results: np.ndarray
    evaluated_points: tuple[np.ndarray, np.ndarray]
    """Every point that was run, waves included, and its distance."""
    failed: tuple[str, ...] = ()

    __repr__ = short_repr

    @property
    def effective_sample_size(self) -> float:
        """Draws of equal weight that would say as much."""
        return effective_sample_size(self.weights)

    @property
    def runs(self) -> int:
        """Runs in all, waves included."""
        return len(self.unit_sample) + sum(int(np.prod(wave.simulated.results.shape[:2])) for wave in self.waves)

    @property
    def verdict(self) -> str:
        """Whether any setting matches.

        "matches" or "no match", or "unsettled" where too few draws are effective to say which settings match.
        """
        if self.closest >= RULED_OUT:
            return NO_MATCH
        return MATCHES if self.effective_sample_size >= MIN_EFFECTIVE else UNSETTLED


def calibrate(
    calibration: Calibration | str | PathLike[str],
    folder: str | PathLike[str] | None = None,
    *,
    budget: int | None = None,
    workers: int | None = None,
    executor: Executor | None = None,
    concurrency: Callable[[], int] | None = None,
    progress: Callable[[str], Progress | None] = lambda stage: None,
    evaluate: Evaluate | None = None,
    note: Callable[[str], None] = lambda text: None,
) -> Posterior:
    """Fits a calibration, or goes on with it where it was stopped.

    Parameters
    ----------
    calibration : Calibration, str or path-like
        A calibration, the name of a shipped one, or the path of a file.
    folder : str or path-like, optional
        Where runs are kept, by default ``calibration-results/NAME``.
    budget : int, optional
        The most runs, instead of the calibration's own.
    workers : int, optional
        Threads, by default one a core; results do not depend on them.
    executor : concurrent.futures.Executor, optional
        Computes batches of runs instead of threads.
    concurrency : callable, optional
        Gives the number of batches that the executor takes at a time.
    progress : callable, optional
        Called with the name of each stage; gives what is called after each batch with the runs done, the runs in all,
        and the new rows.
    evaluate : callable, optional
        Takes the place of the model: turns a task, the values of a point by dotted name, and a replicate into a value
        for each observation's column.
    note : callable, optional
        Told, a sentence at a time, of damage that was mended.

    Returns
    -------
    Posterior

    Raises
    ------
    InputError
        Also where scikit-learn is missing, which history matching needs.

    Notes
    -----
    Waves of history matching rule out settings from three standard deviations on (Pukelsheim's three-sigma rule). Each
    run of the sample then counts by the density of the observations around it, over the density with which it was
    drawn: such approximate Bayesian computation is exact for the error that is stated (Wilkinson 2013). See decision
    0007.

    Examples
    --------
    >>> from plnsim import Scenario, calibrate
    >>> from plnsim.studies.calibration.calibration import Calibration
    >>> from plnsim.studies.calibration.observations import Observation
    >>> from plnsim.studies.calibration.posterior import marginals
    >>> scenario = Scenario.of("baseline").with_values({"population.schools": 3}).with_years(1)
    >>> seen = Observation("home_use", week=38, value=0.05, error=0.01)
    >>> example = Calibration("example", scenario, (seen,), ("adoption.alone",), method="prior-sampling", budget=512)
    >>> posterior = calibrate(example)
    >>> posterior.verdict, posterior.unit_sample.shape, round(posterior.effective_sample_size)
    ('matches', (512, 1), 89)
    >>> marginals(posterior)[["parameter", "prior_50", "posterior_50", "width_ratio"]].round(2)
            parameter  prior_50  posterior_50  width_ratio
    0  adoption.alone      0.14          0.18         0.79
    """
    calibration = calibration_of(calibration)
    calibration = calibration if budget is None else calibration.with_budget(budget)
    if calibration.method == MATCHING:
        check_installed()
    place = results_folder(calibration) if folder is None else Path(folder)
    stages = StageRunner(calibration, place, workers, executor, concurrency, progress, evaluate, note)
    waves, first = (
        _run_waves(stages) if calibration.method == MATCHING else ([], Proposal.prior(len(calibration.names)))
    )
    return _run_sample(stages, waves, first)


def _run_waves(stages: StageRunner) -> tuple[list[Wave], Proposal]:
    """Runs the waves; gives them and where to sample first. A wave that leaves nothing ends the matching."""
    calibration = stages.calibration
    waves: list[Wave] = []
    emulator: Emulator | None = None
    unit_sample = stages.uniforms("wave-1", calibration.points, len(calibration.names))
    for number in range(1, calibration.waves + 1):
        stage = f"wave-{number}"
        simulated = stages.run_stage(stage, partial(np.asarray, unit_sample), calibration.replicates)
        unseen = emulator_validation(emulator, simulated, calibration.replicates) if emulator else float("nan")
        emulator = Emulator(calibration, [*(wave.simulated for wave in waves), simulated])
        candidates = stages.uniforms(f"{stage} candidates", CANDIDATES, len(calibration.names))
        left = emulator.implausibility(candidates) < RULED_OUT
        waves.append(Wave(simulated, float(left.mean()), unseen))
        if not left.any():
            break
        unit_sample = _next_points(stages, emulator, candidates[left], stage)
    assert emulator is not None, "history matching has a wave or more"
    return waves, fit_proposal(
        emulator.log_likelihood,
        len(calibration.names),
        lambda what, rows, columns: stages.uniforms(f"sample {what}", rows, columns),
    )


def _next_points(stages: StageRunner, emulator: Emulator, left: np.ndarray, stage: str) -> np.ndarray:
    """Points for the next wave among those not ruled out; where few were met, more are looked for around them."""
    wanted, parameters = stages.calibration.points, len(stages.calibration.names)
    if len(left) < wanted:
        kernel_mixture = Proposal.kernel_mixture(
            left, np.zeros(len(left)), stages.uniforms(f"{stage} centres", CENTRES, 1)[:, 0]
        )
        more = kernel_mixture.sample(stages.uniforms(f"{stage} around", CANDIDATES, parameters + 1))
        left = np.concatenate([left, more[emulator.implausibility(more) < RULED_OUT]])
    return (
        left[:wanted]
        if len(left) >= wanted
        else np.concatenate([left, stages.uniforms(f"{stage} rest", wanted - len(left), parameters)])
    )


def _run_sample(stages: StageRunner, waves: list[Wave], proposal: Proposal) -> Posterior:
    """Draws blocks until enough draws are effective or the budget is spent; each block is drawn where the ones before
    it point.
    """
    calibration, parameters = stages.calibration, len(stages.calibration.names)
    left = calibration.budget - sum(wave.simulated.results.shape[0] * calibration.replicates for wave in waves)
    blocks: list[StageRuns] = []
    proposals: list[Proposal] = []
    while True:
        number = len(blocks) + 1
        stage = f"sample-{number}"
        proposals.append(proposal)
        uniforms = stages.uniforms(stage, BLOCK, parameters + 1)
        blocks.append(stages.run_stage(stage, partial(proposal.sample, uniforms), 1))
        unit_sample, results = (
            np.concatenate([block.unit_sample for block in blocks]),
            np.concatenate([block.results[:, 0] for block in blocks]),
        )
        log_likelihood = likelihood_of(calibration, results)
        log_weights = log_likelihood - _mixture(proposals, unit_sample)
        weights = normalise(log_weights)
        if (number + 1) * BLOCK > left or _is_settled(calibration, waves, results, weights):
            break
        if calibration.method == MATCHING and np.isfinite(log_weights).any():
            proposal = Proposal.kernel_mixture(
                unit_sample, log_weights, stages.uniforms(f"{stage} centres", CENTRES, 1)[:, 0]
            )
    return _make_posterior(calibration, waves, blocks, unit_sample, results, weights, log_likelihood)


def _is_settled(calibration: Calibration, waves: list[Wave], results: np.ndarray, weights: np.ndarray) -> bool:
    """Whether further blocks would change little: enough draws are effective, or emulators and runs agree that nothing
    matches.
    """
    if calibration.method != MATCHING:
        return False
    nothing = waves[-1].left == 0.0 and distances_of(calibration, results).min() >= RULED_OUT
    return nothing or effective_sample_size(weights) >= TARGET_EFFECTIVE


def _mixture(proposals: list[Proposal], unit_sample: np.ndarray) -> np.ndarray:
    """Log density of all blocks together: every draw is weighed against every mixture that could have drawn it."""
    each = np.stack([proposal.log_density(unit_sample) for proposal in proposals])
    return np.asarray(np.logaddexp.reduce(each, axis=0) - np.log(len(each)))


def _make_posterior(
    calibration: Calibration,
    waves: list[Wave],
    blocks: list[StageRuns],
    unit_sample: np.ndarray,
    results: np.ndarray,
    weights: np.ndarray,
    log_likelihood: np.ndarray,
) -> Posterior:
    simulated = [wave.simulated for wave in waves]
    every_share = np.concatenate(
        [unit_sample, *(np.repeat(wave.unit_sample, wave.results.shape[1], axis=0) for wave in simulated)]
    )
    every_result = np.concatenate([results, *(wave.results.reshape(-1, wave.results.shape[2]) for wave in simulated)])
    distances = distances_of(calibration, every_result)
    best = int(distances.argmin())
    failed = tuple(error for stage in [*simulated, *blocks] for error in stage.failed)
    return Posterior(
        calibration,
        tuple(waves),
        (simulated or blocks)[0],
        unit_sample,
        results,
        weights,
        log_likelihood,
        float(distances[best]),
        every_share[best],
        every_result[best],
        (every_share, distances),
        failed,
    )
