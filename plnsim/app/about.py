"""What the page learns of a scenario before anything is simulated: its size, sliders, prices, the plans to try."""

from __future__ import annotations

from plnsim.common.parameter import GROUPS, AnyParameter, Choice
from plnsim.common.sources import ASSUMED, SOURCES
from plnsim.model.cost import ITEMS, NOT_PRICED, SHARED
from plnsim.model.outcome import WEEKLY_OUTCOMES
from plnsim.model.prices import country_of
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.values import number_of
from plnsim.output.words import number
from plnsim.simulation.scenario import Scenario
from plnsim.simulation.scenario.classroom import FRONT_PARAMETERS, GAPS, PRESETS, RUNS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS, SIMULATED
from plnsim.simulation.scenario.shipped import shipped_scenarios

MIN_SLIDER_STEPS = 16
NOTE = (
    "A thought experiment, not a forecast: it says what follows from the assumptions. Most rates are assumed; "
    "behind each slider stands its source or the word assumed. The page simulates every run itself."
)


def about(scenario: Scenario, teachers: int, own_schools: int, seed: int = 1) -> dict[str, object]:
    """What ``source.js`` promises of a scenario; ``own_schools`` is the number before the class size was set."""
    years = number(scenario.weeks / SCHOOL_WEEKS)
    schools = scenario.number_of_schools
    invented = "" if scenario.population_data else "invented "
    lead = f"{schools} {invented}schools, {teachers} teachers, {years} school years"
    smaller = f" (class size; the scenario itself has {own_schools} schools)" if own_schools != schools else ""
    return {
        "title": scenario.title,
        "purpose": scenario.purpose,
        "lead": f"{lead}{smaller}. {_support(scenario)}",
        "note": NOTE,
        "seed": seed,
        "years": scenario.weeks / SCHOOL_WEEKS,
        "runs": RUNS,
        "outcomes": [{"name": outcome.name, "title": outcome.meaning.rstrip(".")} for outcome in WEEKLY_OUTCOMES],
        "controls": [
            control(parameter, scenario)
            for parameter in _ordered_parameters()
            if parameter.section != "measure" and parameter.section in SIMULATED
        ],
        "groups": list(GROUPS),
        "presets": [{"name": name, "values": values} for name, values in PRESETS],
        "prices": prices(scenario),
        "scenario": scenario.name,
        "command": command(scenario),
    }


def prices(scenario: Scenario) -> dict[str, object]:
    """The items of a bill with their prices, as ``outcomes.js`` makes the cost of a run with them."""
    items = [
        {
            **{key: getattr(item, key) for key in ("name", "count", "times", "supported", "a_year", "once")},
            "above": number_of(scenario.values, item.above) if item.above else None,
            "shared": SHARED if item.shared else "",
            "price": number_of(scenario.values, f"prices.{item.price}"),
        }
        for item in ITEMS
    ]
    unpriced = {name: {"label": label, "above": MODEL_PARAMETERS[name].default} for name, label in NOT_PRICED.items()}
    return {"sign": country_of(scenario.values).sign, "items": items, "not_priced": unpriced}


def _support(scenario: Scenario) -> str:
    if scenario.support_ends >= scenario.weeks:
        return "Outside support lasts throughout."
    return f"Outside support ends after year {number(scenario.support_ends / SCHOOL_WEEKS)}."


def _ordered_parameters() -> list[AnyParameter]:
    """The front ones in their order, then all others as they are declared."""
    return [
        *(MODEL_PARAMETERS[name] for name in FRONT_PARAMETERS),
        *(parameter for parameter in MODEL_PARAMETERS if parameter.qualified_name not in FRONT_PARAMETERS),
    ]


def control(parameter: AnyParameter, scenario: Scenario) -> dict[str, object]:
    """A slider or a list of options, made from a declaration; a slider also reaches the scenario's own value.

    It is called by a teacher's words for it, or by what it means; the model's term stands behind.
    """
    name = parameter.qualified_name
    value = scenario.values[name]
    spec: dict[str, object] = {
        "name": name,
        "label": FRONT_PARAMETERS.get(name, parameter.meaning.rstrip(".")),
        "group": parameter.group,
        "meaning": GAPS.get(name, parameter.meaning),
        "unit": parameter.unit,
        "suffix": " of it" if name in GAPS else "",
        "source": _source(parameter),
        "first": name in FRONT_PARAMETERS,
        "value": value,
    }
    if isinstance(parameter, Choice):
        return spec | {"kind": "choice", "options": dict(parameter.options)}
    assert not isinstance(value, str), parameter
    least, most = parameter.range if parameter.range[0] < parameter.range[1] else parameter.bounds
    low, high = min(least, value), max(most, value)
    return spec | {
        "kind": "number",
        "low": low,
        "high": high,
        "step": 1 if parameter.integer else step(low, high, value),
    }


def step(low: float, high: float, value: float) -> float:
    """The widest step of 1, 2 or 5 in its last digit that meets both ends and the value, in at least sixteen parts."""
    for digits in range(-6, 7):
        for factor in (5, 2, 1):
            width = factor * 10.0**-digits
            if (high - low) / width >= MIN_SLIDER_STEPS and all(
                _divides(width, distance) for distance in (high - low, value - low)
            ):
                return round(width, 10)
    return (high - low) / 1000


def _divides(width: float, distance: float) -> bool:
    return abs(distance / width - round(distance / width)) < 1e-6


def _source(parameter: AnyParameter) -> str:
    named = "assumed" if parameter.source == ASSUMED else SOURCES[parameter.source].reference
    return f"{named}; direction: {SOURCES[parameter.direction].reference}" if parameter.direction else named


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
        *(word for assignment in changed for word in ("--set", assignment)),
        "--years",
        number(scenario.weeks / SCHOOL_WEEKS),
    ]
