"""Exact laws of influence: it moves along one tie a week at most, wherever people stand, and who is apart stays
apart.
"""

from collections import deque

import numpy as np
import pytest

from plnsim.simulation.engine.counts import COUNT_NAMES
from tests.support.runs import changed_columns, changed_counts, changed_rows, random_point, small_scenario, start_run
from tests.support.worlds import neighbours_of

# -- influence moves along one tie a week at most ----------------------------------------------------------------------

CHAIN_OF_NETWORKS = {
    "population.schools": 48,
    "population.primary_staff": 5.0,
    "population.secondary_share": 0.0,
    "population.staff_spread": 0.0,
    "programme.participation": 1.0,
    "programme.schools_a_network": 3,
    "programme.schools_at_most": 3,
    "programme.delegates": 1,
    "programme.topology": "network of networks",
    "inquiry.exchange_between_networks": 0.2,
    "adoption.alone": 2.0,
    "turnover.movers": 0.0,
    "time.hours": 4.0,
    "renewal.rule": "always",  # nobody leaves, so that what neighbours do is always the same
}


def tied_to(world):
    """For every teacher, those who see her next week: who turn to her, hear from her, share a school, a network or
    linked networks.
    """
    teachers = world.teachers
    seen_by = [set() for _ in teachers]
    for first, to in (
        (world.advice_first, world.advice_to),
        (world.information_first, world.information_to),
        (world.cross_first, world.cross_to),
    ):
        for post in range(len(teachers)):
            for other in neighbours_of(first, to, post).tolist():
                seen_by[other].add(post)
    together = [set(np.flatnonzero(teachers["school"] == school).tolist()) for school in range(len(world.schools))]
    seats = [set(np.flatnonzero(teachers["network"] == network).tolist()) for network in range(len(world.networks))]
    for network in range(len(world.networks)):
        linked = [seats[other] for other in neighbours_of(world.link_first, world.link_to, network).tolist()]
        together.append(seats[network])
        for post in seats[network]:
            seen_by[post].update(*linked)
    for group in together:
        for post in group:
            seen_by[post] |= group
    return seen_by


def ties_between(world, start):
    """For every teacher, how many ties away from one of them (by the shortest way); as many as there are teachers when
    there is no way.
    """
    seen_by = tied_to(world)
    away = np.full(len(world.teachers), len(world.teachers))
    away[start] = 0
    next_in_line = deque([start])
    while next_in_line:
        teacher = next_in_line.popleft()
        for colleague in seen_by[teacher]:
            if away[colleague] > away[teacher] + 1:
                away[colleague] = away[teacher] + 1
                next_in_line.append(colleague)
    return away


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"programme.topology": "clustered"},
        {"programme.topology": "distance", "population.first_users": 0.3},
        {"norms.contact": "all colleagues", "ties.pattern": "ring", "conditions.placement": "symmetric"},
        {"ties.pattern": "complete", "programme.topology": "hub"},
    ],
    ids=str,
)
@pytest.mark.parametrize("member", [True, False])
def test_after_t_weeks_only_teachers_within_t_ties_differ(values, member):
    scenario = small_scenario(CHAIN_OF_NETWORKS | values)
    untouched, touched = start_run(scenario, 3), start_run(scenario, 3)
    start = int(np.flatnonzero(untouched.world.teachers["member"] == member)[0])
    away = ties_between(untouched.state(), start)
    touched.world.teachers["parts"][start], touched.world.teachers["knowledge"][start] = 2**24 - 1, 1.0
    touched.world.teachers["belief"][start] = 0.95
    touched.world.teachers["uses"][start] = 1
    furthest = []
    for week in range(1, scenario.weeks + 1):
        untouched.advance(1)
        touched.advance(1)
        this, that = untouched.state(), touched.state()
        differing = changed_rows(this.teachers, that.teachers)
        assert away[differing].max() <= week, f"week {week}: influence went {away[differing].max()} ties far"
        furthest.append(away[differing].max())
        schools, networks = changed_rows(this.schools, that.schools), changed_rows(this.networks, that.networks)
        near = [set(this.teachers[kind][away <= week].tolist()) for kind in ("school", "network")]
        assert set(np.flatnonzero(schools).tolist()) <= near[0]
        assert set(np.flatnonzero(networks).tolist()) <= near[1]
    assert furthest[0] == 1 and max(furthest) >= 2 and max(away) > 3


# -- what neighbours do is looked at once a year -----------------------------------------------------------------------

APART_BUT_FOR_NEIGHBOURS = CHAIN_OF_NETWORKS | {
    "programme.topology": "clique",
    "programme.follow_up_years": 5.0,
    "inquiry.exchange_between_networks": 0.0,
    "recruitment.rate": 0.5,
    "renewal.rule": "by its value",
    "renewal.sharpness": 20.0,
    "participation.neighbours": 0.6,
}


