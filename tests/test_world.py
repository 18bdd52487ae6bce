"""The starting world that is drawn where no data are given: schools, staff, ties and networks are as declared."""

import os
import tracemalloc

import numpy as np
import pytest

from plnsim.errors import BadInput
from plnsim.scenario import Scenario
from plnsim.scenario.declared import DECLARED
from plnsim.world import population
from plnsim.world.programme import linked_networks
from plnsim.world.tenure import EARLY_YEARS, leaving_rate
from tests.runs import finished, started

STAFF_SIZES = (6, 11, 13, 30, 57, 110)
PATTERNS = tuple(DECLARED["ties.pattern"].options)
TOPOLOGIES = tuple(DECLARED["programme.topology"].options)
GROUPINGS = tuple(DECLARED["programme.grouping"].options)


def world_with(values: dict, seed: int = 1):
    return Scenario.of("baseline").with_values(values).world(seed)


def schools_of(staff: int, values: dict | None = None, teachers: int = 6000):
    """A world of schools with exactly so many teachers each, some thousand teachers in all."""
    return world_with({"population.schools": max(20, teachers // staff), "population.primary_staff": float(staff), "population.secondary_share": 0.0,
                       "population.staff_spread": 0.0} | (values or {}))


def staff_of(schools):
    return schools["after_last_teacher"] - schools["first_teacher"]


def ends(world, layer):
    """Both ends of all ties of a layer."""
    first, to = getattr(world, f"{layer}_first"), getattr(world, f"{layer}_to")
    return np.repeat(np.arange(len(first) - 1), np.diff(first)), to.astype(np.int64)


def pairs(world, layer):
    """The ties of a layer, as a set of pairs."""
    one, other = ends(world, layer)
    return set(zip(one.tolist(), other.tolist(), strict=True))


def reciprocity(world):
    ties = pairs(world, "advice")
    return sum((other, one) in ties for one, other in ties) / len(ties)


def degree(world, layer):
    return len(getattr(world, f"{layer}_to")) / len(world.teachers)


# -- schools -------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def country():
    return world_with({"population.schools": 4000})


@pytest.mark.parametrize(("secondary", "mean"), [(0, 13.0), (1, 57.0)])
def test_schools_of_a_phase_have_the_declared_mean_staff_and_are_right_skewed(country, secondary, mean):
    staff = staff_of(country.schools)[country.schools["secondary"] == secondary]
    assert staff.mean() == pytest.approx(mean, rel=0.03)
    assert np.std(np.log(staff)) == pytest.approx(0.35, abs=0.03)
    assert np.median(staff) < staff.mean() and ((staff - staff.mean()) ** 3).mean() / staff.std() ** 3 > 0.6


def test_schools_without_spread_are_all_of_the_declared_size():
    schools = world_with({"population.staff_spread": 0.0, "population.secondary_share": 0.5}).schools
    assert set(zip(schools["secondary"].tolist(), staff_of(schools).tolist(), strict=True)) == {(0, 13), (1, 57)}


def test_no_school_has_fewer_than_two_teachers():
    assert staff_of(world_with({"population.primary_staff": 1.0, "population.staff_spread": 2.0}).schools).min() == 2


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.5, 1.0])
@pytest.mark.parametrize("schools", [7, 40, 333])
def test_the_share_of_secondary_schools_is_exact(schools, share):
    world = world_with({"population.schools": schools, "population.secondary_share": share})
    assert world.schools["secondary"].sum() == round(share * schools)


def test_disadvantage_is_spread_evenly_over_schools_of_any_size(country):
    number = len(country.schools)
    assert np.sort(country.schools["disadvantage"]) == pytest.approx((np.arange(number) + 0.5) / number, abs=1e-12)
    assert abs(np.corrcoef(country.schools["disadvantage"], staff_of(country.schools))[0, 1]) < 0.05
    assert (country.schools["disadvantage"][:-1] > country.schools["disadvantage"][1:]).any()


def test_schools_lie_all_over_the_region(country):
    for axis in ("east", "north"):
        counts, _ = np.histogram(country.schools[axis], bins=6, range=(0.0, 60.0))
        assert counts.sum() == 4000 and counts.min() > 550
    assert abs(np.corrcoef(country.schools["east"], country.schools["north"])[0, 1]) < 0.05


