"""Renewal: once support has ended, each network decides at the end of a year whether to go on by itself.

Evidence of benefit, trust and its schools' leadership and focus speak for it (49 of 104 schools of Challenge the Gap
bought a further year: EEF 2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Choice, Parameter
from plnsim.common.streams import stream, uniform
from plnsim.model.mechanisms.conditions import RENEW, ces_mean
from plnsim.model.mechanisms.partners import joint
from plnsim.model.mechanisms.rules import fixed_point_mean, logistic, relax

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

RULE = Choice(
    "rule",
    options={
        "by its value": "as evidence, trust, leadership and focus speak for it",
        "never": "every network ends with the school year in which support ends",
        "always": "every network goes on",
    },
    meaning="How networks decide when support has ended.",
    group="analysis",
)

PARAMETERS = (
    Parameter(
        "threshold",
        default=0.6,
        unit="share",
        range=(0.3, 0.7),
        meaning="Value at which a network goes on in every second case.",
        group="policy",
        direction="eef-challenge-the-gap",
    ),
    Parameter(
        "sharpness",
        default=12.0,
        unit="per share",
        range=(4.0, 20.0),
        meaning="How sharply the decision turns around it.",
        group="policy",
        bounds=(0.0, 100.0),
    ),
    RULE,
)
WRITES = ("network.active",)
"""State variables of other mechanisms that this one writes."""

RENEWS = stream("renew")
NEVER = RULE.code("never")
ALWAYS = RULE.code("always")


def network_value(evidence: float, trust: float, conditions: float) -> float:
    """What a network is worth to its schools: the geometric mean of evidence, trust and conditions."""
    worth: float = (evidence * trust * conditions) ** (1.0 / 3.0)
    return worth


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if not network.active or not week.ends_year or not week.support_over or p.renewal.rule == ALWAYS:
        return
    conditions = ces_mean(RENEW, network.time, network.leadership, network.focus, p)
    worth = network_value(fixed_point_mean(network.evidence_total, network.evidence_count), network.trust, conditions)
    goes_on = logistic(p.renewal.sharpness * (worth - p.renewal.threshold))
    goes_on = relax(goes_on, 1.0, joint(p.partners.continuity, p.partners.a_network))
    if p.renewal.rule == NEVER or uniform(week.key, RENEWS, network.name) >= goes_on:
        network.active = 0
