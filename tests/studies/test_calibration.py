"""Calibration through the whole chain, from waves and store to words: a known posterior, honesty about what data
cannot tell, and resuming.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace

import numpy as np
import pandas
import pytest
from scipy.stats import multivariate_normal, norm

from plnsim.common.errors import InputError
from plnsim.publish.calibration import save
from plnsim.studies.calibration import posterior, text
from plnsim.studies.calibration.calibration import MATCHING, SAMPLING
from plnsim.studies.calibration.emulator import Emulator
from plnsim.studies.calibration.fit import BLOCK, MATCHES, NO_MATCH, UNSETTLED, calibrate
from plnsim.studies.calibration.likelihood import conditional_on_fitted, likelihood_of
from plnsim.studies.calibration.observations import Observation, error_of_share
from plnsim.studies.calibration.proposal import Proposal, effective_sample_size, flatten_weights, normalise
from plnsim.studies.calibration.stages import StageRuns, point_replicate
from tests.support.fitted import (
    ERROR,
    NOISE,
    TWO_PARAMETERS,
    WEEKS,
    exact_posterior,
    level,
    line,
    make_calibration,
    make_observations,
    observations_on_line,
    only_the_first,
    only_the_sum,
)
from tests.support.studies import share_of


def said_of(found) -> str:
    return "\n".join(text.sentences(found))


# -- a known posterior
# --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "budget"), [(MATCHING, 3000), (SAMPLING, 16_384)])
def test_the_posterior_of_a_line_is_the_one_that_can_be_worked_out(tmp_path, method, budget):
    one = make_calibration(method=method, budget=budget, waves=2)
    found = calibrate(one, tmp_path / "fit", evaluate=line)
    means, sizes, correlation = exact_posterior(one.observations)
    mean = found.weights @ found.unit_sample
    apart = found.unit_sample - mean
    size = np.sqrt(found.weights @ apart**2)
    error = 1 / math.sqrt(found.effective_sample_size)
    assert found.verdict == MATCHES and found.effective_sample_size > 350
    assert np.all(np.abs(mean - means) < 4 * error * sizes)
    assert np.all(np.abs(size / sizes - 1) < 4 * error / math.sqrt(2))
    assert float(found.weights @ apart.prod(axis=1) / size.prod()) == pytest.approx(
        correlation, abs=4 * error * (1 - correlation**2) + 0.02
    )


def test_the_closest_run_and_its_distance_are_those_of_the_runs(tmp_path):
    one = make_calibration()
    found = calibrate(one, tmp_path / "fit", evaluate=line)
    deviations = [
        abs(found.closest_results[place] - each.value) / each.standard_deviation
        for place, each in enumerate(one.observations)
    ]
    assert found.closest == pytest.approx(max(deviations))
    assert (
        found.closest
        <= np.abs((found.results - [each.value for each in one.observations]) / one.observations[0].standard_deviation)
        .max(axis=1)
        .min()
    )


def test_a_larger_discrepancy_leaves_more_open(tmp_path):
    widths = []
    for discrepancy in (0.0, 0.06):
        observations = tuple(replace(one, discrepancy=discrepancy) for one in observations_on_line())
        found = calibrate(make_calibration(observations), tmp_path / f"off by {discrepancy}", evaluate=line)
        widths.append(posterior.marginals(found)["width_ratio"].to_numpy())
    assert (widths[1] > 1.1 * widths[0]).all()


# -- what the data cannot tell
# ------------------------------------------------------------------------------------------


def test_a_parameter_that_moves_nothing_is_said_not_to_be_told(tmp_path):
    found = calibrate(
        make_calibration(make_observations([level(0.3, 0.5, week) for week in WEEKS])),
        tmp_path / "fit",
        evaluate=only_the_first,
    )
    table = posterior.marginals(found).set_index("parameter")
    assert table.loc[TWO_PARAMETERS[0], "told"] == "told by the data"
    assert table.loc[TWO_PARAMETERS[1], "told"] == "not told" and table.loc[
        TWO_PARAMETERS[1], "width_ratio"
    ] == pytest.approx(1.0, abs=0.1)
    assert f"Not told: {TWO_PARAMETERS[1]}" in said_of(found) and "must not be read as a finding" in said_of(found)
    assert f"can be ruled out for {TWO_PARAMETERS[1]}:" in said_of(found)
    assert posterior.profile(found).set_index("parameter").loc[TWO_PARAMETERS[1], "matches"].all()
    assert not posterior.profile(found).set_index("parameter").loc[TWO_PARAMETERS[0], "matches"].all()
    assert not posterior.pairs(found)["stands_out"].any()


def test_two_parameters_of_which_only_the_sum_shows_are_said_to_trade_off(tmp_path):
    found = calibrate(make_calibration(make_observations([0.4] * 4)), tmp_path / "fit", evaluate=only_the_sum)
    pair = posterior.pairs(found).iloc[0]
    assert pair["stands_out"] and pair["rank_correlation"] < -0.9
    assert f"more {TWO_PARAMETERS[0]} with less {TWO_PARAMETERS[1]} fits as well" in said_of(found)
    both = found.unit_sample.sum(axis=1)
    assert posterior.quantile(both, found.weights, 0.5) == pytest.approx(1.0, abs=0.05)


def test_data_that_contradict_each_other_get_the_best_distance_and_no_posterior(tmp_path):
    found = calibrate(make_calibration(make_observations([0.5, 0.1, 0.5, 0.1])), tmp_path / "fit", evaluate=line)
    assert found.verdict == NO_MATCH and found.closest > 3 and found.waves[-1].left == 0
    assert len(found.unit_sample) == BLOCK, "one block is enough to see that the emulators are right"
    assert f"The closest is {found.closest:.1f} standard deviations off" in said_of(
        found
    ) and "There is no posterior" in said_of(found)
    save.write(found, tmp_path / "fit")
    assert not (tmp_path / "fit" / "posterior.csv").exists() and not (tmp_path / "fit" / "marginals.csv").exists()
    assert "marginals" not in json.loads((tmp_path / "fit" / "calibration.json").read_text())
    assert "No setting matches" in (tmp_path / "fit" / "result.md").read_text()


def test_too_small_a_sample_says_nothing_about_parameters_and_how_much_more_it_takes(tmp_path):
    one = make_calibration(observations_on_line(error=0.015), method=SAMPLING, budget=BLOCK)
    found = calibrate(one, tmp_path / "fit", evaluate=line)
    assert found.verdict == UNSETTLED and 0 < found.effective_sample_size < 50
    assert re.search(r"A budget about [\d,]+ runs larger", said_of(found))
    assert "too small to say which" in said_of(found) and TWO_PARAMETERS[0] not in said_of(found)
    save.write(found, tmp_path / "fit")
    assert not (tmp_path / "fit" / "marginals.csv").exists()


def test_a_sample_that_luck_makes_small_says_so(tmp_path):
    found = calibrate(make_calibration(observations_on_line(error=0.004), budget=752), tmp_path / "fit", evaluate=line)
    assert found.verdict == UNSETTLED
    assert re.search(
        r"Luck alone moves use \(year \d\) by (4\.\d|5\.\d|6\.\d) of its standard deviations", said_of(found)
    )


def test_a_run_that_fails_or_is_not_defined_counts_as_no_match_and_is_counted(tmp_path):
    def fragile(task, values, replicate):
        if values[TWO_PARAMETERS[0]] > 1.2:
            raise ValueError("too many hours")
        return line(task, values, replicate) | ({"use_week_38": math.nan} if values[TWO_PARAMETERS[1]] > 0.85 else {})

    found = calibrate(make_calibration(), tmp_path / "fit", evaluate=fragile)
    wrong = (found.unit_sample[:, 0] > share_of(TWO_PARAMETERS[0], 1.2)) | (
        found.unit_sample[:, 1] > share_of(TWO_PARAMETERS[1], 0.85)
    )
    assert wrong.any() and (found.weights[wrong] == 0).all() and found.verdict == MATCHES
    assert found.failed and "ValueError: too many hours" in "\n".join(text.caveats(found))


def test_an_outcome_that_is_hardly_ever_defined_is_bad_input(tmp_path):
    with pytest.raises(InputError, match="is defined at 0 of 60 points"):
        calibrate(
            make_calibration(), tmp_path / "fit", evaluate=lambda *_: {f"use_week_{week}": math.nan for week in WEEKS}
        )


# -- hold-out and check
# -------------------------------------------------------------------------------------------------


def test_what_is_held_out_moves_no_weight_and_is_predicted(tmp_path):
    plain = observations_on_line(held_out=(155,))
    moved = (*plain[:3], replace(plain[3], value=0.9))
    found = [
        calibrate(make_calibration(observations), tmp_path / str(place), evaluate=line)
        for place, observations in enumerate((plain, moved))
    ]
    assert np.array_equal(found[0].weights, found[1].weights) and np.array_equal(
        found[0].unit_sample, found[1].unit_sample
    )
    tables = [posterior.check(one) for one in found]
    assert [table["held_out"].tolist() for table in tables] == [[False, False, False, True]] * 2
    assert [bool(table["inside_90"].iloc[3]) for table in tables] == [True, False]
    assert "1 of 1 held-out point lies in the 90 % interval" in said_of(found[0])
    assert "0 of 1 held-out point lie in the 90 % interval" in said_of(found[1])


def test_the_interval_predicted_for_a_point_is_that_of_the_exact_posterior_with_luck_and_error(tmp_path):
    observations = observations_on_line(held_out=(155,))
    found = calibrate(make_calibration(observations, budget=6000), tmp_path / "fit", evaluate=line)
    means, sizes, correlation = exact_posterior(observations)
    slope = np.array([0.3, 0.4 * 2])
    covariance = np.outer(sizes, sizes) * np.array([[1, correlation], [correlation, 1]])
    deviation = math.sqrt(slope @ covariance @ slope + NOISE**2 + observations[3].standard_deviation ** 2)
    row = posterior.check(found).iloc[3]
    assert row["posterior_50"] == pytest.approx(level(*means, 155), abs=0.25 * deviation)
    assert row["posterior_95"] - row["posterior_05"] == pytest.approx(2 * 1.645 * deviation, rel=0.15)


def test_a_coverage_comes_with_what_so_few_points_can_say():
    def of(inside):
        return posterior.coverage(pandas.DataFrame({"inside_90": inside}))

    assert of([True, True]) == (2, 2, pytest.approx(0.05**0.5), 1.0)
    assert of([False, False]) == (0, 2, 0.0, pytest.approx(1 - 0.05**0.5))
    inside, count, low, high = of([True] * 18 + [False] * 2)
    assert (inside, count) == (18, 20) and 0.7 < low < 0.8 and 0.97 < high < 0.99


def test_correlated_deviations_enter_the_likelihood_and_what_is_predicted_for_a_held_out_point():
    observations = tuple(
        replace(one, correlation=0.6, series=1, held_out=one.week == 155)
        for one in make_observations([0.1, 0.2, 0.3, 0.4])
    )
    one = make_calibration(observations)
    run = np.array([[0.12, 0.2, 0.27, 0.4], [0.05, 0.2, math.nan, 0.4]])
    matrix = ERROR**2 * (0.4 * np.eye(4) + 0.6)
    exact = multivariate_normal([0.1, 0.2, 0.3], matrix[:3, :3])
    assert likelihood_of(one, run) == pytest.approx([exact.logpdf(run[0, :3]), -math.inf])
    centres, sizes = conditional_on_fitted(one, run[:1])
    gain = matrix[3, :3] @ np.linalg.inv(matrix[:3, :3])
    assert centres[0] == pytest.approx([*run[0, :3], 0.4 + gain @ (np.array([0.1, 0.2, 0.3]) - run[0, :3])])
    assert sizes == pytest.approx([ERROR] * 3 + [math.sqrt(matrix[3, 3] - gain @ matrix[:3, 3])])


@pytest.mark.parametrize("draws", [100, 200, 400])
def test_an_interval_of_few_effective_draws_holds_as_much_as_it_says(draws):
    rng, held, plain, effective = np.random.default_rng(1), [], [], []
    exact = norm(0.5, 0.08)
    for _ in range(2000):
        points = rng.random(draws)
        runs = points + 0.6 * 0.08 * rng.standard_normal(draws)
        weights = normalise(-0.5 * ((runs - 0.5) / (0.8 * 0.08)) ** 2)
        low, middle, high = posterior.interval(points, weights)
        assert low < middle < high
        held.append(exact.cdf(high) - exact.cdf(low))
        plain.append(np.subtract(*(exact.cdf(posterior.quantile(points, weights, at)) for at in (0.95, 0.05))))
        effective.append(effective_sample_size(weights))
    assert np.mean(effective) < 100 and np.mean(plain) < 0.894
    assert np.mean(held) == pytest.approx(0.9, abs=0.004)


def test_an_observation_below_none_may_lie_in_what_is_predicted_for_it(tmp_path):
    observations = (Observation("use", 38, 0.1, ERROR), Observation("use", 77, -0.02, ERROR, held_out=True))
    found = calibrate(
        make_calibration(observations, method=SAMPLING),
        tmp_path / "fit",
        evaluate=lambda task, values, replicate: {"use_week_38": 0.1, "use_week_77": 0.0},
    )
    row = posterior.check(found).iloc[1]
    assert row["posterior_05"] == row["observed"] == -0.02 and row["inside_90"]
    assert row["posterior_50"] == pytest.approx(0.0, abs=1e-9)


# -- parts
# --------------------------------------------------------------------------------------------------------------


def test_a_proposal_is_a_density_over_the_cube_and_draws_what_it_says():
    uniforms = (np.arange(4096)[:, None] * [0.6180339887, 0.7548776662, 0.5698402910] + 0.5) % 1.0
    proposal = Proposal(np.array([[0.05, 0.5], [0.9, 0.99]]), np.array([0.1, 0.03]))
    grid = (np.arange(400) + 0.5) / 400
    points = np.stack(np.meshgrid(grid, grid, indexing="ij"), axis=-1).reshape(-1, 2)
    density = np.exp(proposal.log_density(points))
    assert density.mean() == pytest.approx(1.0, abs=1e-3)
    drawn = proposal.sample(uniforms)
    assert drawn.min() >= 0 and drawn.max() <= 1
    assert drawn.mean(axis=0) == pytest.approx((density[:, None] * points).mean(axis=0), abs=0.02)
    assert np.exp(-proposal.log_density(drawn)).mean() == pytest.approx(1.0, abs=0.05)


def test_weights_are_flattened_no_more_than_it_takes():
    log_weights = np.array([-1e4, -50.0, 0.0, -3.0, -math.inf, -1.0, -2.0, -40.0, -30.0])
    assert effective_sample_size(normalise(log_weights)) < 3
    assert effective_sample_size(flatten_weights(log_weights, 4)) == pytest.approx(4, abs=1e-6)
    assert flatten_weights(log_weights, 4)[4] == 0
    assert np.array_equal(flatten_weights(log_weights, 1.5), normalise(log_weights))
    assert normalise(np.full(3, -math.inf)).tolist() == [0, 0, 0]


def test_a_quantile_of_equal_weights_is_that_of_the_values():
    values = np.array([3.0, 1.0, 2.0, 5.0, 4.0])
    assert posterior.quantile(values, np.full(5, 0.2), 0.5) == pytest.approx(3.0)
    assert posterior.quantile(values, np.array([0.0, 0.0, 0.0, 0.5, 0.5]), 0.5) == pytest.approx(4.5)


def test_emulators_learn_a_line_its_luck_and_how_luck_moves_weeks_together():
    points = (np.arange(80)[:, None] * [0.6180339887, 0.7548776662] + 0.5) % 1.0
    shift = np.array([-0.02, 0.02])  # two replicates that luck moves up or down in all weeks alike
    truth = np.stack([level(points[:, 0], points[:, 1], week) for week in WEEKS], axis=1)
    emulator = Emulator(make_calibration(), [StageRuns(points, truth[:, None, :] + shift[:, None])])
    tried = np.array([[0.3, 0.4], [0.9, 0.9]])
    mean, own, luck = emulator.predict(tried)
    assert mean == pytest.approx(np.stack([level(tried[:, 0], tried[:, 1], week) for week in WEEKS], axis=1), abs=0.005)
    assert own.max() < 0.005**2 and luck == pytest.approx(np.full((2, 4), 2 * 0.02**2))
    assert emulator.noise_correlation[0, 1] == pytest.approx(0.9) and emulator.noise_correlation[0, 0] == 1
    apart = np.abs(mean - emulator.target) / np.sqrt(own + luck + 0.03**2)
    assert emulator.implausibility(tried) == pytest.approx(apart.max(axis=1)) and (
        emulator.implausibility(tried) > 3
    ).tolist() == [False, True]
    assert emulator.log_likelihood(tried)[0] > emulator.log_likelihood(tried)[1] + 10


def test_the_error_of_a_share_comes_from_its_sample_and_never_vanishes():
    assert error_of_share(0.23, 1246) == pytest.approx(math.sqrt(0.23 * 0.77 / 1246), rel=0.01)
    assert error_of_share(0.0, 100) > 0.01


# -- the store
# ----------------------------------------------------------------------------------------------------------


def test_neither_workers_nor_an_interruption_change_a_bit_and_nothing_finished_is_run_again(tmp_path):
    whole = posterior.draws(calibrate(make_calibration(), tmp_path / "whole", workers=1, evaluate=line))
    counted = []

    def stopped(task, values, replicate):
        counted.append(values)
        if len(counted) == 800:
            raise KeyboardInterrupt
        return line(task, values, replicate)

    with pytest.raises(KeyboardInterrupt):
        calibrate(make_calibration(), tmp_path / "broken", workers=2, evaluate=stopped)
    parts = {path: path.read_bytes() for path in (tmp_path / "broken").rglob("part-*.parquet")}
    assert parts
    found = calibrate(make_calibration(), tmp_path / "broken", workers=3, evaluate=line)
    assert all(path.read_bytes() == content for path, content in parts.items())
    pandas.testing.assert_frame_equal(posterior.draws(found), whole, check_exact=True)


def test_a_larger_budget_goes_on_from_what_is_there(tmp_path):
    small = make_calibration(method=SAMPLING, budget=BLOCK)
    first = calibrate(small, tmp_path / "fit", evaluate=line)
    counted = []

    def counting(task, values, replicate):
        counted.append(values)
        return line(task, values, replicate)

    found = calibrate(small.with_budget(3 * BLOCK), tmp_path / "fit", workers=1, evaluate=counting)
    assert len(counted) == 2 * BLOCK and len(found.unit_sample) == 3 * BLOCK
    assert np.array_equal(found.results[:BLOCK], first.results)
    with pytest.raises(InputError, match="too small"):
        small.with_budget(BLOCK - 1)


def test_a_folder_of_another_calibration_is_refused_untouched(tmp_path):
    calibrate(make_calibration(), tmp_path / "fit", evaluate=line)
    before = {path: path.read_bytes() for path in (tmp_path / "fit").rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="another experiment"):
        calibrate(make_calibration(seed=2), tmp_path / "fit", evaluate=line)
    assert before == {path: path.read_bytes() for path in (tmp_path / "fit").rglob("*") if path.is_file()}


def test_equal_values_have_equal_luck_and_others_another():
    assert (
        point_replicate({"a": 0.1, "b": 2}, 0)
        == point_replicate({"b": 2, "a": 0.1}, 0)
        != point_replicate({"a": 0.1000001, "b": 2}, 0)
    )
    assert point_replicate({"a": 0.1}, 1) == point_replicate({"a": 0.1}, 0) + 1
