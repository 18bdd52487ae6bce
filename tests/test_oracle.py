"""Both engines against an oracle that was written from the ODD document (``tests/oracle``; of which parts of it the
author had not seen the model, docs/oracle.md tells).

State is compared to the bit after every week: exponentials, logarithms and powers are those of
``plnsim.common.elementary`` on both sides. So is what is counted. Outcomes add up in another order, and are compared to
twelve digits.
"""

import json
import math
import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from plnsim.model.outcome import compute_outcomes
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER
from plnsim.publish.odd.document import STORED
from plnsim.publish.odd.world import plain_world
from plnsim.simulation.runs import to_run_counts
from plnsim.simulation.scenario import Scenario, shipped_scenarios
from plnsim.simulation.scenario.weeks import CalendarEvent
from tests import oracle
from tests.oracle import calendar
from tests.publish.test_odd import CIRCUMSTANCES, SMALL
from tests.support.runs import FULL_SUITE, random_point, small_scenario, start_run

KINDS = (("teachers", TEACHER), ("schools", SCHOOL), ("networks", NETWORK))
MADE_SMALLER = {"population.schools": 12, "population.primary_staff": 6.0, "population.secondary_staff": 12.0}
SAMPLE = (
    "baseline",
    "research-learning-communities",
    "challenge-partners",
    "co-teaching-inquiry-pairs",
    "system-leaders-network",
    "knowledge-network-applied-education-research",
    "one-square-kilometre-of-education",
    "information-only",
)
WHAT_SELDOM_HAPPENS = {
    "lessons, cover by the calendar, tune-ups of networks that have ended": (
        {
            "observation.lessons": 12.0,
            "observation.hours": 2.0,
            "advice.ask": 0.3,
            "time.cover": 1.0,
            "adoption.contagion": "count",
            "adoption.users_needed": 2,
            "population.first_users": 0.3,
            "programme.support_years": 1.0,
            "renewal.rule": "never",
            "turnover.rate": 0.3,
        },
        (
            CalendarEvent(10, 25, (("time.cover", 4.0),)),
            CalendarEvent(30, values=(("time.cover", 0.25), ("observation.lessons", 30.0))),
            CalendarEvent(60, event="tune-up"),
            CalendarEvent(61, event="tune-up"),
            CalendarEvent(77, event="tune-up"),
            CalendarEvent(100, 120, (("observation.lessons", 0.0),)),
        ),
    ),
    "nobody leaves or gives up, and hardly anyone finds a way to use it": (
        {
            "population.first_users": 0.5,
            "turnover.rate": 0.0,
            "abandonment.rate": 0.0,
            "policy.displaced": 0.0,
            "conditions.substitution": -25.0,
            "time.hours": 0.05,
            "application.habit_carries": 0.0,
        },
        (),
    ),
    "a school leads two networks that are linked": (
        {"programme.topology": "network of networks", "programme.themes": 3, "programme.founded_over": 1.0},
        (),
    ),
    "people outside schools serve one network or two, partners come and go, heads follow system leaders": (
        {
            "population.schools": 16,
            "population.primary_staff": 4.0,
            "population.secondary_staff": 6.0,
            "programme.participation": 1.0,
            "programme.networks_a_facilitator": 1.5,
            "mobilisation.visits": 0.3,
            "leadership.from_system_leader": 0.02,
            "turnover.rate": 0.3,
        },
        (
            CalendarEvent(15, 45, (("partners.a_network", 2), ("spanning.carrying", 1.0))),
            CalendarEvent(30, 60, (("leadership.from_system_leader", 0.0),)),
            CalendarEvent(60, values=(("partners.a_network", 1), ("spanning.carrying", 0.1))),
            CalendarEvent(90, event="tune-up"),
        ),
    ),
}
"""Starting values and a calendar each, beside the circumstances in which the whole description is tested."""


def run_both(scenario: Scenario, seed: int, replicate: int):
    """Runs the oracle and the Numba engine side by side; gives the oracle's world and states, and the run at its
    end.
    """
    world = json.loads(json.dumps(plain_world(scenario, seed, replicate)))
    run, states = start_run(scenario, seed, replicate), []
    for week, state in enumerate(oracle.weeks(world)):
        run.advance(1)
        for (kind, variables), records in zip(KINDS, run.world, strict=False):
            for variable in variables:
                expected = np.array([entity[variable.name] for entity in state[kind]], records[variable.name].dtype)
                assert expected.tobytes() == records[variable.name].tobytes(), (
                    f"{scenario.name}, week {week}: {kind} differ in {variable.name}; where rules are new, "
                    "tests/model/mechanisms/test_oracle_interpreted.py says which file of tests/oracle wants them"
                )
        states.append(state)
    assert run.week == scenario.weeks == len(states)
    return world, states, run


def assert_counts_agree(scenario: Scenario, world: dict, states: list, run) -> None:
    counted, kept = oracle.RunCounts(world, states), to_run_counts(scenario, run.counts)
    for name, series in kept.weeks.items():
        assert counted.by_week(name) == series.tolist(), f"{name} of schools"
    for name, series in kept.networks.items():
        expected = np.array([week[name] for week in counted.networks], series.dtype)
        assert expected.tobytes() == series.tobytes(), f"{name} of networks"
    expected, outcomes = oracle.outcomes(counted), compute_outcomes(kept)
    assert expected.keys() == outcomes.keys()
    for name, value in outcomes.items():
        assert math.isnan(expected[name]) == math.isnan(value), f"{name}: {expected[name]} expected, not {value}"
        assert math.isnan(value) or expected[name] == pytest.approx(value, rel=1e-12, abs=1e-12), name


