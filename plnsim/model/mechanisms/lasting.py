"""Lasting: marks who takes the practice up, who gives it up, who leaves while using it, and who still uses it of those
who used it when support ended.

It only serves to count: nothing else reads it. Whoever uses the practice at the end of the last week of outside support
(of the first week, where there is none) is followed until she gives it up or leaves her school.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.model.mechanisms.adoption import present_use
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
        kind="marked",
        start=present_use,
        successor=KEPT,
    ),
    StateVariable(
        "took_up",
        type="i1",
        unit="yes/no",
        meaning="took it up this week",
        kind="marked",
        start=0,
        successor=KEPT,
    ),
    StateVariable(
        "gave_up",
        type="i1",
        unit="yes/no",
        meaning="gave it up this week",
        kind="marked",
        start=0,
        successor=KEPT,
    ),
    StateVariable(
        "left_using",
        type="i1",
        unit="yes/no",
        meaning="whoever held the post last week used it and left",
        kind="marked",
        start=0,
        successor=KEPT,
    ),
    StateVariable(
        "followed",
        type="i1",
        unit="0 to 3",
        meaning="used it when support ended, and has neither given it up nor left since (1); gave it up this week (2)",
        kind="marked",
        start=0,
        successor=KEPT,
    ),
)


FOLLOWED = 1
GAVE_UP = 2
"""What the mark ``followed`` can be, besides 0."""


def follows(week: Week) -> int:
    """Whether those who use it at the end of this week are the ones to be followed: in the last week of support, or in
    the first week where there is no support.
    """
    return week.support_over and (week.supported or week.number == 0)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    before = teacher.used_before
    teacher.took_up = 1 if teacher.uses and (teacher.new or not before) else 0
    teacher.gave_up = 1 if before and not teacher.uses and not teacher.new else 0
    teacher.left_using = 1 if before and teacher.new else 0
    if follows(week):
        teacher.followed = FOLLOWED if teacher.uses else 0
    elif teacher.followed != FOLLOWED or teacher.new:
        teacher.followed = 0
    elif teacher.gave_up:
        teacher.followed = GAVE_UP
    teacher.used_before = teacher.uses
