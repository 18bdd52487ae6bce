"""The library as a notebook uses it: a few names with types, tidy tables, a Mesa model that Mesa's own tools take,
studies in one call, and barriers by pairs of runs.
"""

import inspect
import os
import shutil
import subprocess
import sys
import types
from dataclasses import FrozenInstanceError
from fractions import Fraction
from pathlib import Path

import mesa
import numpy as np
import pandas
import pytest

import plnsim
from plnsim.model.measure import BARRIERS
from plnsim.model.outcome import OUTCOMES, WEEKLY_OUTCOMES
from plnsim.simulation.runs import simulate_run
from plnsim.simulation.scenario.save import to_toml

TINY = {
    "population.schools": 4,
    "population.secondary_share": 0.0,
    "population.primary_staff": 6.0,
    "programme.participation": 1.0,
    "programme.schools_a_network": 2.0,
    "programme.support_years": 1.0,
    "programme.follow_up_years": 0.2,
    "population.first_users": 0.3,
}


TYPED_USER = """
from plnsim import (
    Experiment, InputError, PLNModel, Scenario, barriers, calibrate, compare, optimise, readiness, run, run_experiment
)

scenario = Scenario.of("baseline").with_values({"programme.delegates": 4})
done = run(scenario, seed=1, replicates=20)
print(done.outcomes[["use", "depth"]].describe())
model = PLNModel("baseline", seed=1)
model.step()
try:
    most_in_the_way: str = barriers(scenario).actual
except InputError as problem:
    print(problem.right)
print(compare(["baseline", scenario]).leading.name, calibrate("teachers-toolkit", budget=6000).verdict)
print(optimise("baseline", 100_000.0).problem.budget, readiness({"vision": 3, "time": "do not know"}).bottleneck)
print(run_experiment("regimes", size=64)["baseline"].verdict, Experiment)
"""
"""A program that uses what the library offers, for checkers of types; nobody runs it."""


@pytest.fixture(scope="module")
def tiny():
    return plnsim.Scenario.of("baseline").with_values(TINY)


@pytest.fixture(scope="module")
def done(tiny):
    return plnsim.run(tiny, seed=2, replicates=3)


# -- names -------------------------------------------------------------------------------------------------------------


def test_the_names_of_the_library_are_always_the_same_functions_and_classes():
    kinds = {
        "Scenario": type,
        "PLNModel": type,
        "InputError": type,
        "Experiment": type,
        **dict.fromkeys(("run", "barriers", "compare", "run_experiment"), types.FunctionType),
        **dict.fromkeys(("calibrate", "optimise", "outcome", "readiness"), types.FunctionType),
    }
    assert set(plnsim.__all__) == {*kinds, "__version__"}
    for name, kind in kinds.items():
        first = getattr(plnsim, name)
        assert isinstance(first, kind) and all(getattr(plnsim, name) is first for _ in range(3))
        assert inspect.getdoc(first)


