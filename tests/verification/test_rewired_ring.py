"""L6: ties that are rewired far away stop a sharp complex contagion, and speed up one in which a little exposure
sometimes suffices.

So the weakness of long ties is no law (Eckles, Mossel, Rahimian & Sen 2024): it rests on thresholds without exception.
Here the exception is a finite steepness of the response, by parameters alone. All ties rewired means a random graph in
which everybody has four ties again, from a file of ties.
"""

import networkx
import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE
from tests.verification.limits import ONE_SCHOOL, one_staff, scenario_from_files, shares, ties_from_graph

TEACHERS, SOCIAL = 600, 20.0


def contagion(
    folder, rewired: bool, below: float = 0.0, alone: float = 0.0, weeks: int = 400, teachers: int = TEACHERS
):
    """Two of four are needed; with one of four, chance is ``below`` a week; with none, ``alone``. Two neighbours
    begin.
    """
    values = {
        "ties.pattern": "ring",
        "ties.advice": 4.0,
        "adoption.threshold": 0.5,
        "adoption.threshold_spread": 0.0,
        "adoption.social": SOCIAL,
        "adoption.alone": alone,
        "adoption.contagion": "step",
    }
    if below:
        pressure = -np.log(1 - below) / SOCIAL
        values |= {"adoption.contagion": "threshold", "adoption.steepness": np.log2(1 / pressure - 1)}
    ties = {"ties": ties_from_graph(_rewired(teachers))} if rewired else {}
    return scenario_from_files(
        folder, values, weeks, schools=ONE_SCHOOL, staff=one_staff(teachers, (teachers // 2, teachers // 2 + 1)), **ties
    )


def _rewired(teachers: int):
    """A random graph with four ties each, in which the two who begin turn to each other as on the ring."""
    graph, first, second = networkx.random_regular_graph(4, teachers, seed=1), teachers // 2, teachers // 2 + 1
    friend = next(iter(graph[first]))
    return (
        networkx.relabel_nodes(graph, {friend: second, second: friend}) if not graph.has_edge(first, second) else graph
    )


def weeks_to_nine_tenths(scenario, replicates: int) -> np.ndarray:
    """The week at whose end nine tenths use it, in each run; infinite where that never comes."""
    reached = shares(scenario, replicates=replicates) >= 0.9 - 1e-12
    return np.where(reached.any(axis=1), reached.argmax(axis=1) + 1.0, np.inf)


def test_without_noise_the_ring_takes_its_exact_time_and_the_rewired_ring_stalls(case, tmp_path):
    replicates = 12 if FULL_SUITE else 4
    ring = weeks_to_nine_tenths(contagion(tmp_path, False), 2)
    case.agrees("weeks to nine tenths on the ring, (540 - 2) / 2", ring, 269, within=0.0)
    rewired = weeks_to_nine_tenths(contagion(tmp_path, True), replicates)
    stalled = np.isinf(rewired)
    case.holds(
        "all rewired: nine tenths never reached",
        bool(stalled.all()),
        f"{stalled.sum()} of {replicates} stall",
        "all stall",
    )


@pytest.mark.parametrize("below", [0.01, 0.05])
def test_where_one_user_sometimes_suffices_long_ties_win(case, tmp_path, below):
    replicates = 60 if FULL_SUITE else 8
    ring, rewired = (
        weeks_to_nine_tenths(contagion(tmp_path, far, below, weeks=800), replicates) for far in (False, True)
    )
    assert np.isfinite(ring).all() and np.isfinite(rewired).all()
    error = np.hypot(ring.std(ddof=1), rewired.std(ddof=1)) / np.sqrt(replicates)
    gap = ring.mean() - rewired.mean()
    case.holds(
        f"weeks to nine tenths, ring against rewired, {below} below the threshold",
        gap > 4 * error,
        f"{ring.mean():.0f} against {rewired.mean():.0f}, {gap / error:.1f} SE",
        "rewired sooner by over 4 SE",
    )
    axes = case.panel(f"Chance {below} a week below the threshold", "week", "share of users")
    for far, name in ((False, "ring"), (True, "all ties rewired")):
        axes.plot(shares(contagion(tmp_path, far, below))[0], label=name)


def test_where_anybody_may_begin_the_ring_still_wins(case, tmp_path):
    replicates = 60 if FULL_SUITE else 8
    ring, rewired = (
        weeks_to_nine_tenths(contagion(tmp_path, far, alone=0.001, weeks=800), replicates) for far in (False, True)
    )
    error = np.hypot(ring.std(ddof=1), rewired.std(ddof=1)) / np.sqrt(replicates)
    gap = rewired.mean() - ring.mean()
    case.holds(
        "weeks to nine tenths, ring against rewired, 0.001 a week anywhere",
        gap > 4 * error,
        f"{ring.mean():.0f} against {rewired.mean():.0f}, {gap / error:.1f} SE",
        "ring sooner by over 4 SE",
    )


@pytest.mark.parametrize("below", [0.0, 0.05])
def test_both_engines(tmp_path, below):
    assert_engines_agree(contagion(tmp_path, True, below, alone=0.001, weeks=40, teachers=60), 2)
