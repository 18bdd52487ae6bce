"""What is named as in the way against what is: paired runs in which the conditions are lifted in turn."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from plnsim.common.errors import InputError, quote_value, suggestion
from plnsim.common.short_repr import short_repr
from plnsim.model.measure import BARRIERS
from plnsim.model.outcome import OUTCOMES_BY_NAME
from plnsim.simulation.runs.intervals import intervals
from plnsim.simulation.runs.replicates import DEFAULT_REPLICATES, run
from plnsim.simulation.scenario import Scenario


class Replicates(Protocol):
    """The replicates of a scenario, as ``RunResult`` has them."""

    @property
    def scenario(self) -> Scenario: ...
    @property
    def seed(self) -> int: ...
    @property
    def replicates(self) -> int: ...
    def values(self, outcome: str, /) -> np.ndarray: ...


@dataclass(frozen=True, eq=False)
class Barriers:
    """What teachers name as in the way, and what lifting each condition gains.

    The keys of both are "time", "leadership" and "focus".

    Attributes
    ----------
    named : dict of str to float
        Share of all answers that name the condition, mean of the runs.
    gain : dict of str to numpy.ndarray of shape (replicates,)
        The outcome with the condition lifted minus the outcome without, in the outcome's unit.
    """

    named: dict[str, float]
    gain: dict[str, np.ndarray]

    __repr__ = short_repr

    @property
    def actual(self) -> str:
        """The condition whose lift gains most on average."""
        return max(BARRIERS, key=lambda condition: np.nan_to_num(intervals(self.gain[condition])["mean"], nan=-np.inf))


def barriers(
    scenario: Scenario | str | os.PathLike[str],
    *,
    seed: int = 1,
    replicates: int = DEFAULT_REPLICATES,
    lift: float = 0.3,
    outcome: str = "deep_use",
    workers: int | None = None,
) -> Barriers:
    """Compares the stated barrier with the actual one.

    Parameters
    ----------
    scenario : Scenario, str or path-like
        A scenario, the name of a shipped one, or the path of a file.
    seed : int, default 1
    replicates : int, default 20
        Runs without a lift, and as many with each condition lifted.
    lift : float, default 0.3
        Share of the gap in a condition that is closed, 0 to 1.
    outcome : str, default "deep_use"
        Name of the outcome that is to gain.
    workers : int, optional
        Threads, by default one a core; results do not depend on them.

    Returns
    -------
    Barriers

    Raises
    ------
    InputError
        Before anything is simulated.

    Notes
    -----
    Lifted runs have the same random numbers as those without a lift, so each gain is a difference within a replicate.

    Examples
    --------
    >>> from plnsim import Scenario, barriers
    >>> scenario = Scenario.of("baseline").with_values({"population.schools": 6}).with_years(2)
    >>> result = barriers(scenario, seed=1, replicates=2)
    >>> {condition: round(share, 2) for condition, share in result.named.items()}
    {'time': 0.27, 'leadership': 0.57, 'focus': 0.16}
    >>> result.gain["leadership"].round(4), result.actual
    (array([0.0035, 0.0033]), 'leadership')
    """
    scenario = Scenario.of(scenario)
    if outcome not in OUTCOMES_BY_NAME:
        raise InputError(
            f"there is no outcome {quote_value(outcome)}", right=suggestion(str(outcome), OUTCOMES_BY_NAME)
        )
    return barriers_of(run(scenario, seed=seed, replicates=replicates, workers=workers), lift, outcome, workers)


def barriers_of(plain: Replicates, lift: float, outcome: str, workers: int | None = None) -> Barriers:
    """Compares the stated barrier with the actual one where the runs without a lift are there already."""
    gain = {}
    for condition in BARRIERS:
        scenario = plain.scenario.with_condition_lifted(condition, lift)
        lifted = run(scenario, seed=plain.seed, replicates=plain.replicates, workers=workers)
        gain[condition] = lifted.values(outcome) - plain.values(outcome)
    answers = {condition: plain.values(f"names_{condition}") for condition in BARRIERS}
    named = {
        condition: math.nan if np.isnan(shares).all() else float(np.nanmean(shares))
        for condition, shares in answers.items()
    }
    return Barriers(named, gain)
