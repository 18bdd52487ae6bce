"""What stays unknown of a plan: conditions of its schools and rates of the model, drawn together from their plausible
ranges.

Every draw is one set of values and one replicate. All that is compared goes through the same draws, so
differences are paired: common random numbers.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from plnsim.common.parameter import Value
from plnsim.common.streams import START_WEEK, run_key, uniforms, week_key
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from plnsim.simulation.scenario.scenario import Scenario
from plnsim.studies.experiment.design import decode

CONDITIONS = (
    "leadership.vision",
    "leadership.support",
    "leadership.distributed",
    "time.hours",
    "focus.alignment",
    "norms.first_belief",
    "meeting.first_trust",
    "advice.ask",
    "inquiry.facilitation",
    "mobilisation.awareness",
    "policy.coherence",
)
"""Conditions in which schools differ: what the questionnaire asks for, but for the length of support, which is the
plan's own.
"""

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
    "habit.days",
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
    "inquiry.capacity",
    "meeting.disadvantage_loss",
    "meeting.online_worth",
    "policy.push",
    "recruitment.rate",
    "time.disadvantage_gradient",
    "turnover.disadvantage_ratio",
)
"""Rates that nobody can answer for a school and that matter: of all that are no part of a programme's design, those
whose standardised rank regression coefficient on sustained deep use was 0.05 or more (Latin hypercube of 4000 points
over all plausible ranges, the twelve schools of the questionnaire; standard error of a coefficient 0.009); and seven
on which the worth of a lever or the equity of its effect turns.
"""

SAMPLING_REPLICATE = 2**62
"""The replicate whose random numbers draw the values; no run has so high a number."""


def latin_hypercube(names: Sequence[str], points: int, seed: int) -> np.ndarray:
    """A Latin hypercube in the unit cube: points x names, each column spread evenly over 0..1.

    The column of a name depends on its place among the model's parameters, the number of points and the seed alone,
    whatever else is drawn.
    """
    key = week_key(run_key(seed, SAMPLING_REPLICATE), START_WEEK)
    order = {name: index for index, name in enumerate(MODEL_PARAMETERS.by_name)}
    who = np.arange(points)
    columns = np.zeros((points, len(names)))
    for column, name in enumerate(names):
        rank = np.argsort(np.argsort(uniforms(key, "dummy", who, 2 * order[name]), kind="stable"), kind="stable")
        columns[:, column] = (rank + uniforms(key, "dummy", who, 2 * order[name] + 1)) / points
    return columns


def values_at(names: Sequence[str], unit_sample: np.ndarray) -> dict[str, Value]:
    """The values at a point of the unit cube, whose coordinates are shares of the plausible ranges, by dotted name.

    Hours that are drawn are those that teachers have: no plan pays for them.
    """
    values = decode(MODEL_PARAMETERS.by_name, tuple(names), unit_sample)
    return values | ({"prices.own_hours": values["time.hours"]} if "time.hours" in values else {})


def uncertain_parameters(scenarios: Collection[Scenario], moved: Collection[str] = ()) -> tuple[str, ...]:
    """The parameters that are drawn for some plans: conditions of schools and rates of the model that none of the plans
    sets, nor moves.
    """
    known = {*moved, *_set_by(scenarios)}
    return tuple(name for name in (*CONDITIONS, *RATES) if name not in known)


def held_of(scenarios: Collection[Scenario]) -> tuple[str, ...]:
    """The parameters that would be drawn, did not one of the plans set them."""
    known = _set_by(scenarios)
    return tuple(name for name in uncertain_parameters(()) if name in known)


def _set_by(scenarios: Collection[Scenario]) -> set[str]:
    """The parameters that a scenario or its calendar sets: they are the plan."""
    return {
        name
        for scenario in scenarios
        for name in (*scenario.changed, *(name for entry in scenario.calendar for name, _ in entry.values))
    }
