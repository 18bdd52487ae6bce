"""Shapley effects of correlated inputs against closed forms."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from plnsim.studies.experiment.design import CHAOS
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.shapley import shapley_forms

LEFT = ("time.hours", "leadership.vision", "leadership.support")


def of_linear_model(slopes, correlation):
    """The exact Shapley effects of a linear model with normal inputs: means over all orders."""

    def explained(known):
        known = list(known)
        if not known:
            return 0.0
        with_known = correlation[:, known] @ np.linalg.inv(correlation[np.ix_(known, known)]) @ correlation[known]
        return float(slopes @ with_known @ slopes)

    inputs = len(slopes)
    effects = np.zeros(inputs)
    orders = list(itertools.permutations(range(inputs)))
    for order in orders:
        for place, name in enumerate(order):
            effects[name] += (explained(order[: place + 1]) - explained(order[:place])) / len(orders)
    return effects


def test_the_exact_effects_are_those_of_the_closed_form_of_two_inputs():
    rho, (a, b) = 0.7, (2.0, 1.0)
    effects = of_linear_model(np.array([a, b]), np.array([[1.0, rho], [rho, 1.0]]))
    half = rho**2 / 2  # Owen and Prieur (2017)
    assert effects == pytest.approx(
        [a * a * (1 - half) + a * b * rho + b * b * half, b * b * (1 - half) + a * b * rho + a * a * half]
    )


@pytest.mark.parametrize("seed", [1, 2])
def test_effects_of_a_linear_model_are_those_of_the_closed_form_and_add_up(seed):
    slopes = np.array([2.0, 1.0, -1.5, 0.5])
    correlation = np.eye(4)
    for first, second, rho in ((0, 1, 0.7), (1, 2, -0.4), (0, 3, 0.3)):
        correlation[first, second] = correlation[second, first] = rho
    found = np.array([slopes @ form @ slopes for form in shapley_forms(lambda normal: normal, correlation, seed)])
    exact = of_linear_model(slopes, correlation)
    np.testing.assert_allclose(found / found.sum(), exact / exact.sum(), atol=0.012)
    assert found.sum() == pytest.approx(float(slopes @ correlation @ slopes), rel=0.03)


def test_an_experiment_with_correlated_inputs_has_shapley_effects_alone(tmp_path):
    def linear(task, values, replicate):
        luck = np.random.default_rng([task.seed, replicate]).normal()
        return {"deep_use": 2.0 * values["leadership.vision"] + values["leadership.support"] + 0.05 * luck}

    experiment = Experiment(
        "shapley",
        ("baseline",),
        CHAOS,
        LEFT,
        size=200,
        resamples=50,
        correlations={("leadership.vision", "leadership.support"): 0.8},
    )
    analysis = run_experiment(experiment, tmp_path / "store", evaluate=linear, workers=1)["baseline"]
    table = analysis.indices.set_index(["index", "factor"])["value"]
    assert set(analysis.indices["index"]) == {"r2", "shapley"}
    assert table["shapley"].sum() == pytest.approx(1.0, abs=0.03), "they add up to all of the variance"
    assert 0.55 < table["shapley", "leadership.vision"] < 0.72 and abs(table["shapley", "time.hours"]) < 0.02
    assert 0.28 < table["shapley", "leadership.support"] < 0.45, "more than its own fifth, for it goes with vision"
    assert "converged" in analysis.verdict
