"""Models without content: what takes exchange, choice or structure out of every trial, whatever it sets itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.model.values import number_of
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.validation.pattern import NOBODY_TAKES_IT_UP


def with_values(scenario: Scenario, values: Mapping[str, Value]) -> Scenario:
    """The scenario with these values from the first week to the last."""
    calendar = tuple(
        replace(event, values=tuple((name, value) for name, value in event.values if name not in values))
        for event in scenario.calendar
    )
    kept = tuple(event for event in calendar if event.values or event.event)
    return replace(scenario.with_values(values), calendar=kept)


def of_one_school(values: Mapping[str, Value]) -> Mapping[str, Value]:
    """As many members in all, and as many facilitators: each serves as many networks more as networks are smaller."""
    schools, networks = (
        number_of(values, f"programme.{name}") for name in ("schools_a_network", "networks_a_facilitator")
    )
    return {
        "programme.schools_a_network": 1.0,
        "programme.schools_at_most": 1,
        "programme.networks_a_facilitator": networks * schools,
        "programme.topology": "clique",
        "inquiry.exchange_between_networks": 0.0,
        "spanning.carrying": 0.0,
    }


@dataclass(frozen=True)
class NullModel:
    """A model without content: its name, and what it sets in a scenario that has some values."""

    name: str
    values: Callable[[Mapping[str, Value]], Mapping[str, Value]]

    __repr__ = short_repr

    def change(self, scenario: Scenario) -> Scenario:
        """The scenario as this model has it, from the first week to the last."""
        return with_values(scenario, self.values(scenario.values))


NETWORKS_OF_ONE_SCHOOL = NullModel(
    "networks of one school", lambda values: {"recruitment.rate": 0.0, **of_one_school(values)}
)
NULL_MODELS = (
    NullModel("nobody adopts", lambda values: {**NOBODY_TAKES_IT_UP, "population.first_users": 0.0}),
    NullModel(
        "everybody adopts",
        lambda values: {
            "population.first_users": 1.0,
            "adoption.alone": 100.0,
            "adoption.again": 1.0,
            "adoption.never": 0.0,
            "abandonment.rate": 0.0,
            "policy.displaced": 0.0,
        },
    ),
    NETWORKS_OF_ONE_SCHOOL,
    NullModel("mean field at home", lambda values: {"ties.pattern": "complete"}),
)
