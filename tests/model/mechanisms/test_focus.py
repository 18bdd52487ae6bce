"""Shared focus."""

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


@pytest.mark.parametrize(("theme", "share"), [(0, 1.0), (1, 0.6), (2, 0.6)])
def test_networks_with_another_theme_spend_only_part_of_their_work_on_it(theme, share):
    assert focus.relevance(make_network(theme=theme), P) == close_to(share)


@pytest.mark.parametrize(("member", "felt"), [(1, 0.9), (0, 0.2)])
def test_a_teacher_feels_her_networks_focus_while_she_takes_part(member, felt):
    teacher = make_teacher(network=0, seat=0, member=member)
    world = make_world([teacher], schools=[make_school(focus=0.2)], networks=[make_network(focus=0.9)])
    assert focus.focus_of(teacher, world) == felt


def test_without_a_network_a_teacher_feels_her_schools_focus():
    teacher = make_teacher()
    assert focus.focus_of(teacher, make_world([teacher], schools=[make_school(focus=0.2)])) == 0.2
