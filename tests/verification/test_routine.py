"""L13: routine follows use, conditions and mandate, half as fast downwards; L14: conditions combine with constant
elasticity of substitution.

Both are read off schools alone: a school's routine after a week tells exactly what its conditions combined to.
"""

import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import finish_run, start_run
from tests.verification.limits import hold_conditions, scenario_from_files

USERS, STAFF = 3, 4


def some_schools(folder, schools: list[tuple], values: dict, weeks: int):
    """Schools of four with three users for good; each row: vision, support, distributed, focus and routine."""
    staff = [
        (f"{number}-{place}", number, "yes" if place < USERS else "no")
        for number in range(len(schools))
        for place in range(STAFF)
    ]
    return scenario_from_files(
        folder,
        {"population.first_users": 0.0} | values,
        weeks,
        staff=("teacher,school,uses", staff),
        schools=(
            "school,vision,support,distributed,focus,routine",
            [(number, *row) for number, row in enumerate(schools)],
        ),
    )


def test_routine_rises_to_use_times_conditions_times_mandate_and_falls_to_it(case, tmp_path):
    growth, weeks, distributed = 0.03, 117, 0.25
    scenario = some_schools(
        tmp_path,
        [(0.5, 0.5, distributed, 0.5, 0.0), (0.5, 0.5, distributed, 0.5, 1.0)],
        hold_conditions(0.64)
        | {
            "routine.growth": growth,
            "leadership.mandate_weight": 0.6,
            "leadership.routine_substitutes": 0.0,
        },
        weeks,
    )
    run, seen = start_run(scenario), []
    for _ in range(weeks):
        run.advance(1)
        seen.append(run.world.schools["routine"].copy())
    goal = USERS / STAFF * 0.64 * (1 - 0.6 + 0.6 * distributed)
    number = np.arange(1, weeks + 1)
    # the first observation of a school's time comes before its teachers have had any: time counts as the floor in the
    # first week
    started_from = np.array(seen[0])
    expected = goal + (started_from - goal) * (1 - growth) ** (number[:, np.newaxis] - 1)
    case.agrees("routine of a school that begins without and one that begins with all", seen, expected, within=1e-11)
    axes = case.panel("Routine follows use, conditions and mandate", "week", "routine")
    axes.plot(number, expected, label="closed form")
    axes.plot(number[::4], np.array(seen)[::4], ".", label="plnsim")
    axes.axhline(goal, linestyle=":", color="grey")
    assert_engines_agree(scenario)


def test_a_routine_that_carries_the_head_has_a_fixed_point_of_its_own(case, tmp_path):
    growth, carries, leadership = 0.08, 0.5, 0.3
    scenario = some_schools(
        tmp_path,
        [(0.5, 0.5, 1.0, 0.5, 0.0)],
        hold_conditions(1.0)
        | {
            "conditions.leadership_target": leadership,
            "routine.growth": growth,
            "leadership.mandate_weight": 0.0,
            "conditions.substitution": 1.0,
            "leadership.routine_substitutes": carries,
        },
        39 * 12,
    )
    slope = (
        USERS / STAFF * carries * (1 - leadership) / 3
    )  # of the goal in routine: leadership is one of three conditions in the mean
    fixed = USERS / STAFF * (2 + leadership) / 3 / (1 - slope)
    case.agrees("routine after twelve years", finish_run(scenario).world.schools["routine"][0], fixed, within=1e-10)


def combination(values: np.ndarray, substitution: float) -> np.ndarray:
    """The mean with constant elasticity of substitution of the columns, from its definition."""
    if substitution <= -20:
        return values.min(axis=1)
    if substitution == 0:
        return np.exp(np.log(values).mean(axis=1))
    return (values**substitution).mean(axis=1) ** (1 / substitution)


@pytest.mark.parametrize("substitution", [1.0, 0.5, 0.0, -1.0, -4.0, -20.0, -30.0])
def test_conditions_combine_as_the_definition_says(case, tmp_path, substitution):
    rng = np.random.default_rng(3)
    leadership, focus = np.round(rng.uniform(0.02, 1, (2, 60)), 9)
    rows = [
        (leadership_level, leadership_level, leadership_level, focus_level, 0)
        for leadership_level, focus_level in zip(leadership, focus, strict=True)
    ]
    growth, time = 0.5, 0.37
    run = start_run(
        some_schools(
            tmp_path,
            rows,
            {
                "conditions.leadership_shift": 0.0,
                "conditions.focus_shift": 0.0,
                "conditions.time_target": time,
                "routine.growth": growth,
                "leadership.mandate_weight": 0.0,
                "leadership.routine_substitutes": 0.0,
                "conditions.substitution": substitution,
            },
            2,
        )
    )
    run.advance(1)
    before = run.world.schools["routine"].copy()
    run.advance(1)
    seen = (run.world.schools["routine"] - before * (1 - growth)) / growth / (USERS / STAFF)
    three = np.column_stack([np.full(60, time), leadership, focus])
    goal_below = run.world.schools["routine"] < before
    assert not goal_below.any()
    case.agrees(
        f"what three conditions give in sixty schools, exponent {substitution:g}",
        seen,
        combination(three, substitution),
        within=1e-10,
    )
    axes = case.panel(f"Three conditions combined, exponent {substitution:g}", "from the definition", "read off plnsim")
    axes.plot([0, 1], [0, 1], ":", color="grey")
    axes.plot(combination(three, substitution), seen, ".", label="schools")


def test_engines_agree_on_them(tmp_path):
    assert_engines_agree(
        some_schools(
            tmp_path,
            [(0.3, 0.7, 0.2, 0.4, 0.1), (0.9, 0.1, 0.8, 0.5, 0.6)],
            {
                "conditions.leadership_shift": 0.0,
                "conditions.focus_shift": 0.0,
                "routine.growth": 0.05,
                "conditions.substitution": -0.7,
            },
            60,
        )
    )