def test_names_stay_functions_whatever_was_imported_before():
    code = """
import plnsim.simulation.runs, plnsim.simulation.scenario.scenario, plnsim.simulation.mesa_backend
import plnsim.common.errors, plnsim.model.mechanisms.barrier
for _ in range(2):
    from plnsim import Scenario, run, PLNModel, barriers, InputError
    assert not any(type(thing).__name__ == "module" for thing in (Scenario, run, PLNModel, barriers, InputError))
    import plnsim
    assert plnsim.run is run and plnsim.barriers is barriers
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_the_library_does_not_have_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'runn'"):
        _ = plnsim.runn
    assert not hasattr(plnsim, "Teacher") and plnsim.__version__
    assert set(plnsim.__all__) <= set(dir(plnsim))


@pytest.mark.parametrize(
    "checker", [("mypy", "--strict", "--no-incremental"), ("pyright",)], ids=lambda words: words[0]
)
def test_a_typed_program_on_the_library_is_clean(checker, tmp_path):
    """Needs the checker; one that is not installed is left out."""
    command = shutil.which(checker[0], path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if command is None:
        pytest.skip(f"{checker[0]} is not installed")
    (tmp_path / "user.py").write_text(TYPED_USER, encoding="utf-8")
    python = [f"--python{'-executable' if checker[0] == 'mypy' else 'path'}", sys.executable]
    told = subprocess.run(
        [command, *checker[1:], *python, "user.py"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(plnsim.__file__).parents[1])},
        timeout=300,
    )
    assert told.returncode == 0, told.stdout + told.stderr


def test_names_of_version_0_1_are_taken_with_a_note_that_names_the_new_one(tiny):
    with pytest.warns(DeprecationWarning, match=r"plnsim\.BadInput is now plnsim\.InputError; .* version 0\.3"):
        assert plnsim.BadInput is plnsim.InputError
    with pytest.warns(DeprecationWarning, match="BadInput"):
        from plnsim import BadInput  # noqa: F401
    with pytest.warns(DeprecationWarning, match=r"run\(reading='mesa'\) is now run\(engine='mesa'\)"):
        assert plnsim.run(tiny.with_years(0.1), reading="mesa").engine == "mesa"
    with pytest.warns(DeprecationWarning, match=r"is now run\(engine='numba'\)"):
        assert plnsim.run(tiny.with_years(0.1), reading="compiled").engine == "numba"
    with pytest.warns(DeprecationWarning), pytest.raises(plnsim.InputError, match="there is no engine 'fast'"):
        plnsim.run(tiny, reading="fast")


def test_importing_the_library_imports_nothing_heavy():
    heavy = {"mesa", "numba", "pandas", "matplotlib", "scipy", "numpy"}
    code = f"import sys, plnsim; plnsim.InputError; print(*{heavy!r} & sys.modules.keys())"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60).stdout
        == "\n"
    )


# -- run ---------------------------------------------------------------------------------------------------------------


def test_run_takes_a_name_and_gives_tidy_tables():
    done = plnsim.run("baseline")
    scenario = plnsim.Scenario.of("baseline")
    assert (done.replicates, done.seed, done.engine) == (1, 1, "numba")
    assert (
        list(done.outcomes.columns) == ["replicate", *(outcome.name for outcome in OUTCOMES)]
        and len(done.outcomes) == 1
    )
    assert len(done.weeks) == scenario.weeks and {outcome.name for outcome in WEEKLY_OUTCOMES} < set(done.weeks.columns)
    assert len(done.schools) == 40 * scenario.weeks / 39
    assert (
        done.outcomes["use"][0] == pytest.approx(done.weeks["use"].tail(39).mean(), abs=0.01)
        and done.outcomes["use"][0] > 0.02
    )


def test_run_takes_a_scenario_a_file_and_a_path(tiny, tmp_path):
    (tmp_path / "own.toml").write_text("[population]\nschools = 3\n")
    for given in (tmp_path / "own.toml", str(tmp_path / "own.toml"), plnsim.Scenario.of(tmp_path / "own.toml")):
        assert len(plnsim.run(given).schools["school"].unique()) == 3


def test_equal_seeds_give_equal_runs_and_other_seeds_and_replicates_others(tiny, done):
    again = plnsim.run(tiny, seed=2, replicates=3)
    pandas.testing.assert_frame_equal(done.outcomes, again.outcomes)
    assert not plnsim.run(tiny, seed=3, replicates=3).outcomes.equals(done.outcomes)
    assert done.outcomes["use"].nunique() == 3


def test_replicates_are_numbered_from_0_in_their_order(tiny, done):
    for number, run_counts in enumerate(done.run_counts):
        assert np.array_equal(run_counts.weeks["knowledge"], simulate_run(tiny, 2, number).weeks["knowledge"])


def test_the_tables_of_a_run_are_made_once(done):
    assert done.outcomes is done.outcomes and done.weeks is done.weeks and done.schools is done.schools


def test_progress_is_told_run_by_run(tiny):
    told = []
    plnsim.run(tiny, replicates=4, progress=lambda finished, of: told.append((finished, of)))
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_an_interrupted_run_begins_no_further_replicates(tiny, monkeypatch):
    begun = []

    def count_and_run(*what):
        begun.append(what)
        return simulate_run(*what)

    def interrupt(finished, of):
        if finished == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr("plnsim.simulation.runs.replicates.simulate_run", count_and_run)
    with pytest.raises(KeyboardInterrupt):
        plnsim.run(tiny, replicates=1_000_000, workers=2, progress=interrupt)
    assert 10 <= len(begun) <= 20


def test_a_fault_in_one_replicate_ends_the_run(tiny, monkeypatch):
    def faulty(scenario, seed, replicate, *more):
        if replicate == 7:
            raise ZeroDivisionError("no such thing")
        return simulate_run(scenario, seed, replicate, *more)

    monkeypatch.setattr("plnsim.simulation.runs.replicates.simulate_run", faulty)
    with pytest.raises(ZeroDivisionError, match="no such thing"):
        plnsim.run(tiny, replicates=1_000_000, workers=2)


def test_values_of_an_outcome_are_those_of_the_table(done):
    for outcome in OUTCOMES:
        assert np.array_equal(done.values(outcome.name), done.outcomes[outcome.name], equal_nan=True)
    with pytest.raises(plnsim.InputError, match="did you mean depth"):
        done.values("dephts")


def test_numbers_of_numpy_are_numbers(tiny):
    scenario = tiny.with_values(
        {"population.schools": np.int64(3), "time.hours": np.float32(0.5), "habit.loss": Fraction(1, 50)}
    )
    assert (scenario.values["population.schools"], scenario.values["time.hours"], scenario.values["habit.loss"]) == (
        3,
        0.5,
        0.02,
    )
    assert all(
        type(scenario.values[name]) in (int, float) for name in ("population.schools", "time.hours", "habit.loss")
    )
    assert plnsim.run(scenario, seed=np.int64(4), replicates=np.int32(2)).outcomes.equals(
        plnsim.run(scenario, seed=4, replicates=2).outcomes
    )


# -- scenarios ---------------------------------------------------------------------------------------------------------


def test_a_scenario_is_varied_and_never_changed(tiny):
    before = dict(tiny.values)
    varied = tiny.with_values({"time.hours": 1.0}).with_years(2)
    assert (
        tiny.values == before
        and varied.values == before | {"time.hours": 1.0}
        and (varied.weeks, tiny.weeks) == (78, round(1.2 * 39))
    )
    with pytest.raises(FrozenInstanceError):
        tiny.years = 3


@pytest.mark.parametrize("years", [0, -1, float("nan"), float("inf"), 101, True, "3", None])
def test_a_run_lasts_a_possible_number_of_years(tiny, years):
    with pytest.raises(plnsim.InputError, match="a run cannot last"):
        tiny.with_years(years)


def test_wrong_values_are_bad_input_with_what_would_be_right(tiny):
    with pytest.raises(plnsim.InputError) as wrong:
        tiny.with_values({"time.huors": 1.0})
    assert wrong.value.wrong == "unknown parameter time.huors" and wrong.value.right == "did you mean time.hours?"


def test_bad_input_survives_the_way_between_processes(tiny):
    import pickle

    with pytest.raises(plnsim.InputError) as wrong:
        tiny.with_values({"time.hours": -1})
    assert str(pickle.loads(pickle.dumps(wrong.value))) == str(wrong.value)


# -- Mesa --------------------------------------------------------------------------------------------------------------


def test_the_model_is_a_mesa_model_of_teachers_schools_and_networks(tiny):
    model = plnsim.PLNModel(tiny, seed=2)
    assert isinstance(model, mesa.Model)
    assert {kind.__name__: len(agents) for kind, agents in model.agents_by_type.items()} == {
        "Teacher": len(model.teachers),
        "School": 4,
        "Network": 2,
    }
    assert all(isinstance(agent, mesa.Agent) for agent in model.agents)
    assert len(model.agents) == len(model.teachers) + 4 + 2
    teacher = model.teachers[0]
    assert 0 <= teacher.knowledge <= 1 and model.schools[teacher.school].first_teacher == 0


def test_the_model_collects_weekly_what_the_numba_engine_counts(tiny):
    model = plnsim.PLNModel(tiny.with_years(0.3), seed=2)
    while model.running:
        model.step()
    collected = model.datacollector.get_model_vars_dataframe()
    weeks = plnsim.run(tiny.with_years(0.3), seed=2).weeks
    assert len(collected) == len(weeks) == 12
    for mine, theirs in (("use", "use"), ("home_use", "home_use"), ("networks_active", "networks_active")):
        assert collected[mine].tolist() == pytest.approx(weeks[theirs].tolist()), mine
    assert collected["use"].iloc[0] > 0 and collected["depth"].iloc[0] == pytest.approx(weeks["depth"].iloc[0])


def test_the_model_runs_until_its_scenario_is_over_and_equals_the_numba_engine(tiny):
    scenario = tiny.with_years(0.2)
    mesa_run, numba_run = (simulate_run(scenario, 5, 1, engine) for engine in ("mesa", "numba"))
    for name in numba_run.years:
        assert np.array_equal(mesa_run.years[name], numba_run.years[name]) and np.array_equal(
            mesa_run.weeks[name], numba_run.weeks[name]
        )


def test_parameters_are_keywords_of_the_model():
    model = plnsim.PLNModel("baseline", **TINY, **{"time.hours": 1.25})
    assert model.pln_scenario.values["time.hours"] == 1.25 and len(model.schools) == 4
    with pytest.raises(plnsim.InputError, match="unknown parameter"):
        plnsim.PLNModel("baseline", hours=1.25)


@pytest.mark.parametrize(
    "wrong",
    [{"seed": -1}, {"seed": "one"}, {"seed": 2**63}, {"seed": True}, {"replicate": -1}, {"replicate": 0.5}],
    ids=str,
)
def test_an_impossible_seed_or_replicate_is_refused_wherever_a_run_begins(tiny, wrong):
    for begin in (
        lambda: plnsim.PLNModel(tiny, **wrong),
        lambda: tiny.world(**wrong),
        lambda: tiny.initialise(**{"seed": 1, "replicate": 0} | wrong),
    ):
        with pytest.raises(plnsim.InputError, match="cannot be"):
            begin()


def test_batch_run_varies_parameters_and_replicates():
    since_mesa_34 = "rng" in inspect.signature(mesa.batch_run).parameters
    seed, told = ({}, {"rng": [3]}) if since_mesa_34 else ({"seed": 3}, {"iterations": 1})
    rows = pandas.DataFrame(
        mesa.batch_run(
            plnsim.PLNModel,
            {
                "scenario": "baseline",
                **seed,
                "replicate": [0, 1, 2],
                "time.hours": [0.3, 1.5],
                **TINY,
                "programme.support_years": 0.3,
                "programme.follow_up_years": 0.0,
            },
            number_processes=1,
            data_collection_period=-1,
            display_progress=False,
            **told,
        )
    )
    assert len(rows) == 6 and set(rows["replicate"]) == {0, 1, 2} and set(rows["time.hours"]) == {0.3, 1.5}
    assert all(rows[rows["time.hours"] == hours]["depth"].nunique() == 3 for hours in (0.3, 1.5))
    assert rows.groupby("time.hours")["use"].mean().is_monotonic_increasing


# -- studies in one call -----------------------------------------------------------------------------------------------


def test_a_calibration_is_asked_for_by_its_name(tmp_path):
    with pytest.raises(plnsim.InputError, match="there is no calibration 'teacher-toolkit'"):
        plnsim.calibrate("teacher-toolkit", tmp_path)
    with pytest.raises(plnsim.InputError, match="a budget of 10 runs is too small"):
        plnsim.calibrate("teachers-toolkit", tmp_path, budget=10)
    assert not list(tmp_path.iterdir())


def test_an_experiment_is_asked_for_by_its_file(tiny, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tiny.toml").write_text(to_toml(tiny), encoding="utf-8")
    (tmp_path / "own.toml").write_text(
        """
