"""Participation: each school decides at the end of a year whether it takes part in its network: stays, leaves, joins.

What the network is worth to it (evidence, trust, its own leadership and focus) counts, that taking part has become a
habit, and how many of its neighbours take part: the schools of its networks and those nearest by. A new head breaks
part of the habit, and lets a school that has left think again (Kittelman et al. 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.conditions import RENEW, ces_mean
from plnsim.model.mechanisms.partners import joint
from plnsim.model.mechanisms.renewal import ALWAYS, network_value
from plnsim.model.mechanisms.rules import fixed_point_mean, logistic, relax
from plnsim.model.mechanisms.succession import continuity
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Week, World

PARAMETERS = (
    Parameter(
        "threshold_supported",
        default=0.38,
        unit="share",
        range=(0.2, 0.6),
        meaning="Value at which a school takes part in every second case while there is outside support.",
        group="policy",
    ),
    Parameter(
        "neighbours",
        default=0.2,
        unit="share",
        range=(0.0, 0.6),
        meaning="Weight of the share of its neighbours that take part, against what a school sees itself.",
        group="policy",
    ),
    Parameter(
        "habit_growth",
        default=0.3,
        unit="share a year",
        range=(0.1, 0.6),
        meaning="How fast taking part becomes a habit of the school, and how fast that is lost.",
        group="policy",
    ),
    Parameter(
        "habit_carries",
        default=0.5,
        unit="share",
        range=(0.0, 0.9),
        meaning="Share of a school's doubts about staying, and about filling a seat, that a full habit makes up for.",
        group="policy",
    ),
    Parameter(
        "refill",
        default=0.1,
        unit="chance a week",
        range=(0.03, 0.5),
        meaning="Chance that a vacant seat is filled, under full leadership or habit.",
        group="mobilisation",
    ),
)

TAKES_PART = 1
OUTSIDE = 0
LEFT = -1
"""What the standing of a school can be."""


def initial_standing(school: School, world: World, week: Week, p: Parameters) -> int:
    """Whether it takes part from the start, or from the founding of its network on."""
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        if teacher.network >= 0 and teacher.seat < world.networks[teacher.network].first_schools:
            return TAKES_PART
    return OUTSIDE


def carried_habit(school: School, world: World, week: Week, p: Parameters) -> float:
    """What is left of the habit of taking part under a new head: what others and routine carry of the work."""
    return school.taking_part * continuity(school.distributed, school.routine, p)


SCHOOL = (
    StateVariable(
        "standing",
        type="i1",
        unit="-1, 0, 1",
        meaning="takes part in its networks (1), has not joined them yet or has no seat (0), or has left them (-1)",
        start=initial_standing,
        successor=KEPT,
    ),
    StateVariable(
        "taking_part",
        type="f8",
        unit="share",
        meaning="how far taking part is a habit of the school",
        start=0.0,
        successor=carried_habit,
    ),
    StateVariable(
        "invited",
        type="i1",
        unit="-1, 0, 1",
        meaning="has a seat in an active network (1), only in such as have ended (-1), or neither (0)",
        kind="seen",
    ),
    StateVariable(
        "trust_seen", type="f8", unit="share", meaning="trust in that network, the highest of several", kind="seen"
    ),
    StateVariable(
        "evidence_seen",
        type="f8",
        unit="share",
        meaning="evidence of the year, its own and its networks'; its staff's belief where there is none",
        kind="seen",
    ),
    StateVariable(
        "neighbours_in",
        type="f8",
        unit="share",
        meaning="share of its neighbours, in its networks and nearest by, that take part",
        kind="seen",
    ),
)

STAYS = stream("school stays")
JOINS = stream("school joins")


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    if not week.ends_year:
        return
    school.invited = 0
    school.trust_seen = 0.0
    evidence, seen, taking_part, neighbours = school.evidence_total, school.evidence_count, 0, 0
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        if teacher.first_delegate:
            network = world.networks[teacher.network]
            if network.active:
                here = 1 if school.standing == TAKES_PART else 0
                founder = 1 if teacher.seat < network.first_schools else 0
                taking_part += network.schools - here
                neighbours += max(network.first_schools - founder, network.schools - here)
                evidence += network.evidence_total
                seen += network.evidence_count
                school.trust_seen = max(school.trust_seen, network.trust)
                school.invited = 1
            elif network.begun and school.invited == 0:
                school.invited = -1
    school.evidence_seen = fixed_point_mean(evidence, seen) if seen > 0 else school.mean_belief
    for place in range(world.neighbours_first[school.place], world.neighbours_first[school.place + 1]):
        neighbours += 1
        if world.schools[world.neighbours_to[place]].standing == TAKES_PART:
            taking_part += 1
    school.neighbours_in = taking_part / neighbours if neighbours > 0 else 0.0


def wishes_to_take_part(school: School, week: Week, p: Parameters) -> float:
    """How likely a school is to say yes to its network, habit and occasion apart."""
    conditions = ces_mean(RENEW, school.mean_time, school.leadership, school.focus, p)
    worth = network_value(school.evidence_seen, school.trust_seen, conditions)
    value = relax(worth, school.neighbours_in, p.participation.neighbours)
    threshold = p.renewal.threshold if week.support_over else p.participation.threshold_supported
    wishes = logistic(p.renewal.sharpness * (value - threshold))
    if week.support_over:
        wishes = relax(wishes, 1.0, joint(p.partners.continuity, p.partners.a_network))
    return wishes


def school_updates(school: School, world: World, week: Week, p: Parameters) -> None:
    if not week.ends_year or school.invited == 0:
        return
    if school.invited < 0:
        if school.standing == TAKES_PART:
            school.standing = LEFT
        school.taking_part = relax(school.taking_part, 0.0, p.participation.habit_growth)
        return
    wishes = wishes_to_take_part(school, week, p)
    if school.standing == TAKES_PART:
        stays = relax(wishes, 1.0, p.participation.habit_carries * school.taking_part)
        if p.renewal.rule != ALWAYS and uniform(week.key, STAYS, school.name) >= stays:
            school.standing = LEFT
    else:
        thinks = 1.0 if school.new_head and school.standing == LEFT else p.recruitment.rate
        if uniform(week.key, JOINS, school.name) < thinks * wishes:
            school.standing = TAKES_PART
    habit = 1.0 if school.standing == TAKES_PART else 0.0
    school.taking_part = relax(school.taking_part, habit, p.participation.habit_growth)
