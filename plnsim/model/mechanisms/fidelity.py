"""Drift: who takes the practice over from colleagues copies it with errors, and errors add up along the chain.

Contact with the source (``learning``) and a routine bring it back to its core.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "drift",
        default=0.2,
        unit="share",
        range=(0.0, 0.5),
        meaning="Share of the core that one who knows nothing loses in taking it over.",
        group="practice",
    ),
    Parameter(
        "routine_repair",
        default=0.02,
        unit="share a week",
        range=(0.0, 0.06),
        meaning="How fast a full routine brings users back to the core.",
        group="practice",
    ),
)

TEACHER = (
    StateVariable(
        "fidelity",
        type="f8",
        unit="share",
        meaning="how much of the core her practice keeps",
        start=1.0,
        successor=1.0,
    ),
)


def copied_fidelity(source_fidelity: float, knowledge: float, p: Parameters) -> float:
    """The fidelity with which a practice is taken over."""
    return source_fidelity * (1.0 - p.fidelity.drift * (1.0 - knowledge))


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.applied != 0:
        routine = world.schools[teacher.school].routine
        teacher.fidelity = relax(teacher.fidelity, 1.0, p.fidelity.routine_repair * routine)
