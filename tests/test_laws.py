"""Exact laws: what must be equal to the bit, and what must not change, whatever the numbers.

They hold for the compiled reading, and with it for the Mesa reading, which equals it to the bit (``test_readings.py``).
"""

from collections import deque
from dataclasses import replace

import numpy as np
import pytest

from plnsim.draws import drawn, luck_of_run
from plnsim.engine.observed import OBSERVED_NAMES
from plnsim.parameter import Choice
from plnsim.scenario import Scenario
from plnsim.scenario.declared import DECLARED
from plnsim.scenario.weeks import Entry
from plnsim.world.entities import NETWORK, SCHOOL, TEACHER
from tests.runs import (
    SIZES,
    WHOLE,
    changed_book,
    changed_columns,
    changed_rows,
    changed_run,
    changed_state,
    changed_world,
    finished,
    placed_at_random,
    small,
    started,
    state_of,
)

LUCK = luck_of_run(7, 7)


def ties_of(first, to, one):
    """Those whom one is tied to."""
    return to[first[one]:first[one + 1]]


# -- influence moves along one tie a week at most ----------------------------------------------------------------------------

CHAIN_OF_NETWORKS = {
    "population.schools": 48, "population.primary_staff": 5.0, "population.secondary_share": 0.0, "population.staff_spread": 0.0,
    "programme.participation": 1.0, "programme.schools_a_network": 3, "programme.schools_at_most": 3, "programme.delegates": 1,
    "programme.topology": "network of networks", "inquiry.exchange_between_networks": 0.2, "adoption.alone": 2.0, "turnover.movers": 0.0,
}


def tied_to(world):
    """For every teacher, those who see her next week: who turn to her, hear from her, share a school, a network or linked networks."""
    teachers = world.teachers
    seen_by = [set() for _ in teachers]
    for first, to in ((world.advice_first, world.advice_to), (world.information_first, world.information_to), (world.cross_first, world.cross_to)):
        for post in range(len(teachers)):
            for other in ties_of(first, to, post).tolist():
                seen_by[other].add(post)
    together = [set(np.flatnonzero(teachers["school"] == school).tolist()) for school in range(len(world.schools))]
    seats = [set(np.flatnonzero(teachers["network"] == network).tolist()) for network in range(len(world.networks))]
    for network in range(len(world.networks)):
        linked = [seats[other] for other in ties_of(world.link_first, world.link_to, network).tolist()]
        together.append(seats[network])
        for post in seats[network]:
            seen_by[post].update(*linked)
    for group in together:
        for post in group:
            seen_by[post] |= group
    return seen_by


def ties_between(world, start):
    """For every teacher, how many ties away from one of them (by the shortest way); as many as there are teachers when there is no way."""
    seen_by = tied_to(world)
    away = np.full(len(world.teachers), len(world.teachers))
    away[start] = 0
    next_in_line = deque([start])
    while next_in_line:
        one = next_in_line.popleft()
        for other in seen_by[one]:
            if away[other] > away[one] + 1:
                away[other] = away[one] + 1
                next_in_line.append(other)
    return away


@pytest.mark.parametrize("values", [{}, {"programme.topology": "clustered"}, {"programme.topology": "distance", "population.first_users": 0.3},
                                    {"norms.contact": "all colleagues", "ties.pattern": "ring", "conditions.placement": "symmetric"},
                                    {"ties.pattern": "complete", "programme.topology": "hub"}], ids=str)
