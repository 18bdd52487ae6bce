"""The criteria of sustained scale-up one by one: what each needs, what a scenario has, in how many runs it is met."""

from __future__ import annotations

from typing import NamedTuple, TypedDict

import numpy as np

from plnsim.model.values import number_of
from plnsim.studies.comparison.scenario_result import ScenarioResult

NEAR = 0.05
"""A mean that lies within this share of what is needed is said to stand on a knife edge."""


class Criterion(NamedTuple):
    """One criterion: its name, and the outcomes of which one at least must reach what ``measure`` needs of it."""

    name: str
    outcomes: tuple[str, ...]


CRITERIA = (
    Criterion("teachers who use it", ("use",)),
    Criterion("schools in which half of the staff use it", ("schools_half",)),
    Criterion("depth of use", ("depth",)),
    Criterion("new users for each user who leaves", ("reproduction",)),
    Criterion("schools with it in routine, or networks that go on alone", ("schools_in_routine", "networks_alone")),
)
"""Spread (two), depth, sustainability and ownership, as ``plnsim.model.outcome.sustained_scale_up`` has them."""
NEEDED = {"use": "measure.spread"} | {
    outcome: f"measure.{outcome}"
    for outcome in ("schools_half", "depth", "reproduction", "schools_in_routine", "networks_alone")
}


class CriterionResult(TypedDict):
    """A row of the table ``criteria``; ``outcome``: the one of the criterion's that comes nearest to its threshold."""

    scenario: str
    criterion: str
    outcome: str
    mean: float
    needed: float
    met: int
    runs: int


def criteria_of(result: ScenarioResult) -> list[CriterionResult]:
    """Each criterion of sustained scale-up in a scenario; none where support lasts to the end, for then nothing was
    sustained without it.
    """
    if not result.outlasts_support:
        return []
    reached = result.values("sustained_scale_up") == 1.0
    rows: list[CriterionResult] = []
    for name, outcomes in CRITERIA:
        needed = {outcome: number_of(result.scenario.values, NEEDED[outcome]) for outcome in outcomes}
        values = {outcome: result.values(outcome) for outcome in outcomes}
        means = {
            outcome: float(own[np.isfinite(own)].mean()) if np.isfinite(own).any() else np.nan
            for outcome, own in values.items()
        }
        nearest = max(outcomes, key=lambda one: np.nan_to_num(means[one]) / (needed[one] or 1.0))
        met = np.any([values[outcome] >= needed[outcome] for outcome in outcomes], axis=0) | reached
        rows.append(
            {
                "scenario": result.name,
                "criterion": name,
                "outcome": nearest,
                "mean": means[nearest],
                "needed": needed[nearest],
                "met": int(met.sum()),
                "runs": result.replicates,
            }
        )
    return rows
