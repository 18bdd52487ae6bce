"""The barrier that a teacher names when asked why not: the scarcest of the conditions that she would have needed.

Asked are users who found no way this week, and teachers who are ready (they know it, enough colleagues use it) but do not
take it up. Time may be more salient than it is scarce. Naming never feeds back: the *actual* barrier is found by
lifting a condition in a paired run.
"""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.conditions import ADOPT, SYMMETRIC, USE
from plnsim.model.mechanisms.focus import focus_of

PARAMETERS = (
    Parameter("salience_of_time", 0.0, "share", (0.0, 0.5), "How much scarcer time feels than it is.", "analysis"),
    Parameter("ready_knowledge", 0.15, "share", (0.1, 0.3), "Knowledge from which a teacher counts as ready.", "analysis"),
)

NOTHING = 0
TIME = 1
LEADERSHIP = 2
FOCUS = 3


def scarcest(process, time, leadership, focus, p):
    """The condition, among those that the process needs, that feels scarcest: 1 time, 2 leadership, 3 focus."""
    of_time, of_leadership, of_focus = process
    everywhere = p.conditions.placement == SYMMETRIC
    named, least = NOTHING, 2.0
    if (of_time > 0.0 or everywhere) and time * (1.0 - p.barrier.salience_of_time) < least:
        named, least = TIME, time * (1.0 - p.barrier.salience_of_time)
    if (of_leadership > 0.0 or everywhere) and leadership < least:
        named, least = LEADERSHIP, leadership
    if (of_focus > 0.0 or everywhere) and focus < least:
        named, least = FOCUS, focus
    return named


def teacher_acts(teacher, world, week, p):
    teacher.barrier = NOTHING
    leadership = world.schools[teacher.school].lasting_leadership
    if teacher.applied < 0:
        teacher.barrier = scarcest(USE, teacher.time, leadership, focus_of(teacher, world), p)
    elif not teacher.uses and teacher.knowledge > p.barrier.ready_knowledge and teacher.exposure >= teacher.threshold:
        teacher.barrier = scarcest(ADOPT, teacher.time, leadership, focus_of(teacher, world), p)
