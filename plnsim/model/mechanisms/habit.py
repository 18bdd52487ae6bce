"""Habit: grows with each week of use towards a plateau, weakens with each week missed and over the holidays (Lally et
al. 2010).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.rules import relax
from plnsim.model.school_year import HOLIDAY_WEEKS
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "growth",
        default=0.09,
        unit="share a week",
        range=(0.02, 0.12),
        meaning="How fast habit grows with use.",
        group="practice",
        source="lally-2010",
    ),
    Parameter(
        "loss",
        default=0.12,
        unit="share a week",
        range=(0.05, 0.25),
        meaning="How fast it weakens when a week is missed.",
        group="practice",
    ),
    Parameter(
        "holiday_loss",
        default=0.3,
        unit="share",
        range=(0.0, 1.0),
        meaning="How much of that loss a holiday week causes.",
        group="practice",
    ),
)

TEACHER = (
    StateVariable(
        "habit",
        type="f8",
        unit="share",
        meaning="how far using it has become a habit",
        start=0.0,
        successor=0.0,
    ),
)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.applied > 0:
        teacher.habit = relax(teacher.habit, 1.0, p.habit.growth)
    elif teacher.applied < 0:
        teacher.habit = teacher.habit * (1.0 - p.habit.loss)
    if week.ends_year and teacher.uses:
        teacher.habit = teacher.habit * (1.0 - p.habit.holiday_loss * p.habit.loss) ** HOLIDAY_WEEKS
