"""Polynomial chaos: indices of functions with known answers, R2 that is honest, and refusals where it is low."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from plnsim.common.errors import InputError
from plnsim.studies.coverage.designs import FUNCTIONS, LUCKS, NAMES, SOBOL, Case, Luck, coverage_of
from plnsim.studies.experiment.chaos import basis, candidate_terms, fit, indices_of_fit
from plnsim.studies.experiment.design import CHAOS, sample_design
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.run import run_experiment


def the_runs(function, luck, seed=1, size=200, replicates=2):
    design = sample_design(CHAOS, NAMES, size, seed)
    return design, FUNCTIONS[function](design.unit_sample)[:, None] + luck.draw(design, replicates, seed)


def an_experiment(**changes):
    asked = {"size": 120, "replicates": 2, "resamples": 60, **changes}
    return Experiment("chaos", ("baseline",), CHAOS, ("time.hours", "leadership.vision", "dummy"), **asked)


def test_the_polynomials_are_orthonormal_over_the_unit_cube():
    terms = candidate_terms(2)
    nodes, weights = np.polynomial.legendre.leggauss(12)
    first, second = (axis.ravel() for axis in np.meshgrid((nodes + 1) / 2, (nodes + 1) / 2))
    values = basis(np.column_stack([first, second]), terms)
    weight = np.outer(weights, weights).ravel() / 4
    np.testing.assert_allclose((values * weight[:, None]).T @ values, np.eye(len(terms)), atol=1e-9)
    np.testing.assert_allclose(weight @ values, 0.0, atol=1e-12)


def test_candidates_hold_products_of_three_where_they_are_not_too_many():
    assert (candidate_terms(4) > 0).sum(axis=1).max() == 3 and (candidate_terms(30) > 0).sum(axis=1).max() == 2
    assert len(np.unique(candidate_terms(5), axis=0)) == len(candidate_terms(5))


@pytest.mark.parametrize("function", ["slopes", "ishigami"])
def test_without_luck_indices_are_those_of_the_formulas(function):
    design, runs = the_runs(function, Luck(), size=400)
    emulator, found = indices_of_fit(design, runs, 50, 1)
    assert emulator.r2 > 0.97
    for kind, (values, widths) in found.items():
        np.testing.assert_allclose(values, SOBOL[function][kind], atol=0.03, err_msg=kind)
        assert (np.abs(values - SOBOL[function][kind]) <= 1.5 * widths + 1e-6).all()
    assert found["shapley"][0].sum() == pytest.approx(1.0, abs=0.03)


def test_r2_is_that_of_points_that_the_emulator_has_not_seen():
    for function, luck in (("ishigami", LUCKS["all three"]), ("slopes", LUCKS["with a"])):
        told, true = [], []
        for seed in range(4):
            design, runs = the_runs(function, luck, seed)
            emulator = fit(design.unit_sample, runs, seed)
            fresh = np.random.default_rng(seed).random((4000, 4))
            truth = FUNCTIONS[function](fresh)
            told.append(emulator.r2)
            true.append(1.0 - ((emulator.predict(fresh) - truth) ** 2).mean() / truth.var())
        assert np.mean(true) - 0.12 < np.mean(told) < np.mean(true) + 0.03, "it learns from nine tenths of the points"


def test_intervals_hold_the_truth_as_often_as_they_say():
    found = coverage_of(Case(CHAOS, 150, 2, ("first", "total")), "slopes", LUCKS["all three"], 12)
    held = [coverage.share for name, coverage in found.items() if "luck" not in name and coverage.tried > 6]
    assert np.mean(held) > 0.88


def test_intervals_are_wider_by_what_the_emulator_does_not_foretell():
    design, _ = the_runs("slopes", Luck())
    steps = (np.floor(design.unit_sample[:, 0] * 16) % 2)[:, None] + design.unit_sample[:, 1:2]
    emulator, found = indices_of_fit(design, np.hstack([steps, steps]), 50, 1)
    assert emulator.r2 < 0.5, "a saw is no polynomial"
    values, widths = found["total"]
    assert values[0] == 0.0 and (widths > 0.5).all(), "three quarters of the variance are a's, and none is seen"


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_an_outcome_that_rarely_happens_has_intervals_without_resamples_in_which_it_never_does():
    design, _ = the_runs("slopes", Luck(), size=60)
    rare = (design.unit_sample[:, :1] > 0.98).astype(float)
    assert rare.sum() == 1, "one resample in three does not hold it"
    _, found = indices_of_fit(design, rare, 200, 1)
    assert all(np.isfinite(values).all() and np.isfinite(widths).all() for values, widths in found.values())


def test_an_experiment_says_how_much_its_emulator_foretells(tmp_path):
    def curved(task, values, replicate):
        noise = np.random.default_rng([task.seed, replicate]).normal()
        return {"deep_use": values["time.hours"] ** 2 + 0.5 * values["leadership.vision"] + 0.1 * noise}

    analysis = run_experiment(an_experiment(), tmp_path / "store", evaluate=curved, workers=1)["baseline"]
    table = analysis.indices.set_index(["index", "factor"])["value"]
    assert table["r2", ""] > 0.9 and table["total", "time.hours"] > 0.6 > 0.3 > table["total", "leadership.vision"]
    assert abs(table["shapley"].sum() - 1.0) < 0.1 and "rough" not in analysis.verdict
    assert analysis.first_and_total("deep_use")["factor"].iloc[0] == "time.hours"


def test_an_emulator_that_foretells_nothing_gives_no_indices(tmp_path):
    def luck_alone(task, values, replicate):
        return {"deep_use": float(np.random.default_rng([task.seed, replicate]).normal())}

    analysis = run_experiment(an_experiment(), tmp_path / "store", evaluate=luck_alone, workers=1)["baseline"]
    assert set(analysis.indices["index"]) == {"r2"}
    assert "points that it has not seen, and 0.5 is the least" in analysis.excluded["deep_use"]


def test_a_rough_emulator_is_said_to_be_rough(tmp_path):
    def rough(task, values, replicate):
        saw = float(int(values["leadership.vision"] * 60) % 2)
        return {"deep_use": values["time.hours"] + 0.6 * saw}

    analysis = run_experiment(an_experiment(), tmp_path / "store", evaluate=rough, workers=1)["baseline"]
    assert analysis.verdict.startswith("rough: the emulator foretells 0."), analysis.verdict


def test_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    with pytest.raises(InputError, match="needs scikit-learn") as refused:
        fit(np.zeros((4, 2)), np.zeros((4, 2)))
    assert "plnsim[all]" in refused.value.right
