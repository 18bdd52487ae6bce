"""A scenario as a class sees it: of a size that shows every teacher, within bounds that keep a session responsive."""

from __future__ import annotations

from collections.abc import Mapping

from plnsim.common.errors import InputError
from plnsim.common.parameter import Value
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.simulation.scenario import Scenario

CLASS_SIZE = {"population.schools": 20, "population.secondary_share": 0.0}
"""Twenty primary schools of 13 teachers on average (287 in all with seed 1): each can be seen, and a run is quick."""

RUNS = 20
"""Replicates behind each curve, as many as ``plnsim run`` makes."""
MAX_TEACHERS = 1500
MAX_SCHOOLS = 150
MAX_WEEKS = 30 * SCHOOL_WEEKS

TIME: dict[str, Value] = {"conditions.time_shift": 1.0, "conditions.time_target": 1.0}
LEADERS: dict[str, Value] = {"leadership.vision": 0.9, "leadership.support": 0.9}
FOCUS: dict[str, Value] = {"focus.alignment": 0.9}
PRESETS: tuple[tuple[str, dict[str, Value]], ...] = (
    ("As it is", {}),
    ("All the time in the world", TIME),
    ("Leaders who back it", LEADERS),
    ("Time and leaders", TIME | LEADERS),
    ("Time, leaders, shared focus", TIME | LEADERS | FOCUS),
    ("Support for five years", {"programme.support_years": 5.0}),
)
"""Plans to try with one key, each with the values by which it differs from the scenario."""

FOLLOWED = "programme.follow_up_years"
"""The parameter that says how long is followed; both sides of a comparison last as long as the longer."""

FRONT_PARAMETERS = ("time.hours", "leadership.vision", "focus.alignment", "programme.support_years")
"""The parameters whose sliders stand in front; all others are behind "more"."""


def with_class_size(scenario: Scenario) -> Scenario:
    """The scenario with a population of class size; one that is read from files keeps its own."""
    return scenario if scenario.population_data else scenario.with_values(CLASS_SIZE)


def with_same_length(scenario: Scenario, values: Mapping[str, object], *beside: Mapping[str, object]) -> Scenario:
    """The scenario with other values and its last year where it was; raises ``InputError``.

    Who asks for more or fewer years of follow-up moves its last year by so many; ``beside``: values of the other side
    of a comparison, of which the longer follow-up counts, so that both last equally long.
    """
    changed = scenario.with_values(values)
    asked = [scenario.with_values(side).values[FOLLOWED] for side in (values, *beside) if FOLLOWED in side]
    longer = max(float(years) for years in asked) - number_of(scenario.values, FOLLOWED) if asked else 0.0
    return check_limits(changed.with_years(scenario.weeks / SCHOOL_WEEKS + longer))


def check_limits(scenario: Scenario) -> Scenario:
    """The scenario itself; raises ``InputError`` when its population or length is more than a session may ask for."""
    schools, teachers, weeks = scenario.number_of_schools, scenario.expected_teachers, scenario.weeks
    if schools > MAX_SCHOOLS:
        raise InputError(
            f"{schools:,} schools are too many for a session",
            place="population.schools",
            right=f"at most {MAX_SCHOOLS}",
        )
    if teachers > MAX_TEACHERS:
        raise InputError(
            f"some {teachers:,.0f} teachers are too many for a session",
            place="population",
            right=f"at most {MAX_TEACHERS:,}: fewer schools, or a smaller staff; plnsim run takes any number",
        )
    if weeks > MAX_WEEKS:
        raise InputError(
            f"{weeks / SCHOOL_WEEKS:g} years are too long for a session",
            place="years",
            right=f"at most {MAX_WEEKS // SCHOOL_WEEKS} years of support and follow-up together",
        )
    return scenario
