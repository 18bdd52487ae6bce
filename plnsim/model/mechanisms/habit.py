"""Habit: grows with each week of use towards a plateau, weakens with each week missed and over the holidays (Lally et al. 2010)."""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.rules import relaxed
from plnsim.model.world.school_year import HOLIDAY_WEEKS

PARAMETERS = (
    Parameter("growth", 0.09, "share a week", (0.02, 0.12), "How fast habit grows with use.", "practice", source="lally-2010"),
    Parameter("loss", 0.12, "share a week", (0.05, 0.25), "How fast it weakens when a week is missed.", "practice"),
    Parameter("holiday_loss", 0.3, "share", (0.0, 1.0), "How much of that loss a holiday week causes.", "practice"),
)


def teacher_acts(teacher, world, week, p):
    if teacher.applied > 0:
        teacher.habit = relaxed(teacher.habit, 1.0, p.habit.growth)
    elif teacher.applied < 0:
        teacher.habit = teacher.habit * (1.0 - p.habit.loss)
    if week.ends_year and teacher.uses:
        teacher.habit = teacher.habit * (1.0 - p.habit.holiday_loss * p.habit.loss) ** HOLIDAY_WEEKS
