"""Experience: using the practice teaches it, up to a point.

Alone, learning by doing levels off; reflective inquiry in an active network or a routine written down by the school lifts
that ceiling. Use also fits the practice to the classroom.
"""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.learning import experience_serves
from plnsim.model.mechanisms.rules import relaxed, transferred

PARAMETERS = (
    Parameter("learning", 0.03, "share a week", (0.01, 0.08), "How fast use teaches.", "practice", direction="frank-2011"),
    Parameter("ceiling", 0.45, "share", (0.25, 1.0), "Knowledge that experience alone leads to.", "inquiry"),
    Parameter("adaptation", 0.02, "share a week", (0.0, 0.06), "How fast a user fits the practice to her classroom.", "practice",
              direction="prenger-2022"),
)


def ceiling(inquiry, routine, p):
    """How far use can teach where there is inquiry or a routine."""
    return p.experience.ceiling + (1.0 - p.experience.ceiling) * (1.0 - (1.0 - inquiry) * (1.0 - routine))


def teacher_acts(teacher, world, week, p):
    if teacher.applied > 0:
        school = world.schools[teacher.school]
        rate = p.experience.learning * experience_serves(teacher.knowledge, p)
        teacher.knowledge = transferred(teacher.knowledge, ceiling(school.inquiry, school.routine, p), rate)
        teacher.adaptation = relaxed(teacher.adaptation, 1.0, p.experience.adaptation)
