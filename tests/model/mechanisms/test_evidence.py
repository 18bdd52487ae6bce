"""Evidence of pupil benefit."""

import pytest

from plnsim.model.mechanisms import evidence
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

# Benefit of the user below: potency 0.5 x understood 1 x fidelity 0.5 x fitted (0.6 + 0.4 x 0.5) = 0.2, just what is
# expected.
PRACTICE = {"practice_potency": 0.5, "practice_half_benefit_knowledge": 0.25}
SEES = {
    "evidence_expected": 0.2,
    "evidence_noise": 0.1,
    "evidence_sharpness": 10.0,
    "evidence_learning": 0.1,
    "evidence_fed_back": 0.0,
}
P = parameters(norms_belief="evidence and norms", **SEES, **PRACTICE)
ALL = 2**24 - 1
"""All parts of the practice."""
ONE_SPREAD_ABOVE = 0.8413447460685429  # share of a normal distribution below one standard deviation
LOGISTIC_OF_1 = 0.7310585786300049  # 1 / (1 + e^-1)


def sees(stub_uniform, u, p=P, **state):
    stub_uniform(evidence, evidence=u)
    teacher = make_teacher(
        **{"uses": 1, "applied": 1, "in_use": ALL, "fidelity": 0.5, "adaptation": 0.5, "belief": 0.9} | state
    )
    changed = changed_variables(
        evidence.teacher_updates, teacher, make_world([teacher], schools=[make_school(fit=0.6)]), make_week(), p
    )
    assert changed <= {"evidence", "belief"}
    return teacher


def test_seeing_what_was_expected_is_evidence_neither_way(stub_uniform):
    teacher = sees(stub_uniform, 0.5)
    assert teacher.evidence == close_to(0.5)
    assert teacher.belief == close_to(0.86)  # 0.9 + 0.1 x (0.5 - 0.9)


def test_a_high_draw_makes_a_week_look_better_than_it_is(stub_uniform):
    teacher = sees(stub_uniform, ONE_SPREAD_ABOVE)  # seen 0.2 + 0.1: 10 x 0.1 = 1 above what was expected
    assert teacher.evidence == pytest.approx(LOGISTIC_OF_1, rel=1e-8)
    assert teacher.belief == pytest.approx(0.9 + 0.1 * (0.7310585786 - 0.9), rel=1e-8)


def test_a_low_draw_is_the_mirror_of_a_high_one(stub_uniform):
    assert sees(stub_uniform, 1 - ONE_SPREAD_ABOVE).evidence == pytest.approx(1 - LOGISTIC_OF_1, rel=1e-8)


def test_without_noise_the_draw_plays_no_part(stub_uniform):
    p = parameters(evidence_expected=0.2, evidence_noise=0.0, evidence_sharpness=10.0, **PRACTICE)
    assert sees(stub_uniform, 0.001, p).evidence == close_to(0.5)
    assert sees(stub_uniform, 0.999, p).evidence == close_to(0.5)


def test_a_practice_without_potency_disappoints(stub_uniform):
    # benefit 0 against expected 0.2: 10 x -0.2 = -2; 1 / (1 + e^2) = 0.1192
    p = parameters(
        **PRACTICE | {"practice_potency": 0.0}, evidence_expected=0.2, evidence_noise=0.0, evidence_sharpness=10.0
    )
    assert sees(stub_uniform, 0.5, p).evidence == pytest.approx(0.11920292202211755, rel=1e-12)


def test_where_norms_alone_count_evidence_is_seen_but_not_believed(stub_uniform):
    p = parameters(norms_belief="norms only", **SEES, **PRACTICE)
    teacher = sees(stub_uniform, 0.5, p)
    assert (teacher.evidence, teacher.belief) == (close_to(0.5), 0.9)


def test_where_evidence_alone_counts_it_is_believed(stub_uniform):
    p = parameters(norms_belief="evidence only", **SEES, **PRACTICE)
    assert sees(stub_uniform, 0.5, p).belief == close_to(0.86)


# --- what the school feeds back

FEEDS_BACK = {"evidence_fed_back": 0.1}


