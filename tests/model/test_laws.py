"""Exact laws: what must be equal to the bit, and what must not change, whatever the numbers; here those of time, of
keys and of every state.

They hold for the Numba engine, and with it for the Mesa engine, which equals it to the bit (``test_engines.py``).
"""

from dataclasses import replace

import numpy as np
import pytest

from plnsim.common.parameter import Choice
from plnsim.model.mechanisms.turnover import AFTER_MEMBER
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER
from plnsim.simulation.engine.counts import COUNT_NAMES
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.weeks import CalendarEvent
from tests.support.runs import (
    FULL_SUITE,
    SIZE_PARAMETERS,
    changed_run,
    changed_state,
    changed_world,
    copy_state,
    finish_run,
    random_point,
    small_scenario,
    start_run,
)

# -- time --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", range(4))
def test_the_first_five_years_of_eight_are_those_of_a_run_of_five(point):
    scenario = small_scenario(random_point(3000 + point) | {"programme.support_years": 3.0})
    long, short = start_run(scenario.with_years(8), point), start_run(scenario.with_years(5), point)
    short.advance()
    long.advance(5 * 39)
    assert short.week == long.week == 195
    assert changed_state(long, short) == []
    long.advance()
    assert long.week == 8 * 39
    assert long.counts.series[:195].tobytes() == short.counts.series.tobytes()
    assert long.counts.years[:5].tobytes() == short.counts.years.tobytes()
    assert long.counts.networks[:195].tobytes() == short.counts.networks.tobytes()
    assert long.counts.series[195:].any()


def test_what_the_calendar_says_later_changes_nothing_before():
    plain = small_scenario({"programme.support_years": 1.5, "programme.follow_up_years": 1.0})
    changed = replace(
        plain,
        calendar=(CalendarEvent(40, values=(("time.hours", 1.5),)), CalendarEvent(45, event="new head", share=1.0)),
    )
    run, eventful = start_run(plain, 2), start_run(changed, 2)
    run.advance(40)
    eventful.advance(40)
    assert changed_state(run, eventful) == []
    run.advance(6)
    eventful.advance(6)
    assert {"teachers.time", "schools.vision"} <= set(changed_state(run, eventful))


# -- random numbers ----------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_run_and_another_seed_or_replicate_another():
    scenario = small_scenario()
    assert changed_world(scenario.world(3, 4), scenario.world(3, 4)) == []
    assert changed_run(finish_run(scenario, 3, 4), finish_run(scenario, 3, 4)) == []
    for other in ((4, 4), (3, 5), (4, 3)):
        schools, another = scenario.world(3, 4).schools, scenario.world(*other).schools
        assert not (schools["support"] == another["support"]).any()


def test_each_week_has_a_key_of_its_own_that_no_other_seed_or_replicate_shares():
    keys = [
        key
        for seed in range(8)
        for replicate in range(8)
        for key in small_scenario().initialise(seed, replicate)[1]["key"].tolist()
    ]
    assert len(set(keys)) == len(keys) == 64 * small_scenario().weeks


def test_two_scenarios_share_their_random_numbers_until_their_values_part():
    plain, forgetful = small_scenario(), small_scenario({"forgetting.rate": 0.08})
    assert (plain.initialise(3, 0)[1]["key"] == forgetful.initialise(3, 0)[1]["key"]).all()
    first, second = start_run(plain, 3), start_run(forgetful, 3)
    first.advance(1)
    second.advance(1)
    assert changed_state(first, second) == ["teachers.parts", "teachers.knowledge"]


# -- what is always so -------------------------------------------------------------------------------------------------

SHARES = {
    "teachers": [variable.name for variable in TEACHER if variable.unit == "share"],
    "schools": [variable.name for variable in SCHOOL if variable.unit == "share"],
    "networks": [variable.name for variable in NETWORK if variable.unit == "share"],
}
YES_OR_NO = {
    "teachers": [variable.name for variable in TEACHER if variable.unit == "yes/no"],
    "schools": [variable.name for variable in SCHOOL if variable.unit == "yes/no"],
    "networks": [variable.name for variable in NETWORK if variable.unit == "yes/no"],
}
SETS = {
    "teachers": [variable.name for variable in TEACHER if variable.unit == "set"],
    "schools": [variable.name for variable in SCHOOL if variable.unit == "set"],
    "networks": [variable.name for variable in NETWORK if variable.unit == "set"],
}
CHANGES_HANDS = {"formal", "threshold", "load", "first_belief", "refuses"}
FOR_GOOD = {
    "teachers": [
        variable.name for variable in TEACHER if variable.kind == "fixed" and variable.name not in CHANGES_HANDS
    ],
    "schools": [variable.name for variable in SCHOOL if variable.kind == "fixed"],
    "networks": [variable.name for variable in NETWORK if variable.kind == "fixed"],
}


