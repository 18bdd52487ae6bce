"""Both engines against an oracle that was written from the ODD document alone (``tests/oracle``), by someone who had
not seen the model.

State is compared to the bit after every week: the oracle runs on the same machine, so ``exp``, ``log`` and powers are
those of the same library. Outcomes add up in another order, and are compared to twelve digits.
"""

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from plnsim.model.outcome import compute_outcomes
from plnsim.model.world.entities import NETWORK, SCHOOL, TEACHER
from plnsim.publish.odd.world import plain_world
from plnsim.simulation.runs import to_run_counts
from plnsim.simulation.scenario import Scenario, shipped_scenarios
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
                    f"{scenario.name}, week {week}: {kind} differ in {variable.name}"
                )
        states.append(state)
    assert run.week == scenario.weeks == len(states)
    return world, states, run


def assert_outcomes_agree(scenario: Scenario, world: dict, states: list, run) -> None:
    expected, outcomes = oracle.outcomes(world, states), compute_outcomes(to_run_counts(scenario, run.counts))
    assert expected.keys() == outcomes.keys()
    for name, value in outcomes.items():
        assert math.isnan(expected[name]) == math.isnan(value), f"{name}: {expected[name]} expected, not {value}"
        assert math.isnan(value) or expected[name] == pytest.approx(value, rel=1e-12, abs=1e-12), name


@pytest.mark.parametrize("name", shipped_scenarios() if FULL_SUITE else SAMPLE)
def test_the_oracle_lives_through_a_shipped_scenario_as_the_model_does(name):
    plain = Scenario.of(name)
    scenario = plain if plain.population_data else plain.with_values(MADE_SMALLER)
    assert_outcomes_agree(scenario, *run_both(scenario, 2, 1))


@pytest.mark.parametrize("point", range(60 if FULL_SUITE else 10))
def test_the_oracle_agrees_at_random_points_of_all_ranges_and_under_every_switch(point):
    scenario = small_scenario(random_point(point))
    assert_outcomes_agree(scenario, *run_both(scenario, 100 + point, point % 3))


@pytest.mark.parametrize("values, calendar", CIRCUMSTANCES.values(), ids=CIRCUMSTANCES)
def test_the_oracle_agrees_when_the_calendar_intervenes(values, calendar):
    scenario = replace(Scenario.of("baseline").with_values(SMALL | values).with_years(3.5), calendar=calendar)
    assert_outcomes_agree(scenario, *run_both(scenario, 3, 1))


def test_the_oracle_can_disagree(monkeypatch):
    monkeypatch.setattr(calendar, "SCHOOL_WEEKS", 40)
    with pytest.raises(AssertionError, match="differ in"):
        run_both(Scenario.of("baseline").with_values(SMALL).with_years(2), 1, 0)
