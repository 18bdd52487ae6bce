"""Forgetting: what is not used fades part by part,
over the holidays as well (Goldschmidt & Phelps 2010; Liu & Phelps 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.elementary import power
from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream
from plnsim.model.mechanisms.learning import forget
from plnsim.model.mechanisms.parts import draw_parts
from plnsim.model.school_year import HOLIDAY_WEEKS

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "rate",
        default=0.026,
        unit="share a week",
        range=(0.01, 0.08),
        meaning="Chance that a part of what is not used is lost in a week; .026 halves it in 26 weeks.",
        group="people",
        source="goldschmidt-phelps-2010",
    ),
)
WRITES = ("teacher.parts", "teacher.knowledge")
"""State variables of other mechanisms that this one writes."""

FORGETS = stream("forgotten part")
HOLIDAYS = stream("holiday parts")


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if not teacher.uses:
        if teacher.applied == 0:
            forget(teacher, draw_parts(teacher.parts, p.forgetting.rate, week, FORGETS, teacher.name, p), p)
        if week.ends_year:
            lost = 1.0 - power(1.0 - p.forgetting.rate, HOLIDAY_WEEKS)
            forget(teacher, draw_parts(teacher.parts, lost, week, HOLIDAYS, teacher.name, p), p)
