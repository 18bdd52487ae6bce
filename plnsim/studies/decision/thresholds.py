"""Where along the range of a parameter the preferred plan changes, from draws that there are already.

What each plan comes to is regressed on the place of the parameter within its range; a switch is shown where another
plan is ahead at each end, and the gap between the two differs from end to end by more than luck would have it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypedDict

import numpy as np
import pandas

from plnsim.studies.decision.information import MIN_DRAWS, places_of, points_of
from plnsim.studies.decision.robustness import CONFIDENCE, cube_of
from plnsim.studies.uncertainty.draws import Draws

PLACES = np.linspace(0.0, 1.0, 201)
Score = Callable[[np.ndarray], np.ndarray]
MEASURES: dict[str, tuple[tuple[str, ...], Score]] = {
    "deep_use": (("deep_use",), lambda fitted: fitted[0]),
}
"""By what a plan is preferred: the outcomes that it takes, and the score that is to be large."""
COLUMNS = ("parameter", "measure", "below", "above", "threshold", "threshold_low", "threshold_high", "p_value", "draws")


class Threshold(TypedDict):
    """A parameter along whose range the preferred plan changes, in the parameter's unit."""

    parameter: str
    measure: str
    below: str
    above: str
    threshold: float
    threshold_low: float
    threshold_high: float
    p_value: float
    draws: int


def thresholds(draws: Draws) -> pandas.DataFrame:
    """Gives where the preferred plan changes: that with most sustained deep use.

    Parameters
    ----------
    draws : Draws
        Twenty or more of two plans or more, from ``compare`` or from stored experiments (``draws_of``); fewer show
        nothing.

    Returns
    -------
    pandas.DataFrame
        A row a measure and parameter for which a switch is shown, the surest first: the plan that is preferred
        ``below`` and ``above``, the ``threshold`` between them with its 95 % interval (the places at which the
        difference is not surely of one sign; it ends at the range's ends), and ``p_value``, that luck alone would make
        the plans' difference change so from end to end (jackknife over draws, Holm's correction for all parameters and
        pairs of plans).
    """
    rows: list[Threshold] = []
    for measure, (outcomes, score) in MEASURES.items():
        if set(outcomes) <= set(draws.outcomes):
            rows += _switches(draws, measure, outcomes, score)
    return pandas.DataFrame(sorted(rows, key=lambda row: row["p_value"]), columns=list(COLUMNS))


def _switches(draws: Draws, measure: str, outcomes: tuple[str, ...], score: Score) -> list[Threshold]:
    plans, _ = cube_of(draws, outcomes[0])
    cubes = [cube_of(draws, outcome)[1] for outcome in outcomes]
    if min(cube.shape[1] for cube in cubes) < MIN_DRAWS or len({cube.shape for cube in cubes}) > 1 or len(plans) < 2:
        return []
    values = np.stack([cube.mean(axis=2).T for cube in cubes])  # outcomes x draws x plans
    points = points_of(draws, outcomes[0])
    places = places_of(points)
    asked, found = len(places) * len(plans) * (len(plans) - 1) // 2, []
    for name, place in places.items():
        if (switch := _switch(place, values, score)) is None:
            continue
        below, above, ends, p_value = switch
        ordered = np.sort(points[name])
        at = np.interp(ends, (np.arange(len(ordered)) + 0.5) / len(ordered), ordered)
        found.append((p_value, name, plans[below], plans[above], at))
    rows: list[Threshold] = []
    corrected = 0.0
    for rank, (p_value, name, low_plan, high_plan, at) in enumerate(sorted(found, key=lambda one: one[0])):
        corrected = max(corrected, min(1.0, p_value * (asked - rank)))
        if corrected > 1.0 - CONFIDENCE:
            break
        rows.append(
            {
                "parameter": name,
                "measure": measure,
                "below": low_plan,
                "above": high_plan,
                "threshold": float(at[0]),
                "threshold_low": float(at[1]),
                "threshold_high": float(at[2]),
                "p_value": corrected,
                "draws": len(place),
            }
        )
    return rows


def _switch(place: np.ndarray, values: np.ndarray, score: Score) -> tuple[int, int, np.ndarray, float] | None:
    """The plans that are preferred at the low and at the high end, the place at which they change with its interval,
    and the p-value of the change; nothing where one plan is preferred at both.
    """
    from scipy.stats import t

    basis = np.column_stack([np.ones(len(place)), 2.0 * place - 1.0])
    inverse = np.linalg.inv(basis.T @ basis)
    whole = inverse @ basis.T @ values  # outcomes x terms x plans
    leverage = np.einsum("ij,jk,ik->i", basis, inverse, basis)
    residual = (values - basis @ whole) / (1.0 - leverage)[None, :, None]
    without = whole[:, None] - (basis @ inverse)[None, :, :, None] * residual[:, :, None, :]  # without each draw
    along = np.column_stack([np.ones(len(PLACES)), 2.0 * PLACES - 1.0])
    scores, draws = score(along @ whole), len(place)  # places x plans
    below, above = int(scores[0].argmax()), int(scores[-1].argmax())
    if below == above:
        return None
    gap = scores[:, below] - scores[:, above]
    scores_without = score(along @ without)  # draws x places x plans
    gaps = scores_without[:, :, below] - scores_without[:, :, above]
    change, changes = gap[0] - gap[-1], gaps[:, 0] - gaps[:, -1]
    reach = float(t.ppf(0.5 + CONFIDENCE / 2.0, draws - 2))
    unsure = np.abs(gap) <= reach * _jackknife(gaps)
    crossing = int(np.flatnonzero(gap <= 0.0)[0])
    first = PLACES[crossing - 1] + (PLACES[1] - PLACES[0]) * gap[crossing - 1] / (gap[crossing - 1] - gap[crossing])
    around = PLACES[unsure] if unsure.any() else np.array([first])
    error = float(_jackknife(changes))
    p_value = 2.0 * float(t.sf(abs(change) / error, draws - 2)) if error > 0.0 else math.nan
    return below, above, np.array([first, min(first, around[0]), max(first, around[-1])]), p_value


def _jackknife(without: np.ndarray) -> np.ndarray:
    """The standard error of what is computed without each draw in turn."""
    draws = len(without)
    return np.asarray(np.sqrt((draws - 1) / draws * ((without - without.mean(axis=0)) ** 2).sum(axis=0)))
