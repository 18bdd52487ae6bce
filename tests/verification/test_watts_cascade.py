"""L4: with sharp thresholds on a random graph, use spreads to all only inside the window of Watts (2002), as far as
Gleeson & Cahalane (2007) say.
"""

import networkx
import numpy as np
import pytest
from scipy.stats import binom, poisson

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE, finish_run
from tests.verification.limits import limit, schools_of, shares

THRESHOLD = 0.18


def cascade(teachers: int, ties: float, first: float, threshold: float = THRESHOLD, weeks: int = 120):
    """Whoever has at least the threshold among those she turns to takes it up at once and for good."""
    return limit(
        schools_of(teachers)
        | {
            "ties.pattern": "random",
            "ties.advice": ties,
            "adoption.contagion": "step",
            "adoption.threshold": threshold,
            "adoption.threshold_spread": 0.0,
            "adoption.social": 1000.0,
            "population.first_users": first,
        },
        weeks,
    )


def final_share(ties: float, first: float, threshold: float = THRESHOLD) -> float:
    """Gleeson & Cahalane (2007): the share of users in the end on a graph with Poisson degrees and a share ``first``
    to begin with.
    """
    degrees, counts = np.arange(1, 40)[:, None], np.arange(40)
    chance, convinced = poisson.pmf(degrees, ties), counts >= threshold * degrees - 1e-12
    along, before = first, 0.0
    while along - before > 1e-9:
        by_others = (degrees * chance / ties * binom.pmf(counts, degrees - 1, along) * convinced).sum()
        along, before = first + (1 - first) * by_others, along
    return first + (1 - first) * (chance * binom.pmf(counts, degrees, along) * convinced).sum()


def window(threshold: float) -> np.ndarray:
    """Mean numbers of ties for which those whom one user suffices to convince hang together (Watts 2002)."""
    ties = np.linspace(0.2, 15, 1481)
    degrees = np.arange(int(np.floor(1 / threshold)) + 1)
    return ties[[(degrees * (degrees - 1) * poisson.pmf(degrees, mean_ties)).sum() > mean_ties for mean_ties in ties]]


@pytest.mark.parametrize(("threshold", "edges"), [(0.18, (1.02, 5.76)), (0.22, (1.12, 3.86)), (0.12, (1.00, 10.66))])
def test_the_window_is_where_watts_found_it(case, threshold, edges):
    inside = window(threshold)
    case.agrees(f"edges of the window, threshold {threshold}", (inside[0], inside[-1]), edges, within=0.011)


def test_cascades_are_as_large_as_theory_says_inside_the_window_and_outside(case):
    teachers, replicates = (10_000, 20) if FULL_SUITE else (4000, 4)
    first = 0.005
    many = (
        (0.6, 1.5, 2.0, 3.0, 4.0, 5.0, 6.5, 9.0, 11.0) if FULL_SUITE else (0.6, 1.5, 3.0, 5.0, 9.0)
    )  # all is different above 7.6 ties
    seen, theory = [], []
    for ties in many:
        ends = shares(cascade(teachers, ties, first), replicates=replicates)[:, -1]
        theory.append(final_share(ties, first))
        seen.append(ends.mean())
        error = max(ends.std(ddof=1), np.sqrt(first * (1 - first) / teachers)) / np.sqrt(replicates)
        assert error < 0.02
        case.agrees(f"share of users in the end, {ties} ties", ends.mean(), theory[-1], error=error)
    inside = window(THRESHOLD)
    line = np.linspace(0.3, 11.5, 60)
    axes = case.panel(
        f"Cascades, threshold {THRESHOLD}, {first:.1%} to begin with",
        "mean number of ties",
        "share of users in the end",
    )
    axes.plot(line, [final_share(mean_ties, first) for mean_ties in line], label="Gleeson & Cahalane (2007)")
    axes.plot(many, seen, "o", label="plnsim")
    axes.axvspan(inside[0], inside[-1], alpha=0.15, label="window of Watts (2002)")


@pytest.mark.parametrize(("ties", "threshold"), [(4.0, 0.18), (8.0, 0.18), (3.0, 0.30), (5.0, 0.25)])
def test_the_final_users_are_those_of_ndlib(case, ties, threshold):
    epidemics = pytest.importorskip(
        "ndlib.models.epidemics", reason="the outside oracle ndlib comes with the extra verification"
    )
    from ndlib.models.ModelConfig import Configuration

    scenario = cascade(1000, ties, 0.05, threshold, 60)
    for seed in range(10 if FULL_SUITE else 3):
        world = scenario.world(seed)
        graph = networkx.Graph()
        graph.add_nodes_from(range(1000))
        graph.add_edges_from(
            (post, int(other))
            for post in range(1000)
            for other in world.advice_to[world.advice_first[post] : world.advice_first[post + 1]]
        )
        model = epidemics.ThresholdModel(graph)
        told = Configuration()
        for node in graph:
            told.add_node_configuration("threshold", node, threshold)
        told.add_model_initial_configuration("Infected", np.flatnonzero(world.teachers["uses"]).tolist())
        model.set_initial_status(told)
        model.iteration_bunch(60, node_status=False)
        theirs = sorted(node for node, status in model.status.items() if status == 1)
        ours = np.flatnonzero(finish_run(scenario, seed).world.teachers["uses"]).tolist()
        case.holds(
            f"the very same users in the end, {ties} ties, threshold {threshold}, seed {seed}",
            ours == theirs,
            f"{len(ours)} users",
            f"{len(theirs)} users",
        )


@pytest.mark.parametrize("seed", range(3))
def test_both_engines(seed):
    assert_engines_agree(cascade(60, 4.0, 0.1, weeks=20), seed)
