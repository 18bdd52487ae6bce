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

from plnsim.common.elementary import power
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
"""No condition counts as less than this, so that products and negative powers stay finite."""

# Whether time, leadership and focus enter each process.
MOBILISE = (1.0, 1.0, 0.0)
ADOPT = (1.0, 1.0, 1.0)
USE = (1.0, 1.0, 0.0)
ROUTINISE = (1.0, 1.0, 1.0)
RENEW = (0.0, 1.0, 1.0)
ALL_CONDITIONS = (1.0, 1.0, 1.0)


def ces_start(substitution: float) -> float:
    """What conditions are joined to, before the first."""
    return 1.0 if abs(substitution) < GEOMETRIC_TOLERANCE else 0.0


def ces_join(joined: float, value: float, substitution: float) -> float:
    """A condition joined to others: their product where they act in proportion, else the sum of their powers."""
    value = max(FLOOR, value)
    if abs(substitution) < GEOMETRIC_TOLERANCE:
        return joined * value
    return joined + power(value, substitution)


def ces_inverse(joined: float, count: float, substitution: float) -> float:
    """The mean of so many conditions that were joined."""
    if abs(substitution) >= GEOMETRIC_TOLERANCE:
        return power(joined / count, 1.0 / substitution)
    return math.sqrt(joined) if count == 2.0 else power(joined, 1.0 / count)


def ces_mean(process: tuple[float, float, float], time: float, leadership: float, focus: float, p: Parameters) -> float:
    """What the three conditions together give to a process: a mean with constant elasticity of substitution, in
    0..1.
    """
    takes_time, takes_leadership, takes_focus = process
    if p.conditions.placement == SYMMETRIC:
        takes_time, takes_leadership, takes_focus = ALL_CONDITIONS
    substitution = p.conditions.substitution
    if substitution <= NO_SUBSTITUTION:
        least = 1.0
        if takes_time > 0.0:
            least = min(least, max(FLOOR, time))
        if takes_leadership > 0.0:
            least = min(least, max(FLOOR, leadership))
        if takes_focus > 0.0:
            least = min(least, max(FLOOR, focus))
        return least
    joined = ces_start(substitution)
    if takes_time > 0.0:
        joined = ces_join(joined, time, substitution)
    if takes_leadership > 0.0:
        joined = ces_join(joined, leadership, substitution)
    if takes_focus > 0.0:
        joined = ces_join(joined, focus, substitution)
    return ces_inverse(joined, takes_time + takes_leadership + takes_focus, substitution)