@pytest.mark.parametrize(("parameter", "kind", "column"), [
    ("leadership.vision", "schools", "own_vision"), ("leadership.support", "schools", "support"),
    ("leadership.distributed", "schools", "distributed"), ("focus.alignment", "schools", "own_focus"),
    ("norms.first_belief", "teachers", "belief"), ("adoption.threshold", "teachers", "threshold"),
    ("mobilisation.awareness", "teachers", "awareness")])
def test_the_middle_of_what_is_drawn_is_as_declared(country, parameter, kind, column):
    assert np.median(getattr(country, kind)[column]) == pytest.approx(DECLARED[parameter].default, abs=0.02)


def test_what_is_drawn_for_teachers_has_the_declared_means(country):
    teachers = country.teachers
    assert teachers["load"].mean() == pytest.approx(1.0, abs=0.01)
    assert teachers["formal"].mean() == pytest.approx(0.3, abs=0.01)
    assert teachers["knowledge"].mean() == pytest.approx(0.025, abs=0.001)
    assert teachers["knowledge"].min() >= 0.0 and teachers["knowledge"].max() <= 0.05
    assert (teachers["first_belief"] == teachers["belief"]).all() and (teachers["fidelity"] == 1.0).all()
    assert world_with({"population.schools": 1000, "population.first_users": 0.16}).teachers["uses"].mean() == pytest.approx(0.16, abs=0.01)


def test_posts_schools_and_departments_fit_together(country):
    teachers, schools = country.teachers, country.schools
    assert (teachers["post"] == np.arange(len(teachers))).all() and len(np.unique(teachers["name"])) == len(teachers)
    assert schools["first_teacher"][0] == 0 and schools["after_last_teacher"][-1] == len(teachers)
    assert (schools["first_teacher"][1:] == schools["after_last_teacher"][:-1]).all()
    assert (np.bincount(teachers["school"]) == staff_of(schools)).all() and (np.diff(teachers["school"]) >= 0).all()
    sizes = np.unique(np.stack([teachers["school"], teachers["department"]]), axis=1, return_counts=True)[1]
    assert sizes.max() == 6 and (teachers["department"] >= 0).all()


def test_departments_are_numbered_in_the_largest_school_too():
    teachers = world_with({"population.schools": 1, "population.primary_staff": 40_000.0, "population.secondary_share": 0.0,
                           "population.staff_spread": 0.0, "population.department_size": 1.0, "ties.pattern": "random"}).teachers
    assert (teachers["department"] >= 0).all()


# -- tenure --------------------------------------------------------------------------------------------------------------------


def assert_tenure_in_balance(years):
    assert 0.17 <= (years < 2).mean() <= 0.30
    assert 0.45 <= (years < 5).mean() <= 0.60
    assert 0.12 <= (years >= 10).mean() <= 0.25


def test_tenure_is_in_balance_from_the_start(country):
    assert_tenure_in_balance(country.teachers["years"])


def test_tenure_stays_in_balance_over_twenty_years_and_as_many_leave_as_declared():
    run = started(Scenario.of("baseline").with_values({"population.schools": 300}).lasting(20), 2)
    left = []
    for _ in range(20):
        run.advance(39)
        left.append((run.world.teachers["years"] == 0).mean())
    assert_tenure_in_balance(run.world.teachers["years"])
    assert np.mean(left) == pytest.approx(0.15, abs=0.006)


@pytest.mark.parametrize("rate", [0.1, 0.15, 0.25])
@pytest.mark.parametrize("early_ratio", [1.0, 1.5, 2.5])
def test_a_staff_in_balance_loses_about_the_declared_share(rate, early_ratio):
    years = world_with({"population.schools": 600, "turnover.rate": rate, "turnover.early_ratio": early_ratio}).teachers["years"]
    leaving = np.array([leaving_rate(year, rate, early_ratio) for year in range(years.max() + 1)])
    assert leaving[years].mean() == pytest.approx(rate, rel=0.08)
    assert leaving[0] == pytest.approx(early_ratio * leaving[EARLY_YEARS])


