"""Adoption."""

import pytest

from plnsim.model.mechanisms import adoption
from plnsim.model.mechanisms.rules import rate_to_probability
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

HILL = parameters(adoption_contagion="threshold", adoption_steepness=3.0)
LINEAR = parameters(
    adoption_contagion="linear",
    adoption_alone=0.1,
    adoption_in_network=0.5,
    adoption_social=0.8,
    fidelity_drift=0.2,
    conditions_substitution=0.0,
    conditions_placement="theory",
    ties_pattern="departments",
)
COMPLETE = parameters(ties_pattern="complete")


# --- social pressure


def test_pressure_is_a_half_at_the_threshold():
    assert adoption.pressure(0.3, 0.3, HILL) == close_to(0.5)


def test_pressure_rises_steeply_around_the_threshold():
    assert adoption.pressure(0.6, 0.3, HILL) == close_to(8 / 9)  # 2^3 / (1 + 2^3)
    assert adoption.pressure(0.15, 0.3, HILL) == close_to(1 / 9)  # (1/8) / (9/8)


def test_without_users_around_there_is_no_pressure():
    for option in ("threshold", "linear", "step"):
        assert adoption.pressure(0.0, 0.3, parameters(adoption_contagion=option)) == 0.0


def test_linear_pressure_is_the_share_of_users():
    assert [adoption.pressure(share, 0.9, LINEAR) for share in (0.25, 1.0)] == [0.25, 1.0]


def test_step_pressure_is_all_or_nothing():
    step = parameters(adoption_contagion="step")
    assert [adoption.pressure(share, 0.5, step) for share in (0.49, 0.5, 1.0)] == [0.0, 1.0, 1.0]


def test_a_threshold_of_nothing_is_passed_by_any_user():
    assert adoption.pressure(0.2, 0.0, HILL) == 1.0


def test_a_tiny_threshold_is_passed_by_any_user():
    assert adoption.pressure(
        1.0, 1e-7, parameters(adoption_contagion="threshold", adoption_steepness=50.0)
    ) == close_to(1.0)


# --- whom she sees using it


def test_exposure_is_the_share_of_users_among_those_she_turns_to():
    teacher = make_teacher()
    others = [
        make_teacher(uses=1, fidelity=0.5),
        make_teacher(uses=1, fidelity=0.9),
        make_teacher(uses=0, fidelity=0.1),
        make_teacher(uses=1),
    ]
    # she is post 2, and those before and after her turn to each other
    world = make_world(
        [others[0], others[3], teacher, others[1], others[2]],
        schools=[make_school(users=3)],
        advice=[(1, 4), (1, 4), (2, 0), (2, 3), (2, 4), (3, 4), (4, 1)],
    )
    assert changed_variables(adoption.teacher_observes, teacher, world, make_week(), LINEAR) == {
        "exposure",
        "users_seen",
        "source_fidelity",
    }
    assert teacher.exposure == close_to(2 / 3)
    assert teacher.source_fidelity == close_to(0.7)  # (0.5 + 0.9) / 2, users only


def test_who_turns_to_one_user_only_sees_nothing_but_users():
    teacher = make_teacher()
    world = make_world([make_teacher(uses=1, fidelity=0.8), teacher], schools=[make_school(users=1)], advice=[(1, 0)])
    adoption.teacher_observes(teacher, world, make_week(), LINEAR)
    assert (teacher.exposure, teacher.source_fidelity) == (1.0, 0.8)


def test_a_double_tie_counts_twice():
    teacher = make_teacher()
    world = make_world(
        [teacher, make_teacher(uses=1), make_teacher()], schools=[make_school(users=1)], advice=[(0, 1), (0, 1), (0, 2)]
    )
    adoption.teacher_observes(teacher, world, make_week(), LINEAR)
    assert teacher.exposure == close_to(2 / 3)


def test_who_turns_to_nobody_sees_nobody():
    teacher = make_teacher(exposure=0.8, source_fidelity=0.2)
    world = make_world([teacher, make_teacher(uses=1)], schools=[make_school(users=1)], advice=[(1, 0)])
    adoption.teacher_observes(teacher, world, make_week(), LINEAR)
    assert (teacher.exposure, teacher.source_fidelity) == (0.0, 1.0)


