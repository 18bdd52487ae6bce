"""Knowledge mobilisation."""

import pytest

from plnsim.model.mechanisms import mobilisation, parts
from tests.support.factories import (
    changed_variables,
    close_to,
    make_network,
    make_school,
    make_teacher,
    make_week,
    make_world,
    parameters,
    parts_of,
)

OBSERVES = {"mobilisation_informal_reach": 0.4, "mobilisation_formal_advice_loss": 0.6}
P = parameters(**OBSERVES, ties_pattern="departments")
SEEN = {"heard", "advised", "advised_formally"}


def test_a_formal_role_advises_less():
    assert mobilisation.advice_worth(1, P) == close_to(0.4)
    assert mobilisation.advice_worth(0, P) == 1.0


def test_a_school_counts_its_brokers():
    world = make_world(
        [make_teacher(mobilises=1), make_teacher(), make_teacher(mobilises=1)], [make_teacher(mobilises=1)]
    )
    changed = changed_variables(mobilisation.school_observes, world.schools[0], world, make_week(), P)
    assert changed == {"brokers"}
    assert world.schools[0].brokers == 2
    world.schools[0].brokers, world.teachers[0].mobilises, world.teachers[2].mobilises = 2, 0, 0
    mobilisation.school_observes(world.schools[0], world, make_week(), P)
    assert world.schools[0].brokers == 0


# --- what information can carry, and what the source knows


@pytest.mark.parametrize(
    ("rule", "stream", "parameter"),
    [
        (mobilisation.initial_explicit_parts, "explicit parts", "mobilisation_information_depth"),
        (mobilisation.initial_source_parts, "parts of the source", "partners_knowledge"),
    ],
)
def test_some_parts_are_explicit_or_known_to_the_source_in_all_schools_alike(stub_uniform, rule, stream, parameter):
    p = parameters(**{"parts_count": 4, parameter: 0.4})
    draws = stub_uniform(parts, **{stream.replace(" ", "_"): lambda _, part: (0.4, 0.39, 0.9, 0.0)[part]})
    for name in (0, 3):
        assert rule(make_school(name=name), make_world(), make_week(key=5), p) == parts_of(1, 3)
    assert set(draws) == {(5, stream, 0, part) for part in range(4)}


# --- what she hears over information ties


EXPLICIT = parts_of(0, 1, 2, 3)
KNOWN = parts_of(2, 3, 4, 5)


def hears(stub_uniform, *brokers, reached=None, brokers_seen=None, **state):
    """What a teacher hears who has an information tie to each of the given colleagues."""
    asked = stub_uniform(mobilisation, **({} if reached is None else {"reached": reached}))
    teacher, loud = (
        make_teacher(heard=parts_of(9), **state),
        make_teacher(mobilises=1, formal=1, parts=EXPLICIT),
    )  # whom only others hear
    seen = sum(broker.mobilises for broker in brokers) if brokers_seen is None else brokers_seen
    school = make_school(brokers=seen, explicit_parts=EXPLICIT)
    world = make_world(
        [loud, make_teacher(), teacher, *brokers, make_teacher()],
        schools=[school],
        information=[(1, 0), *((2, 3 + place) for place in range(len(brokers))), (3, 0)],
    )
    assert changed_variables(mobilisation.teacher_observes, teacher, world, make_week(key=5), P) <= SEEN
    return teacher.heard, asked


def test_a_formal_role_tells_everyone_what_information_can_carry(stub_uniform):
    heard, asked = hears(stub_uniform, make_teacher(mobilises=1, formal=1, parts=KNOWN))
    assert (heard, asked) == (parts_of(2, 3), [])  # nothing left to chance


@pytest.mark.parametrize(("u", "heard"), [(0.399, parts_of(2, 3)), (0.4, 0)])
def test_without_a_formal_role_a_broker_reaches_some(stub_uniform, u, heard):
    assert hears(stub_uniform, make_teacher(mobilises=1, parts=KNOWN), reached=u)[0] == heard


@pytest.mark.parametrize(
    ("broker", "reached"), [({"mobilises": 0, "formal": 1}, False), ({"mobilises": 1, "formal": 1}, True)]
)
def test_only_who_shares_reaches_anybody_and_a_formal_role_reaches_all(stub_uniform, broker, reached):
    stub_uniform(mobilisation)  # no number may be drawn
    assert mobilisation.reaches(make_teacher(**broker), make_teacher(), make_week(), P) == reached


