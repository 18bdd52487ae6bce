"""L8: knowledge that is not used fades exponentially; L9: what is exchanged closes a gap geometrically, and March's
(1991) code is learnt so.
"""

import math

import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import start_run
from tests.verification.limits import ONE_SCHOOL, limit, one_staff, scenario_from_files, schools_of, shares


def knowledge_by_week(scenario, post: int = 0, network: bool = False) -> np.ndarray:
    """What one teacher (or the first network) knows after each week."""
    run, path = start_run(scenario), []
    for _ in range(scenario.weeks):
        run.advance(1)
        path.append(run.world.networks["knowledge"][0] if network else run.world.teachers["knowledge"][post])
    return np.array(path)


@pytest.mark.parametrize(("rate", "half_life"), [(0.026, 26.3), (0.02, 34.3)])
def test_unused_knowledge_has_its_half_life(case, rate, half_life):
    scenario = limit(schools_of(5) | {"forgetting.rate": rate}, 38)  # the holidays come after week 39
    seen = shares(scenario, "knowledge")[0]
    expected = (1 - rate) ** np.arange(1, 39)
    case.agrees(f"knowledge over 38 weeks, {rate} a week", seen, expected, within=1e-11)
    case.agrees("its half-life in weeks", -math.log(2) / math.log(seen[0]), half_life, within=0.05)
    axes = case.panel(f"Forgetting, {rate} a week", "week", "knowledge")
    axes.plot(expected, label="exponential")
    axes.plot(seen, ".", label="plnsim")
    assert_engines_agree(scenario)


def test_a_year_of_forgetting_is_52_weeks_long(case):
    seen = shares(limit(schools_of(5) | {"forgetting.rate": 0.026}, 78), "knowledge")[0]
    case.agrees(
        "knowledge after one and two years", seen[[38, 77]], (1 - 0.026) ** (52 * np.array([1, 2])), within=1e-11
    )


@pytest.mark.parametrize(("transfer", "complexity"), [(0.24, 0.5), (0.5, 0.1), (1.0, 0.0)])
def test_advice_closes_the_gap_geometrically(case, tmp_path, transfer, complexity):
    scenario = scenario_from_files(
        tmp_path,
        {"advice.ask": 1.0, "advice.transfer": transfer, "practice.complexity": complexity, "ties.pattern": "complete"},
        21,
        schools=ONE_SCHOOL,
        staff=one_staff(2, [1], ",knowledge", [(0.1,), (0.9,)]),
    )
    # in the first week nobody has seen yet how much time a colleague has
    expected = 0.9 - 0.8 * (1 - transfer * (1 - complexity)) ** np.arange(21)
    seen = knowledge_by_week(scenario)
    case.agrees(
        f"what she knows over 20 weeks of advice, a share {transfer * (1 - complexity):.2f} each",
        seen,
        expected,
        within=1e-12,
    )
    if transfer == 0.24:
        case.agrees("the gap left after 20 weeks, (1 - 0.12)^20", (0.9 - seen[-1]) / 0.8, 0.07756, within=5e-6)
    axes = case.panel("Advice closes the gap", "week", "knowledge")
    axes.plot(np.arange(1, 22), expected, label="geometric")
    axes.plot(np.arange(1, 22), seen, ".", label="plnsim")
    assert_engines_agree(scenario)


MEETING = {
    "programme.support_years": 3.0,
    "meeting.a_year": 39.0,
    "meeting.in_person": 0.4,
    "meeting.first_trust": 0.5,
    "meeting.online_worth": 0.8,
    "inquiry.facilitation": 0.7,
    "inquiry.first_knowledge": 0.8,
    "inquiry.capacity": 100.0,
    "programme.networks_a_facilitator": 1.0,
    "meeting.disadvantage_loss": 0.0,
}


def a_network(folder, values: dict, weeks: int = 39):
    """A network of four schools with one member each, who knows 0.1 at first, and meets every week."""
    files = {
        "schools": ("school", [(name,) for name in "ABCD"]),
        "networks": ("network,teacher", [("N", teacher) for teacher in range(4)]),
        "staff": ("teacher,school,knowledge", [(number, school, 0.1) for number, school in enumerate("ABCD")]),
    }
    return scenario_from_files(folder, MEETING | values, weeks, **files)


def quality(focus: float = 1.0, substitution: float = 0.0) -> float:
    """Quality of the meetings above: the mode times the mean of focus, trust and facilitation, shared by four."""
    mode = 0.4 + 0.6 * 0.8 * (1 + 0.5) / 2
    three = np.array([focus, 0.5, 0.7 / (1 + (4 / 100) ** 2)])
    return mode * (
        np.exp(np.log(three).mean()) if substitution == 0 else (three**substitution).mean() ** (1 / substitution)
    )


@pytest.mark.parametrize("substitution", [0.0, 1.0, -2.0])
def test_members_learn_a_fixed_code_as_march_says(case, tmp_path, substitution):
    scenario = a_network(tmp_path, {"learning.from_network": 0.25, "conditions.substitution": substitution})
    rate = 0.25 * quality(substitution=substitution)
    expected = 0.8 - 0.7 * (1 - rate) ** np.arange(1, 40)
    seen = knowledge_by_week(scenario)
    case.agrees("what a member knows over 39 meetings", seen, expected, within=1e-12)
    axes = case.panel("A member learns what her network knows", "week", "knowledge")
    axes.plot(expected, label="K - (K - k)(1 - rate)^n")
    axes.plot(seen, ".", label="plnsim")
    assert_engines_agree(scenario)


def test_the_network_learns_geometrically_where_nobody_applies(case, tmp_path):
    scenario = a_network(tmp_path, {"inquiry.growth": 0.12, "inquiry.without_application": 0.3})
    seen = knowledge_by_week(scenario, network=True)
    rate = 0.12 * 0.3 * quality()
    case.agrees(
        "what the network knows, a week after each meeting", seen, 1 - 0.2 * (1 - rate) ** np.arange(39), within=1e-11
    )
