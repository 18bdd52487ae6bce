"""Robustness of plans over draws of all that is not known: in how many a criterion is met, and by how much a plan
falls behind the best one of each (McPhail et al. 2018, Earth's Future 6: 169-191).

A state of the world is a draw and a replicate, parameters and luck together; every plan meets the same ones. Each draw
has luck of its own, so whole draws, with their replicates, are what intervals are computed over: so they hold both.
"""

from __future__ import annotations

import math
from typing import TypedDict

import numpy as np
import pandas

from plnsim.studies.experiment.criterion import parse_criterion
from plnsim.studies.optimisation.interval import mean_interval
from plnsim.studies.uncertainty.draws import Draws

LASTING = "sustained_scale_up >= 1"
"""The criterion where nobody names one."""
REGRET_QUANTILE, CONFIDENCE = 0.9, 0.95


class Robustness(TypedDict):
    """A plan over the draws; regret in the unit of the outcome."""

    scenario: str
    outcome: str
    criterion: str
    satisficing: float
    satisficing_low: float
    satisficing_high: float
    regret_mean: float
    regret_mean_low: float
    regret_mean_high: float
    regret_90: float
    regret_90_low: float
    regret_90_high: float
    regret_max: float
    best: int
    states: int
    draws: int


def cube_of(draws: Draws, outcome: str, *, all_draws: bool = False) -> tuple[tuple[str, ...], np.ndarray]:
    """The plans, and an outcome as plans x draws x replicates; draws in which it is not defined for all plans are left
    out unless all are asked for.
    """
    plans = tuple(dict.fromkeys(draws.outcomes["scenario"]))
    cube = np.stack([draws.values(plan, outcome).reshape(draws.done, -1) for plan in plans])
    return plans, cube if all_draws else cube[:, np.isfinite(cube).all(axis=(0, 2))]


def robustness(draws: Draws, when: str = LASTING, outcome: str = "deep_use") -> pandas.DataFrame:
    """Gives satisficing and regret of each plan.

    Parameters
    ----------
    draws : Draws
        Of two plans or more, from ``compare`` or from stored experiments (``draws_of``).
    when : str, default "sustained_scale_up >= 1"
        What must hold of outcomes, as ``"use >= 0.2"``; perhaps joined by ``and``.
    outcome : str, default "deep_use"
        What regret is of; more of it is better.

    Returns
    -------
    pandas.DataFrame
        A row a plan. ``satisficing``: share of states in which the criterion holds (the domain criterion), with the
        exact 95 % interval of Clopper and Pearson, for an effective number of states where a draw has replicates (Korn
        and Graubard 1998). ``regret_mean``, ``regret_90`` (the 90th percentile) and ``regret_max``: the best plan's
        outcome in a state minus this plan's, in the outcome's unit; the interval of the mean is a studentised
        bootstrap over draws, that of the percentile lies between order statistics, and of the largest there is none.
        ``best``: states in which no plan has more. NaN where an outcome is not defined; an end that so few states do
        not tell is infinite.

    Raises
    ------
    InputError
        Where the criterion cannot be read.
    """
    criterion = parse_criterion(when, [name for name in draws.outcomes if name not in ("scenario", "draw")])
    plans, cube = cube_of(draws, outcome)
    rows = []
    for plan, regret in zip(plans, cube.max(axis=0) - cube, strict=True):
        own = draws.outcomes[draws.outcomes["scenario"] == plan]
        defined = bool(np.isfinite(own[list(criterion.outcomes)]).all(axis=None))
        met = criterion.holds(own).reshape(draws.done, -1) if defined else np.zeros((0, 0), dtype=np.bool_)
        row: Robustness = {
            "scenario": plan,
            "outcome": outcome,
            "criterion": criterion.text,
            **_shares(met),
            **_regrets(regret),
            "best": int((regret <= 0.0).sum()),
            "states": regret.size,
            "draws": len(regret),
        }
        rows.append(row)
    return pandas.DataFrame(rows)


