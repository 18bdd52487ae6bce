"""CONTRIBUTING.md does what it says: its blocks are applied to a copy of plnsim, and what was added runs in both
engines.

The copy compiles the model once (some 15 seconds).
"""

import os
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
    assert "celebration.effect = 0.1" in invoke("parameters", "celebration").out
    assert "celebrating-schools" in invoke("scenarios").out and "celebration" in invoke("experiments").out
"""


def test_what_the_page_adds_runs_in_both_engines(tmp_path):
    for name in ("plnsim", "tests", "scenarios", "experiments"):
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
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-o",
            "addopts=",
            "-p",
            "no:cacheprovider",
            "-q",
            *tests,
            "tests/test_added.py",
        ],
        cwd=tmp_path,
        env={**os.environ, "PLNSIM_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=400,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 passed" in done.stdout


def test_every_file_that_the_page_names_is_there():
    import re

    named = set(re.findall(r"`((?:plnsim|tests|scenarios|experiments)/[\w/.-]*)`", PAGE.read_text(encoding="utf-8")))
    added = {block.saved_as for block in blocks(PAGE)} | {"scenarios/", "experiments/"}
    assert len(named) > 10 and {name for name in named - added if not (TOP / name).exists()} == set()
    assert Path(plnsim.__file__).parents[1] == TOP
