"""Leadership as staff feel it, and what a year's evidence does to a head's priority."""

import pytest

from plnsim.model.mechanisms import leadership, steps
from tests.support.factories import (
    UNIT,
    changed_variables,
    close_to,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
)

P = parameters(
    policy_push=0.5,
    leadership_mandate_weight=0.6,
    leadership_routine_substitutes=0.5,
    leadership_evidence_effect=0.4,
    conditions_leadership_shift=0.0,
    leadership_learning=0.0,
    leadership_from_system_leader=0.0,
)


@pytest.mark.parametrize(
    ("weight", "distributed", "mandate"),
    [(0.6, 0.5, 0.7), (0.6, 1.0, 1.0), (0.6, 0.0, 0.4), (0.0, 0.0, 1.0), (1.0, 0.0, 0.0)],
)
def test_the_mandate_of_teachers(weight, distributed, mandate):
    assert leadership.mandate(distributed, parameters(leadership_mandate_weight=weight)) == close_to(mandate)


def felt(supported=0, p=P, **state):
    school = make_school(**{"vision": 0.5, "support": 0.45, "distributed": 0.6, "participates": 1} | state)
    world = make_world([make_teacher()], schools=[school])
    assert changed_variables(leadership.school_observes, school, world, make_week(supported=supported), p) == {
        "leadership",
        "lasting_leadership",
        "hours",
        "leader_vision",
        "leader_support",
    }
    return school


def test_leaders_create_time_in_the_week_in_which_they_are_felt():
    p = parameters(policy_push=0.5, time_hours=1.0, time_facilitation=0.5)
    assert felt(supported=1, p=p, disadvantage=0.5).hours == close_to(1.1)  # leadership 0.6: 1 - 0.5 + 2 x 0.5 x 0.6


def test_leadership_is_the_mean_of_vision_support_and_distributed_leadership():
    assert felt(vision=0.3).leadership == close_to(0.45)  # (0.3 + 0.45 + 0.6) / 3


def test_outside_support_raises_the_priority_that_is_felt():
    assert felt(supported=1).leadership == close_to(0.6)  # vision 0.5 + 0.5 x 0.5 = 0.75; (0.75 + 0.45 + 0.6) / 3


def test_schools_that_do_not_take_part_are_not_pushed():
    assert felt(supported=1, vision=0.3, participates=0).leadership == close_to(0.45)


def test_a_routine_stands_in_for_the_heads_attention():
    school = felt(supported=1, routine=0.5)
    assert school.lasting_leadership == close_to(0.7)  # 0.6 + 0.5 x 0.5 x 0.4
    assert school.leadership == close_to(0.6)


def test_without_a_routine_nothing_stands_in():
    school = felt()
    assert school.lasting_leadership == school.leadership


def test_leadership_is_moved_from_outside_before_the_routine_helps():
    p = parameters(
        policy_push=0.5,
        leadership_routine_substitutes=0.5,
        conditions_leadership_shift=0.5,
        conditions_leadership_target=1.0,
    )
    school = felt(supported=1, p=p, routine=0.5)
    assert school.leadership == close_to(0.8)  # half way from 0.6 to 1
    assert school.lasting_leadership == close_to(0.85)  # 0.8 + 0.25 x 0.2


def test_leadership_is_held_from_outside():
    p = parameters(conditions_leadership_shift=1.0, conditions_leadership_target=0.2)
    assert felt(p=p).leadership == close_to(0.2)


def vision(ends_year=1, p=P, evidence=0.75, count=6, **state):
    school = make_school(
        **{"vision": 0.5, "prevalence": 0.5, "evidence_total": int(evidence * count * UNIT), "evidence_count": count}
        | state
    )
    world = make_world([make_teacher()], schools=[school])
    assert changed_variables(leadership.school_updates, school, world, make_week(ends_year=ends_year), p) <= {
        "vision",
        "support",
        "distributed",
    }
    return school.vision


def test_a_years_evidence_convinces_the_head():
    assert vision() == close_to(0.55)  # 0.5 + 0.4 x (0.75 - 0.5) x 0.5


def test_evidence_against_it_puts_the_head_off():
    assert vision(evidence=0.25) == close_to(0.45)


def test_the_head_is_convinced_at_the_end_of_a_year_only():
    assert vision(ends_year=0) == 0.5


def test_one_observation_moves_a_head_and_none_does_not():
    assert vision(count=0) == 0.5
    assert vision(count=1) != 0.5


def test_what_nobody_uses_does_not_convince():
    assert vision(prevalence=0.0) == 0.5


@pytest.mark.parametrize(("before", "evidence", "after"), [(0.9, 1.0, 1.0), (0.1, 0.0, 0.0)])
def test_priority_stays_between_nothing_and_all(before, evidence, after):
    # 0.9 + 2 x 0.5 x 1 would be 1.9; 0.1 - 2 x 0.5 x 1 would be -0.9
    p = parameters(leadership_evidence_effect=2.0, leadership_learning=0.0)
    assert vision(p=p, vision=before, evidence=evidence, prevalence=1.0) == after


def test_what_staff_saw_in_the_last_but_one_week_of_the_year_counts():
    p = parameters(
        leadership_evidence_effect=0.4,
        policy_return_to_course=0.0,
        policy_coherence=1.0,
        succession_rate=0.0,
        leadership_learning=0.0,
    )
    school = make_school(vision=0.5, prevalence=0.5, new_evidence=6 * UNIT, new_evidence_count=6)
    world = make_world([make_teacher()], schools=[school])
    for step in steps("school_updates"):
        step(school, world, make_week(of_year=38, ends_year=1), p)
    assert school.vision == close_to(0.6)  # 0.5 + 0.4 x (1 - 0.5) x 0.5


