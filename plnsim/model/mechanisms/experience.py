"""Experience: using the practice teaches it, up to a point.

Alone, learning by doing levels off; reflective inquiry in an active network or a routine written down by the school
lifts that ceiling. Use also fits the practice to the classroom.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.learning import experience_effectiveness
from plnsim.model.mechanisms.rules import relax, transfer
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "learning",
        default=0.03,
        unit="share a week",
        range=(0.01, 0.08),
        meaning="How fast use teaches.",
        group="practice",
        direction="frank-2011",
    ),
    Parameter(
        "ceiling",
        default=0.45,
        unit="share",
        range=(0.25, 1.0),
        meaning="Knowledge that experience alone leads to.",
        group="inquiry",
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
WRITES = ("teacher.knowledge",)
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


def ceiling(inquiry: float, routine: float, p: Parameters) -> float:
    """How far use can teach where there is inquiry or a routine."""
    return p.experience.ceiling + (1.0 - p.experience.ceiling) * (1.0 - (1.0 - inquiry) * (1.0 - routine))


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.applied > 0:
        school = world.schools[teacher.school]
        rate = p.experience.learning * experience_effectiveness(teacher.knowledge, p)
        teacher.knowledge = transfer(teacher.knowledge, ceiling(school.inquiry, school.routine, p), rate)
        teacher.adaptation = relax(teacher.adaptation, 1.0, p.experience.adaptation)
