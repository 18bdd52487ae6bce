"""A nation: the shipped scenario, what a command does with a large population, and how it says how long it will
take.
"""

import gc
import os
from pathlib import Path

import numpy as np
import pytest

from plnsim import Scenario
from plnsim.model.world.population import check_memory
from plnsim.output.terminal import EtaNotice, format_duration
from plnsim.simulation.engine.numba_backend import NumbaBackend
from plnsim.simulation.runs import default_replicates, is_large, replicates, run, simulate_run, to_run_counts
from plnsim.simulation.runs.replicates import LARGE_POPULATION
from plnsim.simulation.runs.simulate import WEEKS_AT_ONCE
from plnsim.simulation.scenario.weeks import to_records
from tests.support.commands import invoke
from tests.support.runs import FULL_SUITE, changed_run, small_scenario, start_run


@pytest.fixture
def large_from_few(monkeypatch):
    """Populations count as large from forty teachers on."""
    monkeypatch.setattr(replicates, "LARGE_POPULATION", 40)


def test_england_has_the_schools_and_teachers_of_its_sources():
    scenario = Scenario.of("england")
    assert scenario.number_of_schools == 24_453
    assert scenario.expected_teachers == pytest.approx(468_400, rel=0.005)
    assert scenario.weeks == 390


def test_networks_of_england_are_founded_over_years_among_neighbours_and_linked():
    world = Scenario.of("england").with_values({"population.schools": 1200}).world()
    assert len(np.unique(world.networks["begins"])) > 20 and world.networks["begins"].max() < 5 * 39
    assert (np.diff(world.link_first) == 4).all()
    place = np.column_stack([world.schools["east"], world.schools["north"]])
    across = []
    for network in world.networks:
        seated = world.teachers[world.seats[network["first_seat"] : network["after_last_seat"]]]
        at_first = np.unique(seated["school"][seated["seat"] < network["schools"]])
        across.append(np.linalg.norm(np.ptp(place[at_first], axis=0)))
    assert np.median(across) < 0.4 * np.linalg.norm(np.ptp(place, axis=0))


@pytest.mark.full
def test_england_fits_in_four_gigabytes_and_its_threads_give_the_same_bits():
    scenario = Scenario.of("england")
    world, weeks, parameter_sets = scenario.initialise(1, 0)
    assert sum(part.nbytes for part in world) < 2**28
    runs = [NumbaBackend(world, weeks, to_records(parameter_sets), threads) for threads in (1, 2)]
    for backend in runs:
        backend.advance(40)
    assert changed_run(*runs) == []


def test_what_a_large_population_needs_is_checked_before_it_is_built():
    check_memory(468_400, Scenario.of("england").values)


# -- threads and parts of a run ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_a_run_of_a_large_population_is_the_same_in_parts_and_on_threads(large_from_few, workers):
    scenario, seen = small_scenario({"population.schools": 9}), []
    assert is_large(scenario)
    done = run(scenario, seed=3, replicates=2, workers=workers, by_week=lambda *now: seen.append(now))
    whole = start_run(scenario, 3, 1)
    whole.advance()
    weeks = scenario.weeks
    assert (done.run_counts[1].weeks["users"] == to_run_counts(scenario, whole.counts).weeks["users"]).all()
    assert seen == [(before + week, 2 * weeks) for before in (0, weeks) for week in range(0, weeks, WEEKS_AT_ONCE)]


# -- what a command does -----------------------------------------------------------------------------------------------


def test_commands_make_fewer_runs_of_a_large_population():
    assert default_replicates(Scenario.of("england")) == 3
    assert default_replicates(Scenario.of("baseline")) == 20
    at_the_edge = Scenario.of("baseline").with_values(
        {"population.secondary_share": 0.0, "population.primary_staff": 10.0}
    )
    assert is_large(at_the_edge.with_values({"population.schools": LARGE_POPULATION // 10}))
    assert not is_large(at_the_edge.with_values({"population.schools": LARGE_POPULATION // 10 - 1}))


def test_a_command_says_how_many_runs_it_makes_and_how_long_they_take(large_from_few):
    code, out, err = invoke("run", "baseline", "--set", "population.schools=4", "--years", "1.5")
    assert code == 0 and "90 % prediction interval" in out
    assert err.startswith("4 schools, 58 weeks, 3 runs: about ") and "at the pace of the first year" in err
    assert (
        "1 run:" in invoke("run", "baseline", "--set", "population.schools=4", "--years", "1.5", "--replicates", 1).err
    )


def test_a_forecast_counts_the_building_of_each_world_and_the_pace_of_the_first_year(monkeypatch):
    clock, passed, said = [100.0], [], []
    monkeypatch.setattr("plnsim.output.terminal.time.monotonic", lambda: clock[0])
    monkeypatch.setattr("plnsim.output.terminal.echo_note", said.append)
    forecast = EtaNotice(lambda *now: passed.append(now), "two runs", 2)
    for now, done in ((104.0, 0), (105.0, 13), (107.0, 39), (108.0, 52)):
        clock[0] = now
        forecast(done, 780)
    assert passed == [(0, 780), (13, 780), (39, 780), (52, 780)]
    assert said == [
        "two runs: about 61 seconds more, at the pace of the first year"
    ]  # 2 worlds of 4 s, 780 weeks of 3/39 s, 7 s spent


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "a few seconds"),
        (5, "5 seconds"),
        (89, "89 seconds"),
        (90, "2 minutes"),
        (7200, "120 minutes"),
    ],
)
def test_a_stretch_of_time_is_told_in_whole_units(seconds, words):
    assert format_duration(seconds) == words


# -- memory ------------------------------------------------------------------------------------------------------------

RUNS = 10_000 if FULL_SUITE else 400
STATUS = Path("/proc/self/statm")


@pytest.mark.skipif(not STATUS.exists(), reason="only Linux tells so simply how much memory a process holds")
@pytest.mark.parametrize(("engine", "runs", "warm_up"), [("numba", RUNS, 100), ("mesa", RUNS // 20, 5)])
def test_many_short_runs_in_one_process_keep_memory_flat(engine, runs, warm_up):
    """Allowed are 8 MiB for what libraries keep, and 200 bytes a run for what cannot be told from noise."""
    scenario = small_scenario({"population.schools": 4}).with_years(0.2)
    for replicate in range(warm_up):
        simulate_run(scenario, 1, replicate, engine)
    gc.collect()
    before = resident()
    for replicate in range(warm_up, warm_up + runs):
        simulate_run(scenario, 1, replicate, engine)
    gc.collect()
    assert resident() - before < 8 * 2**20 + 200 * runs


def resident() -> int:
    """Bytes of this process that are in memory."""
    return int(STATUS.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