def test_each_broker_reaches_by_a_draw_of_its_own(stub_uniform):
    brokers = [make_teacher(mobilises=1, parts=parts_of(1)), make_teacher(mobilises=1, parts=parts_of(2))]
    heard, asked = hears(stub_uniform, *brokers, reached=lambda entity_id, draw_index: 0.9 if draw_index == 3 else 0.1)
    assert heard == parts_of(2)  # of the second one
    assert asked == [(5, "reached", 2, 3), (5, "reached", 2, 4)]  # she is post 2


def test_she_hears_what_any_of_them_knows(stub_uniform):
    brokers = [make_teacher(mobilises=1, formal=1, parts=parts_of(part, 8)) for part in (0, 2, 3)]
    assert hears(stub_uniform, *brokers)[0] == parts_of(0, 2, 3)


def test_who_does_not_share_is_not_heard(stub_uniform):
    assert hears(stub_uniform, make_teacher(mobilises=0, formal=1, parts=KNOWN), brokers_seen=1) == (0, [])


def test_without_brokers_in_school_nothing_is_heard(stub_uniform):
    assert hears(stub_uniform, make_teacher(mobilises=0, formal=1, parts=KNOWN), brokers_seen=0) == (0, [])


def test_without_ties_nothing_is_heard(stub_uniform):
    assert hears(stub_uniform, brokers_seen=1) == (0, [])


# --- who advises her


def advised(*brokers, **state):
    teacher = make_teacher(**{"parts": parts_of(0), "advised": parts_of(9), "advised_formally": 1} | state)
    loud = make_teacher(mobilises=1, parts=parts_of(*range(10)))  # whom only others turn to
    world = make_world(
        [loud, make_teacher(), teacher, *brokers, make_teacher()],
        schools=[make_school(brokers=1)],
        advice=[(1, 0), *((2, 3 + place) for place in range(len(brokers))), (3, 0)],
    )
    assert changed_variables(mobilisation.teacher_observes, teacher, world, make_week(), P) <= SEEN
    return teacher.advised, teacher.advised_formally


def broker(*known, formal=0):
    return make_teacher(mobilises=1, formal=formal, parts=parts_of(*known))


def test_a_broker_among_those_she_turns_to_advises_her():
    assert advised(broker(0, 1)) == (parts_of(0, 1), 0)
    assert advised(broker(0, 1, formal=1)) == (parts_of(0, 1), 1)


def test_she_follows_the_advice_that_gives_her_most():
    formal = broker(0, 1, 2, 3, 4, 5, 6, 7, formal=1)  # 0.4 x 7 parts that she does not know: 2.8
    assert advised(formal, broker(0, 1, 2, 3)) == (parts_of(0, 1, 2, 3), 0)  # against 3
    assert advised(formal, broker(0, 1, 2)) == (parts_of(0, 1, 2, 3, 4, 5, 6, 7), 1)  # against 2


def test_it_is_not_who_knows_most_but_who_knows_what_she_does_not():
    knowing = {"parts": parts_of(1, 2, 3, 4)}
    assert advised(broker(1, 2, 3, 4), broker(7), **knowing) == (parts_of(7), 0)


def test_of_two_who_give_as_much_the_first_advises():
    assert advised(broker(1, 2), broker(3, 4)) == (parts_of(1, 2), 0)


def test_who_knows_nothing_new_advises_nobody():
    assert advised(broker(0), make_teacher(mobilises=0, parts=parts_of(1, 2))) == (0, 0)


def test_without_ties_nobody_advises():
    assert advised() == (0, 0)


def test_where_all_turn_to_all_a_broker_advises_as_well():
    teacher = make_teacher(parts=parts_of(0))
    world = make_world([teacher, broker(0, 3)], schools=[make_school(brokers=1)])
    mobilisation.teacher_observes(teacher, world, make_week(), parameters(ties_pattern="complete"))
    assert teacher.advised == parts_of(0, 3)


# --- what she learns

