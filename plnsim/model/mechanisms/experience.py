"""Experience: using the practice teaches what a school can find by itself, and nothing else.

A routine of the school shows a user what another user knows. Use also fits the practice to the classroom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream
from plnsim.model.mechanisms.learning import experience_effectiveness, learn
from plnsim.model.mechanisms.parts import draw_parts, without
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "learning",
        default=0.03,
        unit="share a week",
        range=(0.01, 0.08),
        meaning="Chance that a week of use teaches a part that a school can find by itself.",
        group="practice",
        direction="frank-2011",
    ),
    Parameter(
        "adaptation",
        default=0.02,
        unit="share a week",
        range=(0.0, 0.06),
        meaning="How fast a user fits the practice to her classroom.",
        group="practice",
        direction="prenger-2022",
    ),
)
WRITES = ("teacher.parts", "teacher.knowledge")
"""State variables of other mechanisms that this one writes."""

TEACHER = (
    StateVariable(
        "adaptation",
        type="f8",
        unit="share",
        meaning="how far she has fitted it to her classroom",
        start=0.0,
        successor=0.0,
    ),
)


FINDS = stream("experience part")
SHOWN = stream("routine part")


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.applied > 0:
        school = world.schools[teacher.school]
        rate = p.experience.learning * experience_effectiveness(teacher.knowledge, p)
        learn(teacher, draw_parts(without(school.own_parts, teacher.parts), rate, week, FINDS, teacher.name, p), p)
        shown = without(school.user_parts, teacher.parts)
        learn(teacher, draw_parts(shown, rate * school.routine, week, SHOWN, teacher.name, p), p)
        teacher.adaptation = relax(teacher.adaptation, 1.0, p.experience.adaptation)
