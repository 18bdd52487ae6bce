"""Networks of a starting world, and the ties across schools that come with them, are as the programme declares."""

from itertools import pairwise

import numpy as np
import pytest

from plnsim.model.world import programme
from plnsim.model.world.entities import SCHOOL_DTYPE
from plnsim.model.world.programme import linked_networks
from plnsim.simulation.scenario.declared import MODEL_PARAMETERS
from tests.support.worlds import draw_schools, draw_world, staff_of, tie_ends, tie_pairs

TOPOLOGIES = tuple(MODEL_PARAMETERS["programme.topology"].options)
GROUPINGS = tuple(MODEL_PARAMETERS["programme.grouping"].options)


# -- delegates ---------------------------------------------------------------------------------------------------------


def delegates_by(selection, values=None, delegates=3):
    """A world in which every school sends three, and which posts those are."""
    world = draw_world(
        {"programme.selection": selection, "programme.delegates": delegates, "programme.participation": 1.0}
        | (values or {})
    )
    return world, world.teachers["network"] >= 0


def extremes(world, chosen, column, sign=1):
    """For every school, whether nobody at home has more of something than any of its delegates."""
    school, value = world.teachers["school"], sign * column
    return [
        value[chosen & (school == place)].min() >= value[~chosen & (school == place)].max()
        for place in range(len(world.schools))
        if (~chosen & (school == place)).any()
    ]


def test_the_first_posts_may_be_sent():
    world, chosen = delegates_by("first posts")
    assert all(extremes(world, chosen, world.teachers["post"], -1))


def test_those_who_believe_in_it_most_may_be_sent():
    world, chosen = delegates_by("willing")
    assert all(extremes(world, chosen, world.teachers["belief"]))


@pytest.mark.parametrize("share", [0.1, 0.3, 0.8])
def test_those_with_a_formal_role_may_be_sent_the_same_ones_whatever_their_number(share):
    world, chosen = delegates_by("formal role", {"mobilisation.formal_share": share})
    assert all(extremes(world, chosen, world.teachers["formal"]))
    assert (chosen == delegates_by("formal role")[1]).all()


def test_those_to_whom_most_colleagues_turn_may_be_sent():
    world, chosen = delegates_by("central in advice")
    assert all(extremes(world, chosen, np.bincount(world.advice_to, minlength=len(world.teachers))))


def test_delegates_may_be_spread_over_departments():
    world, chosen = delegates_by("spread over departments", {"population.department_size": 4.0}, delegates=4)
    for place in range(len(world.schools)):
        staff = world.teachers[world.teachers["school"] == place]
        sent = np.bincount(staff["department"][chosen[staff["post"]]], minlength=staff["department"].max() + 1)
        assert len(sent) < 4 or sent.max() == 1  # no department sends two while one sends nobody
        assert len(sent) != 3 or sent.min() >= 1


@pytest.mark.parametrize("selection", ["spread over departments", "random"])
def test_delegates_drawn_by_chance_are_from_anywhere_in_the_school(selection):
    world, chosen = delegates_by(selection, {"population.schools": 200})
    first = world.schools["first_teacher"][world.teachers["school"]]
    place = (world.teachers["post"] - first + 0.5) / staff_of(world.schools)[world.teachers["school"]]
    assert place[chosen].mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("selection", MODEL_PARAMETERS["programme.selection"].options)
def test_every_theme_has_delegates_of_its_own_and_one_of_each_school_comes_first(selection):
    values = {"programme.themes": 2, "programme.participation": 0.5, "population.schools": 30}
    world, chosen = delegates_by(selection, values, delegates=2)
    seated = world.teachers[chosen]
    firsts = seated[seated["first_delegate"] == 1]
    assert len(firsts) == len(np.unique(seated[["school", "network"]])) == world.networks["schools_at_most"].sum()
    assert not world.teachers["first_delegate"][~chosen].any()
    standing = world.schools["standing"][seated["school"]]
    assert (standing == seated["member"]).all()
    assert (seated["member"] == (seated["seat"] < world.networks["first_schools"][seated["network"]])).all()