def neighbours_in_a_row(scenario, seed):
    """A starting world whose networks lie in a row, the schools of each looking at all those of the one before; and
    the network of each school.
    """
    world = scenario.initialise(seed, 0)[0]
    teachers, schools = world.teachers, len(world.schools)
    network = np.full(schools, -1)
    seated = teachers["network"] >= 0
    network[teachers["school"][seated]] = teachers["network"][seated]
    assert (network >= 0).all() and not len(world.link_to)
    looks_at = [np.flatnonzero(network == network[school] - 1) for school in range(schools)]
    first = np.concatenate([[0], np.cumsum([len(others) for others in looks_at])])
    new = world._replace(
        neighbours_first=first.astype(world.neighbours_first.dtype),
        neighbours_to=np.concatenate(looks_at).astype(world.neighbours_to.dtype),
    )
    return new, network


def where_it_differs(values, seed):
    """In which networks what columns of schools and teachers differ after every week, when a school of the first
    network has left it at the start; by the year ends that there have been.
    """
    scenario = small_scenario(APART_BUT_FOR_NEIGHBOURS | values)
    (world, network), (other_world, _) = (neighbours_in_a_row(scenario, seed) for _ in range(2))
    other_world.schools["standing"][np.flatnonzero(network == 0)[0]] = -1
    runs = start_run(scenario, seed, world=world), start_run(scenario, seed, world=other_world)
    for week in range(1, scenario.weeks + 1):
        for run in runs:
            run.advance(1)
        this, that = (run.state() for run in runs)
        schools, teachers = changed_rows(this.schools, that.schools), changed_rows(this.teachers, that.teachers)
        networks = set(network[schools].tolist()) | set(network[this.teachers["school"][teachers]].tolist())
        elsewhere = network > 0
        yield week // 39, networks, set(changed_columns(this.schools[elsewhere], that.schools[elsewhere])), teachers


@pytest.mark.parametrize("seed", range(3))
def test_influence_passes_to_neighbours_one_step_a_year(seed):
    furthest = {}
    leaving = {"renewal.threshold": 0.5}  # so that schools whose neighbours have left may leave
    for year_ends, networks, _, _ in where_it_differs(leaving, seed):
        furthest[year_ends] = max(networks)
        assert max(networks) <= year_ends
    assert furthest[0] == 0 and furthest[1] == 1
    assert max(furthest.values()) >= 2  # a network that looks at the first one has passed it on


def test_what_neighbours_do_only_counts_by_its_weight():
    ever, at_home = set(), False
    for _, networks, of_schools, teachers in where_it_differs({"participation.neighbours": 0.0}, 0):
        assert networks <= {0, 1} and of_schools <= {"neighbours_in"}  # it is seen, and that is all
        ever |= of_schools
        at_home |= teachers.any()
    assert at_home and ever


# -- names matter, places do not ---------------------------------------------------------------------------------------


def rearrange(ties, where, place_of):
    """Ties of (first, to) when the one now at ``where[i]`` stands at place i; the order of everyone's ties is kept."""
    first, to = ties
    lists = [place_of[neighbours_of(first, to, place)] for place in where]
    return np.concatenate([[0], np.cumsum([len(tied) for tied in lists])]).astype(first.dtype), np.concatenate(
        lists or [to]
    ).astype(to.dtype)


def shuffled_by_school(posts, teachers, shuffle):
    """Seats in another order, those of a school in a row, as always."""
    schools = teachers["school"][posts]
    order = shuffle.permutation(np.unique(schools))
    return np.concatenate([shuffle.permutation(posts[schools == school]) for school in order])


def shuffled_networks(number, networks_a_facilitator, shuffle):
    """Places of networks in another order in which the same ones share a facilitator.

    Networks that follow each other do: they change places among themselves, and together with as many of another's.
    """
    facilitators = (np.arange(number) / networks_a_facilitator).astype(int)
    served = [np.flatnonzero(facilitators == facilitator) for facilitator in np.unique(facilitators)]
    sizes = np.array([len(places) for places in served])
    order = np.arange(len(served))
    for size in np.unique(sizes):
        order[sizes == size] = shuffle.permutation(order[sizes == size])
    return np.concatenate([shuffle.permutation(served[facilitator]) for facilitator in order])


