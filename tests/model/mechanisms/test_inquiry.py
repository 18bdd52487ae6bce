"""Reflective professional inquiry."""

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
    parts_of,
)

RULES = {
    "parts_count": 10,
    "inquiry_facilitation": 0.6,
    "inquiry_capacity": 50.0,
    "inquiry_alone": 0.4,
    "inquiry_discovery": 0.2,
    "inquiry_without_application": 0.2,
    "inquiry_sharing": 0.8,
    "inquiry_airtime": 8.0,
    "inquiry_loss": 0.3,
    "inquiry_exchange_between_networks": 0.5,
    "programme_networks_a_facilitator": 1.0,
}
P = parameters(**RULES)
START = make_week(number=-1, key=9)


# --- facilitators


def trained(trainers=0, loss=0.2, networks_a_facilitator=1.0):
    return parameters(
        **RULES
        | {
            "inquiry_trainers": trainers,
            "inquiry_training_loss": loss,
            "programme_networks_a_facilitator": networks_a_facilitator,
        }
    )


@pytest.mark.parametrize(
    ("u", "skill"), [(0.5, 0.6), (0.8413447460685429, 0.6 * 2.718281828 / (0.4 + 0.6 * 2.718281828))]
)
def test_facilitators_differ_in_skill_around_their_middle(stub_uniform, u, skill):
    p = parameters(**RULES, inquiry_facilitation_spread=1.0)  # one spread above the middle: odds times e
    draws = stub_uniform(inquiry, skill_of_facilitators=u)
    network = make_network(place=3)
    assert inquiry.initial_skill(network, make_world(), START, p) == pytest.approx(skill, abs=1e-8)
    assert draws == [(9, "skill of facilitators", 3, 0)]


def test_skill_is_lost_along_the_chain(stub_uniform):
    p = parameters(**RULES, inquiry_trainers=1, inquiry_training_loss=0.5)
    stub_uniform(inquiry, skill_of_facilitators=0.5)
    skills = [inquiry.initial_skill(make_network(place=place), make_world(), START, p) for place in (0, 1)]
    assert skills == [close_to(0.6), close_to(0.3)]


def test_networks_that_share_a_facilitator_share_her_skill(stub_uniform):
    draws = stub_uniform(inquiry, skill_of_facilitators=0.5)
    for place in (2, 3):
        inquiry.initial_skill(make_network(place=place), make_world(), START, trained(networks_a_facilitator=2.0))
    assert draws == [(9, "skill of facilitators", 1, 0)] * 2


def test_what_a_network_knows_is_the_share_of_its_parts():
    network = make_network(parts=parts_of(2, 3, 8))
    assert inquiry.present_network_knowledge(network, make_world(), START, P) == 0.3


# --- the quality of inquiry


@pytest.mark.parametrize(("participants", "left"), [(0, 0.8), (25, 0.64), (50, 0.4), (100, 0.16)])
def test_one_facilitator_serves_so_many_well(participants, left):
    # 0.8 / (1 + (n / 50)^2): halved at the capacity, a fifth at twice the capacity
    assert inquiry.facilitation_quality(0.8, participants, P) == close_to(left)


def facilitation(week, p=P, **state):
    world = make_world([make_teacher()], networks=[make_network(**{"skill": 0.6} | state)])
    network = world.networks[0]
    network.facilitation = 0.123
    assert changed_variables(inquiry.network_observes, network, world, week, p) <= {"facilitation"}
    return network.facilitation


def test_supported_networks_are_facilitated_from_outside():
    assert facilitation(make_week(supported=1), active=1, members=25) == close_to(0.48)  # 0.6 / (1 + 0.5^2)
    assert facilitation(make_week(supported=1), active=1, members=25, skill=0.9) == close_to(0.72)


def test_networks_may_share_a_facilitator():
    p = trained(networks_a_facilitator=5.0)
    assert facilitation(make_week(supported=1), p, active=1, members=10) == close_to(0.3)  # 50 participants: halved


def test_a_network_on_its_own_inquires_as_well_as_it_has_learnt_to():
    """0.6 x (0.4 + 0.6 x 0.5 x 0.5), whatever the skill of the facilitator who has gone."""
    for skill in (0.2, 0.9):
        assert facilitation(make_week(), active=1, knowledge=0.5, distributed=0.5, skill=skill) == close_to(0.33)


@pytest.mark.parametrize(("knowledge", "distributed", "left"), [(0.0, 1.0, 0.24), (1.0, 0.0, 0.24), (1.0, 1.0, 0.6)])
def test_capacity_must_have_been_built_and_leadership_distributed(knowledge, distributed, left):
    assert facilitation(make_week(), active=1, knowledge=knowledge, distributed=distributed) == close_to(left)


@pytest.mark.parametrize("supported", [0, 1])
def test_a_network_that_has_ended_does_not_inquire(supported):
    assert facilitation(make_week(supported=supported), active=0, knowledge=1.0, distributed=1.0, members=10) == 0.0


