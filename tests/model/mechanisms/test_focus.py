"""Shared focus (R18a, R34)."""

import pytest

from plnsim.model.mechanisms import focus
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(conditions_focus_shift=0.0, focus_other_theme_loss=0.4)
LIFTED = parameters(conditions_focus_shift=0.5, conditions_focus_target=1.0)
HELD = parameters(conditions_focus_shift=1.0, conditions_focus_target=0.3)


@pytest.mark.parametrize(("p", "felt"), [(P, 0.4), (LIFTED, 0.7), (HELD, 0.3)])
def test_a_schools_focus_is_its_own_unless_moved_from_outside(p, felt):
    world = make_world([make_teacher()], schools=[make_school(own_focus=0.4)])
    assert changed_variables(focus.school_observes, world.schools[0], world, make_week(), p) == {"focus"}
    assert world.schools[0].focus == close_to(felt)


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
    assert changed_variables(focus.network_observes, network, world, make_week(), P) == {
        "focus",
        "time",
        "leadership",
        "distributed",
        "members",
    }
    assert network.focus == close_to(1.25 / 3)  # 0.25, 0.25 and 0.75
    assert network.time == close_to(0.25)  # 0.5, 0 and 0.25
    assert network.leadership == close_to(0.5)  # 0.25, 0.25 and 1
    assert network.distributed == close_to(1.25 / 3)  # 0.5, 0.5 and 0.25
    assert network.members == 3


def test_a_networks_focus_is_moved_from_outside_as_well():
    world = met_by_three()
    focus.network_observes(world.networks[0], world, make_week(), HELD)
    assert world.networks[0].focus == close_to(0.3)
    focus.network_observes(world.networks[0], world, make_week(), LIFTED)
    assert world.networks[0].focus == close_to((1 + 1.25 / 3) / 2)


@pytest.mark.parametrize(("theme", "felt"), [(0, 1.25 / 3), (1, 0.25), (2, 0.25)])
def test_networks_with_another_theme_miss_part_of_the_focus(theme, felt):
    world = met_by_three()
    world.networks[0].theme = theme
    focus.network_observes(world.networks[0], world, make_week(), P)
    assert world.networks[0].focus == close_to(felt)  # 0.6 x 1.25 / 3


def test_focus_is_held_from_outside_in_networks_with_another_theme_as_well():
    world = met_by_three()
    world.networks[0].theme = 1
    focus.network_observes(world.networks[0], world, make_week(), HELD)
    assert world.networks[0].focus == close_to(0.3)


def test_a_network_without_members_feels_nothing():
    world = make_world(
        [make_teacher(network=0, seat=0)],
        networks=[make_network(focus=0.6, leadership=0.6, distributed=0.6, members=2)],
    )
    focus.network_observes(world.networks[0], world, make_week(), P)
    network = world.networks[0]
    assert (network.focus, network.leadership, network.distributed, network.members) == (0.0, 0.0, 0.0, 0)


@pytest.mark.parametrize(("member", "felt"), [(1, 0.9), (0, 0.2)])
def test_a_teacher_feels_her_networks_focus_while_she_takes_part(member, felt):
    teacher = make_teacher(network=0, seat=0, member=member)
    world = make_world([teacher], schools=[make_school(focus=0.2)], networks=[make_network(focus=0.9)])
    assert focus.focus_of(teacher, world) == felt


def test_without_a_network_a_teacher_feels_her_schools_focus():
    teacher = make_teacher()
    assert focus.focus_of(teacher, make_world([teacher], schools=[make_school(focus=0.2)])) == 0.2
