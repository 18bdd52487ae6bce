"""What the page is told of a scenario before anything is simulated: its size, its sliders, the plans to try."""

from __future__ import annotations

from plnsim.common.parameter import GROUPS, AnyParameter, Choice
from plnsim.common.sources import ASSUMED, SOURCES
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.output.words import number
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import FRONT_PARAMETERS, PRESETS, RUNS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.listing import titles
from plnsim.simulation.scenario.shipped import shipped_scenarios

MIN_SLIDER_STEPS = 16
HIDDEN = ("programme.follow_up_years",)
"""Without effect here: both sides last as long as the scenario."""
NOTE = (
    "A thought experiment, not a forecast: it says what follows from the assumptions. Most rates are assumed; behind each slider stands "
    "its source or the word assumed."
)


def about(scenario: Scenario, teachers: int, own_schools: int, seed: int = 1) -> dict:
    """What the page's source promises of ``about()``; ``own_schools`` is the number before the class size was set."""
    years = number(scenario.weeks / SCHOOL_WEEKS)
    schools = scenario.number_of_schools
    lead = f"{schools} {'schools' if scenario.population_data else 'invented schools'}, {teachers} teachers, {years} school years"
    smaller = f" (class size; the scenario itself has {own_schools} schools)" if own_schools != schools else ""
    return {
        "title": scenario.title,
        "purpose": scenario.purpose,
        "lead": f"{lead}{smaller}. {_support(scenario)}",
        "note": NOTE,
        "seed": seed,
        "years": scenario.weeks / SCHOOL_WEEKS,
        "runs": RUNS,
        "question": f"{QUESTION} in the last of {years} years?",
        "outcomes": [
            {"name": one.name, "title": one.meaning.rstrip("."), "meaning": one.meaning} for one in WEEKLY_OUTCOMES
        ],
        "controls": [
            control(one, scenario)
            for one in _ordered_parameters()
            if one.qualified_name not in HIDDEN and one.section != "measure"
        ],
        "groups": list(GROUPS),
        "presets": [{"name": name, "values": values} for name, values in PRESETS],
        "scenario": scenario.name,
        "scenarios": [{"name": name, "title": title} for name, title in titles().items()],
        "command": command(scenario),
        "can": {"seed": True, "stories": True, "upload": True, "schools": True, "all": True},
    }


QUESTION = "What share of all teachers will use the practice"


def _support(scenario: Scenario) -> str:
    if scenario.support_ends >= scenario.weeks:
        return "Outside support lasts throughout."
    return f"Outside support ends after year {number(scenario.support_ends / SCHOOL_WEEKS)}."


def _ordered_parameters() -> list[AnyParameter]:
    """The front ones in their order, then all others as they are declared."""
    return [
        *(MODEL_PARAMETERS[name] for name in FRONT_PARAMETERS),
        *(one for one in MODEL_PARAMETERS if one.qualified_name not in FRONT_PARAMETERS),
    ]


def control(one: AnyParameter, scenario: Scenario) -> dict:
    """A slider or a list of options, made from a declaration; a slider also reaches the scenario's own value."""
    value = scenario.values[one.qualified_name]
    spec = {
        "name": one.qualified_name,
        "label": f"{one.section.capitalize()}: {one.name.replace('_', ' ')}",
        "group": one.group,
        "meaning": one.meaning,
        "unit": one.unit,
        "source": _source(one),
        "first": one.qualified_name in FRONT_PARAMETERS,
        "value": value,
    }
    if isinstance(one, Choice):
        return spec | {"kind": "choice", "options": dict(one.options)}
    low_high = one.range if one.range[0] < one.range[1] else one.bounds
    low, high = min(low_high[0], value), max(low_high[1], value)
    return spec | {
        "kind": "number",
        "low": low,
        "high": high,
        "whole": one.integer,
        "step": 1 if one.integer else step(low, high, value),
    }


def step(low: float, high: float, value: float) -> float:
    """The widest step of 1, 2 or 5 in its last digit that meets both ends and the value, in at least sixteen parts."""
    for digits in range(-6, 7):
        for factor in (5, 2, 1):
            one = factor * 10.0**-digits
            if (high - low) / one >= MIN_SLIDER_STEPS and all(
                _divides(one, width) for width in (high - low, value - low)
            ):
                return round(one, 10)
    return (high - low) / 1000


def _divides(one: float, width: float) -> bool:
    return abs(width / one - round(width / one)) < 1e-6


def _source(one: AnyParameter) -> str:
    named = "assumed" if one.source == ASSUMED else SOURCES[one.source].reference
    return f"{named}; direction: {SOURCES[one.direction].reference}" if one.direction else named


def command(scenario: Scenario) -> list[str]:
    """The words that run this scenario on the command line."""
    if scenario.name not in shipped_scenarios():
        return ["plnsim", "run", f"{scenario.name}.toml"]
    shipped = Scenario.of(scenario.name)
    changed = [
        f"{name}={MODEL_PARAMETERS[name].format(value)}"
        for name, value in scenario.values.items()
        if value != shipped.values[name]
    ]
    return [
        "plnsim",
        "run",
        scenario.name,
        *(word for one in changed for word in ("--set", one)),
        "--years",
        number(scenario.weeks / SCHOOL_WEEKS),
    ]
