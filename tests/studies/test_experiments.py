"""Experiments through the whole chain, from file to indices: known answers, and honesty about luck."""

from __future__ import annotations

import math

import pytest

from plnsim.common.errors import InputError
from plnsim.simulation.scenario import shipped_scenarios
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import sample_design
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.run import experiment_of, run_experiment, shipped_experiments
from tests.support.studies import (
    SOBOL_FILE,
    THREE_PARAMETERS,
    experiment_from,
    indices_of,
    ishigami,
    linear,
    noisy_ishigami,
    share_of,
    sobol_g,
    values_of,
)


def test_ishigami_comes_out_of_the_whole_chain(tmp_path):
    table = indices_of(tmp_path, ishigami).indices
    first, total = values_of(table, "first"), values_of(table, "total")
    for name, one, all_of_it in zip(THREE_PARAMETERS, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert first[name] == pytest.approx(one, abs=0.03)
        assert total[name] == pytest.approx(all_of_it, abs=0.03)
    assert total["dummy"] == pytest.approx(0.0, abs=1e-12)
    second = table[
        (table["index"] == "second") & (table["factor"] == THREE_PARAMETERS[0]) & (table["with"] == THREE_PARAMETERS[2])
    ]["value"].iloc[0]
    assert second == pytest.approx(0.2437, abs=0.04)


def test_sobol_g_comes_out_of_the_whole_chain(tmp_path):
    table = indices_of(tmp_path, sobol_g).indices
    parts = [1 / (3 * (1 + a) ** 2) for a in (0.0, 1.0, 9.0)]
    variance = math.prod(1 + part for part in parts) - 1
    for name, part in zip(THREE_PARAMETERS, parts, strict=True):
        others = math.prod(1 + one for one in parts) / (1 + part)
        assert values_of(table, "first")[name] == pytest.approx(part / variance, abs=0.03)
        assert values_of(table, "total")[name] == pytest.approx(part * others / variance, abs=0.03)


def test_with_one_replicate_luck_shrinks_first_and_inflates_total_order_and_the_dummy_shows_by_how_much(tmp_path):
    analysis = indices_of(tmp_path, noisy_ishigami, 2048, 1)
    for name, one, all_of_it in zip(THREE_PARAMETERS, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert values_of(analysis.indices, "first")[name] == pytest.approx(one / 2, abs=0.06)
        assert values_of(analysis.indices, "total")[name] == pytest.approx((all_of_it + 1) / 2, abs=0.06)
    assert values_of(analysis.indices, "first")["dummy"] == pytest.approx(0.0, abs=0.06)
    assert values_of(analysis.indices, "total")["dummy"] == pytest.approx(0.5, abs=0.06)
    assert "replicates are short: with one, luck counts as an effect" in analysis.verdict
    assert "comes to 0.5" in analysis.verdict


def test_with_replicates_indices_are_those_of_the_mean_over_luck(tmp_path):
    table = indices_of(tmp_path, noisy_ishigami, 2048, 2).indices
    for name, one, all_of_it in zip(THREE_PARAMETERS, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert values_of(table, "first")[name] == pytest.approx(one, abs=0.08)
        assert values_of(table, "total")[name] == pytest.approx(all_of_it, abs=0.08)
    dummy = table[table["factor"] == "dummy"].set_index("index")
    assert abs(dummy.loc["total", "value"]) < dummy.loc["total", "half_width_95"] < 0.06
    assert dummy.loc["total", "half_width_95"] > 0.01, "the dummy has luck of its own"


def test_a_linear_model_with_a_skewed_distribution(tmp_path):
    text = SOBOL_FILE.format(size=2048, replicates=1).replace(
        '"time.hours", "focus.alignment"', '"ties.department_odds"'
    )
    table = run_experiment(experiment_from(tmp_path, text), tmp_path / "store", workers=2, evaluate=linear)[
        "baseline"
    ].indices
    low, high = MODEL_PARAMETERS["ties.department_odds"].range
    width = math.log(high / low)
    mean = (high - low) / width
    skewed = (high**2 - low**2) / (2 * width) - mean**2
    flat = 9 * (MODEL_PARAMETERS["turnover.movers"].range[1]) ** 2 / 12
    assert values_of(table, "first")["ties.department_odds"] == pytest.approx(skewed / (skewed + flat), abs=0.02)
    assert values_of(table, "total")["turnover.movers"] == pytest.approx(flat / (skewed + flat), abs=0.02)


def test_luck_and_parameters_share_the_variance(tmp_path):
    variance = indices_of(tmp_path, noisy_ishigami, 512, 4).variance
    row = variance.iloc[0]
    assert row["aleatory_share"] == pytest.approx(0.5, abs=0.05)
    assert 0.4 < row["aleatory_share_low"] < row["aleatory_share"] < row["aleatory_share_high"] < 0.6


def test_a_sobol_design_needs_a_power_of_two():
    with pytest.raises(InputError, match="power of two"):
        sample_design("sobol", THREE_PARAMETERS, 100, 1)


@pytest.mark.parametrize(
    "method, index",
    [
        ("morris", "mu_star"),
        ("efast", "total"),
        ("pawn", "pawn_median"),
        ("delta", "delta"),
        ("latin", "rank_correlation"),
        ("one-at-a-time", "effect"),
        ("grid", "rank_correlation"),
    ],
)
def test_every_method_finds_what_matters_and_what_does_not(tmp_path, method, index):
    size = {"morris": 30, "efast": 257, "pawn": 1024, "delta": 512, "latin": 256, "one-at-a-time": 3, "grid": 4}[method]
    text = (
        f'method = "{method}"\nsize = {size}\nreplicates = 1\nresamples = 10\n'
        '[vary]\nparameters = ["time.hours", "focus.alignment", "turnover.movers"]\ndummy = '
        f"{'false' if method == 'grid' else 'true'}\n"
    )

    def lines(task, values, replicate):
        return {
            "deep_use": 3 * share_of(THREE_PARAMETERS[0], values[THREE_PARAMETERS[0]])
            + 1.8 * share_of(THREE_PARAMETERS[1], values[THREE_PARAMETERS[1]])
        }

    found = values_of(
        run_experiment(experiment_from(tmp_path, text), tmp_path / "store", evaluate=lines)["baseline"].indices, index
    )
    assert abs(found[THREE_PARAMETERS[0]]) > abs(found[THREE_PARAMETERS[1]]) > abs(found[THREE_PARAMETERS[2]])
    if method != "grid":
        assert abs(found["dummy"]) < abs(found[THREE_PARAMETERS[1]])


@pytest.mark.parametrize(
    "text, place, phrase",
    [
        ('method = "sobool"\n[vary]\nparameters = ["time.hours"]', "1:1", "sobol"),
        ('[vary]\nparameters = ["time.hour"]', "2:1", "time.hours"),
        ('outcomes = ["deep_uses"]\n[vary]\nparameters = ["time.hours"]', "1:1", "deep_use"),
        ('replicates = 0\n[vary]\nparameters = ["time.hours"]', "1:1", "replicates"),
        ('[vary]\ngroups = ["tim"]', "2:1", "time"),
        ("size = 4", "", "vary"),
        ('[vary]\nparameters = ["time.hours"]\n[set.time]\nhours = -1', "4:1", "at least 0"),
        ('sead = 1\n[vary]\nparameters = ["time.hours"]', "1:1", "seed"),
        ('years = -1\n[vary]\nparameters = ["time.hours"]', "1:1", "years"),
    ],
)
def test_a_wrong_file_gets_one_message_with_its_place(tmp_path, text, place, phrase):
    with pytest.raises(InputError) as problem:
        experiment_from(tmp_path, text)
    assert phrase in str(problem.value)
    assert not place or f"experiment.toml:{place}" in str(problem.value)


def test_every_shipped_experiment_is_good():
    assert {"conditions", "screening"} <= set(shipped_experiments())
    for name in shipped_experiments():
        experiment = experiment_of(name)
        assert experiment.title
        assert len(experiment.variants()) >= 1
        assert experiment.design().unit_sample.shape[1] == len(experiment.names)


def test_a_scenario_in_the_place_of_an_experiment_is_told_so():
    with pytest.raises(InputError, match="this is a scenario, not an experiment"):
        Experiment.read(shipped_scenarios()["baseline"])
