"""L2: where users also give up, use settles at the root of the SIS map, or dies out below the threshold (Kermack &
McKendrick's in schools).
"""

import numpy as np
import pytest
from scipy.optimize import brentq

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE
from tests.verification.limits import hold_conditions, limit, schools_of, shares

CONDITIONS, BELIEF, LEAVING = 0.8, 0.5, 0.04


def epidemic(teachers: int, rate: float, weeks: int, first: float = 0.3):
    """Use spreads at ``rate`` and is given up with chance ``LEAVING`` a week, both through conditions and belief that
    are held.
    """
    return limit(
        schools_of(teachers)
        | hold_conditions(CONDITIONS)
        | {
            "ties.pattern": "complete",
            "adoption.contagion": "linear",
            "adoption.social": rate / (BELIEF * CONDITIONS),
            "norms.first_belief": BELIEF,
            "norms.first_belief_spread": 0.0,
            "abandonment.rate": -np.log(1 - LEAVING / (1 - CONDITIONS)) / (1 - BELIEF),
            "abandonment.isolation": 0.0,
            "abandonment.disappointment": 0.0,
            "application.habit_carries": 0.0,
            "population.first_users": first,
        },
        weeks,
    )


def root(rate: float) -> float:
    """Where as many take it up as give it up in a week; 0 below the threshold."""
    if rate <= LEAVING:
        return 0.0
    return brentq(lambda use: (1 - use) * (1 - np.exp(-rate * use)) - use * LEAVING, 1e-6, 1.0)


def error_of_mean(rate: float, teachers: int, weeks: int) -> float:
    """Standard error of the mean over many weeks, to first order in 1/teachers, with the memory that the map has near
    its root.
    """
    use = root(rate)
    adopts = 1 - np.exp(-rate * use)
    memory = 1 - LEAVING - adopts + (1 - use) * rate * np.exp(-rate * use)
    noise = (use * LEAVING * (1 - LEAVING) + (1 - use) * adopts * (1 - adopts)) / teachers
    return float(np.sqrt(noise / weeks) / (1 - memory))


@pytest.mark.parametrize("rate", [0.10, 0.06])
def test_use_settles_at_the_root(case, rate):
    teachers, burn, weeks = (5000, 400, 2000) if FULL_SUITE else (2000, 300, 500)
    seen = shares(epidemic(teachers, rate, burn + weeks))[0]
    error = error_of_mean(rate, teachers, weeks)
    case.agrees(f"share of users, rate {rate}, giving up {LEAVING}", seen[burn:].mean(), root(rate), error=error)
    if FULL_SUITE:
        case.differs("not the root in continuous time", seen[burn:].mean(), 1 - LEAVING / rate, error=error, times=4.0)
    axes = case.panel(f"SIS, {teachers} teachers, rate {rate}", "week", "share of users")
    axes.plot(seen, linewidth=0.8, label="plnsim")
    axes.axhline(root(rate), color="black", linestyle="--", label="root of the map")


@pytest.mark.parametrize("rate", [0.02, 0.01])
def test_below_the_threshold_use_dies_out(case, rate):
    seen = shares(epidemic(2000, rate, 900))[0]
    case.agrees(f"share of users after 900 weeks, rate {rate}", seen[-1], 0.0, within=0.0)
    axes = case.panel(f"SIS below the threshold, rate {rate}", "week", "share of users")
    axes.semilogy(np.maximum(seen, 1e-5), label="plnsim")
    axes.semilogy(seen[0] * (1 - LEAVING + rate) ** np.arange(900), "--", label="linear decay")
    axes.set_ylim(1e-4, 1)


def test_the_threshold_lies_where_spreading_equals_giving_up(case):
    rates = np.array([0.01, 0.02, 0.03, 0.05, 0.06, 0.08, 0.10, 0.14, 0.20])
    teachers, burn, weeks = (5000, 800, 1000) if FULL_SUITE else (1000, 600, 300)
    seen = np.array([shares(epidemic(teachers, rate, burn + weeks))[0][burn:].mean() for rate in rates])
    errors = np.array([error_of_mean(rate, teachers, weeks) if rate > LEAVING else 1 / teachers for rate in rates])
    near = rates == 0.05  # so near the threshold the root is biased by 1/teachers as well: shown, not tested
    case.agrees(
        "share of users, eight rates on both sides of the threshold",
        seen[~near],
        np.vectorize(root)(rates)[~near],
        error=errors[~near],
    )
    axes = case.panel("The threshold of SIS", "rate of spreading a week", "share of users")
    line = np.linspace(0.005, 0.2, 200)
    axes.plot(line, np.vectorize(root)(line), label="root of the map")
    axes.errorbar(rates, seen, 4 * errors, fmt="o", markersize=3, label="plnsim, 4 SE")
    axes.axvline(LEAVING, color="grey", linestyle=":")


@pytest.mark.parametrize("seed", range(3))
def test_both_engines(seed):
    assert_engines_agree(epidemic(40, 0.2, 80), seed)
