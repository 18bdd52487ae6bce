"""Reflective professional inquiry: how well a network turns experience into knowledge that its members share.

The network's knowledge grows with the quality of its meetings, and mostly where members try things out in their classrooms:
talk without application yields little. An outside facilitator serves only so many participants well. A network on
its own inquires as well as it has learnt to, and as its schools let others lead.
"""

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.rules import relaxed, transferred

PARAMETERS = (
    Parameter("facilitation", 0.6, "share", (0.2, 0.95), "Quality of facilitated reflective inquiry.", "inquiry",
              direction="brown-poortman-2019"),
    Parameter("capacity", 100.0, "participants", (40.0, 300.0), "Participants for one facilitator at which the quality is halved.", "inquiry",
              bounds=(1.0, 1e6), source="kraft-2018", shape="log-uniform"),
    Parameter("alone", 0.4, "share", (0.1, 0.7), "Share of that quality that a network reaches on its own at first.", "inquiry"),
    Parameter("growth", 0.12, "share a meeting", (0.04, 0.25), "How fast a network's knowledge grows in good meetings.", "inquiry",
              direction="march-1991"),
    Parameter("without_application", 0.3, "share", (0.0, 1.0), "What inquiry yields while no member applies anything.", "inquiry"),
    Parameter("first_knowledge", 0.3, "share", (0.1, 0.6), "Knowledge that a new network starts from.", "inquiry", structural=True),
    Parameter("exchange_between_networks", 0.0, "share a meeting", (0.0, 0.2), "How fast a network learns from the networks that it is linked with.",
              "collaboration"),
)


def facilitation_shared(facilitation, participants, p):
    """Quality left when one facilitator serves so many participants: half of it at the capacity."""
    crowding = participants / p.inquiry.capacity
    return facilitation / (1.0 + crowding * crowding)


def network_looks(network, world, week, p):
    if network.facilitated or (week.supported and network.active):
        participants = network.members * p.programme.networks_a_facilitator
        network.facilitation = facilitation_shared(p.inquiry.facilitation, participants, p)
    elif network.active:
        learnt = p.inquiry.alone + (1.0 - p.inquiry.alone) * network.knowledge * network.distributed
        network.facilitation = p.inquiry.facilitation * learnt
    else:
        network.facilitation = 0.0
    total, links = 0.0, 0
    for link in range(world.link_first[network.place], world.link_first[network.place + 1]):
        total += world.networks[world.link_to[link]].knowledge
        links += 1
    network.linked_knowledge = total / links if links > 0 else 0.0


def network_acts(network, world, week, p):
    if network.attended > 0:
        applied = p.inquiry.without_application + (1.0 - p.inquiry.without_application) * network.member_use
        gained = network.mean_quality * relevance(network, p)
        network.knowledge = relaxed(network.knowledge, 1.0, p.inquiry.growth * gained * applied)
        network.knowledge = transferred(network.knowledge, network.linked_knowledge, p.inquiry.exchange_between_networks * gained)
