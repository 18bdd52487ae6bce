"""What is named as in the way against what is: paired runs in which the conditions are lifted in turn."""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike

import numpy as np

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.model.measure import BARRIERS
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs.replicates import DEFAULT_REPLICATES, run
from plnsim.simulation.runs.result import summary
from plnsim.simulation.scenario import Scenario


@dataclass(frozen=True)
class Barriers:
    """What is named as in the way against what is: shares of naming, and the gain in deep use from lifting each
    condition.
    """

    named: dict[str, float]
    gain: dict[str, np.ndarray]

    @property
    def actual(self) -> str:
        """The condition whose lift gains most on average."""
        return max(BARRIERS, key=lambda one: np.nan_to_num(summary(self.gain[one])[0], nan=-np.inf))


def barriers(
    scenario: Scenario | str | PathLike[str],
    *,
    seed: int = 1,
    replicates: int = DEFAULT_REPLICATES,
    lift: float = 0.3,
    outcome: str = "deep_use",
    workers: int | None = None,
) -> Barriers:
    """Compares the stated barrier with the actual one: paired runs in which a share ``lift`` of each condition's gap
    is closed.

    The lifted runs have the same random numbers as the plain ones, so each gain is a difference within a replicate.
    """
    scenario = Scenario.of(scenario)
    if outcome not in OUTCOMES_BY_NAME:
        raise InputError(
            f"there is no outcome {quote_value(outcome)}", right=suggestion(str(outcome), OUTCOMES_BY_NAME)
        )
    plain = run(scenario, seed=seed, replicates=replicates, workers=workers)
    gain = {}
    for one in BARRIERS:
        gain[one] = run(
            scenario.with_condition_lifted(one, lift), seed=seed, replicates=replicates, workers=workers
        ).values(outcome) - plain.values(outcome)
    return Barriers({one: float(np.nanmean(plain.values(f"names_{one}"))) for one in BARRIERS}, gain)
