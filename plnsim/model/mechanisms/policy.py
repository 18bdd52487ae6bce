"""The policy context pushes, steadies or distracts.

While a programme is supported from outside, heads of its schools give it more priority than they would by themselves.
A coherent policy draws heads back to their own course once a year; an incoherent one sends competing initiatives that
take priority away, less so where leadership is distributed and the practice is routine, and take the place of the
practice with some of its users (``abandonment``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import clip_share, stream, uniform
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Week, World

PARAMETERS = (
    Parameter(
        "push",
        default=0.5,
        unit="share",
        range=(0.0, 0.8),
        meaning="How far outside support raises the priority of the practice in its schools.",
        group="policy",
    ),
    Parameter(
        "coherence",
        default=0.5,
        unit="share",
        range=(0.0, 1.0),
        meaning="Coherence of the policy context.",
        group="policy",
        direction="brown-poortman-2020",
    ),
    Parameter(
        "return_to_course",
        default=0.3,
        unit="share a year",
        range=(0.0, 0.6),
        meaning="How far heads return to their own priority in a year of full coherence.",
        group="policy",
    ),
    Parameter(
        "initiatives",
        default=0.25,
        unit="chance a year",
        range=(0.0, 0.6),
        meaning="Chance of a competing initiative in a year without any coherence.",
        group="policy",
    ),
    Parameter(
        "priority_left",
        default=0.5,
        unit="share",
        range=(0.3, 0.9),
        meaning="Share of the priority that is left after a competing initiative.",
        group="policy",
    ),
    Parameter(
        "displaced",
        default=0.3,
        unit="share a time",
        range=(0.0, 0.8),
        meaning="Share of users with whom a competing initiative takes the place of the practice, where there is no "
        "routine.",
        group="policy",
    ),
)
WRITES = ("school.vision",)
"""State variables of other mechanisms that this one writes."""

SCHOOL = (
    StateVariable(
        "initiative",
        type="i1",
        unit="yes/no",
        meaning="a competing initiative came at the last year end, and no week has passed since",
        start=0,
        successor=KEPT,
    ),
)

INITIATIVE = stream("initiative")


def pushed_vision(vision: float, supported: int, p: Parameters) -> float:
    """The priority that staff feel: raised while the school takes part in a supported programme."""
    if supported:
        return relax(vision, 1.0, p.policy.push)
    return vision


def school_updates(school: School, world: World, week: Week, p: Parameters) -> None:
    school.initiative = 0
    if not week.ends_year:
        return
    school.vision = clip_share(relax(school.vision, school.own_vision, p.policy.return_to_course * p.policy.coherence))
    if uniform(week.key, INITIATIVE, school.name) < p.policy.initiatives * (1.0 - p.policy.coherence):
        school.initiative = 1
        school.vision = school.vision * p.policy.priority_left
