"""Knowledge mobilisation (R12, R13)."""

import pytest

from plnsim.model.mechanisms import mobilisation
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

OBSERVES = {
    "mobilisation_information_depth": 0.4,
    "mobilisation_informal_reach": 0.4,
    "mobilisation_formal_advice_loss": 0.6,
}
P = parameters(**OBSERVES, ties_pattern="departments")
SEEN = {"heard", "advised", "advised_formally"}


def test_a_formal_role_advises_less():
    assert mobilisation.advice_worth(1, P) == close_to(0.4)
    assert mobilisation.advice_worth(0, P) == 1.0


def test_a_school_counts_its_brokers():
    world = make_world(
        [make_teacher(mobilises=1), make_teacher(), make_teacher(mobilises=1)], [make_teacher(mobilises=1)]
    )
    assert changed_variables(mobilisation.school_observes, world.schools[0], world, make_week(), P) == {"brokers"}
    assert world.schools[0].brokers == 2
    world.schools[0].brokers, world.teachers[0].mobilises, world.teachers[2].mobilises = 2, 0, 0
    mobilisation.school_observes(world.schools[0], world, make_week(), P)
    assert world.schools[0].brokers == 0


# --- what she hears over information ties (R13a)


def hears(stub_uniform, *brokers, reached=None, brokers_seen=None, **state):
    """What a teacher hears who has an information tie to each of the given colleagues."""
    asked = stub_uniform(mobilisation, **({} if reached is None else {"reached": reached}))
    teacher, loud = (
        make_teacher(heard=0.9, **state),
        make_teacher(mobilises=1, formal=1, knowledge=1.0),
    )  # whom only others hear
    school = make_school(brokers=sum(broker.mobilises for broker in brokers) if brokers_seen is None else brokers_seen)
    world = make_world(
        [loud, make_teacher(), teacher, *brokers, make_teacher()],
        schools=[school],
        information=[(1, 0), *((2, 3 + place) for place in range(len(brokers))), (3, 0)],
    )
    assert changed_variables(mobilisation.teacher_observes, teacher, world, make_week(key=5), P) <= SEEN
    return teacher.heard, asked


def test_a_formal_role_reaches_everyone_shallowly(stub_uniform):
    assert hears(stub_uniform, make_teacher(mobilises=1, formal=1, knowledge=0.75)) == (
        close_to(0.3),
        [],
    )  # 0.4 x 0.75, nothing left to chance


@pytest.mark.parametrize(("u", "heard"), [(0.399, 0.3), (0.4, 0.0)])
def test_without_a_formal_role_a_broker_reaches_some(stub_uniform, u, heard):
    assert hears(stub_uniform, make_teacher(mobilises=1, knowledge=0.75), reached=u)[0] == close_to(heard)


def test_each_broker_reaches_by_a_draw_of_its_own(stub_uniform):
    brokers = [make_teacher(mobilises=1, knowledge=0.75), make_teacher(mobilises=1, knowledge=0.5)]
    heard, asked = hears(stub_uniform, *brokers, reached=lambda entity_id, draw_index: 0.9 if draw_index == 3 else 0.1)
    assert heard == close_to(0.2)  # the second one, 0.4 x 0.5
    assert asked == [(5, "reached", 2, 3), (5, "reached", 2, 4)]  # she is post 2


def test_she_keeps_the_best_that_she_hears(stub_uniform):
    assert hears(stub_uniform, *(make_teacher(mobilises=1, formal=1, knowledge=known) for known in (0.5, 0.75, 0.25)))[
        0
    ] == close_to(0.3)


def test_who_does_not_share_is_not_heard(stub_uniform):
    assert hears(stub_uniform, make_teacher(mobilises=0, formal=1, knowledge=0.75), brokers_seen=1) == (0.0, [])


def test_without_brokers_in_school_nothing_is_heard(stub_uniform):
    assert hears(stub_uniform, make_teacher(mobilises=0, formal=1, knowledge=0.75), brokers_seen=0) == (0.0, [])


def test_without_ties_nothing_is_heard(stub_uniform):
    assert hears(stub_uniform, brokers_seen=1) == (0.0, [])


# --- who advises her (R13b)


