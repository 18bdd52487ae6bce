"""The interpreted steps against the oracle that was written from the ODD document alone (``tests/oracle``), in worlds
of some twenty teachers.

``tests/test_oracle.py`` holds the Numba engine to the oracle at length. Here nothing is compiled, so that one
changed sign in a mechanism is found within a second: every state variable is compared to the bit after every week.
"""

import json
from dataclasses import replace

import pytest

from plnsim.common.streams import run_key, uniform
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER
from plnsim.publish.odd.world import plain_world
from plnsim.simulation.mesa_backend import PLNModel
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.weeks import CalendarEvent
from tests import oracle

KINDS = (TEACHER, SCHOOL, NETWORK)
TINY = {
    "population.schools": 4,
    "population.primary_staff": 5.0,
    "population.secondary_staff": 7.0,
    "programme.participation": 1.0,
    "programme.schools_a_network": 2,
    "programme.schools_at_most": 4,
    "programme.support_years": 0.5,
    "programme.follow_up_years": 0.5,
}
"""Four schools in two networks, which lose their support before the run is over."""
EVENTFUL = (
    CalendarEvent(10, 30, (("time.hours", 1.2),)),
    CalendarEvent(12, event="new head", share=0.5),
    CalendarEvent(50, event="tune-up"),
)
POINTS = range(8)
FORMS = {
    "complete ties": {
        "ties.pattern": "complete",
        "conditions.placement": "symmetric",
        "conditions.substitution": -2.0,
        "norms.contact": "all colleagues",
        "adoption.contagion": "step",
        "partners.a_network": 2,
        "mobilisation.mailing": 0.1,
        "mobilisation.visits": 0.1,
        "evidence.fed_back": 0.05,
        "norms.own_view": 0.02,
    },
    "extreme forms": {
        "conditions.substitution": -25.0,
        "norms.contact": "all colleagues",
        "adoption.contagion": "linear",
        "programme.topology": "network of networks",
        "inquiry.exchange_between_networks": 0.1,
        "meeting.disadvantage_loss": 0.3,
        "conditions.time_shift": 0.3,
        "renewal.rule": "always",
    },
}


def at_random(point):
    """A random point of the plausible ranges with the sizes of ``TINY``; at every point but each fourth, many use it
    from the start.
    """
    key = run_key(19_700_101, point)
    placed = {
        parameter.qualified_name: parameter.ppf(uniform(key, place % 256, place))
        for place, parameter in enumerate(MODEL_PARAMETERS)
        if parameter.section != "measure"
    }
    return placed | TINY | {"population.staff_spread": 0.3} | ({"population.first_users": 0.5} if point % 4 else {})


def assert_the_oracle_agrees(scenario, seed):
    world = json.loads(json.dumps(plain_world(scenario, seed)))
    model = PLNModel(scenario, seed=seed)
    for week, state in enumerate(oracle.weeks(world)):
        model.step()
        for variables, agents, expected in zip(
            KINDS, (model.teachers, model.schools, model.networks), state.values(), strict=True
        ):
            for variable in variables:
                assert [getattr(agent, variable.name) for agent in agents] == [
                    entity[variable.name] for entity in expected
                ], f"week {week}: {variable.name}"
    assert model.week == scenario.weeks


@pytest.mark.parametrize("point", POINTS)
def test_the_oracle_agrees_at_random_points(point):
    scenario = Scenario.of("baseline").with_values(at_random(point)).with_years(1.5)
    assert_the_oracle_agrees(replace(scenario, calendar=EVENTFUL if point % 2 else ()), 10 + point)


@pytest.mark.parametrize("form", FORMS)
def test_the_oracle_agrees_under_other_forms(form):
    scenario = Scenario.of("baseline").with_values(TINY | {"population.first_users": 0.3} | FORMS[form])
    assert_the_oracle_agrees(replace(scenario.with_years(1.5), calendar=EVENTFUL), 3)
