"""Drift: who takes the practice over from colleagues copies it with errors, and errors add up along the chain.

Contact with the source (``learning``) and a routine bring it back to its core.
"""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.rules import relaxed

PARAMETERS = (
    Parameter("drift", 0.2, "share", (0.0, 0.5), "Share of the core that one who knows nothing loses in taking it over.", "practice"),
    Parameter("routine_repair", 0.02, "share a week", (0.0, 0.06), "How fast a full routine brings users back to the core.", "practice"),
)


def copied(source_fidelity, knowledge, p):
    """The fidelity with which a practice is taken over."""
    return source_fidelity * (1.0 - p.fidelity.drift * (1.0 - knowledge))


def teacher_acts(teacher, world, week, p):
    if teacher.applied != 0:
        routine = world.schools[teacher.school].routine
        teacher.fidelity = relaxed(teacher.fidelity, 1.0, p.fidelity.routine_repair * routine)
