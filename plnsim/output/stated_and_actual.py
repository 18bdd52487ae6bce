"""The barrier that is named against the one that is, in words and as a table."""

from __future__ import annotations

from plnsim.model.measure import BARRIERS
from plnsim.output.words import likelihood_in_runs, percent, points
from plnsim.simulation.runs import Barriers, summary


def table(barriers: Barriers) -> list[tuple[str, str, str, str]]:
    """For each condition: how often it is named, what lifting it gains on average and in 90 % of runs, as texts."""
    rows = []
    for barrier in BARRIERS:
        mean, low, high, _ = summary(barriers.gain[barrier])
        named = percent(barriers.named[barrier])
        rows.append((barrier, named, f"{points(mean)} points", f"{points(low)} to {points(high)}"))
    return rows


def sentences(barriers: Barriers, lift: float) -> list[str]:
    """Which condition is named most, which one's lift gains most, and in how many paired runs it gains most."""
    named, actual, gain = max(barriers.named, key=barriers.named.__getitem__), barriers.actual, barriers.gain
    runs = len(gain[actual])
    first = sum(gain[actual][run] >= max(gain[barrier][run] for barrier in BARRIERS) for run in range(runs))
    said = [
        f"Teachers name {named} most ({percent(barriers.named[named])} of answers).",
        f"Closing {percent(lift)} of the gap gains most deep use for {actual}: on average "
        f"{points(gain[actual].mean())} points of all teachers; that it gains most is "
        f"{likelihood_in_runs(int(first), runs)}.",
    ]
    said.append(
        "What is named is what is in the way." if named == actual else "What is named is not what is most in the way."
    )
    return said
