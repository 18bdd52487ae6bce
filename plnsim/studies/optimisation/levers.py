"""The levers of a programme and what they cost: declared as data.

A lever moves one parameter through a few levels, from the cheapest to the dearest. A bill has items, each so many
units at a unit cost; the plan of a programme says how many units that are. The bill is that of the plan, as it would
be drawn up before the start: seats of the schools that take part from the beginning, all meetings held, every seat
filled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import Parameter, Value
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.weeks import CalendarEvent

WHILE_SUPPORTED = "while supported"
WHOLE_RUN = "whole run"
MEAN_WAY = 0.3826
"""Mean way from anywhere in a square to its middle, as a share of its side."""


@dataclass(frozen=True)
class Lever:
    """What can be bought: its name, the parameter it moves, its levels from the cheapest to the dearest, and the items
    of the bill it drives.

    ``template`` is how a table writes a level. A lever ``while supported`` holds until outside support ends, any other
    for the whole run. One without items is free.
    """

    name: str
    parameter: str
    levels: tuple[Value, ...]
    items: tuple[str, ...]
    meaning: str
    template: str = "{:g}"
    holds: str = WHOLE_RUN


@dataclass(frozen=True)
class Plan:
    """How large a programme is: what the items of its bill are counted from."""

    values: Mapping[str, Value]
    schools: int
    teachers: float
    given_networks: int | None = None
    given_seats: int = 0

    def number(self, name: str) -> float:
        """The value of a parameter that is a number."""
        return number_of(self.values, name)

    @property
    def taking_part(self) -> int:
        return round(self.number("programme.participation") * self.schools)

    @property
    def networks(self) -> float:
        if self.given_networks is not None:
            return self.given_networks
        of_a_theme = (
            max(1, round(self.taking_part / self.number("programme.schools_a_network"))) if self.taking_part else 0
        )
        return of_a_theme * self.number("programme.themes")

    @property
    def seats(self) -> float:
        if self.given_networks is not None:
            return self.given_seats
        return self.taking_part * self.number("programme.delegates") * self.number("programme.themes")

    @property
    def years(self) -> float:
        return self.number("programme.support_years")

    @property
    def meetings(self) -> float:
        """Meetings of one network in all years of support."""
        return self.number("meeting.a_year") * self.years

    @property
    def travel_hours(self) -> float:
        """Hours to a network's meeting in person and back, as in a square region; neighbours have its share of it."""
        schools = max(1.0, self.number("programme.schools_a_network"))
        minutes = MEAN_WAY * self.number("population.minutes_across") * math.sqrt(1.0 - 1.0 / schools)
        if self.values["programme.grouping"] == "nearby":
            minutes /= math.sqrt(max(1.0, self.networks))
        return 2.0 * minutes / 60.0


def make_plan(scenario: Scenario, allocation: Allocation) -> Plan:
    """The plan of a scenario with an allocation in force."""
    moved = {
        (lever := BY_NAME[name]).parameter: MODEL_PARAMETERS[lever.parameter].validate(level)
        for name, level in allocation.items()
    }
    values = dict(scenario.values) | {"programme.support_years": scenario.support_ends / SCHOOL_WEEKS} | moved
    given = scenario.population_data.networks if scenario.population_data else None
    if given is None:
        return Plan(values, scenario.number_of_schools, scenario.expected_teachers)
    seats = sum(len(posts) for network in given for _, posts in network)
    return Plan(values, scenario.number_of_schools, scenario.expected_teachers, len(given), seats)


@dataclass(frozen=True)
class CostItem:
    """An item of the bill: how many units a plan has of it, and the parameter that says what one costs."""

    name: str
    unit: str
    unit_cost: Parameter
    units: Callable[[Plan], float]


def _cost(name: str, default: float, unit: str, plausible: tuple[float, float], meaning: str) -> Parameter:
    return Parameter(
        name,
        default=default,
        unit=unit,
        range=plausible,
        meaning=meaning,
        group="analysis",
        bounds=(0.0, 1e9),
        section="cost",
    )


