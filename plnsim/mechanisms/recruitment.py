"""Recruitment: an active network takes in one further school at the end of a year, the likelier the better its evidence."""

from plnsim.draws import decision, drawn
from plnsim.mechanisms.rules import untallied
from plnsim.parameter import Parameter

PARAMETERS = (
    Parameter("rate", 0.3, "chance a year", (0.0, 0.8), "Chance of taking in a school in a year of the best evidence.", "policy"),
)

RECRUITS = decision("recruit")


def network_acts(network, world, week, p):
    if week.ends_year and network.active and network.schools < network.schools_at_most:
        evidence = untallied(network.evidence_total, network.evidence_count)
        if drawn(week.luck, RECRUITS, network.name) < p.recruitment.rate * evidence:
            network.schools = network.schools + 1
