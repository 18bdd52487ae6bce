"""Runs of a scenario: simulated, measured, and as tables.

Replicates with one seed have common random numbers in every scenario, so scenarios are compared pairwise, replicate
by replicate.
"""

from plnsim.simulation.runs.barriers import Barriers, barriers
from plnsim.simulation.runs.cost import Cost, bill_of, cost_of
from plnsim.simulation.runs.intervals import (
    CONFIDENCE_INTERVAL,
    PREDICTION_INTERVAL,
    Description,
    Intervals,
    intervals,
    ranges,
)
from plnsim.simulation.runs.replicates import default_replicates, is_large, run
from plnsim.simulation.runs.result import HALF_QUANTILES, RANGE_QUANTILES, RunResult, summary
from plnsim.simulation.runs.simulate import ENGINES, simulate_run, to_run_counts
from plnsim.simulation.runs.threads import ProgressCallback, map_ordered

__all__ = [
    "CONFIDENCE_INTERVAL",
    "ENGINES",
    "HALF_QUANTILES",
    "PREDICTION_INTERVAL",
    "RANGE_QUANTILES",
    "Barriers",
    "Cost",
    "Description",
    "Intervals",
    "ProgressCallback",
    "RunResult",
    "barriers",
    "bill_of",
    "cost_of",
    "default_replicates",
    "intervals",
    "is_large",
    "map_ordered",
    "ranges",
    "run",
    "simulate_run",
    "summary",
    "to_run_counts",
]
