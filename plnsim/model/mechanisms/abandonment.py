"""Abandonment: a user who found no way to use the practice this week may give it up.

Habit and belief hold her, colleagues who use it hold her too, isolation loosens. Giving up leaves disappointment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.adoption import pressure
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
WRITES = ("teacher.belief", "teacher.habit", "teacher.uses")
"""State variables of other mechanisms that this one writes."""

ABANDONS = stream("abandon")


def abandonment_rate(habit: float, belief: float, company: float, p: Parameters) -> float:
    """Rate a failed week at which a user gives up."""
    return p.abandonment.rate * (1.0 - habit) * (1.0 - belief) * (1.0 + p.abandonment.isolation * (1.0 - 2.0 * company))


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.applied < 0:
        company = pressure(teacher.exposure, teacher.threshold, p)
        rate = abandonment_rate(teacher.habit, teacher.belief, company, p)
        if uniform(week.key, ABANDONS, teacher.name) < rate_to_probability(rate):
            teacher.uses = 0
            teacher.habit = 0.0
            teacher.belief = teacher.belief * (1.0 - p.abandonment.disappointment)
