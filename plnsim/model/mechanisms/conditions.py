"""Time, leadership and shared focus act together.

Whatever a teacher or school does takes some of the three conditions: learning takes time and focus, sharing with
colleagues takes time and a leader's backing, trying it out takes all three. How they combine is not known (no study
tells a product from a sum or a minimum), so one rule with one number covers the family, and where each condition
enters is a switch: *theory* places them as the PLN literature does, *symmetric* lets all three enter everywhere.

A condition can be moved from outside: a share of the way to a target (``time_shift`` to ``time_target``). A share
of 1 holds it there; a smaller share with target 1 lifts it, which is how the actual barrier is found.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from plnsim.common.parameter import Choice, Parameter

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters

PLACEMENT = Choice(
    "placement",
    options={
        "theory": "each process needs the conditions that the literature names for it",
        "symmetric": "every process needs all three",
    },
    meaning="Which conditions enter which process.",
    group="analysis",
)

PARAMETERS = (
    Parameter(
        "substitution",
        default=0.0,
        unit="exponent",
        range=(-20.0, 1.0),
        meaning="How far one condition makes up for another: 1 fully (mean), 0 in proportion "
        "(geometric mean), -20 and below not at all (the scarcest limits).",
        group="analysis",
        bounds=(-30.0, 1.0),
    ),
    PLACEMENT,
    *(
        Parameter(
            f"{condition}_shift",
            default=0.0,
            unit="share",
            range=(0.0, 1.0),
            meaning=f"Share of the way that {what} is moved to its target from outside.",
            group=group,
        )
        for condition, what, group in (
            ("time", "time sufficiency", "time"),
            ("leadership", "leadership", "leadership"),
            ("focus", "shared focus", "focus"),
        )
    ),
    *(
        Parameter(
            f"{condition}_target",
            default=1.0,
            unit="share",
            range=(0.0, 1.0),
            meaning=f"Where {what} is moved to.",
            group=group,
        )
        for condition, what, group in (
            ("time", "time sufficiency", "time"),
            ("leadership", "leadership", "leadership"),
            ("focus", "shared focus", "focus"),
        )
    ),
)

SYMMETRIC = PLACEMENT.code("symmetric")
NO_SUBSTITUTION = -20.0
GEOMETRIC_TOLERANCE = 1e-6
"""Exponents nearer to 0 than this count as 0, where the general form loses its digits."""
FLOOR = 0.02
"""No condition counts as less than this, so that logarithms and negative powers stay finite."""

# Weights of time, leadership and focus in each process.
MOBILISE = (1.0, 1.0, 0.0)
ADOPT = (1.0, 1.0, 1.0)
USE = (1.0, 1.0, 0.0)
ROUTINISE = (1.0, 1.0, 1.0)
RENEW = (0.0, 1.0, 1.0)
ALL_CONDITIONS = (1.0, 1.0, 1.0)


def ces_term(value: float, substitution: float) -> float:
    """A condition on the scale on which conditions are averaged."""
    value = max(FLOOR, value)
    if abs(substitution) < GEOMETRIC_TOLERANCE:
        return math.log(value)
    term: float = value**substitution
    return term


def ces_inverse(mean: float, substitution: float) -> float:
    """The way back from that scale."""
    if abs(substitution) < GEOMETRIC_TOLERANCE:
        return math.exp(mean)
    value: float = mean ** (1.0 / substitution)
    return value


def ces_mean(process: tuple[float, float, float], time: float, leadership: float, focus: float, p: Parameters) -> float:
    """What the three conditions together give to a process: a mean with constant elasticity of substitution, in
    0..1.
    """
    time_weight, leadership_weight, focus_weight = process
    if p.conditions.placement == SYMMETRIC:
        time_weight, leadership_weight, focus_weight = ALL_CONDITIONS
    substitution = p.conditions.substitution
    if substitution <= NO_SUBSTITUTION:
        least = 1.0
        if time_weight > 0.0:
            least = min(least, max(FLOOR, time))
        if leadership_weight > 0.0:
            least = min(least, max(FLOOR, leadership))
        if focus_weight > 0.0:
            least = min(least, max(FLOOR, focus))
        return least
    total = 0.0
    if time_weight > 0.0:
        total += time_weight * ces_term(time, substitution)
    if leadership_weight > 0.0:
        total += leadership_weight * ces_term(leadership, substitution)
    if focus_weight > 0.0:
        total += focus_weight * ces_term(focus, substitution)
    return ces_inverse(total / (time_weight + leadership_weight + focus_weight), substitution)
