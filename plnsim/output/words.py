"""Words for uncertainty, made from counts: the same number always gets the same word. Numbers are written as in
``plnsim.common.quantities``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from plnsim.common.quantities import format_value, number, percent, points
from plnsim.simulation.runs import CONFIDENCE_INTERVAL, PREDICTION_INTERVAL, Description, ranges
from plnsim.simulation.runs.intervals import DISTRIBUTION_FREE

IN_THIS_MODEL = "in this model, at these assumptions"
"""What a likelihood holds of; it stands in the sentence of every word of likelihood."""
BRACKETS = (
    f"In brackets: where the mean lies ({CONFIDENCE_INTERVAL}), and where a new run would fall ({PREDICTION_INTERVAL})."
)
"""What the two intervals behind a mean are; it stands wherever they do."""
BANDS = (
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.0, "very unlikely"),
)
FEWEST_RUNS, TOO_FEW = DISTRIBUTION_FREE, "not told by so few"
"""From how many runs on a share of them has a word of likelihood: none of 18 may still be one in six (95 %)."""
FEWEST_FOR_INTERVALS = 4


def likelihood(count: int, of: int) -> str:
    """The calibrated word for ``count`` of ``of`` runs of the model: the band in which the share lies, where the runs
    are enough to tell.
    """
    if not 0 <= count <= of or of == 0:
        raise ValueError(f"{count} of {of} is no share of runs")
    if of < FEWEST_RUNS:
        return TOO_FEW
    return next(word for least, word in BANDS if count / of >= least)


def too_few_for_intervals(runs: int) -> list[str]:
    """A sentence where intervals rest on so few runs that they tell next to nothing."""
    if not 1 < runs < FEWEST_FOR_INTERVALS:
        return []
    return [f"{runs} runs are too few for an interval: those above say little. From {FEWEST_RUNS} on they tell more."]


def likelihood_in_runs(count: int, of: int) -> str:
    """The word with its count, which always stands beside it."""
    return f"{likelihood(count, of)} ({count} of {of} runs)"


def likelihood_in_pairs(count: int, of: int) -> str:
    """The word with its count for runs that are compared pair by pair; one pair alone has no likelihood."""
    return (
        f"{likelihood(count, of)} ({count} of {of} paired runs)"
        if of > 1
        else f"{'so' if count else 'not so'} in the one paired run"
    )


def join_words(parts: Sequence[str]) -> str:
    """Some things in a sentence: with commas between them, and before the last one "and"."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def interval_label(low: float, high: float) -> str:
    """What an interval between two quantiles of the runs at hand is called."""
    return f"{round(100 * (high - low))} % of these runs"


def intervals_text(row: Description, formatter: Callable[[float], str], run: str = "a new run") -> str:
    """Both intervals of an outcome, as ``BRACKETS`` explains them."""
    of_mean, new_run = ranges(row, formatter)
    return f"mean {of_mean}, {run} {new_run}"


__all__ = [
    "BANDS",
    "BRACKETS",
    "CONFIDENCE_INTERVAL",
    "FEWEST_RUNS",
    "IN_THIS_MODEL",
    "PREDICTION_INTERVAL",
    "TOO_FEW",
    "format_value",
    "interval_label",
    "intervals_text",
    "join_words",
    "likelihood",
    "likelihood_in_pairs",
    "likelihood_in_runs",
    "number",
    "percent",
    "points",
    "ranges",
    "too_few_for_intervals",
]
