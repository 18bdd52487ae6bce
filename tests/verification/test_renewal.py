"""L16: a school to which its network is worth the same every year stays with the same chance, so pairs of schools
survive geometrically.
"""

import numpy as np
import pytest
from scipy.stats import chisquare

from plnsim import run
from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE
from tests.verification.limits import hold_conditions, scenario_from_files

YEAR, TRUST, EXPECTED, FOCUS = 39, 0.6, 0.65, 0.64


def networks(folder, number: int, years: int, threshold: float, sharpness: float = 12.0):
    """Networks of two schools with one member each, all of whom use it always and whole (time and leadership are full)
    and see the same; support has ended before it began. Schools have no habit of taking part and look at no neighbours.
    """
    schools = [(f"{network}{side}", 1) for network in range(number) for side in "ab"]
    return scenario_from_files(
        folder,
        hold_conditions(1.0)
        | {
            "programme.support_years": 0.0,
            "population.first_users": 1.0,
            "meeting.first_trust": TRUST,
            "evidence.noise": 0.0,
            "evidence.expected": EXPECTED,
            "evidence.sharpness": 6.0,
            "practice.fit": 1.0,
            "practice.potency": 0.8,
            "conditions.focus_target": FOCUS,
            "application.habit_carries": 0.0,
            "participation.habit_carries": 0.0,
            "participation.neighbours": 0.0,
            "renewal.threshold": threshold,
            "renewal.sharpness": sharpness,
        },
        years * YEAR + 1,
        schools=("school,teachers", schools),
        networks=("network,school,delegates", [(school[:-1], school, 1) for school, _ in schools]),
    )


def goes_on(threshold: float, sharpness: float = 12.0) -> float:
    """Chance a year that both schools stay: logistic in the geometric mean of evidence, trust and conditions, twice.

    Conditions are the geometric mean of full leadership and of focus.
    """
    evidence = 1 / (1 + np.exp(-6 * (0.8 - EXPECTED)))
    worth = (evidence * TRUST * FOCUS**0.5) ** (1 / 3)
    return 1 / (1 + np.exp(-sharpness * (worth - threshold))) ** 2


@pytest.mark.parametrize("threshold", [0.5, 0.6])
def test_networks_survive_geometrically(case, tmp_path, threshold):
    number, years = (10_000, 12) if FULL_SUITE else (2000, 5)
    chance = goes_on(threshold)
    active = run(networks(tmp_path, number, years, threshold)).run_counts[0].networks["active"]
    seen = active[YEAR::YEAR] / number  # networks hear of it a week later
    expected = chance ** np.arange(1, years + 1)
    case.agrees(
        f"share of networks left, {chance:.3f} a year, worst of {years} years",
        seen,
        expected,
        error=np.sqrt(expected * (1 - expected) / number),
    )
    ended = -np.diff(np.concatenate([[1.0], seen, [0.0]])) * number
    law = -np.diff(np.concatenate([[1.0], expected, [0.0]])) * number
    p = chisquare(ended, law).pvalue
    case.holds(
        "years in which networks ended, against the geometric law (chi-square)", p > 1e-3, f"p = {p:.3f}", "p > 0.001"
    )
    axes = case.panel(f"Networks on their own, threshold {threshold}", "year", "share of networks left")
    axes.semilogy(np.arange(years + 1), np.concatenate([[1.0], expected]), label="geometric")
    axes.semilogy(np.arange(1, years + 1), seen, "o", label="plnsim")


def test_both_engines(tmp_path):
    assert_engines_agree(networks(tmp_path, 12, 2, 0.6))
