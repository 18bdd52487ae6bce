"""CONTRIBUTING.md does what it says: its blocks are applied to a copy of plnsim, what was added runs in both engines,
and passes what the page asks of it.

The copy compiles the model once (the whole takes some 70 seconds of one core).
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import plnsim
from tests.support.pages import TOP, blocks

PAGE = TOP / "CONTRIBUTING.md"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="needs a checkout")
ADDED = """
import numpy as np

import plnsim
from plnsim import Scenario, run
from plnsim.publish.interop.columns import runs_table
from plnsim.studies.experiment.run import experiment_of
from tests.support.commands import invoke
from tests.support.runs import SMALL
from tests.simulation.test_engines import assert_engines_agree


def test_this_is_the_copy():
    assert plnsim.__file__.startswith({place!r})


def test_the_scenario_runs_in_both_engines_and_the_mechanism_moves_the_outcome():
    scenario = Scenario.of("celebrating-schools").with_values({{**SMALL, "population.first_users": 0.4}})
    assert scenario.values["celebration.effect"] == 0.3
    assert_engines_agree(scenario)
    belief = run(scenario, replicates=3).values("belief_at_end")
    without = scenario.with_values({{"celebration.effect": 0.0}})
    assert (belief > run(without, replicates=3).values("belief_at_end")).all()
    assert np.array_equal(belief, run(scenario, replicates=3, engine="mesa").values("belief_at_end"))


def test_the_experiment_is_known_and_measures_the_outcome(tmp_path):
    assert experiment_of("celebration").outcomes == ("belief_at_end", "deep_use")
    done = invoke("experiment", "celebration", "--size", 2, "--out", tmp_path / "store")
    assert done.code == 0, done.err
    assert runs_table(tmp_path / "store")["belief_at_end"].between(0, 1).all()


def test_commands_tell_what_was_added():
    assert invoke("validate", "scenarios/celebrating-schools.toml").code == 0
    assert "celebration.effect = 0" in invoke("parameters", "celebration").out
    assert "celebrating-schools" in invoke("scenarios").out and "celebration" in invoke("experiments").out
"""

MADE_ANEW = (
    ("plnsim.publish.odd",),
    ("plnsim.publish.report.programmes", "docs/programmes", "celebrating-schools"),
    ("tests.simulation.test_results_unchanged", "celebrating-schools"),
)
"""The commands of the page that make anew what the example touches, but for the WebAssembly module (it needs lld)."""
LAWS = "tests/model/test_laws_of_parameters.py::test_"
STORED = "tests/simulation/test_results_unchanged.py::test_"
MUST_PASS = (
    "tests/test_added.py",
    "tests/model/test_state.py",
    f"{LAWS}with_all_rates_at_zero_nothing_moves",
    f"{LAWS}each_rate_by_itself_moves_something[celebration.effect]",
    f"{LAWS}the_starting_world_is_the_same_whatever_only_the_weeks_read[celebration.effect]",
    "tests/model/mechanisms/test_week.py::test_shares_stay_shares",
    "tests/model/mechanisms/test_week.py::test_whole_numbers_stay_whole",
    "tests/model/mechanisms/test_oracle_interpreted.py",
    "tests/publish/test_odd.py::test_what_is_stored_is_up_to_date",
    "tests/publish/test_programmes.py::test_a_programme_tells_what_is_known_apart_from_what_is_assumed",
    "tests/publish/test_programmes.py::test_a_programme_has_a_page_with_what_its_scenario_says",
    "tests/publish/test_programme_texts.py",
    f"{STORED}every_shipped_scenario_has_its_results",
    f"{STORED}a_shipped_scenario_gives_what_is_stored[baseline-1]",
    f"{STORED}a_shipped_scenario_gives_what_is_stored[celebrating-schools-1]",
)
"""Of the tests that the page says must pass, those that look at what was added; the whole of them takes minutes."""


def test_what_the_page_adds_runs_in_both_engines_and_passes_what_the_page_asks_of_it(tmp_path):
    for name in ("plnsim", "tests", "scenarios", "experiments", "docs"):
        shutil.copytree(TOP / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(TOP / "pyproject.toml", tmp_path)
    shown = blocks(PAGE)
    for block in shown:
        if block.saved_as:
            Path(tmp_path, block.saved_as).write_text(block.text, encoding="utf-8")
        elif block.language == "diff":
            applied = subprocess.run(
                ["git", "apply", "-C1", "-"], input=block.text, text=True, cwd=tmp_path, capture_output=True
            )
            assert applied.returncode == 0, f"the page is behind the code:\n{applied.stderr}\n{block.text}"
    (tmp_path / "tests" / "test_added.py").write_text(ADDED.format(place=str(tmp_path)), encoding="utf-8")
    tests = [block.saved_as for block in shown if block.saved_as.startswith("tests/")]
    assert tests == ["tests/model/mechanisms/test_celebration.py"]
    environment = {**os.environ, "PLNSIM_CACHE": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}

    def python(*words):
        return subprocess.run(
            [sys.executable, "-m", *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=400
        )

    page = PAGE.read_text(encoding="utf-8")
    for words in MADE_ANEW:
        assert f"python -m {' '.join(words).replace('celebrating-schools', 'NAME')}`" in page
        made = python(*words)
        assert made.returncode == 0, made.stdout + made.stderr
    assert all(place.partition("::")[0] == "tests/test_added.py" or is_asked_for(place, page) for place in MUST_PASS)
    done = python("pytest", "-o", "addopts=", "-p", "no:cacheprovider", "-q", *tests, *MUST_PASS)
    assert done.returncode == 0, done.stdout + done.stderr


def is_asked_for(place, page):
    """Whether the tests that the page says must pass hold a test."""
    asked = {word for line in re.findall(r"`pytest ([^`]+)`", page) for word in line.split()}
    return any(place == name or place.startswith((f"{name}/", f"{name}::")) for name in asked)


def test_every_file_that_the_page_names_is_there():
    named = set(re.findall(r"`((?:plnsim|tests|scenarios|experiments)/[\w/.-]*)`", PAGE.read_text(encoding="utf-8")))
    added = {block.saved_as for block in blocks(PAGE)} | {"scenarios/", "experiments/"}
    assert len(named) > 10 and {name for name in named - added if not (TOP / name).exists()} == set()
    assert Path(plnsim.__file__).parents[1] == TOP
