"""Network meetings."""

import pytest

from plnsim.model.mechanisms import aggregates, meeting
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

IN_PERSON = {"meeting_in_person": 1.0}
P = parameters(
    conditions_substitution=0.0,
    conditions_placement="theory",
    meeting_trust_growth=0.2,
    meeting_disadvantage_loss=0.0,
    meeting_hours=2.5,
    conditions_time_shift=0.0,
    **IN_PERSON,
)


# --- mode


def test_half_of_online_worth_waits_for_trust():
    # 0.6 + 0.4 x 0.8 x (1 + 0.5) / 2
    assert meeting.mode(0.5, parameters(meeting_in_person=0.6, meeting_online_worth=0.8)) == close_to(0.84)


@pytest.mark.parametrize(("in_person", "trust", "worth"), [(1.0, 0.0, 1.0), (0.0, 1.0, 0.8), (0.0, 0.0, 0.4)])
def test_mode_at_its_limits(in_person, trust, worth):
    assert meeting.mode(trust, parameters(meeting_in_person=in_person, meeting_online_worth=0.8)) == close_to(worth)


# --- quality


def quality(substitution, placement="theory", leadership=0.0, focus=1.0, trust=0.25, facilitation=0.25, in_person=1.0):
    p = parameters(
        conditions_substitution=substitution,
        conditions_placement=placement,
        meeting_in_person=in_person,
        meeting_online_worth=0.8,
    )
    return meeting.quality(leadership, focus, trust, facilitation, p)


def test_quality_joins_focus_trust_and_facilitation():
    assert quality(0.0, focus=0.5, trust=0.5, facilitation=0.5) == close_to(0.5)
    assert quality(0.0, trust=0.5) == close_to(0.5)  # (1 x 0.5 x 0.25)^(1/3)
    assert quality(1.0) == close_to(0.5)  # 1.5 / 3
    assert quality(-1.0) == close_to(1 / 3)  # 3 / (1 + 4 + 4)
    assert quality(-20.0, focus=0.3) == 0.25


def test_leadership_enters_only_where_all_conditions_enter_everywhere():
    assert quality(0.0, leadership=0.1) == quality(0.0, leadership=0.9)
    assert quality(0.0, "symmetric", leadership=0.0625, trust=1.0, facilitation=1.0) == close_to(
        0.5
    )  # fourth root of 1/16
    assert quality(1.0, "symmetric", leadership=0.5) == close_to(0.5)  # 2 / 4
    assert quality(-20.0, "symmetric", leadership=0.1) == 0.1


def test_quality_takes_account_of_the_mode():
    assert quality(1.0, trust=0.25, in_person=0.0) == close_to(0.25)  # 0.8 x 1.25 / 2 = 0.5 of 0.5


def test_nothing_counts_as_a_fiftieth():
    assert quality(-20.0, focus=0.0) == 0.02
    assert quality(-20.0, "symmetric", leadership=0.0) == 0.02
    assert quality(1.0, focus=0.0, trust=0.0, facilitation=0.0) == close_to(0.02)


def test_full_conditions_make_a_full_meeting():
    assert quality(0.0, trust=1.0, facilitation=1.0) == 1.0


@pytest.mark.parametrize(
    ("loss", "disadvantage", "left"), [(0.5, 0.4, 0.8), (0.5, 0.0, 1.0), (0.0, 1.0, 1.0), (0.5, 1.0, 0.5)]
)
def test_exchange_may_yield_less_in_disadvantaged_schools(loss, disadvantage, left):
    assert meeting.exchange_yield(
        make_school(disadvantage=disadvantage), parameters(meeting_disadvantage_loss=loss)
    ) == close_to(left)


# --- whether it meets


@pytest.mark.parametrize("week", [{"supported": 1, "meets": 1}, {"meets_alone": 1}, {"tune_up": 1}])
def test_a_network_whose_members_are_not_seated_yet_does_not_meet(week):
    world = make_world([make_teacher()], networks=[make_network(active=1, members=0)])
    meeting.network_observes(world.networks[0], world, make_week(**week), P)
    assert (world.networks[0].meets, world.networks[0].facilitated) == (0, 0)


