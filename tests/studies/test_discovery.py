"""Rules from a stored experiment: a planted box comes back through the whole chain, and what would mislead is
refused.
"""

from __future__ import annotations

import sys
import warnings
import zlib
from pathlib import Path

import numpy as np
import pandas
import pytest

from plnsim.common.errors import InputError
from plnsim.publish.record.discovered import leaf_table
from plnsim.publish.report.discovered import plot_box, plot_tradeoff, plot_tree
from plnsim.publish.report.rules import condition_text, format_amount, limit_phrases, rule_sentence, sentences
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment.box import ABOVE, AT_LEAST, AT_MOST, ONE_OF, Limit, box_of, prune, round_to_readable
from plnsim.studies.experiment.criterion import parse_criterion
from plnsim.studies.experiment.discovery import discover
from plnsim.studies.experiment.experiment import Experiment
from plnsim.studies.experiment.fresh import Share
from plnsim.studies.experiment.run import run_experiment
from tests.support.commands import invoke, invoke_in_shell

pytestmark = pytest.mark.xdist_group("discovery")
"""One worker keeps the store that most tests read."""

FILE = """
method = "{method}"
size = {size}
outcomes = ["sustained_scale_up", "retention"]
replicates = 2
seed = 3
[vary]
parameters = [
    "time.hours", "leadership.vision", "turnover.rate", "programme.delegates", "programme.grouping", "focus.alignment",
]
"""


def planted(task, values, replicate):
    """Scale-up where there is time, leadership and more than two delegates, in any grouping but by phase; retention
    not defined elsewhere.
    """
    inside = values["time.hours"] >= 0.5 and values["leadership.vision"] >= 0.42 and values["programme.delegates"] >= 3
    inside = inside and values["programme.grouping"] != list(MODEL_PARAMETERS["programme.grouping"].options)[-1]
    turned = zlib.crc32(repr(sorted(values.items())).encode()) % 100 < 3
    return {
        "sustained_scale_up": float(inside != turned),
        "retention": values["time.hours"] if values["time.hours"] > 0.5 else float("nan"),
    }


def stored(folder: Path, evaluate=planted, method="latin", size=600) -> Path:
    path = folder / "experiment.toml"
    path.write_text(FILE.format(method=method, size=size), encoding="utf-8")
    run_experiment(Experiment.read(path), folder / "store", evaluate=evaluate)
    return folder / "store"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return stored(tmp_path_factory.mktemp("discovery"))


@pytest.fixture(scope="module")
def found(store):
    return discover(store, "sustained_scale_up >= 0.5", resamples=6, evaluate=planted)


def test_a_planted_box_comes_back_through_the_whole_chain(found):
    limits = {limit.name: limit for limit in found.box.limits}
    assert set(limits) == {"time.hours", "leadership.vision", "programme.delegates", "programme.grouping"}
    assert limits["time.hours"].side == AT_LEAST and limits["time.hours"].value == pytest.approx(0.5, abs=0.051)
    assert limits["leadership.vision"].side == AT_LEAST and limits["leadership.vision"].value == pytest.approx(
        0.42, abs=0.041
    )
    assert (limits["programme.delegates"].side, limits["programme.delegates"].value) == (AT_LEAST, 3.0)
    assert limits["programme.grouping"].value == tuple(MODEL_PARAMETERS["programme.grouping"].options)[:-1]
    assert found.box.coverage > 0.8 and found.box.density > 0.9
    assert found.out_of_sample[0] > 0.75 and found.out_of_sample[1] > 0.85


def test_limits_that_were_planted_come_again_in_resamples_and_the_dummy_hardly_does(found):
    again = found.limits.set_index("parameter")["resamples"]
    assert (again[["time.hours", "leadership.vision", "programme.delegates", "programme.grouping"]] >= 5).all()
    assert again.get("dummy", 0) <= 2


def test_the_tree_finds_it_as_well_and_its_leaves_hold_every_sample_once(found):
    assert sum(leaf.samples for leaf in found.tree.leaves) == found.samples
    assert sum(leaf.reached for leaf in found.tree.leaves) == found.reached
    assert found.tree.accuracy > found.tree.majority_accuracy + 0.05
    best = max(found.tree.leaves, key=lambda leaf: leaf.density)
    assert {limit.name for limit in best.limits} <= {limit.name for limit in found.box.limits}


