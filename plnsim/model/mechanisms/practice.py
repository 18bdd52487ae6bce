"""The practice itself: what it is worth for pupils, how hard it is to pass on, how well it fits from the start.

One practice spreads in a run. What it gives grows with how much of it is in use, shrinks with what is lost of its
core, and grows as she fits it to her classroom. It fits some schools better than others, and where it fits badly it may
do harm until it is adapted. Practice in standard deviations and pupils' gain keep the ratio that
coaching studies found (Kraft et al. 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import normal_quantile, stream, uniform
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters, School, Week, World

PARAMETERS = (
    Parameter(
        "potency",
        default=0.8,
        unit="share",
        range=(0.4, 1.0),
        meaning="How much good the practice does at its best.",
        group="practice",
    ),
    Parameter(
        "complexity",
        default=0.5,
        unit="share",
        range=(0.1, 0.9),
        meaning="How hard it is to understand, and how badly what a school would not find by itself travels between "
        "colleagues (stickiness).",
        group="practice",
        direction="szulanski-1996",
    ),
    Parameter(
        "fit",
        default=0.7,
        unit="share",
        range=(0.3, 1.0),
        meaning="How well it fits the classrooms of the middle school before it is adapted.",
        group="practice",
        structural=True,
    ),
    Parameter(
        "fit_spread",
        default=0.5,
        unit="share",
        range=(0.0, 0.5),
        meaning="How much schools differ in fit (standard deviation); below nought it does harm.",
        group="practice",
        structural=True,
    ),
    Parameter(
        "half_benefit_knowledge",
        default=0.46,
        unit="share",
        range=(0.15, 0.6),
        meaning="Knowledge at which half of the benefit is reached.",
        group="practice",
    ),
    Parameter(
        "practice_gain",
        default=0.54,
        unit="SD of practice",
        range=(0.35, 0.6),
        meaning="Gain in quality of practice of a teacher at full benefit.",
        group="practice",
        source="kraft-2018",
        bounds=(0.0, 2.0),
        structural=True,
    ),
    Parameter(
        "pupil_ratio",
        default=0.37,
        unit="SD of pupils per SD of practice",
        range=(0.15, 0.45),
        meaning="Pupils' gain for a gain in practice.",
        group="practice",
        source="kraft-2018",
        structural=True,
    ),
)


INITIAL_FIT = stream("fit")


def initial_fit(school: School, world: World, week: Week, p: Parameters) -> float:
    """How well it fits a school, normal around the middle of schools; full fit is the most."""
    z = normal_quantile(uniform(week.key, INITIAL_FIT, school.name))
    return max(-1.0, min(1.0, p.practice.fit + p.practice.fit_spread * z))


SCHOOL = (
    StateVariable(
        "fit",
        type="f8",
        unit="signed share",
        meaning="how well the practice fits its classrooms before it is adapted",
        kind="fixed",
        start=initial_fit,
        successor=KEPT,
    ),
)


def benefit(in_use: float, fidelity: float, adaptation: float, fit: float, p: Parameters) -> float:
    """What pupils of a user of such a share of the parts gain, as a share (-1..1) of the most that it can give."""
    half = p.practice.half_benefit_knowledge
    understood = (1.0 + half) * in_use / (in_use + half) if in_use > 0.0 else 0.0
    fitted = fit + (1.0 - fit) * adaptation
    return p.practice.potency * understood * fidelity * fitted
