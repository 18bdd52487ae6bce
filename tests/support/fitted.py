"""Calibrations that the tests fit: straight lines with a known posterior in the model's place, and small worlds of the
model itself.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import ndtri

from plnsim.common.streams import run_key, uniform
from plnsim.simulation.scenario import Scenario
from plnsim.studies.calibration.calibration import Calibration
from plnsim.studies.calibration.observations import Observation
from plnsim.studies.calibration.stages import point_replicate
from tests.support.studies import share_of

TWO_PARAMETERS = ("time.hours", "focus.alignment")
WEEKS = (38, 77, 116, 155)
NOISE, ERROR = 0.02, 0.03
SCENARIO = Scenario.of("baseline").with_years(4)


def level(first: float, second: float, week: int) -> float:
    """Where a line stands in a week, from the shares of its two parameters."""
    return 0.1 + 0.3 * first + 0.4 * second * (week + 1) / 78


def noise(task, values, replicate: int, week: int) -> float:
    """Normal noise of a run in a week, independent from week to week."""
    return NOISE * float(ndtri(uniform(run_key(task.seed, point_replicate(values, replicate)), 0, week)))


def line(task, values, replicate):
    shares = [share_of(name, values[name]) for name in TWO_PARAMETERS]
    return {f"use_week_{week}": level(*shares, week) + noise(task, values, replicate, week) for week in WEEKS}


def only_the_first(task, values, replicate):
    """A line that the second parameter does not move."""
    first = share_of(TWO_PARAMETERS[0], values[TWO_PARAMETERS[0]])
    return {f"use_week_{week}": level(first, 0.5, week) + noise(task, values, replicate, week) for week in WEEKS}


def only_the_sum(task, values, replicate):
    """A line that tells no more than the sum of both parameters."""
    both = sum(share_of(name, values[name]) for name in TWO_PARAMETERS)
    return {f"use_week_{week}": 0.1 + 0.3 * both + noise(task, values, replicate, week) for week in WEEKS}


def make_observations(values, weeks=WEEKS, error: float = ERROR, held_out=()) -> tuple[Observation, ...]:
    return tuple(
        Observation("use", week, value, error, held_out=week in held_out)
        for week, value in zip(weeks, values, strict=True)
    )


def observations_on_line(first: float = 0.3, second: float = 0.4, **more) -> tuple[Observation, ...]:
    return make_observations([level(first, second, week) for week in WEEKS], **more)


def make_calibration(observations=None, **more) -> Calibration:
    return Calibration(
        "lines",
        SCENARIO,
        observations or observations_on_line(),
        **{"names": TWO_PARAMETERS, "waves": 1, "budget": 3000} | more,
    )


def exact_posterior(observations) -> tuple[np.ndarray, np.ndarray, float]:
    """Means, standard deviations and correlation of the posterior of the line, summed over a fine grid."""
    grid = (np.arange(600) + 0.5) / 600
    first, second = np.meshgrid(grid, grid, indexing="ij")
    log = sum(
        -0.5
        * (observation.value - level(first, second, observation.week)) ** 2
        / (observation.standard_deviation**2 + NOISE**2)
        for observation in observations
        if not observation.held_out
    )
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    means = np.array([(weight * side).sum() for side in (first, second)])
    deviations = first - means[0], second - means[1]
    sizes = np.array([math.sqrt((weight * deviation**2).sum()) for deviation in deviations])
    return means, sizes, float((weight * deviations[0] * deviations[1]).sum() / sizes.prod())
