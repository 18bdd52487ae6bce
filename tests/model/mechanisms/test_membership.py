"""Who takes part in a network."""

import pytest

from plnsim.model.mechanisms import membership
from tests.support.factories import a_network, a_school, a_teacher, a_week, a_world, changed_by, parameters

P = parameters()


def sees(*staff, networks):
    world = a_world(list(staff), [a_teacher(network=0, member=1, seat=0)], schools=[a_school(participates=1, inquiry=0.7), a_school()],
                    networks=networks)
    assert changed_by(membership.school_looks, world.schools[0], world, a_week(), P) <= {"participates", "inquiry"}
    return world.schools[0].participates, world.schools[0].inquiry


def test_a_school_takes_part_while_one_of_its_staff_does():
    assert sees(a_teacher(), a_teacher(network=0, seat=1, member=1), networks=[a_network(facilitation=0.3)]) == (1, 0.3)


def test_the_best_of_several_networks_serves_the_school():
    staff = [a_teacher(network=place, seat=1, member=1) for place in (0, 1, 2)]
    assert sees(*staff, networks=[a_network(facilitation=quality) for quality in (0.3, 0.6, 0.4)]) == (1, 0.6)


def test_a_seat_alone_does_not_make_a_school_take_part():
    assert sees(a_teacher(network=0, seat=1, member=0), networks=[a_network(facilitation=0.3)]) == (0, 0.0)


@pytest.mark.parametrize(("active", "seat", "schools", "member"), [(1, 1, 2, 1), (1, 0, 1, 1), (1, 2, 2, 0), (0, 0, 2, 0), (1, 0, 0, 0)])
def test_who_holds_a_seat_of_a_school_that_has_joined_an_active_network_is_a_member(active, seat, schools, member):
    for before in (0, 1):
        teacher = a_teacher(network=0, seat=seat, member=before, new=1)
        world = a_world([teacher], networks=[a_network(active=active, schools=schools)])
        assert changed_by(membership.teacher_acts, teacher, world, a_week(), P) <= {"member", "new"}
        assert (teacher.member, teacher.new) == (member, 0)


def test_who_holds_no_seat_is_no_member():
    teacher = a_teacher(member=1, new=1)
    membership.teacher_acts(teacher, a_world([teacher], networks=[a_network(active=1, schools=3)]), a_week(), P)
    assert (teacher.member, teacher.new) == (0, 0)
