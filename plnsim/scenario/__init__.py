"""Scenario files and what they describe."""

from plnsim.scenario.scenario import Scenario, shipped_scenarios

__all__ = ["Scenario", "shipped_scenarios"]
