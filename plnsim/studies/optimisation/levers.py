"""The levers of a programme and what they cost: declared as data.

A lever moves one parameter through a few levels, from the cheapest to the dearest. The bill has the items and prices of
any run; how many units a plan has of each is worked out as it would be before the start: seats of the schools that take
part from the beginning, all meetings held, every seat filled.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.parameter import Value
from plnsim.model.cost import ITEMS, ITEMS_BY_NAME, SHARED
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.weeks import CalendarEvent, regimes

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
    protected_hours: float = 0.0
    gap_years: float = 0.0
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
    def shared(self) -> float:
        """Networks that share a facilitator, partners, and their fees."""
        return max(1.0, self.number(SHARED))

    @property
    def hours_beyond_cover(self) -> float:
        """Hours that a seat gives to one meeting beyond cover: week by week it is made up for from cover and a share of
        one's own hours, until the next meeting at the latest.
        """
        cover, own = self.number("time.cover"), self.number("time.most_for_meetings") * self.number("time.hours")
        hours = self.number("meeting.hours") + self.number("meeting.in_person") * self.travel_hours
        between = SCHOOL_WEEKS / max(1e-9, self.number("meeting.a_year"))
        return own * min(between, hours / (cover + own)) if own > 0.0 else 0.0

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
    protected, gap_years = _in_force(scenario)
    if "leadership" in allocation:
        gap_years = number_of(values, "conditions.leadership_shift") * number_of(values, "programme.support_years")
    plan = Plan(values, scenario.number_of_schools, scenario.expected_teachers, protected, gap_years)
    given = scenario.population_data.networks if scenario.population_data else None
    if given is None:
        return plan
    seats = sum(len(posts) for network in given for _, posts in network)
    return replace(plan, given_networks=len(given), given_seats=seats)


@lru_cache(maxsize=64)
def _in_force(scenario: Scenario) -> tuple[float, float]:
    """Over a whole run, as the calendar has it: protected hours of a teacher, and years of a school's gap in leadership
    that is closed.
    """
    parameter_sets, regime = regimes(scenario.values, scenario.calendar, scenario.weeks)
    own = number_of(scenario.values, "prices.own_hours")
    protected = [max(0.0, number_of(values, "time.hours") - own) for values in parameter_sets]
    closed = [number_of(values, "conditions.leadership_shift") for values in parameter_sets]
    return sum(protected[now] for now in regime), sum(closed[now] for now in regime) / SCHOOL_WEEKS


PLANNED: Mapping[str, Callable[[Plan], float]] = {
    "protected_time": lambda plan: plan.teachers * plan.protected_hours,
    "cover": lambda plan: plan.seats * plan.years * SCHOOL_WEEKS * plan.number("time.cover"),
    "meetings": lambda plan: plan.seats * plan.meetings * plan.hours_beyond_cover,
    "facilitation": lambda plan: plan.networks * plan.meetings / plan.shared,
    "partners": lambda plan: plan.networks * plan.years * plan.number("partners.a_network") / plan.shared,
    "leadership": lambda plan: plan.schools * plan.gap_years,
    "focus": lambda plan: plan.schools * plan.number("conditions.focus_shift"),
    "mailings": lambda plan: plan.teachers * plan.years * SCHOOL_WEEKS * plan.number("mobilisation.mailing"),
    "visits": lambda plan: plan.taking_part * plan.years * SCHOOL_WEEKS * plan.number("mobilisation.visits"),
}
"""How many units a plan has of each item of a run's bill (``plnsim.model.cost``), but for hours that colleagues give
one another, which no plan foresees.
"""

SEAT_ITEMS = ("cover", "meetings")
LEVERS: tuple[Lever, ...] = (
    Lever(
        "participation",
        "programme.participation",
        (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8),
        (*SEAT_ITEMS, "facilitation", "partners", "visits"),
        "Share of schools that take part from the start.",
        "{:.0%}",
    ),
    Lever("reach", "programme.reach", ("any schools", "disadvantaged first"), (), "Which schools are invited.", "{}"),
    Lever("delegates", "programme.delegates", (1, 2, 3, 4, 5, 6), SEAT_ITEMS, "Teachers of a school who hold a seat."),
    Lever(
        "cover",
        "time.cover",
        (0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2),
        ("cover", "meetings"),
        "Paid cover for those with a seat.",
        "{:g} h",
    ),
    Lever(
        "meetings",
        "meeting.a_year",
        (4.0, 6.0, 8.0, 10.0, 13.0, 16.0, 19.0),
        ("meetings", "facilitation"),
        "Meetings a year.",
    ),
    Lever(
        "in_person",
        "meeting.in_person",
        (0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
        ("meetings",),
        "Share of exchange in person; the rest is online.",
        "{:.0%}",
    ),
    Lever(
        "facilitation",
        "programme.networks_a_facilitator",
        (8.0, 4.0, 3.0, 2.0, 1.0),
        ("facilitation", "partners"),
        "Networks that share a facilitator, and her fee for each meeting, with the crowding that this brings.",
    ),
    Lever(
        "support",
        "programme.support_years",
        (1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0),
        (*SEAT_ITEMS, "facilitation", "partners", "leadership", "mailings", "visits"),
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


def with_prices(scenario: Scenario, given: Mapping[str, float] | None = None) -> Scenario:
    """The scenario with some prices of one's own, by the names of its ``[prices]``; raises ``InputError``."""
    return scenario.with_values({price_name(name): value for name, value in (given or {}).items()})


def price_name(name: str) -> str:
    """The dotted name of a price; raises ``InputError``."""
    prices = {item.price for item in ITEMS}
    if name not in prices:
        raise InputError(f"there is no price {quote_value(name)}", right=suggestion(name, sorted(prices)))
    return f"prices.{name}"


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


def bill(scenario: Scenario, allocation: Allocation) -> dict[str, float]:
    """What the plan of a scenario with an allocation costs, item by item, at the prices of the scenario."""
    plan = make_plan(scenario, allocation)
    return {name: units(plan) * plan.number(f"prices.{ITEMS_BY_NAME[name].price}") for name, units in PLANNED.items()}