@pytest.mark.parametrize(
    ("active", "week", "meets", "facilitated"),
    [
        (1, {"supported": 1, "meets": 1}, 1, 1),
        (1, {"supported": 1, "meets_alone": 1}, 0, 0),
        (1, {"supported": 0, "meets_alone": 1}, 1, 0),
        (1, {"supported": 0, "meets": 1}, 0, 0),
        (0, {"supported": 1, "meets": 1, "meets_alone": 1}, 0, 0),
        (0, {"tune_up": 1}, 1, 1),
        (1, {"tune_up": 1}, 1, 1),
        (1, {"supported": 0, "meets_alone": 1, "tune_up": 1}, 1, 1),
    ],
)
def test_networks_meet_by_the_calendar(active, week, meets, facilitated):
    world = make_world(
        [make_teacher()],
        networks=[make_network(active=active, members=1, meets=1 - meets, facilitated=1 - facilitated)],
    )
    changed = changed_variables(meeting.network_observes, world.networks[0], world, make_week(**week), P)
    assert changed == {"meets", "facilitated"}
    assert (world.networks[0].meets, world.networks[0].facilitated) == (meets, facilitated)


# --- what last week's meeting was like


def test_a_network_sees_who_met_last_week_and_who_uses_it():
    sits = {"network": 0, "member": 1}
    world = make_world(
        [
            make_teacher(seat=0, quality=0.5, uses=1, **sits),
            make_teacher(seat=0, quality=0.25, new_member=1, **sits),
            make_teacher(quality=1.0, uses=1),
        ],
        [make_teacher(seat=1, **sits), make_teacher(seat=1, uses=1, **sits)],
        [make_teacher(network=0, seat=2, uses=1, new_member=1)],
        networks=[make_network(members=4)],
    )
    network = world.networks[0]
    assert changed_variables(meeting.network_observes, network, world, make_week(), P) == {
        "attended",
        "mean_quality",
        "newcomers",
    }
    assert (network.attended, network.newcomers) == (2, 1)
    assert network.mean_quality == close_to(0.375)  # of the two who met


def test_a_network_of_one_sees_the_one():
    world = make_world(
        [make_teacher(network=0, seat=0, member=1, uses=1, quality=0.5)], networks=[make_network(members=1)]
    )
    meeting.network_observes(world.networks[0], world, make_week(), P)
    network = world.networks[0]
    assert (network.attended, network.mean_quality, network.newcomers) == (1, 0.5, 0)


def test_a_network_without_members_sees_nobody():
    world = make_world([make_teacher()], networks=[make_network(attended=3, mean_quality=0.4, newcomers=1)])
    meeting.network_observes(world.networks[0], world, make_week(), P)
    network = world.networks[0]
    assert (network.attended, network.mean_quality, network.newcomers) == (0, 0.0, 0)


# --- who attends


def attends(week=None, p=P, disadvantage=0.0, network=None, standing=1, **state):
    """The quality of a meeting for her: (1 x 0.5 x 0.25)^(1/3)."""
    teacher = make_teacher(**{"network": 0, "seat": 0, "member": 1, "quality": 0.9} | state)
    of_network = {"active": 1, "meets": 1, "schools": 1, "focus": 1.0, "trust": 0.5, "facilitation": 0.25}
    world = make_world(
        [teacher],
        schools=[make_school(disadvantage=disadvantage, standing=standing)],
        networks=[make_network(**of_network | (network or {}))],
    )
    assert changed_variables(meeting.teacher_updates, teacher, world, week or make_week(), p) <= {"quality", "owed"}
    assert teacher.owed == (2_500_000 if teacher.quality > 0.0 else 0)
    return teacher.quality


def test_a_member_meets():
    assert attends() == close_to(0.5)


def test_a_meeting_may_be_worth_less_to_a_disadvantaged_school():
    p = parameters(
        conditions_substitution=0.0, conditions_placement="theory", meeting_disadvantage_loss=0.5, **IN_PERSON
    )
    assert attends(p=p, disadvantage=0.4) == close_to(0.4)


