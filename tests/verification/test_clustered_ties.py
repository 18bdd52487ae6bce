"""L19: where one colleague is not enough, ties that cluster carry a practice further than as many random ones."""

import pytest

from tests.verification.limits import limit, shares

TIES = {
    "population.schools": 300,
    "population.primary_staff": 2.0,
    "programme.participation": 1.0,
    "programme.delegates": 2,
    "programme.cross_ties": 6.0,
    "programme.travel": 3.0,
    "renewal.rule": "always",
    "adoption.contagion": "count",
    "adoption.social": 0.5,
    "adoption.threshold_spread": 0.0,
}
"""Everybody is a member and meets members of other schools: those nearby, or as many anywhere."""


@pytest.mark.parametrize(("needed", "first"), [(3, 0.1), (1, 0.02)])
def test_clustered_against_random_ties_of_equal_degree(case, needed, first):
    """Centola (2010) had 1.42 in an experiment in which one neighbour was seldom enough."""
    seeded = TIES | {"adoption.users_needed": needed, "population.first_users": first}
    by_topology = {
        topology: shares(limit(seeded | {"programme.topology": topology}, 60), replicates=10)[:, -1].mean()
        for topology in ("distance", "random")
    }
    ratio = by_topology["distance"] / by_topology["random"]
    if needed == 1:
        case.agrees("one colleague is enough: reach by clustered against random ties", ratio, 1.0, within=0.01)
    else:
        case.agrees(f"{needed} colleagues are needed: the same", ratio, 1.6, within=0.4)