def test_luck_alone_is_not_taken_for_a_steady_rule(tmp_path):
    def luck(task, values, replicate):
        return {
            "sustained_scale_up": float(zlib.crc32(repr(sorted(values.items())).encode()) % 100 < 40),
            "retention": 1.0,
        }

    found = discover(stored(tmp_path, luck, size=400), "sustained_scale_up >= 0.5", resamples=4, evaluate=luck)
    assert found.out_of_sample[1] < 0.48 or found.box is None, (
        "on samples left out it is no denser than all samples, 40 %, give or take"
    )
    assert found.tree.accuracy < found.tree.majority_accuracy + 0.03


def test_the_same_seed_finds_the_same(store, found):
    few = [discover(store, "sustained_scale_up >= 0.5", resamples=2, evaluate=planted) for _ in range(2)]
    assert few[0].fresh == few[1].fresh == found.fresh and few[0].fresh.base_rate.of == 400
    assert few[0].box == few[1].box == found.box and few[0].tree == few[1].tree == found.tree
    pandas.testing.assert_frame_equal(few[0].limits, few[1].limits, check_exact=True)


def test_a_rule_is_judged_on_points_and_luck_that_it_was_not_found_with(tmp_path):
    """Three points share one lucky draw of a coarse luck: on fresh points the same box is no denser than its chance."""
    asked = []

    def lucky(task, values, replicate):
        asked.append(replicate)
        held = np.random.default_rng(replicate).random() < (0.6 if values["time.hours"] >= 1.0 else 0.1)
        return {"sustained_scale_up": float(held), "retention": 1.0}

    folder = stored(tmp_path, lucky, size=200)
    found_with = set(asked)
    asked.clear()
    rules = discover(folder, "sustained_scale_up >= 1", resamples=2, fresh=1000, evaluate=lucky)
    assert not found_with & set(asked) and len(set(asked)) == 2000
    low, high = rules.fresh.density.interval
    assert low < 0.36 < high, "both of two runs, each with a chance of 0.6, where the limit is that of the chance"
    assert rules.fresh.coverage.held == rules.fresh.density.held <= rules.fresh.base_rate.held
    assert f"{rules.fresh.density.held:,} of {rules.fresh.density.of:,} samples" in sentences(rules)[0]
    outside = (rules.fresh.base_rate.held - rules.fresh.density.held, 1000 - rules.fresh.density.of)
    assert f"Outside it is reached in {outside[0]:,} of {outside[1]:,} samples" in " ".join(sentences(rules))
    leaves = rules.fresh.leaves
    assert len(leaves) == len(rules.tree.leaves) and sum(leaf.of for leaf in leaves) == 1000
    assert sum(leaf.held for leaf in leaves) == rules.fresh.base_rate.held
    assert "fresh samples)" in " ".join(sentences(rules)) or len(leaves) == 1
    assert leaf_table(rules)["fresh_samples"].tolist() == [leaf.of for leaf in leaves]


def test_a_store_of_another_model_is_not_judged_with_this_one(store, tmp_path):
    import json
    import shutil

    shutil.copytree(store, tmp_path / "store")
    path = tmp_path / "store" / "baseline" / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(manifest | {"model": "another"}), encoding="utf-8")
    rules = discover(tmp_path / "store", "sustained_scale_up >= 0.5", resamples=2, evaluate=planted)
    assert rules.fresh is None and "not judged on fresh samples" in sentences(rules)[1]


def test_samples_whose_outcome_is_not_defined_are_left_out_and_counted(store):
    found = discover(store, "retention > 1.0", resamples=2, evaluate=planted)
    assert found.undefined + found.samples == 600 and found.undefined > 50
    assert f"{found.undefined:,} further samples are left out" in sentences(found)[-1]


@pytest.mark.parametrize(
    "method, size", [("sobol", 64), ("morris", 4), ("efast", 65), ("one-at-a-time", 3), ("grid", 2)]
)
def test_a_design_whose_rows_are_no_independent_samples_is_refused(tmp_path, method, size):
    with pytest.raises(InputError, match="no independent samples") as problem:
        discover(stored(tmp_path, method=method, size=size), "sustained_scale_up >= 0.5")
    assert 'method = "latin"' in problem.value.right


@pytest.mark.parametrize(
    "when, phrase",
    [
        ("sustained_scaleup >= 0.5", "did you mean sustained_scale_up"),
        ("retention", "OUTCOME >= NUMBER"),
        ("retention >= x", "a number"),
        ("retention >= nan", "a number"),
        ("retention >= 9", "runs from"),
        ("__import__('os')", "OUTCOME >= NUMBER"),
        ("", "OUTCOME >= NUMBER"),
        ("retention > 1 or retention < 0", "OUTCOME >= NUMBER"),
        ("retention >= 0", "every sample"),
    ],
)
def test_a_condition_that_cannot_be_read_or_tells_nothing_apart_gets_one_message(store, when, phrase):
    with pytest.raises(InputError) as problem:
        discover(store, when)
    assert phrase in str(problem.value)