HOUR = _cost("hour", 30.0, "money an hour", (15.0, 60.0), "An hour of a teacher (the scenario's measure.hour_cost).")
FACILITATION = _cost(
    "facilitation",
    500.0,
    "money a meeting",
    (200.0, 1500.0),
    "Facilitating one meeting (the scenario's measure.facilitation_cost).",
)
LEADERSHIP = _cost(
    "leadership",
    10_000.0,
    "money a school and year",
    (3_000.0, 30_000.0),
    "Leadership development that would close the whole gap of one school; a share of the gap costs its share.",
)
FOCUS = _cost(
    "focus",
    5_000.0,
    "money a school",
    (1_000.0, 15_000.0),
    "Work of a school's staff, before the start, that would close its whole gap to a shared focus; a share costs its "
    "share.",
)
MAILING = _cost(
    "mailing",
    2.0,
    "money a teacher reached",
    (0.5, 10.0),
    "A mailing that reaches a teacher (the scenario's measure.mailing_cost).",
)
VISIT = _cost(
    "visit",
    300.0,
    "money a visit",
    (100.0, 1000.0),
    "A knowledge mobiliser's visit to a school that takes part (the scenario's measure.visit_cost).",
)
UNIT_COSTS: dict[str, Parameter] = {cost.name: cost for cost in (HOUR, FACILITATION, LEADERSHIP, FOCUS, MAILING, VISIT)}
"""What a unit costs; all assumed, and to be replaced by one's own."""

SCENARIO_COSTS = {
    "hour": "measure.hour_cost",
    "facilitation": "measure.facilitation_cost",
    "mailing": "measure.mailing_cost",
    "visit": "measure.visit_cost",
}
"""Unit costs that a scenario has already."""

ITEMS: tuple[CostItem, ...] = (
    CostItem(
        "cover", "hours of cover", HOUR, lambda plan: plan.seats * plan.years * SCHOOL_WEEKS * plan.number("time.cover")
    ),
    CostItem(
        "meetings",
        "hours in meetings",
        HOUR,
        lambda plan: plan.seats * plan.meetings * plan.number("meeting.hours"),
    ),
    CostItem(
        "travel",
        "hours of travel",
        HOUR,
        lambda plan: plan.seats * plan.meetings * plan.number("meeting.in_person") * plan.travel_hours,
    ),
    CostItem(
        "facilitation",
        "facilitated meetings",
        FACILITATION,
        lambda plan: plan.networks * plan.meetings / max(1.0, plan.number("programme.networks_a_facilitator")),
    ),
    CostItem(
        "leadership",
        "gaps of a school closed for a year",
        LEADERSHIP,
        lambda plan: plan.schools * plan.years * plan.number("conditions.leadership_shift"),
    ),
    CostItem(
        "focus", "gaps of a school closed", FOCUS, lambda plan: plan.schools * plan.number("conditions.focus_shift")
    ),
    CostItem(
        "mailings",
        "teachers reached by mailings",
        MAILING,
        lambda plan: plan.teachers * plan.years * SCHOOL_WEEKS * plan.number("mobilisation.mailing"),
    ),
    CostItem(
        "visits",
        "visits to schools",
        VISIT,
        lambda plan: plan.taking_part * plan.years * SCHOOL_WEEKS * plan.number("mobilisation.visits"),
    ),
)

