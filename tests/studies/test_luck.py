"""Luck in every interval: which points share it, what the dummy shows, how often intervals hold the truth, and what a
verdict says is short.
"""

from __future__ import annotations

import json
import re

import numpy as np
import pandas
import pytest
from scipy.stats import ks_2samp

from plnsim.common.errors import InputError
from plnsim.common.package import shipped
from plnsim.studies.coverage.__main__ import main
from plnsim.studies.coverage.designs import CASES, LUCKS, NAMES, Case, Luck, coverage_of
from plnsim.studies.coverage.table import INTRODUCTION, NOTES, OTHERS
from plnsim.studies.experiment.design import DUMMY, sample_design
from plnsim.studies.experiment.luck import luck_numbers
from plnsim.studies.experiment.methods import _distances
from plnsim.studies.experiment.run import run_experiment
from plnsim.studies.experiment.sensitivity import analyze
from tests.support.studies import SOBOL_FILE, experiment_from, ishigami, read_runs

PAIR = ("time.hours", DUMMY)


def numbers(method, size, names=PAIR, **options):
    design = sample_design(method, names, size, 1, **options)
    return luck_numbers(design).reshape(-1, design.block).tolist()


def test_a_base_point_shares_its_luck_but_b_and_the_dummy_have_their_own():
    assert numbers("sobol", 2) == [[0, 0, 2, 1], [4, 4, 6, 5]]  # A, A with the hours of B, with the dummy of B, B
    assert numbers("sobol", 2, second_order=True)[0] == [0, 0, 2, 1, 3, 1]
    assert numbers("sobol", 2, ("time.hours", "focus.alignment"))[0] == [0, 0, 0, 1]
    assert numbers("sobol", 2, (*PAIR, "focus.alignment"), groups=("a", DUMMY, "a"))[1] == [4, 4, 6, 5]


def test_a_larger_sobol_design_begins_with_the_luck_of_a_smaller_one():
    assert numbers("sobol", 4)[:2] == numbers("sobol", 2)


def test_a_trajectory_shares_its_luck_up_to_where_the_dummy_moves_and_from_there_on():
    design = sample_design("morris", ("time.hours", "focus.alignment", DUMMY), 6, 1)
    luck = luck_numbers(design).reshape(6, 4)
    dummy = design.unit_sample[:, 2].reshape(6, 4)
    for number, (lucks, shares) in enumerate(zip(luck, dummy, strict=True)):
        assert set(lucks[shares == shares[0]]) == {2 * number} and set(lucks[shares != shares[0]]) == {2 * number + 1}


def test_effects_are_differences_within_one_luck_and_the_dummy_has_its_own_at_each_level():
    assert numbers("one-at-a-time", 3)[0] == [0, 0, 0, 0, 1, 2, 3]
    for method, size in (("latin", 6), ("pawn", 6), ("delta", 6), ("grid", 3), ("efast", 65)):
        (lucks,) = np.array(numbers(method, size)).T
        assert len(set(lucks)) == len(lucks), method
    assert numbers("sobol", 2, luck="points") == [[0, 1, 2, 3], [4, 5, 6, 7]]


def test_a_run_gets_the_luck_of_its_point_whatever_its_batch(tmp_path):
    def number_of_luck(task, values, replicate):
        return {"deep_use": replicate}

    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=32, replicates=2))
    run_experiment(experiment, tmp_path / "store", evaluate=number_of_luck)
    runs = read_runs(tmp_path / "store" / "baseline")
    expected = 2 * luck_numbers(experiment.design())[runs["point"]] + runs["replicate"]
    assert runs["deep_use"].tolist() == expected.tolist() and len(runs) > 256