@pytest.mark.parametrize("member", [True, False])
def test_after_t_weeks_only_teachers_within_t_ties_differ(values, member):
    scenario = small(CHAIN_OF_NETWORKS | values)
    one, other = started(scenario, 3), started(scenario, 3)
    start = int(np.flatnonzero(one.world.teachers["member"] == member)[0])
    away = ties_between(one.world, start)
    other.world.teachers["knowledge"][start] = 0.9
    other.world.teachers["belief"][start] = 0.95
    other.world.teachers["uses"][start] = 1
    furthest = []
    for week in range(1, scenario.weeks + 1):
        one.advance(1)
        other.advance(1)
        differing = changed_rows(one.world.teachers, other.world.teachers)
        assert away[differing].max() <= week, f"week {week}: influence went {away[differing].max()} ties far"
        furthest.append(away[differing].max())
        schools, networks = changed_rows(one.world.schools, other.world.schools), changed_rows(one.world.networks, other.world.networks)
        near = [set(one.world.teachers[kind][away <= week].tolist()) for kind in ("school", "network")]
        assert set(np.flatnonzero(schools).tolist()) <= near[0]
        assert set(np.flatnonzero(networks).tolist()) <= near[1]
    across_networks = scenario.values["programme.topology"] in ("network of networks", "distance")
    assert furthest[0] == 1 and max(furthest) >= (3 if across_networks else 2) and max(away) > 3


# -- names matter, places do not ---------------------------------------------------------------------------------------------


def rearranged(ties, where, place_of):
    """Ties of (first, to) when the one now at ``where[i]`` stands at place i; the order of everyone's ties is kept."""
    first, to = ties
    lists = [place_of[ties_of(first, to, one)] for one in where]
    return np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(first.dtype), np.concatenate(lists or [to]).astype(to.dtype)


def mixed_up(world, seed):
    """The same world with schools, the teachers of each school and networks in another order, and those orders."""
    shuffle = np.random.default_rng(seed)
    schools = shuffle.permutation(len(world.schools))
    staff = [shuffle.permutation(np.arange(school["first_teacher"], school["after_last_teacher"])) for school in world.schools[schools]]
    teachers, networks = np.concatenate(staff), shuffle.permutation(len(world.networks))
    seats = [shuffle.permutation(world.seats[network["first_seat"]:network["after_last_seat"]]) for network in world.networks[networks]]
    place = {kind: np.argsort(order) for kind, order in (("teachers", teachers), ("schools", schools), ("networks", networks))}
    new = world._replace(
        teachers=world.teachers[teachers], schools=world.schools[schools], networks=world.networks[networks],
        seats=place["teachers"][np.concatenate(seats)].astype(world.seats.dtype))
    for layer in ("advice", "information", "cross"):
        first, to = rearranged((getattr(world, f"{layer}_first"), getattr(world, f"{layer}_to")), teachers, place["teachers"])
        new = new._replace(**{f"{layer}_first": first, f"{layer}_to": to})
    first, to = rearranged((world.link_first, world.link_to), networks, place["networks"])
    new = new._replace(link_first=first, link_to=to)
    new.teachers["post"] = np.arange(len(teachers))
    new.teachers["school"] = place["schools"][new.teachers["school"]]
    seated = new.teachers["network"] >= 0
    new.teachers["network"][seated] = place["networks"][new.teachers["network"][seated]]
    after = np.cumsum([len(one) for one in staff])
    new.schools["first_teacher"], new.schools["after_last_teacher"] = np.concatenate([[0], after[:-1]]), after
    after = np.cumsum([len(one) for one in seats])
    new.networks["first_seat"], new.networks["after_last_seat"] = np.concatenate([[0], after[:-1]]), after
    new.networks["place"] = np.arange(len(networks))
    return new, {"teachers": teachers, "schools": schools, "networks": networks}


PLACES = {"teachers": {"post", "school", "network"}, "schools": {"first_teacher", "after_last_teacher"},
          "networks": {"place", "first_seat", "after_last_seat"}}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("topology", ["clique", "network of networks", "random"])