def firsts(draws: Draws, outcome: str = "deep_use") -> dict[str, int]:
    """In how many states each plan alone has the most of an outcome; where several have it nobody comes first."""
    plans, cube = cube_of(draws, outcome)
    leads = cube >= cube.max(axis=0)
    alone = leads & (leads.sum(axis=0) == 1)
    return {plan: int(states.sum()) for plan, states in zip(plans, alone, strict=True)}


class _Shares(TypedDict):
    satisficing: float
    satisficing_low: float
    satisficing_high: float


class _Regrets(TypedDict):
    regret_mean: float
    regret_mean_low: float
    regret_mean_high: float
    regret_90: float
    regret_90_low: float
    regret_90_high: float
    regret_max: float


def _shares(met: np.ndarray) -> _Shares:
    low, high = share_interval(met)
    return {
        "satisficing": float(met.mean()) if met.size else math.nan,
        "satisficing_low": low,
        "satisficing_high": high,
    }


def _regrets(regret: np.ndarray) -> _Regrets:
    if not regret.size:
        nothing = math.nan
        return {
            "regret_mean": nothing,
            "regret_mean_low": nothing,
            "regret_mean_high": nothing,
            "regret_90": nothing,
            "regret_90_low": nothing,
            "regret_90_high": nothing,
            "regret_max": nothing,
        }
    mean_low, mean_high = mean_interval(regret.mean(axis=1))
    low, high = quantile_interval(regret, REGRET_QUANTILE)
    return {
        "regret_mean": float(regret.mean()),
        "regret_mean_low": max(0.0, mean_low),
        "regret_mean_high": mean_high,
        "regret_90": float(np.quantile(regret, REGRET_QUANTILE, method="inverted_cdf")),
        "regret_90_low": low,
        "regret_90_high": high,
        "regret_max": float(regret.max()),
    }


def effective_states(held: np.ndarray) -> float:
    """The number of independent states that would tell as much of a share as these (draws x replicates): all of them
    where each draw has one, the draws at least where replicates are alike.
    """
    draws, share = len(held), float(held.mean())
    variance = float(held.mean(axis=1).var(ddof=1)) / draws if draws > 1 else 0.0
    if variance == 0.0:
        return float(draws)
    return float(np.clip(share * (1.0 - share) / variance * (draws - 1) / draws, draws / 2, held.size))


def share_interval(held: np.ndarray) -> tuple[float, float]:
    """The ends of the 95 % interval of a share over draws x replicates (Korn and Graubard 1998)."""
    from scipy.special import betaincinv

    if not held.size:
        return math.nan, math.nan
    states = held.size if held.shape[1] == 1 else effective_states(held)
    count, tail = float(held.mean()) * states, (1.0 - CONFIDENCE) / 2.0
    low = float(betaincinv(count, states - count + 1.0, tail)) if count > 0.0 else 0.0
    high = float(betaincinv(count + 1.0, states - count, 1.0 - tail)) if count < states else 1.0
    return low, high


def quantile_interval(values: np.ndarray, quantile: float) -> tuple[float, float]:
    """The ends of the 95 % interval of a quantile over draws x replicates, by order statistics: infinite where the
    largest of so few does not reach it often enough.
    """
    from scipy.stats import binom

    ordered = np.sort(values, axis=None)
    states = values.size
    if values.shape[1] > 1:
        states = int(effective_states(values <= np.quantile(values, quantile, method="inverted_cdf")))
    tail, ranks = (1.0 - CONFIDENCE) / 2.0, np.arange(1, states + 1)
    below, above = binom.cdf(ranks - 1, states, quantile) <= tail, binom.sf(ranks - 1, states, quantile) <= tail
    scale = values.size / states
    low = ordered[math.floor((below.sum() - 1) * scale)] if below.any() else -math.inf
    high = ordered[min(values.size, math.ceil(ranks[above][0] * scale)) - 1] if above.any() else math.inf
    return float(low), float(high)
