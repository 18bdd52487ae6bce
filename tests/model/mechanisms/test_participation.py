"""Schools decide: stay, leave, join, come back."""

import pytest

from plnsim.model.mechanisms import participation
from tests.simulation.test_engines import assert_engines_agree
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
from tests.support.runs import small_scenario

USUAL = {
    "participation_threshold_supported": 0.5,
    "participation_neighbours": 0.0,
    "participation_habit_growth": 0.25,
    "participation_habit_carries": 0.5,
    "recruitment_rate": 0.4,
    "renewal_threshold": 0.6,
    "renewal_sharpness": 10.0,
    "renewal_rule": "by its value",
    "conditions_substitution": 0.0,
    "conditions_placement": "theory",
    "partners_a_network": 0,
}
P = parameters(**USUAL)
AT_THE_THRESHOLD = parameters(**USUAL | {"participation_threshold_supported": 1.0})
WORTH_ALL = {"evidence_seen": 1.0, "trust_seen": 1.0, "leadership": 1.0, "focus": 1.0}
"""Worth 1 to the bit (a cube root may be off by the last): at that threshold it is in two minds, 0.5 to the bit."""
YEAR_END = make_week(ends_year=1)


# --- who takes part from the start


@pytest.mark.parametrize(("network", "seat", "standing"), [(0, 1, 1), (0, 2, 0), (0, 3, 0), (-1, -1, 0)])
def test_the_first_schools_of_a_network_take_part_from_the_start(network, seat, standing):
    world = make_world([make_teacher(), make_teacher(network=network, seat=seat)], networks=[make_network()])
    world.networks[0].first_schools = 2
    assert participation.initial_standing(world.schools[0], world, make_week(number=-1), P) == standing


def test_a_seat_of_another_school_makes_nobody_take_part():
    world = make_world([make_teacher(network=0, seat=0)], [make_teacher()], networks=[make_network(first_schools=1)])
    assert participation.initial_standing(world.schools[1], world, make_week(number=-1), P) == 0


def test_one_seat_in_a_first_school_is_enough():
    staff = [make_teacher(network=0, seat=1), make_teacher(network=1, seat=0)]
    world = make_world(staff, networks=[make_network(first_schools=1), make_network(first_schools=1)])
    assert participation.initial_standing(world.schools[0], world, make_week(number=-1), P) == 1


# --- what a school sees


SEEN = {"invited", "trust_seen", "evidence_seen", "neighbours_in"}


def sees(staff=None, network=(), week=YEAR_END, others=(), neighbours=(), networks=None, **state):
    """What a school of one delegate sees that takes part with one of two schools of its network."""
    own = make_school(**{"standing": 1, "mean_belief": 0.35} | state)
    networks = networks or [
        make_network(**{"active": 1, "first_schools": 2, "schools": 2, "trust": 0.7} | dict(network))
    ]
    staff = staff or [make_teacher(network=0, seat=0), make_teacher()]
    world = make_world(
        staff,
        *([make_teacher()] for _ in others),
        schools=[own, *(make_school(standing=standing) for standing in others)],
        networks=networks,
        neighbours=neighbours,
    )
    assert changed_variables(participation.school_observes, own, world, week, P) <= SEEN
    return own


def test_evidence_is_that_of_its_own_staff_and_of_its_network():
    seen = sees(
        network={"evidence_total": 3 * UNIT, "evidence_count": 4}, evidence_total=UNIT, evidence_count=4
    )  # 4 of 8
    assert (seen.evidence_seen, seen.trust_seen, seen.invited) == (close_to(0.5), 0.7, 1)


def test_where_nobody_used_it_what_staff_believe_counts():
    assert sees().evidence_seen == 0.35


def test_of_several_networks_each_counts_once():
    """The highest trust, the evidence of both; the second delegate in the first network adds nothing."""
    staff = [make_teacher(network=0), make_teacher(network=0), make_teacher(network=1)]
    both = [
        make_network(active=1, trust=0.3, evidence_total=UNIT, evidence_count=2, schools=3, first_schools=3),
        make_network(active=1, trust=0.6, evidence_total=UNIT, evidence_count=3, schools=2, first_schools=4),
    ]
    seen = sees(staff, networks=both)
    assert (seen.trust_seen, seen.evidence_seen) == (0.6, close_to(0.4))
    assert seen.neighbours_in == close_to(3 / 5)  # 2 of 2 others in one, 1 of 3 in the other


@pytest.mark.parametrize(
    ("network", "invited"),
    [
        ({"active": 1, "begun": 1}, 1),
        ({"active": 0, "begun": 1}, -1),
        ({"active": 0, "begun": 0}, 0),
    ],
)
def test_a_school_is_invited_by_an_active_network(network, invited):
    assert sees(network=network).invited == invited