def test_results_move_with_teachers_schools_and_networks_that_change_places(topology, seed):
    values = placed_at_random(1000 + seed) | {"population.schools": 14, "turnover.movers": 0.0, "ties.pattern": "departments",
                                              "programme.topology": topology, "norms.contact": ("one colleague", "all colleagues")[seed % 2]}
    scenario = small(values)
    one = started(scenario, seed)
    world, order = mixed_up(one.world, seed)
    other = started(scenario, seed, world=world)
    assert (order["schools"] != np.arange(14)).any()
    one.advance()
    other.advance()
    for kind, places in PLACES.items():
        here, there = getattr(one.world, kind)[order[kind]], getattr(other.world, kind)
        assert set(changed_columns(here, there)) <= places, kind
    assert one.book.series.tobytes() == other.book.series.tobytes()
    assert one.book.years[:, order["schools"]].tobytes() == other.book.years.tobytes()
    assert one.book.series[:, :, OBSERVED_NAMES.index("applied")].sum() > 0


# -- who is apart stays apart ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", range(6))
def test_a_school_outside_all_networks_does_not_touch_any_other(point):
    values = placed_at_random(2000 + point) | {"turnover.movers": 0.0, "recruitment.rate": 0.0, "population.first_users": 0.2}
    scenario = small(values | {"population.schools": 10, "programme.participation": 0.5, "programme.themes": 1})
    one, other = started(scenario, point), started(scenario, point)
    teachers, networks = one.world.teachers, one.world.networks
    ever_in = (teachers["network"] >= 0) & (teachers["seat"] < networks["schools"][teachers["network"]])
    apart = next(school for school in range(10) if school not in set(teachers["school"][ever_in].tolist()))
    for column in ("vision", "own_vision"):
        other.world.schools[column][apart] = 0.99 if one.world.schools["vision"][apart] < 0.5 else 0.01
    one.advance()
    other.advance()
    touched = changed_rows(one.world.teachers, other.world.teachers)
    assert touched.any() and set(one.world.teachers["school"][touched].tolist()) == {apart}
    assert np.flatnonzero(changed_rows(one.world.schools, other.world.schools)).tolist() == [apart]
    assert not changed_rows(one.world.networks, other.world.networks).any()
    assert "vision" in changed_book(one.book, other.book) and set(changed_book(one.book, other.book)) <= {"series", "years", "routine", "vision"}


# -- what moves nothing ------------------------------------------------------------------------------------------------------

RATES = (
    "routine.growth", "leadership.evidence_effect", "policy.return_to_course", "policy.initiatives", "meeting.trust_growth", "inquiry.growth",
    "inquiry.exchange_between_networks", "learning.from_network", "learning.core_repair", "mobilisation.awareness_growth",
    "mobilisation.information_rate", "advice.transfer", "norms.pull", "norms.own_view", "habit.growth", "habit.loss", "experience.learning",
    "experience.adaptation", "fidelity.routine_repair", "evidence.learning", "abandonment.rate", "adoption.alone", "adoption.in_network",
    "adoption.social", "forgetting.rate", "turnover.rate", "succession.rate", "recruitment.rate", "partners.sharing", "evidence.fed_back",
)
"""How fast anything that lasts can change: with all of them at 0, nothing does."""

PASSES = {"years", "time", "quality", "evidence", "applied", "mobilises", "evidence_total", "evidence_count"}
"""What every week makes anew; and years pass, and evidence is summed up."""
LASTS = {kind: {one.name for one in variables if one.kind in ("state", "fixed")} - PASSES
         for kind, variables in (("teachers", TEACHER), ("schools", SCHOOL), ("networks", NETWORK))}


def in_mid_course(rates: dict):
    """A run of 1.5 years that begins with users, habits, routines and differing views, so that every process has something to work on."""
    scenario = small({name: 0.0 for name in RATES} | {
        "population.schools": 12, "population.first_users": 0.4, "renewal.rule": "always", "mobilisation.mailing": 0.2, "mobilisation.visits": 0.1,
        "partners.a_network": 2, "programme.topology": "network of networks", "policy.coherence": 0.4,
        "evidence.expected": 0.2} | rates)
    run = started(scenario, 5)
    teachers, schools, networks = run.world.teachers, run.world.schools, run.world.networks
    teachers["knowledge"] = drawn_shares(teachers["name"], 1)
    teachers["first_belief"] = drawn_shares(teachers["name"], 2)
    teachers["fidelity"] = 0.7
    teachers["habit"] = 0.5 * teachers["uses"]
    schools["routine"] = drawn_shares(schools["name"], 3)
    schools["own_vision"] = drawn_shares(schools["name"], 4)
    networks["knowledge"] = 0.9 * drawn_shares(networks["name"], 5)
    return run


