"""Outcomes of one's own: by formula and by a function, what they give, and what is refused."""

import math
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import plnsim
from plnsim.common.errors import InputError
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.publish.interop import dataset
from plnsim.publish.interop.columns import describe_columns
from plnsim.studies.experiment import Experiment, ExperimentResults, run_experiment
from plnsim.studies.experiment.criterion import parse_criterion
from plnsim.studies.experiment.formula import check_formula, evaluate_formula
from plnsim.studies.experiment.fresh import judge
from plnsim.studies.experiment.task import evaluate_model
from tests.support.commands import invoke

KNOWN = {name: outcome.function for name, outcome in OUTCOMES_BY_NAME.items()}
SMALL = {"population.schools": 6, "programme.support_years": 1.0}
FUNCTIONS = """
import plnsim

@plnsim.outcome("share", "Use in the best of all schools.")
def best_school(run):
    return run.by_school("users", "staff").max()

def no_outcome(run):
    return 0.0
"""
FILE = """
method = "latin"
size = 3
years = 2
outcomes = ["use", "wide", "best_school", "best_squared"]
functions = "mine.py"
[formulas]
wide = "use >= 0.05"
best_squared = "best_school ** 2"
unused = "use"
[vary]
parameters = ["time.hours"]
[set]
population.schools = 6
"""
BAD = {
    "unknown outcome": ('wide = "usage"', "2:1", "no outcome 'usage'"),
    "attribute": ('wide = "use.real"', "2:1", "cannot stand in a formula"),
    "call": ("wide = \"__import__('os')\"", "2:1", "no function is called '__import__'"),
    "text": ("wide = \"use + 'a'\"", "2:1", "cannot stand"),
    "chain": ('wide = "0 < use < 1"', "2:1", "cannot stand"),
    "lambda": ('wide = "lambda: 1"', "2:1", "cannot stand"),
    "syntax": ('wide = "use >"', "2:1", "is no formula"),
    "number": ("wide = 3", "2:1", "a text of at most 500"),
    "long": (f'wide = "{"1+" * 400}1"', "2:1", "a text of at most 500"),
    "deep": (f'wide = "{"(" * 240}1{")" * 240}"', "2:1", "is no formula"),
    "years": ('wide = "after(use, 1.5)"', "2:1", "a whole number of years"),
    "half": ('wide = "less_disadvantaged(cost)"', "2:1", "takes one of these outcomes"),
    "taken": ('use = "depth"', "2:1", "there is an outcome 'use' already"),
    "no name": ('"a b" = "depth"', "2:1", "cannot be called 'a b'"),
    "a column": ('run = "depth"', "2:1", "cannot be called 'run'"),
}
BAD_FILES = {
    "missing": (None, "mine.toml:1:1", "there is no file"),
    "syntax": ("def f(:\n", "mine.py:1", "no Python"),
    "fails": ("x = 1\n1 / 0\n", "mine.py:2", "ZeroDivisionError"),
    "exits": ("raise SystemExit\n", "mine.py:1", "SystemExit"),
    "empty": ("x = 1\n", "mine.py", "no outcome"),
    "taken": (FUNCTIONS.replace("best_school", "use"), "mine.py", "already"),
}


def run_for(years):
    return plnsim.run(plnsim.Scenario.of("baseline").with_values(SMALL).with_years(years), replicates=1).run_counts[0]


@pytest.fixture(scope="module")
def run():
    return run_for(4)


def value(text, run):
    check_formula(text, KNOWN)
    return evaluate_formula(text, KNOWN, run)


def test_a_formula_is_arithmetic_on_outcomes(run):
    use, depth = KNOWN["use"](run), KNOWN["depth"](run)
    assert value("1 - use / (depth + 2) ** 2", run) == 1 - use / (depth + 2) ** 2
    assert value("max(use, -depth) + sqrt(abs(use))", run) == use + math.sqrt(use)
    assert value("exp(log(use))", run) == pytest.approx(use)


def test_a_condition_is_1_where_it_holds_and_nan_where_it_is_not_defined(run):
    conditions = ("use >= 0", "use > 2", "use >= 0 and use > 2", "use >= 0 or use > 2")
    assert [value(text, run) for text in conditions] == [1, 0, 0, 1]
    nowhere = replace(run, support_ends=run.length)
    assert math.isnan(value("retention >= 0", nowhere)) and math.isnan(value("use >= 0 or retention >= 0", nowhere))