# -- neighbours --------------------------------------------------------------------------------------------------------


def test_neighbours_are_the_six_schools_nearest_by_travel_time():
    world = draw_world({"population.schools": 50})
    place = np.stack([world.schools["east"], world.schools["north"]])
    minutes = np.hypot(*(place[:, :, None] - place[:, None, :]))
    np.fill_diagonal(minutes, np.inf)
    for school in range(50):
        nearest = world.neighbours_to[world.neighbours_first[school] : world.neighbours_first[school + 1]]
        assert sorted(nearest.tolist()) == sorted(np.argsort(minutes[school])[:6].tolist())


@pytest.mark.parametrize(("schools", "neighbours"), [(1, 0), (2, 1), (4, 3), (30, 6)])
def test_a_school_has_as_many_neighbours_as_there_are_and_is_none_of_its_own(schools, neighbours):
    world = draw_world({"population.schools": schools, "population.minutes_across": 0.0})
    assert (np.diff(world.neighbours_first) == neighbours).all()
    assert not (tie_ends(world, "neighbours")[0] == tie_ends(world, "neighbours")[1]).any()


# -- networks ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("participation", [0.0, 0.2, 0.4, 0.8, 1.0])
@pytest.mark.parametrize("a_network", [1.0, 3.0, 5.0, 10.0])
def test_as_many_schools_take_part_as_declared_each_in_one_network_of_about_the_declared_size(participation, a_network):
    world = draw_world(
        {"programme.participation": participation, "programme.schools_a_network": a_network, "population.schools": 50}
    )
    taking_part = round(50 * participation)
    assert world.networks["schools"].sum() == taking_part
    assert len(np.unique(world.teachers["school"][world.teachers["member"] == 1])) == taking_part
    if taking_part:
        assert np.ptp(world.networks["schools"]) <= 1
        assert len(world.networks) == max(1, round(taking_part / a_network))
    else:
        assert len(world.networks) == len(world.seats) == len(world.cross_to) == 0


def test_networks_have_room_for_further_schools_up_to_the_declared_number():
    world = draw_world({"programme.participation": 0.4, "programme.schools_at_most": 7, "population.schools": 50})
    assert (
        (world.networks["schools"] == 5).all()
        and (world.networks["schools_at_most"] == 7).all()
        and (world.networks["active"] == 1).all()
    )
    full = draw_world({"programme.participation": 0.4, "programme.schools_at_most": 3, "population.schools": 50})
    assert (full.networks["schools_at_most"] == full.networks["schools"]).all()


@pytest.mark.parametrize("delegates", [1, 2, 6, 100])
def test_every_school_of_a_network_sends_the_declared_number_of_delegates_or_all_it_has(delegates):
    world = draw_world({"programme.delegates": delegates, "population.schools": 60})
    teachers = world.teachers
    seated = teachers["network"] >= 0
    seats = np.bincount(teachers["school"][seated], minlength=60)
    assert (seats[seats > 0] == np.minimum(delegates, staff_of(world.schools))[seats > 0]).all()
    assert (seats > 0).sum() == world.networks["schools_at_most"].sum()
    for place, network in enumerate(world.networks):
        posts = world.seats[network["first_seat"] : network["after_last_seat"]]
        assert (teachers["network"][posts] == place).all() and (np.diff(teachers["seat"][posts]) >= 0).all()
        assert len(np.unique(teachers["seat"][posts])) == network["schools_at_most"]
        assert (teachers["member"][posts] == (teachers["seat"][posts] < network["schools"])).all()
    assert sorted(world.seats.tolist()) == np.flatnonzero(seated).tolist()


