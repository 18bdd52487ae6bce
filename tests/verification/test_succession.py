"""L15: heads leave at a constant rate, so first heads survive geometrically, and who comes is drawn from the same law
as who was there.
"""

import numpy as np
from scipy.stats import ks_2samp, kstest, norm

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE, start_run
from tests.verification.limits import limit, schools_of

LEAVES, YEAR = 0.12, 39
MIDDLE, SPREAD = 0.4, 0.8


def heads(schools: int, years: int):
    """Nothing moves vision but the change of heads, whose priorities are their own from the first day; nobody carries
    on the old ones.
    """
    return limit(
        schools_of(2, schools)
        | {
            "succession.rate": LEAVES,
            "succession.disadvantage_ratio": 1.0,
            "succession.not_invented_here": 0.0,
            "leadership.distributed": 0.0,
            "leadership.vision": MIDDLE,
            "leadership.spread": SPREAD,
        },
        years * YEAR,
    )


def test_first_heads_survive_geometrically_and_the_law_of_vision_lasts(case):
    schools, years = (20_000, 20) if FULL_SUITE else (4000, 8)
    run = start_run(heads(schools, years))
    first = run.world.schools["vision"].copy()
    run.advance()
    seen = (run.counts.vision == first).mean(axis=1)
    expected = (1 - LEAVES) ** np.arange(1, years + 1)
    case.agrees(
        f"share of first heads left, worst of {years} years",
        seen,
        expected,
        error=np.sqrt(expected * (1 - expected) / schools),
    )
    last = run.world.schools["vision"]
    new = last[last != first]
    p = ks_2samp(first, new).pvalue
    case.holds(
        "vision of new heads against that of first heads (Kolmogorov-Smirnov)", p > 1e-3, f"p = {p:.3f}", "p > 0.001"
    )
    p = kstest((np.log(new / (1 - new)) - np.log(MIDDLE / (1 - MIDDLE))) / SPREAD, norm.cdf).pvalue
    case.holds(
        "vision of new heads is logit-normal as declared (Kolmogorov-Smirnov)", p > 1e-3, f"p = {p:.3f}", "p > 0.001"
    )
    axes = case.panel("First heads survive geometrically", "year", "share of schools with their first head")
    axes.semilogy(np.arange(1, years + 1), expected, label="geometric")
    axes.semilogy(np.arange(1, years + 1), seen, "o", label="plnsim")


def test_both_engines():
    assert_engines_agree(heads(30, 3))
