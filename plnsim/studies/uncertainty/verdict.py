"""In how many draws a plan is ahead or behind by as much as matters: of another plan, or of no programme."""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np

from plnsim.model.values import number_of
from plnsim.output.sentences import Replicates
from plnsim.studies.uncertainty.draws import Draws

MAIN_OUTCOME = "deep_use"
"""The outcome by which scenarios are put in order, barriers lifted and parameters weighed: sustained deep use."""
NO_PROGRAMME = "no programme"
"""What a plan is held against beside a baseline, in tables over draws; no scenario can be called so."""


class Verdict(TypedDict):
    """A row of the table ``verdicts``: sustained deep use minus that of the baseline, or of no programme, draw by draw
    of all that is not known, against the smallest difference that matters.
    """

    scenario: str
    baseline: str
    minimal_important_difference: float
    gains: int
    loses: int
    neither: int
    pairs: int
    deviation_luck: float
    deviation: float


def verdict_of(name: str, baseline: str, least: float, difference: np.ndarray, luck: np.ndarray) -> Verdict:
    """Counts the draws in which a scenario gains or loses as much as matters.

    ``difference``: over the draws; ``luck``: over runs at the values as they are set; ``least``: what matters, a share.
    """
    gains, loses, pairs = int((difference >= least).sum()), int((difference <= -least).sum()), len(difference)
    return {
        "scenario": name,
        "baseline": baseline,
        "minimal_important_difference": least,
        "gains": gains,
        "loses": loses,
        "neither": pairs - gains - loses,
        "pairs": pairs,
        "deviation_luck": float(luck.std(ddof=1)) if len(luck) > 1 else math.nan,
        "deviation": float(difference.std(ddof=1)) if pairs > 1 else math.nan,
    }


def against_no_programme(result: Replicates, draws: Draws, least: float) -> Verdict:
    """The same of a plan against its schools without any programme; ``draws`` must have some of these."""
    luck = result.values(MAIN_OUTCOME) - result.without_programme[MAIN_OUTCOME].to_numpy(dtype=np.float64)
    name = result.scenario.name
    return verdict_of(name, NO_PROGRAMME, least, draws.gains(name, MAIN_OUTCOME), luck)


def least_that_matters(result: Replicates) -> float:
    """The smallest difference in sustained deep use that matters, a share, as a scenario has it."""
    return number_of(result.scenario.values, "measure.minimal_important_difference")