def drawn_shares(names, question):
    return np.array([drawn(LUCK, question, int(name)) for name in names])


def moved(run) -> list[str]:
    """What of all that lasts has changed at the end of a run."""
    before = state_of(run)
    run.advance()
    return [one for one in changed_state(before, run) if one.partition(".")[2] in LASTS[one.partition(".")[0]]]


def test_with_all_rates_at_zero_nothing_moves():
    run = in_mid_course({})
    assert moved(run) == []
    assert run.book.series[:, :, OBSERVED_NAMES.index("mobilising")].sum() > 0
    assert run.book.series[:, :, OBSERVED_NAMES.index("attended")].sum() > 0
    assert 0 < run.book.series[:, :, OBSERVED_NAMES.index("applied")].sum() < run.book.series[:, :, OBSERVED_NAMES.index("users")].sum()


@pytest.mark.parametrize("rate", RATES)
def test_each_rate_by_itself_moves_something(rate):
    assert moved(in_mid_course({rate: DECLARED[rate].placed(0.9)})) != []


def test_every_parameter_that_is_called_a_rate_is_among_the_rates():
    per_time = {one.dotted for one in DECLARED if one.unit in ("share a week", "share a meeting", "share a year", "chance a year", "share a time",
                                                               "per week", "per failed week")}
    assert per_time == set(RATES)


# -- switches mean what they say ---------------------------------------------------------------------------------------------

BELIEF_BY = {
    "evidence only": {"norms.pull": 0.05, "norms.own_view": 0.05},
    "norms only": {"evidence.learning": 0.15, "evidence.noise": 0.6, "evidence.fed_back": 0.1},
}
"""For each option of what moves belief, what must not move it."""


@pytest.mark.parametrize(("option", "other"), [(option, name) for option, others in BELIEF_BY.items() for name in others])
def test_belief_is_moved_by_nothing_that_the_switch_rules_out(option, other):
    still = {"adoption.alone": 2.0, "population.first_users": 0.4, "norms.belief": option} | STEADY_HEADS
    one, another = finished(small(still), 6), finished(small(still | {other: BELIEF_BY[option][other]}), 6)
    assert one.book.series[:, :, OBSERVED_NAMES.index("applied")].sum() > 0
    assert "teachers.belief" not in changed_state(one, another)


@pytest.mark.parametrize("calendar", [[], [Entry(5, event="tune-up")]], ids=["plain", "with a tune-up"])
def test_a_network_that_is_not_yet_founded_does_not_meet(calendar):
    growing = {"population.schools": 12, "programme.participation": 1.0, "programme.founded_over": 1.4, "programme.support_years": 2.0}
    run = started(small(growing, calendar=calendar), 7)
    begins = run.world.networks["begins"].copy()
    assert begins.min() == 0 and begins.max() > 39
    for week in range(58):
        run.advance(1)
        waiting = begins > week + 1
        teachers = run.world.teachers
        met = np.unique(teachers["network"][teachers["quality"] > 0])
        assert not waiting[met].any(), f"week {week}: a network met that begins in week {begins[met].max()}"
        assert (run.world.networks["active"] == ~waiting).all()


