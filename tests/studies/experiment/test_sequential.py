"""Designs that grow until their widest interval is narrow: where runs go, what stops them, and that nothing is lost."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from plnsim.common.errors import InputError
from plnsim.studies.experiment import sequential
from plnsim.studies.experiment import task as tasks
from plnsim.studies.experiment.design import CHAOS, sample_design
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.methods import indices_of
from plnsim.studies.experiment.progress import ProgressReporter
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.sequential import Step
from plnsim.studies.experiment.store import find_stores
from plnsim.studies.experiment.verdict import POINTS, REPLICATES, narrowed_by
from tests.support.commands import invoke

NAMES = ("time.hours", "leadership.vision", "dummy")


def asked(method="latin", size=20, **changes):
    return Experiment(
        "grows", ("baseline",), method, NAMES, size=size, resamples=80, half_width=0.1, **{"replicates": 2, **changes}
    )


def planted(task, values, replicate):
    luck = np.random.default_rng([task.seed, replicate]).normal()
    return {"deep_use": values["time.hours"] + 0.3 * values["leadership.vision"] + 0.1 * luck}


def counted(computed):
    def evaluate(task, values, replicate):
        computed.append(replicate)
        return planted(task, values, replicate)

    return evaluate


def perform(experiment, folder, evaluate=planted, **limits):
    return run_experiment(experiment, folder, evaluate=evaluate, workers=1, **limits)["baseline"]


@pytest.mark.parametrize("method, size, width", [("latin", 40, 0.1), (CHAOS, 40, 0.012), ("sobol", 16, 0.1)])
def test_it_stops_where_the_interval_asked_for_is_reached(tmp_path, method, size, width):
    experiment = replace(asked(method, size), half_width=width)
    analysis = perform(experiment, tmp_path / "store")
    found = re.match(
        r"reached: the widest 95 % interval is (0\.\d+) to either side, 0\.\d+ is asked for", analysis.verdict
    )
    assert found and float(found[1]) <= width and analysis.widest <= width
    runs = int(re.search(r"\(([\d,]+) runs:", analysis.verdict)[1].replace(",", ""))
    results = ExperimentResults.of(tmp_path / "store")
    assert len(results.runs) == runs > size * 2
    before = perform(replace(experiment, runs=runs - 1), tmp_path / "half")
    assert before.verdict.startswith("not reached") and before.widest > width, "one step less was not enough"


def test_runs_allowed_are_not_gone_beyond(tmp_path):
    analysis = perform(replace(asked(), half_width=0.001, runs=100), tmp_path / "s")
    assert "not reached" in analysis.verdict and "of 100 runs allowed the next step would take 160" in analysis.verdict
    assert len(ExperimentResults.of(tmp_path / "s").runs) == 80


def test_the_same_experiment_goes_on_with_other_limits_and_computes_nothing_twice(tmp_path):
    first, more, at_once = [], [], []
    perform(replace(asked(), half_width=0.001, runs=100), tmp_path / "store", counted(first))
    analysis = perform(replace(asked(), half_width=0.001, runs=200), tmp_path / "store", counted(more))
    whole = perform(replace(asked(), half_width=0.001, runs=200), tmp_path / "fresh", counted(at_once))
    assert (len(first), len(more), len(at_once)) == (80, 80, 160)
    assert analysis.indices.equals(whole.indices) and analysis.verdict == whole.verdict


def test_time_ends_it_in_the_middle_of_a_step_and_it_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(tasks, "MAX_BATCH_RUNS", 10)
    wanted, slow = replace(asked(), half_width=0.001, runs=100), []
    monkeypatch.setattr(sequential, "monotonic", lambda: 0.01 * len(slow))  # a run takes a hundredth of a second
    analysis = perform(wanted, tmp_path / "store", counted(slow), time_limit=0.45)
    assert "the time is spent, and the same command goes on from there" in analysis.verdict
    assert "(40 runs: 20 points, 2 replicates)" in analysis.verdict
    kept = len(find_stores(tmp_path / "store")[0].read())
    assert 40 < kept < 80
    rest = []
    assert "100 runs allowed" in perform(wanted, tmp_path / "store", counted(rest)).verdict
    assert len(rest) == 80 - kept


def products_of_lucks():
    """A Sobol design in which luck is large, so that its products make the intervals."""
    design = sample_design("sobol", ("a", "b"), 256, 1)
    from plnsim.studies.coverage.designs import Luck

    luck = Luck(additive=0.0, with_a=0.0, by_run=4.0).draw(design, 2, 1)
    return design, ((design.unit_sample @ [3.0, 1.0])[:, None] + luck)[:, :, None]


def test_replicates_are_doubled_where_products_of_lucks_make_the_intervals_and_points_elsewhere():
    design, cube = products_of_lucks()
    table = indices_of(design, cube, ["y"], 100, 1)
    assert narrowed_by(design, cube, ["y"], table)[1] == REPLICATES
    quiet = cube.mean(axis=1, keepdims=True) * 0 + (design.unit_sample @ [3.0, 1.0])[:, None, None]
    quiet = np.concatenate([quiet, quiet + 1e-6], axis=1)
    width, short = narrowed_by(design, quiet, ["y"], indices_of(design, quiet, ["y"], 100, 1))
    assert short == POINTS and 0.0 < width < 0.2


def test_more_replicates_keep_the_runs_that_there_are(tmp_path):
    def noisy(task, values, replicate):
        luck = np.random.default_rng([task.seed, replicate]).normal()
        return {"deep_use": values["time.hours"] + 2.0 * luck}

    computed = []

    def evaluate(task, values, replicate):
        computed.append((round(values["time.hours"], 9), replicate))
        return noisy(task, values, replicate)

    analysis = perform(replace(asked("sobol", 32), half_width=0.01, runs=700), tmp_path / "store", evaluate)
    results = ExperimentResults.of(tmp_path / "store")
    assert results.replicates > 2, analysis.verdict
    assert len(results.runs) == len(computed) == len(results.unit_sample) * results.replicates
    cube = results.cube("deep_use")
    assert np.isfinite(cube).all() and len(np.unique(cube[:, 0].round(9))) > 30
    assert f"{results.replicates} replicates)" in analysis.verdict


def test_estimates_on_the_way_leave_out_what_later_steps_added(tmp_path):
    experiment = replace(asked("sobol", 32), half_width=0.01, runs=700)

    def noisy(task, values, replicate):
        return {"deep_use": values["time.hours"] + 2.0 * np.random.default_rng([task.seed, replicate]).normal()}

    for _ in range(2):
        with ProgressReporter() as reporter:
            perform(experiment, tmp_path / "store", noisy, progress=reporter.start_variant)
    assert ExperimentResults.of(tmp_path / "store").replicates > 2


def test_steps_follow_one_another_without_gaps():
    step = Step(10, 2)
    for what in (POINTS, REPLICATES, POINTS):
        following = step.doubled(what)
        assert following.first_run == step.runs and following.runs == 2 * step.runs
        added = (following.points - following.first_point) * (following.replicates - following.first_replicate)
        assert added == step.runs
        step = following


@pytest.mark.parametrize(
    "text, said",
    [
        ('method = "morris"\nhalf_width = 0.05\n', "morris cannot grow"),
        ('method = "latin"\nruns = 100\n', "runs limit a design that grows"),
        ('method = "latin"\nhalf_width = 2\n', "half_width is how wide"),
        ('method = "latin"\nhalf_width = 0.1\nreplicates = 1\n', "one replicate does not say"),
    ],
)
def test_what_cannot_grow_is_refused(tmp_path, text, said):
    path = tmp_path / "study.toml"
    path.write_text(text + '[vary]\nparameters = ["time.hours"]\n', encoding="utf-8")
    with pytest.raises(InputError, match=said):
        Experiment.read(path)


def test_shares_and_time_limits_are_refused_where_they_mean_nothing(tmp_path):
    with pytest.raises(InputError, match="cannot be shared out"):
        run_experiment(asked(), tmp_path / "store", share=(1, 2))
    with pytest.raises(InputError, match="only a design that grows has a time limit"):
        run_experiment(replace(asked(), half_width=None), tmp_path / "store", time_limit=5)


def test_the_command_says_what_was_reached(tmp_path):
    path = tmp_path / "grows.toml"
    path.write_text(
        'method = "latin"\nsize = 8\nhalf_width = 0.9\nyears = 0.5\n[vary]\nparameters = ["time.hours"]\n'
        "[set.population]\nschools = 4\n",
        encoding="utf-8",
    )
    done = invoke("experiment", str(path), "--out", str(tmp_path / "store"), "--time-limit", "60")
    assert done.code == 0, done.err
    assert "reached: the widest 95 % interval is" in done.out
