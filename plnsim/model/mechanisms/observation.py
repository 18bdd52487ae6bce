"""Observation of a lesson: who uses the practice watches a colleague use it, in his classroom.

She meets the colleague as for advice, and instead of asking him she comes to a lesson of his. What he shows is what he
does, not what he knows: of the parts that he uses she puts those into use that she knows already, and understands the
others the more, the more of the practice she knows. So a lesson refines a practice that is half known, adds nothing
where both do the same, and is lost on a beginner. It takes hours of next week of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.advice import CONTACT, contact
from plnsim.model.mechanisms.learning import learn
from plnsim.model.mechanisms.parts import draw_parts, without
from plnsim.model.mechanisms.time import WATCHED
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "lessons",
        default=0.0,
        unit="lessons a year",
        range=(0.0, 6.0),
        meaning="Lessons a year of colleagues that a user would watch, if she met users only.",
        group="collaboration",
        bounds=(0.0, 39.0),
    ),
    Parameter(
        "hours",
        default=1.0,
        unit="hours",
        range=(0.5, 3.0),
        meaning="Hours that a lesson watched takes of who watches, and of who is watched.",
        group="collaboration",
        bounds=(0.0, 40.0),
    ),
    Parameter(
        "taken_in",
        default=0.5,
        unit="share a time",
        range=(0.1, 0.9),
        meaning="Chance that a part that is shown and known is put into use.",
        group="collaboration",
    ),
)
WRITES = ("teacher.asked", "teacher.contact_parts", "teacher.in_use", "teacher.knowledge", "teacher.parts")
"""State variables of other mechanisms that this one writes."""

TEACHER = (
    StateVariable(
        "watches",
        type="i1",
        unit="yes/no",
        meaning="watches a lesson of the colleague whom she meets this week",
        kind="seen",
    ),
)

WATCHES = stream("watches a lesson")
PUTS_INTO_USE = stream("parts of a lesson put into use")
UNDERSTANDS = stream("parts of a lesson understood")


def teacher_observes(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.watches = 0
    if p.observation.lessons <= 0.0 or not teacher.uses:
        return
    if uniform(week.key, WATCHES, teacher.name) * SCHOOL_WEEKS >= p.observation.lessons:
        return
    met = contact(teacher, world, uniform(week.key, CONTACT, teacher.name), p)
    if met >= 0 and world.teachers[met].uses:
        teacher.watches = 1
        teacher.contact_parts = world.teachers[met].in_use


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.watches:
        teacher.asked = WATCHED
        shown, taken_in = teacher.contact_parts, p.observation.taken_in
        known = shown & teacher.parts
        put = draw_parts(without(known, teacher.in_use), taken_in, week, PUTS_INTO_USE, teacher.name, p)
        teacher.in_use = teacher.in_use | put
        rate = taken_in * teacher.knowledge
        learn(teacher, draw_parts(without(shown, known), rate, week, UNDERSTANDS, teacher.name, p), p)
