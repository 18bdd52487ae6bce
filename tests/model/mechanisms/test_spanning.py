"""What people outside schools know, bring to networks and take away."""

import pytest

from plnsim.model.mechanisms import parts, spanning
from tests.simulation.test_engines import assert_engines_agree
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
from tests.support.runs import small_scenario

RULES = {
    "parts_count": 10,
    "partners_a_network": 1,
    "partners_knowledge": 0.5,
    "spanning_carrying": 0.4,
    "inquiry_first_knowledge": 0.6,
}
START = make_week(number=-1, key=9)


def serving(trainers=0, loss=0.2, networks_a_facilitator=1.0, **more):
    return parameters(
        **RULES
        | {
            "inquiry_trainers": trainers,
            "inquiry_training_loss": loss,
            "programme_networks_a_facilitator": networks_a_facilitator,
        }
        | more
    )


P = serving()

# --- whom they serve


@pytest.mark.parametrize(("networks", "facilitators"), [(1.0, [0, 1, 2, 3, 4]), (2.0, [0, 0, 1, 1, 2])])
def test_several_networks_may_share_a_facilitator(networks, facilitators):
    p = serving(networks_a_facilitator=networks)
    assert [spanning.facilitator_of(make_network(place=place), p) for place in range(5)] == facilitators


@pytest.mark.parametrize(
    ("p", "shares"),
    [
        (serving(0), [1.0] * 5),  # the source trains all
        (serving(2), [1.0, 1.0, 0.8, 0.8, 0.64]),  # two, who train two, who train the next
        (serving(1, 0.5), [1.0, 0.5, 0.25, 0.125, 0.0625]),
        (serving(1, 0.5, 2.0), [1.0, 1.0, 0.5, 0.5, 0.25]),
        (serving(1, 0.0), [1.0] * 5),
    ],
)
def test_a_facilitator_who_was_trained_by_another_has_less(p, shares):
    assert [spanning.handed_on(make_network(place=place), p) for place in range(5)] == [close_to(s) for s in shares]


@pytest.mark.parametrize("reach", [0.1, 0.7, 1.0, 1.1, 2.5, 3.0, 7.0, 1e6])
def test_the_networks_of_a_facilitator_are_those_between_her_first_and_the_next_ones(reach):
    p = serving(networks_a_facilitator=reach)
    for place in range(200):
        who = spanning.facilitator_of(make_network(place=place), p)
        served = range(spanning.first_served(who, p), spanning.first_served(who + 1, p))
        same = [
            other
            for other in range(max(0, place - 8), place + 8)
            if spanning.facilitator_of(make_network(place=other), p) == who
        ]
        assert [other for other in range(max(0, place - 8), place + 8) if other in served] == same


# --- what they know at first


def test_knowledge_is_lost_along_the_chain(stub_uniform):
    stub_uniform(parts, parts_of_the_facilitator=lambda name, part: 0.04 + 0.1 * part)
    known = [
        spanning.initial_facilitator_parts(make_network(place=place), make_world(), START, serving(1, 0.5))
        for place in (0, 1)
    ]
    assert known == [parts_of(0, 1, 2, 3, 4, 5), parts_of(0, 1, 2)]  # below 0.6 and below 0.3


@pytest.mark.parametrize("number", [0, 1, 2])
def test_partners_know_what_any_of_them_knows(stub_uniform, number):
    """One of them knows half; two, three quarters; where there is none, as one that comes later by the calendar."""
    p = serving(partners_a_network=number)
    draws = stub_uniform(parts, parts_of_partners=lambda name, part: 0.04 + 0.1 * part)
    known = spanning.initial_partner_parts(make_network(place=3), make_world(), make_week(key=8), p)
    assert known == parts_of(*range(8 if number == 2 else 5))
    assert draws == [(8, "parts of partners", 3, part) for part in range(10)]


def test_networks_that_share_them_know_the_same_people(stub_uniform):
    p = serving(networks_a_facilitator=2.0)
    draws = stub_uniform(parts, parts_of_the_facilitator=0.5, parts_of_partners=0.5)
    for place in (2, 3):
        spanning.initial_facilitator_parts(make_network(place=place), make_world(), START, p)
        spanning.initial_partner_parts(make_network(place=place), make_world(), START, p)
    assert {draw[2] for draw in draws} == {1} and len(set(draws)) == 20


# --- what they bring


