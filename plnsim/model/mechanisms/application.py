"""Application: a teacher who has taken up the practice uses it this week, or finds no way to.

Conditions decide, and habit carries part of what they do not give (never all of it: with full habit nothing else would
count).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.conditions import USE, ces_mean
from plnsim.model.mechanisms.focus import focus_of
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "habit_carries",
        default=0.5,
        unit="share",
        range=(0.2, 0.8),
        meaning="Share of missing conditions that a full habit makes up for.",
        group="practice",
        direction="lally-2010",
    ),
)

TEACHER = (
    StateVariable(
        "applied",
        type="i1",
        unit="-1, 0, 1",
        meaning="this week: used it (1), meant to and did not (-1), was no user (0)",
        start=0,
        successor=0,
    ),
)

USES = stream("use")


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.applied = 0
    if teacher.uses:
        leadership = world.schools[teacher.school].lasting_leadership
        conditions = ces_mean(USE, teacher.time, leadership, focus_of(teacher, world), p)
        manages = relax(conditions, 1.0, p.application.habit_carries * teacher.habit)
        teacher.applied = 1 if uniform(week.key, USES, teacher.name) < manages else -1
