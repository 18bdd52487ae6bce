"""The interpreted steps against the oracle that was written from the ODD document (``tests/oracle``), in worlds
of some twenty teachers.

``tests/test_oracle.py`` holds the Numba engine to the oracle at length. Here nothing is compiled, so that one
changed sign in a mechanism is found within a second: every state variable is compared to the bit after every week.
"""

import ast
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from plnsim.common.streams import run_key, uniform
from plnsim.model.state import Origin, StateVariable
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER
from plnsim.publish.odd.document import REFRESH, STORED
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


# --- whether the oracle has a rule for everything


def names_set_by_the_oracle():
    """The state variables that some line of the oracle assigns, with their entity; a "group" is a school or network."""
    assigned = set()
    for file in Path(oracle.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
                entities = ("school", "network") if node.value.id == "group" else (node.value.id,)
                assigned |= {f"{entity}.{node.attr}" for entity in entities}
    return assigned


def changes(variable):
    """Whether a state variable can change in a run."""
    replaced = variable.entity != "network" and not isinstance(variable.successor, Origin)
    return bool(variable.written_by) and (variable.kind != "fixed" or replaced or len(variable.written_by) > 1)


def where_it_is_described(mechanism):
    """The section of the description with the rules of a mechanism."""
    heading = rf"^### (7\.\d+) {mechanism.capitalize()}$"
    section = re.search(heading, STORED.read_text(encoding="utf-8"), re.MULTILINE)
    return f"section {section[1]}" if section else f"section 7 (`{REFRESH}` writes it anew)"


def missing_rules(variables, assigned):
    """What to do about each state variable that can change and that the oracle leaves as it is."""
    return [
        f"tests/oracle/{'observations' if variable.kind == 'seen' else 'updates'}.py has no rule for "
        f"{variable.dotted_name}, which plnsim/model/mechanisms/{variable.mechanism}.py declares: write it there from "
        f"docs/odd.md, {where_it_is_described(variable.mechanism)}"
        for variable in variables
        if changes(variable) and variable.dotted_name not in assigned
    ]


def test_the_oracle_has_a_rule_for_every_state_variable_that_can_change():
    missing = missing_rules((*TEACHER, *SCHOOL, *NETWORK), names_set_by_the_oracle())
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize(("kind", "file"), [("state", "updates"), ("seen", "observations")])
def test_whoever_adds_a_state_variable_is_told_where_the_oracle_wants_it(kind, file):
    told = {"meaning": "how sure she is", "start": 0.0, "successor": 0.0, "entity": "teacher", "mechanism": "habit"}
    invented = StateVariable("invented", type="f8", unit="share", kind=kind, written_by=("habit",), **told)
    section = re.search(r"^### (7\.\d+) Habit$", STORED.read_text(encoding="utf-8"), re.MULTILINE)[1]
    assert missing_rules([invented], names_set_by_the_oracle()) == [
        f"tests/oracle/{file}.py has no rule for teacher.invented, which plnsim/model/mechanisms/habit.py declares: "
        f"write it there from docs/odd.md, section {section}"
    ]
    assert where_it_is_described("invented") == f"section 7 (`{REFRESH}` writes it anew)"


# --- whether it agrees


def assert_the_oracle_agrees(scenario, seed):
    world = json.loads(json.dumps(plain_world(scenario, seed, engine="mesa")))
    model = PLNModel(scenario, seed=seed)
    for week, state in enumerate(oracle.weeks(world)):
        model.step()
        for variables, agents, expected in zip(
            KINDS, (model.teachers, model.schools, model.networks), state.values(), strict=True
        ):
            for variable in variables:
                assert [getattr(agent, variable.name) for agent in agents] == [
                    entity[variable.name] for entity in expected
                ], disagreement(week, variable)
    assert model.week == scenario.weeks


def disagreement(week, variable):
    """Where the model and the oracle part, and where the rule is that one of them has wrong."""
    writers = variable.written_by or ("the world as built",)
    missing = missing_rules([variable], names_set_by_the_oracle())
    return "\n".join(
        [f"week {week}: {variable.dotted_name} of {', '.join(writers)} is not what tests/oracle makes of it", *missing]
    )


@pytest.mark.parametrize("point", POINTS)
def test_the_oracle_agrees_at_random_points(point):
    scenario = Scenario.of("baseline").with_values(at_random(point)).with_years(1.5)
    assert_the_oracle_agrees(replace(scenario, calendar=EVENTFUL if point % 2 else ()), 10 + point)


@pytest.mark.parametrize("form", FORMS)
def test_the_oracle_agrees_under_other_forms(form):
    scenario = Scenario.of("baseline").with_values(TINY | {"population.first_users": 0.3} | FORMS[form])
    assert_the_oracle_agrees(replace(scenario.with_years(1.5), calendar=EVENTFUL), 3)
