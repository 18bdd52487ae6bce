"""Time, leadership and shared focus act together.

Whatever a teacher or school does takes some of the three conditions: learning takes time and focus, sharing with colleagues
takes time and a leader's backing, trying it out takes all three. How they combine is not known (no study tells a
product from a sum or a minimum), so one rule with one number covers the family, and where each condition enters is a
switch: *theory* places them as the PLN literature does, *symmetric* lets all three enter everywhere.

A condition can be moved from outside: a share of the way to a target (``time_shift`` to ``time_target``). A share
of 1 holds it there; a smaller share with target 1 lifts it, which is how the actual barrier is found.
"""

import math

from plnsim.common.parameter import Choice, Parameter

PARAMETERS = (
    Parameter("substitution", 0.0, "exponent", (-20.0, 1.0), "How far one condition makes up for another: 1 fully (mean), 0 in proportion "
              "(geometric mean), -20 and below not at all (the scarcest limits).", "analysis", bounds=(-30.0, 1.0)),
    Choice("placement", {"theory": "each process needs the conditions that the literature names for it",
                         "symmetric": "every process needs all three"}, "Which conditions enter which process.", "analysis"),
    *(Parameter(f"{condition}_shift", 0.0, "share", (0.0, 1.0), f"Share of the way that {what} is moved to its target from outside.", group)
      for condition, what, group in (("time", "time sufficiency", "time"), ("leadership", "leadership", "leadership"),
                                     ("focus", "shared focus", "focus"))),
    *(Parameter(f"{condition}_target", 1.0, "share", (0.0, 1.0), f"Where {what} is moved to.", group)
      for condition, what, group in (("time", "time sufficiency", "time"), ("leadership", "leadership", "leadership"),
                                     ("focus", "shared focus", "focus"))),
)

SYMMETRIC = 1
NO_SUBSTITUTION = -20.0
PROPORTIONAL = 1e-6
"""Exponents nearer to 0 than this count as 0, where the general form loses its digits."""
FLOOR = 0.02
"""No condition counts as less than this, so that logarithms and negative powers stay finite."""

# Weights of time, leadership and focus in each process.
MOBILISE = (1.0, 1.0, 0.0)
ADOPT = (1.0, 1.0, 1.0)
USE = (1.0, 1.0, 0.0)
ROUTINISE = (1.0, 1.0, 1.0)
RENEW = (0.0, 1.0, 1.0)
EVERYTHING = (1.0, 1.0, 1.0)


def bent(value, substitution):
    """A condition on the scale on which conditions are averaged."""
    value = max(FLOOR, value)
    if abs(substitution) < PROPORTIONAL:
        return math.log(value)
    return value**substitution


def unbent(mean, substitution):
    """The way back from that scale."""
    if abs(substitution) < PROPORTIONAL:
        return math.exp(mean)
    return mean ** (1.0 / substitution)


def combined(process, time, leadership, focus, p):
    """What the three conditions together give to a process: a mean with constant elasticity of substitution, in 0..1."""
    of_time, of_leadership, of_focus = process
    if p.conditions.placement == SYMMETRIC:
        of_time, of_leadership, of_focus = EVERYTHING
    substitution = p.conditions.substitution
    if substitution <= NO_SUBSTITUTION:
        least = 1.0
        if of_time > 0.0:
            least = min(least, max(FLOOR, time))
        if of_leadership > 0.0:
            least = min(least, max(FLOOR, leadership))
        if of_focus > 0.0:
            least = min(least, max(FLOOR, focus))
        return least
    total = 0.0
    if of_time > 0.0:
        total += of_time * bent(time, substitution)
    if of_leadership > 0.0:
        total += of_leadership * bent(leadership, substitution)
    if of_focus > 0.0:
        total += of_focus * bent(focus, substitution)
    return unbent(total / (of_time + of_leadership + of_focus), substitution)