# -- ties within schools ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("staff", STAFF_SIZES)
def test_teachers_turn_to_three_to_six_colleagues_whatever_the_size_of_the_school(staff):
    world = schools_of(staff)
    assert 3.0 <= degree(world, "advice") <= min(6.0, staff - 1.0)
    assert degree(world, "advice") == pytest.approx(DECLARED["ties.advice"].default, rel=0.07 if staff > 8 else 0.12)
    assert np.diff(world.advice_first).max() <= staff - 1


@pytest.mark.parametrize("staff", [13, 57, 110])
@pytest.mark.parametrize("wanted", [0.0, 1.0, 3.0, 5.0, 6.0])
def test_the_mean_number_of_advice_ties_is_as_declared(staff, wanted):
    assert degree(schools_of(staff, {"ties.advice": wanted}), "advice") == pytest.approx(wanted, rel=0.05)


@pytest.mark.parametrize("staff", [2, 3, 4])
def test_in_the_smallest_schools_everybody_turns_to_everybody(staff):
    world = schools_of(staff, {"ties.advice": 6.0})
    assert (np.diff(world.advice_first) == staff - 1).all() and (np.diff(world.information_first) == staff - 1).all()


def test_teachers_differ_in_how_many_they_turn_to():
    numbers = np.diff(schools_of(57).advice_first)
    assert 0.5 < numbers.var() / numbers.mean() < 1.5


@pytest.mark.parametrize("staff", [57, 110])
@pytest.mark.parametrize("wanted", [0.4, 0.55, 0.7, 0.85])
def test_reciprocity_of_large_schools_is_as_declared(staff, wanted):
    assert reciprocity(schools_of(staff, {"ties.reciprocity": wanted})) == pytest.approx(wanted, abs=0.06)


@pytest.mark.parametrize("wanted", [4.5, 5.0, 6.0, 8.0])
def test_teams_of_eleven_are_as_dense_and_reciprocal_as_those_of_de_jong(wanted):
    world = schools_of(11, {"ties.advice": wanted})
    assert 0.41 <= degree(world, "advice") / 10 <= 0.86
    assert 0.42 <= reciprocity(world) <= 0.86


@pytest.mark.parametrize("staff", [13, 30, 57, 110])
@pytest.mark.parametrize("wanted", [1.0, 5.0, 12.0])
def test_ties_within_a_department_are_as_much_likelier_as_declared(staff, wanted):
    world = schools_of(staff, {"ties.department_odds": wanted, "ties.advice": 4.0})  # more ties than colleagues in a department bend the odds
    department = np.arange(staff) // 6
    possible_inside = (department[:, None] == department[None, :]).sum() - staff
    possible_outside = staff * (staff - 1) - possible_inside
    one, other = ends(world, "advice")
    same = world.teachers["department"][one] == world.teachers["department"][other]
    inside, outside = same.sum() / (len(world.schools) * possible_inside), (~same).sum() / (len(world.schools) * possible_outside)
    odds_ratio = inside / (1 - inside) / (outside / (1 - outside))
    assert odds_ratio == pytest.approx(wanted, rel=0.15 if wanted <= 5 else 0.3)


@pytest.mark.parametrize("staff", [57, 110])
@pytest.mark.parametrize("ratio", [1.0, 2.4, 4.0])
def test_information_ties_are_the_declared_multiple_of_advice_ties(staff, ratio):
    world = schools_of(staff, {"ties.information": ratio})
    assert degree(world, "information") / degree(world, "advice") == pytest.approx(ratio, rel=0.06)


def test_information_ties_take_no_account_of_departments():
    world = schools_of(57)
    one, other = ends(world, "information")
    same = (world.teachers["department"][one] == world.teachers["department"][other]).mean()
    department = np.arange(57) // 6
    assert same == pytest.approx(((department[:, None] == department).sum() - 57) / (57 * 56), rel=0.05)


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("layer", ["advice", "information"])
def test_no_tie_within_a_school_leads_to_oneself_out_of_the_school_or_twice_to_the_same(pattern, layer):
    world = world_with({"ties.pattern": pattern, "population.schools": 100})
    one, other = ends(world, layer)
    assert (one != other).all()
    assert (world.teachers["school"][one] == world.teachers["school"][other]).all()
    assert len(pairs(world, layer)) == len(one)
    assert len(one) > 0 or (pattern, layer) == ("complete", "advice")


