"""Succession: a head leaves and another comes, who may care more or less.

Distributed leadership and routine carry the work across the change; a new head starts with less of it (not invented
here) and has a style of her own. Change cuts both ways: a new head is also the first reason to take up again
(Kittelman et al. 2020).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Week, World

PARAMETERS = (
    Parameter(
        "rate",
        default=0.12,
        unit="share a year",
        range=(0.08, 0.25),
        meaning="Share of heads who leave in a year.",
        group="people",
        source="nfer-heads-2017",
    ),
    Parameter(
        "disadvantage_ratio",
        default=1.3,
        unit="ratio",
        range=(1.0, 1.7),
        meaning="Leaving in the most against the least disadvantaged school.",
        group="people",
        source="nces-2022",
        bounds=(1.0, 5.0),
    ),
    Parameter(
        "not_invented_here",
        default=0.4,
        unit="share",
        range=(0.0, 0.7),
        meaning="How much of a new head's own priority is missing at first.",
        group="leadership",
    ),
    Parameter(
        "carried",
        default=0.5,
        unit="share",
        range=(0.0, 1.0),
        meaning="How much of the work full distributed leadership carries across the change.",
        group="leadership",
        direction="schildkamp-2020",
    ),
)

SCHOOL = (
    StateVariable(
        "new_head",
        type="i1",
        unit="yes/no",
        meaning="a new head comes this week",
        start=0,
        successor=KEPT,
    ),
)

LEAVES = stream("head leaves")


def leaving_probability(disadvantage: float, p: Parameters) -> float:
    """Chance that a head leaves at a year end."""
    slope = (p.succession.disadvantage_ratio - 1.0) / (p.succession.disadvantage_ratio + 1.0)
    return min(1.0, p.succession.rate * (1.0 + 2.0 * slope * (disadvantage - 0.5)))


def continuity(distributed: float, routine: float, p: Parameters) -> float:
    """How much of the old priority stays when the head changes."""
    return 1.0 - (1.0 - p.succession.carried * distributed) * (1.0 - routine)


def carried_vision(school: School, world: World, week: Week, p: Parameters) -> float:
    """A new head's priority: at first less than she is inclined to, with what is carried over of the old one."""
    arriving = school.own_vision * (1.0 - p.succession.not_invented_here)
    return relax(arriving, school.vision, continuity(school.distributed, school.routine, p))


def school_updates(school: School, world: World, week: Week, p: Parameters) -> None:
    school.new_head = 0
    leaves = week.new_head
    if week.ends_year:
        leaves = max(leaves, leaving_probability(school.disadvantage, p))
    if leaves > 0.0 and uniform(week.key, LEAVES, school.name) < leaves:
        school.new_head = 1
