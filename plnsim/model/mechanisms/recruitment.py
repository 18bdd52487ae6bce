"""Growth: networks take in further schools at the end of a year, the likelier the better their evidence; later ones are founded.

A programme that grows year by year begins with some of its networks and founds the others over the years.
"""

from plnsim.common.parameter import Parameter
from plnsim.common.streams import decision, drawn
from plnsim.model.mechanisms.rules import untallied

PARAMETERS = (
    Parameter("rate", 0.3, "chance a year", (0.0, 0.8), "Chance of taking in a school in a year of the best evidence.", "policy"),
    Parameter("schools_at_once", 1, "schools", (1, 4), "Schools that a network takes in at a time.", "policy", bounds=(1, 1000), whole=True),
)

RECRUITS = decision("recruit")


def network_acts(network, world, week, p):
    if not network.begun and week.number + 1 >= network.begins:
        network.begun = 1
        network.active = 1
    if week.ends_year and network.active and network.schools < network.schools_at_most:
        evidence = untallied(network.evidence_total, network.evidence_count)
        if drawn(week.luck, RECRUITS, network.name) < p.recruitment.rate * evidence:
            network.schools = min(network.schools_at_most, network.schools + p.recruitment.schools_at_once)