@pytest.mark.parametrize("pattern", ["ring", "small world", "random"])
def test_ties_of_regular_patterns_go_both_ways(pattern):
    ties = pairs(schools_of(30, {"ties.pattern": pattern}), "advice")
    assert ties == {(other, one) for one, other in ties}


@pytest.mark.parametrize("staff", [5, 13, 57])
@pytest.mark.parametrize("wanted", [2.0, 4.0])
def test_a_ring_ties_everybody_to_the_nearest_colleagues(staff, wanted):
    world = schools_of(staff, {"ties.pattern": "ring", "ties.advice": wanted}, teachers=200)
    one, other = ends(world, "advice")
    apart = (one - other) % staff
    assert (np.minimum(apart, staff - apart) <= wanted / 2).all()
    assert (np.diff(world.advice_first) == wanted).all()


@pytest.mark.parametrize(("rewiring", "kept"), [(0.0, (1.0, 1.0)), (0.1, (0.85, 0.95)), (1.0, (0.0, 0.15))])
def test_a_small_world_rewires_the_declared_share_of_a_ring(rewiring, kept):
    ring = pairs(schools_of(57, {"ties.pattern": "ring"}), "advice")
    rewired = pairs(schools_of(57, {"ties.pattern": "small world", "ties.rewiring": rewiring}), "advice")
    assert kept[0] <= len(ring & rewired) / len(ring) <= kept[1]
    assert len(rewired) == pytest.approx(len(ring), rel=0.1)


@pytest.mark.parametrize("staff", [57, 110])
@pytest.mark.parametrize("wanted", [2.0, 4.0, 6.0])
def test_random_ties_are_as_many_as_declared_and_know_no_department(staff, wanted):
    world = schools_of(staff, {"ties.pattern": "random", "ties.advice": wanted})
    assert degree(world, "advice") == pytest.approx(wanted, rel=0.12)
    one, other = ends(world, "advice")
    department = np.arange(staff) // 6
    by_chance = ((department[:, None] == department).sum() - staff) / (staff * (staff - 1))
    assert (world.teachers["department"][one] == world.teachers["department"][other]).mean() == pytest.approx(by_chance, rel=0.15)


@pytest.mark.parametrize("pattern", [pattern for pattern in PATTERNS if pattern != "complete"])
def test_where_no_advice_ties_are_declared_there_are_none(pattern):
    assert len(schools_of(13, {"ties.pattern": pattern, "ties.advice": 0.0}).advice_to) == 0


def test_a_school_too_large_for_ties_by_department_is_refused_with_a_way_out():
    with pytest.raises(BadInput, match="too large") as refused:
        schools_of(4001, {"population.schools": 1})
    assert "random" in refused.value.right


@pytest.mark.parametrize("weight", [1, 3])
def test_a_co_teacher_at_home_counts_as_many_times_more_as_declared(weight):
    before, after = schools_of(8), schools_of(8, {"ties.co_teaching": weight})
    more = {(one, other): ties_of(after, one).count(other) - ties_of(before, one).count(other)
            for one in range(len(before.teachers)) for other in set(ties_of(after, one))}
    extra = [tie for tie, times in more.items() if times > 0]
    assert {more[tie] for tie in extra} == {weight}
    assert len(after.advice_to) - len(before.advice_to) == weight * len(extra)
    assert set(extra) == {(other, one) for one, other in extra}
    seated = before.teachers["network"] >= 0
    assert {one for one, _ in extra if seated[one]} == set(np.flatnonzero(seated).tolist())
    assert all(seated[one] != seated[other] and before.teachers["school"][one] == before.teachers["school"][other] for one, other in extra)


def ties_of(world, post):
    return world.advice_to[world.advice_first[post]:world.advice_first[post + 1]].tolist()


# -- networks --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("participation", [0.0, 0.2, 0.4, 0.8, 1.0])
@pytest.mark.parametrize("a_network", [1.0, 3.0, 5.0, 10.0])
def test_as_many_schools_take_part_as_declared_each_in_one_network_of_about_the_declared_size(participation, a_network):
    world = world_with({"programme.participation": participation, "programme.schools_a_network": a_network, "population.schools": 50})
    taking_part = round(50 * participation)
    assert world.networks["schools"].sum() == taking_part
    assert len(np.unique(world.teachers["school"][world.teachers["member"] == 1])) == taking_part
    if taking_part:
        assert np.ptp(world.networks["schools"]) <= 1
        assert len(world.networks) == max(1, round(taking_part / a_network))
    else:
        assert len(world.networks) == len(world.seats) == len(world.cross_to) == 0


