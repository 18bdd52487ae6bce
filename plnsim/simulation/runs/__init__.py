"""Runs of a scenario: simulated, measured, and as tables.

Replicates with one seed have the same luck in every scenario, so scenarios are compared pairwise, replicate by replicate.
"""

from plnsim.simulation.runs.barriers import Barriers, barriers
from plnsim.simulation.runs.replicates import is_large, run, usual_replicates
from plnsim.simulation.runs.result import HALF, RANGE, Run, summary
from plnsim.simulation.runs.simulate import READINGS, as_measured, simulated
from plnsim.simulation.runs.threads import Progress, in_order

__all__ = ["HALF", "RANGE", "READINGS", "Barriers", "Progress", "Run", "as_measured", "barriers",
           "in_order", "is_large", "run", "simulated", "summary", "usual_replicates"]
