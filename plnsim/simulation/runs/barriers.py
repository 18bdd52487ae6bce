"""What is named as in the way against what is: paired runs in which the conditions are lifted in turn."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.model.measure import BARRIERS
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs.replicates import DEFAULT_REPLICATES, run
from plnsim.simulation.runs.result import summary
from plnsim.simulation.scenario import Scenario


@dataclass(frozen=True)
class Barriers:
    """What is named as in the way, as shares, and the gain in an outcome from lifting each condition."""

    named: dict[str, float]
    gain: dict[str, np.ndarray]

    @property
    def actual(self) -> str:
        """The condition whose lift gains most on average."""
        return max(BARRIERS, key=lambda condition: np.nan_to_num(summary(self.gain[condition])[0], nan=-np.inf))


def barriers(
    scenario: Scenario | str | os.PathLike[str],
    *,
    seed: int = 1,
    replicates: int = DEFAULT_REPLICATES,
    lift: float = 0.3,
    outcome: str = "deep_use",
    workers: int | None = None,
) -> Barriers:
    """Compares the stated barrier with the actual one, by paired runs with a share ``lift`` of each gap closed.

    The lifted runs have the same random numbers as the plain ones, so each gain is a difference within a replicate.
    """
    scenario = Scenario.of(scenario)
    if outcome not in OUTCOMES_BY_NAME:
        raise InputError(
            f"there is no outcome {quote_value(outcome)}", right=suggestion(str(outcome), OUTCOMES_BY_NAME)
        )
    plain = run(scenario, seed=seed, replicates=replicates, workers=workers)
    gain = {}
    for condition in BARRIERS:
        lifted = run(scenario.with_condition_lifted(condition, lift), seed=seed, replicates=replicates, workers=workers)
        gain[condition] = lifted.values(outcome) - plain.values(outcome)
    named = {condition: float(np.nanmean(plain.values(f"names_{condition}"))) for condition in BARRIERS}
    return Barriers(named, gain)
