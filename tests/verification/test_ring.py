"""L5: complex contagion on a ring moves on by exact whole numbers of teachers a week (Centola & Macy 2007)."""

import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.verification.limits import ONE_SCHOOL, one_staff, scenario_from_files, shares

TEACHERS, WEEKS = 80, 12


def contagion(folder, ties: int, needed: int, first: int, weeks: int = WEEKS, teachers: int = TEACHERS):
    """Users in a row begin; whoever has so many users among those she turns to on the ring takes it up at once."""
    begin = teachers // 2
    return scenario_from_files(
        folder,
        {
            "ties.pattern": "ring",
            "ties.advice": float(ties),
            "adoption.contagion": "step",
            "adoption.threshold": (needed - 0.5) / ties,
            "adoption.threshold_spread": 0.0,
            "adoption.social": 1000.0,
        },
        weeks,
        schools=ONE_SCHOOL,
        staff=one_staff(teachers, range(begin, begin + first)),
    )


@pytest.mark.parametrize(
    ("ties", "needed", "first", "a_week"),
    [
        (4, 1, 1, 4),
        (4, 2, 2, 2),
        (6, 1, 1, 6),
        (6, 2, 2, 4),
        (6, 3, 3, 2),
        (2, 1, 1, 2),
        (4, 3, 3, 0),
        (6, 4, 4, 0),
        (4, 2, 1, 0),
        (6, 3, 2, 0),
    ],
)
def test_users_grow_by_whole_numbers(case, tmp_path, ties, needed, first, a_week):
    scenario = contagion(tmp_path, ties, needed, first)
    seen = np.rint(shares(scenario)[0] * TEACHERS)
    expected = np.minimum(TEACHERS, first + a_week * np.arange(1, WEEKS + 1))
    case.agrees(
        f"users, {needed} of {ties} needed, {first} in a row begin: {a_week} more a week", seen, expected, within=0.0
    )
    axes = case.panel(f"A ring with {ties} ties, {needed} needed", "week", "users")
    axes.step(np.arange(1, WEEKS + 1), expected, where="mid", label="expected")
    axes.plot(np.arange(1, WEEKS + 1), seen, "o", markersize=4, label="plnsim")
    assert_engines_agree(scenario)
