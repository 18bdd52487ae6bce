"""The guide's table of concepts: it has those of the literature, and what it names is there."""

from __future__ import annotations

import json
import re

import pandas
import pytest

from plnsim.cli import commands
from plnsim.common.package import shipped
from plnsim.common.sources import SOURCES
from plnsim.model.mechanisms import SCHEDULE, name_of
from plnsim.model.outcome import OUTCOMES
from plnsim.simulation.scenario import shipped_scenarios
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

TEXT = (shipped("docs") / "concepts.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines() if line.startswith("| ")]
ROWS = [row for row in ROWS if row[0] not in ("Concept", "---")]
THERE = {
    *(parameter.qualified_name for parameter in MODEL_PARAMETERS),
    *(name_of(mechanism) for mechanism in SCHEDULE),
    *(outcome.name for outcome in OUTCOMES),
    *shipped_scenarios(),
    *SOURCES,
    *(f"plnsim {command}" for command in commands.list_commands(None)),
    "knowledge",
}
WANTED = (
    "vision communicated interactively",
    "coherence of leadership",
    "PLN work as routine",
    "direct and indirect brokerage",
    "formal and informal brokers",
    "blended mode",
    "co-production",
    "institutional logics",
    "equity",
    "well-being",
    "text mining",
    "shared focus",
    "collaboration",
    "reflective professional inquiry",
    "individual learning",
    "group learning",
    "distributed leadership",
    "knowledge mobilisation",
    "all the time in the world",
    "policy context",
    "core aspects in organisational routines",
    "emotional aspects",
)


@pytest.mark.parametrize("concept", WANTED)
def test_a_concept_of_the_literature_has_a_row(concept):
    assert any(concept in row[0] for row in ROWS)


def test_the_opening_counts_the_rows():
    full, thin, missing = (sum(row[2] == held for row in ROWS) for held in ("full", "thin", "missing"))
    assert f"Of {len(ROWS)} concepts {full} are full, {thin} thin and {missing} missing." in TEXT


def test_equity_and_leaders_who_learn_do_what_the_table_says():
    board = json.loads(shipped("docs/scoreboard.json").read_text(encoding="utf-8"))
    (pattern,) = [one for one in board["patterns"] if one["key"] == "who benefits"]
    anyone, disadvantaged = (figure["value"] for figure in pattern["figures"])
    assert anyone > 0.0 > disadvantaged
    table = pandas.read_csv(shipped("docs/ablations.csv"))
    rows = table[(table["ablation"] == "leaders-do-not-learn") & (table["outcome"] == "deep_use")]
    assert -1 / 6 <= rows["relative"].min() <= -0.15 and (rows["change"] < 0).all()


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_a_row_names_is_there(row):
    _, _, held, stands_for_it, lacking = row
    assert held in ("full", "thin", "missing")
    assert bool(stands_for_it) == (held != "missing")
    assert lacking or held == "full"
    named = set(re.findall(r"`([^`]+)`", f"{stands_for_it} {lacking}"))
    assert named - THERE == set()
    assert named or held == "missing"
