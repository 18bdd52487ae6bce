"""Founding."""

import pytest

from plnsim.model.mechanisms import recruitment
from tests.support.factories import (
    changed_variables,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters()


@pytest.mark.parametrize(("standings", "schools"), [((1, 1, 1), 3), ((1, 0, -1), 1), ((-1, 0, 0), 0)])
def test_schools_that_take_part_are_counted_once_each(standings, schools):
    network = make_network(schools=7)
    staff = [[make_teacher(network=0, seat=seat), make_teacher(network=0, seat=seat)] for seat in range(3)]
    world = make_world(*staff, schools=[make_school(standing=each) for each in standings], networks=[network])
    assert changed_variables(recruitment.network_observes, network, world, make_week(), P) == {"schools"}
    assert network.schools == schools


def test_a_network_begins_with_its_first_schools():
    network = make_network(first_schools=4)
    world = make_world([make_teacher()], networks=[network])
    assert recruitment.schools_at_first(network, world, make_week(number=-1), P) == 4


# --- founding


@pytest.mark.parametrize(("number", "begun"), [(9, 0), (10, 0), (11, 1), (12, 1), (50, 1)])
def test_a_network_is_alive_from_the_week_in_which_it_is_founded(number, begun):
    network = make_network(begun=0, active=0, begins=12, schools=3, schools_at_most=3)
    world = make_world([make_teacher()], networks=[network])
    changed = changed_variables(
        recruitment.network_updates, network, world, make_week(number=number), P
    )  # the last thing of week 11: alive in week 12
    assert changed == ({"begun", "active"} if begun else set())
    assert (network.begun, network.active) == (begun, begun)


def test_a_network_that_has_ended_is_not_founded_again():
    network = make_network(begun=1, active=0, begins=12)
    assert (
        changed_variables(
            recruitment.network_updates,
            network,
            make_world([make_teacher()], networks=[network]),
            make_week(number=50),
            P,
        )
        == set()
    )
