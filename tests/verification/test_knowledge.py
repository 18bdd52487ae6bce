"""L8: what is not used fades exponentially; L9: what is exchanged closes a gap geometrically, as March's (1991) code.

What a school finds by itself is coupon collecting, and what a network knows the union of random sets.
"""

import math
from math import comb

import numpy as np
import pytest

from tests.simulation.test_engines import assert_engines_agree
from tests.support.runs import FULL_SUITE, finish_run, start_run
from tests.verification.limits import limit, scenario_from_files, schools_of, shares

MANY = 10 if FULL_SUITE else 1
NOTHING = {"learning.first_knowledge_low": 0.0, "learning.first_knowledge_high": 0.0}
"""Nobody knows anything at first."""


def numbers_of_parts(words) -> np.ndarray:
    """How many parts each of some sets has."""
    return np.array([int(word).bit_count() for word in words])


def by_week(scenario, kind: str, column: str = "knowledge") -> np.ndarray:
    """A column of all teachers, schools or networks after each week: weeks x entities."""
    run, path = start_run(scenario), []
    for _ in range(scenario.weeks):
        run.advance(1)
        path.append(getattr(run.world, kind)[column].copy())
    return np.array(path)


def agrees_by_week(case, what: str, title: str, seen: np.ndarray, expected: np.ndarray) -> None:
    """Compares the means of independent entities week by week with what is expected, and draws both."""
    entities = seen.shape[1]
    by_chance = np.sqrt(expected * (1 - expected) / (24 * entities))  # where every part is apart, and few are left
    error = np.maximum.reduce(
        [seen.std(axis=1, ddof=1) / math.sqrt(entities), by_chance, 1 / (24 * entities) + 0 * by_chance]
    )
    case.agrees(what, seen.mean(axis=1), expected, error=error)
    axes = case.panel(title, "week", "knowledge")
    weeks = np.arange(1, len(expected) + 1)
    axes.plot(weeks, np.broadcast_to(expected, len(seen)), label="expected")
    axes.plot(weeks, seen.mean(axis=1), ".", label="plnsim")


# -- forgetting


@pytest.mark.parametrize(("rate", "half_life"), [(0.026, 26.3), (0.06, 11.2)])
def test_unused_knowledge_has_its_half_life(case, rate, half_life):
    """Of 24 parts less than one is forgotten a week on average at the lower rate, more than one at the higher."""
    scenario = limit(schools_of(20, 50 * MANY) | {"forgetting.rate": rate}, 38)  # the holidays come after week 39
    seen = by_week(scenario, "teachers")
    agrees_by_week(
        case,
        f"knowledge over 38 weeks, {rate} a week",
        f"Forgetting, {rate} a week",
        seen,
        (1 - rate) ** np.arange(1, 39),
    )
    slope = np.polyfit(np.arange(1, 39), np.log(seen.mean(axis=1)), 1)[0]
    case.agrees("its half-life in weeks", -math.log(2) / slope, half_life, within=0.06 * half_life)
    assert_engines_agree(limit(schools_of(5) | {"forgetting.rate": rate}, 41))