# -- time --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("point", range(4))
def test_the_first_five_years_of_eight_are_those_of_a_run_of_five(point):
    scenario = small(placed_at_random(3000 + point) | {"programme.support_years": 3.0})
    long, short = started(scenario.lasting(8), point), started(scenario.lasting(5), point)
    short.advance()
    long.advance(5 * 39)
    assert short.week == long.week == 195
    assert changed_state(long, short) == []
    long.advance()
    assert long.week == 8 * 39
    assert long.book.series[:195].tobytes() == short.book.series.tobytes()
    assert long.book.years[:5].tobytes() == short.book.years.tobytes()
    assert long.book.networks[:195].tobytes() == short.book.networks.tobytes()
    assert long.book.series[195:].any()


def test_what_the_calendar_says_later_changes_nothing_before():
    plain = small({"programme.support_years": 1.5, "programme.follow_up_years": 1.0})
    changed = replace(plain, calendar=(Entry(40, values=(("time.hours", 1.5),)), Entry(45, event="new head", share=1.0)))
    one, other = started(plain, 2), started(changed, 2)
    one.advance(40)
    other.advance(40)
    assert changed_state(one, other) == []
    one.advance(6)
    other.advance(6)
    assert {"teachers.time", "schools.vision"} <= set(changed_state(one, other))


# -- conditions lifted from outside ------------------------------------------------------------------------------------------

STEADY_HEADS = {"policy.initiatives": 0.0, "policy.return_to_course": 0.0, "succession.rate": 0.0, "leadership.evidence_effect": 0.0}


def test_lifting_time_fully_is_the_same_as_more_hours_than_anyone_needs():
    lifted = finished(small({"conditions.time_shift": 1.0}), 4)
    plentiful = finished(small({"time.hours": 40.0, "time.needed": 0.01}), 4)
    assert {one for one in changed_run(lifted, plentiful) if one != "teachers.load"} == set()
    assert (lifted.world.teachers["time"] == 1.0).all()


def test_lifting_leadership_fully_is_the_same_as_heads_who_give_all():
    lifted = finished(small({"leadership.distributed": 1.0, "conditions.leadership_shift": 1.0} | STEADY_HEADS), 4)
    whole = finished(small({"leadership.distributed": 1.0, "leadership.vision": 1.0, "leadership.support": 1.0} | STEADY_HEADS), 4)
    assert set(changed_run(lifted, whole)) == {"schools.vision", "schools.own_vision", "schools.support", "vision"}
    assert (lifted.world.schools["leadership"] == 1.0).all()


def test_lifting_focus_fully_is_the_same_as_a_practice_that_fits_every_goal():
    lifted = finished(small({"conditions.focus_shift": 1.0}), 4)
    fitting = finished(small({"focus.alignment": 1.0}), 4)
    assert changed_run(lifted, fitting) == ["schools.own_focus"]
    assert (lifted.world.schools["focus"] == 1.0).all()


@pytest.mark.parametrize("condition", ["time", "leadership", "focus"])
def test_a_lift_in_the_calendar_is_the_same_as_holding_the_condition_at_one(condition):
    text = "[population]\nschools = 6\n"
    plain = Scenario.from_text(text).lasting(1.5)
    lifted = finished(Scenario.from_text(f"{text}\n[[calendar]]\nyear = 0\nlift = {{ {condition} = 1 }}\n").lasting(1.5), 6)
    held = finished(plain.with_values({f"conditions.{condition}_shift": 1.0, f"conditions.{condition}_target": 1.0}), 6)
    assert changed_run(lifted, held) == []
    assert changed_run(lifted, finished(plain, 6)) != []


# -- the starting world ------------------------------------------------------------------------------------------------------

RISES_WITH = {
    "norms.first_belief": "teachers.belief", "adoption.threshold": "teachers.threshold", "mobilisation.awareness": "teachers.awareness",
    "mobilisation.formal_share": "teachers.formal", "population.first_users": "teachers.uses", "learning.first_knowledge_high": "teachers.knowledge",
    "leadership.vision": "schools.own_vision", "leadership.support": "schools.support", "leadership.distributed": "schools.distributed",
    "focus.alignment": "schools.own_focus", "population.secondary_share": "schools.secondary", "population.minutes_across": "schools.east",
    "meeting.first_trust": "networks.trust", "inquiry.first_knowledge": "networks.knowledge", "programme.support_years": None,
}
"""What of the starting world must rise, or stay, for everybody when a parameter rises."""


