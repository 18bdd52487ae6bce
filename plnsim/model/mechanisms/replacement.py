"""Replacement: whoever takes over a post or a school begins as each state variable declares for a successor.

Nothing of a predecessor is inherited that is not declared as kept: the assignments are made from the declarations, so
that a new state variable cannot be forgotten here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.model.mechanisms.declarations import declared_by_mechanisms
from plnsim.model.state import assigning

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Teacher, Week, World

PARAMETERS = ()

replace_teacher = assigning(
    "replace_teacher", "teacher", declared_by_mechanisms(), "successor", "What a newcomer begins with in a post."
)
replace_head = assigning(
    "replace_head", "school", declared_by_mechanisms(), "successor", "What becomes of a school when a new head comes."
)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if week.ends_year and teacher.new:
        replace_teacher(teacher, world, week, p)


def school_updates(school: School, world: World, week: Week, p: Parameters) -> None:
    if school.new_head:
        replace_head(school, world, week, p)
