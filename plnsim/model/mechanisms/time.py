"""Time is spent: hours a teacher has for developing her practice, what she gives of them, and what is left for it.

Heads create time (facilitation), a routine timetables it, a funded programme pays cover for members; disadvantaged
schools have less of it, teachers differ in load, and weeks differ. From the hours of a week she first makes up for the
network meetings that she came to, then gives to colleagues: stands in for those who are away without cover, shares what
she brought home, helps who asks, asks. What was promised last week (she shares, she asks) is paid this week, so that
nothing is read before it is known. What is left is measured against what using the practice takes: more for a beginner
in a complex practice, less by habit; more than enough adds nothing.

Hours are kept in whole millionths of an hour, so they add up exactly: what a teacher has in a week is what she gives to
the network, what she gives to colleagues, and what is left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import lognormal, stream, uniform
from plnsim.model.mechanisms.rules import relax, trait_stream
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "hours",
        default=1.6,
        unit="hours a week",
        range=(0.3, 2.0),
        meaning="Hours for developing one's practice, in an average school.",
        group="time",
        bounds=(0.0, 40.0),
    ),
    Parameter(
        "cover",
        default=0.6,
        unit="hours a week",
        range=(0.0, 1.2),
        meaning="Cover paid for network members while the programme is supported, whatever their meetings take.",
        group="time",
        bounds=(0.0, 40.0),
    ),
    Parameter(
        "facilitation",
        default=0.5,
        unit="share",
        range=(0.0, 1.0),
        meaning="How far leaders create time: 0 not at all, 1 from none to double.",
        group="leadership",
        direction="brown-poortman-2020",
    ),
    Parameter(
        "routine_hours",
        default=0.4,
        unit="hours a week",
        range=(0.0, 0.8),
        meaning="Hours that a full routine timetables.",
        group="time",
        bounds=(0.0, 40.0),
    ),
    Parameter(
        "needed",
        default=0.8,
        unit="hours a week",
        range=(0.4, 1.5),
        meaning="Hours that an expert without habit needs.",
        group="time",
        bounds=(0.01, 40.0),
    ),
    Parameter(
        "habit_saves",
        default=0.5,
        unit="share",
        range=(0.2, 0.8),
        meaning="Share of the hours that a full habit saves.",
        group="time",
        bounds=(0.0, 0.95),
    ),
    Parameter(
        "load_spread",
        default=0.35,
        unit="log hours",
        range=(0.0, 0.6),
        meaning="How much teachers differ in hours, for good.",
        group="time",
        bounds=(0.0, 2.0),
    ),
    Parameter(
        "weekly_spread",
        default=0.9,
        unit="log hours",
        range=(0.1, 1.0),
        meaning="How much weeks differ.",
        group="time",
        bounds=(0.0, 2.0),
    ),
    Parameter(
        "most_for_meetings",
        default=0.5,
        unit="share",
        range=(0.25, 1.0),
        meaning="Share of her own hours, besides cover, that a member gives to meetings at most.",
        group="time",
    ),
    Parameter(
        "stand_in",
        default=0.3,
        unit="share",
        range=(0.0, 0.8),
        meaning="Hours for which the staff stand in, for each hour given to meetings without cover.",
        group="time",
    ),
    Parameter(
        "absorbed",
        default=0.0,
        unit="share",
        range=(0.0, 0.8),
        meaning="Share of given hours that other demands absorb where neither leaders nor goals speak for it.",
        group="time",
    ),
    Parameter(
        "disadvantage_gradient",
        default=0.4,
        unit="share",
        range=(0.0, 0.8),
        meaning="Hours lost from the least to the most disadvantaged school.",
        group="time",
    ),
)

INITIAL_LOAD = stream("load")
NEW_LOAD = stream("new load")


def initial_load(teacher: Teacher, world: World, week: Week, p: Parameters) -> float:
    """Her hours against the average, for good."""
    return lognormal(p.time.load_spread, uniform(week.key, trait_stream(week, INITIAL_LOAD, NEW_LOAD), teacher.name))


TEACHER = (
    StateVariable(
        "load",
        type="f8",
        unit="factor",
        meaning="her hours for development against the average (mean 1)",
        kind="fixed",
        start=initial_load,
        successor=initial_load,
    ),
    StateVariable(
        "time",
        type="f8",
        unit="share",
        meaning="time sufficiency this week: hours she has against hours it takes",
        start=0.0,
        successor=KEPT,
    ),
    StateVariable(
        "owed",
        type="i4",
        unit="microhours",
        meaning="hours of the meetings that she came to which she has not made up for yet; they stay with the post",
        start=0,
        successor=KEPT,
    ),
    StateVariable(
        "asked",
        type="i1",
        unit="0, 1, 2",
        meaning="asked a colleague about it this week (1), or watched him use it (2): both pay for it next week",
        start=0,
        successor=0,
    ),
    StateVariable(
        "network_hours",
        type="i4",
        unit="microhours",
        meaning="hours of this week that she gave to the network: meetings, travel and preparing made up for",
        kind="marked",
        start=0,
        successor=KEPT,
    ),
    StateVariable(
        "uncovered_hours",
        type="i4",
        unit="microhours",
        meaning="of them, those beyond the cover of this week, for which her colleagues stand in",
        start=0,
        successor=KEPT,
    ),
    StateVariable(
        "colleague_hours",
        type="i4",
        unit="microhours",
        meaning="hours of this week that she gave to colleagues: standing in, sharing, helping, asking, watching",
        kind="marked",
        start=0,
        successor=KEPT,
    ),
    StateVariable(
        "hours_left",
        type="i4",
        unit="microhours",
        meaning="hours of this week that were left for the practice",
        kind="marked",
        start=0,
        successor=KEPT,
    ),
)

SCHOOL = (
    StateVariable(
        "standing_in",
        type="f8",
        unit="hours",
        meaning="hours for which each of the staff has to stand in this week",
        kind="seen",
    ),
    StateVariable(
        "helping",
        type="f8",
        unit="hours",
        meaning="hours that each of those who use it has to help colleagues who asked or watched last week",
        kind="seen",
    ),
)

HOURS = stream("hours")
ASKED = 1
WATCHED = 2
"""What ``asked`` can be, besides 0."""
MICROHOURS = 1_000_000.0
WHOLE_WEEK = 168.0
"""Hours that a week has; nobody gives or owes for one meeting more than that."""


def to_microhours(hours: float) -> int:
    """Hours as a whole number of millionths of an hour, a week at most."""
    return int(min(WHOLE_WEEK, hours) * MICROHOURS + 0.5)


def kept_share(school: School, p: Parameters) -> float:
    """Share of given hours that other demands leave: all where leaders and goals speak for the practice."""
    return 1.0 - p.time.absorbed * (1.0 - 0.5 * (school.leadership + school.focus))


def given_from_outside(school: School, p: Parameters) -> float:
    """Share of the way to its target that time is moved from outside; other demands absorb of what is given."""
    return p.conditions.time_shift * kept_share(school, p)


def hours_expected(school: School, p: Parameters) -> float:
    """Hours a week of an average teacher of a school, without cover."""
    lead = 1.0 - p.time.facilitation + 2.0 * p.time.facilitation * school.leadership
    hours = p.time.hours * (1.0 - p.time.disadvantage_gradient * (school.disadvantage - 0.5)) * lead
    return hours * kept_share(school, p) + p.time.routine_hours * school.routine


def cover_paid(teacher: Teacher, week: Week, p: Parameters) -> int:
    """Cover that is paid for her this week, in millionths of an hour."""
    return to_microhours(p.time.cover) if week.supported and teacher.member else 0


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    uncovered, asked, watched, users = 0, 0, 0, 0
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        uncovered += teacher.uncovered_hours
        asked += teacher.asked == ASKED
        watched += teacher.asked == WATCHED
        users += teacher.uses
    staff = school.after_last_teacher - school.first_teacher
    school.standing_in = p.time.stand_in * uncovered / MICROHOURS / staff
    school.helping = (p.advice.hours * asked + p.observation.hours * watched) / users if users > 0 else 0.0


def hours_needed(knowledge: float, habit: float, p: Parameters) -> float:
    """Hours a week that the practice takes: more for a beginner in a complex practice, fewer by habit."""
    return p.time.needed * (1.0 + p.practice.complexity * (1.0 - knowledge)) * (1.0 - p.time.habit_saves * habit)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    school = world.schools[teacher.school]
    luck = lognormal(p.time.weekly_spread, uniform(week.key, HOURS, teacher.name))
    own = to_microhours(school.hours * teacher.load * luck)
    cover = cover_paid(teacher, week, p)
    for_network = 0
    if teacher.owed > 0:
        for_network = min(teacher.owed, cover + int(p.time.most_for_meetings * own))
        teacher.owed = teacher.owed - for_network
    teacher.network_hours = for_network
    teacher.uncovered_hours = max(0, for_network - cover)
    for_colleagues = school.standing_in + p.mobilisation.sharing_hours * teacher.mobilises
    for_colleagues += school.helping * teacher.uses
    if teacher.asked:
        for_colleagues += p.observation.hours if teacher.asked == WATCHED else p.advice.hours
    given = min(own + cover - for_network, to_microhours(for_colleagues))
    left = own + cover - for_network - given
    per_microhour = 1.0 / (MICROHOURS * hours_needed(teacher.knowledge, teacher.habit, p))
    teacher.colleague_hours = given
    teacher.hours_left = left
    enough = min(1.0, left * per_microhour)
    if p.conditions.time_shift > 0.0:
        enough = relax(enough, p.conditions.time_target, given_from_outside(school, p))
    teacher.time = enough