@pytest.mark.parametrize("users", [0, 1])
def test_without_a_user_among_them_the_source_is_whole(users):
    teacher = make_teacher(exposure=0.8, source_fidelity=0.2)
    staff = [teacher, make_teacher(fidelity=0.3), make_teacher(uses=users)]
    adoption.teacher_observes(
        teacher, make_world(staff, schools=[make_school(users=users)], advice=[(0, 1)]), make_week(), LINEAR
    )
    assert (teacher.exposure, teacher.source_fidelity) == (0.0, 1.0)


def across(member, others_member, p=LINEAR):
    """A teacher with one advice tie (no user: nobody of her school uses it) and one tie to a user of another school."""
    teacher, another = make_teacher(network=0, member=member, seat=0), make_teacher(network=0, member=1, seat=1)
    other = make_teacher(network=0, member=others_member, seat=1, uses=1, fidelity=0.6)
    world = make_world(
        [make_teacher(), teacher],
        [another, other],
        networks=[make_network(active=1, schools=2)],
        advice=[(1, 0)],
        cross=[(0, 2), (1, 3), (2, 1), (2, 0), (3, 1)],
    )
    adoption.teacher_observes(teacher, world, make_week(), p)
    return teacher.exposure, teacher.source_fidelity


def test_members_see_members_of_other_schools_as_well():
    assert across(1, 1) == (0.5, 0.6)


def test_who_does_not_take_part_sees_no_other_school():
    assert across(0, 1) == (0.0, 1.0)


def test_a_seat_that_takes_no_part_is_not_seen():
    assert across(1, 0) == (0.0, 1.0)


def test_where_all_turn_to_all_everybody_else_counts():
    staff = [make_teacher(uses=1) for _ in range(3)] + [make_teacher(), make_teacher()]
    world = make_world([make_teacher()], staff, schools=[make_school(), make_school(users=3, user_fidelity=0.75)])
    for teacher in (staff[0], staff[4]):
        assert changed_variables(adoption.teacher_observes, teacher, world, make_week(), COMPLETE) == {
            "exposure",
            "users_seen",
            "source_fidelity",
        }
    assert staff[0].exposure == close_to(2 / 4)  # she herself does not count
    assert staff[4].exposure == close_to(3 / 4)
    assert staff[4].source_fidelity == 0.75


def test_where_two_turn_to_each_other_each_sees_the_other():
    staff = [make_teacher(uses=1), make_teacher()]
    world = make_world(staff, schools=[make_school(users=1, user_fidelity=0.75)])
    for teacher in staff:
        adoption.teacher_observes(teacher, world, make_week(), COMPLETE)
    assert [(teacher.exposure, teacher.source_fidelity) for teacher in staff] == [(0.0, 1.0), (1.0, 0.75)]


def test_where_all_turn_to_all_members_see_other_schools_as_well():
    teacher = make_teacher(network=0, seat=0, member=1)
    elsewhere = [
        make_teacher(network=0, seat=1, member=1, uses=1, fidelity=0.5),
        make_teacher(network=0, seat=1, member=1),
    ]
    world = make_world(
        [teacher, make_teacher(uses=1)],
        elsewhere,
        schools=[make_school(users=1, user_fidelity=1.0), make_school()],
        networks=[make_network()],
        cross=[(0, 2), (0, 3)],
    )
    adoption.teacher_observes(teacher, world, make_week(), COMPLETE)
    assert (teacher.exposure, teacher.source_fidelity) == (close_to(2 / 3), close_to(0.75))


def test_where_all_turn_to_all_who_is_alone_sees_nobody():
    teacher = make_teacher(uses=1)
    adoption.teacher_observes(
        teacher, make_world([teacher], schools=[make_school(users=1, user_fidelity=0.5)]), make_week(), COMPLETE
    )
    assert teacher.exposure == 0.0


def test_where_all_turn_to_all_and_nobody_uses_it_the_source_is_whole():
    teacher = make_teacher()
    adoption.teacher_observes(
        teacher, make_world([teacher, make_teacher()], schools=[make_school(users=0)]), make_week(), COMPLETE
    )
    assert (teacher.exposure, teacher.source_fidelity) == (0.0, 1.0)


# --- taking it up


def at_home(**state):
    """A teacher without a network: wish 0.1 + 0.8 x 0.5 = 0.5, knowledge x belief 0.8 x 0.5, conditions 0.5: rate
    0.1.
    """
    usual = {"exposure": 0.5, "knowledge": 0.8, "belief": 0.5, "time": 0.5, "source_fidelity": 0.9}
    return make_teacher(**usual | state)


