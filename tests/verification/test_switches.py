"""Every structural switch is reached by parameters alone: the twelve switches of the design, S1 to S12, with all their
levels.

Each level must run in both engines with equal bits, and must lead elsewhere than the usual level does.
"""

import pytest

from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import changed_run, finish_run, small_scenario

SWITCHES = {
    "S1 aggregation": [{"conditions.substitution": exponent} for exponent in (1.0, -1.0, -4.0, -20.0)],
    "S2 placement": [{"conditions.placement": "symmetric"}],
    "S3 contagion": [{"adoption.contagion": "linear"}, {"adoption.steepness": 1.0}, {"adoption.contagion": "step"}],
    "S4 leaders create time": [{"time.facilitation": 0.0}, {"time.facilitation": 1.0}],
    "S5 salience of time": [{"barrier.salience_of_time": 0.3}],
    "S6 what a school finds by itself": [{"parts.own": 1.0}, {"parts.context": 0.0}, {"parts.context": 1.0}],
    "S7 feedback of routines": [
        {
            "leadership.routine_substitutes": 0.0,
            "time.routine_hours": 0.0,
            "turnover.induction": 0.0,
            "fidelity.routine_repair": 0.0,
        },
        {"routine.growth": 0.0},
    ],
    "S8 belief": [{"norms.belief": "evidence only"}, {"norms.belief": "norms only"}],
    "S9 stages of learning": [{"learning.stage": "frank2011"}],
    "S10 ties": [{"ties.pattern": pattern} for pattern in ("small world", "ring", "random", "complete")],
    "S11 thresholds": [{"adoption.threshold_spread": 0.0}],
    "S12 renewal": [{"renewal.rule": "never"}, {"renewal.rule": "always"}],
}
"""The levels of each switch but the usual one, as values of parameters. ties from a file (S10) stand in
``test_sis_on_a_regular_graph``.
"""

LEVELS = [
    pytest.param(values, id=f"{name}: {' '.join(map(str, values.values()))}")
    for name, levels in SWITCHES.items()
    for values in levels
]
BUSY = {"population.first_users": 0.3, "adoption.alone": 1.0, "renewal.threshold": 0.6}


@pytest.mark.parametrize("values", LEVELS)
def test_a_level_of_a_switch_runs_in_both_engines_and_makes_a_difference(values):
    usual, switched = small_scenario(BUSY), small_scenario(BUSY | values)
    assert_engines_agree(switched, seed=5)
    assert changed_run(finish_run(usual, 5), finish_run(switched, 5))


def test_no_level_is_the_usual_one():
    assert all(
        MODEL_PARAMETERS[name].default != value
        for levels in SWITCHES.values()
        for values in levels
        for name, value in values.items()
    )
