"""Partners that are no school (section 10 of the design)."""

import pytest

from plnsim.model.mechanisms import partners, parts
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

RULES = {"parts_count": 10, "partners_sharing": 0.2, "partners_continuity": 0.5, "partners_knowledge": 0.7}
P = parameters(partners_a_network=2, **RULES)
ONE = parameters(partners_a_network=1, **RULES)
NONE = parameters(partners_a_network=0, partners_continuity=1.0, partners_sharing=1.0)


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


# --- what they know


def test_partners_know_their_share_of_the_parts(stub_uniform):
    """Also where they come only later, by the calendar."""
    for p in (P, parameters(partners_a_network=0, **RULES)):
        draws = stub_uniform(parts, parts_of_partners=lambda network, part: 0.69 if part in (2, 5) else 0.7)
        known = partners.initial_partner_parts(make_network(name=3), make_world(), make_week(key=8), p)
        assert known == parts_of(2, 5)
    assert draws == [(8, "parts of partners", 3, part) for part in range(10)]


@pytest.fixture
def takes_in(stub_parts):
    """What a network knows that knew 0 and 1, after partners who know 1 to 4 have met it and part 3 came up; and what
    was asked for.
    """

    def take(p=P, **state):
        asked = stub_parts(partners, parts_from_partners=parts_of(3))
        met = {"active": 1, "attended": 3, "mean_quality": 0.5, "partner_parts": parts_of(1, 2, 3, 4)}
        network = make_network(**met | {"parts": parts_of(0, 1), "knowledge": 0.2} | state)
        world = make_world([make_teacher()], networks=[network])
        changed = changed_variables(partners.network_updates, network, world, make_week(), p)
        assert changed <= {"parts", "knowledge"}
        assert network.knowledge == network.parts.bit_count() / 10
        return network.parts, asked.get("parts from partners")

    return take


def test_a_network_takes_in_what_partners_know(takes_in):
    assert takes_in() == (parts_of(0, 1, 3), (parts_of(2, 3, 4), close_to(0.18)))  # 0.36 x 0.5
    assert takes_in(ONE, attended=1)[1] == (parts_of(2, 3, 4), close_to(0.1))


@pytest.mark.parametrize("state", [{"attended": 0}, {"mean_quality": 0.0}, {"p": NONE}, {"partner_parts": parts_of(0)}])
def test_without_a_meeting_quality_partners_or_news_nothing_is_taken_in(takes_in, state):
    assert takes_in(**state) == (parts_of(0, 1), None)


def test_networks_with_another_theme_take_in_less_of_it(takes_in):
    p = parameters(partners_a_network=2, **RULES, focus_other_theme_loss=0.75)
    assert takes_in(p, theme=1)[1] == (parts_of(2, 3, 4), close_to(0.045))  # a quarter of 0.18
