"""Network meetings (R09, R11)."""

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


def quality(
    substitution, placement="theory", time=1.0, leadership=0.0, focus=1.0, trust=0.25, facilitation=0.25, in_person=1.0
):
    p = parameters(
        conditions_substitution=substitution,
        conditions_placement=placement,
        meeting_in_person=in_person,
        meeting_online_worth=0.8,
    )
    return meeting.quality(time, leadership, focus, trust, facilitation, p)


def test_quality_joins_time_focus_trust_and_facilitation():
    assert quality(0.0) == close_to(0.5)  # (1 x 1 x 0.25 x 0.25)^(1/4)
    assert quality(1.0) == close_to(0.625)  # 2.5 / 4
    assert quality(-1.0) == close_to(0.4)  # 4 / (1 + 1 + 4 + 4)
    assert quality(-20.0, focus=0.3) == 0.25


def test_leadership_enters_only_where_all_conditions_enter_everywhere():
    assert quality(0.0, leadership=0.1) == quality(0.0, leadership=0.9)
    assert quality(0.0, "symmetric", leadership=0.03125, trust=1.0, facilitation=1.0) == close_to(
        0.5
    )  # fifth root of 1/32
    assert quality(1.0, "symmetric", leadership=0.5) == close_to(0.6)  # 3 / 5
    assert quality(-20.0, "symmetric", leadership=0.1) == 0.1


def test_quality_takes_account_of_the_mode():
    assert quality(0.0, trust=0.25, in_person=0.0) == close_to(0.25)  # 0.8 x 1.25 / 2 = 0.5 of 0.5


def test_nothing_counts_as_a_fiftieth():
    assert quality(-20.0, time=0.0) == 0.02
    assert quality(-20.0, "symmetric", leadership=0.0) == 0.02
    assert quality(1.0, time=0.0, focus=0.0, trust=0.0, facilitation=0.0) == close_to(0.02)


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
            make_teacher(seat=0, quality=0.25, new=1, **sits),
            make_teacher(quality=1.0, uses=1),
        ],
        [make_teacher(seat=1, **sits), make_teacher(seat=1, uses=1, **sits)],
        [make_teacher(network=0, seat=2, uses=1, new=1)],
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


def attends(week=None, p=P, disadvantage=0.0, network=None, **state):
    teacher = make_teacher(**{"network": 0, "seat": 0, "member": 1, "time": 1.0, "quality": 0.9} | state)
    of_network = {"active": 1, "meets": 1, "schools": 1, "focus": 1.0, "trust": 0.25, "facilitation": 0.25}
    world = make_world(
        [teacher],
        schools=[make_school(disadvantage=disadvantage)],
        networks=[make_network(**of_network | (network or {}))],
    )
    assert changed_variables(meeting.teacher_updates, teacher, world, week or make_week(), p) <= {"quality"}
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
    teacher = make_teacher(network=0, seat=0, member=1, time=1.0)
    school = make_school(leadership=0.03125, lasting_leadership=1.0)
    network = make_network(active=1, meets=1, schools=1, focus=1.0, trust=1.0, facilitation=1.0)
    meeting.teacher_updates(teacher, make_world([teacher], schools=[school], networks=[network]), make_week(), p)
    assert teacher.quality == close_to(0.5)  # fifth root of 1/32


def test_without_a_meeting_or_without_taking_part_nobody_attends():
    assert attends(network={"meets": 0}) == 0.0
    assert attends(member=0) == 0.0


def test_who_holds_no_seat_attends_nothing():
    teacher = make_teacher(quality=0.9)
    meeting.teacher_updates(teacher, make_world([teacher]), make_week(tune_up=1), P)
    assert teacher.quality == 0.0


def test_all_who_ever_held_a_seat_attend_a_tune_up():
    ended = {"active": 0, "schools": 2}
    assert attends(make_week(tune_up=1), member=0, seat=1, network=ended) == close_to(0.5)
    assert attends(make_week(tune_up=1), member=0, seat=2, network=ended) == 0.0  # her school never joined
    assert attends(make_week(), member=0, seat=1, network=ended) == 0.0


def test_a_network_that_is_not_founded_yet_holds_no_tune_up():
    world = make_world([make_teacher(network=0, seat=0)], networks=[make_network(begun=0, active=0, schools=1)])
    meeting.network_observes(world.networks[0], world, make_week(tune_up=1), P)
    assert world.networks[0].meets == 0


def test_a_tune_up_of_a_network_that_has_ended_still_finds_the_focus_of_its_schools():
    teacher = make_teacher(network=0, seat=0, member=0)
    world = make_world([teacher], schools=[make_school(own_focus=0.75)], networks=[make_network(active=0, schools=1)])
    for step in (aggregates.network_observes, meeting.network_observes):
        step(world.networks[0], world, make_week(tune_up=1), P)
    assert world.networks[0].focus == close_to(0.75)


# --- trust


def trust(**state):
    network = make_network(**{"trust": 0.5, "members": 4} | state)
    world = make_world([make_teacher()], networks=[network])
    assert changed_variables(meeting.network_updates, network, world, make_week(), P) <= {"trust"}
    return network.trust


def test_trust_grows_in_good_meetings():
    assert trust(attended=3, mean_quality=0.5) == close_to(0.55)  # 0.5 + 0.2 x 0.5 x 0.5
    assert trust(attended=1, mean_quality=1.0) == close_to(0.6)


def test_trust_suffers_when_seats_change_hands():
    assert trust(newcomers=1) == close_to(0.375)  # 0.5 x 3/4
    assert trust(newcomers=4) == 0.0


def test_trust_grows_first_and_suffers_then():
    assert trust(attended=3, mean_quality=0.5, newcomers=1) == close_to(0.4125)  # 0.55 x 3/4


def test_without_a_meeting_and_without_newcomers_trust_stays():
    assert trust(mean_quality=0.5) == 0.5
    assert trust(members=0) == 0.5
