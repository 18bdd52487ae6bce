"""L10: with lognormal hours, time sufficiency on average is the known mean of a lognormal variable cut at what is
needed.
"""

import numpy as np
import pytest
from scipy.stats import norm

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE
from tests.verification.limits import limit, schools_of, shares


def busy(teachers: int, hours: float, needed: float, weekly: float, load: float, weeks: int):
    return limit(
        schools_of(teachers)
        | {
            "conditions.time_shift": 0.0,
            "time.hours": hours,
            "time.needed": needed,
            "time.weekly_spread": weekly,
            "time.load_spread": load,
            "time.facilitation": 0.0,
            "time.disadvantage_gradient": 0.0,
        },
        weeks,
    )


def moments(hours: float, needed: float, spread: float) -> tuple[float, float]:
    """Mean and standard deviation of min(1, hours / needed) for lognormal hours with the given mean."""
    middle = np.log(hours) - spread**2 / 2
    cut = (np.log(needed) - middle) / spread
    first, second = (
        np.exp(power * middle + power**2 * spread**2 / 2) / needed**power * norm.cdf(cut - power * spread)
        + norm.sf(cut)
        for power in (1, 2)
    )
    return first, np.sqrt(second - first**2)


@pytest.mark.parametrize(
    ("hours", "needed", "spread"), [(0.6, 0.8, 0.6), (0.3, 0.8, 0.6), (1.2, 0.8, 1.0), (0.8, 0.8, 0.1)]
)
def test_mean_time_sufficiency(case, hours, needed, spread):
    teachers, weeks = 5000, 200 if FULL_SUITE else 30
    mean, deviation = moments(hours, needed, spread)
    seen = shares(busy(teachers, hours, needed, spread, 0.0, weeks), "time")[0].mean()
    case.agrees(
        f"{hours} hours, {needed} needed, spread {spread}", seen, mean, error=deviation / np.sqrt(teachers * weeks)
    )
    if (hours, needed, spread) == (0.6, 0.8, 0.6):
        case.agrees("the closed form of the design", mean, 0.64626, within=5e-6)


def test_lasting_load_and_weekly_shocks_add_up(case):
    lasting, weekly = 0.35, 0.6
    teachers = 40_000 if FULL_SUITE else 10_000
    mean, deviation = moments(0.6, 0.8, np.hypot(lasting, weekly))
    seen = shares(busy(teachers, 0.6, 0.8, weekly, lasting, 1), "time")[0, 0]
    case.agrees("mean in one week", seen, mean, error=deviation / np.sqrt(teachers))
    grid = np.linspace(0.15, 1.5, 10)
    axes = case.panel("Time sufficiency under lognormal load", "hours a week (0.8 needed)", "mean time sufficiency")
    axes.plot(grid, [moments(point, 0.8, np.hypot(lasting, weekly))[0] for point in grid], label="closed form")
    axes.plot(
        grid,
        [shares(busy(2000, point, 0.8, weekly, lasting, 1), "time")[0, 0] for point in grid],
        "o",
        label="plnsim, 2,000 teachers",
    )


def test_both_engines():
    assert_engines_agree(busy(40, 0.6, 0.8, 0.6, 0.35, 30))