LEARNS = {
    "parts_count": 10,
    "mobilisation_information_rate": 0.5,
    "mobilisation_mailing": 0.0,
    "mobilisation_visits": 0.0,
    "mobilisation_translation": 0.8,
    "mobilisation_formal_advice_loss": 0.6,
    "advice_transfer": 0.4,
    "practice_complexity": 0.5,
    "learning_stage": "flat",
    "meeting_disadvantage_loss": 0.0,
}
COMES_UP = {
    "information_parts": parts_of(2),
    "mailing_parts": parts_of(3),
    "parts_from_a_broker": parts_of(4),
    "foreign_from_a_broker": parts_of(5),
    "parts_from_a_visit": parts_of(6),
    "foreign_from_a_visit": parts_of(7),
}
"""Which part comes up of each kind, if it is there to be learnt."""


@pytest.fixture
def learns(stub_uniform, stub_parts):
    """What a teacher knows who knew 0 and 1, whether she was reached, and what was asked for.

    Her school finds 0, 4 and 6 by itself, the source and who visits know 1, 3, 6 and 7; all but the last two are
    explicit.
    """

    def learn(week=None, disadvantage=0.0, participates=1, p=None, answers=(), **state):
        stub_uniform(mobilisation, **dict(answers))
        asked = stub_parts(mobilisation, **COMES_UP)
        teacher = make_teacher(**{"parts": parts_of(0, 1), "knowledge": 0.2, "time": 0.5} | state)
        school = make_school(
            disadvantage=disadvantage,
            participates=participates,
            own_parts=parts_of(0, 4, 6),
            source_parts=parts_of(1, 3, 6, 7),
            visitor_parts=parts_of(1, 3, 6, 7),
            explicit_parts=parts_of(*range(6)),
        )
        world = make_world([teacher], schools=[school])
        p = parameters(**LEARNS | (p or {}))
        changed = changed_variables(mobilisation.teacher_updates, teacher, world, week or make_week(), p)
        assert changed <= {"parts", "knowledge", "reached"}
        return teacher.parts, teacher.reached, asked

    return learn


def test_information_tells_some_of_what_is_heard(learns):
    assert learns(heard=parts_of(1, 2, 3)) == (parts_of(0, 1, 2), 1, {"information parts": (parts_of(2, 3), 0.5)})


def test_advice_takes_time_and_a_broker_translates_what_is_foreign(learns):
    known, reached, asked = learns(advised=parts_of(1, 4, 5, 8))
    assert (known, reached) == (parts_of(0, 1, 4, 5), 1)
    assert asked == {
        "parts from a broker": (parts_of(4), close_to(0.2)),  # 0.4 x 0.5 time
        "foreign from a broker": (parts_of(5, 8), close_to(0.18)),  # x (1 - 0.5 complexity x 0.2 left untranslated)
    }
    assert learns(advised=parts_of(4), time=0.0)[::2] == (parts_of(0, 1), {})


@pytest.mark.parametrize(("translation", "chance"), [(0.0, 0.1), (1.0, 0.2)])
def test_without_translation_foreign_parts_are_sticky_and_with_full_translation_not(learns, translation, chance):
    _, _, asked = learns(advised=parts_of(5), p={"mobilisation_translation": translation})
    assert asked == {"foreign from a broker": (parts_of(5), close_to(chance))}


def test_formal_advice_gives_less(learns):
    _, reached, asked = learns(advised=parts_of(4, 5), advised_formally=1)
    assert reached == 1
    assert asked["parts from a broker"][1] == close_to(0.08)  # 0.2 x 0.4
    assert asked["foreign from a broker"][1] == close_to(0.072)


def test_advice_may_yield_less_in_a_disadvantaged_school(learns):
    p = {"meeting_disadvantage_loss": 0.5}
    _, _, asked = learns(advised=parts_of(4), heard=parts_of(2), disadvantage=0.4, p=p)
    assert asked["parts from a broker"][1] == close_to(0.16)  # 0.2 x 0.8
    assert asked["information parts"][1] == 0.5  # information is not exchange


def test_advice_may_serve_the_advanced_most(learns):
    _, _, asked = learns(advised=parts_of(4), p={"learning_stage": "frank2011"})
    assert asked["parts from a broker"][1] == close_to(0.04)  # 0.2 x 0.2


def test_information_comes_before_advice(learns):
    known, reached, asked = learns(heard=parts_of(2), advised=parts_of(2, 4))
    assert (known, reached) == (parts_of(0, 1, 2, 4), 1)
    assert asked["parts from a broker"][0] == parts_of(4)  # part 2 is no news any more