def test_a_network_that_has_ended_does_not_hide_one_that_goes_on():
    staff = [make_teacher(network=0), make_teacher(network=1), make_teacher(network=2)]
    assert sees(staff, networks=[make_network(active=0), make_network(active=1), make_network(active=0)]).invited == 1


def test_a_school_without_a_seat_is_not_invited():
    assert sees([make_teacher()]).invited == 0


@pytest.mark.parametrize(
    ("standing", "others", "network", "share"),
    [
        (1, (), {"schools": 2}, 1.0),  # the other one
        (1, (), {"schools": 1}, 0.0),  # it alone is left
        (0, (), {"schools": 2}, 1.0),  # both of the others
        (-1, (), {"schools": 1}, 1.0),  # it has left the network that it founded, and is no neighbour of itself
        (1, (1, 0, -1), {"schools": 2}, 0.5),  # one of one there, one of three nearby
        (1, (1, 1, 1), {"schools": 1}, 0.75),
        (1, (), {"schools": 1, "first_schools": 1}, 0.0),  # no neighbours at all
    ],
)
def test_neighbours_are_those_of_the_network_and_those_nearby(standing, others, network, share):
    nearby = [(0, place + 1) for place in range(len(others))]
    assert sees(standing=standing, others=others, network=network, neighbours=nearby).neighbours_in == close_to(share)


def test_who_did_not_found_the_network_has_all_founders_as_neighbours():
    left = {"standing": -1, "network": {"schools": 1, "first_schools": 2}}
    staff = [make_teacher(network=0, seat=2, first_delegate=1), make_teacher()]
    assert sees(staff, **left).neighbours_in == close_to(1 / 2)  # as a founder it would have one neighbour, who is in


def test_the_neighbours_of_another_school_are_not_its_own():
    own, other = make_school(standing=1), make_school(standing=1)
    world = make_world([make_teacher()], [make_teacher()], schools=[other, own], neighbours=[(0, 1)])
    participation.school_observes(own, world, YEAR_END, P)
    assert own.neighbours_in == 0.0


def test_during_the_year_nothing_is_looked_at():
    assert sees(week=make_week(), trust_seen=0.11, evidence_seen=0.12).trust_seen == 0.11


# --- what it decides


def decides(stub_uniform, p=P, week=YEAR_END, **state):
    """The school after it decided; worth, leadership and focus are 0.5, so that it is in two minds under support."""
    usual = {"standing": 1, "invited": 1, "evidence_seen": 0.5, "trust_seen": 0.5, "leadership": 0.5, "focus": 0.5}
    draws = {name: state.pop(name) for name in ("school_stays", "school_joins") if name in state}
    stub_uniform(participation, **draws)
    school = make_school(**usual | state)
    world = make_world([make_teacher()], schools=[school])
    assert changed_variables(participation.school_updates, school, world, week, p) <= {"standing", "taking_part"}
    return school


@pytest.mark.parametrize(("u", "standing"), [(0.499, 1), (0.5, -1), (0.501, -1)])
def test_at_the_threshold_every_second_school_stays(stub_uniform, u, standing):
    assert decides(stub_uniform, AT_THE_THRESHOLD, school_stays=u, **WORTH_ALL).standing == standing


@pytest.mark.parametrize(("u", "standing"), [(0.268, 1), (0.270, -1)])
def test_without_support_the_threshold_is_another(stub_uniform, u, standing):
    # 1 / (1 + e^(10 x 0.1)) = 0.2689
    assert decides(stub_uniform, week=make_week(ends_year=1, support_over=1), school_stays=u).standing == standing


@pytest.mark.parametrize(("share", "stays"), [(1.0, 0.7310585786300049), (0.0, 0.2689414213699951), (0.5, 0.5)])
def test_neighbours_speak_for_it_or_against(stub_uniform, share, stays):
    # a fifth of the way from 0.5 to 1 or to 0: 0.1 either way
    p = parameters(**USUAL | {"participation_neighbours": 0.2})
    assert decides(stub_uniform, p, neighbours_in=share, school_stays=stays - 0.001).standing == 1
    assert decides(stub_uniform, p, neighbours_in=share, school_stays=stays + 0.001).standing == -1


def test_a_habit_makes_up_for_part_of_the_doubts(stub_uniform):
    assert decides(stub_uniform, taking_part=0.8, school_stays=0.699).standing == 1  # 0.5 + 0.5 x 0.8 x 0.5
    assert decides(stub_uniform, taking_part=0.8, school_stays=0.701).standing == -1


