"""What the money of a programme buys otherwise: plans that cost the same, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scipy.optimize import brentq

from plnsim.common.short_repr import short_repr
from plnsim.model.measure import BARRIERS
from plnsim.model.values import number_of
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.weeks import CalendarEvent
from plnsim.studies.optimisation.levers import BY_NAME, bill, with_levers

EXTRA = 1 / 3
"""What is spent in addition, as a share of what the programme costs as it is."""
HOURS, MOST_HOURS = "hours", 2.0
"""Protected hours of every teacher while support lasts, in addition, which no lever of ``plnsim optimise`` buys."""
MIXES = (
    (HOURS,),
    ("cover",),
    ("leadership",),
    ("focus",),
    ("meetings",),
    ("support",),
    ("cover", "leadership"),
    ("cover", "focus"),
    ("leadership", "focus"),
    ("cover", "leadership", "focus"),
)
"""On what the money is spent, in equal parts."""
AS_IT_IS = "as-it-is"
SHIFTS = tuple(f"conditions.{condition}_shift" for condition in BARRIERS)


@dataclass(frozen=True)
class CostedPlan:
    """A plan: the scenario, the levels of what was bought, and what it costs beyond the programme as it is."""

    name: str
    scenario: Scenario
    levels: dict[str, float]
    extra: float

    __repr__ = short_repr


def ending_with_support(scenario: Scenario) -> Scenario:
    """The scenario with whatever lifts time, leadership and focus from outside ended with outside support."""
    ended = CalendarEvent(scenario.support_ends, None, tuple((name, 0.0) for name in SHIFTS), note="support ends")
    return replace(scenario, calendar=(*scenario.calendar, ended))


def cost(scenario: Scenario, levels: Mapping[str, float]) -> float:
    """What a plan costs before it starts, by the price list that every command goes by; the one place where this study
    asks for a price.
    """
    return sum(bill(_with_hours(scenario, levels), _levers(levels)).values())


def plans_of_equal_cost(scenario: Scenario) -> Iterator[CostedPlan]:
    """The programme as it is, and with the same money added on each of ``MIXES``; where a lever is at its end before
    the money is spent, the plan costs less.
    """
    before = cost(scenario, {})
    yield CostedPlan(AS_IT_IS, scenario, {}, 0.0)
    for mix in MIXES:
        levels = {name: _level(scenario, name, EXTRA * before / len(mix)) for name in mix}
        yield CostedPlan(
            "-and-".join(mix),
            with_levers(_with_hours(scenario, levels), _levers(levels)),
            levels,
            cost(scenario, levels) - before,
        )


def _level(scenario: Scenario, name: str, money: float) -> float:
    """The level of a lever that so much money buys in addition, at most its highest."""
    if name == HOURS:
        least, most = 0.0, MOST_HOURS
    else:
        least = number_of(scenario.values, BY_NAME[name].parameter)
        most = max(least, float(BY_NAME[name].levels[-1]))
    spare = cost(scenario, {name: least}) + money

    def missing(level: float) -> float:
        return cost(scenario, {name: level}) - spare

    return most if missing(most) <= 0.0 else float(brentq(missing, least, most, xtol=1e-4))


def _with_hours(scenario: Scenario, levels: Mapping[str, float]) -> Scenario:
    """The scenario with protected hours in its calendar, if there are any among what is bought."""
    if HOURS not in levels:
        return scenario
    hours = number_of(scenario.values, "time.hours") + levels[HOURS]
    protected = CalendarEvent(0, scenario.support_ends, (("time.hours", hours),), note="protected hours")
    return replace(scenario, calendar=(*scenario.calendar, protected))


def _levers(levels: Mapping[str, float]) -> dict[str, float]:
    return {name: level for name, level in levels.items() if name != HOURS}