def takes_up(teacher, stub_uniform, u, p=LINEAR, school=None, networks=()):
    stub_uniform(adoption, adopt=u)
    school = school or make_school(lasting_leadership=0.5, leadership=0.0, focus=0.5)
    return changed_variables(
        adoption.teacher_updates, teacher, make_world([teacher], schools=[school], networks=networks), make_week(), p
    )


@pytest.mark.parametrize(("u", "uses"), [(0.0951, 1), (0.0952, 0)])
def test_the_rate_joins_wish_knowledge_belief_and_conditions(stub_uniform, u, uses):
    teacher = at_home()  # 1 - e^-0.1 = 0.09516
    assert takes_up(teacher, stub_uniform, u) == ({"uses", "tried", "fidelity"} if uses else set())
    assert teacher.uses == teacher.tried == uses


def test_a_draw_that_equals_the_chance_takes_nothing_up(stub_uniform):
    p = parameters(
        adoption_contagion="linear",
        adoption_alone=0.1,
        adoption_social=0.8,
        conditions_substitution=1.0,
        conditions_placement="theory",
    )
    school = make_school(lasting_leadership=0.5, focus=0.5)
    assert not takes_up(at_home(), stub_uniform, rate_to_probability(0.5 * (0.8 * 0.5) * 0.5), p, school)


def test_the_conditions_are_time_lasting_leadership_and_focus(stub_uniform):
    # time 0.125, the others 1: geometric mean 0.5 again
    teacher = at_home(time=0.125)
    assert takes_up(teacher, stub_uniform, 0.0951, school=make_school(lasting_leadership=1.0, focus=1.0))
    assert not takes_up(
        at_home(time=0.125), stub_uniform, 0.0952, school=make_school(lasting_leadership=1.0, focus=1.0)
    )


def test_she_copies_what_those_around_her_kept(stub_uniform):
    teacher = at_home(fidelity=0.3)
    takes_up(teacher, stub_uniform, 0.0)
    assert teacher.fidelity == close_to(0.864)  # 0.9 x (1 - 0.2 x (1 - 0.8))


def a_member(**state):
    # wish 0.5 + 0.8 x 0.5 = 0.9; x 0.8 x 0.5 x 0.5 = rate 0.18, chance 1 - e^-0.18 = 0.16473
    return at_home(network=0, seat=0, member=1, fidelity=0.7, **state)


@pytest.mark.parametrize(("u", "uses"), [(0.1647, 1), (0.1648, 0)])
def test_members_try_it_as_a_step_of_inquiry_with_the_focus_of_their_network(stub_uniform, u, uses):
    teacher = a_member()
    takes_up(
        teacher,
        stub_uniform,
        u,
        school=make_school(lasting_leadership=0.5, focus=0.0),
        networks=[make_network(active=1, schools=1, focus=0.5)],
    )
    assert teacher.uses == uses


@pytest.mark.parametrize(("u", "uses"), [(0.1130, 1), (0.1131, 0)])
def test_members_of_networks_with_another_theme_try_it_less(stub_uniform, u, uses):
    # a quarter of the way from 0.1 to 0.5 is 0.2; 0.2 + 0.8 x 0.5 = 0.6; x 0.8 x 0.5 x 0.5 = rate 0.12, chance 1 -
    # e^-0.12 = 0.11308
    p = parameters(
        adoption_contagion="linear",
        adoption_alone=0.1,
        adoption_in_network=0.5,
        adoption_social=0.8,
        focus_other_theme_loss=0.75,
    )
    teacher = a_member()
    takes_up(
        teacher,
        stub_uniform,
        u,
        p,
        school=make_school(lasting_leadership=0.5),
        networks=[make_network(active=1, schools=1, focus=0.5, theme=1)],
    )
    assert teacher.uses == uses


def test_members_learnt_it_at_the_source(stub_uniform):
    teacher = a_member()
    takes_up(teacher, stub_uniform, 0.0, networks=[make_network(active=1, schools=1, focus=0.5)])
    assert teacher.fidelity == close_to(0.672)  # her own 0.7 x 0.96


