"""The barrier that a teacher names when asked why not: the scarcest of the conditions that she would have needed.

Asked are users who found no way this week, and teachers who are ready (they know it, enough colleagues use it) but do
not take it up. Time may be more salient than it is scarce. Naming never feeds back: the *actual* barrier is found by
lifting a condition in a paired run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.conditions import ADOPT, SYMMETRIC, USE
from plnsim.model.mechanisms.focus import focus_of
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "salience_of_time",
        default=0.0,
        unit="share",
        range=(0.0, 0.5),
        meaning="How much scarcer time feels than it is.",
        group="analysis",
    ),
    Parameter(
        "ready_knowledge",
        default=0.15,
        unit="share",
        range=(0.1, 0.3),
        meaning="Knowledge from which a teacher counts as ready.",
        group="analysis",
    ),
)


NAMED = ("nothing", "time", "leadership", "focus")
"""What can be named as in the way, in the order of the numbers that stand for it."""
NOTHING = NAMED.index("nothing")
TIME = NAMED.index("time")
LEADERSHIP = NAMED.index("leadership")
FOCUS = NAMED.index("focus")

TEACHER = (
    StateVariable(
        "barrier",
        type="i1",
        unit="0 to 3",
        meaning="what she names as in the way: nothing, time, leadership, focus",
        kind="marked",
        start=NOTHING,
        successor=NOTHING,
    ),
)


def limiting_condition(
    process: tuple[float, float, float], time: float, leadership: float, focus: float, p: Parameters
) -> int:
    """The condition, among those that the process needs, that feels scarcest, as its place in ``NAMED``."""
    time_weight, leadership_weight, focus_weight = process
    everywhere = p.conditions.placement == SYMMETRIC
    named, least = NOTHING, 2.0
    if (time_weight > 0.0 or everywhere) and time * (1.0 - p.barrier.salience_of_time) < least:
        named, least = TIME, time * (1.0 - p.barrier.salience_of_time)
    if (leadership_weight > 0.0 or everywhere) and leadership < least:
        named, least = LEADERSHIP, leadership
    if (focus_weight > 0.0 or everywhere) and focus < least:
        named, least = FOCUS, focus
    return named


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.barrier = NOTHING
    leadership = world.schools[teacher.school].lasting_leadership
    if teacher.applied < 0:
        teacher.barrier = limiting_condition(USE, teacher.time, leadership, focus_of(teacher, world), p)
    elif not teacher.uses and teacher.knowledge > p.barrier.ready_knowledge and teacher.exposure >= teacher.threshold:
        teacher.barrier = limiting_condition(ADOPT, teacher.time, leadership, focus_of(teacher, world), p)