@pytest.fixture
def brings(stub_parts):
    """What is known to those who serve the second of three networks, what they bring, and what was asked for."""

    def bring(p=P, **state):
        asked = stub_parts(spanning, parts_from_the_facilitator=parts_of(3, 5))
        met = {"attended": 3, "mean_quality": 0.5, "facilitation_met": 0.6, "facilitator_met": 1}
        networks = [
            make_network(facilitator_parts=parts_of(1), partner_parts=parts_of(2)),
            make_network(**met | {"facilitator_parts": parts_of(3), "partner_parts": parts_of(4)} | state),
            make_network(facilitator_parts=parts_of(5), partner_parts=parts_of(6)),
        ]
        for place, network in enumerate(networks):
            network.place = place
        world = make_world([make_teacher()], networks=networks)
        changed = changed_variables(spanning.network_observes, networks[1], world, make_week(), p)
        assert changed <= {"outside_parts", "brought"}
        return networks[1].outside_parts, networks[1].brought, asked.get("parts from the facilitator")

    return bring


def test_facilitators_and_partners_bring_what_they_know(brings):
    assert brings() == (parts_of(3, 4), parts_of(3), (parts_of(3, 4), close_to(0.3)))  # 0.6 x 0.5


def test_they_bring_what_they_took_away_from_all_whom_they_serve(brings):
    assert brings(serving(networks_a_facilitator=2.0))[0] == parts_of(1, 2, 3, 4)
    assert brings(serving(networks_a_facilitator=3.0))[::2] == (
        parts_of(1, 2, 3, 4, 5, 6),
        (parts_of(1, 2, 3, 4, 5, 6), close_to(0.3)),
    )


def test_without_partners_the_facilitator_brings_hers_alone(brings):
    assert brings(serving(partners_a_network=0))[0] == parts_of(3)


def test_to_a_meeting_without_her_partners_bring_theirs_alone(brings):
    known, _, asked = brings(facilitator_met=0)
    assert (known, asked) == (parts_of(3, 4), (parts_of(4), close_to(0.3)))


@pytest.mark.parametrize("state", [{"attended": 0}, {"mean_quality": 0.0}, {"facilitation_met": 0.0}])
def test_without_a_meeting_quality_or_facilitation_nothing_is_brought(brings, state):
    assert brings(**state)[:2] == (parts_of(3, 4), 0)


def test_to_networks_with_another_theme_they_bring_less_of_it(brings):
    p = serving(focus_other_theme_loss=0.75)
    assert brings(p, theme=1)[2] == (parts_of(3, 4), close_to(0.075))  # a quarter of 0.3


# --- what they take away


@pytest.fixture
def takes_away(stub_parts):
    """What facilitator and partners know of a network in which 1 and 5 were shared, and 5 was taken away."""

    def take(p=P, **state):
        asked = stub_parts(spanning, parts_taken_away=parts_of(5))
        met = {"attended": 3, "shared": parts_of(1, 5), "facilitator_met": 1}
        network = make_network(**met | {"facilitator_parts": parts_of(3), "partner_parts": parts_of(4)} | state)
        world = make_world([make_teacher()], networks=[network])
        changed = changed_variables(spanning.network_updates, network, world, make_week(), p)
        assert changed <= {"facilitator_parts", "partner_parts"}
        return network.facilitator_parts, network.partner_parts, asked.get("parts taken away")

    return take


def test_they_take_away_some_of_what_is_shared(takes_away):
    assert takes_away() == (parts_of(3, 5), parts_of(4, 5), (parts_of(1, 5), 0.4))


def test_only_who_was_there_takes_away(takes_away):
    assert takes_away(facilitator_met=0)[:2] == (parts_of(3), parts_of(4, 5))
    assert takes_away(serving(partners_a_network=0))[:2] == (parts_of(3, 5), parts_of(4))
    assert takes_away(attended=0) == (parts_of(3), parts_of(4), None)


def test_one_who_comes_is_enough(takes_away):
    assert takes_away(attended=1)[:2] == (parts_of(3, 5), parts_of(4, 5))


def test_who_carries_nothing_takes_nothing(takes_away):
    assert takes_away(serving(spanning_carrying=0.0))[:2] == (parts_of(3), parts_of(4))


# --- together with all else


def test_the_engines_agree():
    values = {
        "partners.a_network": 2,
        "partners.knowledge": 0.3,
        "programme.networks_a_facilitator": 2.0,
        "programme.participation": 1.0,
        "mobilisation.visits": 0.2,
        "leadership.from_system_leader": 0.05,
        "turnover.rate": 0.3,
        "population.first_users": 0.3,
    }
    assert_engines_agree(small_scenario(values))
