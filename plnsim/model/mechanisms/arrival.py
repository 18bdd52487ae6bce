"""Arrival: what newcomers bring from other schools, and how a school with a routine brings them in.

Who comes and how many is settled by turnover, whose parameters hold here as well; what a newcomer is to begin with
stands with each state variable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.learning import initial_parts, learn
from plnsim.model.mechanisms.norms import initial_belief
from plnsim.model.mechanisms.parts import draw_parts, share_of_parts, without
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = ()
WRITES = (
    "teacher.belief",
    "teacher.fidelity",
    "teacher.first_belief",
    "teacher.knowledge",
    "teacher.parts",
    "teacher.tried",
    "teacher.uses",
)
"""State variables of other mechanisms that this one writes."""

TEACHER = (
    StateVariable(
        "moved_parts",
        type="u8",
        unit="set",
        meaning="the parts that whoever moves in at the year end knows",
        kind="seen",
    ),
    StateVariable(
        "moved_belief",
        type="f8",
        unit="share",
        meaning="belief that whoever moves in at the year end brings",
        kind="seen",
    ),
)

MOVER = stream("mover")
MOVED_FROM = stream("moved from")
INDUCTION = stream("induction")
INDUCTED = stream("induction parts")


def moves_in(teacher: Teacher, week: Week, p: Parameters) -> bool:
    """Whether a newcomer comes from another school of the system."""
    return uniform(week.key, MOVER, teacher.name) < p.turnover.movers


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if not week.ends_year or not moves_in(teacher, week, p):
        return
    school = world.schools[teacher.school]
    staff = school.after_last_teacher - school.first_teacher
    others = len(world.teachers) - staff
    if others == 0:
        teacher.moved_parts = initial_parts(teacher, world, week, p)
        teacher.moved_belief = initial_belief(teacher, world, week, p)
        return
    place = int(uniform(week.key, MOVED_FROM, teacher.name) * others)
    elsewhere = world.teachers[place if place < school.first_teacher else place + staff]
    teacher.moved_parts = elsewhere.parts
    teacher.moved_belief = elsewhere.belief


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if not week.ends_year or not teacher.new:
        return
    if moves_in(teacher, week, p):
        teacher.parts = teacher.moved_parts
        teacher.knowledge = share_of_parts(teacher.parts, p)
        teacher.belief = teacher.moved_belief
        teacher.first_belief = teacher.moved_belief
    school = world.schools[teacher.school]
    if school.users > 0:
        inducted = p.turnover.induction * school.routine
        shown = without(school.user_parts, teacher.parts)
        learn(teacher, draw_parts(shown, inducted, week, INDUCTED, teacher.name, p), p)
        if uniform(week.key, INDUCTION, teacher.name) < inducted:
            teacher.uses = 1
            teacher.tried = 1
            teacher.fidelity = school.user_fidelity
