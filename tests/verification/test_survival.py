"""L17: use that is given up at a constant rate survives geometrically, whoever leaves; reproduction in small schools is
that of an enumeration.
"""

import numpy as np
import pytest
from scipy.stats import binom

from plnsim import run
from plnsim.model.survival import reproduction, survival_of_teachers
from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE
from tests.verification.limits import hold_conditions, limit, scenario_from_files, schools_of

CONDITIONS, BELIEF, LOSS, LEAVES, INDUCTED = 0.8, 0.5, 0.01, 0.15, 0.6
YEAR = 39
STEADY_TURNOVER = {
    "turnover.rate": LEAVES,
    "turnover.early_ratio": 1.0,
    "turnover.disadvantage_ratio": 1.0,
    "turnover.movers": 0.0,
}


def given_up(teachers: int, years: int, leaves: float = LEAVES):
    """All use it, nobody takes it up; each week a user gives it up with chance ``LOSS``, and at year ends some leave.

    Support ends after a year.
    """
    return limit(
        schools_of(teachers)
        | hold_conditions(CONDITIONS)
        | STEADY_TURNOVER
        | {
            "turnover.rate": leaves,
            "turnover.induction": 0.0,
            "norms.first_belief": BELIEF,
            "norms.first_belief_spread": 0.0,
            "abandonment.rate": -np.log(1 - LOSS / (1 - CONDITIONS)) / (1 - BELIEF),
            "abandonment.isolation": 0.0,
            "abandonment.disappointment": 0.0,
            "application.habit_carries": 0.0,
            "population.first_users": 1.0,
            "programme.support_years": 1.0,
        },
        (1 + years) * YEAR,
    )


@pytest.mark.parametrize("leaves", [0.0, LEAVES])
def test_survival_is_geometric_whoever_leaves(case, leaves):
    teachers, years = (200_000, 10) if FULL_SUITE else (20_000, 5)
    (counts,) = run(given_up(teachers, years, leaves)).run_counts[:1]
    curve = survival_of_teachers(counts)
    at = np.arange(1, years + 1) * YEAR
    expected = (1 - LOSS) ** at
    # the interval is one of 1.96 standard errors on the log-minus-log scale
    error = (curve.high - curve.low)[at] / (2 * 1.96)
    case.agrees(f"survival at {years} year ends, {leaves:g} leaving a year", curve.share[at], expected, error=error)
    stayed = counts.weeks["followed"].sum(axis=1)[YEAR - 1 :]
    left = expected * (1 - leaves) ** np.arange(1, years + 1)
    case.agrees("share still followed", stayed[at] / stayed[0], left, error=np.sqrt(left * (1 - left) / stayed[0]))
    axes = case.panel(f"Survival of use, {leaves:g} leaving a year", "weeks after support", "share not given up")
    axes.semilogy(curve.share, label="plnsim")
    axes.fill_between(np.arange(len(curve.share)), curve.low, curve.high, alpha=0.3)
    axes.semilogy((1 - LOSS) ** np.arange(len(curve.share)), "--", label="geometric")


def staff_of(folder, teachers: int, schools: int, years: int):
    """Schools of a few teachers who all use it, with a complete routine that brings newcomers in while any colleague
    uses it; nobody gives it up, and there is no support.
    """
    values = STEADY_TURNOVER | {
        "turnover.induction": INDUCTED,
        "population.first_users": 1.0,
        "programme.support_years": 0.0,
    }
    rows = [(f"S{place}", teachers, 1) for place in range(schools)]
    return scenario_from_files(folder, values, years * YEAR, schools=("school,teachers,routine", rows))


def enumerated(teachers: int, years: int) -> float:
    """Expected newcomers brought in over expected users who leave, in the last three of so many years: all ways in
    which a staff can change, one year after the other.
    """
    chance = np.zeros(teachers + 1)  # of so many users
    chance[teachers] = 1.0
    taken_up, left = [], []
    for _ in range(years):
        later = np.zeros(teachers + 1)
        for users in range(teachers + 1):
            for leaving_users in range(users + 1):
                for leaving_others in range(teachers - users + 1):
                    leaving = leaving_users + leaving_others
                    likely = (
                        chance[users]
                        * binom.pmf(leaving_users, users, LEAVES)
                        * binom.pmf(leaving_others, teachers - users, LEAVES)
                    )
                    for inducted in range(leaving + 1):
                        brought_in = binom.pmf(inducted, leaving, INDUCTED if users else 0.0)
                        later[users - leaving_users + inducted] += likely * brought_in
        taken_up.append(LEAVES * teachers * INDUCTED * (1.0 - chance[0]))
        left.append(LEAVES * chance @ np.arange(teachers + 1))
        chance = later
    assert chance.sum() == pytest.approx(1.0)
    return sum(taken_up[-3:]) / sum(left[-3:])


@pytest.mark.parametrize(("teachers", "years"), [(2, 3), (3, 8)])
def test_reproduction_is_that_of_an_enumeration(case, tmp_path, teachers, years):
    schools, replicates = (4000, 40) if FULL_SUITE else (1000, 20)
    runs = run(staff_of(tmp_path, teachers, schools, years), replicates=replicates).run_counts
    seen = np.array([reproduction(counts) for counts in runs])
    case.agrees(
        f"reproduction in schools of {teachers}, years {years - 2} to {years}",
        seen.mean(),
        enumerated(teachers, years),
        error=seen.std(ddof=1) / np.sqrt(replicates),
    )


@pytest.mark.parametrize("seed", range(2))
def test_both_engines(tmp_path, seed):
    assert_engines_agree(given_up(30, 1), seed)
    assert_engines_agree(staff_of(tmp_path, 3, 10, 2), seed)
