"""A scenario as it shows itself in a notebook, and as Python that makes it again."""

from __future__ import annotations

from html import escape

from plnsim.common.notebook import bullet_list, card, table, timeline
from plnsim.common.parameter import Choice
from plnsim.common.sources import SOURCES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.simulation.scenario.shipped import shipped_scenarios
from plnsim.simulation.scenario.weeks import CalendarEvent


def to_python(scenario: Scenario) -> str:
    """The expression that makes the scenario again.

    Where that takes a calendar or files of its own, it reads them from a file, and a comment says how such a file is
    written.
    """
    base = (
        Scenario.of(scenario.name)
        if scenario.name in shipped_scenarios()
        else Scenario(scenario.name, title=scenario.title)
    )
    if base.calendar != scenario.calendar or base.files != scenario.files:
        return f'Scenario.of("{scenario.name}.toml")  # the file that plnsim.simulation.scenario.save.to_toml(scenario) gives'
    text = (
        f'Scenario.of("{scenario.name}")'
        if scenario.name in shipped_scenarios()
        else f"Scenario({scenario.name!r}, title={scenario.title!r})"
    )
    if values := {name: value for name, value in scenario.values.items() if value != base.values[name]}:
        text += f".with_values({values!r})"
    return text + (f".with_years({scenario.years!r})" if scenario.years != base.years else "")


def to_html(scenario: Scenario) -> str:
    """What a programme is: its years, what differs from the defaults, what is known of it and what assumed."""
    years, supported = scenario.weeks / SCHOOL_WEEKS, min(scenario.support_ends, scenario.weeks) / SCHOOL_WEEKS
    about = (
        f"{scenario.number_of_schools:,} schools, {years:.3g} years, supported for {supported:.3g}. {scenario.purpose}"
    )
    entries = [one for one in scenario.calendar if one.week < scenario.weeks]
    told = [f"year {one.week / SCHOOL_WEEKS:.3g}: {_describe_event(one)}" for one in entries]
    seen = f"A run of {years:.3g} years, supported for {supported:.3g}" + "".join(f"; {one}" for one in told)
    sources = [SOURCES[one].reference if one in SOURCES else one for one in scenario.sources]
    parts = [
        timeline(years, supported, [one.week / SCHOOL_WEEKS for one in entries], seen),
        f"<p>{escape('; '.join(f'{number} {one}' for number, one in enumerate(told, start=1)))}</p>" if told else "",
        _differences(scenario),
        bullet_list("Known", scenario.known),
        bullet_list("Assumed", scenario.assumed),
        bullet_list("Special", scenario.special),
        bullet_list("Sources", sources),
    ]
    return card(
        scenario.title or scenario.name,
        about,
        parts,
        f"from plnsim import Scenario\n\nscenario = {to_python(scenario)}",
    )


def _describe_event(entry: CalendarEvent) -> str:
    return entry.note or entry.event or ", ".join(f"{name} = {value}" for name, value in entry.values)


def _differences(scenario: Scenario) -> str:
    """The parameters that differ from their defaults."""
    rows = []
    for name, value in scenario.changed.items():
        one = MODEL_PARAMETERS[name]
        rows.append(
            (name, one.format(value), one.format(one.default), "" if isinstance(one, Choice) else one.unit, one.meaning)
        )
    return (
        table(("differs from the default", "here", "default", "unit", "meaning"), rows)
        if rows
        else "<p>Every parameter has its default.</p>"
    )