def test_a_tune_up_is_facilitated_from_outside():
    assert facilitation(make_week(tune_up=1), active=1, facilitated=1, members=50) == close_to(0.3)
    assert facilitation(make_week(tune_up=1), active=0, facilitated=1, members=0) == close_to(0.6)


# --- what a network sees


def test_a_network_sees_what_those_it_is_linked_with_know():
    networks = [make_network(), *(make_network(parts=parts_of(*known)) for known in ((0, 1), (1, 2), (5,)))]
    world = make_world([make_teacher()], networks=networks, links=[(0, 1), (0, 2), (3, 0)])
    assert changed_variables(inquiry.network_observes, networks[0], world, make_week(), P) == {"linked_parts"}
    assert networks[0].linked_parts == parts_of(0, 1, 2)
    inquiry.network_observes(networks[3], world, make_week(), P)
    assert networks[3].linked_parts == networks[0].parts == 0
    networks[0].parts = parts_of(4)
    inquiry.network_observes(networks[3], world, make_week(), P)
    assert networks[3].linked_parts == parts_of(4)


def test_a_network_without_links_sees_no_other():
    networks = [make_network(linked_parts=parts_of(4)), make_network(parts=parts_of(6))]
    world = make_world([make_teacher()], networks=networks)
    inquiry.network_observes(world.networks[0], world, make_week(), P)
    assert world.networks[0].linked_parts == 0


def meeting_of(*members, p=P, **state):
    """A network whose members, pairs of a school and a state, have met last week."""
    schools = 1 + max((school for school, _ in members), default=0)
    staffs = [
        [
            make_teacher(**{"network": 0, "seat": school, "quality": 0.5} | own)
            for home, own in members
            if home == school
        ]
        or [make_teacher()]
        for school in range(schools)
    ]
    network = make_network(**{"active": 1, "facilitation_met": 0.5, "attended": len(members), "trust": 0.5} | state)
    return network, make_world(*staffs, networks=[network])


def test_members_share_what_they_know_as_far_as_they_trust_and_are_heard(stub_parts):
    asked = stub_parts(inquiry, shared_parts=parts_of(1, 2, 3))
    network, world = meeting_of(
        (0, {"parts": parts_of(0, 1)}),
        (1, {"parts": parts_of(2, 5)}),
        (1, {"parts": parts_of(3), "quality": 0.0}),  # was not there
        attended=2,
        shared=parts_of(9),
    )
    inquiry.network_observes(network, world, make_week(supported=1), P)
    assert network.shared == parts_of(1, 2)
    assert asked == {"shared parts": (parts_of(2, 5), close_to(0.2))}  # 0.8 x 0.5 trust x 0.5 facilitation


@pytest.mark.parametrize(("attended", "chance"), [(8, 0.2), (16, 0.1), (32, 0.05)])
def test_where_many_meet_time_is_shared(stub_parts, attended, chance):
    asked = stub_parts(inquiry, shared_parts=0)
    network, world = meeting_of((0, {"parts": parts_of(0)}), attended=attended)
    inquiry.network_observes(network, world, make_week(supported=1), P)
    assert asked["shared parts"][1] == close_to(chance)


@pytest.mark.parametrize("state", [{"trust": 0.0}, {"attended": 0}, {"facilitation_met": 0.0}])
def test_without_trust_a_meeting_or_inquiry_nobody_shares(stub_parts, state):
    stub_parts(inquiry)  # nothing may be drawn
    network, world = meeting_of((0, {"parts": parts_of(0)}), shared=parts_of(4), variety=0.7, **state)
    inquiry.network_observes(network, world, make_week(supported=1), P)
    assert network.shared == 0


def test_where_nobody_met_nothing_can_be_compared():
    network, world = meeting_of((0, {"uses": 1}), (1, {"uses": 1}), attended=0, variety=0.7)
    inquiry.network_observes(network, world, make_week(supported=1), P)
    assert network.variety == 0.0


def variety(*members, p=P):
    network, world = meeting_of(*members)
    return inquiry.variety_of_use(network, world, p)


USER, OTHER, AWAY = {"uses": 1}, {}, {"uses": 1, "quality": 0.0}


def test_two_users_of_different_schools_have_something_to_compare():
    # of the four ordered pairs of two users, two are of different schools
    assert variety((0, USER), (1, USER)) == close_to(0.5)
    assert variety((0, USER), (1, USER), (2, USER), (3, USER)) == close_to(0.75)
    # of 16 pairs 8 are of different schools
    assert variety((0, USER), (0, USER), (1, USER), (1, USER)) == close_to(0.5)


def test_colleagues_of_one_school_have_nothing_to_compare():
    assert variety((0, USER), (0, USER), (0, USER)) == 0.0
    assert variety((0, USER)) == 0.0