def test_conditions_are_joined_and_compared_as_they_say():
    table = pandas.DataFrame({"use": [0.1, 0.2, 0.3], "depth": [0.5, 0.5, 0.4]})
    assert parse_criterion("use >= 0.2 and depth > 0.4", table).holds(table).tolist() == [False, True, False]
    assert parse_criterion("use<0.2", table).holds(table).tolist() == [True, False, False]
    assert parse_criterion("use <= 0.2", table).outcomes == ("use",)


def test_quasi_p_values_and_counts_equal_those_of_the_workbench():
    from plnsim.studies.experiment.ema import make_prim

    drawn = np.random.default_rng(5)
    values = pandas.DataFrame(
        drawn.random((300, 3)), columns=["leadership.vision", "leadership.support", "focus.alignment"]
    )
    reached = (values["leadership.vision"] > 0.6).to_numpy() & (drawn.random(300) < 0.9)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        prim = make_prim(values, reached)
        theirs = prim.find_box()
    limits = []
    for name in values:
        (low, high), (least, most) = theirs.box_lims[-1][name], prim.box_init[name]
        limits += [Limit(name, AT_LEAST, low)] if low > least else []
        limits += [Limit(name, AT_MOST, high)] if high < most else []
    mine = box_of(limits, values, reached)
    assert (mine.coverage, mine.density) == pytest.approx((theirs.coverage, theirs.density))
    for limit, p in zip(limits, mine.quasi_p, strict=True):
        values_of_p = theirs.qp if hasattr(theirs, "qp") else theirs.p_values  # since EMA workbench 3
        assert p == pytest.approx(values_of_p[-1][limit.name][limit.side == AT_MOST], abs=1e-12)


def test_limits_without_effect_are_dropped_one_after_the_other():
    values = pandas.DataFrame(
        {"leadership.vision": np.linspace(0, 1, 200), "focus.alignment": np.tile([0.0, 1.0], 100)}
    )
    reached = values["leadership.vision"].to_numpy() >= 0.5
    limits = [Limit("leadership.vision", AT_LEAST, 0.5), Limit("focus.alignment", AT_LEAST, 0.5)]
    assert [box.limits for box in prune(limits, values, reached, 4)] == [(limits[0],)]
    assert list(prune(limits[1:], values, reached, 4)) == []


def test_a_rule_is_built_from_its_counts_with_units_and_plain_numbers():
    values = pandas.DataFrame({"time.hours": [0.2, 0.7, 0.8, 0.9], "leadership.vision": [0.6, 0.7, 0.2, 0.8]})
    box = box_of(
        [Limit("time.hours", AT_LEAST, 0.6), Limit("leadership.vision", ABOVE, 0.5)],
        values,
        np.array([False, True, True, False]),
    )
    criterion = parse_criterion("sustained_scale_up >= 0.5", ["sustained_scale_up"])
    assert rule_sentence(box, criterion, Share(1, 2), Share(20, 40)) == (
        "In 1 of 2 samples with time hours at least 0.6 hours a week and leadership vision above 50 %, sustained "
        "scale-up comes about in at least 50 % of runs (50 %, 95 % interval 9.5 % to 91 %; in all 40 samples 50 %, "
        "95 % interval 35 % to 65 %)."
    )


@pytest.mark.parametrize(
    "limits, said",
    [
        ([Limit("programme.delegates", AT_LEAST, 1.0)], "programme delegates at least 1 teacher a school"),
        (
            [Limit("programme.support_years", AT_LEAST, 2.0), Limit("programme.support_years", AT_MOST, 4.5)],
            "programme support years from 2 to 4.5 years",
        ),
        ([Limit("turnover.rate", AT_MOST, 0.15)], "turnover rate at most 15 % a year"),
        (
            [Limit("ties.department_odds", ABOVE, 3.0), Limit("ties.department_odds", AT_MOST, 6.0)],
            "ties department odds above 3 and at most 6",
        ),
        (
            [Limit("renewal.rule", ONE_OF, tuple(MODEL_PARAMETERS["renewal.rule"].options)[:2])],
            "renewal rule " + " or ".join(tuple(MODEL_PARAMETERS["renewal.rule"].options)[:2]).replace("_", " "),
        ),
        ([Limit("dummy", AT_MOST, 0.5)], "the dummy (which enters nowhere) at most 0.5"),
    ],
)
def test_limits_are_told_in_the_words_and_units_of_the_declarations(limits, said):
    assert limit_phrases(tuple(limits)) == [said]


