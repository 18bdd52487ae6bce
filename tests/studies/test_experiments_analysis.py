"""What an experiment says of its runs: SALib's numbers without its traps, indices over time, nothing that is no
number.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas
import pytest

from plnsim.common.errors import InputError
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.design import EFAST_CURVES, METHODS, sample_design
from plnsim.studies.experiment.even_points import even_points
from plnsim.studies.experiment.indices import sobol_indices
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.sensitivity import analyze
from tests.support.studies import (
    MODEL_FILE,
    SOBOL_FILE,
    THREE_PARAMETERS,
    experiment_from,
    indices_of,
    ishigami,
    share_of,
    values_of,
)

DRAWN = tuple(method for method in METHODS if method != "factorial")
SMALL = {
    "one-at-a-time": 3,
    "grid": 3,
    "latin": 40,
    "morris": 8,
    "sobol": 16,
    "efast": 65,
    "pawn": 60,
    "delta": 60,
    "polynomial-chaos": 60,
}


def runs_of(design, function, replicates=1) -> pandas.DataFrame:
    """The runs of a design as a store gives them, with a function of the point in the model's place."""
    outcome = [function(point, replicate) for point in design.unit_sample for replicate in range(replicates)]
    number = np.arange(len(outcome))
    return pandas.DataFrame(
        {"run": number, "point": number // replicates, "replicate": number % replicates, "deep_use": outcome}
    )


def sum_of(point, replicate):
    return 3.0 * point[0] + point[1] + 0.25 * point[2]


@pytest.mark.parametrize("second_order", [True, False])
@pytest.mark.parametrize("groups", [(), ("a", "a", "b")])
def test_our_bootstrap_of_all_outcomes_equals_salib_outcome_by_outcome(second_order, groups):
    from SALib.analyze import sobol
    from SALib.test_functions import Ishigami

    design = sample_design("sobol", THREE_PARAMETERS, 256, 3, groups=groups, second_order=second_order)
    outcome = Ishigami.evaluate(math.pi * (2 * design.unit_sample - 1))
    outcomes = np.column_stack([outcome, outcome**2, np.exp(outcome / 10)])
    ours = sobol_indices(outcomes[:, None], len(design.factors), second_order=second_order, resamples=100, seed=7)
    for place in range(outcomes.shape[1]):
        theirs = sobol.analyze(
            design.problem, outcomes[:, place], calc_second_order=second_order, num_resamples=100, seed=7
        )
        kinds = ("first", "total", "second") if second_order else ("first", "total")
        for kind, name in zip(kinds, ("S1", "ST", "S2"), strict=False):
            np.testing.assert_allclose(getattr(ours, kind)[place], theirs[name], rtol=0, atol=1e-12)
            np.testing.assert_allclose(getattr(ours, f"{kind}_conf")[place], theirs[f"{name}_conf"], rtol=0, atol=1e-12)


@pytest.mark.parametrize("groups", [(), ("a", "a", "b")])
def test_intervals_know_how_even_the_points_are_and_indices_stay_those_of_salib(groups):
    """Squares of a sum are polynomials of degree two: nothing is left to chance but what the points are off."""
    design = sample_design("sobol", THREE_PARAMETERS, 128, 3, groups=groups, second_order=True)
    x = design.unit_sample
    outcome = 3.0 * x[:, 0] + 1.8 * x[:, 1] + 0.6 * x[:, 2]
    asked = {"second_order": True, "resamples": 100, "seed": 7}
    plain = sobol_indices(outcome[:, None, None], len(design.factors), **asked)
    narrow = sobol_indices(outcome[:, None, None], len(design.factors), **asked, even=even_points(design))
    for kind in ("first", "total", "second"):
        np.testing.assert_allclose(getattr(narrow, kind), getattr(plain, kind), rtol=0, atol=1e-12)
    assert (narrow.first_conf < 0.2 * plain.first_conf).all() and (narrow.total_conf < 0.2 * plain.total_conf).all()
    if not groups:
        true = np.array([3.0, 1.8, 0.6]) ** 2 / (3.0**2 + 1.8**2 + 0.6**2)
        assert (np.abs(narrow.total[0] - true) <= narrow.total_conf[0]).all()


def test_of_few_base_points_intervals_are_those_of_salib():
    assert even_points(sample_design("sobol", THREE_PARAMETERS, 32, 1)) is None
    assert even_points(sample_design("latin", THREE_PARAMETERS, 256, 1)) is None
    design = sample_design("sobol", THREE_PARAMETERS, 128, 1)
    assert even_points(design, 32) is None and even_points(design, 64).basis.shape == (64, 28)


def test_indices_over_time_come_with_the_analysis_and_equal_salib(tmp_path):
    from SALib.analyze import sobol

    text = MODEL_FILE.replace("latin", "sobol").replace("size = 300", "size = 16\nsecond_order = true\nresamples = 50")
    text = text.replace("replicates = 2", "replicates = 1")
    analysis = run_experiment(experiment_from(tmp_path, text), tmp_path / "store")["baseline"]
    experiment = experiment_from(tmp_path, text)
    design, over_time = experiment.design(), analysis.over_time
    assert not over_time.empty and not analysis.indices["outcome"].str.startswith("deep_use_week_").any()
    runs = pandas.concat(
        pandas.read_parquet(path) for path in sorted((tmp_path / "store" / "baseline").glob("part-*.parquet"))
    )
    for week, rows in over_time.groupby("week"):
        mean = runs.groupby("point")[f"deep_use_week_{week}"].mean().sort_index().to_numpy()
        theirs = sobol.analyze(design.problem, mean, num_resamples=50, seed=experiment.seed)
        for kind, name in (("first", "S1"), ("total", "ST")):
            one = rows[rows["index"] == kind]
            np.testing.assert_allclose(one["value"], theirs[name], rtol=0, atol=1e-12)
            np.testing.assert_allclose(one["half_width_95"], theirs[f"{name}_conf"], rtol=0, atol=1e-12)
    stored = pandas.read_csv(tmp_path / "store" / "baseline" / "indices_over_time.csv")
    assert sorted(stored["week"].unique()) == sorted(over_time["week"].unique())


# -- traps of SALib ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("method", DRAWN)
def test_an_outcome_that_is_no_number_in_one_run_is_named_with_the_run_and_never_analysed(method, value):
    design = sample_design(method, THREE_PARAMETERS, SMALL[method], 1)
    runs = runs_of(design, sum_of, replicates=2)
    runs["use"] = runs["deep_use"]
    runs.loc[7, "use"] = value
    analysis = analyze(design, runs, ["deep_use", "use"], resamples=10)
    assert analysis.excluded["use"] == f"not a finite number in 1 of {len(design.unit_sample)} points (run 7)"
    assert set(analysis.indices["outcome"]) == {"deep_use"}, "the other outcome is analysed as if nothing had happened"


def test_indices_of_what_is_no_number_are_refused_where_they_are_computed():
    with pytest.raises(ValueError, match="not a finite number"):
        sobol_indices(np.array([[[1.0]], [[math.nan]]] * 4), 1, second_order=False)


def test_salib_would_have_said_nothing():
    """Why the guard is there: one value that is no number, and SALib calls every index 0 with certainty."""
    from SALib.analyze import sobol

    design = sample_design("sobol", THREE_PARAMETERS, 64, 1)
    outcome = runs_of(design, sum_of)["deep_use"].to_numpy(copy=True)
    outcome[3] = math.nan
    theirs = sobol.analyze(design.problem, outcome, calc_second_order=False, num_resamples=10, seed=1)
    assert not np.any(theirs["ST"] > 0.0)


@pytest.mark.parametrize("method", DRAWN)
def test_a_constant_outcome_is_called_constant(method):
    design = sample_design(method, THREE_PARAMETERS, SMALL[method], 1)
    analysis = analyze(design, runs_of(design, lambda point, replicate: 1.0), ["deep_use"], resamples=10)
    assert analysis.excluded == {"deep_use": "constant"} and analysis.indices.empty


def test_an_outcome_that_is_the_same_at_all_base_points_is_named():
    """An index takes its variance from them: SALib would divide by none, and call every index 0."""
    design = sample_design("sobol", THREE_PARAMETERS, 16, 1)
    runs = runs_of(design, sum_of)
    runs["deep_use"] = np.where(np.arange(len(runs)) % design.block == 1, 1.0, 0.0)
    assert analyze(design, runs, ["deep_use"], resamples=10).excluded == {"deep_use": "the same at all base points"}


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_an_outcome_that_rarely_happens_has_intervals_without_resamples_in_which_it_never_does():
    design = sample_design("sobol", THREE_PARAMETERS, 16, 1)
    runs = runs_of(design, lambda point, replicate: float(point[0] > 0.93))
    table = analyze(design, runs, ["deep_use"], resamples=200).indices
    assert len(table) == 6 and np.isfinite(table[["value", "half_width_95"]]).all(axis=None)


@pytest.mark.parametrize("method", DRAWN)
def test_seed_nought_is_a_seed(method):
    """SALib takes it for none, and draws intervals from the global generator."""
    found = []
    for _ in range(2):
        design = sample_design(method, THREE_PARAMETERS, SMALL[method], 0)
        np.random.seed(len(found))
        found.append(analyze(design, runs_of(design, sum_of), ["deep_use"], resamples=10, seed=0).indices)
    pandas.testing.assert_frame_equal(*found, check_exact=True)


@pytest.mark.parametrize("method", [method for method in DRAWN if method not in ("sobol", "morris")])
def test_groups_are_refused_where_salib_would_ignore_them(method):
    with pytest.raises(InputError, match="groups"):
        sample_design(method, THREE_PARAMETERS, SMALL[method], 1, groups=("a", "a", "b"))


def test_intervals_of_efast_are_what_curves_with_other_phases_differ_by():
    from SALib.analyze import fast

    design = sample_design("efast", THREE_PARAMETERS, 65, 1)
    curves = runs_of(design, sum_of)["deep_use"].to_numpy().reshape(EFAST_CURVES, -1)
    with pytest.warns(UserWarning, match="unreliable"):
        theirs = np.array([fast.analyze(design.problem, curve, num_resamples=2)["S1"] for curve in curves])
    table = analyze(design, runs_of(design, sum_of), ["deep_use"]).indices
    first = table[table["index"] == "first"]
    np.testing.assert_allclose(first["value"], theirs.mean(axis=0), rtol=1e-3)
    t_of_3 = 3.182446305284263
    np.testing.assert_allclose(first["half_width_95"], t_of_3 * theirs.std(axis=0, ddof=1) / 2.0, rtol=0.02)


@pytest.mark.parametrize("declared", list(MODEL_PARAMETERS), ids=lambda one: one.qualified_name)
def test_the_ends_of_the_unit_cube_are_placed_within_the_range_of_every_parameter(declared):
    """Morris and grids go to 0 and 1, where a normal quantile would be infinite; whole numbers, switches and options
    have no SALib distribution.
    """
    for share in (0.0, 1 / 3, 0.5, 2 / 3, 1.0):
        declared.validate(declared.ppf(share))


def test_mu_star_is_the_change_of_the_outcome_over_the_whole_range_of_a_parameter():
    """SALib's ``scaled=True`` would give it in standard deviations instead."""
    design = sample_design("morris", THREE_PARAMETERS, 8, 1)
    table = analyze(design, runs_of(design, sum_of), ["deep_use"], resamples=10).indices
    assert values_of(table, "mu_star") == pytest.approx(dict(zip(THREE_PARAMETERS, (3.0, 1.0, 0.25), strict=True)))


def test_runs_in_another_order_or_number_are_refused():
    """SALib takes outcomes by their order alone."""
    design = sample_design("sobol", THREE_PARAMETERS, 16, 1)
    runs = runs_of(design, sum_of)
    with pytest.raises(ValueError, match="order"):
        analyze(design, runs.sample(frac=1.0, random_state=1), ["deep_use"])
    with pytest.raises(ValueError, match="not finished"):
        analyze(design, runs.iloc[:-1], ["deep_use"])


@pytest.mark.parametrize("second_order", [True, False])
def test_a_doubled_sobol_design_begins_with_the_smaller_one(second_order):
    small, large = (
        sample_design("sobol", (*THREE_PARAMETERS, "dummy"), size, 3, second_order=second_order) for size in (64, 128)
    )
    np.testing.assert_array_equal(large.unit_sample[: len(small.unit_sample)], small.unit_sample)


# -- runs that fail ----------------------------------------------------------------------------------------------------


def test_a_failing_run_is_a_row_with_its_error_and_is_named(tmp_path):
    def failing(task, values, replicate):
        if share_of(THREE_PARAMETERS[1], values[THREE_PARAMETERS[1]]) > 0.95:
            raise KeyError("planted")
        return ishigami(task, values, replicate)

    analysis = indices_of(tmp_path, failing, 64)
    runs = pandas.read_parquet(sorted((tmp_path / "store" / "baseline").glob("part-*.parquet")))
    failed = runs[runs["status"] == "failed"]
    assert (
        0 < len(failed) < len(runs)
        and set(failed["error"]) == {"KeyError: 'planted'"}
        and failed["deep_use"].isna().all()
    )
    assert analysis.excluded["failed runs"].startswith(
        f"{len(failed)} of {len(runs)}; the first (run {failed['run'].iloc[0]})"
    )
    assert "not a finite number" in analysis.excluded["deep_use"] and analysis.indices.empty


def test_too_little_memory_ends_the_experiment_instead_of_spoiling_a_point(tmp_path):
    def short_of_memory(task, values, replicate):
        raise MemoryError

    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1))
    with pytest.raises(MemoryError):
        run_experiment(experiment, tmp_path / "store", evaluate=short_of_memory)
    assert run_experiment(experiment, tmp_path / "store", evaluate=ishigami)["baseline"].excluded == {}


def test_a_doubled_sweep_computes_only_its_second_half(tmp_path):
    counted = []

    def counting(task, values, replicate):
        counted.append((tuple(values.values()), replicate))
        return ishigami(task, values, replicate)

    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=3))
    run_experiment(experiment, tmp_path / "store", evaluate=counting)
    first = len(counted)
    assert first == len(experiment.design().unit_sample) * 3
    doubled = run_experiment(replace(experiment, size=32), tmp_path / "store", evaluate=counting)["baseline"]
    assert len(counted) == 2 * first
    at_once = run_experiment(replace(experiment, size=32), tmp_path / "at once", evaluate=ishigami)["baseline"]
    pandas.testing.assert_frame_equal(doubled.indices, at_once.indices, check_exact=True)
    run_experiment(experiment, tmp_path / "store", evaluate=counting)
    assert len(counted) == 2 * first, "the smaller one is there as well"
