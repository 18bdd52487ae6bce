"""Application: a teacher who has taken up the practice uses it this week, or finds no way to; and she uses some of it.

Conditions decide, as far as she attends to it, and habit carries part of what they do not give (never all of it: with
full habit nothing else would count). Of the parts that she knows she uses some. She begins with as many as conditions
allow; each week of use puts more of them into use, a network meeting brings her back to those she lets slip, and what
is no habit yet lapses. So what a network or a coach keeps up falls off again once they are gone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.conditions import USE, ces_mean
from plnsim.model.mechanisms.focus import focus_of, relevance
from plnsim.model.mechanisms.parts import draw_parts, no_parts, without
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "habit_carries",
        default=0.3,
        unit="share",
        range=(0.2, 0.8),
        meaning="Share of missing conditions that a full habit makes up for.",
        group="practice",
        direction="lally-2010",
    ),
    Parameter(
        "extension",
        default=0.023,
        unit="share a week",
        range=(0.02, 0.3),
        meaning="Chance that a week of use under full conditions puts a known part into use.",
        group="practice",
    ),
    Parameter(
        "lapse",
        default=0.15,
        unit="share a week",
        range=(0.01, 0.15),
        meaning="Chance that a part in use lapses in a week, as long as there is no habit.",
        group="practice",
    ),
)

TEACHER = (
    StateVariable(
        "applied",
        type="i1",
        unit="-1, 0, 1",
        meaning="this week: used it (1), meant to and did not (-1), was no user (0)",
        start=0,
        successor=0,
    ),
    StateVariable(
        "in_use",
        type="u8",
        unit="set",
        meaning="the parts of the practice that she uses, of those that she knows",
        start=0,
        successor=0,
    ),
)

USES = stream("use")
LAPSES = stream("lapsed parts")
EXTENDS = stream("parts put into use")


def extension_chance(teacher: Teacher, conditions: float, world: World, p: Parameters) -> float:
    """Chance that a week of use puts a known part into use; contact with the source in a meeting adds to it."""
    rate = p.application.extension * conditions
    if teacher.in_use == no_parts():
        rate = conditions
    if teacher.quality > 0.0:
        gained = teacher.quality * relevance(world.networks[teacher.network], p)
        rate = relax(rate, 1.0, p.learning.core_repair * gained)
    return rate


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    teacher.applied = 0
    if teacher.uses:
        leadership = world.schools[teacher.school].lasting_leadership
        conditions = ces_mean(USE, teacher.time, leadership, focus_of(teacher, world), p)
        manages = relax(teacher.attention * conditions, 1.0, p.application.habit_carries * teacher.habit)
        teacher.applied = 1 if uniform(week.key, USES, teacher.name) < manages else -1
        lapse = p.application.lapse * (1.0 - teacher.habit)
        lapsed = draw_parts(teacher.in_use, lapse, week, LAPSES, teacher.name, p)
        if teacher.applied > 0:
            rate = extension_chance(teacher, conditions, world, p)
            idle = without(teacher.parts, teacher.in_use)
            teacher.in_use = teacher.in_use | draw_parts(idle, rate, week, EXTENDS, teacher.name, p)
        teacher.in_use = without(teacher.in_use, lapsed)
