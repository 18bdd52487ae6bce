"""What stays unknown whatever is answered: rates of the model, drawn together from their plausible ranges.

Every draw is one set of values and one replicate. All that is compared goes through the same draws, so
differences are paired: common random numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from plnsim.common.parameter import Value
from plnsim.common.streams import START_WEEK, run_key, uniforms, week_key
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS

RATES = (
    "abandonment.disappointment",
    "abandonment.rate",
    "adoption.alone",
    "adoption.in_network",
    "adoption.social",
    "adoption.threshold",
    "advice.transfer",
    "conditions.substitution",
    "evidence.expected",
    "experience.learning",
    "fidelity.drift",
    "forgetting.rate",
    "habit.growth",
    "habit.loss",
    "inquiry.first_knowledge",
    "leadership.routine_substitutes",
    "learning.first_knowledge_high",
    "learning.from_network",
    "meeting.trust_growth",
    "practice.complexity",
    "practice.potency",
    "renewal.threshold",
    "time.needed",
    "time.weekly_spread",
)
"""Rates that nobody can answer for a school and that matter: of all that are no part of a programme's design, those
whose standardised rank regression coefficient on sustained deep use was 0.05 or more (Latin hypercube of 4000 points
over all plausible ranges, the twelve schools of the questionnaire; standard error of a coefficient 0.009).
"""

SAMPLING_REPLICATE = 2**62
"""The replicate whose random numbers draw the values; no run has so high a number."""


def latin_hypercube(names: Sequence[str], points: int, seed: int) -> np.ndarray:
    """A Latin hypercube in the unit cube: points x names, each column spread evenly over 0..1.

    The column of a name depends on its name, the number of points and the seed alone, whatever else is drawn.
    """
    key = week_key(run_key(seed, SAMPLING_REPLICATE), START_WEEK)
    order = {name: index for index, name in enumerate(MODEL_PARAMETERS.by_name)}
    who = np.arange(points)
    columns = np.zeros((points, len(names)))
    for column, name in enumerate(names):
        rank = np.argsort(np.argsort(uniforms(key, "dummy", who, 2 * order[name]), kind="stable"), kind="stable")
        columns[:, column] = (rank + uniforms(key, "dummy", who, 2 * order[name] + 1)) / points
    return columns


def decode(names: Sequence[str], unit_sample: Iterable[float]) -> dict[str, Value]:
    """The values at a point of the unit cube, whose coordinates are shares of the plausible ranges, by dotted name."""
    return {name: MODEL_PARAMETERS[name].ppf(float(share)) for name, share in zip(names, unit_sample, strict=True)}
