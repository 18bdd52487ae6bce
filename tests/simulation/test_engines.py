"""The Mesa engine and the Numba engine agree to the bit after every week.

Compared are every state variable of every teacher, school and network and all counts. The Mesa engine
costs microseconds for each teacher and week where the Numba one costs nanoseconds, so the normal run takes a
sample: every shipped scenario is shrunk to some 20,000 teacher-weeks (fewer schools, smaller ones where that is not
enough, at least two networks where there are any, the calendar and the length kept whole; a given population is drawn
instead). With PLNSIM_FULL=1 the tests marked ``full`` run too: every shipped scenario as it is up to 3,000 teachers,
shrunk to about 3,000 above that; and there are ten times as many random points and calendars.
"""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plnsim.model.mechanisms.participation import LEFT, TAKES_PART
from plnsim.model.world.population import PopulationData
from plnsim.simulation.mesa_backend import PLNModel
from plnsim.simulation.runs import is_large
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.weeks import EVENTS, CalendarEvent
from tests.support.runs import (
    FULL_SUITE,
    changed_counts,
    changed_run,
    changed_state,
    random_point,
    small_scenario,
    start_run,
    switches,
)

SEEDS = (1, 2, 3)
SAMPLED_TEACHER_WEEKS = 20_000
TEACHERS_AT_MOST = 3_000
POINTS = 38
YEARS_WITH_A_CHANGE = sorted(
    parameter.qualified_name
    for parameter in MODEL_PARAMETERS
    if not parameter.structural and parameter.section != "measure"
)


def teachers_of(scenario: Scenario) -> int:
    """Teachers to be expected in a scenario's population."""
    if scenario.population_data is not None and "staff" in scenario.population_data.schools:
        return int(scenario.population_data.schools["staff"].sum())
    schools, secondary, of_secondary, of_primary = (
        scenario.values[f"population.{name}"]
        for name in ("schools", "secondary_share", "secondary_staff", "primary_staff")
    )
    return round(schools * (secondary * of_secondary + (1 - secondary) * of_primary))


