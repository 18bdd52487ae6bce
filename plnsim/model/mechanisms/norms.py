"""Norms: what colleagues believe rubs off.

Each week a teacher's belief moves a little towards that of the colleague she meets, or of all she turns to (DeGroot).
Where she holds on to what she believed when she came, views stay apart (Friedkin & Johnsen).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Choice, Parameter
from plnsim.common.streams import logit_normal, stream, uniform
from plnsim.model.mechanisms.advice import COMPLETE
from plnsim.model.mechanisms.rules import fixed_point_mean, relax, to_fixed_point, trait_stream
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

CONTACT = Choice(
    "contact",
    options={"one colleague": "the one she meets this week", "all colleagues": "the mean of all she turns to"},
    meaning="Whose belief rubs off.",
    group="analysis",
)
BELIEF = Choice(
    "belief",
    options={
        "evidence and norms": "both what she sees and what colleagues think",
        "evidence only": "what she sees alone",
        "norms only": "what colleagues think alone",
    },
    meaning="What moves belief.",
    group="analysis",
)

PARAMETERS = (
    Parameter(
        "pull",
        default=0.01,
        unit="share a week",
        range=(0.0, 0.05),
        meaning="How far belief moves towards that of colleagues.",
        group="collaboration",
        direction="frank-2004",
    ),
    Parameter(
        "own_view",
        default=0.0,
        unit="share a week",
        range=(0.0, 0.05),
        meaning="How far belief returns to what it was when she came.",
        group="people",
    ),
    Parameter(
        "first_belief",
        default=0.5,
        unit="share",
        range=(0.3, 0.7),
        meaning="Middle of teachers' belief in the practice when they come.",
        group="people",
    ),
    Parameter(
        "first_belief_spread",
        default=0.8,
        unit="logits",
        range=(0.0, 1.2),
        meaning="How much teachers differ in it.",
        group="people",
        bounds=(0.0, 3.0),
    ),
    CONTACT,
    BELIEF,
)
WRITES = ("teacher.contact_belief",)
"""State variables of other mechanisms that this one writes."""

INITIAL_BELIEF = stream("initial belief")
NEW_BELIEF = stream("new belief")


def initial_belief(teacher: Teacher, world: World, week: Week, p: Parameters) -> float:
    """What she believes of the practice when she comes, around the middle of teachers."""
    u = uniform(week.key, trait_stream(week, INITIAL_BELIEF, NEW_BELIEF), teacher.name)
    return logit_normal(p.norms.first_belief, p.norms.first_belief_spread, u)


def present_belief(teacher: Teacher, world: World, week: Week, p: Parameters) -> float:
    """What she believes now."""
    return teacher.belief


TEACHER = (
    StateVariable(
        "belief",
        type="f8",
        unit="share",
        meaning="how much she values the practice",
        start=initial_belief,
        successor=initial_belief,
    ),
    StateVariable(
        "first_belief",
        type="f8",
        unit="share",
        meaning="what she believed when she came",
        kind="fixed",
        start=present_belief,
        successor=present_belief,
    ),
)

ALL_COLLEAGUES = CONTACT.code("all colleagues")
EVIDENCE_ONLY = BELIEF.code("evidence only")
NORMS_ONLY = BELIEF.code("norms only")


def mean_belief_of_others(teacher: Teacher, world: World) -> float:
    """The mean belief of the other staff of her school; her own where there are none."""
    school = world.schools[teacher.school]
    total, count = 0, 0
    for post in range(school.first_teacher, school.after_last_teacher):
        if post != teacher.post:
            total += to_fixed_point(world.teachers[post].belief)
            count += 1
    return fixed_point_mean(total, count) if count > 0 else teacher.belief


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if p.norms.contact != ALL_COLLEAGUES:
        return
    if p.ties.pattern == COMPLETE:
        teacher.contact_belief = mean_belief_of_others(teacher, world)
    else:
        total, count = 0.0, 0
        for tie in range(world.advice_first[teacher.post], world.advice_first[teacher.post + 1]):
            total += world.teachers[world.advice_to[tie]].belief
            count += 1
        if count > 0:
            teacher.contact_belief = total / count


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if p.norms.belief != EVIDENCE_ONLY:
        moved = relax(teacher.belief, teacher.contact_belief, p.norms.pull)
        teacher.belief = relax(moved, teacher.first_belief, p.norms.own_view)