@pytest.mark.parametrize(("name", "column"), [(name, column) for name, column in RISES_WITH.items() if column])
def test_raising_a_mean_moves_every_starting_value_the_same_way(name, column):
    kind, _, column = column.partition(".")
    low, middle, high = (getattr(Scenario.of("baseline").with_values({name: DECLARED[name].placed(share)}).world(11), kind)[column]
                         for share in (0.05, 0.5, 0.95))
    if len(low) == len(middle) == len(high):
        assert (low <= middle).all() and (middle <= high).all()
    else:
        assert name == "population.secondary_share"
    assert low.mean() < middle.mean() < high.mean()


@pytest.mark.parametrize("phase", ["primary", "secondary"])
def test_raising_the_mean_staff_makes_every_school_of_the_phase_larger(phase):
    one, other = (Scenario.of("baseline").with_values({f"population.{phase}_staff": staff}).world(12).schools for staff in (20.0, 40.0))
    before, after = (schools["after_last_teacher"] - schools["first_teacher"] for schools in (one, other))
    of_phase = one["secondary"] == (phase == "secondary")
    assert of_phase.any() and (~of_phase).any()
    assert (after[of_phase] > before[of_phase]).all() and (after[~of_phase] == before[~of_phase]).all()


def test_more_turnover_makes_every_teacher_as_new_or_newer():
    one, other = (Scenario.of("baseline").with_values({"turnover.rate": rate}).world(13).teachers["years"] for rate in (0.1, 0.25))
    assert (other <= one).all() and (other < one).any()


@pytest.mark.parametrize(("name", "layer"), [("ties.advice", "advice"), ("ties.information", "information"), ("ties.advice", "information")])
def test_asking_for_more_ties_keeps_every_tie_that_there_was(name, layer):
    low, high = DECLARED[name].plausible
    one, other = (Scenario.of("baseline").with_values({name: value}).world(14) for value in (low, high))
    before, after = ({(post, other) for post in range(len(world.teachers))
                      for other in ties_of(getattr(world, f"{layer}_first"), getattr(world, f"{layer}_to"), post).tolist()} for world in (one, other))
    assert before < after


def test_more_participation_keeps_every_school_that_took_part():
    one, other = (Scenario.of("baseline").with_values({"programme.participation": share}).world(15).teachers for share in (0.3, 0.6))
    assert set(one["post"][one["member"] == 1].tolist()) < set(other["post"][other["member"] == 1].tolist())


ENTERS = {
    "norms.first_belief": {"teachers.belief", "teachers.first_belief"}, "norms.first_belief_spread": {"teachers.belief", "teachers.first_belief"},
    "learning.first_knowledge_low": {"teachers.knowledge"}, "learning.first_knowledge_high": {"teachers.knowledge"},
    "adoption.threshold": {"teachers.threshold"}, "adoption.threshold_spread": {"teachers.threshold"},
    "mobilisation.awareness": {"teachers.awareness"}, "mobilisation.awareness_spread": {"teachers.awareness"},
    "mobilisation.formal_share": {"teachers.formal"}, "time.load_spread": {"teachers.load"},
    "turnover.rate": {"teachers.years"}, "turnover.early_ratio": {"teachers.years"},
    "leadership.vision": {"schools.vision", "schools.own_vision"}, "leadership.support": {"schools.support"},
    "leadership.distributed": {"schools.distributed"}, "focus.alignment": {"schools.own_focus"},
    "leadership.spread": {"schools.vision", "schools.own_vision", "schools.support", "schools.distributed", "schools.own_focus"},
    "meeting.first_trust": {"networks.trust"}, "inquiry.first_knowledge": {"networks.knowledge"},
    "population.first_users": {"teachers.uses", "teachers.tried"},
    "ties.reciprocity": {"advice_first", "advice_to", "information_first", "information_to"},
    "ties.advice": {"advice_first", "advice_to", "information_first", "information_to"}, "ties.information": {"information_first", "information_to"},
    "ties.department_odds": {"advice_first", "advice_to"}, "ties.pattern": {"advice_first", "advice_to"},
    "ties.co_teaching": {"advice_first", "advice_to"}, "programme.topology": {"cross_first", "cross_to"},
    "programme.founded_over": {"networks.begins", "networks.begun", "networks.active", "teachers.member"},
}
"""Parameters that enter the starting world, and all that they touch in it."""


