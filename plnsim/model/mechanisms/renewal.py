"""Renewal: once support has ended, each network decides at the end of a year whether to go on by itself.

Evidence of benefit, trust and its schools' leadership and focus speak for it (49 of 104 schools of Challenge the Gap bought a
further year: EEF 2017).
"""

from plnsim.common.parameter import Choice, Parameter
from plnsim.common.streams import decision, drawn
from plnsim.model.mechanisms.conditions import RENEW, combined
from plnsim.model.mechanisms.partners import joint
from plnsim.model.mechanisms.rules import logistic, relaxed, untallied

PARAMETERS = (
    Parameter("threshold", 0.6, "share", (0.3, 0.7), "Value at which a network goes on in every second case.", "policy",
              direction="eef-challenge-the-gap"),
    Parameter("sharpness", 12.0, "per share", (4.0, 20.0), "How sharply the decision turns around it.", "policy", bounds=(0.0, 100.0)),
    Choice("rule", {"by its value": "as evidence, trust, leadership and focus speak for it",
                    "never": "every network ends with the school year in which support ends",
                    "always": "every network goes on"}, "How networks decide when support has ended.", "analysis"),
)

RENEWS = decision("renew")
NEVER = 1
ALWAYS = 2


def value(evidence, trust, conditions):
    """What a network is worth to its schools: the geometric mean of evidence, trust and conditions."""
    return (evidence * trust * conditions) ** (1.0 / 3.0)


def network_acts(network, world, week, p):
    if not network.active or not week.ends_year or not week.support_over or p.renewal.rule == ALWAYS:
        return
    conditions = combined(RENEW, network.time, network.leadership, network.focus, p)
    worth = value(untallied(network.evidence_total, network.evidence_count), network.trust, conditions)
    goes_on = logistic(p.renewal.sharpness * (worth - p.renewal.threshold))
    goes_on = relaxed(goes_on, 1.0, joint(p.partners.continuity, p.partners.a_network))
    if p.renewal.rule == NEVER or drawn(week.luck, RENEWS, network.name) >= goes_on:
        network.active = 0