def test_a_year_of_forgetting_is_52_weeks_long(case):
    teachers = 1000 * MANY
    seen = shares(limit(schools_of(20, teachers // 20) | {"forgetting.rate": 0.026}, 78), "knowledge")[0]
    left = (1 - 0.026) ** (52 * np.array([1, 2]))
    error = np.sqrt(left * (1 - left) / (24 * teachers))
    case.agrees("knowledge after one and two years", seen[[38, 77]], left, error=error)


# -- experience: coupon collecting

USERS = NOTHING | {"population.first_users": 1.0, "parts.context": 0.0}


@pytest.mark.parametrize(("count", "chance"), [(24, 0.03), (24, 0.08)])
def test_users_find_the_parts_of_their_school_as_coupons_are_collected(case, count, chance):
    """Where one part at most is drawn a week, j given ones are missed with chance 1 - j x chance; else independently
    of each other.
    """
    values = {"experience.learning": chance, "parts.own": 0.3, "parts.count": count}
    scenario = limit(schools_of(20, 50 * MANY) | USERS | values, 38)
    run = start_run(scenario)
    own = numbers_of_parts(run.world.schools["own_parts"])[run.world.teachers["school"]]
    words = by_week(scenario, "teachers", "parts")
    found = np.array([numbers_of_parts(week) for week in words])
    weeks = np.arange(1, 39)
    agrees_by_week(
        case,
        "share of its own parts that a school finds in 38 weeks",
        f"Experience: a chance of {chance} a week",
        (found / np.maximum(own, 1))[:, own > 0],
        1 - (1 - chance) ** weeks,
    )
    sole = chance * count <= 1
    everything = np.array(
        [
            [
                sum((-1) ** j * comb(m, j) * (1 - j * chance) ** t for j in range(m + 1))
                if sole
                else (1 - (1 - chance) ** t) ** m
                for m in range(own.max() + 1)
            ]
            for t in weeks
        ]
    )[:, own]
    error = np.sqrt(np.maximum((everything * (1 - everything)).sum(axis=1), 1.0)) / len(own)
    case.agrees(
        "chance that all parts of one's own are found within t weeks",
        (found == own).mean(axis=1),
        everything.mean(axis=1),
        error=error,
    )
    case.holds("nothing else is found", bool((found <= own).all()), "nothing", "nothing")
    assert_engines_agree(limit(schools_of(4, 3) | USERS | values, 20))


# -- advice


@pytest.mark.parametrize(("transfer", "complexity"), [(0.24, 0.5), (0.5, 0.1), (0.03, 0.0)])
def test_advice_closes_the_gap_geometrically(case, tmp_path, transfer, complexity):
    """In each of many schools one knows all and uses it, and the other nothing; he has no time before the first
    week.
    """
    schools = [f"S{number}" for number in range(300 * MANY)]

    def in_schools(folder, names, weeks):
        values = {
            "advice.ask": 1.0,
            "advice.transfer": transfer,
            "practice.complexity": complexity,
            "ties.pattern": "complete",
        }
        rows = [(f"{name}{who}", name, *has) for name in names for who, has in (("a", ("no", 0)), ("b", ("yes", 1)))]
        files = {"schools": ("school", [(name,) for name in names]), "staff": ("teacher,school,uses,knowledge", rows)}
        return scenario_from_files(folder, values, weeks, **files)

    scenario = in_schools(tmp_path, schools, 20)
    own = numbers_of_parts(scenario.world().schools["own_parts"]).mean() / 24
    times = np.arange(20)  # in which she was helped: in the first week nobody has time
    expected = 1 - own * (1 - transfer) ** times - (1 - own) * (1 - transfer * (1 - complexity)) ** times
    agrees_by_week(
        case,
        f"what she knows over 20 weeks of advice at {transfer}, foreign parts at {transfer * (1 - complexity):.2f}",
        "Advice closes the gap",
        by_week(scenario, "teachers")[:, ::2],
        expected,
    )
    assert_engines_agree(in_schools(tmp_path, schools[:3], 20))


# -- networks

MEETING = {
    "programme.participation": 1.0,
    "programme.delegates": 1,
    "programme.support_years": 3.0,
    "programme.networks_a_facilitator": 1.0,
    "meeting.a_year": 39.0,
    "meeting.in_person": 0.4,
    "meeting.first_trust": 0.5,
    "meeting.online_worth": 0.8,
    "meeting.disadvantage_loss": 0.0,
    "inquiry.facilitation": 0.7,
    "inquiry.facilitation_spread": 0.0,
    "inquiry.capacity": 100.0,
    "parts.context": 0.0,
}


def networks_of(schools: int, number: int, values: dict, weeks: int = 39):
    """So many networks of so many schools with one member each, which meet every week."""
    size = {"programme.schools_a_network": float(schools), "programme.schools_at_most": schools}
    return limit(schools_of(2, schools * number) | NOTHING | MEETING | size | values, weeks)


FACILITATION = 0.7 / (1 + (4 / 100) ** 2)
"""Of four members who share one facilitator."""


def quality(focus: float = 1.0, substitution: float = 0.0) -> float:
    """Quality of the meetings above: the mode times the mean of focus, trust and facilitation, shared by four members.

    Time enters by who comes, and all do.
    """
    mode = 0.4 + 0.6 * 0.8 * (1 + 0.5) / 2
    three = np.array([focus, 0.5, FACILITATION])
    return mode * (
        np.exp(np.log(three).mean()) if substitution == 0 else (three**substitution).mean() ** (1 / substitution)
    )


@pytest.mark.parametrize("substitution", [0.0, 1.0, -2.0])
def test_members_learn_a_fixed_code_as_march_says(case, substitution):
    values = {
        "learning.from_network": 0.25,
        "inquiry.first_knowledge": 1.0,
        "conditions.substitution": substitution,
    }
    scenario = networks_of(4, 100 * MANY, values)
    members = scenario.world().teachers["network"] >= 0
    rate = 0.25 * quality(substitution=substitution) * 0.5  # trust
    agrees_by_week(
        case,
        "what a member knows over 39 meetings",
        "A member learns what her network knows: 1 - (1 - rate)^n",
        by_week(scenario, "teachers")[:, members],
        1 - (1 - rate) ** np.arange(1, 40),
    )
    assert_engines_agree(networks_of(4, 2, values))


def test_a_facilitator_takes_away_from_all_her_networks_what_is_shared_there(case):
    """Four networks of two members share one who knows nothing at first: each part that a member shares she misses with
    a chance of its own in every meeting.
    """
    values = {
        "programme.networks_a_facilitator": 4.0,
        "spanning.carrying": 0.4,
        "inquiry.first_knowledge": 0.0,
        "inquiry.sharing": 0.2,
        "inquiry.loss": 0.0,
        "learning.first_knowledge_low": 0.2,
        "learning.first_knowledge_high": 0.4,
    }
    scenario = networks_of(2, 100 * MANY, values)
    world = scenario.world()
    shared = 0.2 * 0.5 * 0.7 / (1 + (8 / 100) ** 2)  # trust 0.5; eight members in all share one facilitator
    knows = np.array([[int(word) >> part & 1 for part in range(24)] for word in world.teachers["parts"]])
    missed = np.array(
        [
            1
            - 0.4 * (1 - (1 - shared) ** knows[world.seats[network["first_seat"] : network["after_last_seat"]]].sum(0))
            for network in world.networks
        ]
    )
    expected = 1 - missed.reshape(-1, 4, 24).prod(axis=1)[None] ** np.arange(39)[:, None, None]
    known = by_week(scenario, "networks", "facilitator_parts").reshape(39, -1, 4)
    seen = np.bitwise_or.reduce(known, axis=2)
    agrees_by_week(
        case,
        "what a facilitator of four networks knows, a week after each meeting",
        "A facilitator carries what her networks share",
        np.array([numbers_of_parts(week) for week in seen]) / 24,
        expected.mean(axis=(1, 2)),
    )
    assert_engines_agree(networks_of(2, 4, values))


def test_a_network_finds_new_parts_geometrically_where_nobody_applies(case):
    values = {"inquiry.discovery": 0.12, "inquiry.without_application": 0.3, "inquiry.first_knowledge": 0.2}
    seen = by_week(networks_of(4, 400 * MANY, values), "networks")
    rate = 0.12 * 0.3 * quality() * FACILITATION * (1 - 4 / 16)  # of 16 pairs of members four are of one school
    agrees_by_week(
        case,
        "what the network knows, a week after each meeting",
        "A network finds new parts: 1 - .8 (1 - rate)^n",
        seen,
        1 - 0.8 * (1 - rate) ** np.arange(39),
    )


@pytest.mark.parametrize(("sharing", "loss"), [(0.1, 0.3), (0.02, 0.1), (0.5, 0.0)])
def test_what_is_shared_and_what_is_lost_sight_of_balance(case, sharing, loss):
    """Four members who know all: a part is shared with chance s by one of them, and lost with the chance of loss.

    Their facilitator takes nothing away, or she would bring back what was lost.
    """
    knows_all = {"learning.first_knowledge_low": 1.0, "learning.first_knowledge_high": 1.0}
    values = knows_all | {
        "inquiry.sharing": sharing,
        "inquiry.loss": loss,
        "inquiry.first_knowledge": 0.0,
        "spanning.carrying": 0.0,
    }
    seen = by_week(networks_of(4, 100 * MANY, values), "networks")
    shared = 1 - (1 - sharing * 0.5 * FACILITATION) ** 4
    left = (1 - loss) * (1 - shared)
    agrees_by_week(
        case,
        "what the network knows, a week after each meeting",
        "Sharing against loss",
        seen,
        shared / (1 - left) * (1 - left ** np.arange(39)),
    )
    assert_engines_agree(networks_of(4, 2, values, 20))


@pytest.mark.parametrize("schools", [1, 2, 5])
def test_a_network_whose_members_share_all_knows_what_any_of_its_schools_finds(case, schools):
    """1 - (1 - own)^n of the parts, where schools find theirs independently."""
    values = USERS | {
        "experience.learning": 1.0,
        "parts.own": 0.3,
        "meeting.first_trust": 1.0,
        "inquiry.facilitation": 1.0,
        "inquiry.capacity": 1e6,
        "inquiry.sharing": 1.0,
        "inquiry.first_knowledge": 0.0,
    }
    done = finish_run(networks_of(schools, 200 * MANY, values, 12))
    world = done.state()
    union = [0] * len(world.networks)
    for teacher in world.teachers[world.teachers["network"] >= 0]:
        union[teacher["network"]] |= int(world.schools["own_parts"][teacher["school"]])
    case.holds(
        "each network knows the union of what its schools can find",
        world.networks["parts"].tolist() == union,
        "the union",
        "the union",
    )
    known = world.networks["knowledge"]
    expected = 1 - 0.7**schools
    error = math.sqrt(expected * (1 - expected) / (24 * len(known)))
    case.agrees(f"share of the parts that networks of {schools} know", known.mean(), expected, error=error)
    case.agrees("share that one school finds", world.teachers["knowledge"].mean(), 0.3, error=0.01)
