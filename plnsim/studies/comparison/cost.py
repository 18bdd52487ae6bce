"""What each sustained adopter costs: a ratio of two sums over runs, with its interval."""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np

from plnsim.simulation.runs.intervals import CONFIDENCE
from plnsim.studies.comparison.scenario_result import ScenarioResult


class CostPerAdopter(TypedDict):
    """A row of the table ``costs``."""

    scenario: str
    cost: float
    sustained_adopters: float
    cost_per_adopter: float
    cost_low: float
    cost_high: float
    reached: int
    runs: int


def cost_of(result: ScenarioResult) -> CostPerAdopter:
    """The cost of each sustained adopter: total cost of all runs over their total adopters, with its 95 % interval.

    Where there is less than one adopter a run on average it is infinite, and there is no interval; so is the upper end
    where that holds without one of the runs.
    """
    cost, adopters = result.values("cost"), result.values("sustained_adopters")
    low, high = ratio_interval(cost, adopters)
    return {
        "scenario": result.name,
        "cost": float(cost.mean()),
        "sustained_adopters": float(adopters.mean()),
        "cost_per_adopter": _ratio(cost, adopters),
        "cost_low": low,
        "cost_high": high,
        "reached": int((adopters >= 1.0).sum()),
        "runs": len(cost),
    }


def ratio_interval(cost: np.ndarray, adopters: np.ndarray) -> tuple[float, float]:
    """The ends of the 95 % confidence interval of a ratio of sums over paired values, by Student's t and the jackknife
    on the logarithm (decision 0025); NaN where one value tells none.
    """
    from scipy.special import stdtrit

    runs, ratio = len(cost), _ratio(cost, adopters)
    if runs < 2 or not math.isfinite(ratio):
        return math.nan, math.nan
    without = np.array([_ratio(np.delete(cost, run), np.delete(adopters, run)) for run in range(runs)])
    told = np.log(without[np.isfinite(without)])
    error = math.sqrt((runs - 1) / runs * float(((told - told.mean()) ** 2).sum()))
    reach = float(stdtrit(runs - 1, (1.0 + CONFIDENCE) / 2.0)) * error
    return ratio * math.exp(-reach), ratio * math.exp(reach) if len(told) == runs else math.inf


def _ratio(cost: np.ndarray, adopters: np.ndarray) -> float:
    return float(cost.sum() / adopters.sum()) if adopters.sum() >= len(adopters) else math.inf
