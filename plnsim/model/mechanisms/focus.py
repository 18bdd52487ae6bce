"""Shared focus: how well the practice fits what the schools want to work on.

Each school has its own fit; members of a network feel the mean fit of the schools that meet in it (Brown & Poortman
2019). A network with another theme spends only part of its work on this practice, so its members feel less focus on
it, and what they inquire into, learn and try out serves it less.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import logit_normal, stream, uniform
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, School, Teacher, Week, World

PARAMETERS = (
    Parameter(
        "alignment",
        default=0.55,
        unit="share",
        range=(0.1, 0.9),
        meaning="Middle of the fit between the practice and the goals of schools.",
        group="focus",
        direction="brown-poortman-2019",
        structural=True,
    ),
    Parameter(
        "other_theme_loss",
        default=0.8,
        unit="share",
        range=(0.5, 1.0),
        meaning="Share of its work that a network with another theme does not spend on this practice.",
        group="focus",
    ),
)

INITIAL_FOCUS = stream("focus")


def initial_focus(school: School, world: World, week: Week, p: Parameters) -> float:
    """How well the practice fits its goals, around the middle of schools."""
    return logit_normal(p.focus.alignment, p.leadership.spread, uniform(week.key, INITIAL_FOCUS, school.name))


SCHOOL = (
    StateVariable(
        "own_focus",
        type="f8",
        unit="share",
        meaning="how well the practice fits the goals of the school",
        kind="fixed",
        start=initial_focus,
        successor=KEPT,
    ),
    StateVariable("focus", type="f8", unit="share", meaning="shared focus as staff feel it this week", kind="seen"),
)


def relevance(network: Network, p: Parameters) -> float:
    """Share of a network's work that concerns this practice."""
    return 1.0 - p.focus.other_theme_loss if network.theme > 0 else 1.0


def school_observes(school: School, world: World, week: Week, p: Parameters) -> None:
    school.focus = relax(school.own_focus, p.conditions.focus_target, p.conditions.focus_shift)


def focus_of(teacher: Teacher, world: World) -> float:
    """The focus that a teacher feels: her network's while she takes part in one, else her school's."""
    if teacher.member:
        return world.networks[teacher.network].focus
    return world.schools[teacher.school].focus