def advised(*brokers, **state):
    teacher = make_teacher(**{"knowledge": 0.1, "advised": 0.9, "advised_formally": 1} | state)
    loud = make_teacher(mobilises=1, knowledge=1.0)  # whom only others turn to
    world = make_world(
        [loud, make_teacher(), teacher, *brokers, make_teacher()],
        schools=[make_school(brokers=1)],
        advice=[(1, 0), *((2, 3 + place) for place in range(len(brokers))), (3, 0)],
    )
    assert changed_variables(mobilisation.teacher_observes, teacher, world, make_week(), P) <= SEEN
    return teacher.advised, teacher.advised_formally


def test_a_broker_among_those_she_turns_to_advises_her():
    assert advised(make_teacher(mobilises=1, knowledge=0.7)) == (0.7, 0)
    assert advised(make_teacher(mobilises=1, formal=1, knowledge=0.7)) == (0.7, 1)


def test_she_follows_the_advice_that_gives_her_most():
    formal, informal = make_teacher(mobilises=1, formal=1, knowledge=0.9), make_teacher(mobilises=1, knowledge=0.5)
    assert advised(formal, informal) == (0.5, 0)  # 0.4 x (0.9 - 0.1) = 0.32 against 0.5 - 0.1 = 0.4
    assert advised(formal, make_teacher(mobilises=1, knowledge=0.4)) == (0.9, 1)  # 0.32 against 0.3


def test_who_knows_no_more_advises_nobody():
    assert advised(make_teacher(mobilises=1, knowledge=0.1), make_teacher(mobilises=0, knowledge=0.9)) == (0.0, 0)


def test_without_ties_nobody_advises():
    assert advised() == (0.0, 0)


def test_where_all_turn_to_all_a_broker_advises_as_well():
    teacher, broker = make_teacher(knowledge=0.1), make_teacher(mobilises=1, knowledge=0.7)
    world = make_world([teacher, broker], schools=[make_school(brokers=1)])
    mobilisation.teacher_observes(teacher, world, make_week(), parameters(ties_pattern="complete"))
    assert teacher.advised == 0.7


# --- what she learns

LEARNS = {
    "mobilisation_information_rate": 0.5,
    "mobilisation_information_depth": 0.5,
    "mobilisation_mailing": 0.0,
    "mobilisation_visits": 0.0,
    "mobilisation_source_knowledge": 0.8,
    "mobilisation_formal_advice_loss": 0.6,
    "advice_transfer": 0.4,
    "practice_complexity": 0.5,
    "learning_stage": "flat",
    "meeting_disadvantage_loss": 0.0,
}


def learns(stub_uniform, week=None, disadvantage=0.0, participates=1, p=None, answers=(), **state):
    stub_uniform(mobilisation, **dict(answers))
    teacher = make_teacher(**{"knowledge": 0.2, "time": 0.5} | state)
    world = make_world([teacher], schools=[make_school(disadvantage=disadvantage, participates=participates)])
    assert changed_variables(
        mobilisation.teacher_updates, teacher, world, week or make_week(), parameters(**LEARNS | (p or {}))
    ) <= {"knowledge", "reached"}
    return teacher.knowledge, teacher.reached


def test_information_closes_part_of_the_gap(stub_uniform):
    assert learns(stub_uniform, heard=0.4) == (close_to(0.3), 1)  # 0.2 + 0.5 x 0.2


def test_advice_takes_time(stub_uniform):
    assert learns(stub_uniform, advised=0.7) == (close_to(0.25), 1)  # 0.2 + 0.4 x 0.5 x 0.5 x 0.5
    assert learns(stub_uniform, advised=0.7, time=0.0)[0] == 0.2


def test_formal_advice_gives_less(stub_uniform):
    assert learns(stub_uniform, advised=0.7, advised_formally=1) == (close_to(0.22), 1)  # 0.2 + 0.1 x 0.4 x 0.5


def test_advice_may_yield_less_in_a_disadvantaged_school(stub_uniform):
    p = {"meeting_disadvantage_loss": 0.5}
    assert learns(stub_uniform, advised=0.7, disadvantage=0.4, p=p)[0] == close_to(0.24)  # 0.2 + 0.1 x 0.8 x 0.5
    assert learns(stub_uniform, heard=0.4, disadvantage=0.4, p=p)[0] == close_to(0.3)  # information is not exchange


