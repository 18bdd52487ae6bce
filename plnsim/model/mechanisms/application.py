"""Application: a teacher who has taken up the practice uses it this week, or finds no way to.

Conditions decide, and habit carries part of what they do not give (never all of it: with full habit nothing else would count).
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import decision, drawn
from plnsim.model.mechanisms.conditions import USE, combined
from plnsim.model.mechanisms.focus import focus_of
from plnsim.model.mechanisms.rules import relaxed

PARAMETERS = (
    Parameter("habit_carries", 0.5, "share", (0.2, 0.8), "Share of missing conditions that a full habit makes up for.", "practice",
              direction="lally-2010"),
)

USES = decision("use")


def teacher_acts(teacher, world, week, p):
    teacher.applied = 0
    if teacher.uses:
        leadership = world.schools[teacher.school].lasting_leadership
        conditions = combined(USE, teacher.time, leadership, focus_of(teacher, world), p)
        manages = relaxed(conditions, 1.0, p.application.habit_carries * teacher.habit)
        teacher.applied = 1 if drawn(week.luck, USES, teacher.name) < manages else -1
