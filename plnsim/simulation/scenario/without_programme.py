"""A scenario without its programme: the same schools, with nothing bought for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from plnsim.common.parameter import Value
from plnsim.model.measure import BARRIERS
from plnsim.model.values import number_of
from plnsim.simulation.scenario.scenario import Scenario

NO_PROGRAMME: Mapping[str, Value] = {"programme.participation": 0.0, "mobilisation.mailing": 0.0}
"""No network and no mailing; visits and outside pressure go to schools in networks alone."""
NO_LIFTS: Mapping[str, Value] = {f"conditions.{condition}_shift": 0.0 for condition in BARRIERS}
"""No condition moved from outside."""


def without_programme(scenario: Scenario, *, keep_conditions: bool = False) -> Scenario:
    """Gives the same schools with business as usual.

    Parameters
    ----------
    scenario : Scenario
    keep_conditions : bool, default False
        Whether conditions that are moved from outside, and protected time, are the schools' own rather than bought.

    Returns
    -------
    Scenario
        Of the same length, whatever becomes of its calendar.
    """
    values, calendar = dict(NO_PROGRAMME), scenario.calendar
    if not keep_conditions:
        hours = min(number_of(scenario.values, name) for name in ("time.hours", "prices.own_hours"))
        values |= {**NO_LIFTS, "time.hours": hours}
        left = [
            replace(event, values=tuple((name, value) for name, value in event.values if name not in values))
            for event in calendar
        ]
        calendar = tuple(event for event in left if event.values or event.event)
    known = scenario.population_data
    data = None if known is None else replace(known, networks=None)
    return replace(scenario, changed=dict(scenario.changed) | values, calendar=calendar, population_data=data)


def schools_alone(scenario: Scenario) -> Scenario:
    """The same without the programme and without name and texts: equal for plans that differ in what they buy alone."""
    bare = replace(without_programme(scenario), name="", title="", purpose="", sources=(), known=())
    return replace(bare, assumed=(), special=(), omitted=(), teachers_do="")
