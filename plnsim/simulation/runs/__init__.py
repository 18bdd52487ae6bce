"""Runs of a scenario: simulated, measured, and as tables.

Replicates with one seed have common random numbers in every scenario, so scenarios are compared pairwise, replicate
by replicate.
"""

from plnsim.simulation.runs.barriers import Barriers, barriers
from plnsim.simulation.runs.replicates import default_replicates, is_large, run
from plnsim.simulation.runs.result import HALF_QUANTILES, RANGE_QUANTILES, RunResult, summary
from plnsim.simulation.runs.simulate import ENGINES, simulate_run, to_run_counts
from plnsim.simulation.runs.threads import ProgressCallback, map_ordered

__all__ = [
    "ENGINES",
    "HALF_QUANTILES",
    "RANGE_QUANTILES",
    "Barriers",
    "ProgressCallback",
    "RunResult",
    "barriers",
    "default_replicates",
    "is_large",
    "map_ordered",
    "run",
    "simulate_run",
    "summary",
    "to_run_counts",
]
