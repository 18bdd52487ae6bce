"""A scenario as a class sees it: of a size that shows every teacher, within bounds that keep a session responsive."""

from __future__ import annotations

from plnsim.common.errors import InputError
from plnsim.common.parameter import Value
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario import Scenario

CLASS_SIZE = {"population.schools": 20, "population.secondary_share": 0.0}
"""Twenty primary schools of 13 teachers on average (287 in all with seed 1): each can be seen, and a run is quick."""

RUNS = 20
"""Replicates behind each curve, as many as ``plnsim run`` makes."""
MAX_TEACHERS = 1500
MAX_SCHOOLS = 150
MAX_WEEKS = 30 * SCHOOL_WEEKS

TIME: dict[str, Value] = {"conditions.time_shift": 1.0}
LEADERS: dict[str, Value] = {"conditions.leadership_shift": 1.0}
FOCUS: dict[str, Value] = {"conditions.focus_shift": 1.0}
PRESETS: tuple[tuple[str, dict[str, Value]], ...] = (
    ("As it is", {}),
    ("All the time in the world", TIME),
    ("All leaders back it", LEADERS),
    ("One shared focus", FOCUS),
    ("Time and leaders", TIME | LEADERS),
    ("Everything", TIME | LEADERS | FOCUS),
    ("Support: one year", {"programme.support_years": 1.0}),
    ("Support: five years", {"programme.support_years": 5.0}),
)
"""Plans to try with one key, each with the values by which it differs from the scenario."""

FRONT_PARAMETERS = {
    "time.hours": "Hours a week for it",
    "leadership.vision": "How much heads want it",
    "focus.alignment": "Fit with what schools want",
    "programme.support_years": "Years of outside support",
    "conditions.time_shift": "Close the gap in time, for all",
    "conditions.leadership_shift": "Close the gap in leadership, for all",
    "conditions.focus_shift": "Close the gap in shared focus, for all",
}
"""The parameters whose sliders stand in front, in a teacher's words; all others are behind "more"."""

GAPS = {
    f"conditions.{condition}_shift": f"How much of what is missing in {words} is added from outside, for "
    "everybody: 0 % adds nothing, 30 % closes three tenths of the gap, 100 % all of it."
    for condition, words in (("time", "time"), ("leadership", "leadership"), ("focus", "shared focus"))
}
"""What the sliders do that lift a condition from outside; their values are shares of the gap."""


def with_class_size(scenario: Scenario) -> Scenario:
    """The scenario with a population of class size; one that is read from files keeps its own."""
    return scenario if scenario.population_data else scenario.with_values(CLASS_SIZE)


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