@pytest.mark.parametrize("name", ENTERS)
def test_a_parameter_changes_only_that_part_of_the_starting_world_that_it_enters(name):
    scenario = Scenario.of("baseline")
    touched = set(changed_world(scenario.world(16), scenario.with_values({name: another_value(name)}).world(16)))
    assert touched == ENTERS[name]


def another_value(name):
    """A value that differs from the default."""
    declared = DECLARED[name]
    if isinstance(declared, Choice):
        return list(declared.options)[1]
    return declared.placed(0.97) if declared.plausible[0] < declared.plausible[1] else declared.bounds[1]


@pytest.mark.parametrize("name", [one.dotted for one in DECLARED if not one.structural and one.dotted not in ENTERS])
def test_the_starting_world_is_the_same_whatever_only_the_weeks_read(name):
    scenario = small()
    other = scenario.with_values({name: another_value(name)})
    assert other.values[name] != scenario.values[name]
    assert changed_world(scenario.world(17), other.world(17)) == []


# -- luck --------------------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_run_and_another_seed_or_replicate_another():
    scenario = small()
    assert changed_world(scenario.world(3, 4), scenario.world(3, 4)) == []
    assert changed_run(finished(scenario, 3, 4), finished(scenario, 3, 4)) == []
    for other in ((4, 4), (3, 5), (4, 3)):
        one, another = scenario.world(3, 4).schools, scenario.world(*other).schools
        assert not (one["support"] == another["support"]).any()


def test_each_week_has_luck_of_its_own_that_no_other_seed_or_replicate_shares():
    lucks = [luck for seed in range(8) for replicate in range(8) for luck in small().begun(seed, replicate)[1]["luck"].tolist()]
    assert len(set(lucks)) == len(lucks) == 64 * small().weeks


def test_two_scenarios_share_their_luck_until_their_values_part():
    one, other = small(), small({"forgetting.rate": 0.08})
    assert (one.begun(3, 0)[1]["luck"] == other.begun(3, 0)[1]["luck"]).all()
    first, second = started(one, 3), started(other, 3)
    first.advance(1)
    second.advance(1)
    assert changed_state(first, second) == ["teachers.knowledge"]


# -- what is always so -------------------------------------------------------------------------------------------------------

SHARES = {"teachers": [one.name for one in TEACHER if one.unit == "share"], "schools": [one.name for one in SCHOOL if one.unit == "share"],
          "networks": [one.name for one in NETWORK if one.unit == "share"]}
YES_OR_NO = {"teachers": [one.name for one in TEACHER if one.unit == "yes/no"], "schools": [one.name for one in SCHOOL if one.unit == "yes/no"],
             "networks": [one.name for one in NETWORK if one.unit == "yes/no"]}
CHANGES_HANDS = {"formal", "threshold", "load", "first_belief"}
FOR_GOOD = {"teachers": [one.name for one in TEACHER if one.kind == "fixed" and one.name not in CHANGES_HANDS],
            "schools": [one.name for one in SCHOOL if one.kind == "fixed"], "networks": [one.name for one in NETWORK if one.kind == "fixed"]}