def test_every_parameter_can_be_told_and_its_limits_are_round():
    for one in MODEL_PARAMETERS:
        if hasattr(one, "plausible"):
            low, high = one.range
            assert format_amount(one.qualified_name, high)
            assert abs(round_to_readable((low + high) / 3, one.range) - (low + high) / 3) <= (high - low) / 50 + 1e-12
    assert round_to_readable(0.6231, MODEL_PARAMETERS["time.hours"].range) == 0.6
    assert round_to_readable(0.5291, MODEL_PARAMETERS["leadership.vision"].range) == 0.52


def test_limits_are_rounded_by_the_range_that_varied(tmp_path):
    text = FILE.format(method="latin", size=200).replace('    "time.hours", ', "    ")
    text += '[vary.distributions]\ntime.hours = {shape = "uniform", low = 0.48, high = 0.52}\n'
    (tmp_path / "experiment.toml").write_text(text, encoding="utf-8")

    def narrow(task, values, replicate):
        return {"sustained_scale_up": float(values["time.hours"] >= 0.504), "retention": 0.0}

    run_experiment(Experiment.read(tmp_path / "experiment.toml"), tmp_path / "store", evaluate=narrow)
    found = discover(tmp_path / "store", "sustained_scale_up >= 0.5", resamples=2, evaluate=narrow, fresh=40)
    assert found.results.ranges["time.hours"] == (0.48, 0.52)
    assert [(one.name, one.side, one.value) for one in found.box.limits] == [("time.hours", AT_LEAST, 0.504)]
    assert {one.value for leaf in found.tree.leaves for one in leaf.limits} == {0.504}


@pytest.mark.parametrize(
    "when, said",
    [
        ("sustained_scale_up >= 0.5", "sustained scale-up comes about in at least 50 % of runs"),
        ("deep_use < 0.08", "deep use is below 8 %"),
        ("cost <= 20000 and retention > 0.8", "cost is at most 20,000 currency and retention is above 0.8"),
        ("deep_use_week_38 >= 0.015", "deep use week 38 is at least 1.5 %"),
    ],
)
def test_conditions_are_told_in_words(when, said):
    assert (
        condition_text(
            parse_criterion(when, ["sustained_scale_up", "deep_use", "cost", "retention", "deep_use_week_38"])
        )
        == said
    )


def test_the_figures_show_the_numbers_of_the_tables(found):
    ringed = plot_tradeoff(found).axes[0].lines[2]
    assert (ringed.get_xdata()[0], ringed.get_ydata()[0]) == (100 * found.box.coverage, 100 * found.box.density)
    bars = [bar.get_width() for bar in plot_tree(found).axes[0].patches]
    assert bars == sorted(100 * leaf.density for leaf in found.tree.leaves)
    spans = [bar for bar in plot_box(found).axes[0].patches if bar.get_width() < 1.0]
    hours = next(limit.value for limit in found.box.limits if limit.name == "time.hours")
    low, high = MODEL_PARAMETERS["time.hours"].range
    assert (
        any(bar.get_x() == pytest.approx((hours - low) / (high - low)) for bar in spans)
        and len(spans) == found.box.parameters
    )


def test_the_command_prints_sentences_writes_a_folder_and_keeps_its_streams_clean(store, tmp_path):
    out = tmp_path / "rules"
    done = invoke_in_shell(
        "discover", store, "--when", "sustained_scale_up >= 0.5", "--resamples", "2", "--fresh", "40", "--out", out
    )
    assert done.code == 0, done.err
    assert "In " in done.out and "hours a week" in done.out
    assert "arning" not in done.out + done.err and "ipyparallel" not in done.err
    assert {path.name for path in out.iterdir()} == {
        "rules.txt",
        "limits.csv",
        "tradeoff.csv",
        "tree.csv",
        "discovery.json",
        *(f"{name}.{kind}" for name in ("tradeoff", "box", "tree") for kind in ("svg", "png")),
    }
    assert done.out.split()[:4] == (out / "rules.txt").read_text(encoding="utf-8").split()[:4]
    assert pandas.read_csv(out / "tradeoff.csv")["chosen"].sum() == 1


def test_without_the_workbench_the_command_says_what_to_install(store, monkeypatch):
    monkeypatch.setitem(sys.modules, "ema_workbench", None)
    monkeypatch.setitem(sys.modules, "ema_workbench.analysis.prim", None)
    said = invoke("discover", store, "--when", "sustained_scale_up >= 0.5")
    assert said.code == 2 and "plnsim[all]" in said.err
