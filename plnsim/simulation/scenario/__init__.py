"""Scenario files and what they describe."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from plnsim.simulation.scenario.scenario import Scenario
    from plnsim.simulation.scenario.shipped import shipped_scenarios


def __getattr__(name: str) -> object:
    """Loads what is asked for: a list of scenarios needs no model."""
    if name == "Scenario":
        from plnsim.simulation.scenario.scenario import Scenario

        return Scenario
    if name == "shipped_scenarios":
        from plnsim.simulation.scenario.shipped import shipped_scenarios

        return shipped_scenarios
    raise AttributeError(name)


__all__ = ["Scenario", "shipped_scenarios"]