def shrunk(scenario: Scenario, teachers: int) -> Scenario:
    """The scenario with about so many teachers at most; it keeps its calendar, its length and two networks where it
    has any.
    """
    if teachers_of(scenario) <= teachers:
        return scenario
    value = scenario.values
    drawn = replace(scenario, population_data=None)
    taking_part = value["programme.participation"]
    schools = min(
        value["population.schools"], max(6, teachers * value["population.schools"] // max(1, teachers_of(drawn)))
    )
    values = {"population.schools": schools}
    if scenario.population_data is not None or round(taking_part * value["population.schools"]) > 0:
        taking_part = max(taking_part, 4.0 / schools)
        values["programme.participation"] = taking_part
        values["programme.schools_a_network"] = max(
            1, min(value["programme.schools_a_network"], round(taking_part * schools) // 2)
        )
    smaller = drawn.with_values(values)
    part = min(1.0, teachers / teachers_of(smaller))
    return smaller.with_values(
        {name: max(4.0, part * value[name]) for name in ("population.primary_staff", "population.secondary_staff")}
    )


def assert_engines_agree(scenario: Scenario, seed: int = 1, replicate: int = 0) -> PLNModel:
    """Steps both engines side by side and compares every bit after every week."""
    model = PLNModel(scenario, seed=seed, replicate=replicate)
    compiled = start_run(scenario, seed, replicate)
    assert not changed_state(dict(zip(("teachers", "schools", "networks"), model.state(), strict=True)), compiled), (
        "before the first week"
    )
    for week in range(scenario.weeks):
        model.step()
        compiled.advance(1)
        state = dict(zip(("teachers", "schools", "networks"), model.state(), strict=True))
        differences = changed_state(state, compiled) + changed_counts(model.counts, compiled.counts)
        assert not differences, f"{scenario.name}, seed {seed}: after week {week} the engines differ in {differences}"
    assert not model.running and compiled.week == scenario.weeks
    return model


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", shipped_scenarios())
def test_engines_agree_on_every_shipped_scenario_made_smaller(name, seed):
    scenario = Scenario.of(name)
    smaller = shrunk(scenario, SAMPLED_TEACHER_WEEKS // scenario.weeks)
    assert smaller.weeks == scenario.weeks and smaller.calendar == scenario.calendar
    networks = len(smaller.world(seed).networks)
    assert networks >= (2 if is_large(scenario) else min(2, len(scenario.world(seed).networks)))
    assert_engines_agree(smaller, seed)


@pytest.mark.full
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", shipped_scenarios())
def test_engines_agree_on_every_shipped_scenario(name, seed):
    assert_engines_agree(shrunk(Scenario.of(name), TEACHERS_AT_MOST), seed)


@pytest.mark.parametrize("point", range(10 * POINTS if FULL_SUITE else POINTS))
def test_engines_agree_at_random_points_of_the_plausible_ranges(point):
    assert_engines_agree(small_scenario(random_point(point)), seed=100 + point, replicate=point % 3)


def test_small_scenarios_pass_newcomers_the_end_of_support_schools_that_leave_and_join_and_networks_that_end():
    ended = joined = left = came = left_alone = 0
    for point in range(POINTS):
        run = start_run(small_scenario(random_point(point)), seed=100 + point, replicate=point % 3)
        active, standing, changes = run.world.networks["active"].sum(), run.world.schools["standing"].copy(), set()
        while run.week < len(run.counts.series):
            run.advance(1)
            before, standing = standing, run.world.schools["standing"].copy()
            changes |= set(standing[standing != before].tolist())
        ended += active > run.world.networks["active"].sum()
        left_alone += run.world.networks["active"].sum() > 0
        joined += TAKES_PART in changes
        left += LEFT in changes
        came += (run.world.teachers["years"] == 0).any()
    assert min(ended, joined, left, came, left_alone) >= 3


@pytest.mark.parametrize(("switch", "option"), switches())
def test_engines_agree_with_every_option_of_every_switch_by_itself(switch, option):
    assert_engines_agree(small_scenario({switch: option}), seed=5)


shares = st.floats(0.0, 1.0)
changes = st.lists(
    st.tuples(st.sampled_from(YEARS_WITH_A_CHANGE), shares), max_size=4, unique_by=lambda change: change[0]
).map(lambda placed: tuple((name, MODEL_PARAMETERS[name].ppf(share)) for name, share in placed))
entries = st.builds(
    lambda week, lasts, values, event, share: CalendarEvent(
        week, None if lasts is None else week + lasts, values, event, share
    ),
    week=st.integers(0, 57),
    lasts=st.none() | st.integers(1, 40),
    values=changes,
    event=st.none() | st.sampled_from(EVENTS),
    share=shares,
)


@settings(
    max_examples=120 if FULL_SUITE else 12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(seed=st.integers(0, 2**63 - 1), replicate=st.integers(0, 10_000), calendar=st.lists(entries, max_size=5))
def test_engines_agree_for_any_seed_and_calendar(seed, replicate, calendar):
    assert_engines_agree(replace(small_scenario(calendar=calendar), years=1.5), seed, replicate)


def test_engines_agree_on_a_given_population():
    advice = (np.array([0, 1, 2, 3, 5, 6, 7, 8, 9, 9]), np.array([1, 0, 1, 4, 6, 5, 9, 7, 5, 6]))
    known = PopulationData(
        schools={"staff": np.array([5, 4, 3]), "vision": np.array([0.9, 0.2, 0.6])},
        advice=advice,
        teachers={"uses": np.arange(12) % 3 == 0},
        networks=[[(0, np.array([2, 4])), (2, np.array([10]))]],
    )
    model = assert_engines_agree(replace(small_scenario({"adoption.alone": 1.0}), population_data=known), seed=6)
    assert [school.after_last_teacher - school.first_teacher for school in model.schools] == [5, 4, 3]


def test_engines_agree_without_networks_and_with_a_single_school():
    assert len(assert_engines_agree(small_scenario({"programme.participation": 0.0}), seed=4).networks) == 0
    assert (
        len(
            assert_engines_agree(
                small_scenario({"population.schools": 1, "programme.participation": 1.0}), seed=4
            ).schools
        )
        == 1
    )


@pytest.mark.parametrize("threads", [2, 3, 7])
def test_threads_change_no_bit(threads):
    scenario = small_scenario({"population.schools": 23, "programme.topology": "network of networks"})
    alone, shared = start_run(scenario, 8), start_run(scenario, 8, threads=threads)
    alone.advance()
    shared.advance()
    assert alone.week == shared.week == scenario.weeks
    assert changed_run(alone, shared) == []


@pytest.mark.parametrize("at_a_time", [1, 7, 39])
def test_weeks_one_by_one_give_the_same_bits_as_all_at_once(at_a_time):
    scenario = small_scenario()
    at_once, in_parts = start_run(scenario, 9), start_run(scenario, 9)
    at_once.advance()
    for _ in range(-(-scenario.weeks // at_a_time)):
        in_parts.advance(at_a_time)
    assert at_once.week == in_parts.week == scenario.weeks
    assert changed_run(at_once, in_parts) == []


def test_a_run_that_is_over_does_not_go_on():
    run = start_run(small_scenario(), 9)
    run.advance()
    before = start_run(small_scenario(), 9)
    before.advance()
    run.advance()
    run.advance(5)
    assert run.week == small_scenario().weeks and changed_run(run, before) == []
