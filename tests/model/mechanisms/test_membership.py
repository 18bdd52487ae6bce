"""Who takes part in a network."""

import pytest

from plnsim.model.mechanisms import membership
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


def sees(*staff, networks):
    world = make_world(
        list(staff),
        [make_teacher(network=0, member=1, seat=0)],
        schools=[make_school(participates=1, inquiry=0.7), make_school()],
        networks=networks,
    )
    assert changed_variables(membership.school_observes, world.schools[0], world, make_week(), P) <= {
        "participates",
        "inquiry",
    }
    return world.schools[0].participates, world.schools[0].inquiry


def test_a_school_takes_part_while_one_of_its_staff_does():
    assert sees(
        make_teacher(), make_teacher(network=0, seat=1, member=1), networks=[make_network(facilitation=0.3)]
    ) == (1, 0.3)


def test_the_best_of_several_networks_serves_the_school():
    staff = [make_teacher(network=place, seat=1, member=1) for place in (0, 1, 2)]
    assert sees(*staff, networks=[make_network(facilitation=quality) for quality in (0.3, 0.6, 0.4)]) == (1, 0.6)


def test_a_seat_alone_does_not_make_a_school_take_part():
    assert sees(make_teacher(network=0, seat=1, member=0), networks=[make_network(facilitation=0.3)]) == (0, 0.0)


@pytest.mark.parametrize(
    ("active", "seat", "schools", "member"), [(1, 1, 2, 1), (1, 0, 1, 1), (1, 2, 2, 0), (0, 0, 2, 0), (1, 0, 0, 0)]
)
def test_who_holds_a_seat_of_a_school_that_has_joined_an_active_network_is_a_member(active, seat, schools, member):
    for before in (0, 1):
        teacher = make_teacher(network=0, seat=seat, member=before, new=1)
        world = make_world([teacher], networks=[make_network(active=active, schools=schools)])
        assert changed_variables(membership.teacher_updates, teacher, world, make_week(), P) <= {"member", "new"}
        assert (teacher.member, teacher.new) == (member, 0)


def test_who_holds_no_seat_is_no_member():
    teacher = make_teacher(member=1, new=1)
    membership.teacher_updates(
        teacher, make_world([teacher], networks=[make_network(active=1, schools=3)]), make_week(), P
    )
    assert (teacher.member, teacher.new) == (0, 0)