def test_who_does_not_use_it_counts_for_less():
    # a fifth of what is half of all pairs
    assert variety((0, OTHER), (1, OTHER)) == close_to(0.1)
    # of 9 pairs 6 are of different schools, 2 of them users: .2 x 6/9 + .8 x 2/9
    assert variety((0, USER), (1, USER), (2, OTHER)) == close_to(2.8 / 9)
    # one user: .2 x 4/9 of the pairs, none of users
    assert variety((0, USER), (0, OTHER), (1, OTHER)) == close_to(0.8 / 9)


def test_who_was_away_is_not_counted():
    assert variety((0, USER), (0, AWAY), (1, USER), (2, AWAY)) == close_to(0.5)


# --- what a network comes to know


DRAWN = {
    "lost_parts": parts_of(1),
    "found_by_comparing": parts_of(6),
    "parts_of_linked_networks": parts_of(7),
    "parts_from_the_facilitator": parts_of(8),
}


@pytest.fixture
def comes_to_know(stub_parts):
    """What a network knows that knew 0, 1 and 2; of each kind of parts one comes up; and what was asked for."""

    def come(p=P, week=None, drawn=(), **state):
        asked = stub_parts(inquiry, **DRAWN | dict(drawn))
        met = {"attended": 4, "mean_quality": 0.5, "facilitation_met": 0.5, "variety": 0.5}
        network = make_network(**met | {"parts": parts_of(0, 1, 2), "knowledge": 0.3} | state)
        world = make_world([make_teacher()], networks=[network])
        changed = changed_variables(inquiry.network_updates, network, world, week or make_week(), p)
        assert changed <= {"parts", "knowledge"}
        assert network.knowledge == network.parts.bit_count() / 10
        return network.parts, asked

    return come


def test_a_network_loses_sight_of_parts_and_finds_new_ones_by_comparing(comes_to_know):
    known, asked = comes_to_know()
    assert known == parts_of(0, 2, 6)
    assert asked["lost parts"] == (parts_of(0, 1, 2), 0.3)
    # found among all that is not held any more: 0.2 x 0.5 quality x 0.5 facilitation x 0.5 variety
    assert asked["found by comparing"] == (parts_of(1, 3, 4, 5, 6, 7, 8, 9), close_to(0.025))
    assert list(asked) == ["lost parts", "found by comparing"]


def test_what_members_shared_is_held(comes_to_know):
    known, asked = comes_to_know(shared=parts_of(1, 5))
    assert known == parts_of(0, 1, 2, 5, 6)
    assert asked["found by comparing"][0] == parts_of(3, 4, 6, 7, 8, 9)


@pytest.mark.parametrize("state", [{"variety": 0.0}, {"mean_quality": 0.0}, {"facilitation_met": 0.0}])
def test_without_variety_quality_or_facilitation_nothing_new_is_found(comes_to_know, state):
    assert comes_to_know(**state)[0] == parts_of(0, 2)


def test_without_a_meeting_all_stays_as_it_is(comes_to_know):
    known, asked = comes_to_know(attended=0, shared=parts_of(5), linked_parts=parts_of(7), brought=parts_of(8))
    assert (known, asked) == (parts_of(0, 1, 2), {})


def test_linked_networks_learn_from_each_other_when_they_meet(comes_to_know):
    known, asked = comes_to_know(linked_parts=parts_of(2, 6, 7, 9))
    assert known == parts_of(0, 2, 6, 7)
    assert asked["parts of linked networks"] == (parts_of(7, 9), close_to(0.25))  # 0.5 x 0.5


def test_what_people_outside_schools_brought_is_held(comes_to_know):
    known, asked = comes_to_know(brought=parts_of(2, 8))
    assert known == parts_of(0, 2, 6, 8)
    assert asked["found by comparing"][0] == parts_of(
        1, 3, 4, 5, 6, 7, 8, 9
    )  # what was found as well is brought anyway


def test_networks_with_another_theme_come_to_know_less_of_it(comes_to_know):
    p = parameters(**RULES, focus_other_theme_loss=0.75)
    state = {"linked_parts": parts_of(7)}
    own, other = (comes_to_know(p, theme=theme, **state)[1] for theme in (0, 1))
    for stream in ("found by comparing", "parts of linked networks"):
        assert other[stream][1] == close_to(own[stream][1] / 4) and own[stream][1] > 0.0
    assert other["lost parts"] == own["lost parts"]


def test_a_meeting_is_worked_up_in_the_next_week_with_the_facilitation_that_it_had():
    met = make_network(meets=1, facilitation=0.7, facilitated=1, facilitation_met=0.2)
    away = make_network(facilitation=0.7, facilitated=0, facilitation_met=0.2, facilitator_met=1)
    world = make_world([make_teacher()], networks=[met, away])
    for network in world.networks:
        inquiry.network_updates(network, world, make_week(), P)
    assert (met.facilitation_met, met.facilitator_met) == (0.7, 1)
    assert (away.facilitation_met, away.facilitator_met) == (0.2, 1)
