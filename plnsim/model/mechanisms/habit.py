"""Habit: grows with each occasion of use towards a plateau; one missed week does no harm, several in a row weaken it.

The plateau is neared as in Lally et al. (2010), by occasions and not by weeks: who uses it oftener forms the habit
sooner.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.elementary import exp
from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.rules import relax
from plnsim.model.school_year import SCHOOL_WEEKS
from plnsim.model.state import StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "days",
        default=66.0,
        unit="days",
        range=(18.0, 254.0),
        meaning="Days of use after which habit has reached 95 % of its plateau.",
        group="practice",
        bounds=(1.0, 10_000.0),
        source="lally-2010",
        shape="log-uniform",
    ),
    Parameter(
        "occasions",
        default=3.0,
        unit="per week",
        range=(1.0, 5.0),
        meaning="Days on which the practice is used in a week in which it is used.",
        group="practice",
        bounds=(0.0, 7.0),
    ),
    Parameter(
        "plateau",
        default=0.85,
        unit="share",
        range=(0.5, 1.0),
        meaning="How far use can become a habit.",
        group="practice",
        direction="lally-2010",
    ),
    Parameter(
        "grace",
        default=1,
        unit="weeks",
        range=(0, 3),
        meaning="Missed weeks in a row that do no harm.",
        group="practice",
        bounds=(0, SCHOOL_WEEKS - 1),
        integer=True,
        direction="lally-2010",
    ),
    Parameter(
        "loss",
        default=0.05,
        unit="share a week",
        range=(0.01, 0.2),
        meaning="How fast habit weakens in each further week that is missed.",
        group="practice",
    ),
)

TEACHER = (
    StateVariable(
        "habit",
        type="f8",
        unit="share",
        meaning="how far using it has become a habit",
        start=0.0,
        successor=0.0,
    ),
    StateVariable(
        "missed",
        type="i1",
        unit="weeks",
        meaning="weeks in a row in which she meant to use it and did not, a school year at most",
        start=0,
        successor=0,
    ),
)


LOG_OF_REST = -2.995732273553991
"""The logarithm of .05, what is left to the plateau after so many days."""


def weekly_growth(p: Parameters) -> float:
    """The share of what is missing to the plateau that a week of use adds: 95 % after so many days of use."""
    return 1.0 - exp(LOG_OF_REST * (p.habit.occasions / p.habit.days))


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if teacher.applied > 0:
        teacher.habit = relax(teacher.habit, p.habit.plateau, weekly_growth(p))
        teacher.missed = 0
    elif teacher.applied < 0:
        teacher.missed = min(SCHOOL_WEEKS, teacher.missed + 1)
        if teacher.missed > p.habit.grace:
            teacher.habit = teacher.habit * (1.0 - p.habit.loss)
