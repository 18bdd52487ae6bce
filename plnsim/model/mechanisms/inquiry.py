"""Reflective professional inquiry: how well a network turns experience into knowledge that its members share.

The network's knowledge grows with the quality of its meetings, and mostly where members try things out in their
classrooms: talk without application yields little. An outside facilitator serves only so many participants well. A
network on its own inquires as well as it has learnt to, and as its schools let others lead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.rules import relax, transfer
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

PARAMETERS = (
    Parameter(
        "facilitation",
        default=0.6,
        unit="share",
        range=(0.2, 0.95),
        meaning="Quality of facilitated reflective inquiry.",
        group="inquiry",
        direction="brown-poortman-2019",
    ),
    Parameter(
        "capacity",
        default=100.0,
        unit="participants",
        range=(40.0, 300.0),
        meaning="Participants for one facilitator at which the quality is halved.",
        group="inquiry",
        bounds=(1.0, 1e6),
        source="kraft-2018",
        shape="log-uniform",
    ),
    Parameter(
        "alone",
        default=0.4,
        unit="share",
        range=(0.1, 0.7),
        meaning="Share of that quality that a network reaches on its own at first.",
        group="inquiry",
    ),
    Parameter(
        "growth",
        default=0.12,
        unit="share a meeting",
        range=(0.04, 0.25),
        meaning="How fast a network's knowledge grows in good meetings.",
        group="inquiry",
        direction="march-1991",
    ),
    Parameter(
        "without_application",
        default=0.3,
        unit="share",
        range=(0.0, 1.0),
        meaning="What inquiry yields while no member applies anything.",
        group="inquiry",
    ),
    Parameter(
        "first_knowledge",
        default=0.3,
        unit="share",
        range=(0.1, 0.6),
        meaning="Knowledge that a new network starts from.",
        group="inquiry",
        structural=True,
    ),
    Parameter(
        "exchange_between_networks",
        default=0.0,
        unit="share a meeting",
        range=(0.0, 0.2),
        meaning="How fast a network learns from the networks that it is linked with.",
        group="collaboration",
    ),
)


def initial_network_knowledge(network: Network, world: World, week: Week, p: Parameters) -> float:
    """The knowledge that a new network starts from."""
    return p.inquiry.first_knowledge


NETWORK = (
    StateVariable(
        "knowledge",
        type="f8",
        unit="share",
        meaning="collective knowledge of the practice",
        start=initial_network_knowledge,
        successor=KEPT,
    ),
    StateVariable(
        "facilitation",
        type="f8",
        unit="share",
        meaning="quality of reflective inquiry when it meets",
        kind="seen",
    ),
    StateVariable(
        "linked_knowledge",
        type="f8",
        unit="share",
        meaning="mean collective knowledge of the networks that it is linked with",
        kind="seen",
    ),
)


def facilitation_quality(facilitation: float, participants: float, p: Parameters) -> float:
    """Quality left when one facilitator serves so many participants: half of it at the capacity."""
    crowding = participants / p.inquiry.capacity
    return facilitation / (1.0 + crowding * crowding)


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    if network.facilitated or (week.supported and network.active):
        participants = network.members * p.programme.networks_a_facilitator
        network.facilitation = facilitation_quality(p.inquiry.facilitation, participants, p)
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


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if network.attended > 0:
        applied = p.inquiry.without_application + (1.0 - p.inquiry.without_application) * network.member_use
        gained = network.mean_quality * relevance(network, p)
        network.knowledge = relax(network.knowledge, 1.0, p.inquiry.growth * gained * applied)
        network.knowledge = transfer(
            network.knowledge, network.linked_knowledge, p.inquiry.exchange_between_networks * gained
        )
