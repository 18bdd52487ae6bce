"""The network of a run as files: what is in them is what happened, and other tools read it."""

import networkx
import numpy as np
import pandas
import pytest

from plnsim.app.network_export import STATES, run_network, save_run_network
from plnsim.app.states import HABIT_FROM
from plnsim.common.errors import InputError
from plnsim.publish import record
from plnsim.simulation.runs import run
from plnsim.simulation.scenario import Scenario
from tests.support.commands import invoke
from tests.support.runs import finish_run, small_scenario

SEED = 3


@pytest.fixture(scope="module")
def scenario():
    return small_scenario({"population.first_users": 0.1, "turnover.rate": 0.2})


@pytest.fixture(scope="module")
def network(scenario):
    return run_network(scenario, SEED)


def test_ties_are_those_of_the_world_and_states_those_of_the_run(scenario, network):
    world, end = scenario.world(SEED), finish_run(scenario, SEED).state().teachers
    posts = {name: post for post, name in enumerate(network.graph.nodes)}
    for layer, first, to in (
        ("advice", world.advice_first, world.advice_to),
        ("information", world.information_first, world.information_to),
        ("exchange", world.cross_first, world.cross_to),
    ):
        edges = [
            (posts[source], posts[other])
            for source, other, data in network.graph.edges(data=True)
            if data["type"] == layer
            for _ in range(data["weight"])
        ]
        source = np.repeat(np.arange(len(first) - 1), np.diff(first)).tolist()
        assert sorted(edges) == sorted(zip(source, to.tolist(), strict=True)), layer
    expected = [STATES[int(row["uses"] * (1 + (row["habit"] >= HABIT_FROM)))] for row in end]
    assert [data["state"] for _, data in network.graph.nodes(data=True)] == expected
    assert {len(data["states"]) for _, data in network.graph.nodes(data=True)} == {scenario.weeks}


def test_everybody_who_held_a_post_has_a_row(scenario, network):
    table = network.teachers
    assert (table["to_week"] >= table["from_week"]).all() and len(table) > network.graph.number_of_nodes()
    weeks = (table["to_week"] - table["from_week"] + 1).groupby(table["teacher"]).sum()
    assert set(weeks) == {scenario.weeks}, "the holders of a post follow each other without a gap"
    used = table.dropna(subset=["taken_up_week"])
    assert len(used) > 5 and (used["taken_up_week"] >= used["from_week"]).all()
    for row in used.itertuples():
        states = network.graph.nodes[row.teacher]["states"]
        assert states[int(row.taken_up_week)] != "0" and set(states[row.from_week : int(row.taken_up_week)]) <= {"0"}
        assert row.taken_up_year == row.taken_up_week // 39 + 1
        assert pandas.isna(row.had_it_week) or row.had_it_week <= row.taken_up_week
    assert table.loc[table["taken_up_week"].isna(), "had_it_how"].isna().all()


def test_who_influenced_whom_is_somebody_she_could_have_met(scenario, network):
    assert len(network.influences) > 10
    reached = {(source, to) for source, to, data in network.graph.edges(data=True) if data["type"] != "influence"}
    for row in network.influences.itertuples():
        assert (row.to, row[1]) in reached, row
        assert row.first_week <= row.last_week < scenario.weeks and row.weeks >= 1
    edges = {(a, b): data["weight"] for a, b, data in network.graph.edges(data=True) if data["type"] == "influence"}
    assert edges == network.influences.groupby(["from", "to"])["weeks"].sum().to_dict()


def test_other_tools_read_what_is_written(network, tmp_path):
    folder = save_run_network(network, tmp_path / "out")
    graphml, gexf = networkx.read_graphml(folder / "network.graphml"), networkx.read_gexf(folder / "network.gexf")
    assert set(graphml) == set(gexf) == set(network.graph) and gexf.graph["mode"] == "dynamic"
    assert graphml.number_of_edges() == gexf.number_of_edges() == network.graph.number_of_edges()
    for name, data in network.graph.nodes(data=True):
        assert graphml.nodes[name]["states"] == data["states"]
        spells = gexf.nodes[name]["state"]
        text = "".join(str(STATES.index(state)) * int(end - start) for state, start, end in spells)
        assert text == data["states"]
    assert len(pandas.read_csv(folder / "teachers.csv")) == len(network.teachers)


def test_a_record_gives_the_network_of_its_first_run(scenario, network, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    record.write(run(scenario, seed=SEED, replicates=1), tmp_path / "results")
    said = invoke("export", "results", "--format", "network", "--out", "net")
    assert said.code == 0, said.err
    written = pandas.read_csv(tmp_path / "net" / "influences.csv", keep_default_na=False)
    assert written["weeks"].tolist() == network.influences["weeks"].tolist()
    assert (
        "the record is of seed 3" in invoke("export", "results", "--format", "network", "--out", "n", "--seed", 4).err
    )


def test_a_population_of_files_keeps_its_names(tmp_path):
    (tmp_path / "schools.csv").write_text("school\nHill\nLake\n", encoding="utf-8")
    (tmp_path / "staff.csv").write_text("teacher,school\nann,Lake\nben,Hill\ncy,Lake\ndee,Hill\n", encoding="utf-8")
    (tmp_path / "own.toml").write_text(
        'years = 0.2\n[files]\nschools = "schools.csv"\nstaff = "staff.csv"\n', encoding="utf-8"
    )
    graph = run_network(Scenario.of(tmp_path / "own.toml"), 1).graph
    assert {name: data["school"] for name, data in graph.nodes(data=True)} == {
        "ben": "Hill",
        "dee": "Hill",
        "ann": "Lake",
        "cy": "Lake",
    }


def test_a_nation_is_not_followed_one_by_one():
    with pytest.raises(InputError, match="too many to be followed one by one"):
        run_network(Scenario.of("baseline").with_values({"population.schools": 2000}), 1)
