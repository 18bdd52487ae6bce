"""Reflective professional inquiry (R09, R10)."""

import pytest

from plnsim.model.mechanisms import inquiry
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(
    inquiry_facilitation=0.6,
    inquiry_capacity=50.0,
    inquiry_alone=0.4,
    inquiry_growth=0.2,
    inquiry_without_application=0.2,
    inquiry_exchange_between_networks=0.0,
    programme_networks_a_facilitator=1.0,
)
LINKED = parameters(inquiry_growth=0.0, inquiry_exchange_between_networks=0.5)


@pytest.mark.parametrize(("participants", "left"), [(0, 0.8), (25, 0.64), (50, 0.4), (100, 0.16)])
def test_one_facilitator_serves_so_many_well(participants, left):
    # 0.8 / (1 + (n / 50)^2): halved at the capacity, a fifth at twice the capacity
    assert inquiry.facilitation_quality(0.8, participants, P) == close_to(left)


def facilitation(week, p=P, **state):
    world = make_world([make_teacher()], networks=[make_network(**state)])
    network = world.networks[0]
    network.facilitation = 0.123
    assert changed_variables(inquiry.network_observes, network, world, week, p) <= {"facilitation", "linked_knowledge"}
    return network.facilitation


def test_supported_networks_are_facilitated_from_outside():
    assert facilitation(make_week(supported=1), active=1, members=25) == close_to(0.48)  # 0.6 / (1 + 0.5^2)


def test_networks_may_share_a_facilitator():
    p = parameters(inquiry_facilitation=0.6, inquiry_capacity=50.0, programme_networks_a_facilitator=5.0)
    assert facilitation(make_week(supported=1), p, active=1, members=10) == close_to(0.3)  # 50 participants: halved


def test_a_network_on_its_own_inquires_as_well_as_it_has_learnt_to():
    assert facilitation(make_week(), active=1, knowledge=0.5, distributed=0.5) == close_to(
        0.33
    )  # 0.6 x (0.4 + 0.6 x 0.5 x 0.5)


@pytest.mark.parametrize(("knowledge", "distributed", "left"), [(0.0, 1.0, 0.24), (1.0, 0.0, 0.24), (1.0, 1.0, 0.6)])
def test_capacity_must_have_been_built_and_leadership_distributed(knowledge, distributed, left):
    assert facilitation(make_week(), active=1, knowledge=knowledge, distributed=distributed) == close_to(left)


@pytest.mark.parametrize("supported", [0, 1])
def test_a_network_that_has_ended_does_not_inquire(supported):
    assert facilitation(make_week(supported=supported), active=0, knowledge=1.0, distributed=1.0, members=10) == 0.0


def test_a_tune_up_is_facilitated_from_outside():
    assert facilitation(make_week(tune_up=1), active=1, facilitated=1, members=50) == close_to(0.3)
    assert facilitation(make_week(tune_up=1), active=0, facilitated=1, members=0) == close_to(0.6)


def test_a_network_sees_what_those_it_is_linked_with_know():
    networks = [make_network(), make_network(knowledge=0.2), make_network(knowledge=0.6), make_network(knowledge=1.0)]
    world = make_world([make_teacher()], networks=networks, links=[(0, 1), (0, 2), (3, 0)])
    assert changed_variables(inquiry.network_observes, networks[0], world, make_week(), P) == {"linked_knowledge"}
    assert networks[0].linked_knowledge == close_to(0.4)
    inquiry.network_observes(networks[3], world, make_week(), P)
    assert networks[3].linked_knowledge == networks[0].knowledge == 0.0
    networks[0].knowledge = 0.7
    inquiry.network_observes(networks[3], world, make_week(), P)
    assert networks[3].linked_knowledge == 0.7


def test_a_network_without_links_sees_no_other():
    world = make_world([make_teacher()], networks=[make_network(linked_knowledge=0.4), make_network(knowledge=0.6)])
    inquiry.network_observes(world.networks[0], world, make_week(), P)
    assert world.networks[0].linked_knowledge == 0.0


def comes_to_know(p=P, **state):
    network = make_network(**{"knowledge": 0.5, "attended": 4, "mean_quality": 0.5, "member_use": 0.5} | state)
    world = make_world([make_teacher()], networks=[network])
    assert changed_variables(inquiry.network_updates, network, world, make_week(), p) <= {"knowledge"}
    return network.knowledge


def test_knowledge_grows_with_quality_and_application():
    assert comes_to_know() == close_to(0.53)  # 0.2 x 0.5 x (0.2 + 0.8 x 0.5) = 0.06 of the gap of 0.5
    assert comes_to_know(attended=1) == close_to(0.53)


def test_talk_without_application_yields_little():
    assert comes_to_know(member_use=0.0) == close_to(0.51)  # 0.2 x 0.5 x 0.2 = 0.02 of the gap
    assert comes_to_know(member_use=1.0) == close_to(0.55)


def test_without_a_meeting_or_without_quality_nothing_grows():
    assert comes_to_know(attended=0) == 0.5
    assert comes_to_know(mean_quality=0.0) == 0.5


def test_knowledge_never_passes_the_whole():
    p = parameters(inquiry_growth=1.0, inquiry_without_application=1.0, inquiry_exchange_between_networks=1.0)
    assert comes_to_know(p, mean_quality=1.0, linked_knowledge=1.0) == 1.0


def test_linked_networks_learn_from_each_other_when_they_meet():
    assert comes_to_know(LINKED, linked_knowledge=0.9) == close_to(0.6)  # 0.5 + 0.5 x 0.5 x (0.9 - 0.5)
    assert comes_to_know(LINKED, linked_knowledge=0.9, attended=0) == 0.5


def test_who_knows_more_loses_nothing_by_exchange():
    assert comes_to_know(LINKED, linked_knowledge=0.1) == 0.5


@pytest.mark.parametrize(
    "rates",
    [
        {"inquiry_growth": 0.2, "inquiry_exchange_between_networks": 0.0},
        {"inquiry_growth": 0.0, "inquiry_exchange_between_networks": 0.5},
    ],
)
def test_networks_with_another_theme_come_to_know_less_of_it(rates):
    p = parameters(focus_other_theme_loss=0.75, **rates)
    own, other = (comes_to_know(p, linked_knowledge=0.9, theme=theme) - 0.5 for theme in (0, 1))
    assert other == close_to(own / 4) and own > 0.0