@pytest.mark.parametrize("themes", [1, 2, 4])
def test_every_theme_has_networks_of_its_own(themes):
    world = draw_world({"programme.themes": themes, "population.schools": 60, "population.primary_staff": 20.0})
    number = np.bincount(world.networks["theme"], minlength=themes)
    assert len(number) == themes and (number == number[0]).all() and number[0] > 0
    seated = world.teachers[world.teachers["network"] >= 0]
    assert len(np.unique(seated[["school", "network"]])) == world.networks["schools_at_most"].sum()


def test_no_network_is_without_schools_where_staff_are_too_few_for_every_theme():
    networks = draw_schools(6, {"programme.themes": 4}, teachers=240).networks
    assert len(networks) > 0 and (networks["schools"] > 0).all()


def test_no_network_is_formed_to_which_nobody_could_be_sent_at_the_start():
    values = {
        "programme.themes": 3,
        "programme.delegates": 6,
        "population.schools": 20,
        "programme.participation": 0.3,
        "programme.schools_a_network": 1.0,
        "programme.schools_at_most": 8,
    }
    for seed in range(20):
        networks = draw_world(values, seed).networks
        assert (
            (networks["schools"] > 0).all()
            and (networks["schools"] <= networks["schools_at_most"]).all()
            and len(networks) >= 6
        )


@pytest.mark.parametrize(("reach", "sign"), [("disadvantaged first", 1), ("advantaged first", -1)])
def test_a_programme_can_reach_the_most_or_the_least_disadvantaged_first(reach, sign):
    world = draw_world({"programme.reach": reach, "population.schools": 50})
    taking_part = np.zeros(50, bool)
    taking_part[world.teachers["school"][world.teachers["member"] == 1]] = True
    rank = sign * world.schools["disadvantage"]
    assert taking_part.sum() == 20 and rank[taking_part].min() > rank[~taking_part].max()


def test_networks_are_founded_evenly_over_the_years_of_growth():
    networks = draw_world(
        {"programme.founded_over": 3.0, "population.schools": 200, "programme.participation": 1.0}
    ).networks
    counts, _ = np.histogram(networks["begins"], bins=3, range=(0, 117))
    assert networks["begins"].min() == 0 and counts.max() - counts.min() <= 1
    assert (networks["active"] == (networks["begins"] == 0)).all() and (networks["begun"] == networks["active"]).all()


def within_networks(world, what):
    """The mean over networks of some number of its schools at the start."""
    teachers = world.teachers
    return np.mean(
        [
            what(
                world.schools[np.unique(teachers["school"][(teachers["network"] == place) & (teachers["member"] == 1)])]
            )
            for place in range(len(world.networks))
        ]
    )


def travel(schools):
    return np.hypot(schools["east"] - schools["east"].mean(), schools["north"] - schools["north"].mean()).mean()


@pytest.mark.parametrize("grouping", GROUPINGS)
def test_networks_form_anywhere_nearby_or_of_schools_alike(grouping):
    values = {"population.schools": 200, "programme.participation": 0.8}
    anywhere, grouped = draw_world(values), draw_world(values | {"programme.grouping": grouping})
    nearer = within_networks(grouped, travel) / within_networks(anywhere, travel)
    more_alike = within_networks(grouped, lambda schools: np.ptp(schools["disadvantage"])) / within_networks(
        anywhere, lambda schools: np.ptp(schools["disadvantage"])
    )
    assert (nearer < 0.4) == (grouping == "nearby")
    assert (more_alike < 0.1) == (grouping == "alike")
    assert set(anywhere.teachers["school"][anywhere.teachers["member"] == 1].tolist()) == set(
        grouped.teachers["school"][grouped.teachers["member"] == 1].tolist()
    )


# -- ties across schools -----------------------------------------------------------------------------------------------

REGION = {"population.schools": 120, "programme.participation": 0.8}


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_cross_ties_go_both_ways_between_holders_of_seats_in_different_schools(topology):
    world = draw_world(REGION | {"programme.topology": topology})
    teacher, colleague = tie_ends(world, "cross")
    ties = tie_pairs(world, "cross")
    assert len(teacher) > 0 and ties == {(second, first) for first, second in ties}
    assert (world.teachers["network"][teacher] >= 0).all()
    assert (world.teachers["school"][teacher] != world.teachers["school"][colleague]).all()