def test_networks_have_room_for_further_schools_up_to_the_declared_number():
    world = world_with({"programme.participation": 0.4, "programme.schools_at_most": 7, "population.schools": 50})
    assert (world.networks["schools"] == 5).all() and (world.networks["schools_at_most"] == 7).all() and (world.networks["active"] == 1).all()
    full = world_with({"programme.participation": 0.4, "programme.schools_at_most": 3, "population.schools": 50})
    assert (full.networks["schools_at_most"] == full.networks["schools"]).all()


@pytest.mark.parametrize("delegates", [1, 2, 6, 100])
def test_every_school_of_a_network_sends_the_declared_number_of_delegates_or_all_it_has(delegates):
    world = world_with({"programme.delegates": delegates, "population.schools": 60})
    teachers = world.teachers
    seated = teachers["network"] >= 0
    seats = np.bincount(teachers["school"][seated], minlength=60)
    assert (seats[seats > 0] == np.minimum(delegates, staff_of(world.schools))[seats > 0]).all()
    assert (seats > 0).sum() == world.networks["schools_at_most"].sum()
    for place, network in enumerate(world.networks):
        posts = world.seats[network["first_seat"]:network["after_last_seat"]]
        assert (teachers["network"][posts] == place).all() and (np.diff(teachers["seat"][posts]) >= 0).all()
        assert len(np.unique(teachers["seat"][posts])) == network["schools_at_most"]
        assert (teachers["member"][posts] == (teachers["seat"][posts] < network["schools"])).all()
    assert sorted(world.seats.tolist()) == np.flatnonzero(seated).tolist()


@pytest.mark.parametrize("themes", [1, 2, 4])
def test_every_theme_has_networks_of_its_own(themes):
    world = world_with({"programme.themes": themes, "population.schools": 60, "population.primary_staff": 20.0})
    number = np.bincount(world.networks["theme"], minlength=themes)
    assert len(number) == themes and (number == number[0]).all() and number[0] > 0
    seated = world.teachers[world.teachers["network"] >= 0]
    assert len(np.unique(seated[["school", "network"]])) == world.networks["schools_at_most"].sum()


def test_no_network_is_without_schools_where_staff_are_too_few_for_every_theme():
    networks = schools_of(6, {"programme.themes": 4}, teachers=240).networks
    assert len(networks) > 0 and (networks["schools"] > 0).all()


def test_no_network_is_formed_to_which_nobody_could_be_sent_at_the_start():
    values = {"programme.themes": 3, "programme.delegates": 6, "population.schools": 20, "programme.participation": 0.3,
              "programme.schools_a_network": 1.0, "programme.schools_at_most": 8}
    for seed in range(20):
        networks = world_with(values, seed).networks
        assert (networks["schools"] > 0).all() and (networks["schools"] <= networks["schools_at_most"]).all() and len(networks) >= 6


@pytest.mark.parametrize(("reach", "sign"), [("disadvantaged first", 1), ("advantaged first", -1)])
def test_a_programme_can_reach_the_most_or_the_least_disadvantaged_first(reach, sign):
    world = world_with({"programme.reach": reach, "population.schools": 50})
    taking_part = np.zeros(50, bool)
    taking_part[world.teachers["school"][world.teachers["member"] == 1]] = True
    rank = sign * world.schools["disadvantage"]
    assert taking_part.sum() == 20 and rank[taking_part].min() > rank[~taking_part].max()


def test_networks_are_founded_evenly_over_the_years_of_growth():
    networks = world_with({"programme.founded_over": 3.0, "population.schools": 200, "programme.participation": 1.0}).networks
    counts, _ = np.histogram(networks["begins"], bins=3, range=(0, 117))
    assert networks["begins"].min() == 0 and counts.max() - counts.min() <= 1
    assert (networks["active"] == (networks["begins"] == 0)).all() and (networks["begun"] == networks["active"]).all()


