"""What a study file says of its own: distributions, correlations, groups; and what it cannot say."""

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from plnsim.common.errors import InputError
from plnsim.publish.interop import salib_problem
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.studies.experiment import Experiment, ExperimentResults, run_experiment
from plnsim.studies.experiment.criterion import parse_criterion
from plnsim.studies.experiment.design import HYPERCUBES, SMALLEST
from plnsim.studies.experiment.discovery import discover
from plnsim.studies.experiment.distribution import Distribution, correlate
from plnsim.studies.experiment.fresh import judge
from plnsim.studies.experiment.run import shipped_experiments
from tests.support.commands import invoke

SHARES = (np.arange(4000) + 0.5) / 4000
SHAPES = {
    "uniform": ({"low": 0.4, "high": 0.9}, stats.uniform(0.4, 0.5)),
    "log-uniform": ({"low": 0.1, "high": 2.0}, stats.loguniform(0.1, 2.0)),
    "triangular": ({"low": 0.5, "mode": 1.0, "high": 2.0}, stats.triang(1 / 3, 0.5, 1.5)),
    "normal": ({"mean": 1.0, "sd": 0.5, "low": 0.5, "high": 2.0}, stats.truncnorm(-1.0, 2.0, 1.0, 0.5)),
}
VARY = '[vary]\nparameters = ["time.hours"]\n'
UNIFORM = '{shape = "uniform", low = 0.5, high = 1.0}'
BAD = {
    "varies and is set": (f"{VARY}[set]\ntime.hours = 1.0\n", "4:1", "time.hours varies, so what is set"),
    "varies and is an alternative": (f"{VARY}[alternatives.one]\ntime.hours = 1.0\n", "4:1", "would never hold"),
    "unknown shape": ('[vary.distributions]\ntime.hours = {shape = "unifrm"}\n', "2:15", "no shape 'unifrm'"),
    "no shape": ("[vary.distributions]\ntime.hours = {low = 1}\n", "2:1", "has no shape"),
    "no high": ('[vary.distributions]\ntime.hours = {shape = "uniform", low = 1}\n', "2:1", "uniform needs high"),
    "other key": (f"[vary.distributions]\ntime.hours = {UNIFORM[:-1]}, sd = 1}}\n", "2:57", "uniform knows no 'sd'"),
    "upside down": (
        '[vary.distributions]\ntime.hours = {shape = "uniform", low = 2, high = 1}\n',
        "2:34",
        "below high",
    ),
    "out of bounds": (
        f"[vary.distributions]\nleadership.vision = {UNIFORM.replace('1.0', '1.5')}\n",
        "2:52",
        "at most 1",
    ),
    "unknown parameter": (f"[vary.distributions]\ntime.huors = {UNIFORM}\n", "2:1", "unknown parameter"),
    "no table": ("[vary.distributions]\ntime.hours = 1\n", "2:1", "a distribution is a table, got 1"),
    "one value": ('[vary.distributions]\ntime.hours = {shape = "discrete", values = [1]}\n', "2:35", "two or more"),
    "weights": (
        '[vary.distributions]\ntime.hours = {shape = "discrete", values = [1, 2], weights = [1]}\n',
        "2:52",
        "as many numbers",
    ),
    "a choice by range": (f"[vary.distributions]\nconditions.placement = {UNIFORM}\n", "2:25", "is a choice"),
    "far normal": (
        '[vary.distributions]\ntime.hours = {shape = "normal", mean = 90.0, sd = 0.01, low = 0.0, high = 1.0}\n',
        "2:33",
        "next to nothing",
    ),
    "when is no table": (f"[vary.distributions]\ntime.hours = {UNIFORM[:-1]}, when = 1}}\n", "2:57", "when is a table"),
    "when of what does not vary": (
        f'[vary.distributions]\ntime.hours = {UNIFORM[:-1]}, when = {{programme.grouping = "alike"}}}}\n',
        "2:57",
        "programme.grouping does not vary",
    ),
    "when of what varies only sometimes": (
        '[vary]\nparameters = ["programme.reach"]\n[vary.distributions]\n'
        + 'programme.delegates = {shape = "uniform", low = 1, high = 2, when = {programme.reach = "any schools"}}\n'
        + f"time.hours = {UNIFORM[:-1]}, when = {{programme.delegates = 2}}}}\n",
        "5:57",
        "programme.delegates varies only sometimes itself",
    ),
    "when of a number between": (
        f"[vary.distributions]\nleadership.vision = {UNIFORM}\n"
        f"time.hours = {UNIFORM[:-1]}, when = {{leadership.vision = 0.6}}}}\n",
        "3:57",
        "never has 0.6 to the last digit",
    ),
    "when of an option that there is not": (
        f'[vary.distributions]\ntime.hours = {UNIFORM[:-1]}, when = {{programme.grouping = "apart"}}}}\n',
        "2:57",
        "apart",
    ),
    "when one at a time": (
        'method = "one-at-a-time"\n[vary]\nparameters = ["programme.grouping"]\n[vary.distributions]\n'
        f'time.hours = {UNIFORM[:-1]}, when = {{programme.grouping = "alike"}}}}\n',
        "5:57",
        "one-at-a-time moves time.hours where all others are in their middle",
    ),
    "correlated Sobol": (
        '[vary]\nparameters = ["time.hours", "time.cover"]\ncorrelations = [["time.hours", "time.cover", 0.5]]\n',
        "3:1",
        "sobol takes no correlated inputs",
    ),
    "correlated with what does not vary": (
        f'method = "latin"\n{VARY}correlations = [["time.hours", "time.cover", 0.5]]\n',
        "4:17",
        "'time.cover' does not vary",
    ),
    "a correlation of 1": (
        'method = "latin"\n[vary]\nparameters = ["time.hours", "time.cover"]\n'
        'correlations = [["time.hours", "time.cover", 1]]\n',
        "4:17",
        "a number between -1 and 1",
    ),
    "impossible together": (
        'method = "latin"\n[vary]\nparameters = ["time.hours", "time.cover", "leadership.vision"]\n'
        'correlations = [["time.hours", "time.cover", 0.9], ["time.hours", "leadership.vision", 0.9],\n'
        '["time.cover", "leadership.vision", -0.9]]\n',
        "4:1",
        "all at once",
    ),
    "in two groups": (
        '[vary.groups]\na = ["time.hours"]\nb = ["time.cover", "time.hours"]\n',
        "3:20",
        "stands in a group already",
    ),
    "a group of nothing known": ('[vary.groups]\na = ["time.huors"]\n', "2:6", "unknown parameter 'time.huors'"),
    "own groups of PAWN": ('method = "pawn"\n[vary.groups]\na = ["time.hours"]\n', "1:1", "no indices of groups"),
}