@pytest.mark.parametrize("state", [{"knowledge": 0.0}, {"belief": 0.0}])
def test_without_knowledge_or_belief_nobody_takes_it_up(stub_uniform, state):
    assert takes_up(at_home(**state), stub_uniform, 1e-15) == set()


def test_without_own_wish_and_without_users_around_nobody_takes_it_up(stub_uniform):
    assert takes_up(at_home(exposure=0.0), stub_uniform, 1e-15, p=parameters(adoption_alone=0.0)) == set()


@pytest.mark.parametrize("state", [{"uses": 1, "applied": 1}, {"uses": 1, "applied": -1}, {"uses": 0, "applied": -1}])
def test_users_and_who_gave_it_up_this_week_are_not_asked(stub_uniform, state):
    stub_uniform(adoption)  # no number may be drawn
    teacher = at_home(**state)
    assert changed_variables(adoption.teacher_updates, teacher, make_world([teacher]), make_week(), LINEAR) == set()


# --- who is harder to win, who is not to be won


@pytest.mark.parametrize(("u", "uses"), [(0.0487, 1), (0.0488, 0)])
def test_who_gave_it_up_before_is_harder_to_win_again(stub_uniform, u, uses):
    # half of the rate 0.5 x 0.8 x 0.5 x 0.5 = 0.1: chance 1 - e^-0.05 = 0.04877
    p = parameters(
        adoption_contagion="linear",
        adoption_alone=0.1,
        adoption_in_network=0.5,
        adoption_social=0.8,
        adoption_again=0.5,
        conditions_substitution=0.0,
    )
    teacher = at_home(tried=1)
    takes_up(teacher, stub_uniform, u, p)
    assert teacher.uses == uses


def test_who_refuses_never_takes_it_up(stub_uniform):
    stub_uniform(adoption)  # no number may be drawn
    teacher = at_home(refuses=1)
    assert changed_variables(adoption.teacher_updates, teacher, make_world([teacher]), make_week(), LINEAR) == set()


@pytest.mark.parametrize(("u", "uses", "refuses"), [(0.199, 0, 1), (0.2, 0, 0), (0.199, 1, 0)])
def test_a_share_of_those_who_do_not_use_it_refuses(stub_uniform, u, uses, refuses):
    drawn = stub_uniform(adoption, refusal=u, new_refusal=u)
    teacher, p = make_teacher(name=4, uses=uses), parameters(adoption_never=0.2)
    for number in (-1, 7):
        assert adoption.initial_refusal(teacher, None, make_week(number=number), p) == refuses
    assert [name for _, name, _, _ in drawn] == ([] if uses else ["refusal", "new refusal"])


# --- contagion by number, and ties of different worth


def test_pressure_by_number_begins_with_the_colleagues_needed():
    p = parameters(adoption_contagion="count", adoption_users_needed=2)
    felt = [adoption.felt_pressure(make_teacher(users_seen=seen, exposure=0.9), p) for seen in (0, 1, 2, 3)]
    assert felt == [0.0, 0.0, 1.0, 1.0]


def test_pressure_by_share_asks_her_own_threshold():
    assert adoption.felt_pressure(make_teacher(users_seen=9, exposure=0.3, threshold=0.3), HILL) == close_to(0.5)


@pytest.mark.parametrize(("abroad", "exposure"), [(0.0, 0.0), (0.5, 0.5 / 1.5), (3.0, 0.75)])
def test_ties_to_other_schools_weigh_what_is_declared(abroad, exposure):
    p = parameters(ties_pattern="departments", adoption_abroad=abroad)
    assert across(1, 1, p) == (close_to(exposure), close_to(0.6) if abroad else 1.0)


def test_users_seen_are_counted_by_their_weight():
    teacher = make_teacher(network=0, member=1, seat=0)
    abroad = [make_teacher(network=0, member=1, seat=seat, uses=1) for seat in (1, 2, 3)]
    world = make_world(
        [teacher, make_teacher(uses=1)],
        abroad,
        schools=[make_school(users=1), make_school(users=3)],
        networks=[make_network(active=1, schools=2)],
        advice=[(0, 1)],
        cross=[(0, 2), (0, 3), (0, 4)],
    )
    for weight, seen in ((1.0, 4), (0.5, 2), (0.0, 1)):  # 1 + 3 x 0.5 = 2.5 counts as two
        adoption.teacher_observes(teacher, world, make_week(), parameters(adoption_abroad=weight))
        assert teacher.users_seen == seen
