"""Quantiles over the runs of a point: the estimator is SciPy's, luck is told by its jackknife, and files say what they
ask for.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats.mstats import hdquantiles

from plnsim.common.errors import InputError
from plnsim.studies.coverage.designs import Luck
from plnsim.studies.experiment.design import sample_design
from plnsim.studies.experiment.discovery import discover
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.methods import indices_of
from plnsim.studies.experiment.quantile import pseudo_values, quantiles_in_place
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.run import run_experiment

TEXT = """
method = "{method}"
size = {size}
replicates = {replicates}
outcomes = ["low", "use"]
[formulas]
low = "{formula}"
[vary]
parameters = ["time.hours", "leadership.vision"]
"""


def an_experiment(folder, method="latin", size=60, replicates=10, formula="quantile(use, 0.1)"):
    path = folder / "study.toml"
    path.write_text(TEXT.format(method=method, size=size, replicates=replicates, formula=formula), encoding="utf-8")
    return Experiment.read(path)


def spread_out(task, values, replicate):
    """Use whose luck grows with vision, so that its lower quantile falls with vision and its mean does not move."""
    use = float(np.random.default_rng([task.seed, replicate]).normal(0.5, 0.02 + 0.2 * values["leadership.vision"]))
    return {"low": use, "use": use}


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.9])
def test_the_mean_of_the_pseudo_values_is_the_quantile_of_harrell_and_davis(share):
    values = np.random.default_rng(3).normal(size=(5, 12))
    told = pseudo_values(values, share).mean(axis=1)
    np.testing.assert_allclose(told, [hdquantiles(row, [share])[0] for row in values], rtol=1e-10)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_pseudo_values_tell_how_much_of_a_quantile_is_luck(share):
    pseudo = pseudo_values(np.random.default_rng(1).normal(size=(3000, 10)), share)
    told = pseudo.var(axis=1, ddof=1).mean() / 10
    assert 0.95 < told / pseudo.mean(axis=1).var() < 1.2


def test_a_pseudo_value_belongs_to_the_replicate_that_is_left_out():
    values = np.array([[5.0, 1.0, 3.0, 2.0, 4.0]])
    pseudo = pseudo_values(values, 0.5)
    assert np.array_equal(np.argsort(pseudo), np.argsort(values)) and pseudo.mean() == pytest.approx(3.0)


def test_indices_of_a_quantile_are_those_of_the_mean_where_luck_is_alike_everywhere():
    design = sample_design("sobol", ("a", "b", "dummy"), 512, 4)
    luck = Luck(by_run=0.7).draw(design, 10, 4)
    cube = ((design.unit_sample @ [3.0, 1.0, 0.0])[:, None] + luck)[:, :, None]
    rows = indices_of(design, quantiles_in_place(cube, ["low"], {"low": 0.25}), ["low"], 100, 1)
    totals = rows[rows["index"] == "total"].set_index("factor")
    off = (totals["value"] - [0.9, 0.1, 0.0]).abs()
    assert (off <= 1.5 * totals["half_width_95"] + 1e-9).all(), totals


def test_an_experiment_tells_the_quantile_of_each_point(tmp_path):
    analysis = run_experiment(an_experiment(tmp_path), tmp_path / "store", evaluate=spread_out, workers=1)["baseline"]
    of = analysis.indices.set_index(["outcome", "factor"])["value"]
    assert of["low", "leadership.vision"] < -0.6 and abs(of["use", "leadership.vision"]) < 0.4
    assert list(analysis.variance["outcome"]) == ["use"], "luck has no share of a number that is over luck"
    assert not any("spread of low" in name for name in analysis.indices["outcome"])
    results = ExperimentResults.of(tmp_path / "store")
    runs = results.runs.pivot(index="point", columns="replicate", values="low").to_numpy()
    means = results.means(("low", "use"))
    np.testing.assert_allclose(means["low"], [hdquantiles(row, [0.1])[0] for row in runs], rtol=1e-9)
    np.testing.assert_allclose(means["use"], runs.mean(axis=1), rtol=1e-12)


def test_rules_on_a_quantile_are_judged_by_the_quantile_of_fresh_points(tmp_path):
    run_experiment(an_experiment(tmp_path, size=120), tmp_path / "store", evaluate=spread_out, workers=1)
    found = discover(tmp_path / "store", "low >= 0.35", resamples=2, evaluate=spread_out, fresh=60, workers=1)
    assert [(limit.name, limit.side) for limit in found.box.limits] == [("leadership.vision", "at most")]
    assert found.fresh.density.value > found.fresh.base_rate.value + 0.15
    assert 0.4 < found.fresh.base_rate.value < 0.7, "the mean of the runs reaches it almost everywhere"


def test_the_model_gives_the_quantile_of_what_stands_in_it(tmp_path):
    experiment = an_experiment(tmp_path, size=2, replicates=4, formula="quantile(2 * use, 0.5)")
    small = {"population.schools": 4, "programme.support_years": 0.5, "programme.follow_up_years": 0.0}
    run_experiment(Experiment(**{**vars(experiment), "values": small, "years": 0.5}), tmp_path / "store", workers=1)
    runs = ExperimentResults.of(tmp_path / "store").runs
    np.testing.assert_allclose(runs["low"], 2 * runs["use"])


@pytest.mark.parametrize(
    "formula, replicates, said",
    [
        ("quantile(use, 0.1)", 9, "9 replicates do not tell a quantile of 0.1 (low)"),
        ("quantile(use, 0.5)", 2, "2 replicates do not tell a quantile of 0.5"),
        ("quantile(use, 1.0)", 9, "a share between 0 and 1"),
        ("quantile(use)", 9, "a share between 0 and 1"),
        ("quantile(uze, 0.5)", 9, "there is no outcome 'uze'"),
        ("1 - quantile(use, 0.5)", 9, "nothing is computed with it"),
    ],
)
def test_what_no_quantile_can_be_is_refused(tmp_path, formula, replicates, said):
    with pytest.raises(InputError) as refused:
        an_experiment(tmp_path, replicates=replicates, formula=formula)
    assert said in str(refused.value)
