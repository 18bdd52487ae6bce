"""A scenario as it shows itself in a notebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Protocol

from plnsim.common.notebook import bullet_list, card, table, timeline
from plnsim.common.parameter import Choice, Value
from plnsim.common.sources import SOURCES
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.weeks import CalendarEvent


class ScenarioPage(Protocol):
    """What a page tells of a scenario."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def purpose(self) -> str: ...
    @property
    def sources(self) -> Sequence[str]: ...
    @property
    def known(self) -> Sequence[str]: ...
    @property
    def assumed(self) -> Sequence[str]: ...
    @property
    def special(self) -> Sequence[str]: ...
    @property
    def omitted(self) -> Sequence[str]: ...
    @property
    def changed(self) -> Mapping[str, Value]: ...
    @property
    def calendar(self) -> Sequence[CalendarEvent]: ...
    @property
    def weeks(self) -> int: ...
    @property
    def support_ends(self) -> int: ...
    @property
    def number_of_schools(self) -> int: ...
    def to_python(self) -> str: ...


def to_html(scenario: ScenarioPage) -> str:
    """What a programme is: its years, what differs from the defaults, what is known of it and what assumed."""
    years, supported = scenario.weeks / SCHOOL_WEEKS, min(scenario.support_ends, scenario.weeks) / SCHOOL_WEEKS
    about = (
        f"{scenario.number_of_schools:,} schools, {years:.3g} years, supported for {supported:.3g}. {scenario.purpose}"
    )
    events = [event for event in scenario.calendar if event.week < scenario.weeks]
    told = [f"year {event.week / SCHOOL_WEEKS:.3g}: {_describe_event(event)}" for event in events]
    seen = f"A run of {years:.3g} years, supported for {supported:.3g}" + "".join(f"; {event}" for event in told)
    sources = [SOURCES[source].reference if source in SOURCES else source for source in scenario.sources]
    parts = [
        timeline(years, supported, [event.week / SCHOOL_WEEKS for event in events], seen),
        f"<p>{escape('; '.join(f'{number} {event}' for number, event in enumerate(told, start=1)))}</p>"
        if told
        else "",
        _differences(scenario),
        bullet_list("Known", scenario.known),
        bullet_list("Assumed", scenario.assumed),
        bullet_list("Special", scenario.special),
        bullet_list("Omitted", scenario.omitted),
        bullet_list("Sources", sources),
    ]
    return card(
        scenario.title or scenario.name,
        about,
        parts,
        f"from plnsim import Scenario\n\nscenario = {scenario.to_python()}",
    )


def _describe_event(event: CalendarEvent) -> str:
    return event.note or event.event or ", ".join(f"{name} = {value}" for name, value in event.values)


def _differences(scenario: ScenarioPage) -> str:
    """The parameters that differ from their defaults."""
    rows = []
    for name, value in scenario.changed.items():
        parameter = MODEL_PARAMETERS[name]
        unit = "" if isinstance(parameter, Choice) else parameter.unit
        rows.append((name, parameter.format(value), parameter.format(parameter.default), unit, parameter.meaning))
    return (
        table(("differs from the default", "here", "default", "unit", "meaning"), rows)
        if rows
        else "<p>Every parameter has its default.</p>"
    )
