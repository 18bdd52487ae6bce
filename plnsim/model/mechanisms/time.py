"""Time: hours a teacher has for developing her practice against the hours that it takes.

Heads create time (facilitation), a routine timetables it, a funded programme pays cover for members; disadvantaged
schools have less of it, teachers differ in load, and weeks differ. A complex practice takes a beginner longer, a habit
takes less. Time saturates: more than enough adds nothing.
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
        default=0.75,
        unit="hours a week",
        range=(0.15, 1.5),
        meaning="Hours for developing one's practice, in an average school.",
        group="time",
        bounds=(0.0, 40.0),
    ),
    Parameter(
        "cover",
        default=0.6,
        unit="hours a week",
        range=(0.0, 1.2),
        meaning="Cover paid for network members while the programme is supported.",
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
)

HOURS = stream("hours")


def hours_expected(school: School, funded_member: int, p: Parameters) -> float:
    """Hours a week of an average teacher of a school."""
    lead = 1.0 - p.time.facilitation + 2.0 * p.time.facilitation * school.leadership
    hours = p.time.hours * (1.0 - p.time.disadvantage_gradient * (school.disadvantage - 0.5)) * lead
    hours += p.time.routine_hours * school.routine
    if funded_member:
        hours += p.time.cover
    return hours


def hours_needed(knowledge: float, habit: float, p: Parameters) -> float:
    """Hours a week that the practice takes: more for a beginner in a complex practice, fewer by habit."""
    return p.time.needed * (1.0 + p.practice.complexity * (1.0 - knowledge)) * (1.0 - p.time.habit_saves * habit)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    school = world.schools[teacher.school]
    hours = hours_expected(school, week.supported and teacher.member, p) * teacher.load
    hours *= lognormal(p.time.weekly_spread, uniform(week.key, HOURS, teacher.name))
    enough = min(1.0, hours / hours_needed(teacher.knowledge, teacher.habit, p))
    teacher.time = relax(enough, p.conditions.time_target, p.conditions.time_shift)
