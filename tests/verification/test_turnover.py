"""L12: turnover dilutes use to what induction brings in: a fixed point, and a geometric way to it."""

import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE
from tests.verification.limits import scenario_from_files, shares

LEAVES, INDUCTED = 0.12, 0.3
YEAR = 39


def staff_changes(folder, teachers: int, years: int, taken_up: float = 0.0, first: float = 1.0):
    """A school whose routine is complete and lasts; newcomers use the practice with a chance, others take it up over a
    year with another.
    """
    values = {
        "turnover.rate": LEAVES,
        "turnover.early_ratio": 1.0,
        "turnover.disadvantage_ratio": 1.0,
        "turnover.induction": INDUCTED,
        "turnover.movers": 0.0,
        "population.first_users": first,
        "adoption.alone": -np.log(1 - taken_up) / YEAR,
    }
    return scenario_from_files(folder, values, years * YEAR, schools=("school,teachers,routine", [("S", teachers, 1)]))


@pytest.mark.parametrize("first", [1.0, 0.0])
def test_use_goes_geometrically_to_what_induction_brings_in(case, tmp_path, first):
    teachers, years = (50_000, 30) if FULL_SUITE else (10_000, 10)
    first = max(first, 0.001)  # without a single user there is nobody to learn it from
    seen = shares(staff_changes(tmp_path, teachers, years, first=first))[0][YEAR - 1 :: YEAR]
    begun = staff_changes(tmp_path, teachers, years, first=first).world(1).teachers["uses"].mean()
    expected = INDUCTED + (begun - INDUCTED) * (1 - LEAVES) ** np.arange(1, years + 1)
    case.agrees(
        f"share of users, worst of {years} years", seen, expected, error=np.sqrt(expected * (1 - expected) / teachers)
    )
    axes = case.panel("Turnover and induction", "year", "share of users")
    axes.plot(np.arange(1, years + 1), expected, label="geometric way to the share inducted")
    axes.plot(np.arange(1, years + 1), seen, "o", label="plnsim")
    axes.set_ylim(0, 1)


def test_with_uptake_in_the_year_the_fixed_point_is_higher(case, tmp_path):
    teachers, years = (50_000, 40) if FULL_SUITE else (5000, 25)
    taken_up = 0.1
    seen = shares(staff_changes(tmp_path, teachers, years, taken_up, 0.6))[0][YEAR - 1 :: YEAR]
    fixed = ((1 - LEAVES) * taken_up + LEAVES * INDUCTED) / (1 - (1 - LEAVES) * (1 - taken_up))
    case.agrees("the formula", fixed, 0.59615, within=5e-6)
    settled = seen[years // 2 :]
    memory = (1 - LEAVES) * (1 - taken_up)
    error = np.sqrt(fixed * (1 - fixed) / teachers / len(settled) * (1 + memory) / (1 - memory))
    case.agrees("share of users at year ends", settled.mean(), fixed, error=error)


@pytest.mark.parametrize("seed", range(2))
def test_both_engines(tmp_path, seed):
    assert_engines_agree(staff_changes(tmp_path, 50, 2, 0.1, 0.5), seed)
