"""Who takes part in a network: holders of a seat, as long as the network meets and their school takes part.

Few learn on behalf of many (Brown & Poortman 2019). A school takes part while one of its staff is a member. The seat
of someone who leaves is vacant until the school sends somebody: the sooner, the more its leaders care and the more
taking part is a habit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.participation import TAKES_PART
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Teacher, Week, World

PARAMETERS = ()
WRITES = ("teacher.new",)
"""State variables of other mechanisms that this one writes."""


def has_joined(teacher: Teacher, world: World) -> bool:
    """Whether hers is a seat in an active network in which her school takes part."""
    if teacher.network < 0:
        return False
    return world.networks[teacher.network].active == 1 and world.schools[teacher.school].standing == TAKES_PART


def initial_membership(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """Whether she takes part from the start."""
    return 1 if has_joined(teacher, world) else 0


def vacated(teacher: Teacher, world: World, week: Week, p: Parameters) -> int:
    """Whether the post holds a seat, which is vacant when it changes hands."""
    return 1 if teacher.network >= 0 else 0


TEACHER = (
    StateVariable(
        "vacant",
        type="i1",
        unit="yes/no",
        meaning="the seat of the post is not filled",
        start=0,
        successor=vacated,
    ),
    StateVariable(
        "member",
        type="i1",
        unit="yes/no",
        meaning="takes part in an active network",
        start=initial_membership,
        successor=0,
    ),
    StateVariable(
        "new_member",
        type="i1",
        unit="yes/no",
        meaning="took over the seat this week",
        start=0,
        successor=0,
    ),
)

SCHOOL = (
    StateVariable("participates", type="i1", unit="yes/no", meaning="has members in an active network", kind="seen"),
    StateVariable(
        "inquiry",
        type="f8",
        unit="share",
        meaning="reflective inquiry open to its users through an active network",
        kind="seen",
    ),
)

FILLED = stream("seat is filled")


def attends(teacher: Teacher, world: World, week: Week) -> bool:
    """Whether the holder of a seat comes when the network meets: members do, and in a tune-up all whose school ever
    took part.
    """
    if teacher.member or not week.tune_up:
        return teacher.member == 1
    return (
        world.networks[teacher.network].begun == 1
        and world.schools[teacher.school].standing != 0
        and not teacher.vacant
    )


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    school.participates = 0
    school.inquiry = 0.0
    for post in range(school.first_teacher, school.after_last_teacher):
        teacher = world.teachers[post]
        if teacher.member:
            school.participates = 1
            school.inquiry = max(school.inquiry, world.networks[teacher.network].facilitation)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.new = 0
    teacher.new_member = 0
    teacher.member = 0
    if not has_joined(teacher, world):
        return
    if teacher.vacant:
        school = world.schools[teacher.school]
        willing = relax(school.leadership, 1.0, p.participation.habit_carries * school.taking_part)
        if uniform(week.key, FILLED, teacher.name) < p.participation.refill * willing:
            teacher.vacant = 0
            teacher.new_member = 1
    if not teacher.vacant:
        teacher.member = 1