scenario = "tiny.toml"
method = "sobol"
size = 4
outcomes = ["use"]
[vary]
parameters = ["time.hours", "focus.alignment"]
""",
        encoding="utf-8",
    )
    analyses = plnsim.run_experiment("own.toml", size=8, workers=1)
    assert list(analyses) == ["tiny"] and (tmp_path / "experiment-results/own/tiny").is_dir()
    with pytest.raises(plnsim.InputError, match="there is no experiment 'regime'") as wrong:
        plnsim.run_experiment("regime")
    assert "did you mean regimes" in wrong.value.right


def test_readiness_takes_answers_as_they_are_written(tmp_path):
    given = {"vision": 3, "time": "do not know"}
    (tmp_path / "answers.toml").write_text('vision = 3\ntime = "do not know"\n', encoding="utf-8")
    of_mapping, of_file = (plnsim.readiness(each, draws=2) for each in (given, tmp_path / "answers.toml"))
    assert of_mapping.answers == of_file.answers and of_mapping.answers.given == {"vision": 3}
    assert of_mapping.ranked == of_file.ranked
    with pytest.raises(plnsim.InputError, match="cannot be answered by 9"):
        plnsim.readiness({"vision": 9})
    with pytest.raises(plnsim.InputError, match="there is no question 'visoin'"):
        plnsim.readiness({"visoin": 3})


# -- barriers ----------------------------------------------------------------------------------------------------------


def test_barriers_compares_what_is_named_with_what_lifting_it_gains(tiny):
    result = plnsim.barriers(tiny, seed=2, replicates=4, lift=0.5)
    plain = plnsim.run(tiny, seed=2, replicates=4)
    assert sum(result.named.values()) == pytest.approx(1.0) and set(result.named) == set(result.gain) == set(BARRIERS)
    for barrier in BARRIERS:
        assert result.named[barrier] == pytest.approx(plain.values(f"names_{barrier}").mean())
        lifted = plnsim.run(
            tiny.with_values({f"conditions.{barrier}_shift": 0.5, f"conditions.{barrier}_target": 1.0}),
            seed=2,
            replicates=4,
        )
        assert result.gain[barrier] == pytest.approx(lifted.values("deep_use") - plain.values("deep_use"))
    assert result.actual == max(BARRIERS, key=lambda barrier: result.gain[barrier].mean())


def test_lifting_nothing_gains_nothing_to_the_last_bit(tiny):
    result = plnsim.barriers(tiny, seed=2, replicates=3, lift=0.0)
    assert all((gain == 0.0).all() for gain in result.gain.values())


def test_pairs_share_their_random_numbers_so_that_a_gain_varies_less_than_the_runs(tiny):
    result = plnsim.barriers(tiny, seed=2, replicates=12, lift=0.05, outcome="use")
    assert all(
        gain.std() < plnsim.run(tiny, seed=2, replicates=12).values("use").std() for gain in result.gain.values()
    )


def test_barriers_refuses_an_unknown_outcome_before_it_simulates(monkeypatch):
    monkeypatch.setattr("plnsim.simulation.runs.replicates.simulate_run", lambda *_: pytest.fail("it simulated"))
    with pytest.raises(plnsim.InputError, match="did you mean deep_use"):
        plnsim.barriers("baseline", outcome="depuse")
