"""Words for uncertainty, made from counts: the same number always gets the same word."""

from __future__ import annotations

import math
from collections.abc import Sequence

BANDS = (
    (0.90, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.10, "unlikely"),
    (0.0, "very unlikely"),
)


def likelihood(count: int, of: int) -> str:
    """The calibrated word for ``count`` of ``of`` runs of the model: the band in which the share lies."""
    if not 0 <= count <= of or of == 0:
        raise ValueError(f"{count} of {of} is no share of runs")
    return next(word for least, word in BANDS if count / of >= least)


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


def percent(share: float) -> str:
    """A share in percent, rounded last: whole percents, one decimal below 10 %."""
    if not math.isfinite(share):
        return "not defined"
    value = 100.0 * share + 0.0
    return f"{value:.1f} %" if abs(value) < 9.95 and value != 0 else f"{value:.0f} %"


def points(difference: float) -> str:
    """A difference of shares in signed percentage points, rounded last: whole points, one decimal below 10."""
    if not math.isfinite(difference):
        return "not defined"
    value = 100.0 * difference
    digits = f"{abs(value):.1f}" if abs(value) < 9.95 else f"{abs(value):.0f}"
    sign = "" if float(digits) == 0 else "+" if value > 0 else "\u2212"
    return f"{sign}{'0' if float(digits) == 0 else digits}"


def number(value: float) -> str:
    """A number as people write it: three digits that count, thousands apart, no powers of ten."""
    if not math.isfinite(value):
        return "not reached"
    rounded = round(float(f"{value:.3g}"), 10)
    if abs(rounded) >= 1000 or rounded == 0:
        return f"{abs(rounded) if rounded == 0 else rounded:,.0f}"
    return f"{rounded:.10f}".rstrip("0").rstrip(".")


def interval_label(low: float, high: float) -> str:
    """What an interval between two quantiles of runs is called."""
    return f"{round(100 * (high - low))} % of runs"


def format_value(value: float, unit: str) -> str:
    return percent(value) if unit == "share" else number(value)