@pytest.mark.parametrize("state", [{}, {"heard": parts_of(1)}, {"advised": parts_of(0)}])
def test_who_hears_nothing_new_learns_nothing(learns, state):
    assert learns(**state) == (parts_of(0, 1), 0, {})


def test_a_mailing_tells_what_information_can_carry_of_what_the_source_knows(learns):
    supported, mailing = make_week(supported=1), {"mobilisation_mailing": 0.1}
    told = learns(supported, answers={"mailed": 0.09}, p=mailing)
    assert told == (parts_of(0, 1, 3), 0, {"mailing parts": (parts_of(3), 0.5)})
    assert learns(supported, answers={"mailed": 0.1}, p=mailing) == (parts_of(0, 1), 0, {})


def test_a_mailing_reaches_schools_that_do_not_take_part(learns):
    told = learns(make_week(supported=1), participates=0, answers={"mailed": 0.0}, p={"mobilisation_mailing": 0.1})
    assert told[0] == parts_of(0, 1, 3)


def test_mailings_end_with_support(learns):
    assert learns(make_week(supported=0), p={"mobilisation_mailing": 1.0}) == (parts_of(0, 1), 0, {})


def test_without_mailings_and_visits_chance_is_not_asked(learns):
    assert learns(make_week(supported=1)) == (parts_of(0, 1), 0, {})


VISITS = {"mobilisation_visits": 0.1}


def test_a_knowledge_mobiliser_who_visits_advises_staff(learns):
    known, reached, asked = learns(make_week(supported=1), answers={"visited": 0.09}, p=VISITS)
    assert (known, reached) == (parts_of(0, 1, 6, 7), 0)
    assert asked == {
        "parts from a visit": (parts_of(6), close_to(0.2)),
        "foreign from a visit": (parts_of(3, 7), close_to(0.18)),
    }
    half = VISITS | {"meeting_disadvantage_loss": 0.5}  # in the most disadvantaged school it may yield half of it
    _, _, asked = learns(make_week(supported=1), 1.0, answers={"visited": 0.09}, p=half)
    assert asked["parts from a visit"][1] == close_to(0.1)


@pytest.mark.parametrize(("u", "known"), [(0.09, parts_of(2, 5, 7)), (0.1, 0)])
def test_who_visits_knows_what_those_know_who_serve_the_networks_of_the_school(stub_uniform, u, known):
    stub_uniform(mobilisation, visited=u)
    staff = [
        make_teacher(network=0),
        make_teacher(network=2),
        make_teacher(network=1),
    ]
    networks = [make_network(outside_parts=some) for some in (parts_of(2, 5), parts_of(5, 7), parts_of(9))]
    school = make_school(participates=1)
    world = make_world(staff, schools=[school], networks=networks)
    staff[1].first_delegate = 0
    mobilisation.school_observes(school, world, make_week(supported=1), parameters(**LEARNS | VISITS))
    assert school.visitor_parts == known


def test_who_knows_more_than_the_visitor_loses_nothing(learns):
    knowing = {"parts": parts_of(1, 3, 6, 7, 9), "knowledge": 0.5}
    assert learns(make_week(supported=1), answers={"visited": 0.0}, p=VISITS, **knowing)[::2] == (
        knowing["parts"],
        {},
    )


@pytest.mark.parametrize(("supported", "participates", "u"), [(1, 1, 0.1), (0, 1, None), (1, 0, None)])
def test_otherwise_nobody_visits(learns, supported, participates, u):
    answers = {} if u is None else {"visited": u}  # where none can come, chance is not asked
    told = learns(make_week(supported=supported), participates=participates, answers=answers, p=VISITS)
    assert told == (parts_of(0, 1), 0, {})


def test_knowledge_is_the_share_of_the_parts(stub_uniform):
    stub_uniform(mobilisation)
    teacher = make_teacher(parts=parts_of(0), knowledge=0.1, heard=parts_of(4, 5))
    p = parameters(**LEARNS | {"mobilisation_information_rate": 1.0})
    mobilisation.teacher_updates(teacher, make_world([teacher]), make_week(), p)
    assert (teacher.parts, teacher.knowledge) == (parts_of(0, 4, 5), 0.3)


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


# --- awareness and sharing

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