def mixed_up(world, networks_a_facilitator, seed):
    """The same world with schools, the teachers of each school and networks in another order, and those orders."""
    shuffle = np.random.default_rng(seed)
    schools = shuffle.permutation(len(world.schools))
    staff = [
        shuffle.permutation(np.arange(school["first_teacher"], school["after_last_teacher"]))
        for school in world.schools[schools]
    ]
    teachers = np.concatenate(staff)
    networks = shuffled_networks(len(world.networks), networks_a_facilitator, shuffle)
    seats = [
        shuffled_by_school(world.seats[network["first_seat"] : network["after_last_seat"]], world.teachers, shuffle)
        for network in world.networks[networks]
    ]
    place = {
        kind: np.argsort(order)
        for kind, order in (("teachers", teachers), ("schools", schools), ("networks", networks))
    }
    new = world._replace(
        teachers=world.teachers[teachers],
        schools=world.schools[schools],
        networks=world.networks[networks],
        seats=place["teachers"][np.concatenate(seats)].astype(world.seats.dtype),
    )
    for layer in ("advice", "information", "cross"):
        first, to = rearrange(
            (getattr(world, f"{layer}_first"), getattr(world, f"{layer}_to")), teachers, place["teachers"]
        )
        new = new._replace(**{f"{layer}_first": first, f"{layer}_to": to})
    first, to = rearrange((world.link_first, world.link_to), networks, place["networks"])
    new = new._replace(link_first=first, link_to=to)
    first, to = rearrange((world.neighbours_first, world.neighbours_to), schools, place["schools"])
    new = new._replace(neighbours_first=first, neighbours_to=to)
    new.schools["place"] = np.arange(len(schools))
    new.teachers["post"] = np.arange(len(teachers))
    new.teachers["school"] = place["schools"][new.teachers["school"]]
    seated = new.teachers["network"] >= 0
    new.teachers["network"][seated] = place["networks"][new.teachers["network"][seated]]
    after = np.cumsum([len(posts) for posts in staff])
    new.schools["first_teacher"], new.schools["after_last_teacher"] = np.concatenate([[0], after[:-1]]), after
    after = np.cumsum([len(posts) for posts in seats])
    new.networks["first_seat"], new.networks["after_last_seat"] = np.concatenate([[0], after[:-1]]), after
    new.networks["place"] = np.arange(len(networks))
    return new, {"teachers": teachers, "schools": schools, "networks": networks}


PLACES = {
    "teachers": {"post", "school", "network"},
    "schools": {"place", "first_teacher", "after_last_teacher"},
    "networks": {"place", "first_seat", "after_last_seat"},
}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("topology", ["clique", "network of networks", "random"])
def test_results_move_with_teachers_schools_and_networks_that_change_places(topology, seed):
    values = random_point(1000 + seed) | {
        "population.schools": 14,
        "turnover.movers": 0.0,
        "ties.pattern": "departments",
        "programme.topology": topology,
        "norms.contact": ("one colleague", "all colleagues")[seed % 2],
    }
    scenario = small_scenario(values)
    run = start_run(scenario, seed)
    world, order = mixed_up(run.state(), values["programme.networks_a_facilitator"], seed)
    mixed_run = start_run(scenario, seed, world=world)
    assert (order["schools"] != np.arange(14)).any()
    run.advance()
    mixed_run.advance()
    this, that = run.state(), mixed_run.state()
    for kind, places in PLACES.items():
        here, there = getattr(this, kind)[order[kind]], getattr(that, kind)
        assert set(changed_columns(here, there)) <= places, kind
    assert run.counts.series.tobytes() == mixed_run.counts.series.tobytes()
    assert run.counts.years[:, order["schools"]].tobytes() == mixed_run.counts.years.tobytes()
    assert run.counts.series[:, :, COUNT_NAMES.index("applied")].sum() > 0


# -- who is apart stays apart ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", range(6))
def test_a_school_outside_all_networks_does_not_touch_any_other(point):
    values = random_point(2000 + point) | {
        "turnover.movers": 0.0,
        "recruitment.rate": 0.0,
        "population.first_users": 0.2,
        "conditions.leadership_shift": 0.0,
        "conditions.substitution": 0.0,  # or leadership may matter to nobody
    }
    scenario = small_scenario(
        values | {"population.schools": 10, "programme.participation": 0.5, "programme.themes": 1}
    )
    untouched, touched_run = start_run(scenario, point), start_run(scenario, point)
    teachers, networks = untouched.world.teachers, untouched.world.networks
    ever_in = (teachers["network"] >= 0) & (teachers["seat"] < networks["schools"][teachers["network"]])
    apart = next(school for school in range(10) if school not in set(teachers["school"][ever_in].tolist()))
    for column in ("vision", "own_vision"):
        touched_run.world.schools[column][apart] = 0.99 if untouched.world.schools["vision"][apart] < 0.5 else 0.01
    untouched.advance()
    touched_run.advance()
    this, that = untouched.state(), touched_run.state()
    touched = changed_rows(this.teachers, that.teachers)
    assert touched.any() and set(this.teachers["school"][touched].tolist()) == {apart}
    assert np.flatnonzero(changed_rows(this.schools, that.schools)).tolist() == [apart]
    assert not changed_rows(this.networks, that.networks).any()
    assert "vision" in changed_counts(untouched.counts, touched_run.counts) and set(
        changed_counts(untouched.counts, touched_run.counts)
    ) <= {
        "series",
        "years",
        "routine",
        "vision",
    }