SEAT_ITEMS = ("cover", "meetings", "travel")
LEVERS: tuple[Lever, ...] = (
    Lever(
        "participation",
        "programme.participation",
        (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        (*SEAT_ITEMS, "facilitation", "visits"),
        "Share of schools that take part from the start.",
        "{:.0%}",
    ),
    Lever("reach", "programme.reach", ("any schools", "disadvantaged first"), (), "Which schools are invited.", "{}"),
    Lever("delegates", "programme.delegates", (1, 2, 3, 4, 5, 6), SEAT_ITEMS, "Teachers of a school who hold a seat."),
    Lever(
        "cover",
        "time.cover",
        (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2),
        ("cover",),
        "Paid cover for those with a seat.",
        "{:g} h",
    ),
    Lever(
        "meetings",
        "meeting.a_year",
        (4.0, 6.0, 8.0, 10.0, 13.0, 16.0, 19.0),
        ("meetings", "travel", "facilitation"),
        "Meetings a year.",
    ),
    Lever(
        "in_person",
        "meeting.in_person",
        (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
        ("travel",),
        "Share of exchange in person; the rest is online.",
        "{:.0%}",
    ),
    Lever(
        "facilitation",
        "programme.networks_a_facilitator",
        (8.0, 4.0, 3.0, 2.0, 1.0),
        ("facilitation",),
        "Networks that share a facilitator, and her fee for each meeting, with the crowding that this brings.",
    ),
    Lever(
        "support",
        "programme.support_years",
        (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0),
        (*SEAT_ITEMS, "facilitation", "leadership", "mailings", "visits"),
        "Years of outside support.",
        "{:g} y",
    ),
    Lever(
        "leadership",
        "conditions.leadership_shift",
        (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5),
        ("leadership",),
        "Share of the gap in leadership that development closes, in all schools, while support lasts.",
        "{:.0%}",
        WHILE_SUPPORTED,
    ),
    Lever(
        "focus",
        "conditions.focus_shift",
        (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5),
        ("focus",),
        "Share of the gap in shared focus that work before the start closes, in all schools.",
        "{:.0%}",
    ),
)
BY_NAME: dict[str, Lever] = {lever.name: lever for lever in LEVERS}

Allocation = Mapping[str, Value]
"""The level of each lever in play, by the lever's name."""


def select_levers(names: Iterable[str] | None, scenario: Scenario) -> tuple[Lever, ...]:
    """The levers of these names, or all that a scenario leaves open; raises ``InputError`` for one that is unknown or
    out of its hands.
    """
    fixed = {lever.name: why for lever in LEVERS if (why := _why_fixed(lever, scenario))}
    if names is None:
        return tuple(lever for lever in LEVERS if lever.name not in fixed)
    names = list(dict.fromkeys(names))
    for name in names:
        if name not in BY_NAME:
            raise InputError(f"there is no lever {name}", place="--levers", right=suggestion(name, BY_NAME))
        if name in fixed:
            raise InputError(
                f"the lever {name} cannot be moved in {scenario.name}: {fixed[name]}",
                place="--levers",
                right="levers of this scenario: "
                f"{', '.join(lever.name for lever in LEVERS if lever.name not in fixed)}",
            )
    if not names:
        raise InputError("no lever is left to move", place="--levers", right=f"some of: {', '.join(BY_NAME)}")
    return tuple(lever for lever in LEVERS if lever.name in names)


def _why_fixed(lever: Lever, scenario: Scenario) -> str:
    """Why a scenario does not leave a lever open; empty where it does."""
    if any(name == lever.parameter for entry in scenario.calendar for name, _ in entry.values):
        return f"its calendar sets {lever.parameter}"
    if lever.name == "support" and any(entry.event == "end support" for entry in scenario.calendar):
        return "its calendar ends support"
    if (
        scenario.population_data is not None
        and scenario.population_data.networks is not None
        and lever.name in ("participation", "reach", "delegates")
    ):
        return "its networks are given by a file"
    return ""


def unit_costs(scenario: Scenario, given: Mapping[str, float] | None = None) -> dict[str, float]:
    """What each unit costs: as given, else as the scenario has it, else the default; raises ``InputError``."""
    costs = {
        name: number_of(scenario.values, SCENARIO_COSTS[name]) if name in SCENARIO_COSTS else parameter.default
        for name, parameter in UNIT_COSTS.items()
    }
    return costs | {name: unit_cost(name, value) for name, value in (given or {}).items()}


def unit_cost(name: str, value: float) -> float:
    """A unit cost that was given, checked; raises ``InputError``."""
    if name not in UNIT_COSTS:
        raise InputError(f"there is no unit cost {quote_value(name)}", right=suggestion(name, UNIT_COSTS))
    return UNIT_COSTS[name].validate(value)


def with_levers(scenario: Scenario, allocation: Allocation) -> Scenario:
    """The scenario with an allocation in force."""
    moved = scenario.with_values(
        {BY_NAME[name].parameter: level for name, level in allocation.items() if BY_NAME[name].holds == WHOLE_RUN}
    )
    for name, level in allocation.items():
        lever = BY_NAME[name]
        if lever.holds == WHILE_SUPPORTED and moved.support_ends > 0:
            moved = replace(
                moved,
                calendar=(
                    *moved.calendar,
                    CalendarEvent(0, moved.support_ends, ((lever.parameter, level),), note="lever"),
                ),
            )
    return moved


def bill(scenario: Scenario, allocation: Allocation, costs: Mapping[str, float]) -> dict[str, float]:
    """What the plan of a scenario with an allocation costs, item by item."""
    plan = make_plan(scenario, allocation)
    return {item.name: item.units(plan) * costs[item.unit_cost.name] for item in ITEMS}
