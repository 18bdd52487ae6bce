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
    ("active", "standing", "vacant", "member"),
    [(1, 1, 0, 1), (1, 0, 0, 0), (1, -1, 0, 0), (0, 1, 0, 0), (0, 1, 1, 0), (1, -1, 1, 0)],
)
def test_who_holds_a_seat_of_a_school_that_takes_part_in_an_active_network_is_a_member(
    stub_uniform, active, standing, vacant, member
):
    stub_uniform(membership)  # no number may be drawn
    for before in (0, 1):
        teacher = make_teacher(network=0, seat=3, member=before, new=1, new_member=1, vacant=vacant)
        world = make_world([teacher], schools=[make_school(standing=standing)], networks=[make_network(active=active)])
        changed = changed_variables(membership.teacher_updates, teacher, world, make_week(), P)
        assert changed <= {"member", "new", "new_member"}
        assert (teacher.member, teacher.new, teacher.new_member) == (member, 0, 0)
        teacher.vacant = 0
        assert membership.initial_membership(teacher, world, make_week(number=-1), P) == member


def test_who_holds_no_seat_is_no_member():
    teacher = make_teacher(member=1, new=1)
    world = make_world([teacher], schools=[make_school(standing=1)], networks=[make_network(active=1)])
    membership.teacher_updates(teacher, world, make_week(), P)
    assert (teacher.member, teacher.new) == (0, 0)
    assert membership.initial_membership(teacher, world, make_week(number=-1), P) == 0


# --- vacant seats


REFILL = parameters(participation_refill=0.5, participation_habit_carries=0.5)


@pytest.mark.parametrize(
    ("leadership", "habit", "chance"),
    [(0.4, 0.0, 0.2), (0.4, 0.5, 0.275), (0.0, 0.0, 0.0), (1.0, 0.0, 0.5), (0.0, 1.0, 0.25)],
)
def test_a_vacant_seat_is_filled_the_sooner_the_more_leaders_care_and_taking_part_is_a_habit(
    stub_uniform, leadership, habit, chance
):
    # 0.5 x (0.4 + 0.5 x 0.5 x 0.6)
    for u, filled in ((chance - 0.001, 1), (chance, 0), (chance + 0.001, 0)):
        if u < 0:
            continue
        draws = stub_uniform(membership, seat_is_filled=u)
        teacher = make_teacher(network=0, seat=0, vacant=1)
        school = make_school(standing=1, leadership=leadership, taking_part=habit)
        world = make_world([teacher], schools=[school], networks=[make_network(active=1)])
        changed_variables(membership.teacher_updates, teacher, world, make_week(key=9), REFILL)
        assert (teacher.vacant, teacher.member, teacher.new_member) == (1 - filled, filled, filled)
        assert draws == [(9, "seat is filled", 0, 0)]


def test_who_filled_a_seat_is_new_for_one_week(stub_uniform):
    stub_uniform(membership)
    teacher = make_teacher(network=0, member=1, new_member=1)
    world = make_world([teacher], schools=[make_school(standing=1)], networks=[make_network(active=1)])
    membership.teacher_updates(teacher, world, make_week(), P)
    assert (teacher.member, teacher.new_member) == (1, 0)


@pytest.mark.parametrize(("network", "vacant"), [(0, 1), (-1, 0)])
def test_a_seat_is_vacant_when_its_post_changes_hands(network, vacant):
    teacher = make_teacher(network=network)
    world = make_world([teacher], networks=[make_network(active=1)])
    assert membership.vacated(teacher, world, make_week(), P) == vacant


# --- who comes


@pytest.mark.parametrize(
    ("member", "tune_up", "standing", "begun", "vacant", "comes"),
    [
        (1, 0, 1, 1, 0, True),
        (0, 0, 1, 1, 0, False),
        (0, 1, 1, 1, 0, True),
        (0, 1, -1, 1, 0, True),
        (0, 1, 0, 1, 0, False),  # her school never joined
        (0, 1, 1, 0, 0, False),
        (0, 1, 1, 1, 1, False),
    ],
)
def test_members_come_and_in_a_tune_up_all_whose_school_ever_took_part(member, tune_up, standing, begun, vacant, comes):
    teacher = make_teacher(network=0, member=member, vacant=vacant)
    world = make_world([teacher], schools=[make_school(standing=standing)], networks=[make_network(begun=begun)])
    assert membership.attends(teacher, world, make_week(tune_up=tune_up)) is comes