def assert_possible(run, begun):
    """Checks what must hold of any state."""
    for kind in ("teachers", "schools", "networks"):
        records = getattr(run.world, kind)
        for name in SHARES[kind]:
            assert ((records[name] >= 0.0) & (records[name] <= 1.0)).all(), f"week {run.week}: {kind}.{name} outside 0..1"
        for name in YES_OR_NO[kind]:
            assert np.isin(records[name], (0, 1)).all(), f"week {run.week}: {kind}.{name}"
        for name in FOR_GOOD[kind]:
            assert records[name].tobytes() == begun[kind][name].tobytes(), f"week {run.week}: {kind}.{name} changed"
    teachers, schools, networks = run.world.teachers, run.world.schools, run.world.networks
    assert (teachers["load"] > 0).all() and np.isfinite(teachers["load"]).all()
    assert np.isin(teachers["applied"], (-1, 0, 1)).all() and np.isin(teachers["barrier"], (0, 1, 2, 3)).all()
    assert (teachers["tried"] >= teachers["uses"]).all() and (teachers["member"] <= (teachers["network"] >= 0)).all()
    assert (networks["schools"] <= networks["schools_at_most"]).all()
    assert (schools["users"] <= schools["after_last_teacher"] - schools["first_teacher"]).all()


def assert_counts_agree(run):
    """Checks the last week in the book against the state at its end."""
    teachers = run.world.teachers
    row = dict(zip(OBSERVED_NAMES, run.book.series[run.week - 1].sum(axis=0).tolist(), strict=True))
    assert row["staff"] == len(teachers) and row["home"] == (teachers["network"] < 0).sum()
    assert row["users"] == teachers["uses"].sum() and row["home_users"] == teachers["uses"][teachers["network"] < 0].sum()
    assert row["members"] == teachers["member"].sum() and row["attended"] == (teachers["quality"] > 0).sum()
    assert row["applied"] == (teachers["applied"] == 1).sum() and row["mobilising"] == teachers["mobilises"].sum()
    named = [row[f"named_{one}"] for one in ("time", "leadership", "focus")]
    assert named == [(teachers["barrier"] == one).sum() for one in (1, 2, 3)]
    assert row["knowledge"] == sum(int(value * 2**40) for value in teachers["knowledge"].tolist())
    assert row["depth"] <= row["fidelity"] <= row["users"] * 2**40
    assert run.book.networks["active"][run.week - 1] == run.world.networks["active"].sum()


@pytest.mark.parametrize("point", range(400 if WHOLE else 60))
def test_states_stay_possible_and_counts_agree_at_random_points_of_the_plausible_ranges(point):
    run = started(small(placed_at_random(4000 + point)), point)
    begun = state_of(run)
    assert_possible(run, begun)
    for _ in range(len(run.weeks)):
        run.advance(1)
        assert_possible(run, begun)
        assert_counts_agree(run)
    for part in (run.book.routine, run.book.vision, run.book.networks["knowledge"], run.book.networks["trust"]):
        assert ((part >= 0.0) & (part <= 1.0)).all()
    assert run.book.years.sum(axis=(0, 1)).tolist() == run.book.series.sum(axis=(0, 1)).tolist()


EDGES = [one.dotted for one in DECLARED if not (isinstance(one, Choice) or one.structural) and one.section != "measure" and one.bounds == (0.0, 1.0)]


@pytest.mark.parametrize("end", [0.0, 1.0])
@pytest.mark.parametrize("name", EDGES)
def test_states_stay_possible_where_a_share_is_all_or_nothing(name, end):
    run = started(small({name: end, "population.first_users": 0.2}), 5)
    begun = state_of(run)
    for _ in range(len(run.weeks)):
        run.advance(1)
        assert_possible(run, begun)


def test_random_points_leave_only_the_sizes_as_they_are():
    values = placed_at_random(0)
    assert {one.dotted for one in DECLARED if one.section != "measure"} == set(values) | SIZES