def test_advice_may_serve_the_advanced_most(stub_uniform):
    assert learns(stub_uniform, advised=0.7, p={"learning_stage": "frank2011"})[0] == close_to(
        0.21
    )  # 0.2 + 0.1 x 0.2 x 0.5


def test_information_comes_before_advice(stub_uniform):
    # 0.2 -> 0.3 by information, then 0.3 + 0.1 x (0.7 - 0.3)
    assert learns(stub_uniform, heard=0.4, advised=0.7) == (close_to(0.34), 1)


@pytest.mark.parametrize("state", [{}, {"heard": 0.2}, {"advised": 0.1}])
def test_who_hears_nothing_new_learns_nothing(stub_uniform, state):
    assert learns(stub_uniform, **state) == (0.2, 0)


def test_a_mailing_tells_what_information_can_carry(stub_uniform):
    supported, mailing = make_week(supported=1), {"mobilisation_mailing": 0.1}
    assert learns(stub_uniform, supported, answers={"mailed": 0.09}, p=mailing) == (
        close_to(0.3),
        0,
    )  # 0.2 + 0.5 x (0.5 x 0.8 - 0.2)
    assert learns(stub_uniform, supported, answers={"mailed": 0.1}, p=mailing) == (0.2, 0)


def test_a_mailing_reaches_schools_that_do_not_take_part(stub_uniform):
    assert learns(
        stub_uniform, make_week(supported=1), participates=0, answers={"mailed": 0.0}, p={"mobilisation_mailing": 0.1}
    )[0] == close_to(0.3)


def test_mailings_end_with_support(stub_uniform):
    assert learns(stub_uniform, make_week(supported=0), p={"mobilisation_mailing": 1.0}) == (0.2, 0)


def test_without_mailings_and_visits_chance_is_not_asked(stub_uniform):
    assert learns(stub_uniform, make_week(supported=1)) == (0.2, 0)


VISITS = {"mobilisation_visits": 0.1}


def test_a_knowledge_mobiliser_who_visits_advises_staff(stub_uniform):
    # 0.2 + 0.4 x 0.5 x 0.5 x (0.8 - 0.2); a visit in the most disadvantaged school may yield half of it
    assert learns(stub_uniform, make_week(supported=1), answers={"visited": 0.09}, p=VISITS)[0] == close_to(0.26)
    half = VISITS | {"meeting_disadvantage_loss": 0.5}
    assert learns(stub_uniform, make_week(supported=1), 1.0, answers={"visited": 0.09}, p=half)[0] == close_to(0.23)


def test_who_knows_more_than_the_visitor_loses_nothing(stub_uniform):
    assert learns(stub_uniform, make_week(supported=1), answers={"visited": 0.0}, p=VISITS, knowledge=0.9)[0] == 0.9


@pytest.mark.parametrize(("supported", "participates", "u"), [(1, 1, 0.1), (0, 1, None), (1, 0, None)])
def test_otherwise_nobody_visits(stub_uniform, supported, participates, u):
    answers = {} if u is None else {"visited": u}  # where none can come, chance is not asked
    assert (
        learns(stub_uniform, make_week(supported=supported), participates=participates, answers=answers, p=VISITS)[0]
        == 0.2
    )


def test_a_visit_is_to_the_whole_school(stub_uniform):
    asked = stub_uniform(mobilisation, visited=0.5)
    world = make_world(
        [make_teacher()],
        [make_teacher(), make_teacher()],
        schools=[make_school(participates=1), make_school(participates=1)],
    )
    for teacher in world.teachers:
        mobilisation.teacher_updates(teacher, world, make_week(key=3, supported=1), parameters(**LEARNS | VISITS))
    assert asked == [(3, "visited", 0, 0), (3, "visited", 1, 0), (3, "visited", 1, 0)]


# --- awareness (R12) and sharing (R13)

UPDATES = {
    "mobilisation_awareness_growth": 0.2,
    "mobilisation_mailing": 0.0,
    "mobilisation_visits": 0.0,
    "leadership_mandate_weight": 0.6,
    "conditions_substitution": 0.0,
    "conditions_placement": "theory",
}