@pytest.mark.parametrize("text", ["1 / 0", "0 / 0", "log(0)", "sqrt(-1)", "(-8) ** 0.5", "9 ** 9 ** 9", "exp(1000)"])
def test_what_is_not_defined_is_nan(text, run):
    assert math.isnan(value(text, run))


def test_a_year_after_support_is_as_if_the_run_had_ended_then(run):
    shorter = run_for(3)
    for name in ("use", "deep_use", "schools_half", "retention", "schools_in_routine", "cost", "teacher_survival_1"):
        assert value(f"after({name}, 2)", run) == KNOWN[name](shorter), name
    assert value("after(use, 3)", run) == KNOWN["use"](run) != value("after(use, 0)", run)
    assert math.isnan(value("after(use, 4)", run))
    assert math.isnan(value("after(use, 0)", replace(run, support_ends=10_000)))


def test_a_half_of_schools_is_counted_by_itself(run):
    staff = run.weeks["staff"][run.last_year].sum(axis=0)
    less, more = value("less_disadvantaged(use)", run), value("more_disadvantaged(use)", run)
    assert less != more and (less * staff[0] + more * staff[1]) / staff.sum() == pytest.approx(KNOWN["use"](run))


@pytest.mark.parametrize("name", BAD)
def test_a_bad_formula_is_told_with_file_and_line(name, tmp_path):
    text, place, wrong = BAD[name]
    (tmp_path / "mine.toml").write_text(f'[formulas]\n{text}\n[vary]\nparameters = ["time.hours"]\n')
    with pytest.raises(InputError) as told:
        Experiment.read(tmp_path / "mine.toml")
    assert wrong in told.value.wrong and told.value.place.endswith(f"mine.toml:{place}")


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_of_functions_is_told_with_its_line(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text, place, wrong = BAD_FILES[name]
    (tmp_path / "mine.toml").write_text('functions = "mine.py"\n[vary]\nparameters = ["time.hours"]\n')
    if text is not None:
        (tmp_path / "mine.py").write_text(text)
    code, out, err = invoke("experiment", "mine.toml")
    assert (code, out) == (2, "") and f"--> {place}\n" in err and wrong in err and "Traceback" not in err


FAULTY = FUNCTIONS.replace('run.by_school("users", "staff").max()', 'run.by_school("users")')


def test_a_function_that_fails_is_told_before_the_experiment_begins(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(FILE)
    (tmp_path / "mine.py").write_text(FAULTY)
    code, out, err = invoke("experiment", "mine.toml")
    assert (code, out) == (2, "") and "--> mine.py:6\n" in err and err.count("error:") == 1
    assert "best_school" in err and "TypeError" in err and "Traceback" not in err
    assert not (tmp_path / "experiment-results").exists()


def test_a_function_that_fails_later_leaves_the_other_outcomes(tmp_path):
    (tmp_path / "mine.toml").write_text(FILE)
    fails = FUNCTIONS.replace(
        "    return run.by", "    if not FIRST.add(id(run)): 1 / (len(FIRST) < 3)\n    return run.by"
    )
    (tmp_path / "mine.py").write_text(fails.replace("import plnsim", "import plnsim; FIRST = set()", 1))
    experiment = replace(Experiment.read(tmp_path / "mine.toml"), replicates=1)
    analysis = run_experiment(experiment, tmp_path / "out", workers=1)["baseline"]
    runs = ExperimentResults.of(tmp_path / "out" / "baseline").runs
    failed = runs["status"] == "failed"
    assert failed.any() and not failed.all() and np.isfinite(runs["use"]).all()
    assert runs["best_school"].isna().equals(failed) and "mine.py:6: the outcome" in analysis.excluded["failed runs"]
    assert "use" in set(analysis.indices["outcome"])


@pytest.mark.parametrize("all_failed", [True, False])
def test_mended_functions_go_on_in_a_store_of_failed_runs_only(experiment, tmp_path, all_failed):
    def fail(task, values, replicate):
        if all_failed or replicate:
            raise ValueError("no")
        return {"use": 0.5}

    run_experiment(experiment, tmp_path / "out", evaluate=fail)
    (tmp_path / "mine.py").write_text(FUNCTIONS + "\n# mended\n")
    mended = Experiment.read(tmp_path / "mine.toml")
    if all_failed:
        run_experiment(mended, tmp_path / "out")
        assert set(ExperimentResults.of(tmp_path / "out" / "baseline").runs["status"]) == {"done"}
    else:
        with pytest.raises(InputError, match="other functions") as told:
            run_experiment(mended, tmp_path / "out")
        assert "another folder (--out)" in told.value.right and "remove" in told.value.right


@pytest.fixture
def experiment(tmp_path):
    (tmp_path / "mine.toml").write_text(FILE)
    (tmp_path / "mine.py").write_text(FUNCTIONS)
    return Experiment.read(tmp_path / "mine.toml")


def test_an_experiment_measures_them_and_its_store_says_what_they_were(experiment, tmp_path):
    run_experiment(experiment, tmp_path / "out", workers=1)
    results = ExperimentResults.of(tmp_path / "out")
    runs = results.runs
    assert runs["wide"].tolist() == (runs["use"] >= 0.05).astype(float).tolist()
    assert (runs["best_school"] >= runs["use"]).all() and np.allclose(runs["best_squared"], runs["best_school"] ** 2)
    assert dict(results.formulas) == {"wide": "use >= 0.05", "best_squared": "best_school ** 2"}
    assert results.functions == {"best_school": ("share", "Use in the best of all schools.")}
    assert dataset(tmp_path / "out")["wide"].attrs["long_name"] == "By formula: use >= 0.05"


def test_they_reach_a_worker_that_does_not_see_the_file(experiment, tmp_path):
    (tmp_path / "mine.py").unlink()
    own = pickle.loads(pickle.dumps(experiment.own))
    run = run_for(1)
    assert own.compute(run, ("best_school",))["best_school"] == run.by_school("users", "staff").max()


def test_a_colleague_makes_an_experiment_again_from_its_folder(experiment, tmp_path, monkeypatch):
    run_experiment(replace(experiment, size=4), tmp_path / "out", workers=1)
    (tmp_path / "mine.py").unlink()
    (tmp_path / "out").rename(tmp_path / "sent")
    for folder in ("sent", "sent/baseline"):
        code, _, err = invoke("replay", tmp_path / folder)
        assert code == 2 and "plnsim experiment asked/mine.toml --size 4 --out again" in err, folder
    monkeypatch.chdir(tmp_path / "sent")
    assert invoke("experiment", "asked/mine.toml", "--size", "4", "--out", "again").code == 0
    for table in ("indices.csv", "variance.csv"):
        assert Path("baseline", table).read_bytes() == Path("again", "baseline", table).read_bytes()


def test_a_file_that_lies_elsewhere_is_not_kept(experiment, tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "mine.toml").write_text(FILE.replace("mine.py", "../mine.py"))
    assert set(Experiment.read(tmp_path / "below" / "mine.toml").texts) == {"mine.toml"}
    assert set(experiment.texts) == {"mine.toml", "mine.py"}


def test_the_dictionary_keeps_unit_and_meaning_of_a_function(experiment, tmp_path):
    run_experiment(experiment, tmp_path / "out", workers=1)
    about = {column.name: column for column in describe_columns(ExperimentResults.of(tmp_path / "out"))}["best_school"]
    assert (about.unit, about.meaning) == ("share", "Use in the best of all schools.")


def test_a_store_is_continued_with_the_same_functions_only(experiment, tmp_path):
    run_experiment(experiment, tmp_path / "out", workers=1)
    (tmp_path / "mine.py").write_text(FUNCTIONS + "# changed\n")
    with pytest.raises(InputError, match="with other functions"):
        run_experiment(tmp_path / "mine.toml", tmp_path / "out")


def test_a_rule_on_a_function_is_not_judged_anew_and_one_on_a_formula_is(experiment, tmp_path):
    run_experiment(experiment, tmp_path / "out", workers=1)
    results = ExperimentResults.of(tmp_path / "out")
    for name, judged in {"wide": True, "best_school": False, "best_squared": False}.items():
        criterion = parse_criterion(f"{name} >= 0.5", results.outcomes)
        assert (judge(results, criterion, None, evaluate_model, fresh=2, workers=1) is not None) == judged


def test_no_server_reads_an_experiment_file():
    """A file of functions is run, so only the command line and a user's own Python may read what names one."""
    for path in (Path(plnsim.__file__).parent / "app").rglob("*.py"):
        text = path.read_text()
        assert not any(word in text for word in ("Experiment.read", "experiment_of", "own_outcomes", "run_experiment"))


def test_a_decorated_function_stays_a_function(run):
    @plnsim.outcome("share", "Use.")
    def mine(run):
        return run.ratio("users", "staff")

    assert mine(run) == run.ratio("users", "staff")
