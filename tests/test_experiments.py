"""Experiments through the whole chain, from file to indices: known answers, honesty about luck, and a store that loses nothing."""

from __future__ import annotations

import json
import math
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas
import pytest

from plnsim.errors import BadInput
from plnsim.experiment.conduct import conduct, experiment_of, shipped_experiments
from plnsim.experiment.design import drawn_design
from plnsim.experiment.indices import sobol_indices
from plnsim.experiment.study import Experiment
from plnsim.scenario.declared import DECLARED

THREE = ("time.hours", "focus.alignment", "turnover.movers")
"""Three parameters of uniform shape, to stand for the inputs of a function with known indices."""

SOBOL_FILE = """
scenario = "baseline"
method = "sobol"
size = {size}
second_order = true
outcomes = ["deep_use"]
replicates = {replicates}
seed = 3
resamples = 200
[vary]
parameters = ["time.hours", "focus.alignment", "turnover.movers"]
"""


def share_of(name: str, value: float) -> float:
    low, high = DECLARED[name].plausible
    return (value - low) / (high - low)


def ishigami(task, values, replicate):
    x = [math.pi * (2 * share_of(name, values[name]) - 1) for name in THREE]
    return {"deep_use": math.sin(x[0]) + 7 * math.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * math.sin(x[0])}


def sobol_g(task, values, replicate):
    product = 1.0
    for name, a in zip(THREE, (0.0, 1.0, 9.0), strict=True):
        product *= (abs(4 * share_of(name, values[name]) - 2) + a) / (1 + a)
    return {"deep_use": product}


def noisy_ishigami(task, values, replicate):
    """Ishigami with independent noise of the same variance as the function (13.84), another for each point and replicate."""
    plain = ishigami(task, values, replicate)["deep_use"]
    noise = np.random.default_rng([replicate, *(int(1e12 * share_of(name, values[name])) for name in THREE)]).normal()
    return {"deep_use": plain + noise * math.sqrt(13.8445)}


def linear(task, values, replicate):
    return {"deep_use": values["ties.department_odds"] + 3 * values["turnover.movers"]}


def written(folder: Path, text: str) -> Experiment:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return Experiment.read(path)


def values_of(table: pandas.DataFrame, index: str, outcome: str = "deep_use") -> dict[str, float]:
    rows = table[(table["index"] == index) & (table["outcome"] == outcome)]
    return dict(zip(rows["factor"], rows["value"], strict=True))


def indices_of(tmp_path, evaluate, size=2048, replicates=1):
    experiment = written(tmp_path, SOBOL_FILE.format(size=size, replicates=replicates))
    return conduct(experiment, tmp_path / "store", workers=2, evaluate=evaluate)["baseline"]