def test_where_all_conditions_enter_everywhere_the_heads_own_leadership_counts():
    p = parameters(conditions_substitution=0.0, conditions_placement="symmetric", **IN_PERSON)
    teacher = make_teacher(network=0, seat=0, member=1)
    school = make_school(leadership=0.0625, lasting_leadership=1.0)
    network = make_network(active=1, meets=1, schools=1, focus=1.0, trust=1.0, facilitation=1.0)
    meeting.teacher_updates(teacher, make_world([teacher], schools=[school], networks=[network]), make_week(), p)
    assert teacher.quality == close_to(0.5)  # fourth root of 1/16


def test_without_a_meeting_or_without_taking_part_nobody_attends():
    assert attends(network={"meets": 0}) == 0.0
    assert attends(member=0) == 0.0


def test_who_holds_no_seat_attends_nothing():
    teacher = make_teacher(quality=0.9)
    meeting.teacher_updates(teacher, make_world([teacher]), make_week(tune_up=1), P)
    assert teacher.quality == 0.0


def test_all_who_ever_held_a_seat_attend_a_tune_up():
    ended = {"active": 0}
    assert attends(make_week(tune_up=1), member=0, standing=-1, network=ended) == close_to(0.5)
    assert attends(make_week(tune_up=1), member=0, standing=0, network=ended) == 0.0  # her school never joined
    assert attends(make_week(), member=0, standing=-1, network=ended) == 0.0


def test_a_network_that_is_not_founded_yet_holds_no_tune_up():
    world = make_world([make_teacher(network=0, seat=0)], networks=[make_network(begun=0, active=0, schools=1)])
    meeting.network_observes(world.networks[0], world, make_week(tune_up=1), P)
    assert world.networks[0].meets == 0


def test_a_tune_up_of_a_network_that_has_ended_still_finds_the_focus_of_its_schools():
    teacher = make_teacher(network=0, seat=0, member=0)
    world = make_world([teacher], schools=[make_school(own_focus=0.75, standing=-1)], networks=[make_network(active=0)])
    for step in (aggregates.network_observes, meeting.network_observes):
        step(world.networks[0], world, make_week(tune_up=1), P)
    assert world.networks[0].focus == close_to(0.75)


# --- what coming takes, and who cannot


def test_networks_meet_in_the_middle_of_the_schools_that_found_them():
    sits = {"network": 0}
    world = make_world(
        [make_teacher(seat=0, **sits), make_teacher(seat=0, **sits)],
        [make_teacher(seat=1, **sits)],
        [make_teacher(seat=2, **sits)],
        [make_teacher()],
        schools=[make_school(east=east, north=10.0 * east) for east in (10.0, 40.0, 500.0, 900.0)],
        networks=[make_network(first_schools=2)],
    )
    network = world.networks[0]
    assert meeting.centre_east(network, world, make_week(), P) == close_to(20.0)  # of three seats
    assert meeting.centre_north(network, world, make_week(), P) == close_to(200.0)
    network.first_seat = 2  # one seat of a school that founds it, and the seats of no other network
    assert meeting.centre_east(network, world, make_week(), P) == 40.0
    assert meeting.centre_north(network, world, make_week(), P) == 400.0
    network.first_schools = 0
    assert meeting.centre_east(network, world, make_week(), P) == 0.0
    assert meeting.centre_north(network, world, make_week(), P) == 0.0


@pytest.mark.parametrize(("in_person", "takes"), [(1.0, 3_250_000), (0.5, 2_750_000), (0.0, 2_250_000)])
def test_a_meeting_takes_its_hours_and_the_way_there_and_back_as_far_as_it_is_in_person(in_person, takes):
    school, network = make_school(east=10.0, north=60.0), make_network(east=28.0, north=36.0)
    # 18 minutes west and 24 north of it: half an hour each way
    assert meeting.travel_hours(school, network) == close_to(1.0)
    p = parameters(meeting_hours=2.25, meeting_in_person=in_person)
    assert meeting.hours_taken(school, network, p) == takes