def read(folder, text):
    (folder / "mine.toml").write_text(text)
    return Experiment.read(folder / "mine.toml")


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_told_with_file_and_line(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, place, wrong = BAD[name]
    (tmp_path / "mine.toml").write_text(text)
    code, out, err = invoke("experiment", "mine.toml", "--out", "out")
    assert (code, out) == (2, "") and f"--> mine.toml:{place}\n" in err and wrong in err and "= help: " in err, err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_that_of_scipy(shape):
    numbers, expected = SHAPES[shape]
    distribution = Distribution.of("time.hours", {"shape": shape, **numbers})
    drawn = [distribution.ppf(share) for share in SHARES]
    assert stats.kstest(drawn, expected.cdf).statistic < 0.001
    low, high = distribution.range
    assert (distribution.ppf(0.0), distribution.ppf(1.0)) == (low, high) == (numbers["low"], numbers["high"])
    assert Distribution.of("time.hours", distribution.table) == distribution


def test_discrete_values_come_as_often_as_their_weights():
    distribution = Distribution.of("time.hours", {"shape": "discrete", "values": [0.5, 1.0, 2.0], "weights": [1, 2, 1]})
    values, counts = np.unique([distribution.ppf(share) for share in SHARES], return_counts=True)
    assert values.tolist() == [0.5, 1.0, 2.0] and counts.tolist() == [1000, 2000, 1000]
    placement = list(MODEL_PARAMETERS["conditions.placement"].options)[:2]
    option = Distribution.of("conditions.placement", {"shape": "discrete", "values": placement})
    assert [option.ppf(share) for share in (0.0, 0.49, 0.51, 1.0)] == [*placement[:1] * 2, *placement[1:] * 2]


def test_whole_numbers_stay_whole_and_come_alike():
    uniform = Distribution.of("measure.window", {"shape": "uniform", "low": 2, "high": 5})
    values, counts = np.unique([uniform.ppf(share) for share in SHARES], return_counts=True)
    assert values.tolist() == [2, 3, 4, 5] and counts.tolist() == [1000] * 4
    normal = Distribution.of("measure.window", {"shape": "normal", "mean": 4, "sd": 1, "low": 2, "high": 5})
    assert {normal.ppf(share) for share in SHARES} == {2, 3, 4, 5} and isinstance(normal.ppf(0.3), int)


def test_a_file_with_its_own_distributions_and_groups(tmp_path):
    experiment = read(
        tmp_path,
        'method = "morris"\n[vary.groups]\nwork = ["time.hours", "time.cover"]\n'
        f"[vary.distributions]\ntime.hours = {UNIFORM}\nleadership.vision = {UNIFORM}\n",
    )
    assert experiment.names == ("time.hours", "time.cover", "leadership.vision", "dummy")
    assert experiment.design().factors == ("work", "leadership.vision", "dummy")


@pytest.mark.parametrize("method", HYPERCUBES)
def test_ranks_correlate_as_asked_for_and_each_input_keeps_its_distribution(method):
    names = ("time.hours", "time.cover", "leadership.vision")
    asked = {names[:2]: 0.6, names[1:]: -0.4}
    experiment = Experiment("c", ("baseline",), method, names, size=8192, correlations=asked)
    sample = experiment.design().unit_sample
    found = stats.spearmanr(sample).statistic
    assert [found[0, 1], found[1, 2], found[0, 2]] == pytest.approx([0.6, -0.4, 0.0], abs=0.03)
    assert max(stats.kstest(column, "uniform").statistic for column in sample.T) < 0.02
    assert np.array_equal(correlate(sample, names, {}), sample)


def test_a_store_knows_what_its_points_were_and_is_judged_with_the_same(tmp_path):
    text = (
        'method = "latin"\nsize = 12\nyears = 0.5\noutcomes = ["use"]\n[set.population]\nschools = 6\n[vary]\n'
        f'correlations = [["time.hours", "time.cover", 0.9]]\n[vary.distributions]\ntime.hours = {UNIFORM}\n'
        'time.cover = {shape = "discrete", values = [0.0, 0.5]}\n'
    )
    seen = []

    def evaluate(task, values, replicate):
        seen.append(values)
        return {"use": values["time.hours"]}

    run_experiment(read(tmp_path, text), tmp_path / "out", workers=1, evaluate=evaluate)
    results = ExperimentResults.of(tmp_path / "out")
    stored = results.values[["time.hours", "time.cover"]]
    assert stored.iloc[::1].to_dict("records") == [values for values in seen[::2]]
    assert stored["time.hours"].between(0.5, 1.0).all() and set(stored["time.cover"]) == {0.0, 0.5}
    seen.clear()
    judged = judge(results, parse_criterion("use >= 0.75", ["use"]), None, evaluate, fresh=200, workers=1)
    assert judged.base_rate.value == pytest.approx(0.5, abs=0.05)
    hours, cover = np.array([[values["time.hours"], values["time.cover"]] for values in seen]).T
    assert hours.min() >= 0.5 and hours.max() <= 1.0 and np.corrcoef(hours, cover)[0, 1] > 0.5


def test_a_store_with_other_distributions_is_not_continued(tmp_path):
    text = 'method = "latin"\nsize = 3\nyears = 0.5\n[vary.distributions]\ntime.hours = ' + UNIFORM
    run = lambda each: run_experiment(read(tmp_path, each), tmp_path / "out", evaluate=lambda *_: {"deep_use": 0.5})  # noqa: E731
    run(text)
    with pytest.raises(InputError, match="with other distributions"):
        run(text.replace("0.5, high", "0.6, high"))
    manifest = tmp_path / "out" / "baseline" / "manifest.json"
    content = json.loads(manifest.read_text())
    content["asked"]["distributions"]["time.hours"]["shape"] = "nope"
    manifest.write_text(json.dumps(content))
    with pytest.raises(InputError, match="damaged: its distributions, correlations or formulas cannot be"):
        ExperimentResults.of(tmp_path / "out")


def test_shipped_experiments_are_read_as_before():
    for path in shipped_experiments().values():
        experiment = Experiment.read(path)
        assert not experiment.distributions and not experiment.correlations


def evaluate_hours(task, values, replicate):
    return {"deep_use": values["time.hours"] + replicate}


@pytest.mark.parametrize("method", HYPERCUBES)
def test_a_hypercube_grows_and_keeps_what_was_computed(method, tmp_path):
    names = ("time.hours", "leadership.vision")
    size = max(10, SMALLEST.get(method, 1))
    small = Experiment("h", ("baseline",), method, names, size=size, resamples=10, correlations={names: 0.5})
    run_experiment(small, tmp_path / "out", workers=1, evaluate=evaluate_hours)
    computed = []

    def counting(task, values, replicate):
        computed.append(values)
        return evaluate_hours(task, values, replicate)

    run_experiment(small, tmp_path / "out", size=2 * size, workers=1, evaluate=counting)
    assert len(computed) == 2 * size
    run_experiment(small, tmp_path / "out", size=8 * size, workers=1, evaluate=counting)
    assert len(computed) == 2 * 7 * size
    stepwise = ExperimentResults.of(tmp_path / "out").unit_sample.to_numpy()
    at_once = replace(small, size=8 * size, initial_size=size).design().unit_sample
    assert np.array_equal(stepwise, at_once) and np.array_equal(at_once[:size], small.design().unit_sample)
    (again,) = run_experiment(small, tmp_path / "out", workers=1, evaluate=counting).values()
    assert len(computed) == 2 * 7 * size and len(again.indices)


def test_every_stratum_of_a_grown_hypercube_holds_one_point():
    grown = replace(Experiment("h", ("baseline",), "latin", tuple("abc"), size=48), initial_size=6).design().unit_sample
    assert [sorted((column * 48).astype(int)) for column in grown.T] == [list(range(48))] * 3


def test_a_hypercube_grows_by_doubling_only(tmp_path):
    small = Experiment("h", ("baseline",), "latin", ("time.hours",), size=10, resamples=10)
    run_experiment(small, tmp_path / "out", workers=1, evaluate=evaluate_hours)
    for size, right in ((15, "size = 10 or 20"), (50, "size = 40 or 80")):
        with pytest.raises(InputError, match="grows by doubling") as told:
            run_experiment(small, tmp_path / "out", size=size, evaluate=evaluate_hours)
        assert told.value.right == right and told.value.place == str(tmp_path / "out" / "baseline")


def test_a_parameter_varies_only_where_its_switch_has_the_value(tmp_path):
    (tmp_path / "study.toml").write_text(
        'method = "latin"\nsize = 90\n[vary]\nparameters = ["programme.grouping"]\n[vary.distributions]\n'
        f'time.hours = {UNIFORM[:-1]}, when = {{"programme.grouping" = ["alike", "nearby"]}}}}\n',
        encoding="utf-8",
    )
    experiment = Experiment.read(tmp_path / "study.toml")

    def reached(task, values, replicate):
        assert ("time.hours" in values) == (values["programme.grouping"] != "anywhere")
        return {"deep_use": values.get("time.hours", 0.0) + 0.01 * replicate % 1}

    run_experiment(experiment, tmp_path / "store", evaluate=reached, workers=1)
    results = ExperimentResults.of(tmp_path / "store")
    values = results.values
    assert (values["time.hours"].isna() == (values["programme.grouping"] == "anywhere")).all()
    assert values["time.hours"].notna().sum() == 60 and (results.runs["status"] == "done").all()
    manifest = tmp_path / "store" / "baseline" / "manifest.json"
    whole = manifest.read_text(encoding="utf-8")
    manifest.write_text(whole.replace('"programme.grouping": [', '"programme.reach": ['), encoding="utf-8")
    with pytest.raises(InputError, match="the manifest is damaged"):
        ExperimentResults.of(tmp_path / "store")
    manifest.write_text(whole, encoding="utf-8")
    with pytest.raises(InputError, match="a limit on it would say nothing elsewhere"):
        discover(tmp_path / "store", "deep_use >= 0.5")
    with pytest.raises(InputError, match="SALib knows no such thing"):
        salib_problem(experiment)
