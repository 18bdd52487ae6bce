"""The barrier that is named against the one that is, in words and as a table."""

from __future__ import annotations

from plnsim.model.measure import BARRIERS
from plnsim.output.words import (
    CONFIDENCE_INTERVAL,
    IN_THIS_MODEL,
    PREDICTION_INTERVAL,
    likelihood_in_runs,
    percent,
    points,
    ranges,
)
from plnsim.simulation.runs import Barriers, intervals

HEADS = ("condition", "named", "gain when lifted", CONFIDENCE_INTERVAL, PREDICTION_INTERVAL)
"""What stands above the columns of ``table``."""


def table(barriers: Barriers) -> list[tuple[str, str, str, str, str]]:
    """For each condition: how often it is named, and what lifting it gains, with both intervals, as texts."""
    rows = []
    for barrier in BARRIERS:
        gain = intervals(barriers.gain[barrier])
        rows.append(
            (barrier, percent(barriers.named[barrier]), f"{points(gain['mean'])} points", *ranges(gain, points))
        )
    return rows


def sentences(barriers: Barriers, lift: float) -> list[str]:
    """Which condition is named most, which one's lift gains most, and in how many paired runs it gains most."""
    named, actual, gain = max(barriers.named, key=barriers.named.__getitem__), barriers.actual, barriers.gain
    runs = len(gain[actual])
    first = sum(gain[actual][run] >= max(gain[barrier][run] for barrier in BARRIERS) for run in range(runs))
    said = [
        f"Teachers name {named} most ({percent(barriers.named[named])} of answers).",
        f"Closing {percent(lift)} of the gap gains most deep use for {actual}: on average "
        f"{points(gain[actual].mean())} points of all teachers; that it gains most is, {IN_THIS_MODEL}, "
        f"{likelihood_in_runs(int(first), runs)}.",
    ]
    said.append(
        "What is named is what is in the way." if named == actual else "What is named is not what is most in the way."
    )
    return said
