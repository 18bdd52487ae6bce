"""What people, schools and networks begin with, by numbers worked out by hand."""

import math

import pytest

from plnsim.model.mechanisms import (
    adoption,
    focus,
    leadership,
    meeting,
    membership,
    recruitment,
    time,
    turnover,
)
from tests.support.factories import close_to, make_network, make_school, make_teacher, make_week, make_world, parameters

START = make_week(number=-1)


@pytest.mark.parametrize(("begins", "founded"), [(0, 1), (1, 0), (39, 0)])
def test_a_network_is_founded_at_once_or_later(begins, founded):
    assert recruitment.founded_at_once(make_network(begins=begins), make_world(), START, parameters()) == founded


@pytest.mark.parametrize(("u", "uses"), [(0.099, 1), (0.1, 0), (0.5, 0)])
def test_a_share_uses_it_from_the_start(stub_uniform, u, uses):
    stub_uniform(adoption, initial_use=u)
    p = parameters(population_first_users=0.1)
    assert adoption.initial_use(make_teacher(), make_world(), START, p) == uses


@pytest.mark.parametrize("uses", [0, 1])
def test_who_uses_it_has_tried_it(uses):
    assert adoption.present_use(make_teacher(uses=uses), make_world(), START, parameters()) == uses


def test_a_network_begins_with_the_trust_of_the_scenario():
    p = parameters(meeting_first_trust=0.35)
    assert meeting.initial_trust(make_network(), make_world(), START, p) == 0.35


@pytest.mark.parametrize(("u", "logit"), [(0.5, 0.0), (0.8413447460685429, 1.0)])
def test_schools_lie_around_the_middle_of_the_scenario(stub_uniform, u, logit):
    """At the median the middle itself; one standard deviation above it, 0.8 logits more."""
    p = parameters(
        focus_alignment=0.5,
        leadership_vision=0.5,
        leadership_support=0.5,
        leadership_distributed=0.5,
        leadership_spread=0.8,
    )
    stub_uniform(focus, leadership, focus=u, vision=u, support=u, distributed_leadership=u)
    expected = 1 / (1 + math.exp(-0.8 * logit))
    for rule in (
        focus.initial_focus,
        leadership.initial_vision,
        leadership.initial_support,
        leadership.initial_distribution,
    ):
        assert rule(make_school(), make_world(), START, p) == pytest.approx(expected, abs=1e-8)


def test_a_head_begins_with_the_priority_she_is_inclined_to():
    assert leadership.inclination(make_school(own_vision=0.7, vision=0.2), make_world(), START, parameters()) == 0.7


def test_hours_differ_around_the_average(stub_uniform):
    stub_uniform(time, load=0.5)
    load = time.initial_load(make_teacher(), make_world(), START, parameters(time_load_spread=0.4))
    assert load == close_to(math.exp(-0.08))  # the median of a lognormal with mean 1


@pytest.mark.parametrize(("u", "years"), [(0.0001, 0), (0.9999, 44)])
def test_years_in_post_are_those_of_a_staff_in_balance(stub_uniform, u, years):
    stub_uniform(turnover, tenure=u)
    p = parameters(turnover_rate=0.1, turnover_early_ratio=1.0)
    assert abs(turnover.initial_years(make_teacher(), make_world(), START, p) - years) <= 1


@pytest.mark.parametrize(
    ("network", "active", "standing", "member"), [(-1, 1, 1, 0), (0, 1, 1, 1), (0, 1, 0, 0), (0, 0, 1, 0)]
)
def test_a_seat_makes_a_member_while_the_network_is_active_and_her_school_takes_part(network, active, standing, member):
    teacher = make_teacher(network=network, seat=0)
    world = make_world([teacher], schools=[make_school(standing=standing)], networks=[make_network(active=active)])
    assert membership.initial_membership(teacher, world, START, parameters()) == member
