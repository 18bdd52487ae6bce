"""A calibration: scenario, what was observed, what varies, method, seed and budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np

from plnsim.common.errors import InputError
from plnsim.common.parameter import Value
from plnsim.common.short_repr import short_repr
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.calibration.observations import Observation
from plnsim.studies.experiment.distribution import Distribution

MATCHING, SAMPLING = "history-matching", "prior-sampling"
METHODS = (MATCHING, SAMPLING)
BLOCK = 512
"""Runs of a block of the sample, each at a point of its own."""
LEAST_POINTS, POINTS_A_PARAMETER = 60, 20


@dataclass(frozen=True)
class Calibration:
    """What is asked: which parameters of which scenario are fitted to what.

    The prior of a parameter is its declared plausible range with its shape, unless ``priors`` has another.
    ``waves`` of history matching, each of ``points`` points with ``replicates`` runs, come before the sample;
    ``budget`` is the most runs in all.
    """

    name: str
    scenario: Scenario
    observations: tuple[Observation, ...]
    names: tuple[str, ...]
    title: str = ""
    purpose: str = ""
    sources: tuple[str, ...] = ()
    method: str = MATCHING
    budget: int = 6000
    waves: int = 3
    replicates: int = 4
    seed: int = 1
    priors: Mapping[str, Distribution] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    """The files that asked for it, by name."""

    __repr__ = short_repr

    def ppf(self, name: str, share: float) -> Value:
        """The value of a parameter below which ``share`` (0..1) of its prior lies."""
        return (self.priors.get(name) or MODEL_PARAMETERS[name]).ppf(share)

    def values(self, unit_point: np.ndarray) -> dict[str, Value]:
        """The values by name at a point of the unit cube, in which the prior is flat."""
        return {name: self.ppf(name, float(share)) for name, share in zip(self.names, unit_point, strict=True)}

    @property
    def points(self) -> int:
        """Points of a wave."""
        return max(LEAST_POINTS, POINTS_A_PARAMETER * len(self.names))

    @property
    def runs_before_sampling(self) -> int:
        return self.waves * self.points * self.replicates if self.method == MATCHING else 0

    @property
    def fitted(self) -> list[int]:
        """The places of the observations that are fitted."""
        return [index for index, observation in enumerate(self.observations) if not observation.held_out]

    def with_budget(self, budget: int) -> Calibration:
        """The same with another budget; a larger one goes on from what a smaller one has computed. Raises
        ``InputError``.
        """
        changed = replace(self, budget=budget)
        least = changed.runs_before_sampling + BLOCK
        if budget < least:
            raise InputError(
                f"a budget of {budget:,} runs is too small",
                right=f"at least {least:,}: {changed.runs_before_sampling:,} for the waves and a sample of {BLOCK}",
            )
        return changed
