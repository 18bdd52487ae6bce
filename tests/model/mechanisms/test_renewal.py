"""Whether networks go on."""

import pytest

from plnsim.model.mechanisms import renewal
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(renewal_rule="by its value")


@pytest.mark.parametrize(
    ("evidence", "trust", "conditions", "worth"),
    [(0.5, 0.5, 0.5, 0.5), (1.0, 0.125, 1.0, 0.5), (1.0, 1.0, 1.0, 1.0), (0.0, 1.0, 1.0, 0.0), (1.0, 0.0, 1.0, 0.0)],
)
def test_a_networks_value_is_a_geometric_mean(evidence, trust, conditions, worth):
    assert renewal.network_value(evidence, trust, conditions) == close_to(worth)


def active(p=P, ends_year=1, support_over=1, **state):
    """Whether a network goes on that is active, and began with three schools of which two are left."""
    network = make_network(**{"active": 1, "first_schools": 3, "schools": 2} | state)
    world = make_world([make_teacher()], networks=[network])
    week = make_week(ends_year=ends_year, support_over=support_over)
    assert changed_variables(renewal.network_updates, network, world, week, p) <= {"active"}
    return network.active


@pytest.mark.parametrize(
    ("first", "left", "goes_on"), [(3, 2, 1), (3, 1, 0), (3, 0, 0), (2, 1, 0), (1, 1, 1), (1, 0, 0), (5, 5, 1)]
)
def test_a_network_ends_below_two_schools_or_below_one_where_it_began_with_one(first, left, goes_on):
    for ends_year, support_over in ((0, 0), (1, 1)):
        assert active(first_schools=first, schools=left, ends_year=ends_year, support_over=support_over) == goes_on


def test_a_network_that_has_ended_does_not_go_on():
    assert active(active=0, schools=3) == 0


def test_networks_may_always_go_on():
    assert active(parameters(renewal_rule="always"), schools=0) == 1


def test_networks_may_never_go_on():
    assert active(parameters(renewal_rule="never"), schools=3) == 0


@pytest.mark.parametrize("week", [{"support_over": 0}, {"ends_year": 0}])
def test_networks_that_never_go_on_still_meet_while_supported(week):
    assert active(parameters(renewal_rule="never"), **week) == 1