@pytest.mark.parametrize("name", shipped_scenarios() if FULL_SUITE else SAMPLE)
def test_the_oracle_lives_through_a_shipped_scenario_as_the_model_does(name):
    plain = Scenario.of(name)
    scenario = plain if plain.population_data else plain.with_values(MADE_SMALLER)
    assert_counts_agree(scenario, *run_both(scenario, 2, 1))


@pytest.mark.parametrize("point", range(60 if FULL_SUITE else 10))
def test_the_oracle_agrees_at_random_points_of_all_ranges_and_under_every_switch(point):
    scenario = small_scenario(random_point(point))
    assert_counts_agree(scenario, *run_both(scenario, 100 + point, point % 3))


@pytest.mark.parametrize("values, calendar", CIRCUMSTANCES.values(), ids=CIRCUMSTANCES)
def test_the_oracle_agrees_when_the_calendar_intervenes(values, calendar):
    scenario = replace(Scenario.of("baseline").with_values(SMALL | values).with_years(3.5), calendar=calendar)
    assert_counts_agree(scenario, *run_both(scenario, 3, 1))


def live_through(case: str):
    """Runs both through a case of what seldom happens; gives the world, the states, and the teachers of all weeks in a
    row.
    """
    values, calendar = WHAT_SELDOM_HAPPENS[case]
    scenario = replace(Scenario.of("baseline").with_values(SMALL | values).with_years(3.5), calendar=calendar)
    world, states, run = run_both(scenario, 3, 1)
    assert_counts_agree(scenario, world, states, run)
    return world, states, [teacher for state in states for teacher in state["teachers"]]


def test_the_oracle_agrees_on_lessons_changing_cover_and_meetings_after_the_end_of_a_network():
    _, states, teachers = live_through("lessons, cover by the calendar, tune-ups of networks that have ended")
    assert {teacher["asked"] for teacher in teachers} == {0, 1, 2}
    assert any(0 < teacher["uncovered_hours"] < teacher["network_hours"] for teacher in teachers)
    assert any(teacher["quality"] > 0.0 and not teacher["member"] for teacher in teachers)
    before, after = states[60]["networks"], states[61]["networks"]
    assert all(network["facilitator_met"] and not network["active"] for network in before)
    assert any(now["parts"] & ~then["parts"] for then, now in zip(before, after, strict=True))


def test_the_oracle_agrees_where_years_and_missed_weeks_reach_their_most():
    _, _, teachers = live_through("nobody leaves or gives up, and hardly anyone finds a way to use it")
    assert (max(teacher["years"] for teacher in teachers), max(t["missed"] for t in teachers)) == (45, 39)


def test_the_oracle_agrees_where_a_school_leads_two_networks_that_are_linked():
    world, states, _ = live_through("a school leads two networks that are linked")
    first, to, teachers = world["cross_first"], world["cross_to"], states[0]["teachers"]
    leads = {(one["school"], one["network"]) for one in teachers if one["network"] >= 0 and one["seat"] == 0}
    assert len(leads) > len({school for school, _ in leads})
    assert not any(
        one["school"] == teachers[post]["school"]
        for one in teachers
        for post in to[first[one["post"]] : first[one["post"] + 1]]
    )


def test_the_oracle_agrees_on_what_people_outside_schools_carry_and_on_system_leaders():
    world, states, teachers = live_through(
        "people outside schools serve one network or two, partners come and go, heads follow system leaders"
    )
    schools = [school for state in states for school in state["schools"]]
    served = [int(network["place"] / 1.5) for network in world["networks"]]
    assert {served.count(who) for who in served} == {1, 2}
    for state in states:
        known = [network["outside_parts"] for network in state["networks"]]
        assert len(set(zip(served, known, strict=True))) == len(set(served))
    first, then, last = (
        [network["partner_parts"] for network in networks]
        for networks in (world["networks"], states[14]["networks"], states[-1]["networks"])
    )
    assert first == then != last
    assert any(network["brought"] & ~network["facilitator_parts"] for state in states for network in state["networks"])
    assert any(school["visitor_parts"] & ~school["source_parts"] for school in schools)
    lead_themselves = {
        now["leader_vision"] == before["vision"]
        for earlier, later in pairwise(states)
        for before, now in zip(earlier["schools"], later["schools"], strict=True)
    }
    assert lead_themselves == {True, False}
    assert {teacher["new"] for teacher in teachers} == {0, 1, 2}


def test_the_oracle_can_disagree(monkeypatch):
    monkeypatch.setattr(calendar, "SCHOOL_WEEKS", 40)
    with pytest.raises(AssertionError, match="differ in"):
        run_both(Scenario.of("baseline").with_values(SMALL).with_years(2), 1, 0)


# -- how it names the description --------------------------------------------------------------------------------------


def test_the_oracle_names_sections_of_mechanisms_by_their_titles():
    """A number would be another section's once a mechanism came before it."""
    titles = set(re.findall(r"^### 7\.\d+ (.+)$", STORED.read_text(encoding="utf-8"), re.MULTILINE)) | {"Shared rules"}
    named = set()
    for file in Path(oracle.__file__).parent.glob("*.py"):
        text = " ".join(file.read_text(encoding="utf-8").split())
        assert not re.findall(r"\(7\.\d+", text), f"{file.name} names sections by numbers that move: write their titles"
        named |= set(re.findall(r"\(((?!True|False|None)[A-Z][a-z]+(?: rules)?)[,)]", text))
    assert len(named) > 20 and named <= titles, f"no sections of docs/odd.md: {named - titles}"
