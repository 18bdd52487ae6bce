"""Partners that are no school: universities, health or youth agencies, the district.

They have no classroom. They bring what they know into the meetings of a network, keep up part of the facilitation when
outside support has ended, and give a network continuity when it decides whether to go on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from plnsim.common.parameter import Parameter
from plnsim.common.streams import stream
from plnsim.model.mechanisms.focus import relevance
from plnsim.model.mechanisms.parts import draw_parts, parts_by_chance, share_of_parts, without
from plnsim.model.mechanisms.rules import relax
from plnsim.model.state import KEPT, StateVariable

if TYPE_CHECKING:
    from plnsim.model.protocols import Network, Parameters, Week, World

PARAMETERS = (
    Parameter(
        "a_network",
        default=0,
        unit="partners",
        range=(0, 4),
        meaning="Partners in each network that are no school.",
        group="collaboration",
        bounds=(0, 100),
        integer=True,
        direction="brown-poortman-2020",
    ),
    Parameter(
        "knowledge",
        default=0.7,
        unit="share",
        range=(0.4, 1.0),
        meaning="What partners know of the practice.",
        group="inquiry",
        structural=True,
    ),
    Parameter(
        "sharing",
        default=0.1,
        unit="share a meeting",
        range=(0.02, 0.3),
        meaning="Chance that a network takes in a part that one partner knows.",
        group="inquiry",
    ),
    Parameter(
        "continuity",
        default=0.3,
        unit="share",
        range=(0.0, 0.8),
        meaning="Share of a network's facilitation and of its doubts about going on that one partner makes up "
        "for once outside support has ended.",
        group="policy",
        direction="brown-poortman-2020",
    ),
)
WRITES = ("network.facilitation", "network.knowledge", "network.parts")
"""State variables of other mechanisms that this one writes."""


PARTNER = stream("parts of partners")
TAKES = stream("parts from partners")


def initial_partner_parts(network: Network, world: World, week: Week, p: Parameters) -> int:
    """The parts that a network's partners know, or would know if it had any."""
    return parts_by_chance(p.partners.knowledge, week, PARTNER, network.name, p)


NETWORK = (
    StateVariable(
        "partner_parts",
        type="u8",
        unit="set",
        meaning="the parts that its partners know",
        kind="fixed",
        start=initial_partner_parts,
        successor=KEPT,
    ),
)


def joint(one: float, partners: int) -> float:
    """What several partners achieve together when each closes a share ``one`` of the gap that the others leave."""
    left = 1.0
    for _ in range(partners):
        left = left * (1.0 - one)
    return 1.0 - left


def network_observes(network: Network, world: World, week: Week, p: Parameters) -> None:
    if p.partners.a_network > 0 and network.active and not week.supported and not network.facilitated:
        kept_up = joint(p.partners.continuity, p.partners.a_network)
        network.facilitation = relax(network.facilitation, max(network.facilitation, network.skill), kept_up)


def network_updates(network: Network, world: World, week: Week, p: Parameters) -> None:
    if p.partners.a_network > 0 and network.attended > 0:
        rate = joint(p.partners.sharing, p.partners.a_network) * network.mean_quality * relevance(network, p)
        news = without(network.partner_parts, network.parts)
        network.parts = network.parts | draw_parts(news, rate, week, TAKES, network.name, p)
        network.knowledge = share_of_parts(network.parts, p)
