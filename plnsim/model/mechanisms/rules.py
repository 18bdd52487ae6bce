"""Rules that several mechanisms share: plain functions of numbers, without chance, state or parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.elementary import exp

if TYPE_CHECKING:
    from plnsim.model.protocols import Week

FIXED_POINT_SCALE = 2.0**40
"""Sums over people are counted in whole units of 2^-40 (up to eight million people), so that they do not depend on the
order of the people.
"""


def relax(value: float, goal: float, rate: float) -> float:
    """A value moved a share ``rate`` of the way to a goal."""
    return value + rate * (goal - value)


def rate_to_probability(rate: float) -> float:
    """The chance that something happens at least once in a week when it happens at ``rate`` a week."""
    return 1.0 - exp(-rate)


def logistic(value: float) -> float:
    """The share that a value in logits stands for."""
    return 1.0 / (1.0 + exp(-value))


def to_fixed_point(value: float) -> int:
    """A number between 0 and 1 as a whole number of units of 2^-40."""
    return int(value * FIXED_POINT_SCALE)


def fixed_point_mean(total: float, count: int) -> float:
    """The mean of ``count`` numbers summed in fixed point; 0 when there are none."""
    if count == 0:
        return 0.0
    return total / FIXED_POINT_SCALE / count


def trait_stream(week: Week, at_start: int, later: int) -> int:
    """The stream of a trait: one for those who are there at the start (week -1), another for those who come later."""
    return at_start if week.number < 0 else later
