"""What the library hands out shows itself in a line or two and can be compared; what is no list of names is told."""

import pickle
from dataclasses import fields, is_dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import numpy as np
import pytest

import plnsim
from plnsim import InputError, Scenario, barriers, compare, readiness, run
from plnsim.common.short_repr import LONGEST_REPR, short_repr
from plnsim.publish.interop import ema_model, salib_problem
from plnsim.simulation.scenario.shipped import shipped_scenarios
from plnsim.studies.experiment.results import ExperimentResults
from plnsim.studies.experiment.run import experiment_of, shipped_experiments
from tests.support.runs import SMALL
from tests.support.studies import MODEL_FILE, experiment_from, run_experiment

HOLDS_MUCH = ("ndarray", "DataFrame", "Mapping", "RunCounts", "Scenario", "list[", "Evaluation", "Verdict", "Posterior")
"""Types of parts, any of which makes the usual repr of a dataclass long."""
DECLARATIONS = {
    "Arm",
    "Choice",
    "Clause",
    "DerivedQuantity",
    "Factor",
    "InterpolationAccuracy",
    "Outcome",
    "Plan",
    "Session",
}
"""What is declared in the code, and small parts: their usual repr tells what they are."""


@pytest.fixture(scope="module")
def small():
    return Scenario.of("baseline").with_values(SMALL)


def assert_short(thing):
    text = repr(thing)
    assert len(text) <= LONGEST_REPR and "\n" not in text and "array(" not in text, text


# -- repr --------------------------------------------------------------------------------------------------------------


def test_runs_and_what_is_made_of_them_are_shown_in_a_line(small):
    done = run(small, seed=2, replicates=3)
    assert repr(done) == ("RunResult(scenario=<Scenario baseline>, seed=2, engine='numba', run_counts=<3 RunCounts>)")
    made = compare([small, "district"], replicates=1, quick=True)
    for thing in (done, done.run_counts[0], made, made.base, barriers(small, replicates=2), readiness({}, draws=1)):
        assert_short(thing)


@pytest.mark.parametrize("name", shipped_scenarios())
def test_scenarios_and_their_worlds_are_shown_in_a_line(name):
    scenario = Scenario.of(name)
    assert repr(scenario).startswith(f"Scenario(name={name!r}, title=")
    assert_short(scenario)
    assert_short(scenario.population_data)
    if scenario.expected_teachers < 2000:
        assert_short(scenario.world())


def test_experiments_are_shown_in_a_line(tmp_path):
    for name in shipped_experiments():
        assert_short(experiment_of(name))
    analyses = run_experiment(experiment_from(tmp_path, MODEL_FILE.replace("300", "8")), tmp_path / "out", workers=1)
    for thing in (*analyses.values(), ExperimentResults.of(tmp_path / "out")):
        assert_short(thing)


def test_every_class_that_holds_much_is_shown_in_a_line():
    """Whoever adds a class with arrays, tables or long lists in it gives it the short repr."""
    forgotten = []
    for module in walk_packages(plnsim.__path__, "plnsim."):
        if module.name.endswith("__main__"):
            continue
        for name, kind in vars(import_module(module.name)).items():
            if not (is_dataclass(kind) and isinstance(kind, type)) or kind.__module__ != module.name:
                continue
            parts = [str(part.type) for part in fields(kind) if part.repr]
            if any(word in part for part in parts for word in HOLDS_MUCH) and kind.__repr__ is not short_repr:
                forgotten.append(name)
    assert not {name for name in forgotten if not name.startswith("_")} - DECLARATIONS


# -- equal and hashed --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["baseline", "district", "data-teams"])
def test_scenarios_are_equal_and_hashed_by_content(name):
    scenario, again = Scenario.of(name), pickle.loads(pickle.dumps(Scenario.of(name)))
    assert scenario == again and hash(scenario) == hash(again) and len({scenario, again}) == 1
    others = {scenario.with_values({"time.hours": 1.75}), scenario.with_years(2), Scenario.of("information-only")}
    assert scenario not in others and len(others) == 3
    assert scenario.with_values({"time.hours": 1.75}) in others


def test_populations_differ_by_any_number_in_them():
    scenario = Scenario.of("district")
    data = scenario.population_data
    for table in (data.schools, data.teachers):
        for column, values in table.items():
            changed = pickle.loads(pickle.dumps(data))
            held = changed.schools if table is data.schools else changed.teachers
            held[column] = values.copy()
            held[column][-1] += np.ones(1, values.dtype)[0]
            assert changed != data and data == pickle.loads(pickle.dumps(data)), column


def test_runs_are_equal_only_to_themselves(small):
    done, again = run(small, seed=2), run(small, seed=2)
    assert done == done and done != again and len({done, again}) == 2
    assert done.outcomes.equals(again.outcomes)


# -- lists of names ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("time.hours", "parameters cannot be 'time.hours'"),
        ([], "parameters cannot be an empty list"),
        (5, "parameters cannot be 5"),
        ([5], "one of parameters cannot be 5"),
        (["time.hours", "time.hours"], "'time.hours' stands twice among parameters"),
    ],
    ids=str,
)
def test_salib_is_told_what_is_no_list_of_names(names, told):
    with pytest.raises(InputError, match=told) as wrong:
        salib_problem(names)
    assert wrong.value.right


def test_one_text_is_no_list_anywhere():
    for call in (
        lambda: ema_model("baseline", "time.hours"),
        lambda: ema_model("baseline", levers="time.hours"),
        lambda: ema_model("baseline", outcomes="use"),
        lambda: compare("baseline"),
        lambda: compare(Path("own.toml")),
        lambda: compare(Scenario.of("baseline")),
    ):
        with pytest.raises(InputError, match="cannot be"):
            call()


@pytest.mark.parametrize("thing", [5, None, [], {}], ids=str)
def test_what_is_no_scenario_is_told(thing):
    with pytest.raises(InputError, match="a scenario cannot be"):
        run(thing)
