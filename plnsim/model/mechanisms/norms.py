"""Norms: what colleagues believe rubs off.

Each week a teacher's belief moves a little towards that of the colleague she meets, or of all she turns to (DeGroot). Where
she holds on to what she believed when she came, views stay apart (Friedkin & Johnsen).
"""

from plnsim.common.parameter import Choice, Parameter
from plnsim.model.mechanisms.advice import COMPLETE
from plnsim.model.mechanisms.rules import relaxed, tallied, untallied

PARAMETERS = (
    Parameter("pull", 0.01, "share a week", (0.0, 0.05), "How far belief moves towards that of colleagues.", "collaboration",
              direction="frank-2004"),
    Parameter("own_view", 0.0, "share a week", (0.0, 0.05), "How far belief returns to what it was when she came.", "people"),
    Parameter("first_belief", 0.5, "share", (0.3, 0.7), "Middle of teachers' belief in the practice when they come.", "people"),
    Parameter("first_belief_spread", 0.8, "logits", (0.0, 1.2), "How much teachers differ in it.", "people", bounds=(0.0, 3.0)),
    Choice("contact", {"one colleague": "the one she meets this week", "all colleagues": "the mean of all she turns to"},
           "Whose belief rubs off.", "analysis"),
    Choice("belief", {"evidence and norms": "both what she sees and what colleagues think", "evidence only": "what she sees alone",
                      "norms only": "what colleagues think alone"}, "What moves belief.", "analysis"),
)

ALL_COLLEAGUES = 1
EVIDENCE_ONLY = 1
NORMS_ONLY = 2


def others_of_school(teacher, world):
    """The mean belief of the other staff of her school; her own where there are none."""
    school = world.schools[teacher.school]
    total, count = 0, 0
    for post in range(school.first_teacher, school.after_last_teacher):
        if post != teacher.post:
            total += tallied(world.teachers[post].belief)
            count += 1
    return untallied(total, count) if count > 0 else teacher.belief


def teacher_looks(teacher, world, week, p):
    if p.norms.contact != ALL_COLLEAGUES:
        return
    if p.ties.pattern == COMPLETE:
        teacher.contact_belief = others_of_school(teacher, world)
    else:
        total, count = 0.0, 0
        for tie in range(world.advice_first[teacher.post], world.advice_first[teacher.post + 1]):
            total += world.teachers[world.advice_to[tie]].belief
            count += 1
        if count > 0:
            teacher.contact_belief = total / count


def teacher_acts(teacher, world, week, p):
    if p.norms.belief != EVIDENCE_ONLY:
        moved = relaxed(teacher.belief, teacher.contact_belief, p.norms.pull)
        teacher.belief = relaxed(moved, teacher.first_belief, p.norms.own_view)