def assert_possible(run, begun):
    """Checks what must hold of any state."""
    parts = int(run.parameter_sets["parts"]["count"][0])
    for kind in ("teachers", "schools", "networks"):
        records = getattr(run.world, kind)
        for name in SHARES[kind]:
            assert ((records[name] >= 0.0) & (records[name] <= 1.0)).all(), (
                f"week {run.week}: {kind}.{name} outside 0..1"
            )
        for name in YES_OR_NO[kind]:
            assert np.isin(records[name], (0, 1)).all(), f"week {run.week}: {kind}.{name}"
        for name in SETS[kind]:
            assert not (records[name] >> np.uint64(parts)).any(), f"week {run.week}: {kind}.{name} has parts too many"
        for name in FOR_GOOD[kind]:
            assert records[name].tobytes() == begun[kind][name].tobytes(), f"week {run.week}: {kind}.{name} changed"
    teachers, schools, networks = run.world.teachers, run.world.schools, run.world.networks
    for records in (teachers, networks):
        known = np.array([word.bit_count() for word in records["parts"].tolist()]) / parts
        assert records["knowledge"].tobytes() == known.tobytes(), (
            f"week {run.week}: knowledge is not the share of parts"
        )
    assert (teachers["load"] > 0).all() and np.isfinite(teachers["load"]).all()
    assert np.isin(teachers["new"], (0, 1, AFTER_MEMBER)).all()
    assert np.isin(teachers["applied"], (-1, 0, 1)).all() and np.isin(teachers["barrier"], (0, 1, 2, 3)).all()
    assert (teachers["tried"] >= teachers["uses"]).all() and (teachers["member"] <= (teachers["network"] >= 0)).all()
    assert not (teachers["refuses"] & teachers["uses"]).any() and not (teachers["vacant"] & teachers["member"]).any()
    assert not (teachers["in_use"] & ~teachers["parts"]).any(), f"week {run.week}: in use and not known"
    assert not teachers["in_use"][teachers["uses"] == 0].any() and not teachers["missed"][teachers["uses"] == 0].any()
    for name in ("owed", "network_hours", "colleague_hours", "hours_left"):
        assert (teachers[name] >= 0).all(), f"week {run.week}: {name} below 0"
    assert np.isin(schools["standing"], (-1, 0, 1)).all() and np.isin(schools["invited"], (-1, 0, 1)).all()
    assert np.isin(teachers["followed"], (0, 1, 2)).all()
    assert (networks["schools"] <= networks["schools_at_most"]).all()
    assert (schools["users"] <= schools["after_last_teacher"] - schools["first_teacher"]).all()


def assert_counts_agree(run):
    """Checks the counts of the last week against the state at its end."""
    teachers = run.world.teachers
    row = dict(zip(COUNT_NAMES, run.counts.series[run.week - 1].sum(axis=0).tolist(), strict=True))
    assert row["staff"] == len(teachers) and row["home"] == (teachers["network"] < 0).sum()
    assert (
        row["users"] == teachers["uses"].sum() and row["home_users"] == teachers["uses"][teachers["network"] < 0].sum()
    )
    tried = np.bincount(teachers["school"], weights=teachers["tried"], minlength=len(run.world.schools))
    assert row["tried"] == tried.sum() and row["schools_tried"] == (tried > 0).sum()
    assert row["schools"] == len(run.world.schools)
    assert row["members"] == teachers["member"].sum() and row["attended"] == (teachers["quality"] > 0).sum()
    assert row["applied"] == (teachers["applied"] == 1).sum() and row["mobilising"] == teachers["mobilises"].sum()
    named = [row[f"named_{condition}"] for condition in ("time", "leadership", "focus")]
    assert named == [(teachers["barrier"] == number).sum() for number in (1, 2, 3)]
    assert row["knowledge"] == sum(int(value * 2**40) for value in teachers["knowledge"].tolist())
    assert row["depth"] <= row["fidelity"] <= row["users"] * 2**40
    assert run.counts.networks["active"][run.week - 1] == run.world.networks["active"].sum()


@pytest.mark.parametrize("point", range(400 if FULL_SUITE else 60))
def test_states_stay_possible_and_counts_agree_at_random_points_of_the_plausible_ranges(point):
    run = start_run(small_scenario(random_point(4000 + point)), point)
    begun = copy_state(run)
    assert_possible(run, begun)
    for _ in range(len(run.weeks)):
        run.advance(1)
        assert_possible(run, begun)
        assert_counts_agree(run)
    for part in (run.counts.routine, run.counts.vision, run.counts.networks["knowledge"], run.counts.networks["trust"]):
        assert ((part >= 0.0) & (part <= 1.0)).all()
    assert run.counts.years.sum(axis=(0, 1)).tolist() == run.counts.series.sum(axis=(0, 1)).tolist()


EDGES = [
    parameter.qualified_name
    for parameter in MODEL_PARAMETERS
    if not (isinstance(parameter, Choice) or parameter.structural)
    and parameter.section not in ("measure", "prices")
    and parameter.bounds == (0.0, 1.0)
]


@pytest.mark.parametrize("end", [0.0, 1.0])
@pytest.mark.parametrize("name", EDGES)
def test_states_stay_possible_where_a_share_is_all_or_nothing(name, end):
    run = start_run(small_scenario({name: end, "population.first_users": 0.2}), 5)
    begun = copy_state(run)
    for _ in range(len(run.weeks)):
        run.advance(1)
        assert_possible(run, begun)


def test_random_points_leave_only_the_sizes_as_they_are():
    values = random_point(0)
    assert {parameter.qualified_name for parameter in MODEL_PARAMETERS if parameter.section != "measure"} == set(
        values
    ) | SIZE_PARAMETERS
