"""Aggregates: means over staff and members."""

import pytest

from plnsim.model.mechanisms import aggregates
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
    parts_of,
)

P = parameters(conditions_focus_shift=0.0, focus_other_theme_loss=0.4)
LIFTED = parameters(conditions_focus_shift=0.5, conditions_focus_target=1.0)
HELD = parameters(conditions_focus_shift=1.0, conditions_focus_target=0.3)
SEEN = {"users", "prevalence", "mean_time", "user_parts", "user_fidelity"}


# --- a school and its staff


def test_a_school_sees_how_far_the_practice_has_spread(stub_uniform):
    stub_uniform(aggregates, user_shown=lambda teacher, _: {1: 0.6, 2: 0.3}[teacher])
    staff = [
        make_teacher(uses=1, parts=parts_of(0, 1), fidelity=0.75, time=0.25),
        make_teacher(uses=1, parts=parts_of(1, 2), fidelity=0.25, time=0.75),
        make_teacher(parts=parts_of(3, 4), fidelity=0.1, time=0.5),
        make_teacher(),
    ]
    world = make_world([make_teacher(uses=1, time=1.0)], staff, [make_teacher(uses=1, time=1.0)])
    school = world.schools[1]
    assert changed_variables(aggregates.school_observes, school, world, make_week(), P) == SEEN
    assert (school.users, school.prevalence) == (2, 0.5)
    assert school.user_fidelity == close_to(0.5)  # of the two users
    assert school.user_parts == parts_of(1, 2)  # of the user whose draw is the least
    assert school.mean_time == close_to(0.375)  # of all four


def test_of_users_who_draw_the_same_the_first_is_shown(stub_uniform):
    stub_uniform(aggregates, user_shown=0.5)
    world = make_world([make_teacher(uses=1, parts=parts_of(part)) for part in range(3)])
    aggregates.school_observes(world.schools[0], world, make_week(), P)
    assert world.schools[0].user_parts == parts_of(0)


def test_each_user_is_as_likely_to_be_shown():
    staff = [make_teacher(uses=1, parts=parts_of(part)) for part in range(3)]
    world, shown = make_world(staff), []
    for key in range(3000):
        aggregates.school_observes(world.schools[0], world, make_week(key=key), P)
        shown.append(world.schools[0].user_parts)
    assert all(abs(shown.count(parts_of(part)) - 1000) < 120 for part in range(3))  # 4.5 standard errors


def test_a_school_without_users_sees_none(stub_uniform):
    stub_uniform(aggregates)  # no number may be drawn
    world = make_world(
        [make_teacher(time=1.0, parts=parts_of(1))],
        schools=[make_school(users=3, prevalence=0.5, user_parts=parts_of(2), user_fidelity=0.5)],
    )
    aggregates.school_observes(world.schools[0], world, make_week(), P)
    school = world.schools[0]
    assert (school.users, school.prevalence, school.user_parts, school.user_fidelity, school.mean_time) == (
        0,
        0.0,
        0,
        0.0,
        1.0,
    )


# --- a network and its members


def met_by_three():
    """Two members from one school, one from another, one seat that takes no part."""
    unfocused, focused = (
        make_school(own_focus=0.25, leadership=0.25, distributed=0.5),
        make_school(own_focus=0.75, leadership=1.0, distributed=0.25),
    )
    away = make_school(own_focus=1.0, leadership=1.0, distributed=1.0)
    sits = {"network": 0, "member": 1}
    return make_world(
        [make_teacher(seat=0, time=0.5, **sits), make_teacher(seat=0, **sits), make_teacher(time=1.0)],
        [make_teacher(seat=1, time=0.25, **sits)],
        [make_teacher(network=0, seat=2, member=0)],
        schools=[unfocused, focused, away],
        networks=[make_network()],
    )


def test_a_network_feels_the_mean_of_its_members_schools():
    world = met_by_three()
    network = world.networks[0]
    assert changed_variables(aggregates.network_observes, network, world, make_week(), P) == {
        "focus",
        "distributed",
        "members",
    }
    assert network.focus == close_to(1.25 / 3)  # 0.25, 0.25 and 0.75
    assert network.distributed == close_to(1.25 / 3)  # 0.5, 0.5 and 0.25
    assert network.members == 3


def test_a_networks_focus_is_moved_from_outside_as_well():
    world = met_by_three()
    aggregates.network_observes(world.networks[0], world, make_week(), HELD)
    assert world.networks[0].focus == close_to(0.3)
    aggregates.network_observes(world.networks[0], world, make_week(), LIFTED)
    assert world.networks[0].focus == close_to((1 + 1.25 / 3) / 2)


@pytest.mark.parametrize(("theme", "felt"), [(0, 1.25 / 3), (1, 0.25), (2, 0.25)])
def test_networks_with_another_theme_miss_part_of_the_focus(theme, felt):
    world = met_by_three()
    world.networks[0].theme = theme
    aggregates.network_observes(world.networks[0], world, make_week(), P)
    assert world.networks[0].focus == close_to(felt)  # 0.6 x 1.25 / 3


def test_focus_is_held_from_outside_in_networks_with_another_theme_as_well():
    world = met_by_three()
    world.networks[0].theme = 1
    aggregates.network_observes(world.networks[0], world, make_week(), HELD)
    assert world.networks[0].focus == close_to(0.3)


def test_a_network_without_members_feels_nothing():
    world = make_world(
        [make_teacher(network=0, seat=0)],
        networks=[make_network(focus=0.6, distributed=0.6, members=2)],
    )
    aggregates.network_observes(world.networks[0], world, make_week(), P)
    network = world.networks[0]
    assert (network.focus, network.distributed, network.members) == (0.0, 0.0, 0)