def test_a_store_whose_points_share_one_luck_is_not_continued_in_silence(tmp_path):
    """Stores of 0.1 are such."""
    experiment = experiment_from(tmp_path, SOBOL_FILE.format(size=16, replicates=1))
    run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    path = tmp_path / "store" / "baseline" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    assert manifest["asked"].pop("luck") == "blocks"
    path.write_text(json.dumps(manifest | {"experiment": "that of 0.1"}), encoding="utf-8")
    with pytest.raises(InputError, match=r"share one luck, as in 0\.1") as told:
        run_experiment(experiment, tmp_path / "store", evaluate=ishigami)
    assert "another folder" in str(told.value)


def test_a_store_with_luck_of_each_point_is_not_continued_with_that_of_blocks(tmp_path):
    text = SOBOL_FILE.format(size=16, replicates=1)
    run_experiment(experiment_from(tmp_path, 'luck = "points"\n' + text), tmp_path / "store", evaluate=ishigami)
    with pytest.raises(InputError, match="with other luck"):
        run_experiment(experiment_from(tmp_path, text), tmp_path / "store", evaluate=ishigami)


def test_an_unknown_luck_is_told(tmp_path):
    with pytest.raises(InputError, match="there is no luck 'point'") as told:
        experiment_from(tmp_path, 'luck = "point"\n' + SOBOL_FILE.format(size=16, replicates=1))
    assert "points" in str(told.value)


# -- how often intervals hold the truth --------------------------------------------------------------------------------

SEEDS = 40
LEAST = 0.85
"""Were 95 % true, so few would hold once in 100 times (binomial, 40 seeds)."""


@pytest.mark.parametrize(
    ("name", "luck"),
    [
        ("Sobol, first and total", "with a"),
        ("Sobol, groups", "of each run"),
        ("Morris, mu*", "all three"),
        ("factorial, effects", "all three"),
        ("one at a time, effects", "all three"),
    ],
)
def test_intervals_hold_the_truth_as_often_as_they_say(name, luck):
    for index, found in coverage_of(CASES[name], "slopes", LUCKS[luck], SEEDS).items():
        assert found.tried == SEEDS and found.share >= LEAST, index


def test_the_page_of_the_guide_has_a_line_for_each_kind_of_interval():
    page = (shipped("docs") / "coverage.md").read_text(encoding="utf-8")
    for name in (*CASES, *OTHERS):
        held = re.search(rf"^\| {re.escape(name)} \|.*?([\d.]+) %", page, re.MULTILINE)
        assert held and float(held[1]) >= 92.0, name
    assert INTRODUCTION in page and NOTES in page, "stale: python -m plnsim.studies.coverage --out docs/coverage.md"


