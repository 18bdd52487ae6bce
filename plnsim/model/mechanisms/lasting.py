"""Lasting: who takes the practice up, gives it up, or leaves while using it, and who still uses it of those who used it
when support ended.

It only serves to count: nothing else reads it. Whoever uses the practice at the end of the last week of outside support
(of the first week, where there is none) is followed until she gives it up or leaves her school.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = ()

TEACHER = (
    StateVariable(
        "used_before",
        type="i1",
        unit="yes/no",
        meaning="whoever held the post used it at the end of last week",
        kind="seen",
    ),
    StateVariable(
        "followed",
        type="i1",
        unit="0, 1, 2",
        meaning="used it when support ended, and has neither given it up nor left since (1); gave it up this week (2)",
        kind="marked",
        start=0,
        successor=KEPT,
    ),
)


FOLLOWED = 1
GAVE_UP = 2
"""What the mark ``followed`` can be, besides 0."""


def takes_up(teacher: Teacher) -> bool:
    """Whether she has taken it up this week; a newcomer who uses it has, whatever her predecessor did."""
    return teacher.uses == 1 and (teacher.new > 0 or not teacher.used_before)


def gives_up(teacher: Teacher) -> bool:
    """Whether she has given it up this week."""
    return teacher.used_before == 1 and not teacher.uses and not teacher.new


def has_left_using(teacher: Teacher) -> bool:
    """Whether whoever held the post last week used it and has left."""
    return teacher.used_before == 1 and teacher.new > 0


def follows(week: Week) -> int:
    """Whether those who use it at the end of this week are the ones to be followed: in the last week of support, or in
    the first week where there is no support.
    """
    return week.support_over and (week.supported or week.number == 0)


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.used_before = teacher.uses


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if follows(week):
        teacher.followed = FOLLOWED if teacher.uses else 0
    elif teacher.followed != 0:
        if teacher.followed == GAVE_UP or teacher.new:
            teacher.followed = 0
        elif not teacher.uses:
            teacher.followed = GAVE_UP
