"""Partners that are no school (section 10 of the design)."""

import pytest

from plnsim.model.mechanisms import partners
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(partners_a_network=2, partners_continuity=0.5)
ONE = parameters(partners_a_network=1, partners_continuity=0.5)
NONE = parameters(partners_a_network=0, partners_continuity=1.0)


@pytest.mark.parametrize(
    ("share", "number", "together"),
    [(0.5, 0, 0.0), (0.5, 1, 0.5), (0.5, 2, 0.75), (0.2, 2, 0.36), (0.0, 4, 0.0), (1.0, 1, 1.0)],
)
def test_each_partner_closes_a_share_of_what_the_others_leave(share, number, together):
    assert partners.joint(share, number) == close_to(together)


def facilitation(p=P, week=None, **state):
    network = make_network(**{"active": 1, "facilitation": 0.2, "skill": 0.6} | state)
    world = make_world([make_teacher()], networks=[network])
    assert changed_variables(partners.network_observes, network, world, week or make_week(), p) <= {"facilitation"}
    return network.facilitation


def test_partners_keep_up_part_of_the_facilitation():
    assert facilitation() == close_to(0.5)  # 0.75 of the way from 0.2 to the facilitator's 0.6
    assert facilitation(skill=1.0) == close_to(0.8)


def test_one_partner_keeps_up_less_than_two():
    assert facilitation(ONE) == close_to(0.4)  # half way


def test_what_is_better_than_outside_facilitation_stays():
    assert facilitation(facilitation=0.9) == close_to(0.9)


@pytest.mark.parametrize("state", [{"active": 0}, {"facilitated": 1}, {"p": NONE}])
def test_ended_and_facilitated_networks_and_those_without_partners_are_left_alone(state):
    assert facilitation(**state) == 0.2


def test_while_support_lasts_partners_do_not_facilitate():
    assert facilitation(week=make_week(supported=1), facilitated=0) == 0.2
