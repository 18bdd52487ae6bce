"""Abandonment: a user who found no way to use it this week may give it up, or another initiative displaces it.

Habit and belief hold her, colleagues who use it hold her too, isolation loosens. Giving up leaves disappointment. When
a competing initiative comes to her school, it takes the place of the practice with some users, the fewer the more the
practice is part of the school's routines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.adoption import felt_pressure
from plnsim.model.mechanisms.parts import no_parts
from plnsim.model.mechanisms.rules import rate_to_probability

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "rate",
        default=0.18,
        unit="per failed week",
        range=(0.1, 0.8),
        meaning="Rate of giving up after a failed week, without habit or belief.",
        group="practice",
        bounds=(0.0, 10.0),
    ),
    Parameter(
        "isolation",
        default=0.2,
        unit="share",
        range=(0.0, 1.0),
        meaning="How far isolation raises that rate, and company lowers it.",
        group="collaboration",
        direction="kittelman-2020",
    ),
    Parameter(
        "disappointment",
        default=0.1,
        unit="share",
        range=(0.0, 0.6),
        meaning="Share of belief lost in giving up.",
        group="practice",
    ),
)
WRITES = ("teacher.belief", "teacher.habit", "teacher.in_use", "teacher.missed", "teacher.uses")
"""State variables of other mechanisms that this one writes."""

ABANDONS = stream("abandon")
DISPLACED = stream("displaced")


def abandonment_rate(habit: float, belief: float, company: float, p: Parameters) -> float:
    """Rate a failed week at which a user gives up."""
    return p.abandonment.rate * (1.0 - habit) * (1.0 - belief) * (1.0 + p.abandonment.isolation * (1.0 - 2.0 * company))


def stop_using(teacher: Teacher) -> None:
    """What becomes of a user who does not use it any more."""
    teacher.uses = 0
    teacher.habit = 0.0
    teacher.missed = 0
    teacher.in_use = no_parts()


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    school = world.schools[teacher.school]
    if school.initiative and teacher.uses:
        displaced = p.policy.displaced * (1.0 - school.routine)
        if uniform(week.key, DISPLACED, teacher.name) < displaced:
            stop_using(teacher)
            return
    if teacher.applied < 0:
        rate = abandonment_rate(teacher.habit, teacher.belief, felt_pressure(teacher, p), p)
        if uniform(week.key, ABANDONS, teacher.name) < rate_to_probability(rate):
            stop_using(teacher)
            teacher.belief = teacher.belief * (1.0 - p.abandonment.disappointment)