@pytest.mark.parametrize("topology", TOPOLOGIES)
def test_no_cross_tie_is_there_twice(topology):
    world = draw_world(REGION | {"programme.topology": topology})
    assert len(tie_pairs(world, "cross")) == len(world.cross_to)


@pytest.mark.parametrize("topology", TOPOLOGIES)
@pytest.mark.parametrize("schools", [1, 2, 3])
def test_worlds_of_very_few_schools_can_be_drawn(topology, schools):
    world = draw_world(
        {
            "population.schools": schools,
            "programme.participation": 1.0,
            "programme.delegates": 1,
            "programme.topology": topology,
        }
    )
    teacher, colleague = tie_ends(world, "cross")
    assert (
        len(world.schools) == schools
        and (world.teachers["school"][teacher] != world.teachers["school"][colleague]).all()
    )


def seat_pairs(world):
    """All pairs of seats of one network in different schools: posts and ranks of their schools."""
    teachers = world.teachers
    pairs = []
    for place in range(len(world.networks)):
        posts = np.flatnonzero(teachers["network"] == place).tolist()
        pairs += [
            (teacher, colleague, int(teachers["seat"][teacher]), int(teachers["seat"][colleague]))
            for teacher in posts
            for colleague in posts
            if teachers["school"][teacher] != teachers["school"][colleague]
        ]
    return pairs


def test_in_a_clique_every_member_exchanges_with_all_of_other_schools_of_her_network():
    world = draw_world(REGION | {"programme.topology": "clique"})
    assert tie_pairs(world, "cross") == {(teacher, colleague) for teacher, colleague, _, _ in seat_pairs(world)}


def test_in_a_hub_every_exchange_is_with_the_lead_school():
    world = draw_world(REGION | {"programme.topology": "hub"})
    assert tie_pairs(world, "cross") == {
        (teacher, colleague) for teacher, colleague, rank, further in seat_pairs(world) if 0 in (rank, further)
    }


def test_in_a_clustered_network_every_school_exchanges_with_two_others():
    world = draw_world(REGION | {"programme.topology": "clustered"})
    assert tie_pairs(world, "cross") < {(teacher, colleague) for teacher, colleague, _, _ in seat_pairs(world)}
    teacher, colleague = tie_ends(world, "cross")
    partners = {}
    for school, further in zip(
        world.teachers["school"][teacher].tolist(), world.teachers["school"][colleague].tolist(), strict=True
    ):
        partners.setdefault(school, set()).add(further)
    assert {len(schools) for schools in partners.values()} == {2}


def clustering(world):
    """Share of pairs of one's partners who are tied themselves."""
    partners = [set(world.cross_to[first:after].tolist()) for first, after in pairwise(world.cross_first)]
    tied = [(len(partners[one] & of_member), len(of_member) - 1) for of_member in partners for one in of_member]
    return sum(number for number, _ in tied) / sum(most for _, most in tied)


def test_random_ties_are_as_many_for_each_member_as_by_distance_and_do_not_cluster():
    near = REGION | {"population.schools": 300, "programme.travel": 2.0, "programme.cross_ties": 6.0}
    distance, random = (draw_world(near | {"programme.topology": name}) for name in ("distance", "random"))
    assert (distance.cross_first == random.cross_first).all() and (distance.cross_to != random.cross_to).any()
    assert clustering(random) < 0.04 < 0.1 < clustering(distance)


@pytest.mark.parametrize("topology", ["random", "distance"])
@pytest.mark.parametrize("wanted", [0.0, 1.0, 2.0, 3.5, 5.0, 8.0])
def test_members_have_as_many_cross_ties_as_declared_where_they_are_random_or_by_distance(topology, wanted):
    world = draw_world(
        REGION | {"population.schools": 300, "programme.topology": topology, "programme.cross_ties": wanted}
    )
    assert len(world.cross_to) / len(world.seats) == pytest.approx(wanted, rel=0.1)