def within_networks(world, what):
    """The mean over networks of some number of its schools at the start."""
    teachers = world.teachers
    return np.mean([what(world.schools[np.unique(teachers["school"][(teachers["network"] == place) & (teachers["member"] == 1)])])
                    for place in range(len(world.networks))])


def travel(schools):
    return np.hypot(schools["east"] - schools["east"].mean(), schools["north"] - schools["north"].mean()).mean()


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_networks_form_anywhere_nearby_or_of_schools_alike(grouping):
    values = {"population.schools": 200, "programme.participation": 0.8}
    anywhere, grouped = world_with(values), world_with(values | {"programme.grouping": grouping})
    nearer = within_networks(grouped, travel) / within_networks(anywhere, travel)
    more_alike = within_networks(grouped, lambda schools: np.ptp(schools["disadvantage"])) / within_networks(
        anywhere, lambda schools: np.ptp(schools["disadvantage"]))
    assert (nearer < 0.4) == (grouping == "nearby")
    assert (more_alike < 0.1) == (grouping == "alike")
    assert set(anywhere.teachers["school"][anywhere.teachers["member"] == 1].tolist()) == set(
        grouped.teachers["school"][grouped.teachers["member"] == 1].tolist())


# -- ties across schools -----------------------------------------------------------------------------------------------------------

REGION = {"population.schools": 120, "programme.participation": 0.8}


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_cross_ties_go_both_ways_between_holders_of_seats_in_different_schools(topology):
    world = world_with(REGION | {"programme.topology": topology})
    one, other = ends(world, "cross")
    ties = pairs(world, "cross")
    assert len(one) > 0 and ties == {(second, first) for first, second in ties}
    assert (world.teachers["network"][one] >= 0).all()
    assert (world.teachers["school"][one] != world.teachers["school"][other]).all()


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_no_cross_tie_is_there_twice(topology):
    world = world_with(REGION | {"programme.topology": topology})
    assert len(pairs(world, "cross")) == len(world.cross_to)


@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("schools", [1, 2, 3])
def test_worlds_of_very_few_schools_can_be_drawn(topology, schools):
    world = world_with({"population.schools": schools, "programme.participation": 1.0, "programme.delegates": 1, "programme.topology": topology})
    one, other = ends(world, "cross")
    assert len(world.schools) == schools and (world.teachers["school"][one] != world.teachers["school"][other]).all()


def seat_pairs(world):
    """All pairs of seats of one network in different schools: posts and ranks of their schools."""
    teachers = world.teachers
    found = []
    for place in range(len(world.networks)):
        posts = np.flatnonzero(teachers["network"] == place).tolist()
        found += [(one, other, int(teachers["seat"][one]), int(teachers["seat"][other])) for one in posts for other in posts
                  if teachers["school"][one] != teachers["school"][other]]
    return found


def test_in_a_clique_every_member_exchanges_with_all_of_other_schools_of_her_network():
    world = world_with(REGION | {"programme.topology": "clique"})
    assert pairs(world, "cross") == {(one, other) for one, other, _, _ in seat_pairs(world)}


def test_in_a_hub_every_exchange_is_with_the_lead_school():
    world = world_with(REGION | {"programme.topology": "hub"})
    assert pairs(world, "cross") == {(one, other) for one, other, rank, further in seat_pairs(world) if 0 in (rank, further)}


def test_in_a_clustered_network_every_school_exchanges_with_two_others():
    world = world_with(REGION | {"programme.topology": "clustered"})
    assert pairs(world, "cross") < {(one, other) for one, other, _, _ in seat_pairs(world)}
    one, other = ends(world, "cross")
    partners = {}
    for school, further in zip(world.teachers["school"][one].tolist(), world.teachers["school"][other].tolist(), strict=True):
        partners.setdefault(school, set()).add(further)
    assert {len(schools) for schools in partners.values()} == {2}


@pytest.mark.parametrize("topology", ["random", "distance"])
@pytest.mark.parametrize("wanted", [0.0, 1.0, 2.0, 3.5, 5.0, 8.0])
def test_members_have_as_many_cross_ties_as_declared_where_they_are_random_or_by_distance(topology, wanted):
    world = world_with(REGION | {"population.schools": 300, "programme.topology": topology, "programme.cross_ties": wanted})
    assert len(world.cross_to) / len(world.seats) == pytest.approx(wanted, rel=0.1)


