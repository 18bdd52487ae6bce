"""Forgetting: what is not used fades, over the holidays as well (Goldschmidt & Phelps 2010; Liu & Phelps 2020)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.school_year import HOLIDAY_WEEKS

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "rate",
        default=0.026,
        unit="share a week",
        range=(0.01, 0.08),
        meaning="Share of unused knowledge lost in a week; .026 halves it in 26 weeks.",
        group="people",
        source="goldschmidt-phelps-2010",
    ),
)
WRITES = ("teacher.knowledge",)
"""State variables of other mechanisms that this one writes."""


def teacher_updates(teacher: Teacher, world: World, week: Week, p: Parameters) -> None:
    if not teacher.uses:
        if teacher.applied == 0:
            teacher.knowledge = teacher.knowledge * (1.0 - p.forgetting.rate)
        if week.ends_year:
            teacher.knowledge = teacher.knowledge * (1.0 - p.forgetting.rate) ** HOLIDAY_WEEKS
