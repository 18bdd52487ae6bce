"""Renewal: whether networks go on once support has ended, and when one ends for want of schools.

Each school decides for itself (see *participation*), by what its network is worth to it; 49 of 104 schools of
Challenge the Gap bought a further year (EEF 2017). A network ends when fewer than two schools are left, or none where
it began with one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.elementary import power
from plnsim.common.parameter import Choice, Parameter

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

RULE = Choice(
    "rule",
    options={
        "by its value": "each school decides, as evidence, trust, leadership, focus and neighbours speak for it",
        "never": "every network ends with the school year in which support ends",
        "always": "no school ever leaves, and every network goes on",
    },
    meaning="How schools decide on their networks.",
    group="analysis",
)

PARAMETERS = (
    Parameter(
        "threshold",
        default=0.32,
        unit="share",
        range=(0.3, 0.7),
        meaning="Value at which a school goes on in every second case when support has ended.",
        group="policy",
        direction="eef-challenge-the-gap",
    ),
    Parameter(
        "sharpness",
        default=12.0,
        unit="per share",
        range=(4.0, 20.0),
        meaning="How sharply schools' decisions turn around it, with support and without.",
        group="policy",
        bounds=(0.0, 100.0),
    ),
    RULE,
)
WRITES = ("network.active",)
"""State variables of other mechanisms that this one writes."""

NEVER = RULE.code("never")
ALWAYS = RULE.code("always")


def network_value(evidence: float, trust: float, conditions: float) -> float:
    """What a network is worth to a school: the geometric mean of evidence, trust and conditions."""
    return power(evidence * trust * conditions, 1.0 / 3.0)


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if not network.active:
        return
    if p.renewal.rule == NEVER and week.ends_year and week.support_over:
        network.active = 0
    if p.renewal.rule != ALWAYS and network.schools < min(2, network.first_schools):
        network.active = 0
