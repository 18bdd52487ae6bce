"""L3: SIS on a graph where everybody has six ties, against EoN: its simulation, the pairwise equations, and not the
mean field.
"""

import networkx
import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE
from tests.verification.limits import (
    ONE_SCHOOL,
    hold_conditions,
    one_staff,
    scenario_from_files,
    shares,
    ties_from_graph,
)

ALONG_A_TIE, LEAVING, TIES = 0.02, 0.06, 6
CONDITIONS = 0.5


def epidemic(folder, graph, step: float, time: float, first: int):
    """Use spreads along each tie at ``ALONG_A_TIE`` and is given up at ``LEAVING``; a week stands for ``step`` units
    of time.
    """
    leaving = 1 - np.exp(-LEAVING * step)
    values = hold_conditions(CONDITIONS) | {
        "adoption.contagion": "linear",
        "adoption.social": ALONG_A_TIE * TIES * step / CONDITIONS,
        "norms.first_belief": 0.5,
        "norms.first_belief_spread": 0.0,
        "abandonment.rate": -np.log(1 - leaving / (1 - CONDITIONS)) / 0.5,
        "abandonment.isolation": 0.0,
        "abandonment.disappointment": 0.0,
        "application.habit_carries": 0.0,
    }
    values["adoption.social"] /= 0.5  # belief
    staff = one_staff(len(graph), range(first))
    return scenario_from_files(
        folder, values, round(time / step), schools=ONE_SCHOOL, staff=staff, ties=ties_from_graph(graph)
    )


def test_use_settles_where_eon_says(case, tmp_path):
    EoN = pytest.importorskip("EoN", reason="the outside oracle EoN comes with the extra verification")
    teachers, step, burn, time, replicates = (2000, 0.125, 130, 350, 8) if FULL_SUITE else (1000, 0.125, 150, 250, 8)
    graph = networkx.random_regular_graph(TIES, teachers, seed=1)
    paths = shares(epidemic(tmp_path, graph, step, burn + time, teachers // 2), replicates=replicates)
    means = paths[:, int(burn / step) :].mean(axis=1)
    rng = np.random.RandomState(1)
    theirs = [_mean_of_eon(EoN, graph, burn, time, seed) for seed in rng.randint(2**31, size=replicates)]
    error = np.hypot(means.std(ddof=1), np.std(theirs, ddof=1)) / np.sqrt(replicates)
    case.agrees("share of users against EoN.fast_SIS", means.mean(), np.mean(theirs), error=error)
    times, _, infected = EoN.SIS_homogeneous_pairwise_from_graph(
        graph, ALONG_A_TIE, LEAVING, rho=0.5, tmin=0, tmax=600, tcount=601
    )
    case.agrees("against the pairwise equations, an approximation", means.mean(), infected[-1] / teachers, within=0.012)
    mean_field = 1 - LEAVING / (TIES * ALONG_A_TIE)
    case.differs("not the mean field", means.mean(), mean_field, error=means.std(ddof=1) / np.sqrt(replicates))
    axes = case.panel(f"SIS on a graph with {TIES} ties each, {teachers} teachers", "time", "share of users")
    axes.plot(np.arange(paths.shape[1]) * step, paths[0], linewidth=0.8, label="plnsim")
    axes.plot(times, infected / teachers, label="pairwise equations (EoN)")
    axes.axhline(np.mean(theirs), linestyle="--", color="black", label="EoN.fast_SIS")
    axes.axhline(mean_field, linestyle=":", color="grey", label="mean field")
    axes.set_xlim(0, burn + time)


def _mean_of_eon(EoN, graph, burn: float, time: float, seed: int) -> float:
    """Mean share of infected over a span of time in one run of EoN, which takes its chance from Python's and NumPy's
    own generators.
    """
    import random

    random.seed(int(seed))
    np.random.seed(int(seed) % 2**32)
    times, _, infected = EoN.fast_SIS(
        graph, ALONG_A_TIE, LEAVING, initial_infecteds=range(len(graph) // 2), tmax=burn + time
    )
    at = np.linspace(burn, burn + time, 4000)
    return float(infected[np.searchsorted(times, at, side="right") - 1].mean() / len(graph))


@pytest.mark.parametrize("seed", range(2))
def test_both_engines(tmp_path, seed):
    assert_engines_agree(epidemic(tmp_path, networkx.random_regular_graph(TIES, 40, seed=seed), 1.0, 80, 20), seed)