def test_random_exchange_is_with_members_of_any_network():
    world = world_with(REGION | {"programme.topology": "random"})
    one, other = ends(world, "cross")
    same = (world.teachers["network"][one] == world.teachers["network"][other]).mean()
    assert same == pytest.approx(1 / len(world.networks), abs=0.03)


def minutes_of_ties(world):
    one, other = (world.schools[world.teachers["school"][end]] for end in ends(world, "cross"))
    return np.hypot(one["east"] - other["east"], one["north"] - other["north"]).mean()


def test_exchange_by_distance_thins_out_with_travel_time():
    by_travel = [minutes_of_ties(world_with(REGION | {"programme.topology": "distance", "programme.travel": travel})) for travel in (2.0, 8.0, 60.0)]
    assert by_travel == sorted(by_travel) and by_travel[0] < 0.5 * by_travel[2]
    assert by_travel[2] < minutes_of_ties(world_with(REGION | {"programme.topology": "random"}))


@pytest.mark.parametrize("links", [0, 1, 2, 3, 4, 6])
def test_each_network_is_linked_with_as_many_others_as_declared(links):
    world = world_with(REGION | {"programme.topology": "network of networks", "programme.links": links})
    assert np.diff(world.link_first).mean() == pytest.approx(links, abs=links % 2 * 1.01 / len(world.networks))


@pytest.mark.parametrize("topology", [topology for topology in TOPOLOGIES if topology != "network of networks"])
def test_networks_are_linked_in_a_network_of_networks_only(topology):
    world = world_with(REGION | {"programme.topology": topology})
    assert len(world.link_to) == 0 and len(world.link_first) == len(world.networks) + 1


def test_a_network_of_networks_is_cliques_whose_lead_schools_meet_along_the_links():
    world = world_with(REGION | {"programme.topology": "network of networks"})
    teachers = world.teachers
    lead = {place: np.flatnonzero((teachers["network"] == place) & (teachers["seat"] == 0)).tolist() for place in range(len(world.networks))}
    linked = pairs(world, "link")
    assert linked == {(other, one) for one, other in linked} and all(one != other for one, other in linked)
    between = {(one, other) for here, there in linked for one in lead[here] for other in lead[there]}
    assert pairs(world, "cross") == {(one, other) for one, other, _, _ in seat_pairs(world)} | between and between


@pytest.mark.parametrize("number", [2, 3, 8, 50])
def test_linked_networks_hang_together(number):
    linked = linked_networks(number, 2)
    reached = {0}
    for _ in range(number):
        reached |= {other for one, other in linked if one in reached}
    assert reached == set(range(number))


# -- memory ------------------------------------------------------------------------------------------------------------------------


def test_a_population_that_would_not_fit_in_memory_is_refused_before_anything_is_allocated():
    largest = Scenario.of("baseline").with_values({"population.schools": 200_000, "population.primary_staff": 1e6, "population.secondary_staff": 1e6})
    tracemalloc.start()
    try:
        with pytest.raises(BadInput, match="GiB") as refused:
            largest.world()
        assert tracemalloc.get_traced_memory()[1] < 100e6
    finally:
        tracemalloc.stop()
    assert "teachers fit here" in refused.value.right


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_of_ties_escapes_the_check_of_memory(pattern):
    with pytest.raises(BadInput):
        world_with({"population.schools": 200_000, "population.primary_staff": 1e6, "ties.pattern": pattern})


def test_what_fits_is_drawn_and_run_and_what_does_not_fit_is_refused_on_a_small_machine(monkeypatch):
    monkeypatch.setattr(population, "_free_memory", lambda: 2**20)
    with pytest.raises(BadInput, match="fewer schools"):
        world_with({"population.schools": 1000})
    assert len(finished(Scenario.of("baseline").with_values({"population.schools": 2}).lasting(0.1)).world.schools) == 2


def test_a_world_is_drawn_where_the_system_does_not_tell_how_much_memory_is_free(monkeypatch):
    def unknown(*_, **__):
        raise OSError("not told")

    monkeypatch.setattr(population, "open", unknown, raising=False)
    monkeypatch.setattr(os, "sysconf", unknown)
    assert population._free_memory() is None
    assert len(world_with({}).schools) == 40
