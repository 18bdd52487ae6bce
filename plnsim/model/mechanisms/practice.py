"""The practice itself: what it is worth for pupils, how hard it is to pass on, how well it fits from the start.

One practice spreads in a run. What it gives grows with what its user knows of it, shrinks with what is lost of its
core, and grows as she fits it to her classroom. Practice in standard deviations and pupils' gain keep the ratio that
coaching studies found (Kraft et al. 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter

if TYPE_CHECKING:
    from plnsim.model.protocols import Parameters

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
        meaning="How well it fits a classroom before it is adapted.",
        group="practice",
    ),
    Parameter(
        "half_benefit_knowledge",
        default=0.4,
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


def benefit(knowledge: float, fidelity: float, adaptation: float, p: Parameters) -> float:
    """What pupils of a user gain, as a share (0..1) of the most that the practice can give."""
    half = p.practice.half_benefit_knowledge
    understood = (1.0 + half) * knowledge / (knowledge + half) if knowledge > 0.0 else 0.0
    fitted = p.practice.fit + (1.0 - p.practice.fit) * adaptation
    return p.practice.potency * understood * fidelity * fitted