def hears(stub_uniform, count=4, p=None, **state):
    """A teacher of belief 0.5 whose school saw evidence of 0.75 last week."""
    stub_uniform(evidence, evidence=0.5)
    teacher = make_teacher(**{"belief": 0.5} | state)
    school = make_school(new_evidence=count * 3 * UNIT // 4, new_evidence_count=count, fit=0.6)
    world = make_world([teacher], schools=[school])
    assert changed_variables(
        evidence.teacher_updates, teacher, world, make_week(), p or parameters(**SEES | FEEDS_BACK, **PRACTICE)
    ) <= {"evidence", "belief"}
    return teacher.belief


def test_staff_who_do_not_use_it_hear_what_users_saw(stub_uniform):
    assert hears(stub_uniform) == close_to(0.525)  # 0.5 + 0.1 x (0.75 - 0.5)
    assert hears(stub_uniform, count=1) == close_to(0.525)


def test_users_believe_what_they_saw_and_then_what_they_hear(stub_uniform):
    # 0.9 + 0.1 x (0.5 - 0.9) = 0.86; 0.86 + 0.1 x (0.75 - 0.86)
    assert hears(stub_uniform, belief=0.9, applied=1, uses=1, in_use=ALL, fidelity=0.5, adaptation=0.5) == close_to(
        0.849
    )


def test_where_nobody_used_it_there_is_nothing_to_feed_back(stub_uniform):
    assert hears(stub_uniform, count=0) == 0.5


def test_a_school_that_collects_nothing_feeds_nothing_back(stub_uniform):
    assert hears(stub_uniform, p=P) == 0.5


def test_where_norms_alone_count_what_is_fed_back_is_not_believed(stub_uniform):
    assert hears(stub_uniform, p=parameters(norms_belief="norms only", **SEES | FEEDS_BACK, **PRACTICE)) == 0.5


@pytest.mark.parametrize("applied", [-1, 0])
def test_who_did_not_use_it_sees_nothing(stub_uniform, applied):
    stub_uniform(evidence)  # no number may be drawn
    teacher = make_teacher(applied=applied, evidence=0.4, belief=0.9)
    assert changed_variables(evidence.teacher_updates, teacher, make_world([teacher]), make_week(), P) == set()


# --- who hears of it


def test_a_school_tallies_what_its_users_saw():
    staff = [
        make_teacher(applied=1, evidence=0.5),
        make_teacher(applied=1, evidence=0.25),
        make_teacher(applied=-1, evidence=1.0),
        make_teacher(evidence=1.0),
    ]
    world = make_world(staff, [make_teacher(applied=1, evidence=1.0)])
    school = world.schools[0]
    assert changed_variables(evidence.school_observes, school, world, make_week(), P) == {
        "new_evidence",
        "new_evidence_count",
    }
    assert (school.new_evidence, school.new_evidence_count) == (0.75 * UNIT, 2)


def test_a_school_in_which_nobody_used_it_sees_nothing():
    world = make_world(
        [make_teacher(applied=-1, evidence=1.0)], schools=[make_school(new_evidence=7, new_evidence_count=3)]
    )
    evidence.school_observes(world.schools[0], world, make_week(), P)
    assert (world.schools[0].new_evidence, world.schools[0].new_evidence_count) == (0, 0)


def test_a_network_tallies_what_its_members_saw():
    seen = {"applied": 1, "evidence": 0.25}
    world = make_world(
        [
            make_teacher(network=1, seat=0, member=1, **seen),
            make_teacher(**seen),
        ],  # a member, and a colleague without a seat
        [
            make_teacher(network=1, seat=1, member=1, **seen),
            make_teacher(network=1, seat=2, member=0, **seen),
        ],  # a member, a seat that takes no part
        [
            make_teacher(network=0, seat=0, member=1, **seen),
            make_teacher(network=1, seat=0, member=1, applied=-1, evidence=1.0),
            make_teacher(network=1, seat=0, member=1, applied=0, evidence=1.0),
        ],
        networks=[make_network(), make_network()],
    )
    network = world.networks[1]
    assert changed_variables(evidence.network_observes, network, world, make_week(), P) == {
        "new_evidence",
        "new_evidence_count",
    }
    assert (network.new_evidence, network.new_evidence_count) == (0.5 * UNIT, 2)


def test_a_network_without_seats_sees_nothing():
    world = make_world(
        [make_teacher(applied=1, evidence=1.0)], networks=[make_network(new_evidence=7, new_evidence_count=3)]
    )
    evidence.network_observes(world.networks[0], world, make_week(), P)
    assert (world.networks[0].new_evidence, world.networks[0].new_evidence_count) == (0, 0)


@pytest.mark.parametrize(
    ("step", "make_group"), [(evidence.school_updates, make_school), (evidence.network_updates, make_network)]
)
def test_it_is_summed_over_the_year_and_starts_anew(step, make_group):
    group = make_group(evidence_total=100, evidence_count=4, new_evidence=30, new_evidence_count=2)
    step(group, None, make_week(of_year=38, ends_year=1), P)
    assert (group.evidence_total, group.evidence_count) == (130, 6)
    step(group, None, make_week(of_year=0), P)
    assert (group.evidence_total, group.evidence_count) == (30, 2)


def test_summing_changes_the_sums_only():
    world = make_world(
        [make_teacher()],
        schools=[make_school(new_evidence=30, new_evidence_count=2)],
        networks=[make_network(new_evidence=30, new_evidence_count=2)],
    )
    for step, group in ((evidence.school_updates, world.schools[0]), (evidence.network_updates, world.networks[0])):
        assert changed_variables(step, group, world, make_week(), P) == {"evidence_total", "evidence_count"}
