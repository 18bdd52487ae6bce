"""Routine: a school makes the practice part of how it works, where many use it and conditions and mandate allow.

Routines build up slowly and fade as slowly. They timetable hours, stand in for the leader's attention, keep the
core, raise what experience can teach, and bring newcomers in (Prenger et al. 2022).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.conditions import ROUTINISE, ces_mean
from plnsim.model.mechanisms.leadership import mandate
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Week, World

PARAMETERS = (
    Parameter(
        "growth",
        default=0.03,
        unit="share a week",
        range=(0.01, 0.08),
        meaning="How fast a routine follows use and conditions.",
        group="leadership",
        direction="prenger-2022",
    ),
)

SCHOOL = (
    StateVariable(
        "routine",
        type="f8",
        unit="share",
        meaning="how far the practice is part of the school's routines",
        start=0.0,
        successor=KEPT,
    ),
)


def school_updates(school: School, world: World, week: Week, p: Parameters) -> None:
    conditions = ces_mean(ROUTINISE, school.mean_time, school.lasting_leadership, school.focus, p)
    goal = school.prevalence * conditions * mandate(school.distributed, p)
    school.routine = relax(school.routine, goal, p.routine.growth)
