"""Application."""

import pytest

from plnsim.common.streams import stream_name
from plnsim.model.mechanisms import application
from tests.simulation.test_engines import assert_engines_agree
from tests.support.factories import (
    changed_variables,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)
from tests.support.runs import small_scenario

P = parameters(
    application_habit_carries=0.5,
    application_extension=0.2,
    application_lapse=0.5,
    conditions_substitution=0.0,
    conditions_placement="theory",
    learning_core_repair=0.5,
    parts_count=8,
)


def applies(stub_uniform, u, p=P, school=None, **state):
    """What a user of time 0.25 under full lasting leadership comes to (conditions 0.5), whatever the focus."""
    stub_uniform(application, use=u)
    teacher = make_teacher(**{"uses": 1, "time": 0.25} | state)
    world = make_world([teacher], schools=[school or make_school(lasting_leadership=1.0, leadership=0.0, focus=0.0)])
    assert changed_variables(application.teacher_updates, teacher, world, make_week(), p) <= {"applied"}
    assert teacher.in_use == 0  # she knows nothing of it
    return teacher.applied


@pytest.mark.parametrize(("u", "applied"), [(0.499, 1), (0.501, -1)])
def test_without_habit_the_conditions_decide(stub_uniform, u, applied):
    assert applies(stub_uniform, u, habit=0.0) == applied


@pytest.mark.parametrize(("u", "applied"), [(0.624, 1), (0.626, -1)])
def test_habit_makes_up_for_part_of_what_is_missing(stub_uniform, u, applied):
    assert applies(stub_uniform, u, habit=0.5) == applied  # 0.5 + 0.5 x 0.5 x (1 - 0.5) = 0.625


def test_even_full_habit_leaves_conditions_their_part(stub_uniform):
    assert applies(stub_uniform, 0.749, habit=1.0) == 1  # 0.5 + 0.5 x 0.5 = 0.75
    assert applies(stub_uniform, 0.751, habit=1.0) == -1


def test_a_draw_that_equals_the_share_finds_no_way(stub_uniform):
    p = parameters(conditions_substitution=1.0, conditions_placement="theory")
    assert applies(stub_uniform, 0.625, p=p) == -1  # the mean of 0.25 and 1


def test_full_conditions_always_suffice(stub_uniform):
    assert applies(stub_uniform, 1 - 2**-53, time=1.0) == 1


def test_next_to_no_conditions_count_as_a_fiftieth(stub_uniform):
    # time 0 counts as 0.02, leadership 0 as 0.02
    assert applies(stub_uniform, 0.0199, time=0.0, school=make_school()) == 1
    assert applies(stub_uniform, 0.0201, time=0.0, school=make_school()) == -1


def test_focus_matters_only_where_all_conditions_enter_everywhere(stub_uniform):
    p = parameters(conditions_substitution=0.0, conditions_placement="symmetric")
    school = make_school(lasting_leadership=1.0, focus=0.5)
    assert applies(stub_uniform, 0.499, p=p, school=school, time=0.25) == 1  # (0.25 x 1 x 0.5)^(1/3) = 0.5
    assert applies(stub_uniform, 0.501, p=p, school=school, time=0.25) == -1


def test_a_member_feels_the_focus_of_her_network(stub_uniform):
    stub_uniform(application, use=0.499)
    p = parameters(conditions_substitution=0.0, conditions_placement="symmetric")
    teacher = make_teacher(uses=1, time=0.25, network=0, seat=0, member=1)
    world = make_world(
        [teacher], schools=[make_school(lasting_leadership=1.0, focus=0.0)], networks=[make_network(focus=0.5)]
    )
    application.teacher_updates(teacher, world, make_week(), p)
    assert teacher.applied == 1


@pytest.mark.parametrize("last_week", [-1, 0, 1])
def test_who_does_not_use_it_is_not_asked_and_counts_as_no_user(stub_uniform, last_week):
    stub_uniform(application)  # no number may be drawn
    teacher = make_teacher(uses=0, applied=last_week)
    application.teacher_updates(teacher, make_world([teacher]), make_week(), P)
    assert teacher.applied == 0