def test_random_exchange_is_with_members_of_any_network():
    world = draw_world(REGION | {"programme.topology": "random"})
    teacher, colleague = tie_ends(world, "cross")
    same = (world.teachers["network"][teacher] == world.teachers["network"][colleague]).mean()
    assert same == pytest.approx(1 / len(world.networks), abs=0.03)


def minutes_of_ties(world):
    schools, other_schools = (world.schools[world.teachers["school"][end]] for end in tie_ends(world, "cross"))
    return np.hypot(schools["east"] - other_schools["east"], schools["north"] - other_schools["north"]).mean()


def test_exchange_by_distance_thins_out_with_travel_time():
    by_travel = [
        minutes_of_ties(draw_world(REGION | {"programme.topology": "distance", "programme.travel": travel}))
        for travel in (2.0, 8.0, 60.0)
    ]
    assert by_travel == sorted(by_travel) and by_travel[0] < 0.5 * by_travel[2]
    assert by_travel[2] < minutes_of_ties(draw_world(REGION | {"programme.topology": "random"}))


@pytest.mark.parametrize("links", [0, 1, 2, 3, 4, 6])
def test_each_network_is_linked_with_as_many_others_as_declared(links):
    world = draw_world(REGION | {"programme.topology": "network of networks", "programme.links": links})
    assert np.diff(world.link_first).mean() == pytest.approx(links, abs=links % 2 * 1.01 / len(world.networks))


@pytest.mark.parametrize("topology", [topology for topology in TOPOLOGIES if topology != "network of networks"])
def test_networks_are_linked_in_a_network_of_networks_only(topology):
    world = draw_world(REGION | {"programme.topology": topology})
    assert len(world.link_to) == 0 and len(world.link_first) == len(world.networks) + 1


def test_a_network_of_networks_is_cliques_whose_lead_schools_meet_along_the_links():
    world = draw_world(REGION | {"programme.topology": "network of networks"})
    teachers = world.teachers
    lead = {
        place: np.flatnonzero((teachers["network"] == place) & (teachers["seat"] == 0)).tolist()
        for place in range(len(world.networks))
    }
    linked = tie_pairs(world, "link")
    assert linked == {(partner, network) for network, partner in linked} and all(
        network != partner for network, partner in linked
    )
    between = {(teacher, colleague) for here, there in linked for teacher in lead[here] for colleague in lead[there]}
    assert (
        tie_pairs(world, "cross") == {(teacher, colleague) for teacher, colleague, _, _ in seat_pairs(world)} | between
        and between
    )


@pytest.mark.parametrize("number", [2, 3, 8, 50])
def test_linked_networks_hang_together(number):
    linked = linked_networks(number, 2)
    reached = {0}
    for _ in range(number):
        reached |= {colleague for broker, colleague in linked if broker in reached}
    assert reached == set(range(number))


@pytest.mark.parametrize("places_a_side", [0, 4, 1])
@pytest.mark.parametrize("count", [2, 7, 8, 60])
def test_a_small_map_has_the_nearest_schools_of_a_large_one(count, places_a_side, monkeypatch):
    """Also where schools lie on a grid, equally far from each other, or all in one place."""
    schools = np.zeros(count, SCHOOL_DTYPE)
    for stream, axis in enumerate(("east", "north")):
        chance = np.random.default_rng(stream).uniform(size=count)
        schools[axis] = np.floor(chance * places_a_side) if places_a_side else 60.0 * chance
    compared = programme.nearest_schools(schools)
    monkeypatch.setattr(programme, "SMALL_MAP", 0)
    for here, by_tree in zip(compared, programme.nearest_schools(schools), strict=True):
        np.testing.assert_array_equal(here, by_tree)
