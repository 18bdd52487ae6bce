"""The barrier that is named against the one that is, in words and as a table."""

from __future__ import annotations

from plnsim.model.measure import BARRIERS
from plnsim.output.words import likelihood_in_runs, percent, points
from plnsim.simulation.runs import Barriers, summary


def table(found: Barriers) -> list[tuple[str, str, str, str]]:
    """For each condition: how often it is named, what lifting it gains on average and in 90 % of runs, as texts."""
    rows = []
    for one in BARRIERS:
        mean, low, high, _ = summary(found.gain[one])
        rows.append((one, percent(found.named[one]), f"{points(mean)} points", f"{points(low)} to {points(high)}"))
    return rows


def sentences(found: Barriers, lift: float) -> list[str]:
    """Which condition is named most, which one's lift gains most, and in how many paired runs it gains most."""
    named = max(found.named, key=lambda one: found.named[one])
    actual = found.actual
    runs = len(found.gain[actual])
    first = sum(found.gain[actual][run] >= max(found.gain[one][run] for one in BARRIERS) for run in range(runs))
    said = [
        f"Teachers name {named} most ({percent(found.named[named])} of answers).",
        f"Closing {percent(lift)} of the gap gains most deep use for {actual}: on average {points(found.gain[actual].mean())} points "
        f"of all teachers; that it gains most is {likelihood_in_runs(int(first), runs)}.",
    ]
    said.append(
        "What is named is what is in the way." if named == actual else "What is named is not what is most in the way."
    )
    return said
