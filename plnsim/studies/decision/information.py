"""What it is worth to find out a parameter before deciding: the expected value of partial perfect information, from
draws that there are already (Strong, Oakley and Brennan 2014, Medical Decision Making 34: 311-326).

The difference of each plan from the preferred one is regressed on the parameter; who knew it would take the plan that
the regression has ahead there. The largest of uncertain numbers is too large on average, so the bias is taken out by
normal draws of the coefficients, and the interval runs between the least and the most that coefficients of their
confidence ellipsoid allow: it reaches 0 wherever no effect of the parameter is among them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypedDict

import numpy as np
import pandas

from plnsim.common.errors import InputError
from plnsim.studies.decision.robustness import CONFIDENCE, cube_of
from plnsim.studies.uncertainty.draws import Draws

MIN_DRAWS = 20
"""Fewer draws say nothing of a regression."""
EVALUATED = 100
"""The most draws, evenly chosen, over which the worth of one parameter is averaged; its square of a group."""
DIRECTIONS, CORRECTIONS = 1000, 500


class Information(TypedDict):
    """The worth of one parameter, or of a group, in the unit of the outcome."""

    parameter: str
    outcome: str
    worth: float
    low: float
    high: float
    shown: bool
    hindsight: float
    draws: int


class Fit(NamedTuple):
    """Differences of plans from the preferred one, regressed on the places of parameters."""

    basis: np.ndarray
    """Draws x terms: 1, and the place of each parameter from -1 to 1."""
    coefficients: np.ndarray
    """Terms x plans but the preferred one."""
    covariance: np.ndarray
    """Of the coefficients one after the other, whatever the variance of a draw (HC3)."""


def value_of_information(
    draws: Draws, outcome: str = "deep_use", groups: Mapping[str, Sequence[str]] | None = None
) -> pandas.DataFrame:
    """Gives the expected value of finding out each parameter before deciding.

    Parameters
    ----------
    draws : Draws
        Twenty or more of two plans or more, from ``compare`` or from stored experiments (``draws_of``).
    outcome : str, default "deep_use"
        More of it is better; the plan with most on average is the one that is taken without knowing more.
    groups : mapping of str to sequence of str, optional
        Parameters that are found out together, by a name; by default each by itself.

    Returns
    -------
    pandas.DataFrame
        A row a parameter (or group), the most valuable first: ``worth`` and its 95 % interval ``low`` to ``high``, in
        the outcome's unit; ``shown``: whether the interval at 95 % for all rows together (Bonferroni) lies above 0;
        ``hindsight``: what it is worth to know all, luck included, which is the mean regret of the preferred plan. The
        regressions are linear in the place of a parameter within its range, so the value of an effect that turns round
        is told too small.

    Raises
    ------
    InputError
        Where there are too few draws.
    """
    _, cube = cube_of(draws, outcome)
    places = places_of(points_of(draws, outcome))
    asked = {name: (name,) for name in places} if groups is None else groups
    terms = 1 + max(map(len, asked.values()), default=1)
    least = max(MIN_DRAWS, 4 * terms)
    if cube.shape[1] < least:
        raise InputError(
            f"{cube.shape[1]} draws are too few to say what a parameter is worth", right=f"{least} or more"
        )
    means = cube.mean(axis=2)
    preferred = int(means.mean(axis=1).argmax())
    hindsight = float((cube.max(axis=0) - cube[preferred]).mean())
    apart = np.delete(means - means[preferred], preferred, axis=0).T
    rows: list[Information] = []
    for name, members in asked.items():
        fit = regress(np.column_stack([places[one] for one in members]), apart)
        worth, (low, high), surely = _worth(fit, len(asked))
        rows.append(
            {
                "parameter": name,
                "outcome": outcome,
                "worth": worth,
                "low": low,
                "high": high,
                "shown": surely > 0.0,
                "hindsight": hindsight,
                "draws": len(apart),
            }
        )
    return pandas.DataFrame(sorted(rows, key=lambda row: (-row["shown"], -row["low"], -row["worth"])))


def points_of(draws: Draws, outcome: str) -> pandas.DataFrame:
    """The values of the parameters that are numbers and vary, a row a draw; draws in which the outcome is not defined
    for all plans are left out.
    """
    _, cube = cube_of(draws, outcome, all_draws=True)
    own = draws.outcomes[draws.outcomes["scenario"] == draws.outcomes["scenario"].iloc[0]].drop_duplicates("draw")
    numbers = own[np.isfinite(cube).all(axis=(0, 2))][list(draws.names)].select_dtypes("number")
    return numbers[[name for name in numbers if numbers[name].nunique() > 1]]


def places_of(points: pandas.DataFrame) -> dict[str, np.ndarray]:
    """Where each draw lies in the distribution of each parameter, from 0 to 1."""
    return {name: (points[name].rank().to_numpy() - 0.5) / len(points) for name in points}


def regress(places: np.ndarray, values: np.ndarray) -> Fit:
    """Least squares of values (draws x columns) on places (draws x parameters), with errors that hold whatever the
    variance of a draw (HC3 of MacKinnon and White 1985).
    """
    basis = np.column_stack([np.ones(len(places)), 2.0 * places - 1.0])
    inverse = np.linalg.inv(basis.T @ basis)
    coefficients = inverse @ basis.T @ values
    leverage = np.einsum("ij,jk,ik->i", basis, inverse, basis)
    residual = (values - basis @ coefficients) / (1.0 - leverage)[:, None]
    influence = ((basis @ inverse)[:, :, None] * residual[:, None, :]).reshape(len(basis), -1)
    return Fit(basis, coefficients, influence.T @ influence)


def _worth(fit: Fit, rows: int) -> tuple[float, tuple[float, float], float]:
    """The value, its interval, and its lower end at a confidence that holds for so many rows together."""
    from scipy.stats import t

    terms, plans = fit.coefficients.shape
    apart = -(-len(fit.basis) // (EVALUATED if terms == 2 else EVALUATED**2))
    basis = fit.basis[np.argsort(fit.basis[:, 1], kind="stable")][::apart]
    size, axes = np.linalg.eigh(fit.covariance)
    spread = axes * np.sqrt(np.maximum(size, 0.0))
    rng, flat = np.random.default_rng(1), fit.coefficients.reshape(-1)
    directions = rng.normal(size=(DIRECTIONS, len(flat)))
    drawn = _values(basis, (flat + directions[:CORRECTIONS] @ spread.T).reshape(-1, terms, plans))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    plain = float(_values(basis, fit.coefficients[None])[0])
    free = len(fit.basis) - terms

    def ends(confidence: float) -> tuple[float, float]:
        reach = float(t.ppf(0.5 + confidence / 2.0, free))
        within = [flat + share * reach * directions @ spread.T for share in (0.5, 1.0)]
        found = _values(basis, np.concatenate([flat[None], *within]).reshape(-1, terms, plans))
        return 0.0 if _distance_to_no_effect(fit) <= reach else max(0.0, float(found.min())), float(found.max())

    low, high = ends(CONFIDENCE)
    surely = ends(1.0 - (1.0 - CONFIDENCE) / rows)[0] if low > 0.0 else 0.0
    return float(np.clip(2.0 * plain - drawn.mean(), low, high)), (low, high), surely


def _values(basis: np.ndarray, coefficients: np.ndarray) -> np.ndarray:
    """What knowing is worth under each of many sets of coefficients (sets x terms x plans): the mean of the best plan
    less the best of the means, the preferred plan being 0.
    """
    best, means = np.zeros((len(coefficients), len(basis))), np.zeros(len(coefficients))
    for plan in range(coefficients.shape[2]):
        fitted = coefficients[:, :, plan] @ basis.T
        np.maximum(best, fitted, out=best)
        np.maximum(means, fitted.mean(axis=1), out=means)
    return np.asarray(np.maximum(best.mean(axis=1) - means, 0.0))


def _distance_to_no_effect(fit: Fit) -> float:
    """How far, in standard deviations, the nearest coefficients lie under which the parameter does nothing."""
    terms, plans = fit.coefficients.shape
    slopes = np.arange(terms * plans) >= plans
    effect, covariance = fit.coefficients.reshape(-1)[slopes], fit.covariance[np.ix_(slopes, slopes)]
    return float(np.sqrt(max(0.0, effect @ np.linalg.pinv(covariance, hermitian=True) @ effect)))