# --- leaders learn


def learns(learning=0.1, ends_year=0, **state):
    """The school after a week in which its leaders learnt a tenth of the way."""
    usual = {"vision": 0.6, "support": 0.4, "distributed": 0.5, "own_distributed": 0.5, "mean_belief": 0.6}
    school = make_school(**usual | state)
    world, p = make_world([make_teacher()], schools=[school]), parameters(leadership_learning=learning)
    week = make_week(ends_year=ends_year)
    assert changed_variables(leadership.school_updates, school, world, week, p) <= {"vision", "support", "distributed"}
    return school


def test_support_grows_with_the_inquiry_of_the_network():
    assert learns(inquiry=0.5).support == close_to(0.43)  # 0.1 x 0.5 of the way from 0.4 to 1
    assert learns(inquiry=0.0).support == 0.4


def test_evidence_moves_support_as_it_moves_priority():
    p = {"prevalence": 0.5, "evidence_total": 6 * UNIT, "evidence_count": 6}
    school = learns(0.0, ends_year=1, **p)  # 0.3 x (1 - 0.5) x 0.5
    assert (school.support, school.vision) == (close_to(0.475), close_to(0.675))


@pytest.mark.parametrize(("belief", "vision"), [(1.0, 0.62), (0.2, 0.58), (0.6, 0.6)])
def test_priority_is_negotiated_with_what_staff_believe_as_far_as_leadership_is_distributed(belief, vision):
    assert learns(mean_belief=belief).vision == close_to(vision)  # 0.1 x 0.5 of the way
    assert learns(mean_belief=belief, distributed=0.0, own_distributed=0.0).vision == close_to(0.6)


def test_where_brokers_act_leadership_becomes_distributed():
    assert learns(brokers=2).distributed == close_to(0.545)  # 0.55, and a tenth of the way back
    assert learns(brokers=0).distributed == close_to(0.5)


def test_distributed_leadership_returns_to_the_style_of_the_head():
    assert learns(own_distributed=0.9).distributed == close_to(0.54)


def test_leaders_who_do_not_learn_stay_as_they_are():
    school = learns(0.0, inquiry=1.0, brokers=3, mean_belief=1.0, own_distributed=0.1)
    assert (school.support, school.vision, school.distributed) == (0.4, 0.6, 0.5)


def test_a_new_head_has_a_style_of_her_own(stub_uniform):
    p, school = parameters(leadership_distributed=0.7), make_school(own_distributed=0.2)
    world = make_world([make_teacher()], schools=[school])
    draws = stub_uniform(leadership, style_of_a_new_head=0.5, distributed_leadership=0.5)
    assert leadership.initial_distribution(school, world, make_week(number=3), p) == close_to(0.7)
    leadership.initial_distribution(school, world, make_week(number=-1), p)
    assert [name for _, name, _, _ in draws] == ["style of a new head", "distributed leadership"]
    assert leadership.style(school, world, make_week(number=-1), p) == 0.2


# --- system leaders

PEERS = parameters(leadership_from_system_leader=0.1, leadership_learning=0.0, leadership_evidence_effect=0.0)


def network_of_three(p=PEERS, active=1, **state):
    """The first of three schools with a seat in one network, after a week; heads give more and more to the practice."""
    schools = [
        make_school(place=place, standing=1, participates=1, vision=some, support=other)
        for place, (some, other) in enumerate([(0.2, 0.4), (0.5, 0.5), (0.9, 0.3)])
    ]
    for name, value in state.items():
        setattr(schools[2], name, value)
    world = make_world(
        *[[make_teacher(network=0, first_delegate=1)] for _ in schools],
        schools=schools,
        networks=[make_network(active=active)],
    )
    for school in schools:
        leadership.school_observes(school, world, make_week(), p)
    leadership.school_updates(schools[0], world, make_week(), p)
    return schools


def test_heads_come_to_the_priority_and_support_of_the_strongest_head_in_their_network():
    school, second, leader = network_of_three()
    assert (school.vision, school.support) == (close_to(0.27), close_to(0.39))  # a tenth of the way to 0.9 and 0.3
    assert (second.leader_vision, second.leader_support) == (0.9, 0.3)
    assert (leader.leader_vision, leader.leader_support) == (0.9, 0.3)  # her own


def test_of_several_who_are_as_strong_the_first_leads_and_nobody_else_where_the_own_head_is():
    assert network_of_three(vision=0.5, support=0.5)[0].leader_support == 0.5  # the second and third
    assert network_of_three(vision=0.25, support=0.75)[0].leader_support == 0.5  # the second, of two with 1 in all
    assert network_of_three(vision=0.75, support=0.25)[1].leader_vision == 0.5  # her own head's
    assert network_of_three(vision=0.75, support=0.25)[2].leader_vision == 0.75  # as well, though the second sits first


def test_who_does_not_take_part_leads_nobody():
    assert network_of_three(standing=-1)[0].vision == close_to(0.23)  # a tenth of the way to the second's 0.5


def test_in_a_network_that_has_ended_nobody_leads():
    assert network_of_three(active=0)[0].vision == 0.2


def test_a_school_that_does_not_take_part_follows_nobody():
    assert network_of_three(participates=0)[2].leader_vision == 0.9
    assert network_of_three(participates=0, vision=0.1)[2].leader_vision == 0.1


def test_without_school_to_school_support_heads_stay_as_they_are():
    assert network_of_three(P)[0].vision == 0.2