def test_last_weeks_failure_does_not_last(stub_uniform):
    assert applies(stub_uniform, 0.0, applied=-1) == 1


@pytest.mark.parametrize(("u", "applied"), [(0.399, 1), (0.401, -1)])
def test_who_attends_to_it_less_finds_a_way_less_often(stub_uniform, u, applied):
    assert applies(stub_uniform, u, attention=0.8) == applied  # 0.8 x 0.5


def test_a_full_habit_makes_up_for_missing_attention_as_well(stub_uniform):
    assert applies(stub_uniform, 0.499, attention=0.0, habit=1.0) == 1  # 0.5 x 1
    assert applies(stub_uniform, 0.501, attention=0.0, habit=1.0) == -1


# --- how much of it is used


ALL = 0b11111111


def parts_used(monkeypatch, u=0.0, p=P, networks=(), **state):
    """What a user of conditions 0.5 uses after a week; also the sets of parts that chance was asked about, with their
    chances. Of every such set the lowest part is drawn.
    """
    asked = []

    def lowest_part(parts, chance, week, stream, entity_id, p):
        asked.append((stream_name(stream), parts, round(chance, 12)))
        return parts & -parts if chance > 0.0 else 0

    monkeypatch.setattr(application, "uniform", lambda *_: u)
    monkeypatch.setattr(application, "draw_parts", lowest_part)
    teacher = make_teacher(**{"uses": 1, "time": 0.25, "parts": ALL} | state)
    world = make_world([teacher], schools=[make_school(lasting_leadership=1.0)], networks=networks)
    assert changed_variables(application.teacher_updates, teacher, world, make_week(), p) <= {"applied", "in_use"}
    return teacher.in_use, asked


def test_who_begins_uses_as_many_parts_as_conditions_allow(monkeypatch):
    assert parts_used(monkeypatch) == (1, [("lapsed parts", 0, 0.5), ("parts put into use", ALL, 0.5)])


def test_a_week_of_use_puts_more_into_use_and_what_is_no_habit_lapses(monkeypatch):
    # 0.2 x 0.5 of the others; 0.5 x (1 - 0.6) of those in use: the lowest of 0b1100 goes, that of 0b11110011 comes
    in_use, asked = parts_used(monkeypatch, in_use=0b1100, habit=0.6)
    assert asked == [("lapsed parts", 0b1100, 0.2), ("parts put into use", 0b11110011, 0.1)]
    assert in_use == 0b1001


def test_what_has_become_a_full_habit_does_not_lapse(monkeypatch):
    assert parts_used(monkeypatch, in_use=0b1100, habit=1.0)[0] == 0b1101


def test_in_a_week_that_is_missed_parts_only_lapse(monkeypatch):
    in_use, asked = parts_used(monkeypatch, u=0.999, in_use=0b1100)
    assert (in_use, asked) == (0b1000, [("lapsed parts", 0b1100, 0.5)])


def test_a_meeting_brings_a_member_back_to_what_she_lets_slip(monkeypatch):
    # 0.1, and of the rest 0.5 x 0.4 = 0.2: 0.28
    member = {"network": 0, "seat": 0, "member": 1, "quality": 0.4, "in_use": 0b1}
    _, asked = parts_used(monkeypatch, networks=[make_network(active=1)], **member)
    assert asked[1] == ("parts put into use", ALL - 1, 0.28)


def test_who_does_not_use_it_uses_no_part(monkeypatch):
    assert parts_used(monkeypatch, uses=0) == (0, [])


def test_all_that_is_known_comes_into_use_under_full_conditions():
    teacher = make_teacher(uses=1, time=1.0, parts=0b1011)
    world = make_world([teacher], schools=[make_school(lasting_leadership=1.0)])
    application.teacher_updates(teacher, world, make_week(key=5), P)
    assert teacher.in_use == 0b1011


def test_the_engines_agree():
    values = {"population.first_users": 0.5, "policy.coherence": 0.0, "policy.initiatives": 1.0, "adoption.again": 0.9}
    assert_engines_agree(small_scenario(values | {"adoption.contagion": "count", "adoption.abroad": 0.5}))