@pytest.mark.parametrize(("support_over", "stays"), [(1, 0.2689414213699951 + 0.36 * 0.7310585786300049), (0, 0.5)])
def test_partners_make_up_for_doubts_once_support_has_ended(stub_uniform, support_over, stays):
    p = parameters(**USUAL | {"partners_a_network": 2}, partners_continuity=0.2)  # 1 - 0.8^2 = 0.36
    week = make_week(ends_year=1, support_over=support_over)
    assert decides(stub_uniform, p, week, school_stays=stays - 0.001).standing == 1
    assert decides(stub_uniform, p, week, school_stays=stays + 0.001).standing == -1


@pytest.mark.parametrize(("placement", "stays"), [("theory", 0.5), ("symmetric", 0.26482)])
def test_time_speaks_for_it_only_where_every_condition_enters_everything(stub_uniform, placement, stays):
    # symmetric: conditions are (0.064 x 0.5 x 0.5)^(1/3) = 0.25198, worth 0.39790: 1 / (1 + e^(10 x 0.10210))
    p = parameters(**USUAL | {"conditions_placement": placement})
    assert decides(stub_uniform, p, mean_time=0.064, school_stays=stays - 0.001).standing == 1
    assert decides(stub_uniform, p, mean_time=0.064, school_stays=stays + 0.001).standing == -1


@pytest.mark.parametrize(("standing", "new_head", "chance"), [(0, 0, 0.2), (-1, 0, 0.2), (0, 1, 0.2), (-1, 1, 0.5)])
def test_a_school_outside_joins_or_comes_back_and_a_new_head_thinks_again(stub_uniform, standing, new_head, chance):
    def joins(u):
        school = decides(
            stub_uniform, AT_THE_THRESHOLD, standing=standing, new_head=new_head, school_joins=u, **WORTH_ALL
        )
        return school.standing

    assert (joins(chance - 0.001), joins(chance), joins(chance + 0.001)) == (1, standing, standing)  # 0.4 x 0.5


def test_each_school_has_chances_of_its_own_each_year(stub_uniform):
    draws = stub_uniform(participation, school_joins=0.9)
    first, second = make_school(), make_school(invited=1)
    world = make_world([make_teacher()], [make_teacher()], schools=[first, second])
    participation.school_updates(second, world, make_week(ends_year=1, key=5), P)
    assert draws == [(5, "school joins", 1, 0)]


def test_habit_helps_nobody_to_come_back(stub_uniform):
    assert decides(stub_uniform, standing=-1, taking_part=1.0, school_joins=0.21).standing == -1


@pytest.mark.parametrize(("u", "habit"), [(0.0, 0.55), (0.999, 0.3)])
def test_taking_part_becomes_a_habit_and_is_lost(stub_uniform, u, habit):
    assert decides(stub_uniform, taking_part=0.4, school_stays=u).taking_part == close_to(habit)  # a quarter of the way


def test_where_networks_always_go_on_nobody_leaves_and_some_join(stub_uniform):
    p = parameters(**USUAL | {"renewal_rule": "always"})
    assert decides(stub_uniform, p, trust_seen=0.0).standing == 1  # chance is not even asked
    assert decides(stub_uniform, p, standing=0, school_joins=0.19).standing == 1


@pytest.mark.parametrize(("standing", "after"), [(1, -1), (0, 0), (-1, -1)])
def test_a_school_whose_networks_have_ended_has_left(stub_uniform, standing, after):
    school = decides(stub_uniform, standing=standing, invited=-1, taking_part=0.4)
    assert (school.standing, school.taking_part) == (after, close_to(0.3))


@pytest.mark.parametrize(("week", "state"), [(make_week(), {}), (YEAR_END, {"invited": 0})])
def test_it_is_decided_at_year_ends_by_schools_that_are_invited(stub_uniform, week, state):
    school = decides(stub_uniform, week=week, taking_part=0.4, **state)
    assert (school.standing, school.taking_part) == (1, 0.4)


def test_a_new_head_breaks_part_of_the_habit():
    p = parameters(succession_carried=0.5)
    school = make_school(taking_part=0.8, distributed=0.5, routine=0.5)  # 1 - (1 - 0.25) x 0.5 = 0.625
    assert participation.carried_habit(school, make_world([make_teacher()], schools=[school]), YEAR_END, p) == close_to(
        0.5
    )


def test_the_engines_agree():
    scenario = small_scenario(
        {
            "participation.threshold_supported": 0.5,
            "participation.neighbours": 0.4,
            "recruitment.rate": 0.5,
            "succession.rate": 0.4,
            "turnover.rate": 0.3,
            "turnover.movers": 0.8,
            "leadership.learning": 0.02,
            "programme.selection": "central in advice",
        }
    )
    assert_engines_agree(scenario)