def comes(stub_uniform, owed, u, p=P):
    """Whether a member comes to a meeting that takes 2.5 hours, and what she owes then."""
    stub_uniform(meeting, comes=u)
    teacher = make_teacher(network=0, seat=0, member=1, owed=owed)
    network = make_network(active=1, meets=1, schools=1, focus=1.0, trust=1.0, facilitation=1.0)
    world = make_world([teacher], schools=[make_school(leadership=0.5)], networks=[network])
    meeting.teacher_updates(teacher, world, make_week(), p)
    assert isinstance(teacher.owed, int)
    return teacher.quality > 0.0, teacher.owed


def test_who_has_not_made_up_for_the_last_meeting_comes_with_that_much_less_chance(stub_uniform):
    assert comes(stub_uniform, 0, 0.999) == (True, 2_500_000)
    assert comes(stub_uniform, 1_000_000, 0.59) == (True, 3_500_000)
    assert comes(stub_uniform, 1_000_000, 0.61) == (False, 1_000_000)
    assert comes(stub_uniform, 2_500_000, 0.0) == (False, 2_500_000)
    assert comes(stub_uniform, 3_500_000, 0.0) == (False, 3_500_000)


def test_a_millionth_of_an_hour_is_owed_as_well(stub_uniform):
    p = parameters(meeting_hours=1e-6, meeting_in_person=0.0)
    assert comes(stub_uniform, 1, 0.1, p) == (False, 1)  # all that a meeting takes


def test_time_given_from_outside_pays_its_share_of_a_meeting(stub_uniform):
    p = parameters(meeting_hours=2.5, conditions_time_shift=0.8, conditions_time_target=0.5)
    assert comes(stub_uniform, 0, 0.5, p) == (True, 1_500_000)
    p = parameters(meeting_hours=2.5, conditions_time_shift=1.0)
    assert comes(stub_uniform, 0, 0.5, p) == (True, 0)
    p = parameters(meeting_hours=2.5, conditions_time_shift=1.0, time_absorbed=0.4)
    assert comes(stub_uniform, 0, 0.5, p) == (True, 750_000)  # leaders 0.5, goals 0: 0.7 of it is left


def test_meetings_that_take_nothing_are_open_to_all(stub_uniform):
    p = parameters(meeting_hours=0.0, conditions_time_shift=0.0)
    assert comes(stub_uniform, 0, 0.99, p) == (True, 0)


# --- trust


def trust(**state):
    network = make_network(**{"trust": 0.5, "members": 4, "members_met": 4} | state)
    world = make_world([make_teacher()], networks=[network])
    assert changed_variables(meeting.network_updates, network, world, make_week(), P) <= {"trust"}
    return network.trust


def test_trust_grows_in_good_meetings():
    assert trust(attended=4, mean_quality=0.5) == close_to(0.55)  # 0.5 + 0.2 x 0.5 x 0.5
    assert trust(attended=4, mean_quality=1.0) == close_to(0.6)


def test_it_grows_as_far_as_members_come():
    assert trust(attended=1, mean_quality=1.0) == close_to(0.525)  # 0.5 + 0.2 x 1/4 x 0.5
    assert trust(attended=1, members=0, mean_quality=1.0) == close_to(0.525)  # whoever has left since
    assert trust(attended=4, members_met=2, mean_quality=1.0) == close_to(0.6)


def test_how_many_could_come_is_kept_with_the_meeting():
    network = make_network(members=5, members_met=3)
    for meets, kept in ((0, 3), (1, 5)):
        network.meets = meets
        meeting.network_updates(network, make_world([make_teacher()], networks=[network]), make_week(), P)
        assert network.members_met == kept


def test_trust_suffers_when_seats_change_hands():
    assert trust(newcomers=1) == close_to(0.375)  # 0.5 x 3/4
    assert trust(newcomers=4) == 0.0


def test_trust_grows_first_and_suffers_then():
    assert trust(attended=4, mean_quality=0.5, newcomers=1) == close_to(0.4125)  # 0.55 x 3/4


def test_without_a_meeting_and_without_newcomers_trust_stays():
    assert trust(mean_quality=0.5) == 0.5
    assert trust(members=0) == 0.5