def test_ishigami_comes_out_of_the_whole_chain(tmp_path):
    table = indices_of(tmp_path, ishigami).indices
    first, total = values_of(table, "first"), values_of(table, "total")
    for name, one, all_of_it in zip(THREE, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert first[name] == pytest.approx(one, abs=0.03)
        assert total[name] == pytest.approx(all_of_it, abs=0.03)
    assert total["dummy"] == pytest.approx(0.0, abs=1e-12)
    second = table[(table["index"] == "second") & (table["factor"] == THREE[0]) & (table["with"] == THREE[2])]["value"].iloc[0]
    assert second == pytest.approx(0.2437, abs=0.04)


def test_sobol_g_comes_out_of_the_whole_chain(tmp_path):
    table = indices_of(tmp_path, sobol_g).indices
    parts = [1 / (3 * (1 + a) ** 2) for a in (0.0, 1.0, 9.0)]
    variance = math.prod(1 + part for part in parts) - 1
    for name, part in zip(THREE, parts, strict=True):
        others = math.prod(1 + one for one in parts) / (1 + part)
        assert values_of(table, "first")[name] == pytest.approx(part / variance, abs=0.03)
        assert values_of(table, "total")[name] == pytest.approx(part * others / variance, abs=0.03)


@pytest.mark.parametrize("replicates", [1, 4])
def test_independent_noise_shrinks_first_and_inflates_total_order_as_it_must(tmp_path, replicates):
    table = indices_of(tmp_path, noisy_ishigami, 2048, replicates).indices
    noise = 1 / replicates
    for name, one, all_of_it in zip(THREE, (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437), strict=True):
        assert values_of(table, "first")[name] == pytest.approx(one / (1 + noise), abs=0.06)
        assert values_of(table, "total")[name] == pytest.approx((all_of_it + noise) / (1 + noise), abs=0.06)
    assert values_of(table, "total")["dummy"] == pytest.approx(0.0, abs=1e-12), "the dummy changes no value, so the noise is the same"


def test_a_linear_model_with_a_skewed_distribution(tmp_path):
    text = SOBOL_FILE.format(size=2048, replicates=1).replace('"time.hours", "focus.alignment"', '"ties.department_odds"')
    table = conduct(written(tmp_path, text), tmp_path / "store", workers=2, evaluate=linear)["baseline"].indices
    low, high = DECLARED["ties.department_odds"].plausible
    width = math.log(high / low)
    mean = (high - low) / width
    skewed = (high**2 - low**2) / (2 * width) - mean**2
    flat = 9 * (DECLARED["turnover.movers"].plausible[1]) ** 2 / 12
    assert values_of(table, "first")["ties.department_odds"] == pytest.approx(skewed / (skewed + flat), abs=0.02)
    assert values_of(table, "total")["turnover.movers"] == pytest.approx(flat / (skewed + flat), abs=0.02)


def test_luck_and_parameters_share_the_variance(tmp_path):
    variance = indices_of(tmp_path, noisy_ishigami, 512, 4).variance
    assert variance["aleatory_share"].iloc[0] == pytest.approx(0.5, abs=0.05)


def test_our_bootstrap_equals_salib():
    from SALib.analyze import sobol
    from SALib.sample import sobol as sample
    from SALib.test_functions import Ishigami

    problem = {"num_vars": 3, "names": list("abc"), "bounds": [[-math.pi, math.pi]] * 3}
    outcome = Ishigami.evaluate(sample.sample(problem, 256, calc_second_order=True, seed=3))
    theirs = sobol.analyze(problem, outcome, calc_second_order=True, num_resamples=100, seed=7)
    ours = sobol_indices(np.column_stack([outcome, outcome**2]), 3, second_order=True, resamples=100, seed=7)
    for name, mine in (("S1", ours.first), ("S1_conf", ours.first_conf), ("ST", ours.total), ("ST_conf", ours.total_conf),
                       ("S2", ours.second), ("S2_conf", ours.second_conf)):
        np.testing.assert_allclose(mine[0], theirs[name], rtol=0, atol=1e-13)


def test_one_value_that_is_no_number_is_named_and_never_analysed(tmp_path):
    def with_a_gap(task, values, replicate):
        found = ishigami(task, values, replicate)
        return {"deep_use": math.nan} if share_of(THREE[0], values[THREE[0]]) > 0.99 else found

    analysis = indices_of(tmp_path, with_a_gap, 64)
    assert "not a finite number" in analysis.left_out["deep_use"]
    assert analysis.indices.empty
    with pytest.raises(ValueError, match="not a finite number"):
        sobol_indices(np.array([[1.0], [math.nan]] * 4), 1, second_order=False)


def test_a_constant_outcome_is_called_constant(tmp_path):
    assert indices_of(tmp_path, lambda task, values, replicate: {"deep_use": 1.0}, 16).left_out == {"deep_use": "constant"}


def test_a_failing_run_is_a_row_with_its_error(tmp_path):
    def failing(task, values, replicate):
        if share_of(THREE[1], values[THREE[1]]) > 0.95:
            raise ValueError("planted")
        return ishigami(task, values, replicate)

    analysis = indices_of(tmp_path, failing, 64)
    assert "planted" in analysis.left_out["failed runs"]
    runs = pandas.concat(pandas.read_parquet(path) for path in sorted((tmp_path / "store" / "baseline").glob("part-*.parquet")))
    assert set(runs["status"]) == {"done", "failed"}


def test_a_doubled_sobol_design_begins_with_the_smaller_one_and_reuses_its_runs(tmp_path):
    small, large = (drawn_design("sobol", (*THREE, "dummy"), size, 3) for size in (64, 128))
    np.testing.assert_array_equal(large.shares[: len(small.shares)], small.shares)
    counted = []

    def counting(task, values, replicate):
        counted.append(1)
        return ishigami(task, values, replicate)

    experiment = written(tmp_path, SOBOL_FILE.format(size=128, replicates=1).replace("second_order = true", ""))
    conduct(experiment, tmp_path / "store", evaluate=counting)
    first = len(counted)
    conduct(replace(experiment, size=256), tmp_path / "store", evaluate=counting)
    assert len(counted) - first <= first + 256, "only the second half, and at most one batch that was not full"


def test_eFAST_refuses_groups_that_SALib_would_ignore():
    with pytest.raises(BadInput, match="groups"):
        drawn_design("efast", THREE, 257, 1, groups=("a", "a", "b"))


def test_a_sobol_design_needs_a_power_of_two():
    with pytest.raises(BadInput, match="power of two"):
        drawn_design("sobol", THREE, 100, 1)


@pytest.mark.parametrize("method, index", [("morris", "mu_star"), ("efast", "total"), ("pawn", "pawn_median"), ("delta", "delta"),
                                           ("latin", "rank_correlation"), ("one-at-a-time", "effect"), ("grid", "rank_correlation")])
def test_every_method_finds_what_matters_and_what_does_not(tmp_path, method, index):
    size = {"morris": 30, "efast": 257, "pawn": 1024, "delta": 512, "latin": 256, "one-at-a-time": 3, "grid": 4}[method]
    text = (f'method = "{method}"\nsize = {size}\nreplicates = 1\nresamples = 10\n'
            f'[vary]\nparameters = ["time.hours", "focus.alignment", "turnover.movers"]\ndummy = {"false" if method == "grid" else "true"}\n')

    def lines(task, values, replicate):
        return {"deep_use": 3 * share_of(THREE[0], values[THREE[0]]) + 1.8 * share_of(THREE[1], values[THREE[1]])}

    found = values_of(conduct(written(tmp_path, text), tmp_path / "store", evaluate=lines)["baseline"].indices, index)
    assert abs(found[THREE[0]]) > abs(found[THREE[1]]) > abs(found[THREE[2]])
    if method != "grid":
        assert abs(found["dummy"]) < abs(found[THREE[1]])


MODEL_FILE = """
method = "latin"
size = 300
replicates = 2
years = 1
outcomes = ["deep_use", "use", "cost"]
every_weeks = 20
[vary]
parameters = ["time.hours", "programme.delegates", "adoption.threshold"]
[set.population]
schools = 6
secondary_share = 0.0
"""


def table_of(folder: Path) -> pandas.DataFrame:
    parts = [pandas.read_parquet(path) for path in sorted(folder.glob("part-*.parquet"))]
    return pandas.concat(parts).sort_values("run", ignore_index=True)


def test_a_killed_experiment_goes_on_and_ends_bit_equal(tmp_path):
    experiment = written(tmp_path, MODEL_FILE)
    conduct(experiment, tmp_path / "whole", workers=1)
    command = [sys.executable, "-m", "plnsim.cli", "experiment", str(tmp_path / "study.toml"), "--out", str(tmp_path / "broken"), "--workers", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    store = tmp_path / "broken" / "baseline"
    until = time.monotonic() + 120
    while process.poll() is None and not list(store.glob("part-*.parquet")) and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    finished = {path: path.read_bytes() for path in store.glob("part-*.parquet")}
    assert finished, "at least one part was finished before the kill"
    conduct(experiment, tmp_path / "broken", workers=2)
    assert all(path.read_bytes() == content for path, content in finished.items()), "what was finished is not touched"
    pandas.testing.assert_frame_equal(table_of(store), table_of(tmp_path / "whole" / "baseline"), check_exact=True)


def test_a_damaged_part_is_set_aside_and_computed_again(tmp_path):
    experiment = written(tmp_path, MODEL_FILE.replace("size = 300", "size = 140"))
    conduct(experiment, tmp_path / "store")
    store = tmp_path / "store" / "baseline"
    before = table_of(store)
    part = sorted(store.glob("part-*.parquet"))[0]
    part.write_bytes(part.read_bytes()[: part.stat().st_size // 2])
    conduct(experiment, tmp_path / "store")
    pandas.testing.assert_frame_equal(table_of(store), before, check_exact=True)
    assert list(store.glob("*.damaged"))


def test_a_store_of_another_experiment_or_version_is_refused_untouched(tmp_path):
    experiment = written(tmp_path, MODEL_FILE.replace("size = 300", "size = 20"))
    conduct(experiment, tmp_path / "store")
    with pytest.raises(BadInput, match="another experiment"):
        conduct(replace(experiment, seed=99), tmp_path / "store")
    manifest = tmp_path / "store" / "baseline" / "manifest.json"
    content = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(content | {"model": "0.0.1+other"}))
    with pytest.raises(BadInput, match="another version"):
        conduct(experiment, tmp_path / "store")


def test_a_full_disk_gets_one_message_and_keeps_what_is_there(tmp_path, monkeypatch):
    from plnsim.experiment import store

    experiment = written(tmp_path, MODEL_FILE.replace("size = 300", "size = 140"))
    real, calls = os.fsync, []

    def full(handle):
        calls.append(handle)
        if len(calls) > 6:
            raise OSError(28, "No space left on device")
        return real(handle)

    monkeypatch.setattr(store.os, "fsync", full)
    with pytest.raises(BadInput, match="No space left"):
        conduct(experiment, tmp_path / "store", workers=1)
    monkeypatch.setattr(store.os, "fsync", real)
    kept = list((tmp_path / "store" / "baseline").glob("part-*.parquet"))
    assert kept
    conduct(experiment, tmp_path / "store")


@pytest.mark.parametrize("text, place, phrase", [
    ('method = "sobool"\n[vary]\nparameters = ["time.hours"]', "1:1", "sobol"),
    ('[vary]\nparameters = ["time.hour"]', "2:1", "time.hours"),
    ('outcomes = ["deep_uses"]\n[vary]\nparameters = ["time.hours"]', "1:1", "deep_use"),
    ('replicates = 0\n[vary]\nparameters = ["time.hours"]', "1:1", "replicates"),
    ('[vary]\ngroups = ["tim"]', "2:1", "time"),
    ("size = 4", "", "vary"),
    ('[vary]\nparameters = ["time.hours"]\n[set.time]\nhours = -1', "4:1", "at least 0"),
    ('sead = 1\n[vary]\nparameters = ["time.hours"]', "1:1", "seed"),
    ('years = -1\n[vary]\nparameters = ["time.hours"]', "1:1", "years"),
])
def test_a_wrong_file_gets_one_message_with_its_place(tmp_path, text, place, phrase):
    with pytest.raises(BadInput) as problem:
        written(tmp_path, text)
    assert phrase in str(problem.value)
    assert not place or f"study.toml:{place}" in str(problem.value)


def test_every_shipped_experiment_is_good():
    assert {"conditions", "screening"} <= set(shipped_experiments())
    for name in shipped_experiments():
        experiment = experiment_of(name)
        assert experiment.title
        assert len(experiment.variants()) >= 1
        assert experiment.design().shares.shape[1] == len(experiment.names)
