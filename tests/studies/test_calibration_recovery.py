"""Planted parameters are recovered from a series that the model itself made: the truth lies in the 90 % interval in
about 9 of 10 cases.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import binom

from plnsim.common.streams import run_key, uniform
from plnsim.simulation.runs import RANGE_QUANTILES, simulate_run
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.calibration import posterior
from plnsim.studies.calibration.calibration import Calibration
from plnsim.studies.calibration.fit import MATCHES, calibrate
from plnsim.studies.calibration.observations import Observation

NAMES = ("time.hours", "adoption.in_network")
SCENARIO = (
    Scenario.of("baseline")
    .with_values(
        {
            "population.schools": 12,
            "population.secondary_share": 0.0,
            "programme.participation": 0.8,
            "programme.support_years": 1,
        }
    )
    .with_years(1.5)
)
SERIES = (("use", 19), ("time", 38), ("use", 38), ("use", 57))
ERROR = 0.03
CASES = 20


def planted(case: int) -> tuple[np.ndarray, tuple[Observation, ...]]:
    """The truth of a case, drawn from the prior, and what would be observed of one run of it with errors of
    measurement.
    """
    key = run_key(2718, case)
    truth = np.array([uniform(key, 1, place) for place in range(len(NAMES))])
    values = {name: MODEL_PARAMETERS[name].ppf(share) for name, share in zip(NAMES, truth, strict=True)}
    run = simulate_run(SCENARIO.with_values(values), 31_415, case)
    plain = [Observation(outcome, week, 0.0, ERROR) for outcome, week in SERIES]
    seen = [one.value_in(run) + ERROR * float(ndtri(uniform(key, 2, place))) for place, one in enumerate(plain)]
    return truth, tuple(
        Observation(one.outcome, one.week, value, ERROR) for one, value in zip(plain, seen, strict=True)
    )


def recovered(case: int, folder) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Whether the truth lies in each interval, its rank in the posterior, and the width of the posterior against the
    prior.
    """
    truth, observations = planted(case)
    found = calibrate(
        Calibration("planted", SCENARIO, observations, NAMES, waves=1, budget=4000, seed=case + 1), folder
    )
    assert found.verdict == MATCHES, (
        f"case {case}: {found.verdict}, {found.effective_sample_size:.0f} effective draws, closest {found.closest:.1f}"
    )
    inside, ranks = [], []
    for column in range(len(NAMES)):
        low, high = (
            posterior.quantile(found.unit_sample[:, column], found.weights, level) for level in RANGE_QUANTILES
        )
        inside.append(low <= truth[column] <= high)
        ranks.append(float(found.weights @ (found.unit_sample[:, column] < truth[column])))
    return np.array(inside), np.array(ranks), posterior.marginals(found)["width_ratio"].to_numpy()


def test_the_truth_is_recovered(tmp_path):
    found = [recovered(case, tmp_path / str(case)) for case in range(2)]
    assert sum(inside.sum() for inside, _, _ in found) >= 3
    assert np.mean([widths[0] for _, _, widths in found]) < 0.5, "hours can be told from such a series"


@pytest.mark.full
def test_the_truth_lies_in_nine_of_ten_intervals_and_its_ranks_are_even(tmp_path):
    found = [recovered(case, tmp_path / str(case)) for case in range(CASES)]
    for column in range(len(NAMES)):
        inside = sum(int(one[column]) for one, _, _ in found)
        assert binom.ppf(0.005, CASES, 0.9) <= inside, f"{NAMES[column]}: {inside} of {CASES}"
        ranks = np.array([one[column] for _, one, _ in found])
        assert ranks.mean() == pytest.approx(0.5, abs=2.6 * math.sqrt(1 / 12 / CASES))
        assert ranks.std() == pytest.approx(math.sqrt(1 / 12), abs=0.1)