def test_the_command_prints_a_table(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--seeds", "4", "--only", "factorial"])
    assert ended.value.code == 0
    head, effects, share, *_ = capsys.readouterr().out.splitlines()
    assert "held" in head and "factorial, effects" in effects and "luck's share: factorial, effects" in share


def test_intervals_without_luck_in_them_would_not():
    """What 0.1 did: all points shared a few lucks, and only points were drawn again."""
    case, held, seeds = CASES["Sobol, first and total"], 0, 20
    truth = case.truth("slopes", Luck())
    for seed in range(seeds):
        design, cube = case.runs("slopes", Luck(), seed)
        slope = np.sqrt(12.0) * (design.unit_sample[:, 0] - 0.5)
        lucky = cube + 0.7 * slope[:, None, None] * np.random.default_rng(seed).normal(size=(1, 2, 1))
        row = analyze_cube(design, lucky.mean(axis=1, keepdims=True)).set_index(["index", "factor"]).loc[("total", "b")]
        held += abs(row["value"] - truth["total", "b"]) <= row["half_width_95"]
    assert held / seeds < LEAST


def analyze_cube(design, cube):
    return analysis_of(design, cube).indices


def analysis_of(design, cube, **options):
    points, replicates, _ = cube.shape
    number = np.arange(points * replicates)
    runs = {"run": number, "point": number // replicates, "replicate": number % replicates, "use": cube.reshape(-1)}
    return analyze(design, pandas.DataFrame(runs), ["use"], resamples=100, **options)


def test_resampled_distances_of_pawn_are_those_of_scipy():
    rng = np.random.default_rng(1)
    values, slides = rng.integers(0, 9, 60).astype(float), rng.random((3, 60)) < 0.4
    counts = rng.integers(0, 3, 60)
    found = _distances(values, slides, counts[None] / counts.sum())[0]
    again = np.repeat(np.arange(60), counts)
    for slide, distance in zip(slides, found, strict=True):
        theirs = ks_2samp(values[again][slide[again]], values[again]).statistic
        assert distance == pytest.approx(theirs, abs=1e-12)


def test_morris_is_that_of_salib():
    from SALib.analyze import morris

    for groups in ((), ("x", "x", "c", DUMMY)):
        design = sample_design("morris", NAMES, 12, 3, groups=groups)
        cube = CASES["Morris, mu*"].runs("ishigami", LUCKS["of each run"], 3)[1][: len(design.unit_sample)]
        table = analyze_cube(design, cube).set_index(["index", "factor"])["value"]
        theirs = morris.analyze(design.problem, design.unit_sample, cube.mean(axis=1)[:, 0], seed=1)
        assert [table["mu_star", name] for name in theirs["names"]] == pytest.approx(list(theirs["mu_star"]))
        if not groups:
            assert [table["mu", name] for name in theirs["names"]] == pytest.approx(list(theirs["mu"]))


# -- what is short -----------------------------------------------------------------------------------------------------


def verdict_on(luck, method="sobol", size=64, replicates=2, function="slopes"):
    return analysis_of(*Case(method, size, replicates, ()).runs(function, luck, 1)).verdict


def test_points_are_short_where_more_of_them_help_most():
    assert "points are short: about 960 more base points are needed (size = 1,024)" in verdict_on(Luck())
    assert "for use)" in verdict_on(Luck())


def test_replicates_are_short_where_luck_is_larger_than_what_parameters_do():
    assert "replicates and points are short" in verdict_on(Luck(by_run=1.5), size=256)
    assert "hidden by luck; replicates are short: 2 more at each point" in verdict_on(Luck(by_run=6.0))
    assert "hidden by luck; points are short: 16 more base points (size = 32)" in verdict_on(Luck(by_run=0.9), size=16)


def test_one_replicate_cannot_tell_luck_from_effects_but_where_there_is_none_it_need_not():
    assert "replicates are short: with one, luck counts" in verdict_on(Luck(by_run=0.7), replicates=1)
    assert "points are short" in verdict_on(Luck(), replicates=1)
    assert verdict_on(Luck(additive=0.5), "one-at-a-time", 3, 1).endswith("2 or more are needed")


def test_few_base_points_say_that_they_cannot_say():
    variance = analysis_of(*Case("sobol", 2, 2, ()).runs("slopes", Luck(by_run=0.5), 1)).variance.iloc[0]
    assert (variance["aleatory_share_low"], variance["aleatory_share_high"]) == (0.0, 1.0)
    assert "2 base points cannot say how wide the intervals are" in verdict_on(Luck(by_run=0.5), size=2)


def test_sizes_that_luck_lends_to_elementary_effects_are_told():
    assert "of the largest may be luck" in verdict_on(Luck(by_run=0.7), "morris", 200)
    assert "luck" not in verdict_on(Luck(additive=0.7), "morris", 200)


def test_a_nearly_constant_outcome_does_not_decide():
    case = CASES["Sobol, first and total"]
    design, cube = case.runs("slopes", Luck(), 1)
    number = np.arange(cube.size)
    runs = pandas.DataFrame({"run": number, "point": number // 2, "replicate": number % 2, "use": cube.reshape(-1)})
    runs["rare"] = (runs["point"] == design.block - 1).astype(float)
    found = analyze(design, runs, ["rare", "use"], resamples=100).verdict
    assert "for use)" in found and found.endswith("Not judged, as nearly constant: rare")
