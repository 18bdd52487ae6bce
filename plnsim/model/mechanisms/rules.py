"""Rules that several mechanisms share: plain functions of numbers, without chance, state or parameters."""

from __future__ import annotations

import math

FIXED_POINT_SCALE = 2.0**40
"""Sums over people are counted in whole units of 2^-40 (up to eight million people), so that they do not depend on the
order of the people.
"""


def relax(value, goal, rate):
    """A value moved a share ``rate`` of the way to a goal."""
    return value + rate * (goal - value)


def transfer(own, other, rate):
    """What one knows after an exchange: a share of the gap is closed when the other knows more, nothing is lost
    otherwise.

    March (1991) and Cowan & Jonard's exchange of knowledge use the same form.
    """
    return own + rate * max(0.0, other - own)


def rate_to_probability(rate):
    """The chance that something happens at least once in a week when it happens at ``rate`` a week."""
    return 1.0 - math.exp(-rate)


def logistic(value):
    """The share that a value in logits stands for; 0 where the exponential would overflow."""
    return 1.0 / (1.0 + math.exp(-value)) if value > -700.0 else 0.0


def to_fixed_point(value):
    """A number between 0 and 1 as a whole number of tally units."""
    return int(value * FIXED_POINT_SCALE)


def fixed_point_mean(total, count):
    """The mean of ``count`` numbers summed in tally units; 0 when there are none."""
    if count == 0:
        return 0.0
    return total / FIXED_POINT_SCALE / count
