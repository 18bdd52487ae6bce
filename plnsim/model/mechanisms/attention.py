"""Attention: how present the practice is to one who uses it.

It fades towards what she sees of its benefit, and to nothing where she does not use it. A meeting of her network, a
broker's advice or a visit renews it. Who attends to it less, finds less often a way to use it (``application``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.mobilisation import is_visited
from plnsim.model.mechanisms.parts import no_parts
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "fading",
        default=0.058,
        unit="share a week",
        range=(0.0, 0.06),
        meaning="How fast attention fades towards what evidence of benefit keeps up.",
        group="practice",
    ),
)

TEACHER = (
    StateVariable(
        "attention",
        type="f8",
        unit="share",
        meaning="how present the practice is to her",
        start=1.0,
        successor=1.0,
    ),
)


def is_renewed(teacher: Teacher, world: World, week: Week, p: Parameters) -> bool:
    """Whether something brought the practice back to her mind this week; who does not use it yet begins attentive."""
    if not teacher.uses or teacher.quality > 0.0 or teacher.advised != no_parts():
        return True
    return is_visited(world.schools[teacher.school], week, p)


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if is_renewed(teacher, world, week, p):
        teacher.attention = 1.0
    else:
        kept = teacher.evidence if teacher.applied > 0 else 0.0
        teacher.attention = relax(teacher.attention, kept, p.attention.fading)
