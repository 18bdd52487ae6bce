"""L1: where all turn to all and nobody gives up, use follows the discrete map of Bass (1969), the closer the more
teachers there are.
"""

import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE
from tests.verification.limits import limit, schools_of, shares

ALONE, SOCIAL = 0.002, 0.06
WEEKS = 140


def diffusion(teachers: int, weeks: int = WEEKS, slower: float = 1.0):
    return limit(
        schools_of(teachers)
        | {
            "ties.pattern": "complete",
            "adoption.contagion": "linear",
            "adoption.alone": ALONE / slower,
            "adoption.social": SOCIAL / slower,
        },
        weeks,
    )


def expected(teachers: int, weeks: int = WEEKS, slower: float = 1.0):
    """The map of the mean, and the standard deviation to first order in 1/teachers (each week's noise carried along
    the map).
    """
    use, variance, path = 0.0, 0.0, []
    p, q = ALONE / slower, SOCIAL / slower * teachers / (teachers - 1)
    for _ in range(weeks):
        stays = np.exp(-(p + q * use))
        variance = (stays * (1 + (1 - use) * q)) ** 2 * variance + (1 - use) * stays * (1 - stays) / teachers
        use = use + (1 - use) * (1 - stays)
        path.append((use, np.sqrt(variance)))
    return np.array(path).T


def closed_form(weeks):
    """Bass's solution in continuous time."""
    fading = np.exp(-(ALONE + SOCIAL) * weeks)
    return (1 - fading) / (1 + SOCIAL / ALONE * fading)


def test_use_follows_the_discrete_map(case):
    teachers = 20_000
    seen, (use, error) = shares(diffusion(teachers))[0], expected(teachers)
    case.agrees("share of users, worst of 140 weeks", seen, use, error=error)
    weeks = np.arange(1, WEEKS + 1)
    axes = case.panel("Bass diffusion, 20,000 teachers", "week", "share of users")
    axes.plot(weeks, closed_form(weeks), ":", label="closed form in continuous time")
    axes.plot(weeks, use, label="discrete map")
    axes.plot(weeks, seen, ".", markersize=3, label="plnsim")


def test_the_error_halves_as_teachers_quadruple(case):
    sizes, replicates = ((1000, 4000, 16_000), 120) if FULL_SUITE else ((200, 800, 3200), 40)
    rms = []
    for teachers in sizes:
        use, error = expected(teachers, 60)
        middle = int(np.argmin(np.abs(use - 0.5)))
        errors = shares(diffusion(teachers, 60), replicates=replicates)[:, middle] - use[middle]
        rms.append(np.sqrt((errors**2).mean()))
        case.agrees(
            f"root mean square error over its theory, {teachers} teachers",
            rms[-1] / error[middle],
            1.0,
            error=1 / np.sqrt(2 * replicates),
        )
    case.agrees(f"mean error, {sizes[-1]} teachers", errors.mean(), 0.0, error=error[middle] / np.sqrt(replicates))
    slope = np.log(rms[-1] / rms[0]) / np.log(sizes[-1] / sizes[0])
    case.agrees(
        "slope of log error over log teachers",
        slope,
        -0.5,
        error=1 / np.sqrt(replicates) / np.log(sizes[-1] / sizes[0]),
    )
    axes = case.panel(
        "The error halves as teachers quadruple", "teachers", "root mean square error at half of the spread"
    )
    axes.loglog(sizes, [expected(size, 60)[1][middle] for size in sizes], label="theory")
    axes.loglog(sizes, rms, "o", label="plnsim")


def test_the_peak_of_adoption_comes_when_bass_says(case):
    slower, teachers, weeks = (8.0, 20_000, 900) if FULL_SUITE else (4.0, 5000, 450)
    replicates = 6
    seen = shares(diffusion(teachers, weeks, slower), replicates=replicates)
    around = slice(int(37 * slower), int(73 * slower))
    week = np.arange(2, weeks + 1)[around] - 0.5
    peaks = [-line[1] / (2 * line[0]) for line in (np.polyfit(week, np.diff(path)[around], 2) for path in seen)]
    of_theory = np.polyfit(week, np.diff(closed_form(np.arange(1, weeks + 1) / slower))[around], 2)
    theory = -of_theory[1] / (2 * of_theory[0]) / slower
    peak, error = np.mean(peaks) / slower, max(np.std(peaks, ddof=1), 2.0) / np.sqrt(replicates) / slower
    case.agrees(f"week of most adoptions, steps of 1/{slower:g} week", peak, theory, error=error)
    case.agrees(
        "the closed form's own peak, ln(q/p)/(p+q), by the same fit",
        theory,
        np.log(SOCIAL / ALONE) / (ALONE + SOCIAL),
        within=1.0,
    )
    axes = case.panel("The peak of adoption", "week", "new users a week, share of teachers")
    axes.plot(
        week / slower,
        np.diff(seen.mean(axis=0))[around] * slower,
        ".",
        markersize=2,
        label=f"plnsim, steps of 1/{slower:g} week",
    )
    axes.plot(
        week / slower, np.diff(closed_form(np.arange(1, weeks + 1) / slower))[around] * slower, label="closed form"
    )


@pytest.mark.parametrize("seed", range(3))
def test_both_engines(seed):
    assert_engines_agree(diffusion(40, 60, 0.5), seed)