def update(stub_uniform, u=0.0, school=None, network=None, p=None, **state):
    """A member of awareness 0.8 with time 0.25, leadership 1 (conditions 0.5) and mandate 0.4 + 0.6 x 0.5 = 0.7."""
    stub_uniform(mobilisation, mobilise=u)
    teacher = make_teacher(**{"network": 0, "seat": 0, "member": 1, "awareness": 0.8, "time": 0.25} | state)
    school = school or make_school(leadership=1.0, lasting_leadership=0.0, distributed=0.5)
    world = make_world([teacher], schools=[school], networks=[network or make_network(facilitation=0.5, focus=0.0)])
    assert changed_variables(
        mobilisation.teacher_updates, teacher, world, make_week(), parameters(**UPDATES | (p or {}))
    ) <= {"awareness", "mobilises", "mobilised"}
    return teacher


@pytest.mark.parametrize(("u", "shares"), [(0.279, 1), (0.281, 0)])
def test_a_broker_shares_by_awareness_conditions_and_mandate(stub_uniform, u, shares):
    teacher = update(stub_uniform, u)  # 0.8 x 0.5 x 0.7 = 0.28
    assert (teacher.mobilises, teacher.mobilised) == (shares, shares)


def test_a_draw_that_equals_the_chance_does_not_share(stub_uniform):
    p = {"conditions_substitution": 1.0, "leadership_mandate_weight": 0.0}
    assert (
        update(stub_uniform, 0.8 * 0.5, make_school(leadership=0.75), p=p).mobilises == 0
    )  # the mean of 0.25 and 0.75


def test_who_once_shared_has_shared(stub_uniform):
    teacher = update(stub_uniform, 0.99, mobilises=1, mobilised=1)
    assert (teacher.mobilises, teacher.mobilised) == (0, 1)


def test_without_awareness_nobody_shares(stub_uniform):
    assert update(stub_uniform, 1e-15, awareness=0.0).mobilises == 0


@pytest.mark.parametrize(("u", "shares"), [(0.349, 1), (0.351, 0)])
def test_a_visit_makes_brokers_fully_aware_for_the_week(stub_uniform, u, shares):
    stub_uniform(mobilisation, visited=0.0, mobilise=u)
    teacher = make_teacher(network=0, seat=0, member=1, awareness=0.1, time=0.25)
    world = make_world(
        [teacher], schools=[make_school(leadership=1.0, distributed=0.5, participates=1)], networks=[make_network()]
    )
    mobilisation.teacher_updates(
        teacher, world, make_week(supported=1), parameters(**UPDATES | {"mobilisation_visits": 0.1})
    )
    assert (teacher.mobilises, teacher.awareness) == (shares, 0.1)  # 1 x 0.5 x 0.7 = 0.35


def test_without_mandate_nobody_shares(stub_uniform):
    school = make_school(leadership=1.0, distributed=0.0)
    assert update(stub_uniform, 1e-15, school=school, p={"leadership_mandate_weight": 1.0}).mobilises == 0


def test_focus_matters_for_sharing_only_where_all_conditions_enter_everywhere(stub_uniform):
    network = make_network(focus=0.5)
    symmetric = {"conditions_placement": "symmetric"}
    # (0.25 x 1 x 0.5)^(1/3) = 0.5 again
    assert update(stub_uniform, 0.279, network=network, p=symmetric).mobilises == 1
    assert update(stub_uniform, 0.281, network=network, p=symmetric).mobilises == 0


def test_who_is_no_member_is_not_asked(stub_uniform):
    stub_uniform(mobilisation)  # no number may be drawn
    teacher = make_teacher(awareness=1.0, time=1.0, mobilises=1)
    mobilisation.teacher_updates(
        teacher, make_world([teacher], schools=[make_school(leadership=1.0)]), make_week(), parameters(**UPDATES)
    )
    assert (teacher.mobilises, teacher.mobilised) == (0, 0)


def test_a_well_facilitated_meeting_raises_awareness(stub_uniform):
    assert update(stub_uniform, quality=0.3, awareness=0.5).awareness == close_to(0.55)  # 0.5 + 0.2 x 0.5 x 0.5
    assert update(stub_uniform, quality=0.0, awareness=0.5).awareness == 0.5
    assert update(stub_uniform, quality=0.3, awareness=0.5, network=make_network(facilitation=0.0)).awareness == 0.5
